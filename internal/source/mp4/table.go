package mp4

import (
	"encoding/binary"
	"math"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// tableAhead is how much of a table that is not in memory is read at a time.
const tableAhead = 64 << 10

// table is an array of entries of the same width in a full box of stbl.
type table struct {
	name  string
	off   int64 // of entry 0 in the file
	count int
	width int // bytes of an entry
	mem   []byte
	win   *demux.Window
}

// open returns the table whose entries begin header bytes after the body of b begins, the last 4 of them the entry count. A count that is
// larger than the box is cut down, with a warning.
func (v *view) open(b box, header int64, width int) (table, error) {
	if b.end == 0 {
		return table{}, nil
	}
	h, err := v.bytes(b.body+header-4, 4)
	if err != nil || b.size() < header {
		return table{}, errs.Errorf(errs.Invalid, "the box %q at byte %d is too short", b.name[:], b.start)
	}
	declared := int64(binary.BigEndian.Uint32(h))
	count := min(declared, (b.end-b.body-header)/int64(width))
	if count < declared {
		v.warn.addf("the box %q at byte %d says that it has %d entries and has room for %d", b.name[:], b.start, declared, count)
	}
	return v.array(string(b.name[:]), b.body+header, count, width)
}

// array returns the table of count entries at off, which the caller has bounded by the box.
func (v *view) array(name string, off, count int64, width int) (table, error) {
	t := table{name: name, off: off, count: int(count), width: width}
	i := off - v.at
	if n := count * int64(width); i >= 0 && i+n <= int64(len(v.mem)) {
		t.mem = v.mem[i : i+n]
	} else {
		t.win = demux.NewWindow(v.f, tableAhead)
	}
	return t, nil
}

// entries returns the bytes of the entries from i on, at most n of them: fewer only where the table ends. They are valid until
// the next call.
func (t *table) entries(i, n int) ([]byte, error) {
	n = min(n, t.count-i)
	if n <= 0 {
		return nil, nil
	}
	if t.win == nil {
		return t.mem[i*t.width : (i+n)*t.width], nil
	}
	off := t.off + int64(i)*int64(t.width)
	p, err := t.win.Bytes(off, n*t.width)
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "the table %q cannot be read at byte %d: %w", t.name, off, err)
	}
	return p, nil
}

// runBlock is how many entries of a run-length table are fetched at a time.
const runBlock = 1024

// runs walks a table of pairs: a count, and a value that holds for so many samples (stts, ctts, sbgp).
type runs struct {
	t     table
	i     int // next entry to fetch
	block []byte
	at    int // in block
	left  int // samples left in the run
	value uint32
	err   error
}

// next goes to the next run that is not empty. It returns false at the end of the table.
func (r *runs) next() bool {
	for {
		if r.at == len(r.block) {
			if r.block, r.err = r.t.entries(r.i, runBlock); len(r.block) == 0 {
				r.at = 0
				return false
			}
			r.i += len(r.block) / 8
			r.at = 0
		}
		p := r.block[r.at : r.at+8]
		n := binary.BigEndian.Uint32(p)
		r.value = binary.BigEndian.Uint32(p[4:])
		r.at += 8
		if n > 0 {
			r.left = int(min(n, math.MaxInt32))
			return true
		}
	}
}
