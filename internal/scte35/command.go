package scte35

// Values of splice_command_type (table 7).
const (
	typeNull      = 0x00
	typeSchedule  = 0x04
	typeInsert    = 0x05
	typeSignal    = 0x06
	typeBandwidth = 0x07
	typePrivate   = 0xFF
)

// Null is splice_null (9.7.1): nothing, to show that the stream of cues is alive.
type Null struct{}

// Type returns 0.
func (Null) Type() uint8    { return typeNull }
func (Null) append(*writer) {}

// BandwidthReservation is bandwidth_reservation (9.7.5).
type BandwidthReservation struct{}

// Type returns 7.
func (BandwidthReservation) Type() uint8    { return typeBandwidth }
func (BandwidthReservation) append(*writer) {}

// Private is private_command (9.7.6).
type Private struct {
	Identifier uint32
	Bytes      []byte
}

// Type returns 255.
func (Private) Type() uint8 { return typePrivate }

func (c Private) append(w *writer) {
	w.u32(c.Identifier)
	w.text(string(c.Bytes))
}

// Instant is a splice_time (9.8.1).
type Instant struct {
	Given bool // time_specified_flag
	PTS   uint64
}

func (t Instant) append(w *writer) {
	w.flag(t.Given)
	if !t.Given {
		w.ones(7)
		return
	}
	w.ones(6)
	w.bits(33, t.PTS)
}

func readTime(r *reader) Instant {
	if !r.flag() {
		r.bits(7)
		return Instant{}
	}
	r.bits(6)
	return Instant{true, r.bits(33)}
}

// Signal is time_signal (9.7.4): its Descriptors say what happens then.
type Signal struct{ Time Instant }

// Type returns 6.
func (Signal) Type() uint8 { return typeSignal }

func (c Signal) append(w *writer) { c.Time.append(w) }

// Break is a break_duration (9.8.2).
type Break struct {
	AutoReturn bool
	Duration   uint64
}

func (d *Break) append(w *writer) {
	w.flag(d.AutoReturn)
	w.ones(6)
	w.bits(33, d.Duration)
}

func readBreak(r *reader) *Break {
	d := &Break{AutoReturn: r.flag()}
	r.bits(6)
	d.Duration = r.bits(33)
	return d
}

// Insert is splice_insert (9.7.3). Of one that cancels an event only EventID counts.
type Insert struct {
	EventID        uint32
	Cancel         bool
	Compliant      bool // event_id_compliance_flag is 0
	OutOfNetwork   bool
	Immediate      bool
	Time           Instant     // of the whole programme
	Components     []Component // instead of Time; nil: the whole programme
	Break          *Break
	ProgramID      uint16
	AvailNum       uint8
	AvailsExpected uint8
}

// Component is a part of a programme, and when that is spliced.
type Component struct {
	Tag  uint8
	Time Instant
}

// Type returns 5.
func (Insert) Type() uint8 { return typeInsert }

func (c Insert) append(w *writer) {
	w.u32(c.EventID)
	w.flag(c.Cancel)
	w.ones(7)
	if c.Cancel {
		return
	}
	w.flag(c.OutOfNetwork)
	w.flag(c.Components == nil)
	w.flag(c.Break != nil)
	w.flag(c.Immediate)
	w.flag(!c.Compliant)
	w.ones(3)
	switch {
	case c.Components != nil:
		w.count(8, len(c.Components))
		for _, x := range c.Components {
			w.u8(x.Tag)
			if !c.Immediate {
				x.Time.append(w)
			}
		}
	case !c.Immediate:
		c.Time.append(w)
	}
	if c.Break != nil {
		c.Break.append(w)
	}
	w.u16(c.ProgramID)
	w.u8(c.AvailNum)
	w.u8(c.AvailsExpected)
}

func readInsert(r *reader) Insert {
	c := Insert{EventID: uint32(r.bits(32)), Cancel: r.flag()}
	r.bits(7)
	if c.Cancel {
		return c
	}
	c.OutOfNetwork = r.flag()
	whole, timed := r.flag(), r.flag()
	c.Immediate = r.flag()
	c.Compliant = !r.flag()
	r.bits(3)
	switch {
	case !whole:
		c.Components = []Component{}
		for n := r.bits(8); n > 0 && r.err == nil; n-- {
			x := Component{Tag: uint8(r.bits(8))}
			if !c.Immediate {
				x.Time = readTime(r)
			}
			c.Components = append(c.Components, x)
		}
	case !c.Immediate:
		c.Time = readTime(r)
	}
	if timed {
		c.Break = readBreak(r)
	}
	c.ProgramID, c.AvailNum, c.AvailsExpected = uint16(r.bits(16)), uint8(r.bits(8)), uint8(r.bits(8))
	return c
}

// Schedule is splice_schedule (9.7.2).
type Schedule struct{ Events []Scheduled }

// Scheduled is one event of a Schedule. Times are seconds since 1980-01-06 00:00:00 UTC, leap seconds included.
type Scheduled struct {
	EventID        uint32
	Cancel         bool
	Compliant      bool // event_id_compliance_flag is 0
	OutOfNetwork   bool
	Time           uint32
	Components     []ScheduledComponent // instead of Time; nil: the whole programme
	Break          *Break
	ProgramID      uint16
	AvailNum       uint8
	AvailsExpected uint8
}

// ScheduledComponent is a part of a programme, and when that is spliced.
type ScheduledComponent struct {
	Tag  uint8
	Time uint32
}

// Type returns 4.
func (Schedule) Type() uint8 { return typeSchedule }

func (c Schedule) append(w *writer) {
	w.count(8, len(c.Events))
	for _, e := range c.Events {
		w.u32(e.EventID)
		w.flag(e.Cancel)
		w.flag(!e.Compliant)
		w.ones(6)
		if e.Cancel {
			continue
		}
		w.flag(e.OutOfNetwork)
		w.flag(e.Components == nil)
		w.flag(e.Break != nil)
		w.ones(5)
		if e.Components == nil {
			w.u32(e.Time)
		} else {
			w.count(8, len(e.Components))
			for _, x := range e.Components {
				w.u8(x.Tag)
				w.u32(x.Time)
			}
		}
		if e.Break != nil {
			e.Break.append(w)
		}
		w.u16(e.ProgramID)
		w.u8(e.AvailNum)
		w.u8(e.AvailsExpected)
	}
}

func readSchedule(r *reader) Schedule {
	var c Schedule
	for n := r.bits(8); n > 0 && r.err == nil; n-- {
		e := Scheduled{EventID: uint32(r.bits(32)), Cancel: r.flag(), Compliant: !r.flag()}
		r.bits(6)
		if !e.Cancel {
			e.OutOfNetwork = r.flag()
			whole, timed := r.flag(), r.flag()
			r.bits(5)
			if whole {
				e.Time = uint32(r.bits(32))
			} else {
				e.Components = []ScheduledComponent{}
				for m := r.bits(8); m > 0 && r.err == nil; m-- {
					e.Components = append(e.Components, ScheduledComponent{uint8(r.bits(8)), uint32(r.bits(32))})
				}
			}
			if timed {
				e.Break = readBreak(r)
			}
			e.ProgramID, e.AvailNum, e.AvailsExpected = uint16(r.bits(16)), uint8(r.bits(8)), uint8(r.bits(8))
		}
		c.Events = append(c.Events, e)
	}
	return c
}
