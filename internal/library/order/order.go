package order

import (
	"context"
	"io"
	"math"
	"os"
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/library/indexing"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// heldBack is how many pictures may wait for one that is shown before them: 16 frames (ISO/IEC 14496-10, A.3.1), or 32 fields.
	heldBack = 32
	// longest is how many pictures one may wait for: beyond, its picture order count is damaged.
	longest = 128
	// firstLook and secondLook are how many bytes of a sample are read for its first slice header.
	firstLook, secondLook = 2 << 10, 128 << 10
)

// Mend gives the AVC and HEVC tracks of the MP4 at path composition offsets where their presentation times rise in the order of decoding, and their picture order counts say otherwise. The n-th picture
// to be shown is shown a fixed delay after the n-th decode time: that of as many pictures as the bitstream promises to reorder, and enough that none is shown before it is decoded. The file's MovieBox must stand last, as FFmpeg writes it.
func Mend(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	in := demux.File{ReaderAt: f, Size: info.Size()}
	format, ok := source.Find("mp4")
	if !ok {
		return errs.Errorf(errs.Internal, "there is no reader of MP4")
	}
	idx, err := indexing.Make(ctx, &format, format.Scan, in)
	if err != nil {
		return err
	}
	mended := map[uint32]*composition{}
	for _, t := range idx.Tracks {
		if t.Kind != media.Video || t.Codec != media.AVC && t.Codec != media.HEVC || codec.ReorderFrames(&t.Track) == 0 {
			continue
		}
		c, err := compose(ctx, in, t)
		if err != nil {
			return err
		}
		if c != nil {
			mended[uint32(t.ID)] = c
		}
	}
	if len(mended) == 0 {
		return nil
	}
	if err := insert(f, info.Size(), mended); err != nil {
		return err
	}
	return f.Sync()
}

// composition is what becomes of a track.
type composition struct {
	offsets []int32       // of every sample, in the track's timescale
	first   media.Ticks   // presentation time of the first picture, from its decode time
	later   time.Duration // how much later the last picture ends
}

// times returns decode times, and the least composition offset. It is nil when some picture is shown before one that is decoded earlier: then the presentation times are real.
func times(t *index.Track) (list []media.Ticks, least media.Ticks) {
	list = make([]media.Ticks, 0, t.Count)
	least = math.MaxInt32
	latest := media.Ticks(math.MinInt64)
	var s media.Sample
	for cur := t.Cursor(0); cur.Next(&s); {
		if s.PTS() < latest {
			return nil, 0
		}
		latest = s.PTS()
		least = min(least, media.Ticks(s.CTO))
		list = append(list, s.DTS)
	}
	return list, max(least, 0)
}

// compose returns how a track is to be composed, nil when it is right as it is.
func compose(ctx context.Context, f demux.File, t *index.Track) (*composition, error) {
	decoded, delay := times(t)
	if len(decoded) == 0 {
		return nil, nil
	}
	r := ranker{places: make([]int, 0, t.Count)}
	look := looker{f: f, t: &t.Track, order: codec.NewOrder(&t.Track)}
	var s media.Sample
	for cur := t.Cursor(0); cur.Next(&s); {
		if len(r.places)%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r.push(look.at(&s))
	}
	r.close()
	if promised := codec.ReorderFrames(&t.Track); promised > 0 { // that many decode times before the first picture is what encoders count with, needed or not
		delay = max(delay, decoded[min(promised, len(decoded)-1)]-decoded[0])
	}
	reordered := false
	for n, place := range r.places {
		reordered = reordered || n != place
		delay = max(delay, decoded[n]-decoded[place])
	}
	if !reordered {
		return nil, nil
	}
	c := &composition{offsets: make([]int32, len(decoded)), first: delay, later: max(0, t.End+delay-t.EndPTS).Duration(t.Timescale)}
	for n, place := range r.places {
		v := decoded[place] + delay - decoded[n]
		if v > math.MaxInt32 {
			return nil, errs.Errorf(errs.Invalid, "picture %d of track %d would be shown %d units of 1/%d s after it is decoded", n, t.ID, v, t.Timescale)
		}
		c.offsets[n] = int32(v)
	}
	return c, nil
}

// looker reads where in output order a picture stands.
type looker struct {
	f     demux.File
	t     *media.Track
	order *codec.Order
	buf   []byte
	last  int64
}

// at returns a number that is greater for pictures that are shown later; a picture that cannot be read follows the former one.
func (l *looker) at(s *media.Sample) int64 {
	for _, most := range [...]uint32{firstLook, secondLook} {
		n := min(most, s.Size)
		l.buf = slices.Grow(l.buf[:0], int(n))[:n]
		if m, err := l.f.ReadAt(l.buf, s.Offset); err != nil && err != io.EOF || m < len(l.buf) {
			return l.last
		}
		place, err := l.order.Push(func(yield func(nal []byte) bool) { codec.LengthPrefixed(l.buf, codec.LengthSize(l.t), yield) })
		if err == nil {
			l.last = place
			return place
		}
		if s.Size <= most {
			break
		}
	}
	return l.last
}

// ranker puts pictures, which come in decode order, into output order.
type ranker struct {
	places  []int // for each picture in decode order: the how manieth it is to be shown, from 0
	waiting []waiter
	shown   int
}

type waiter struct {
	order   int64
	picture int
}

func (r *ranker) push(order int64) {
	r.waiting = append(r.waiting, waiter{order, len(r.places)})
	r.places = append(r.places, 0)
	for i := len(r.waiting) - 1; i > 0 && r.waiting[i-1].order > order; i-- {
		r.waiting[i-1], r.waiting[i] = r.waiting[i], r.waiting[i-1]
	}
	if len(r.waiting) > heldBack {
		r.show()
	}
}

// show takes the picture that is first in output order, or one that has waited for too many.
func (r *ranker) show() {
	next := 0
	for i, w := range r.waiting {
		if len(r.places)-w.picture > longest {
			next = i
		}
	}
	r.places[r.waiting[next].picture] = r.shown
	r.shown++
	r.waiting = slices.Delete(r.waiting, next, next+1)
}

func (r *ranker) close() {
	for len(r.waiting) > 0 {
		r.show()
	}
}
