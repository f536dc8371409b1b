package scte35

// Values of splice_descriptor_tag (table 16).
const (
	tagAvail        = 0
	tagDTMF         = 1
	tagSegmentation = 2
	tagTime         = 3
	tagAudio        = 4
)

// Avail is avail_descriptor (10.3.1).
type Avail struct{ ProviderID uint32 }

// Tag returns 0.
func (Avail) Tag() uint8 { return tagAvail }

func (d Avail) append(w *writer) {
	w.text(cuei)
	w.u32(d.ProviderID)
}

// DTMF is DTMF_descriptor (10.3.2): tones for equipment that listens to them.
type DTMF struct {
	Preroll uint8 // tenths of a second
	Tones   string
}

// Tag returns 1.
func (DTMF) Tag() uint8 { return tagDTMF }

func (d DTMF) append(w *writer) {
	w.text(cuei)
	w.u8(d.Preroll)
	w.count(3, len(d.Tones))
	w.ones(5)
	w.text(d.Tones)
}

// Time is time_descriptor (10.3.4): the time of day, in TAI.
type Time struct {
	Seconds     uint64 // 48 bits
	Nanoseconds uint32
	UTCOffset   uint16
}

// Tag returns 3.
func (Time) Tag() uint8 { return tagTime }

func (d Time) append(w *writer) {
	w.text(cuei)
	w.bits(48, d.Seconds)
	w.u32(d.Nanoseconds)
	w.u16(d.UTCOffset)
}

// Audio is audio_descriptor (10.3.5).
type Audio struct{ Channels []AudioChannel }

// AudioChannel is one audio service of a programme.
type AudioChannel struct {
	Component     uint8
	Language      string // three letters (ISO 639)
	BitStreamMode uint8  // 3 bits
	Channels      uint8  // 4 bits
	FullService   bool
}

// Tag returns 4.
func (Audio) Tag() uint8 { return tagAudio }

func (d Audio) append(w *writer) {
	w.text(cuei)
	w.count(4, len(d.Channels))
	w.ones(4)
	for _, c := range d.Channels {
		w.u8(c.Component)
		w.text((c.Language + "   ")[:3])
		w.bits(3, uint64(c.BitStreamMode))
		w.bits(4, uint64(c.Channels))
		w.flag(c.FullService)
	}
}

// Unknown is a descriptor that is not understood.
type Unknown struct {
	Kind  uint8
	Bytes []byte // with the identifier
}

// Tag returns the tag.
func (d Unknown) Tag() uint8 { return d.Kind }

func (d Unknown) append(w *writer) { w.text(string(d.Bytes)) }

// readDescriptor reads the body of a descriptor. What cannot be read, or does not end where it says, is kept as it is.
func readDescriptor(tag uint8, r *reader) Descriptor {
	unknown := Unknown{tag, append([]byte(nil), r.b...)}
	if string(r.take(min(4, len(r.b)), "identifier")) != cuei {
		return unknown
	}
	var d Descriptor = unknown
	switch tag {
	case tagAvail:
		d = Avail{uint32(r.bits(32))}
	case tagDTMF:
		x := DTMF{Preroll: uint8(r.bits(8))}
		n := int(r.bits(3))
		r.bits(5)
		x.Tones = string(r.take(n, "DTMF"))
		d = x
	case tagSegmentation:
		d = readSegmentation(r)
	case tagTime:
		d = Time{r.bits(48), uint32(r.bits(32)), uint16(r.bits(16))}
	case tagAudio:
		var x Audio
		n := r.bits(4)
		for r.bits(4); n > 0 && r.err == nil; n-- {
			c := AudioChannel{Component: uint8(r.bits(8)), Language: string(r.take(3, "ISO_code"))}
			c.BitStreamMode, c.Channels, c.FullService = uint8(r.bits(3)), uint8(r.bits(4)), r.flag()
			x.Channels = append(x.Channels, c)
		}
		d = x
	}
	if r.err != nil || r.more() {
		return unknown
	}
	return d
}
