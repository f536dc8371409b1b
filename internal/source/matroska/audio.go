package matroska

import (
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// batchSize is how many Samples are handed over at a time.
const batchSize = 256

// audio puts packets on an exact sample clock: the first packet's time is the Block's, each lasts as long as the samples in it, and only where a Block's
// time differs by more than the rounding and half a packet does the clock start anew: there is a gap.
type audio struct {
	s       *scanner
	t       *track
	rate    int64
	fixed   int64 // samples in a packet, 0 where each says
	started bool
	next    int64 // the clock: when the next packet begins
	held    media.Sample
	holding bool
	batch   []media.Sample
	late    bool // said already that times went back
}

func newAudio(s *scanner, t *track) *audio {
	a := &audio{s: s, t: t, rate: int64(t.Timescale), batch: make([]media.Sample, 0, batchSize)}
	a.fixed = int64(codec.FrameSamples(&t.Track))
	if t.samples > 0 {
		a.fixed = int64(t.samples)
	}
	if t.Codec == media.Opus || t.Codec == media.FLAC {
		a.fixed = 0
	}
	return a
}

// length returns how many samples a packet holds.
func (a *audio) length(fr *frame) int64 {
	n := a.fixed
	switch a.t.Codec {
	case media.Opus:
		n = int64(codec.OpusSamples(fr.head))
	case media.FLAC:
		n = int64(codec.FLACSamples(fr.head))
	}
	if n <= 0 { // a damaged packet, or a codec that does not say: as long as the container says, or as the one before
		n = media.MulDiv(int64(min(a.t.defaultDuration, 10e9)), a.rate, 1e9)
	}
	if n <= 0 {
		n = max(1, int64(a.held.Duration))
	}
	return n
}

func (a *audio) frame(fr *frame) error {
	n := a.length(fr)
	at := a.next
	if fr.timed {
		at = a.clock(fr.time, n)
	}
	if a.holding && at <= int64(a.held.DTS) {
		if !a.late {
			a.late = true
			a.s.warn("track %d: the times go back at byte %d: packets are left out until they are past what was", a.t.ID, fr.offset)
		}
		return nil
	}
	if err := a.emit(at); err != nil {
		return err
	}
	a.held = media.Sample{Offset: fr.offset, Span: fr.span, Size: fr.size, DTS: media.Ticks(at), Duration: media.Ticks(n), Sync: true}
	a.holding = true
	a.next = at + n
	return nil
}

// clock returns when a packet of n samples begins that the container says begins at ns.
func (a *audio) clock(ns, n int64) int64 {
	at := media.MulDiv(ns, a.rate, 1e9)
	unit := media.MulDiv(a.s.scale, a.rate, 1e9) + 1
	if !a.started {
		a.started = true
		// the delay is exact, what is rounded is the Block's time: on the packets' grid from 0 when it may be
		delay := int64(a.t.Priming)
		if a.t.codecDelay == 0 {
			delay = 0
		}
		grid := (at + delay + n/2) / n * n
		if d := grid - delay - at; d >= -unit/2-1 && d <= unit/2+1 {
			return grid - delay
		}
		return at
	}
	if d := at - a.next; d > 2*unit+n/2 || d < -2*unit-n/2 {
		return at
	}
	return a.next
}

// emit hands over the held packet, which lasts until next.
func (a *audio) emit(next int64) error {
	if !a.holding {
		return nil
	}
	a.held.Duration = media.Ticks(next) - a.held.DTS
	a.batch = append(a.batch, a.held)
	if len(a.batch) < batchSize {
		return nil
	}
	return a.flush()
}

func (a *audio) flush() error {
	a.s.handed = true
	err := a.s.sink.Samples(a.t.index, a.batch)
	a.batch = a.batch[:0]
	return err
}

func (a *audio) close() error {
	if err := a.emit(a.next); err != nil {
		return err
	}
	a.holding = false
	if len(a.batch) == 0 {
		return nil
	}
	return a.flush()
}
