package segment

import (
	"io"
	"math"
	"slices"

	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
)

// auxInfo is where one sample's auxiliary information stands in the source file, and how the sample is protected.
type auxInfo struct {
	offset int64
	length uint32 // of the sample
	size   uint16 // of the information
	iv     uint8  // bytes of it
	clear  bool
}

// sharing is so many samples that are protected alike: number is that of the description in the fragment, from 1, or 0.
type sharing struct{ count, number int }

// storedAux is how the samples of a fragment are protected that are stored encrypted, and what the fragment says of it. Of samples that are stored in fragments of different kinds it makes one that is of one kind.
type storedAux struct {
	e       *media.Encryption
	samples []auxInfo
	groups  []uint16 // that differ from what the init segment says
	sharing []sharing
	group   uint16 // of the newest sample
	state   media.KeyGroup
	subs    bool // some samples have subsamples
	kids    []media.KID
}

// reset begins with a fragment of a Track that is protected so; nil: it is in the clear.
func (x *storedAux) reset(e *media.Encryption) {
	*x = storedAux{e: e, samples: x.samples[:0], groups: x.groups[:0], sharing: x.sharing[:0], kids: x.kids[:0]}
}

// add takes the next sample.
func (x *storedAux) add(s *media.Sample) {
	if x.e == nil {
		return
	}
	if len(x.sharing) == 0 || s.Group != x.group {
		x.group, x.state = s.Group, x.e.Group(s.Group)
		if x.state.Protected && !slices.Contains(x.kids, x.state.KID) {
			x.kids = append(x.kids, x.state.KID)
		}
		number := 0
		if s.Group > 0 {
			if number = slices.Index(x.groups, s.Group) + 1; number == 0 {
				x.groups = append(x.groups, s.Group)
				number = len(x.groups)
			}
		}
		x.sharing = append(x.sharing, sharing{0, number})
	}
	x.sharing[len(x.sharing)-1].count++
	x.samples = append(x.samples, auxInfo{s.AuxOffset, s.Size, s.AuxSize, x.state.IVSize, !x.state.Protected})
	x.subs = x.subs || x.state.Protected && s.AuxSize > uint16(x.state.IVSize)
}

// size returns the bytes of a sample's information as it is served.
func (x *storedAux) size(in *auxInfo) int {
	switch {
	case in.clear && x.subs:
		return 2 // no subsample
	case in.clear:
		return 0
	case x.subs && in.size <= uint16(in.iv):
		return int(in.size) + 2 + 6 // it is protected as a whole
	}
	return int(in.size)
}

// all returns the bytes of all samples' information, and of the longest.
func (x *storedAux) all() (sum, longest int) {
	for i := range x.samples {
		n := x.size(&x.samples[i])
		sum, longest = sum+n, max(longest, n)
	}
	return sum, longest
}

// Sizes of boxes.
const (
	saizFixed, saioFixed, sencFixed, piffFixed = 17, 20, 16, 32
	sgpdFixed, sbgpFixed                       = 24, 20
)

// bytes returns how much append appends.
func (x *storedAux) bytes(piff bool) int64 {
	sum, longest := x.all()
	n := 0
	if sum > 0 {
		n = sencFixed + sum
		if piff {
			n += piffFixed + sum
		}
		if longest <= math.MaxUint8 {
			n += saizFixed + len(x.samples) + saioFixed
		}
	}
	if len(x.groups) > 0 {
		entries, same := x.entries()
		n += sgpdFixed + sbgpFixed + 8*len(x.sharing)
		for _, e := range entries {
			n += len(e)
		}
		if !same {
			n += 4 * len(entries)
		}
	}
	return int64(n)
}

// entries returns the descriptions of the groups, and whether they are of the same length.
func (x *storedAux) entries() (list [][]byte, same bool) {
	same = true
	for _, n := range x.groups {
		g := x.e.Group(n)
		list = append(list, codec.AppendKeyGroup(nil, &g))
		same = same && len(list[0]) == len(list[len(list)-1])
	}
	return list, same
}

// appendTo appends the sample groups, if there are any (ISO/IEC 23001-7, 6; ISO/IEC 14496-12, 8.9), and what appendAux does.
func (x *storedAux) appendTo(b []byte, moof int, piff bool, from io.ReaderAt) ([]byte, error) {
	if len(x.groups) > 0 {
		b = x.appendGroups(b)
	}
	return x.appendAux(b, moof, piff, from)
}

func (x *storedAux) appendGroups(b []byte) []byte {
	entries, same := x.entries()
	b, m := box.BeginFull(b, "sgpd", 1, 0)
	b = append(b, "seig"...)
	if same {
		b = box.U32(b, uint32(len(entries[0])))
	} else {
		b = box.U32(b, 0) // each says its own
	}
	b = box.U32(b, uint32(len(entries)))
	for _, e := range entries {
		if !same {
			b = box.U32(b, uint32(len(e)))
		}
		b = append(b, e...)
	}
	b = box.End(b, m)
	b, m = box.BeginFull(b, "sbgp", 0, 0)
	b = append(b, "seig"...)
	b = box.U32(b, uint32(len(x.sharing)))
	for _, r := range x.sharing {
		b = box.U32(b, uint32(r.count))
		if r.number > 0 {
			r.number += inFragment
		}
		b = box.U32(b, uint32(r.number))
	}
	return box.End(b, m)
}

// appendAux appends saiz, saio and senc (ISO/IEC 23001-7, 7.2; ISO/IEC 14496-12, 8.7.8 and 8.7.9) with the auxiliary information as it is in the source file, and before them PIFF's box if piff says so.
// Where samples have none, because they are in the clear, or because the IV is constant and they are encrypted as a whole, there is nothing to say.
func (x *storedAux) appendAux(b []byte, moof int, piff bool, from io.ReaderAt) ([]byte, error) {
	sum, longest := x.all()
	if sum == 0 {
		return b, nil
	}
	flags := uint32(0)
	if x.subs {
		flags = 2
	}
	var m, copied int
	if piff {
		b, m = box.Begin(b, "uuid")
		b = append(b, piffSampleEncryption...)
		b = box.U32(b, flags)
		b = box.U32(b, uint32(len(x.samples)))
		copied = len(b)
		var err error
		if b, err = x.appendEntries(b, from); err != nil {
			return nil, err
		}
		b = box.End(b, m)
	}
	if longest <= math.MaxUint8 { // else only senc can say it
		b, m = box.BeginFull(b, "saiz", 0, 0)
		b = box.U8(b, 0) // each has its own size
		b = box.U32(b, uint32(len(x.samples)))
		for i := range x.samples {
			b = box.U8(b, uint8(x.size(&x.samples[i])))
		}
		b = box.End(b, m)
		b, m = box.BeginFull(b, "saio", 0, 0)
		b = box.U32(b, 1)
		b = box.U32(b, uint32(len(b)+4+sencFixed-moof))
		b = box.End(b, m)
	}
	b, m = box.BeginFull(b, "senc", 0, flags)
	b = box.U32(b, uint32(len(x.samples)))
	if copied > 0 {
		return box.End(append(b, b[copied:copied+sum]...), m), nil
	}
	b, err := x.appendEntries(b, from)
	if err != nil {
		return nil, err
	}
	return box.End(b, m), nil
}

// appendEntries appends the auxiliary information of all samples.
func (x *storedAux) appendEntries(b []byte, from io.ReaderAt) ([]byte, error) {
	for i := 0; i < len(x.samples); {
		in := &x.samples[i]
		if in.clear {
			b = box.Zeros(b, x.size(in))
			i++
			continue
		}
		// What stands together is read at once: that is a whole fragment as a rule.
		run, size := 1, int(in.size)
		whole := x.size(in) != size
		for !whole && i+run < len(x.samples) {
			next := &x.samples[i+run]
			if next.clear || next.offset != in.offset+int64(size) || x.size(next) != int(next.size) {
				break
			}
			size += int(next.size)
			run++
		}
		at := len(b)
		b = box.Zeros(b, size)
		if size > 0 {
			if _, err := from.ReadAt(b[at:], in.offset); err != nil {
				return nil, &SourceError{err}
			}
		}
		if whole {
			b = box.U16(b, 1)
			b = box.U16(b, 0)
			b = box.U32(b, in.length)
		}
		i += run
	}
	return b, nil
}

// storedAuxSize returns the bytes that a fragment of s needs to say how its samples are protected, which are stored so.
func storedAuxSize(r *presentation.Representation, s *timeline.Segment) (int64, error) {
	e := r.Track.Encryption
	if e == nil {
		return 0, nil
	}
	var x storedAux
	x.reset(e)
	for _, rg := range s.Ranges {
		cursor := r.Track.Cursor(rg.First)
		var smp media.Sample
		for n := 0; n < rg.Count && cursor.Next(&smp); n++ {
			x.add(&smp)
		}
	}
	boxes, err := r.Stored.KeyBoxes(x.kids)
	return x.bytes(r.Stored.HasPIFF()) + lengths(boxes), err
}

// storedBound returns how many bytes a fragment of r of so many samples, which are stored encrypted, has at most besides their auxiliary information as it is stored.
func storedBound(r *presentation.Representation, samples int, aux int64) int64 {
	e := r.Track.Encryption
	if e == nil {
		return 0
	}
	n := int64(saizFixed+saioFixed+sencFixed) + int64(samples)
	n += r.Stored.Bytes(samples, min(samples, len(e.Groups))+1, aux)
	if r.Track.Grouped() {
		n += sgpdFixed + sbgpFixed + int64(min(samples, len(e.Groups))+1)*(4+37) + int64(samples+1)*(8+8)
	}
	return n
}
