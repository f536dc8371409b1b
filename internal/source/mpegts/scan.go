package mpegts

import (
	"bytes"
	"context"
	"slices"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// maxTracks and maxPictures bound what PMTs may list, and so the memory.
	maxTracks   = 64
	maxPictures = 2
	maxJumps    = 5
	maxMaps     = 1000

	// What s.pids holds: these, or the index of a track after them.
	pidNone  = 0
	pidPAT   = 1
	pidPMT   = 2
	pidTrack = 3
)

// again is what a scan finds out too late: it is run once more with it.
type again struct {
	keep     bool            // parameter sets change: they stay in the samples
	reorder  bool            // video has presentation times only
	order    bool            // some pictures have no times
	recovery bool            // video has no other random access points than those of gradual refresh
	variant  [maxTracks]int8 // which configuration each audio track is served with
}

// jump is a place where the clock jumped.
type jump struct{ pos, from, to int64 }

// scanner is one pass over the file.
type scanner struct {
	w     *walker
	m2ts  bool
	sink  demux.Sink
	again again
	stop  bool // the pass is over: again changed, or err
	err   error

	program program
	pids    [1 << 13]uint8
	pat     sections
	psi     sections
	section []byte // the PMT in force
	maps    int    // PMTs so far, repetitions not counted
	tracks  []*track
	numbers int // tracks that have one
	clock   clock

	others []string // streams that are left out, by name
	jumps  []jump
	jumped int
}

// Scan is a demux.ScanFunc.
func Scan(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	w := newWalker(f)
	programs, err := surveyPrograms(ctx, w)
	if err != nil {
		return demux.Result{}, err
	}
	know := again{}
	m2ts := w.runs[0].stride == 192
	for {
		w.rewind()
		s := &scanner{w: w, m2ts: m2ts, sink: sink, again: know, program: programs[0].program}
		if err := s.run(ctx, programs[0].section); err != nil {
			return demux.Result{}, err
		}
		if s.again == know {
			return s.result(programs[1:])
		}
		know = s.again
		sink.Restart()
	}
}

// run takes the whole file apart.
func (s *scanner) run(ctx context.Context, section []byte) error {
	s.pids[0] = pidPAT
	s.pids[s.program.pid] = pidPMT
	s.programMap(section)
	for !s.stop {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, n, stride, pos := s.w.burst()
		if n == 0 {
			break
		}
		for i := range n {
			p := b[i*stride : i*stride+packetLen]
			if k := s.pids[int(p[1]&0x1F)<<8|int(p[2])]; k != pidNone {
				s.packet(k, p, pos+int64(i*stride))
			}
		}
	}
	for _, t := range s.tracks {
		s.flush(t)
	}
	for i, t := range s.tracks {
		if t.audio != nil && t.audio.common() != t.audio.variant && !s.stop {
			s.again.variant[i] = int8(t.audio.common())
			s.stop = true
		}
	}
	for _, t := range s.tracks {
		if t.video != nil && !t.started && t.recovery && !s.again.recovery && !s.stop {
			s.again.recovery = true
			s.stop = true
		}
	}
	if s.stop {
		return s.err
	}
	s.settle()
	for _, t := range s.tracks {
		if len(t.group) > 0 {
			s.spread(t, int64(len(t.group))*t.usual())
		}
		t.orderer.flush(func(u timed) { s.push(t, u) })
	}
	s.settle()
	for _, t := range s.tracks {
		t.finish()
	}
	s.handOver()
	return s.err
}

// packet takes a packet of a PID that matters.
func (s *scanner) packet(k uint8, p []byte, pos int64) {
	switch {
	case k == pidPAT:
		s.pat.packet(p, s.programList)
		return
	case k == pidPMT:
		s.psi.packet(p, s.programMap)
		return
	case s.stop:
		return
	}
	t := s.tracks[k-pidTrack]
	from, ev := t.unpack.packet(p)
	if ev != 0 {
		s.event(t, ev, p, from, pos)
	}
	if from >= packetLen {
		return
	}
	if t.video != nil {
		t.video.add(p[from:], pos+int64(from))
	} else if t.audio != nil {
		t.audio.add(p[from:], pos+int64(from))
	}
}

// event takes what a packet brought besides bytes.
func (s *scanner) event(t *track, ev event, p []byte, from int, pos int64) {
	if ev&evDiscontinuity != 0 {
		s.clock.signalled++
	}
	if ev&evScrambled != 0 {
		t.faults.scrambled++
	}
	if ev&evLost != 0 {
		if t.faults.lost == 0 {
			t.faults.lostAt = pos
		}
		t.faults.lost++
		if t.audio != nil {
			t.audio.lost()
		}
	}
	if ev&evStart != 0 {
		st := times(t.unpack.head)
		st.signalled = s.clock.signalled
		switch {
		case t.video != nil:
			t.video.begin(st, p[from:])
		case t.audio != nil:
			t.audio.begin(st)
		}
	}
}

// programList follows the program when a new PAT moves it.
func (s *scanner) programList(section []byte) {
	list, ok := patPrograms(section)
	if !ok || len(list) == 0 || slices.Contains(list, s.program) {
		return
	}
	next := list[0]
	for _, p := range list {
		if p.number == s.program.number {
			next = p
		}
	}
	if k := s.pids[s.program.pid]; k == pidPMT {
		s.pids[s.program.pid] = pidNone
	}
	s.program = next
	s.psi = sections{}
	s.pids[next.pid] = pidPMT
}

// programMap takes a PMT: the same again, the first, or another one.
func (s *scanner) programMap(section []byte) {
	if bytes.Equal(section, s.section) {
		return
	}
	m, ok := parsePMT(section)
	if !ok || m.number != s.program.number {
		return
	}
	s.section = append(s.section[:0], section...)
	if s.maps++; s.maps <= maxMaps {
		s.follow(m)
	}
}

// flush ends the access unit at hand: the PID has no more of it.
func (s *scanner) flush(t *track) {
	if t.video != nil {
		t.video.flush()
	}
	if t.audio != nil {
		t.audio.flush()
	}
	t.unpack = newUnpacker()
}

// handOver gives the sink what the tracks have. Tracks are numbered in the order of the PMT, but only those that have Samples.
func (s *scanner) handOver() {
	for _, t := range s.tracks {
		if t.number < 0 && t.count > 0 {
			t.number = s.numbers
			s.numbers++
		}
		if len(t.batch) == 0 || s.stop {
			continue
		}
		if err := s.sink.Samples(t.number, t.batch); err != nil {
			s.err, s.stop = err, true
		}
		t.batch = t.batch[:0]
	}
}

// describe fills in a Track from the PMT, from fill and from the configuration; false and a fault when that is not possible.
func (s *scanner) describe(t *track, fill func(*media.Track) bool) bool {
	m := media.Track{ID: uint32(t.pid), Kind: t.kind, Codec: t.codec, Timescale: hz, Language: t.language, Original: t.original,
		HearingImpaired: t.hearing, VisualImpaired: t.visual}
	if !fill(&m) {
		return false
	}
	if m.Config != nil {
		if err := codec.Describe(&m); err != nil {
			t.fault = err
			return false
		}
	}
	if t.audio != nil {
		if m.SampleRate == 0 {
			t.fault = errs.Errorf(errs.Invalid, "no sampling rate in the %s frames", m.Codec)
			return false
		}
		m.Timescale = media.Timescale(m.SampleRate)
		t.frameSamples = int64(codec.FrameSamples(&m))
	}
	t.media = m
	return true
}
