package mp4

import (
	"encoding/binary"
	"math"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// chunks walks stsc and stco or co64 side by side (ISO/IEC 14496-12, 8.7.4 and 8.7.5).
type chunks struct {
	perChunk    int    // samples in the chunk
	entry       uint32 // sample description index, from 1
	offset      int64
	sameEntries bool // the sample descriptions are all the same, so that the index does not matter

	offsets table
	next    int // number of the next chunk, from 0
	block   []byte
	at      int // in block

	perEntry table // stsc
	entryAt  int   // the next entry of it
	until    int   // the first chunk that is not of the current one, from 0
}

func openChunks(v *view, b *tables) (chunks, error) {
	var c chunks
	var err error
	if b.stco.end == 0 || b.stsc.end == 0 {
		return c, errs.Errorf(errs.Invalid, "it does not say where its samples are (stsc, stco or co64)")
	}
	width := 4
	if string(b.stco.name[:]) == "co64" {
		width = 8
	}
	if c.offsets, err = v.open(b.stco, 8, width); err != nil {
		return c, err
	}
	c.perEntry, err = v.open(b.stsc, 8, 12)
	return c, err
}

// step goes to the next chunk. It returns false after the last.
func (c *chunks) step() (bool, error) {
	if c.at == len(c.block) {
		var err error
		c.at = 0
		if c.block, err = c.offsets.entries(c.next, runBlock); len(c.block) == 0 {
			return false, err
		}
	}
	if c.next >= c.until {
		if more, err := c.run(); err != nil || !more {
			return false, err
		}
	}
	if c.offsets.width == 8 {
		c.offset = int64(min(binary.BigEndian.Uint64(c.block[c.at:]), 1<<62))
		c.at += 8
	} else {
		c.offset = int64(binary.BigEndian.Uint32(c.block[c.at:]))
		c.at += 4
	}
	c.next++
	return true, nil
}

// run goes to the stsc entry of the next chunk.
func (c *chunks) run() (bool, error) {
	for c.next >= c.until {
		p, err := c.perEntry.entries(c.entryAt, 2)
		if len(p) < 12 {
			return false, err
		}
		c.entryAt++
		c.perChunk = int(min(binary.BigEndian.Uint32(p[4:]), math.MaxInt32))
		c.entry = binary.BigEndian.Uint32(p[8:])
		c.until = math.MaxInt32
		if len(p) == 24 {
			c.until = int(min(binary.BigEndian.Uint32(p[12:]), math.MaxInt32)) - 1
		}
	}
	return true, nil
}

// numbers walks a table of sample numbers, ascending from 1 (stss; QuickTime's stps).
type numbers struct {
	t      table
	absent bool
	i      int // next entry to fetch
	block  []byte
	at     int // in block
}

func openNumbers(v *view, b box) (numbers, error) {
	t, err := v.open(b, 8, 4)
	return numbers{t: t, absent: b.end == 0}, err
}

// mark sets Sync of those Samples in s that the table lists; s begins with sample first, counted from 0.
func (r *numbers) mark(s []media.Sample, first int) error {
	for !r.absent {
		if r.at == len(r.block) {
			var err error
			r.at = 0
			if r.block, err = r.t.entries(r.i, runBlock); len(r.block) == 0 {
				return err
			}
			r.i += len(r.block) / 4
		}
		n := int(binary.BigEndian.Uint32(r.block[r.at:])) - 1 - first
		if n >= len(s) {
			return nil
		}
		if n >= 0 {
			s[n].Sync = true
		}
		r.at += 4
	}
	return nil
}
