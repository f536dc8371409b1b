package mpegts

import "sort"

// piece says that the bytes from index at on stand in the file from pos on, up to the next piece.
type piece struct {
	at  int
	pos int64
}

// mark is the start of a PES packet among elementary bytes.
type mark struct {
	at int
	stamps
}

// elementary is a stretch of an elementary stream in memory, with the place in the file that each byte came from.
type elementary struct {
	b      []byte
	pieces []piece
	marks  []mark // of PES packets of which no access unit has taken the times yet
}

func (e *elementary) add(body []byte, pos int64) {
	e.pieces = append(e.pieces, piece{len(e.b), pos})
	e.b = append(e.b, body...)
}

// begin notes that a PES packet begins with the bytes to be added next.
func (e *elementary) begin(s stamps) {
	if n := len(e.marks); n > 0 && e.marks[n-1].at == len(e.b) {
		e.marks = e.marks[:n-1]
	}
	e.marks = append(e.marks, mark{len(e.b), s})
}

// take returns the times for the access unit that begins at index at: those of the PES packet that it is in, when it is the first
// that begins there (ISO/IEC 13818-1, 2.4.3.7, PTS).
func (e *elementary) take(at int) (s stamps) {
	n := 0
	for n < len(e.marks) && e.marks[n].at <= at {
		s = e.marks[n].stamps
		n++
	}
	if n > 0 {
		e.marks = append(e.marks[:0], e.marks[n:]...)
	}
	return s
}

// marked says whether a PES packet begins at index at.
func (e *elementary) marked(at int) bool {
	for _, m := range e.marks {
		if m.at == at {
			return true
		}
	}
	return false
}

// place returns where in the file the bytes [from, to) are: the offset of the first, and how far behind it the last one ends.
func (e *elementary) place(from, to int) (offset, span int64) {
	offset = e.pos(from)
	return offset, e.pos(to-1) + 1 - offset
}

func (e *elementary) pos(i int) int64 {
	n := sort.Search(len(e.pieces), func(k int) bool { return e.pieces[k].at > i }) - 1
	return e.pieces[n].pos + int64(i-e.pieces[n].at)
}

// drop forgets the first n bytes. Times that were not taken stay for what begins next.
func (e *elementary) drop(n int) {
	if n <= 0 {
		return
	}
	if n >= len(e.b) {
		e.b, e.pieces = e.b[:0], e.pieces[:0]
	} else {
		k := sort.Search(len(e.pieces), func(k int) bool { return e.pieces[k].at > n }) - 1
		e.pieces[k].pos += int64(n - e.pieces[k].at)
		e.pieces[k].at = n
		e.pieces = append(e.pieces[:0], e.pieces[k:]...)
		for i := range e.pieces {
			e.pieces[i].at -= n
		}
		e.b = append(e.b[:0], e.b[n:]...)
	}
	keep := 0
	for i, m := range e.marks {
		if m.at <= n && i+1 < len(e.marks) && e.marks[i+1].at <= n {
			continue
		}
		m.at = max(0, m.at-n)
		e.marks[keep] = m
		keep++
	}
	e.marks = e.marks[:keep]
}

// clear forgets everything.
func (e *elementary) clear() {
	e.b, e.pieces, e.marks = e.b[:0], e.pieces[:0], e.marks[:0]
}
