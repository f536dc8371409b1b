package scte35

// Segmentation is segmentation_descriptor (10.3.3). Of one that cancels an event only EventID counts.
type Segmentation struct {
	EventID      uint32
	Cancel       bool
	Compliant    bool                    // segmentation_event_id_compliance_indicator is 0
	Restrictions *Restrictions           // nil: delivery_not_restricted_flag
	Components   []SegmentationComponent // nil: program_segmentation_flag
	Timed        bool                    // segmentation_duration_flag
	Duration     uint64                  // 40 bits
	UPIDType     uint8
	UPID         []byte
	Kind         uint8 // segmentation_type_id
	Number       uint8 // segment_num
	Expected     uint8 // segments_expected
	Sub          *SubSegments
}

// Restrictions says where a segment may be delivered.
type Restrictions struct {
	WebDelivery, NoRegionalBlackout, Archive bool
	Devices                                  uint8 // device_restrictions: 2 bits, 3: none
}

// SegmentationComponent is a part of a programme, and how much later than the Command says it is segmented.
type SegmentationComponent struct {
	Tag    uint8
	Offset uint64
}

// SubSegments is where in a segment a sub-segment is.
type SubSegments struct{ Number, Expected uint8 }

// Tag returns 2.
func (Segmentation) Tag() uint8 { return tagSegmentation }

func (d Segmentation) append(w *writer) {
	w.text(cuei)
	w.u32(d.EventID)
	w.flag(d.Cancel)
	w.flag(!d.Compliant)
	w.ones(6)
	if d.Cancel {
		return
	}
	w.flag(d.Components == nil)
	w.flag(d.Timed)
	w.flag(d.Restrictions == nil)
	if x := d.Restrictions; x != nil {
		w.flag(x.WebDelivery)
		w.flag(x.NoRegionalBlackout)
		w.flag(x.Archive)
		w.bits(2, uint64(x.Devices))
	} else {
		w.ones(5)
	}
	if d.Components != nil {
		w.count(8, len(d.Components))
		for _, c := range d.Components {
			w.u8(c.Tag)
			w.ones(7)
			w.bits(33, c.Offset)
		}
	}
	if d.Timed {
		w.bits(40, d.Duration)
	}
	w.u8(d.UPIDType)
	w.count(8, len(d.UPID))
	w.text(string(d.UPID))
	w.u8(d.Kind)
	w.u8(d.Number)
	w.u8(d.Expected)
	if d.Sub != nil {
		w.u8(d.Sub.Number)
		w.u8(d.Sub.Expected)
	}
}

func readSegmentation(r *reader) Segmentation {
	d := Segmentation{EventID: uint32(r.bits(32)), Cancel: r.flag(), Compliant: !r.flag()}
	r.bits(6)
	if d.Cancel {
		return d
	}
	whole := r.flag()
	d.Timed = r.flag()
	if free := r.flag(); free {
		r.bits(5)
	} else {
		d.Restrictions = &Restrictions{r.flag(), r.flag(), r.flag(), uint8(r.bits(2))}
	}
	if !whole {
		d.Components = []SegmentationComponent{}
		for n := r.bits(8); n > 0 && r.err == nil; n-- {
			c := SegmentationComponent{Tag: uint8(r.bits(8))}
			r.bits(7)
			c.Offset = r.bits(33)
			d.Components = append(d.Components, c)
		}
	}
	if d.Timed {
		d.Duration = r.bits(40)
	}
	d.UPIDType = uint8(r.bits(8))
	d.UPID = append([]byte(nil), r.take(int(r.bits(8)), "segmentation_upid")...)
	d.Kind, d.Number, d.Expected = uint8(r.bits(8)), uint8(r.bits(8)), uint8(r.bits(8))
	if r.more() {
		d.Sub = &SubSegments{uint8(r.bits(8)), uint8(r.bits(8))}
	}
	return d
}

// UPIDType is one of the values of segmentation_upid_type (table 22).
type UPIDType struct {
	ID   uint8
	Name string
	Size int  // in bytes; 0: of any length
	Text bool // ASCII; others are bytes
}

// UPIDTypes returns the values of segmentation_upid_type that are in use.
func UPIDTypes() []UPIDType {
	return []UPIDType{
		{0x00, "none", 0, false}, {0x01, "user defined", 0, true}, {0x02, "ISCI", 8, true}, {0x03, "Ad-ID", 12, true}, {0x04, "UMID", 32, false}, {0x05, "ISAN (deprecated)", 8, false},
		{0x06, "ISAN", 12, false}, {0x07, "TID", 12, true}, {0x08, "Turner identifier", 8, false}, {0x09, "ADI", 0, true}, {0x0A, "EIDR", 12, false}, {0x0B, "ATSC content identifier", 0, false},
		{0x0C, "MPU", 0, false}, {0x0D, "MID", 0, false}, {0x0E, "ADS information", 0, true}, {0x0F, "URI", 0, true}, {0x10, "UUID", 16, false}, {0x11, "SCR", 0, true},
	}
}

// Kind is one of the values of segmentation_type_id (table 23).
type Kind struct {
	ID   uint8
	Name string
	Sub  bool // it may have SubSegments
}

// Kinds returns the values of segmentation_type_id that are in use.
func Kinds() []Kind {
	return []Kind{
		{0x00, "not indicated", false}, {0x01, "content identification", false}, {0x02, "call ad server", false},
		{0x10, "program start", false}, {0x11, "program end", false}, {0x12, "program early termination", false}, {0x13, "program breakaway", false}, {0x14, "program resumption", false},
		{0x15, "program runover planned", false}, {0x16, "program runover unplanned", false}, {0x17, "program overlap start", false}, {0x18, "program blackout override", false},
		{0x19, "program join", false}, {0x1A, "program immediate resumption", false},
		{0x20, "chapter start", false}, {0x21, "chapter end", false}, {0x22, "break start", false}, {0x23, "break end", false}, {0x24, "opening credit start", false}, {0x25, "opening credit end", false},
		{0x26, "closing credit start", false}, {0x27, "closing credit end", false},
		{0x30, "provider advertisement start", true}, {0x31, "provider advertisement end", false}, {0x32, "distributor advertisement start", true}, {0x33, "distributor advertisement end", false},
		{0x34, "provider placement opportunity start", true}, {0x35, "provider placement opportunity end", false},
		{0x36, "distributor placement opportunity start", true}, {0x37, "distributor placement opportunity end", false},
		{0x38, "provider overlay placement opportunity start", true}, {0x39, "provider overlay placement opportunity end", false},
		{0x3A, "distributor overlay placement opportunity start", true}, {0x3B, "distributor overlay placement opportunity end", false},
		{0x3C, "provider promo start", false}, {0x3D, "provider promo end", false}, {0x3E, "distributor promo start", false}, {0x3F, "distributor promo end", false},
		{0x40, "unscheduled event start", false}, {0x41, "unscheduled event end", false}, {0x42, "alternate content opportunity start", false}, {0x43, "alternate content opportunity end", false},
		{0x44, "provider ad block start", true}, {0x45, "provider ad block end", false}, {0x46, "distributor ad block start", true}, {0x47, "distributor ad block end", false},
		{0x50, "network start", false}, {0x51, "network end", false},
	}
}
