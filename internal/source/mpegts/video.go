package mpegts

import (
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

const (
	// maxUnit bounds an access unit of video: five times what level 6.2 needs.
	maxUnit = 8 << 20
	// maxPieces bounds the packets that an access unit is spread over.
	maxPieces = 1 << 17
	// searchEvery is how many bytes may wait for start codes to be looked for, within a PES packet.
	searchEvery = 256 << 10
)

// unit is an access unit as it was found: where it is, and the times of its PES packet, if any.
type unit struct {
	stamps
	offset   int64
	span     uint32
	size     uint32
	samples  int   // audio: how long it lasts
	sync     bool  // a random access point
	recovery bool  // the picture is right some pictures later (gradual refresh)
	idr      bool  // one that needs nothing before it, leading pictures included
	order    int64 // video without all times: greater is shown later
	foreign  bool  // not of the track's configuration: it takes time, but is not served
}

// pictures splits Annex B streams into access units (ISO/IEC 14496-10, 7.4.1.2.3; 23008-2, 7.4.2.4.4) and counts their bytes as they
// will be served, without copying them again.
type pictures struct {
	codec   media.Codec
	keep    bool // parameter sets stay in the samples
	sets    codec.ParameterSets
	served  bool // an access unit was handed on
	changed bool // after that a parameter set was replaced
	es      elementary

	searched int // es.b[:searched] has no start code that is not known
	code     int // of the open NAL unit: index of its start code
	nal      int // and of its first byte; -1 when there is none

	open    bool // an access unit is open
	start   int  // index of its first start code
	current unit // what is known of it
	picture bool // it has a slice

	order   *codec.Order // of pictures for output; only when ordered
	ordered bool

	out     func(unit)
	tooLong int64 // access units left out because they are
}

func newPictures(c media.Codec, keep bool, out func(unit)) *pictures {
	return &pictures{codec: c, keep: keep, nal: -1, out: out}
}

// begin is called when a PES packet begins with body; add follows with the same bytes. Mostly the access unit before ends there, which shows in the
// first NAL unit.
func (p *pictures) begin(s stamps, body []byte) {
	p.search()
	if p.nal >= 0 && p.unitAhead(body) {
		p.endNAL(len(p.es.b))
		p.nal = -1
		if p.open && p.picture {
			p.endUnit(len(p.es.b))
			p.es.clear()
			p.searched = 0
		}
	}
	p.es.begin(s)
}

func (p *pictures) add(body []byte, pos int64) {
	p.es.add(body, pos)
	if len(p.es.b)-p.searched >= searchEvery || len(p.es.pieces) >= maxPieces {
		p.search()
		if len(p.es.b) > maxUnit || len(p.es.pieces) >= maxPieces {
			p.tooLong++
			p.reset()
		}
	}
}

// reset forgets the access unit at hand.
func (p *pictures) reset() {
	p.es.clear()
	p.searched, p.nal, p.open, p.picture = 0, -1, false, false
}

// flush hands out the last access unit.
func (p *pictures) flush() {
	p.search()
	if p.nal >= 0 {
		p.endNAL(len(p.es.b))
	}
	if p.open && p.picture {
		p.endUnit(len(p.es.b))
	}
	p.reset()
}

// search finds the start codes in what was added.
func (p *pictures) search() {
	b := p.es.b
	i := p.searched
	for {
		j := startCode(b, i)
		if j < 0 {
			break
		}
		if p.nal >= 0 {
			p.endNAL(j)
		}
		p.code, p.nal = j, j+3
		i = j + 3
	}
	p.searched = max(i, len(b)-2, 0)
	p.trim()
}

// trim gives back what is before the open access unit.
func (p *pictures) trim() {
	n := p.searched
	if p.nal >= 0 {
		n = p.code
	}
	if p.open {
		n = p.start
	}
	if n <= len(p.es.b)/2 { // moving what is left costs more than keeping what is done with
		return
	}
	p.es.drop(n)
	p.searched -= n
	if p.nal >= 0 {
		p.code -= n
		p.nal -= n
	}
	p.start -= n
}

// endNAL takes in the open NAL unit, which ends at index end, trailing zeros included.
func (p *pictures) endNAL(end int) {
	for end > p.nal && p.es.b[end-1] == 0 {
		end--
	}
	n := p.es.b[p.nal:end]
	if len(n) == 0 {
		return
	}
	k := codec.Classify(p.codec, n)
	if p.codec == media.HEVC && len(n) == 1 { // half a header, but its type counts
		k = codec.Classify(p.codec, []byte{n[0], 1})
	}
	if p.open && p.picture && beginsUnit(p.codec, n, k) {
		p.endUnit(p.code)
	}
	if !p.open {
		p.open, p.start, p.picture = true, p.code, false
		p.current = unit{stamps: p.es.take(p.code)}
	}
	if k.ParameterSet {
		if _, changed := p.sets.Add(p.codec, n); changed && p.served {
			p.changed = true
		} else if changed {
			p.sets = codec.ParameterSets{}
			p.sets.Add(p.codec, n)
		}
	}
	if !k.Delimiter && !k.Filler && (p.keep || !k.ParameterSet) {
		p.current.size += 4 + uint32(len(n))
	}
	p.picture = p.picture || k.Picture
	p.current.sync = p.current.sync || k.RandomAccess
	p.current.recovery = p.current.recovery || k.RecoveryPoint
	p.current.idr = p.current.idr || k.Picture && isIDR(p.codec, n)
}

// endUnit hands out the open access unit, which ends at index end.
func (p *pictures) endUnit(end int) {
	p.open, p.picture = false, false
	offset, span := p.es.place(p.start, end)
	if span > maxSpan {
		p.tooLong++
		return
	}
	p.current.offset, p.current.span = offset, uint32(span)
	if p.ordered {
		p.current.order = p.outputOrder(p.es.b[p.start:end])
	}
	p.out(p.current)
}

// unitAhead says whether body begins with a NAL unit that begins an access unit.
func (p *pictures) unitAhead(body []byte) bool {
	i := 0
	for i < len(body) && body[i] == 0 {
		i++
	}
	if i < 2 || i+4 > len(body) || body[i] != 1 {
		return false
	}
	n := body[i+1:]
	return beginsUnit(p.codec, n, codec.Classify(p.codec, n))
}

// beginsUnit says whether n is the first NAL unit of an access unit when it comes after a slice.
func beginsUnit(c media.Codec, n []byte, k codec.NAL) bool {
	if k.Picture {
		return k.FirstSlice && (c == media.AVC || layer(n) == 0)
	}
	if c == media.AVC {
		switch n[0] & 31 {
		case 6, 7, 8, 9, 16, 17, 18:
			return true
		}
		return false
	}
	if layer(n) != 0 {
		return false
	}
	switch t := n[0] >> 1 & 63; {
	case t >= 32 && t <= 35, t == 39, t >= 41 && t <= 44, t >= 48 && t <= 55:
		return true
	}
	return false
}

// layer returns nuh_layer_id.
func layer(n []byte) int {
	if len(n) < 2 {
		return 0
	}
	return int(n[0]&1)<<5 | int(n[1]>>3)
}

func isIDR(c media.Codec, n []byte) bool {
	if c == media.AVC {
		return n[0]&31 == 5
	}
	t := n[0] >> 1 & 63
	return t == 19 || t == 20
}
