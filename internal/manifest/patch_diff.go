package manifest

import (
	"math"
	"strconv"
	"strings"
)

// step is one step of a selector. Period, AdaptationSet and Representation are selected by their @id where they have one of their own, all else by position (ISO/IEC 23009-1, 5.15.3.4).
type step struct {
	name string
	id   string // escaped
	mark string // the quotes around id, "" when there is none
	n    int    // position among the siblings of that name, from 1; 0 for attributes
}

func (s step) append(b []byte) []byte {
	b = append(b, s.name...)
	switch {
	case s.mark != "":
		b = append(append(append(append(append(b, "[@id="...), s.mark...), s.id...), s.mark...), ']')
	case s.n > 0:
		b = append(strconv.AppendInt(append(b, '['), int64(s.n), 10), ']')
	}
	return b
}

// siblings compares the children of an element with those that it will have.
type siblings struct {
	*differ
	from, to []int32 // nodes of old and of now
	pairs    []int   // for each of to its position in from, or none; rising
	placed   []count
}

// count is how many children of a name are in place.
type count struct {
	name string
	n    int
}

const (
	none = -1
	many = -2
)

// children writes what makes the children of node a those of node b.
func (d *differ) children(a, b int32) {
	s := siblings{differ: d, from: d.old.children(a), to: d.now.children(b)}
	s.align()
	last := int32(none) // the last child that is in place
	i := 0
	for j := 0; j < len(s.to); {
		if at := s.pairs[j]; at != none {
			for ; i < at; i++ {
				s.remove(i)
			}
			i++
			last = s.to[j]
			s.place(last)
			if d.old.raw(s.from[at]) != d.now.raw(last) {
				d.change(s.step(d.now, last, 0), s.from[at], last)
			}
			j++
			continue
		}
		run := j + 1
		for run < len(s.to) && s.pairs[run] == none {
			run++
		}
		s.add(last, i, s.to[j:run])
		for ; j < run; j++ {
			last = s.to[j]
			s.place(last)
		}
	}
	for ; i < len(s.from); i++ {
		s.remove(i)
	}
}

// add writes the adding of children: after the last one that is in place, else before the next old one, else as the only ones.
func (s *siblings) add(last int32, next int, list []int32) {
	switch {
	case last != none:
		s.sel("add", s.step(s.now, last, 0))
		s.print(` pos="after"`)
	case next < len(s.from):
		s.sel("add", s.step(s.old, s.from[next], 1))
		s.print(` pos="before"`)
	default:
		s.sel("add", step{})
	}
	s.print(">")
	for _, n := range list {
		s.print(s.now.raw(n))
	}
	s.print("</add>\n")
}

func (s *siblings) remove(i int) {
	s.sel("remove", s.step(s.old, s.from[i], 1))
	s.print("/>\n")
}

// change writes what makes a child, which the step selects, of what it was. An S is replaced as a whole: players read an attribute of it that comes alone as text, or not at all. So is
// what holds text.
func (d *differ) change(at step, a, b int32) {
	if at.name == "S" || d.old.nodes[a].mixed || d.now.nodes[b].mixed {
		d.sel("replace", at)
		d.print(">", d.now.raw(b), "</replace>\n")
		return
	}
	length := len(d.path)
	d.path = at.append(append(d.path, '/'))
	d.attributes(a, b)
	d.children(a, b)
	d.path = d.path[:length]
}

// place counts a child as in place.
func (s *siblings) place(n int32) {
	name := s.now.name(n)
	for k := range s.placed {
		if s.placed[k].name == name {
			s.placed[k].n++
			return
		}
	}
	s.placed = append(s.placed, count{name, 1})
}

// step returns what selects node n of t: 0 is the last child of its name that is in place, 1 the one behind it.
func (s *siblings) step(t *tree, n int32, i int) step {
	at := step{name: t.name(n), n: i}
	for k := range s.placed {
		if s.placed[k].name == at.name {
			at.n += s.placed[k].n
		}
	}
	if !byID(at.name) {
		return at
	}
	if id, ok := t.get(n, "id"); ok && s.alone(at.name, id) {
		at.id = strings.ReplaceAll(id, `"`, "&quot;") // it may have stood in single quotes
		switch {
		case !strings.ContainsAny(id, "'") && !strings.Contains(id, "&#39;") && !strings.Contains(id, "&apos;"):
			at.mark = "'"
		case !strings.ContainsAny(id, `"`) && !strings.Contains(id, "&#34;") && !strings.Contains(id, "&quot;"):
			at.mark = "&quot;"
		}
	}
	return at
}

func byID(name string) bool {
	return name == "Period" || name == "AdaptationSet" || name == "Representation"
}

// alone says whether an id means one child only, whichever operations have been carried out.
func (s *siblings) alone(name, id string) bool {
	before := s.old.find(s.from, name, id)
	after := s.now.find(s.to, name, id)
	return before != many && after != many && (before == none || after == none || s.pairs[after] == before)
}

// find returns the position in list of the node of that name and id.
func (t *tree) find(list []int32, name, id string) int {
	at := none
	for i, n := range list {
		if t.name(n) != name {
			continue
		}
		if v, ok := t.get(n, "id"); ok && v == id {
			if at != none {
				return many
			}
			at = i
		}
	}
	return at
}

// align says for each child which one it was. Any rising answer makes a right patch; this one makes a short one.
func (s *siblings) align() {
	s.pairs = make([]int, len(s.to))
	for j := range s.pairs {
		s.pairs[j] = none
	}
	if s.alignTimes() {
		return
	}
	// What is unchanged at both ends and in between …
	i, n, m := 0, len(s.from), len(s.to)
	for i < n && i < m && s.equal(i, i) {
		s.pairs[i] = i
		i++
	}
	for n > i && m > i && s.equal(n-1, m-1) {
		n--
		m--
		s.pairs[m] = n
	}
	s.alignEqual(i, n, m)
	// … and what has the same name and id in what is left.
	next := n // where the next one is that is unchanged
	limits := make([]int, m)
	for j := m - 1; j >= i; j-- {
		limits[j] = next
		if s.pairs[j] != none {
			next = s.pairs[j]
		}
	}
	for j := i; j < m; j++ {
		if s.pairs[j] != none {
			i = s.pairs[j] + 1
			continue
		}
		for k := i; k < limits[j]; k++ {
			if s.same(k, j) {
				s.pairs[j], i = k, k+1
				break
			}
		}
	}
}

func (s *siblings) equal(i, j int) bool { return s.old.raw(s.from[i]) == s.now.raw(s.to[j]) }

// same says whether child j may be what has become of i.
func (s *siblings) same(i, j int) bool {
	if s.old.name(s.from[i]) != s.now.name(s.to[j]) {
		return false
	}
	old, had := s.old.get(s.from[i], "id")
	now, has := s.now.get(s.to[j], "id")
	return old == now && had == has
}

// alignEqual pairs what is equal between position i and n of old, m of now: each with the next.
func (s *siblings) alignEqual(i, n, m int) {
	if i == n || i == m {
		return
	}
	first := make(map[string]int, n-i) // position of the next one that is so
	after := make([]int, n)            // and of the one after that
	for k := n - 1; k >= i; k-- {
		raw := s.old.raw(s.from[k])
		after[k] = none
		if l, ok := first[raw]; ok {
			after[k] = l
		}
		first[raw] = k
	}
	from := i
	for j := i; j < m; j++ {
		k, ok := first[s.now.raw(s.to[j])]
		for ok && k != none && k < from {
			k = after[k]
		}
		if ok && k != none {
			s.pairs[j], from = k, k+1
		}
	}
}

// span is the time of an S: of all its segments.
type span struct{ start, end int64 }

// alignTimes pairs the S elements of a SegmentTimeline by the times that they are for. ok is false when there is anything else.
func (s *siblings) alignTimes() (ok bool) {
	if len(s.from) == 0 || len(s.to) == 0 || s.old.name(s.from[0]) != "S" || s.now.name(s.to[0]) != "S" {
		return false
	}
	a, ok := s.old.spans(s.from)
	b, ok2 := s.now.spans(s.to)
	if !ok || !ok2 {
		return false
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].end <= b[j].start:
			i++
		case b[j].end <= a[i].start:
			j++
		default: // they have segments in common
			s.pairs[j] = i
			i++
			j++
		}
	}
	return true
}

func (t *tree) spans(list []int32) ([]span, bool) {
	times := make([]span, len(list))
	at := int64(0)
	for i, n := range list {
		if t.nodes[n].first != 0 || t.nodes[n].mixed || t.name(n) != "S" {
			return nil, false
		}
		start, d, r, ok := run(t.head(n))
		if start >= 0 {
			at = start
		}
		if !ok || d <= 0 {
			return nil, false
		}
		times[i].start = at
		if r < 0 || r >= (math.MaxInt64-at)/d {
			at = math.MaxInt64 // until something else begins
		} else {
			at += d * (r + 1)
		}
		times[i].end = at
	}
	return times, true
}

// run reads the attributes of an S: -1 for t, 0 for d and r are what is not there. ok is false when there is anything else.
func run(head string) (t, d, r int64, ok bool) {
	t = -1
	for i := 0; i < len(head); {
		if head[i] <= ' ' {
			i++
			continue
		}
		if i+3 >= len(head) || head[i+1] != '=' || head[i+2] != '"' {
			return t, d, r, false
		}
		name := head[i]
		i += 3
		minus := head[i] == '-'
		if minus {
			i++
		}
		v, from := int64(0), i
		for ; i < len(head) && head[i] >= '0' && head[i] <= '9' && v < math.MaxInt64/100; i++ {
			v = v*10 + int64(head[i]-'0')
		}
		if i == from || i == len(head) || head[i] != '"' || minus && name != 'r' {
			return t, d, r, false
		}
		i++
		switch {
		case name == 't':
			t = v
		case name == 'd':
			d = v
		case name == 'r' && minus:
			r = -v
		case name == 'r':
			r = v
		default:
			return t, d, r, false
		}
	}
	return t, d, r, true
}
