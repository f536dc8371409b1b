package index

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// markEvery is the number of Samples from one mark to the next.
const markEvery = 64

// The low bits of a Sample's first integer; its size stands above them.
const (
	flagSync = 1 << iota
	flagBoundary
	flagGap      // the bytes do not follow the former Sample's
	flagSpan     // Span is not Size
	flagDuration // Duration is not the former's
	flagCTO      // CTO is not 0
	flagAux      // auxiliary information follows
	flagBits     = iota
)

// Track is one elementary stream: what it is, and its Samples or Cues.
type Track struct {
	media.Track
	Count int         // Samples
	Bytes uint64      // payload as served
	Start media.Ticks // DTS of the first Sample
	End   media.Ticks // DTS plus duration of the last
	// FirstPTS and EndPTS bound the presentation: the smallest PTS, the largest PTS plus duration.
	FirstPTS, EndPTS media.Ticks
	// Constant is the duration of all Samples, or 0 when they differ.
	Constant media.Ticks
	// Delay is the first Sample's CTO. A Sample is served at DTS plus Delay, so that the first one's decode time is its presentation time.
	Delay  media.Ticks
	HasCTO bool // some Sample's CTO is not Delay
	// Lag is how much earlier than it is decoded, as served, a Sample is presented, at the most: Delay minus the smallest CTO.
	Lag   uint32
	Syncs int // Samples where decoding may start
	// Frame is the duration of the first Frames Samples: all, or all but the last. 0 when they differ.
	Frame  media.Ticks
	Frames int
	HasOwn bool // the file's own boundaries are marked
	Cues   []media.Cue

	blob   []byte
	marks  []mark
	groups []groupRun
	points []Point // nil when every few Samples are random access points: then they are found by walking
}

// mark is the state before a Sample whose number is a multiple of markEvery.
type mark struct {
	Blob     uint32
	Duration uint32
	Offset   int64
	DTS      int64
	Aux      int64
	Bytes    uint64 // payload of all Samples before
	AuxBytes uint32
}

// groupRun says which Group Samples are of from one on, up to the next groupRun; those before the first are of 0.
type groupRun struct {
	first uint32
	group uint16
}

// Cursor walks Samples forward.
type Cursor struct {
	groups   []groupRun // from the next change on
	ahead    int        // Samples before that
	group    uint16
	blob     []byte
	left     int
	offset   int64
	aux      int64
	dts      media.Ticks
	duration uint32
}

// Cursor returns a Cursor before Sample n (0 is the first). n past the end gives an empty one.
func (t *Track) Cursor(n int) Cursor {
	if n < 0 || n >= t.Count {
		return Cursor{}
	}
	m := t.marks[n/markEvery]
	c := Cursor{blob: t.blob[m.Blob:], left: t.Count - n/markEvery*markEvery, offset: m.Offset, aux: m.Aux, dts: media.Ticks(m.DTS), duration: m.Duration}
	if len(t.groups) > 0 {
		c.startGroups(t.groups, n/markEvery*markEvery)
	}
	var s media.Sample
	for range n % markEvery {
		c.Next(&s)
	}
	return c
}

// Next fills in the next Sample. It returns false at the end.
func (c *Cursor) Next(s *media.Sample) bool {
	if c.left == 0 {
		return false
	}
	c.left--
	b := c.blob
	head, n := uvarint(b)
	b = b[n:]
	s.Size = uint32(head >> flagBits)
	s.Sync = head&flagSync != 0
	s.Boundary = head&flagBoundary != 0
	if head&flagGap != 0 {
		v, n := varint(b)
		c.offset += v
		b = b[n:]
	}
	s.Span = s.Size
	if head&flagSpan != 0 {
		v, n := uvarint(b)
		s.Span = uint32(v)
		b = b[n:]
	}
	if head&flagDuration != 0 {
		v, n := varint(b)
		c.duration = uint32(int64(c.duration) + v)
		b = b[n:]
	}
	s.CTO = 0
	if head&flagCTO != 0 {
		v, n := varint(b)
		s.CTO = int32(v)
		b = b[n:]
	}
	s.AuxOffset, s.AuxSize = 0, 0
	if head&flagAux != 0 {
		gap, n := varint(b)
		size, m := uvarint(b[n:])
		b = b[n+m:]
		s.AuxOffset, s.AuxSize = c.aux+gap, uint16(size)
		c.aux = s.AuxOffset + int64(size)
	}
	if s.Group = c.group; len(c.groups) > 0 {
		s.Group = c.nextGroup()
	}
	s.Offset, s.DTS, s.Duration = c.offset, c.dts, media.Ticks(c.duration)
	c.offset += int64(s.Span)
	c.dts += s.Duration
	c.blob = b
	return true
}

// uvarint and varint are those of encoding/binary without their error results: a blob is checked when it is loaded.
func uvarint(b []byte) (v uint64, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	var shift uint
	for i, x := range b {
		if x < 0x80 {
			return v | uint64(x)<<shift, i + 1
		}
		v |= uint64(x&0x7f) << shift
		shift += 7
	}
	return 0, len(b)
}

func varint(b []byte) (int64, int) {
	u, n := uvarint(b)
	return int64(u>>1) ^ -int64(u&1), n
}

// Size returns how many bytes of memory the Samples take, and the Cues' text.
func (t *Track) Size() int {
	n := len(t.blob) + len(t.marks)*markSize + len(t.points)*pointSize + len(t.groups)*groupMemory
	for i := range t.Cues {
		n += 16 + len(t.Cues[i].Text) + len(t.Cues[i].Settings) + len(t.Cues[i].ID)
	}
	return n
}

// Builder makes a Track from Samples in decode order.
type Builder struct {
	t        Track
	parts    [][]byte // of the Samples' bytes, before part: to join them at the end costs less than to grow one by copying
	part     []byte
	full     int          // bytes in parts
	held     media.Sample // the newest Sample: its duration is known when the next one comes
	holding  bool
	offset   int64
	aux      int64
	auxBytes uint32
	dts      media.Ticks
	duration media.Ticks
	first    media.Ticks // the first Sample's duration
	even     bool        // every duration so far is first
	dense    bool        // random access points are not worth keeping
	group    uint16      // of the newest Sample
}

// Samples adds the next ones. Within a Track time has no holes and no overlaps: a Sample lasts until the next one's DTS, whatever its own
// duration says; a DTS that does not grow is moved one tick past the former, its presentation time kept. The error, of kind errs.Invalid, is about
// times that no fragment can carry.
func (b *Builder) Samples(batch []media.Sample) error {
	if len(batch) == 0 {
		return nil
	}
	if b.holding {
		next := follow(&b.held, &batch[0])
		if err := b.add(&b.held, next-b.held.DTS); err != nil {
			return err
		}
	}
	for i := 0; i < len(batch)-1; i++ {
		if ahead := min(len(batch)-1-i, -b.t.Count&(markEvery-1)); ahead > 0 {
			if i += b.run(batch[i : i+ahead+1]); i == len(batch)-1 {
				break
			}
		}
		next := follow(&batch[i], &batch[i+1])
		if err := b.add(&batch[i], next-batch[i].DTS); err != nil {
			return err
		}
	}
	b.held, b.holding = batch[len(batch)-1], true
	return nil
}

// follow returns the decode time of next, moved if it does not come after prev's.
func follow(prev, next *media.Sample) media.Ticks {
	if next.DTS <= prev.DTS {
		next.CTO -= int32(prev.DTS + 1 - next.DTS)
		next.DTS = prev.DTS + 1
	}
	return next.DTS
}

func (b *Builder) add(s *media.Sample, duration media.Ticks) error {
	t := &b.t
	if duration < 0 || duration > math.MaxUint32 {
		return errs.Errorf(errs.Invalid, "sample %d at byte %d lasts %d ticks: no fragment can say that", t.Count, s.Offset, duration)
	}
	pts := s.PTS()
	if t.Count == 0 {
		t.Start, t.FirstPTS, t.EndPTS = s.DTS, pts, pts+duration
		b.dts, b.first, b.even = s.DTS, duration, true
		t.Delay = media.Ticks(s.CTO)
	}
	if t.Count%markEvery == 0 {
		at := b.full + len(b.part)
		if at > math.MaxUint32 {
			return errs.Errorf(errs.Unsupported, "more samples than an index can hold")
		}
		t.marks = append(t.marks, mark{uint32(at), uint32(b.duration), b.offset, int64(b.dts), b.aux, t.Bytes, b.auxBytes})
	}
	if s.Sync {
		t.Syncs++
	}
	if !b.dense {
		t.point(s, pts, b.auxBytes)
		b.dense = len(t.points) > 256 && t.thin()
	}
	if s.Group != b.group {
		t.groups, b.group = append(t.groups, groupRun{uint32(t.Count), s.Group}), s.Group
	}
	b.encode(s, duration)
	t.HasOwn = t.HasOwn || s.Boundary && t.Count > 0
	t.HasCTO = t.HasCTO || media.Ticks(s.CTO) != t.Delay
	t.Lag = max(t.Lag, uint32(max(0, t.Delay-media.Ticks(s.CTO))))
	b.even = b.even && duration == b.first
	t.FirstPTS = min(t.FirstPTS, pts)
	t.EndPTS = max(t.EndPTS, pts+duration)
	t.Bytes += uint64(s.Size)
	b.auxBytes += uint32(s.AuxSize)
	t.Count++
	b.dts += duration
	return nil
}

// encodedMax is the most bytes that a Sample can take.
const encodedMax = 7*binary.MaxVarintLen64 + 8

func (b *Builder) encode(s *media.Sample, duration media.Ticks) {
	head := uint64(s.Size) << flagBits
	if s.Sync {
		head |= flagSync
	}
	if s.Boundary {
		head |= flagBoundary
	}
	if s.Offset != b.offset {
		head |= flagGap
	}
	if s.Span != s.Size {
		head |= flagSpan
	}
	if duration != b.duration {
		head |= flagDuration
	}
	if s.CTO != 0 {
		head |= flagCTO
	}
	if s.AuxSize != 0 {
		head |= flagAux
	}
	b.room(encodedMax)
	n := len(b.part)
	p := b.part[n : n+encodedMax]
	i := binary.PutUvarint(p, head)
	if head&flagGap != 0 {
		i += binary.PutVarint(p[i:], s.Offset-b.offset)
	}
	if head&flagSpan != 0 {
		i += binary.PutUvarint(p[i:], uint64(s.Span))
	}
	if head&flagDuration != 0 {
		i += binary.PutVarint(p[i:], int64(duration-b.duration))
	}
	if head&flagCTO != 0 {
		i += binary.PutVarint(p[i:], int64(s.CTO))
	}
	if head&flagAux != 0 {
		i += binary.PutVarint(p[i:], s.AuxOffset-b.aux)
		i += binary.PutUvarint(p[i:], uint64(s.AuxSize))
		b.aux = s.AuxOffset + int64(s.AuxSize)
	}
	b.part = b.part[:n+i]
	b.offset = s.Offset + int64(s.Span)
	b.duration = duration
}

// Cues adds timed text.
func (b *Builder) Cues(c []media.Cue) { b.t.Cues = append(b.t.Cues, c...) }

// Finish returns the Track with its description.
func (b *Builder) Finish(desc media.Track) (*Track, error) {
	if b.even && b.t.Count > 0 {
		b.t.Frame, b.t.Frames = b.first, b.t.Count
	}
	if b.holding {
		if b.held.Duration <= 0 {
			b.held.Duration = max(1, b.duration)
		}
		if err := b.add(&b.held, b.held.Duration); err != nil {
			return nil, err
		}
	}
	t := b.t
	t.blob = b.join()
	t.Track = desc
	t.End = b.dts
	if b.even {
		t.Constant, t.Frame, t.Frames = b.first, b.first, t.Count
	}
	if t.Kind == media.Text && t.Count == 0 && len(t.Cues) > 0 {
		t.FirstPTS, t.EndPTS = t.Cues[0].Start, t.Cues[0].End
		for _, c := range t.Cues {
			t.EndPTS = max(t.EndPTS, c.End)
		}
	}
	if b.dense {
		t.settle() // there may be few of them after all
	}
	t.thin()
	// The slices grew by doubling; what stays for years should not keep the spare half.
	t.marks = append(make([]mark, 0, len(t.marks)), t.marks...)
	t.points, t.groups = slices.Clip(t.points), slices.Clip(t.groups)
	return &t, nil
}
