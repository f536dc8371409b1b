package mp4

import (
	"encoding/binary"
	"math"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// batchSize is how many Samples are made and handed over at a time: they stay in the first-level cache.
const batchSize = 512

// tables are the boxes of stbl (ISO/IEC 14496-12, 8.5 to 8.7); a box that is absent has end 0.
type tables struct {
	stts, ctts, stsc, stsz, stco, stss, stps box
	saiz, saio                               box
	sbgp, sgpd, csgp                         []box
}

// cursor walks the sample tables of one track side by side and makes Samples in decode order, a batch at a time, one column
// after the other.
type cursor struct {
	fileSize int64
	total    int // samples that the tables describe
	next     int // number of the next sample, from 0

	chunks  chunks
	offset  int64 // of the next sample
	left    int   // samples left in the chunk
	sizes   sizes
	entry   uint32 // sample description index of the chunk, from 1
	changed int    // the first sample with another sample description, -1 when there is none
	beyond  int    // the first sample that is not wholly in the file, -1 when all are

	times    runs
	dts      media.Ticks
	untimed  int // the first sample that stts does not cover, -1 when it covers all
	negative bool
	still    int // samples that last no time and are not the last
	offsets  runs
	sync     numbers
	partial  numbers
	groups   []randomAccess
	keys     *keyRuns
	aux      *auxTable
}

// newCursor opens the tables of a track. first is the decode time of its first sample.
func newCursor(v *view, b *tables, first media.Ticks) (*cursor, error) {
	c := &cursor{fileSize: v.f.Size, dts: first, changed: -1, beyond: -1, untimed: -1}
	var err error
	if c.sizes, err = openSizes(v, b.stsz); err != nil {
		return nil, err
	}
	c.total = c.sizes.count
	if c.chunks, err = openChunks(v, b); err != nil {
		return nil, err
	}
	if c.times.t, err = v.open(b.stts, 8, 8); err != nil {
		return nil, err
	}
	if c.offsets.t, err = v.open(b.ctts, 8, 8); err != nil {
		return nil, err
	}
	if c.sync, err = openNumbers(v, b.stss); err != nil {
		return nil, err
	}
	if c.partial, err = openNumbers(v, b.stps); err != nil {
		return nil, err
	}
	c.groups, err = openGroups(v, b.sbgp)
	return c, err
}

// fill makes up to len(s) Samples and returns how many: 0 at the end.
func (c *cursor) fill(s []media.Sample) (int, error) {
	n := min(len(s), c.total-c.next)
	if n <= 0 || c.beyond >= 0 || c.changed >= 0 {
		return 0, nil
	}
	n, err := c.places(s[:n])
	if err != nil || n == 0 {
		return 0, err
	}
	s = s[:n]
	if err := c.decodeTimes(s); err != nil {
		return 0, err
	}
	if c.offsets.t.count > 0 {
		if err := c.compositionOffsets(s); err != nil {
			return 0, err
		}
	}
	if err := c.syncFlags(s); err != nil {
		return 0, err
	}
	if c.keys != nil {
		if err := c.keys.mark(s); err != nil {
			return 0, err
		}
	}
	if c.aux != nil {
		if err := c.aux.fill(s); err != nil {
			return 0, err
		}
	}
	c.next += n
	return n, nil
}

// places sets where each sample stands, and all else to its zero value. It returns how many samples there are, fewer than len(s) where the chunks
// or the file end, or where the sample description changes.
func (c *cursor) places(s []media.Sample) (int, error) {
	size, err := c.sizes.read(c.next, len(s))
	if err != nil {
		return 0, err
	}
	sync, fileSize := c.sync.absent, c.fileSize
	k := &c.chunks
	off, left := c.offset, c.left
	done := 0
	for done < len(s) {
		if left == 0 {
			if c.aux != nil && c.aux.perChunk {
				if done > 0 {
					break
				}
				if err := c.aux.startChunk(); err != nil {
					return 0, err
				}
			}
			// In most files a chunk is a sample or two, so this is as hot as the rest.
			if k.at < len(k.block) && k.next < k.until && k.offsets.width == 4 {
				k.offset = int64(binary.BigEndian.Uint32(k.block[k.at:]))
				k.at += 4
				k.next++
			} else if more, err := c.nextChunk(done); err != nil || !more {
				c.offset, c.left = off, 0
				return done, err
			}
			off, left = k.offset, k.perChunk
		}
		n := min(left, len(s)-done)
		part, lengths := s[done:done+n], size[done:done+n]
		for i := range part {
			part[i] = media.Sample{Offset: off, Span: lengths[i], Size: lengths[i], Sync: sync}
			off += int64(lengths[i])
		}
		if uint64(off) > uint64(fileSize) {
			return done + c.within(part, done), nil
		}
		left -= n
		done += n
	}
	c.offset, c.left = off, left
	return done, nil
}

// within returns how many Samples of part are wholly in the file, and notes the first that is not.
func (c *cursor) within(part []media.Sample, done int) int {
	for i := range part {
		if end := part[i].Offset + int64(part[i].Size); part[i].Offset < 0 || end < 0 || end > c.fileSize {
			c.beyond = c.next + done + i
			return i
		}
	}
	return len(part)
}

// nextChunk goes to the next chunk that has samples. done is the number of samples in this batch already.
func (c *cursor) nextChunk(done int) (bool, error) {
	for {
		more, err := c.chunks.step()
		if err != nil || !more {
			return false, err
		}
		if c.chunks.perChunk > 0 {
			break
		}
	}
	if c.entry == 0 {
		c.entry = c.chunks.entry
	}
	if c.entry != c.chunks.entry && !c.chunks.sameEntries {
		c.changed = c.next + done
		return false, nil
	}
	return true, nil
}

func (c *cursor) decodeTimes(s []media.Sample) error {
	r := &c.times
	for i := 0; i < len(s); {
		if r.left == 0 && !r.next() {
			if r.err != nil {
				return r.err
			}
			if c.untimed < 0 {
				c.untimed = c.next + i
			}
			r.left = math.MaxInt32 // the last duration goes on
		}
		delta := media.Ticks(r.value)
		if delta > math.MaxInt32 {
			// A negative duration that old writers used to go back in time: decode time never does.
			delta, c.negative = 0, true
		}
		n := min(r.left, len(s)-i)
		if delta == 0 {
			c.still += min(n, c.total-1-c.next-i)
		}
		dts := c.dts
		part := s[i : i+n]
		for j := range part {
			part[j].DTS = dts
			part[j].Duration = delta
			dts += delta
		}
		c.dts = dts
		r.left -= n
		i += n
	}
	return nil
}

// compositionOffsets sets CTO from ctts: version 1 is signed, and version 0 is read the same way, because writers put negative numbers there
// long before version 1 existed.
func (c *cursor) compositionOffsets(s []media.Sample) error {
	r := &c.offsets
	for i := 0; i < len(s); {
		if r.left == 0 && !r.next() {
			return r.err
		}
		n := min(r.left, len(s)-i)
		v := int32(r.value)
		part := s[i : i+n]
		for j := range part {
			part[j].CTO = v
		}
		r.left -= n
		i += n
	}
	return nil
}

func (c *cursor) syncFlags(s []media.Sample) error {
	if c.sync.absent {
		return nil
	}
	if err := c.sync.mark(s, c.next); err != nil {
		return err
	}
	if err := c.partial.mark(s, c.next); err != nil {
		return err
	}
	for i := range c.groups {
		if err := c.groups[i].mark(s); err != nil {
			return err
		}
	}
	return nil
}

// sizes reads stsz or stz2 (ISO/IEC 14496-12, 8.7.3).
type sizes struct {
	t     table
	count int
	bits  int // of an entry: 4, 8, 16, 32; 0 when all samples have the same size
	same  bool
	buf   [batchSize]uint32
}

func openSizes(v *view, b box) (sizes, error) {
	var z sizes
	if b.end == 0 {
		return z, errs.Errorf(errs.Invalid, "it has no sample sizes (stsz or stz2)")
	}
	h := v.content(b, 4, 8)
	if len(h) < 8 {
		return z, errs.Errorf(errs.Invalid, "the box %q at byte %d is too short", b.name[:], b.start)
	}
	declared, room := int64(be32(h, 4)), b.size()-12
	z.bits = 32
	if string(b.name[:]) == "stz2" {
		z.bits = int(h[3])
		if z.bits != 4 && z.bits != 8 && z.bits != 16 {
			return z, errs.Errorf(errs.Invalid, "the box stz2 at byte %d has sizes of %d bits; 4, 8 or 16 are possible", b.start, z.bits)
		}
	} else if size := be32(h, 0); size != 0 {
		z.same = true
		for i := range z.buf {
			z.buf[i] = size
		}
		z.count = int(min(declared, v.f.Size/int64(size)))
		if int64(z.count) < declared {
			v.warn.addf("the box stsz at byte %d says %d samples of %d bytes: more than the file has", b.start, declared, size)
		}
		return z, nil
	}
	count := min(declared, max(room, 0)*8/int64(z.bits))
	if count < declared {
		v.warn.addf("the box %q at byte %d says that it has %d entries and has room for %d", b.name[:], b.start, declared, count)
	}
	z.count = int(count)
	var err error
	z.t, err = v.array(string(b.name[:]), b.body+12, (count*int64(z.bits)+7)/8, 1)
	return z, err
}

// read returns the sizes of n samples from the i-th on; n is at most batchSize.
func (z *sizes) read(i, n int) ([]uint32, error) {
	out := z.buf[:n]
	if z.same {
		return out, nil
	}
	first := i * z.bits / 8
	p, err := z.t.entries(first, (i+n)*z.bits/8+1-first)
	if err != nil {
		return nil, err
	}
	switch z.bits {
	case 32:
		for j := range out {
			out[j] = binary.BigEndian.Uint32(p[4*j:])
		}
	case 16:
		for j := range out {
			out[j] = uint32(binary.BigEndian.Uint16(p[2*j:]))
		}
	case 8:
		for j := range out {
			out[j] = uint32(p[j])
		}
	case 4:
		for j := range out {
			k := i + j
			out[j] = uint32(p[k/2-first] >> (4 - 4*(k&1)) & 15)
		}
	}
	return out, nil
}
