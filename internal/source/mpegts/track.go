package mpegts

import (
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// batchSize is how many Samples are handed over at a time.
const batchSize = 256

// timed is a unit with its place on the clock of its epoch.
type timed struct {
	unit
	epoch *epoch
	at    int64 // decode time
	cto   int64
}

// track is an elementary stream on its way to becoming a media.Track.
type track struct {
	stream
	media  media.Track
	number int // in the sink; -1 until its first Samples are handed over
	unpack unpacker
	video  *pictures // one of the two, or neither for codings that are known by name only
	audio  *frames

	timing
	started  bool  // video: a random access point was found
	recovery bool  // video: pictures were seen from which it recovers in time
	open     bool  // video: it was not an IDR picture, so leading pictures that follow it cannot be decoded
	firstPTS int64 // of it
	group    []timed
	step     int64 // video: the last time between two decode times
	prev     stamps
	orderer  orderer

	pending []timed // wait for the epoch to be settled
	reorder *demux.Reorder
	latest  int64        // video: the greatest time so far
	held    media.Sample // waits for its duration
	holding bool
	batch   []media.Sample
	count   int64
	next    int64 // audio: the next frame's time in samples
	anchor  bool  // audio: next is valid
	// frameSamples is what codec.FrameSamples says.
	frameSamples int64

	faults faults
	fault  error // why nothing can be served
}

// faults counts what a person should know of a track.
type faults struct {
	lost, lostAt int64 // gaps in the continuity counter
	scrambled    int64 // packets
	before       int64 // pictures before the first random access point, and leading pictures of that
	repaired     int64 // decode times that went back
	gaps, laps   int64 // audio: times that did not follow from the frames before
	dropped      int64 // audio frames that overlapped
	untimed      int64 // access units before the first time
}

// end returns where the track's Samples end so far, in the time line of the program at 90 kHz.
func (t *track) end() (int64, bool) {
	switch {
	case t.kind == media.Audio && t.anchor:
		return media.MulDiv(t.next, hz, int64(t.media.Timescale)), true
	case t.kind == media.Video && t.count > 0:
		return t.latest + t.usual(), true
	}
	return 0, false
}

// deliver takes a unit whose epoch is settled.
func (t *track) deliver(u timed) {
	at := u.at + u.epoch.offset
	if t.kind == media.Audio {
		t.deliverFrame(u, at)
		return
	}
	if t.reorder != nil { // wants presentation times
		at, u.cto = at+u.cto, 0
	}
	if u.cto > farAhead || u.cto < -farAhead {
		u.cto = 0
	}
	t.hold(media.Sample{Offset: u.offset, Span: u.span, Size: u.size, DTS: media.Ticks(at), CTO: int32(u.cto), Sync: u.sync})
}

// hold takes a video Sample with its times.
func (t *track) hold(s media.Sample) {
	t.count++
	t.latest = max(t.latest, int64(s.DTS))
	if t.reorder != nil {
		_ = t.reorder.Push(s) // release never fails
		return
	}
	t.release(s)
}

// release takes a video Sample in its final order; the one before gets its duration.
func (t *track) release(s media.Sample) {
	if t.holding {
		if s.DTS <= t.held.DTS {
			t.faults.repaired++
			pts := s.PTS()
			s.DTS = t.held.DTS + 1
			s.CTO = int32(min(max(pts-s.DTS, -farAhead), farAhead))
		}
		t.held.Duration = s.DTS - t.held.DTS
		t.batch = append(t.batch, t.held)
	}
	t.held, t.holding = s, true
}

// deliverFrame puts an audio frame on the sample clock. PES packets give times to 1/90000 s and often worse, so they only count where they
// differ from the clock by more than half a frame or 10 ms, whichever is more.
func (t *track) deliverFrame(u timed, at int64) {
	rate := int64(t.media.Timescale)
	n := int64(u.samples)
	if n == 0 {
		n = t.frameSamples
	}
	if u.hasPTS {
		want := media.MulDiv(at, rate, hz)
		d := want - t.next
		if limit := max(n/2, rate/100); !t.anchor || d > limit || d < -limit {
			if t.anchor && d > 0 {
				t.faults.gaps++
			} else if t.anchor {
				t.faults.laps++
			}
			t.anchor, t.next = true, want
		}
	}
	if !t.anchor {
		t.faults.untimed++
		return
	}
	s := media.Sample{Offset: u.offset, Span: u.span, Size: u.size, DTS: media.Ticks(t.next), Duration: media.Ticks(n), Sync: true}
	t.next += n
	if u.foreign {
		return
	}
	if t.holding {
		if s.DTS < t.held.DTS+t.held.Duration/2 {
			t.faults.dropped++
			return
		}
		t.held.Duration = s.DTS - t.held.DTS
		t.batch = append(t.batch, t.held)
	}
	t.count++
	t.held, t.holding = s, true
}

// finish moves the last Sample to the batch.
func (t *track) finish() {
	if t.reorder != nil {
		_ = t.reorder.Close()
	}
	if !t.holding {
		return
	}
	if t.kind == media.Video {
		t.held.Duration = media.Ticks(t.usual())
	}
	t.batch = append(t.batch, t.held)
	t.holding = false
}
