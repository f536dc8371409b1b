package index

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"github.com/dashwright/dashwright/internal/media"
)

// runMax is the most bytes that a Sample takes in a run, and small what put28 can write.
const runMax, smallBits, small = 3 * 4, 28, 1 << smallBits

// run packs Samples of s, all of them before the next mark, as long as nothing is special about them, and returns how many. It does what add and encode do, in less
// time: an hour of film has a quarter of a million Samples, and nearly all are like this. The last of s is only looked at for its time.
func (b *Builder) run(s []media.Sample) int {
	b.room(len(s) * runMax)
	t, p, at := &b.t, b.part[len(b.part):cap(b.part)], 0
	dense, group, duration, offset := b.dense, b.group, b.duration, b.offset
	low, high := uint32(math.MaxUint32), uint32(0) // CTO
	least := media.Ticks(math.MinInt64)
	if !dense {
		least = t.points[len(t.points)-1].EPT
	}
	first, end, size, syncs, n := t.FirstPTS, t.EndPTS, t.Bytes, 0, 0
	for ; n < len(s)-1 && duration > 0; n++ {
		c := &s[n]
		pts, gap, cto := c.PTS(), uint64(c.Offset-offset), uint32(c.CTO)
		odd := uint64(s[n+1].DTS-c.DTS-duration) | uint64(c.Span^c.Size) | uint64(c.AuxSize|(c.Group^group))
		large := uint64(c.Size)>>(smallBits-flagBits) | (gap|uint64(cto))>>(smallBits-1)
		if odd|large != 0 || c.Boundary || pts < least || c.Sync && !dense {
			break
		}
		head := c.Size << flagBits
		if c.Sync {
			head |= flagSync
			syncs++
		}
		if gap != 0 {
			head |= flagGap
		}
		if cto != 0 {
			head |= flagCTO
		}
		at = put28(p, at, head)
		if gap != 0 {
			at = put28(p, at, uint32(gap<<1))
		}
		if cto != 0 {
			at = put28(p, at, cto<<1)
		}
		low, high = min(low, cto), max(high, cto)
		first, end = min(first, pts), max(end, pts+duration)
		size += uint64(c.Size)
		offset = c.Offset + int64(c.Size)
	}
	b.part = b.part[:len(b.part)+at]
	b.offset, b.dts = offset, b.dts+media.Ticks(n)*duration
	t.FirstPTS, t.EndPTS, t.Bytes, t.Syncs, t.Count = first, end, size, t.Syncs+syncs, t.Count+n
	if n > 0 {
		t.HasCTO = t.HasCTO || media.Ticks(low) != t.Delay || media.Ticks(high) != t.Delay
		t.Lag = max(t.Lag, uint32(max(0, t.Delay-media.Ticks(low))))
	}
	return n
}

// put28 writes what binary.PutUvarint writes of a number below small, at p[i:], where there is room for four bytes, and returns the position after it.
func put28(p []byte, i int, v uint32) int {
	more := (9*bits.Len32(v|1) - 1) >> 6 // bytes after the first: (bits-1)/7
	x := v&0x7f | v&0x3f80<<1 | v&0x1fc000<<2 | v&0xfe00000<<3
	binary.LittleEndian.PutUint32(p[i:], x|0x80808080&(1<<(8*more&31)-1))
	return i + more + 1
}

// partSize is how large the parts are that the Samples' bytes are gathered in.
const partSize = 64 << 10

// room sees to it that there is room for n bytes in the part; n is less than 4 kB.
func (b *Builder) room(n int) {
	if cap(b.part)-len(b.part) >= n {
		return
	}
	b.full += len(b.part)
	if b.part != nil {
		b.parts = append(b.parts, b.part)
	}
	b.part = make([]byte, 0, min(partSize, max(4<<10, b.full)))
}

// join returns all parts as one slice, which has no more capacity than it needs.
func (b *Builder) join() []byte {
	all := slices.Grow([]byte{}, b.full+len(b.part))
	for _, p := range b.parts {
		all = append(all, p...)
	}
	all = append(all, b.part...)
	b.parts, b.part = nil, nil
	return all
}
