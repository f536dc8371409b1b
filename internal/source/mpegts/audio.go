package mpegts

import "github.com/dashwright/dashwright/internal/media"

// status is what a framer found at the beginning of some bytes.
type status uint8

const (
	frameFound status = iota
	frameShort        // more bytes are needed to say
	frameNone         // no frame begins here
)

// frame is an access unit of audio.
type frame struct {
	skip    int // bytes before what is served
	size    int // bytes as served
	total   int // bytes to the next frame
	samples int // per channel; 0: as codec.FrameSamples says
	variant int // which of the configurations in the stream it has, in order of appearance; foreign when that is not known
}

// framer knows the frames of one audio coding.
type framer interface {
	// next looks at the frame that b begins with. all says that nothing comes after b.
	next(b []byte, all bool) (frame, status)
	// describe fills in Codec, Config, and SampleRate where the frames say it, for one of the configurations. ok is false while that was not seen.
	describe(t *media.Track, variant int) (ok bool)
}

// A track has one configuration. Where the stream has several, the one of most frames is served.
const (
	maxVariants = 8
	foreign     = -1
)

// variants are the configurations in the order in which they appear.
type variants[T any] []T

// find returns the place of one like v, which may be a new one.
func (l *variants[T]) find(v T, same func(a, b T) bool) int {
	for i := range *l {
		if same((*l)[i], v) {
			return i
		}
	}
	if len(*l) >= maxVariants {
		return foreign
	}
	*l = append(*l, v)
	return len(*l) - 1
}

// frames splits an audio elementary stream into frames, which PES packets need not respect.
type frames struct {
	framer
	es     elementary
	at     int  // es.b[:at] is done with
	locked bool // the frame before was whole, so one begins at at
	out    func(unit)

	variant int                // the configuration that is served
	counts  [maxVariants]int64 // of frames of each
	foreign int64              // frames of others
	garbage int64              // bytes that belong to no frame
	broken  int64              // frames cut by lost packets
}

// common returns the configuration of most frames.
func (a *frames) common() int {
	best := a.variant
	for i, n := range a.counts {
		if n > a.counts[best] {
			best = i
		}
	}
	return best
}

// lost is called when packets are missing: the frame at hand is broken.
func (a *frames) lost() {
	if len(a.es.b) > a.at {
		a.broken++
	}
	a.es.clear()
	a.at, a.locked = 0, false
}

func (a *frames) begin(s stamps) { a.es.begin(s) }

func (a *frames) add(body []byte, pos int64) {
	a.es.add(body, pos)
	a.split(false)
}

// flush hands out what is whole.
func (a *frames) flush() {
	a.split(true)
	a.es.clear()
	a.at, a.locked = 0, false
}

func (a *frames) split(all bool) {
	for a.at < len(a.es.b) {
		f, s := a.next(a.es.b[a.at:], all)
		if s == frameFound && f.total > len(a.es.b)-a.at {
			s = frameShort
		}
		if s == frameFound && !a.locked && !a.es.marked(a.at) {
			s = a.confirm(f, all)
		}
		if s == frameShort {
			break
		}
		if s == frameNone {
			a.locked = false
			a.garbage++
			a.at++
			continue
		}
		a.locked = true
		a.emit(f)
		a.at += f.total
	}
	if a.at > 0 {
		a.es.drop(a.at)
		a.at = 0
	}
}

// confirm asks that another frame follows f, because what looks like one may be anything after damage.
func (a *frames) confirm(f frame, all bool) status {
	rest := a.es.b[a.at+f.total:]
	if len(rest) == 0 {
		if all {
			return frameFound
		}
		return frameShort
	}
	_, s := a.next(rest, all)
	return s
}

func (a *frames) emit(f frame) {
	u := unit{stamps: a.es.take(a.at), size: uint32(f.size), samples: f.samples, sync: true, foreign: f.variant != a.variant}
	if u.foreign {
		a.foreign++
	}
	if f.variant >= 0 {
		a.counts[f.variant]++
	}
	from := a.at + f.skip
	offset, span := a.es.place(from, max(a.at+f.total, from+1))
	if span > maxSpan {
		a.broken++
		u.foreign = true
	}
	u.offset, u.span = offset, uint32(span)
	a.out(u)
}
