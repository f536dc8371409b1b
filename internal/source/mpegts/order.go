package mpegts

import (
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// orderDepth is how far apart decoding and output of a picture may be: the standard's 16 (ISO/IEC 14496-10, A.3.1), for fields.
const orderDepth = 32

// outputOrder returns a number that orders pictures for output.
func (p *pictures) outputOrder(annexB []byte) int64 {
	if p.order == nil {
		config, err := p.sets.Config(p.codec)
		if err != nil {
			return 0
		}
		p.order = codec.NewOrder(&media.Track{Codec: p.codec, Config: config})
	}
	n, err := p.order.Push(func(yield func(nal []byte) bool) { codec.NALUnits(annexB, yield) })
	if err != nil {
		return p.current.order
	}
	return n
}

// orderer gives presentation times to pictures of which not every one has them: a PES packet with several pictures has the times of the
// first. The n-th picture for output is shown a fixed delay after the n-th decode time.
type orderer struct {
	list  []timed // in decode order; list[:done] were handed on
	done  int
	delay int64 // from the n-th decode time to the n-th presentation time
}

// push takes the next picture in decode order and hands on what is known well enough.
func (o *orderer) push(u timed, out func(timed)) {
	o.list = append(o.list, u)
	if len(o.list)-o.done > orderDepth {
		o.next(out)
	}
	if o.done > 2*orderDepth {
		o.list = append(o.list[:0], o.list[orderDepth:]...)
		o.done -= orderDepth
	}
}

// flush hands on the rest.
func (o *orderer) flush(out func(timed)) {
	for o.done < len(o.list) {
		o.next(out)
	}
}

func (o *orderer) next(out func(timed)) {
	u := o.list[o.done]
	rank := 0
	for i := range o.list {
		if o.list[i].order < u.order {
			rank++
		}
	}
	switch shown := o.list[rank]; {
	case u.hasPTS && shown.epoch == u.epoch:
		o.delay = u.at + u.cto - shown.at
	case u.hasPTS:
	case shown.epoch == u.epoch:
		u.cto = shown.at + o.delay - u.at
	}
	o.done++
	out(u)
}
