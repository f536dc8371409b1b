package indexing

import (
	"fmt"
	"slices"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

const (
	// batchSize is how many samples are handed from the demuxer's goroutine to the builder's at a time, and batches how many times that the former may be ahead.
	batchSize, batches = 512, 16
	// allSync is after how many samples, each of them a random access point, a track is taken to have nothing else.
	allSync = 4096
)

// sink builds an index of what a Scan finds, on a goroutine of its own: to find samples and to pack them take about as long as each other. It implements demux.Sink.
type sink struct {
	tracks []*trackSink
	queue  chan batch
	free   chan []media.Sample
	done   chan struct{}
	open   bool
}

// batch is work for the builder.
type batch struct {
	track   *trackSink
	samples []media.Sample
	cues    []media.Cue
}

// trackSink is a Builder that has stopped at the first error: what is wrong with one track says nothing against the others.
type trackSink struct {
	index.Builder
	err   error
	buf   []media.Sample
	count int
	syncs []point // marked as random access points, in order; dropped when all is set
	all   bool    // every sample is, as in audio
}

// point is where a sample is.
type point struct {
	n      int
	size   uint32
	offset int64
}

func newSink() *sink {
	s := &sink{}
	s.start()
	return s
}

func (s *sink) start() {
	s.tracks, s.open = nil, true
	s.queue, s.free, s.done = make(chan batch, batches), make(chan []media.Sample, batches+1), make(chan struct{})
	go build(s.queue, s.free, s.done)
}

// build packs samples until the queue is closed.
func build(queue <-chan batch, free chan<- []media.Sample, done chan<- struct{}) {
	defer close(done)
	for b := range queue {
		b.track.add(b.samples)
		b.track.Builder.Cues(b.cues)
		select {
		case free <- b.samples[:0]:
		default:
		}
	}
}

// add packs samples. A panic is a fault of ours, and must not end the program.
func (t *trackSink) add(samples []media.Sample) {
	defer func() {
		if p := recover(); p != nil {
			t.err = fmt.Errorf("indexing broke off: %v", p)
		}
	}()
	if t.err == nil {
		t.err = t.Builder.Samples(samples)
	}
}

// note takes note of where samples are that are marked as random access points. It is the demuxer's goroutine that does, which has a little less to do than the other.
func (t *trackSink) note(samples []media.Sample) {
	for i := range samples {
		s := &samples[i]
		if s.Sync && !t.all {
			t.syncs = append(t.syncs, point{t.count, s.Size, s.Offset})
			if len(t.syncs) == allSync && t.count+1 == allSync {
				t.all, t.syncs = true, slices.Clone(t.syncs[:trustAfter])
			}
		}
		if !s.Sync && t.all {
			t.all = false
			t.syncs = nil // incomplete: the index is walked instead
		}
		t.count++
	}
}

func (s *sink) builder(track int) *trackSink {
	for len(s.tracks) <= track {
		s.tracks = append(s.tracks, &trackSink{})
	}
	return s.tracks[track]
}

// Samples takes samples of a track.
func (s *sink) Samples(track int, samples []media.Sample) error {
	t := s.builder(track)
	for len(samples) > 0 {
		if t.buf == nil {
			select {
			case t.buf = <-s.free:
			default:
				t.buf = make([]media.Sample, 0, batchSize)
			}
		}
		n := min(len(samples), batchSize-len(t.buf))
		t.buf = append(t.buf, samples[:n]...)
		samples = samples[n:]
		if len(t.buf) == batchSize {
			s.send(t)
		}
	}
	return nil
}

// Take takes a whole batch of samples as it is, and returns an empty one as large.
func (s *sink) Take(track int, samples []media.Sample) ([]media.Sample, error) {
	t := s.builder(track)
	if len(t.buf) > 0 || cap(samples) != batchSize {
		return samples[:cap(samples)], s.Samples(track, samples)
	}
	t.note(samples)
	s.queue <- batch{track: t, samples: samples}
	select {
	case next := <-s.free:
		return next[:cap(next)], nil
	default:
		return make([]media.Sample, batchSize), nil
	}
}

func (s *sink) send(t *trackSink) {
	t.note(t.buf)
	s.queue <- batch{track: t, samples: t.buf}
	t.buf = nil
}

// Cues takes timed text of a track.
func (s *sink) Cues(track int, c []media.Cue) error {
	s.queue <- batch{track: s.builder(track), cues: slices.Clone(c)}
	return nil
}

// Restart throws away what there is.
func (s *sink) Restart() {
	s.close()
	s.start()
}

// close hands over the rest and waits until all is packed.
func (s *sink) close() {
	if !s.open {
		return
	}
	s.open = false
	for _, t := range s.tracks {
		if len(t.buf) > 0 {
			s.send(t)
		}
	}
	close(s.queue)
	<-s.done
}
