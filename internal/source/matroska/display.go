package matroska

import (
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// orderDepth is how many pictures may be held back until the next to be shown is known (ISO/IEC 14496-10, A.3.1: 16 frames).
const orderDepth = 17

// display gives presentation times to pictures of which only decode times are known: the n-th picture to be shown is shown at the n-th decode time.
// That is how Video for Windows counts.
type display struct {
	t       *track
	out     func(media.Sample) error
	order   *codec.Order
	pending []ordered     // decode order
	times   []media.Ticks // decode times that no picture is shown at yet
	waiting int           // pictures in pending without a time
}

// ordered is a picture and its place in output order; shown when its Sample has its presentation time.
type ordered struct {
	media.Sample
	place int64
	shown bool
}

func newDisplay(t *track, out func(media.Sample) error) *display {
	return &display{t: t, out: out, order: codec.NewOrder(&t.Track)}
}

// push takes the next picture in decode order; head is its beginning, slice header included.
func (d *display) push(m media.Sample, head []byte) error {
	place, err := d.order.Push(func(yield func(nal []byte) bool) {
		if d.t.annexB {
			codec.NALUnits(head, yield)
		} else {
			codec.LengthPrefixed(head, codec.LengthSize(&d.t.Track), yield)
		}
	})
	if err != nil && len(d.pending) > 0 { // a damaged slice header: shown as it comes
		place = d.pending[len(d.pending)-1].place + 1
	}
	d.pending = append(d.pending, ordered{Sample: m, place: place})
	d.times = append(d.times, m.DTS)
	if d.waiting++; d.waiting > orderDepth {
		return d.show()
	}
	return nil
}

// show gives the next picture in output order its time, and passes on what is ready in decode order.
func (d *display) show() error {
	next := -1
	for i := range d.pending {
		if p := &d.pending[i]; !p.shown && (next < 0 || p.place < d.pending[next].place) {
			next = i
		}
	}
	if len(d.pending) > 4*orderDepth {
		next = 0 // its place is nonsense: a damaged slice header
	}
	d.pending[next].shown = true
	d.pending[next].DTS = d.times[0]
	d.times = append(d.times[:0], d.times[1:]...)
	d.waiting--
	n := 0
	for ; n < len(d.pending) && d.pending[n].shown; n++ {
		if err := d.out(d.pending[n].Sample); err != nil {
			return err
		}
	}
	d.pending = append(d.pending[:0], d.pending[n:]...)
	return nil
}

func (d *display) close() error {
	for d.waiting > 0 {
		if err := d.show(); err != nil {
			return err
		}
	}
	return nil
}
