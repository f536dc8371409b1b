package manifest

import (
	"math"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

// tree is the elements of an MPD. It is read with less care than an XML parser takes: what it gets was written by this package, and only templates of users' own can be malformed. Comments and
// processing instructions are passed over.
type tree struct {
	s     string
	nodes []node // the first is the root
	at    int    // while it is read
	depth int
}

// node is an element: positions in the document, and of other nodes. Everything that it says is a piece of the document as it stands there: escaped, and compared that way.
type node struct {
	start, nameEnd, headEnd, end int32 // "<", the end of the name, the end of the attributes, behind ">"
	first, next                  int32 // child, sibling; 0: there is none
	count                        int32 // of children
	mixed                        bool  // has text: what is in it is compared and replaced as a whole
}

// attr is an attribute of an element.
type attr struct {
	name, value string // the value without quotes
}

// maxDepth bounds how deep elements are nested, and with that the stack.
const maxDepth = 100

// parseTree reads a document.
func parseTree(doc []byte) (*tree, error) {
	t := &tree{s: string(doc)}
	if len(doc) > math.MaxInt32 {
		return nil, t.malformed("it is too long")
	}
	t.nodes = make([]node, 0, strings.Count(t.s, "<"))
	if err := t.toRoot(); err != nil {
		return nil, err
	}
	_, err := t.element()
	return t, err
}

// toRoot goes to the root element.
func (t *tree) toRoot() error {
	for {
		if err := t.toMarkup(); err != nil {
			return err
		}
		if skipped, err := t.skip(); err != nil || !skipped {
			return err
		}
	}
}

func (t *tree) malformed(what string) error {
	return errs.Errorf(errs.Unsupported, "byte %d of the MPD: %s: it cannot be patched", t.at, what)
}

// toMarkup goes to the next "<".
func (t *tree) toMarkup() error {
	i := strings.IndexByte(t.s[t.at:], '<')
	if i < 0 {
		return t.malformed("it ends within an element")
	}
	t.at += i
	return nil
}

// skip passes over a comment, a processing instruction, a declaration or a CDATA section, if one begins here.
func (t *tree) skip() (bool, error) {
	rest := t.s[t.at:]
	if len(rest) < 2 || rest[1] != '!' && rest[1] != '?' {
		return false, nil
	}
	end := ">"
	switch {
	case strings.HasPrefix(rest, "<!--"):
		end = "-->"
	case strings.HasPrefix(rest, "<![CDATA["):
		end = "]]>"
	case rest[1] == '?':
		end = "?>"
	}
	i := strings.Index(rest, end)
	if i < 0 {
		return false, t.malformed("no " + end)
	}
	t.at += i + len(end)
	return true, nil
}

// element reads the element that begins here, and returns its position among the nodes.
func (t *tree) element() (int32, error) {
	n := node{start: int32(t.at)}
	end, err := t.endOfTag()
	if err != nil {
		return 0, err
	}
	empty := t.s[end-1] == '/'
	n.headEnd = int32(end)
	if empty {
		n.headEnd--
	}
	for n.nameEnd = n.start + 1; n.nameEnd < n.headEnd && t.s[n.nameEnd] > ' '; n.nameEnd++ {
	}
	if n.nameEnd == n.start+1 {
		return 0, t.malformed("an element without a name")
	}
	t.at = end + 1
	n.end = int32(t.at)
	i := int32(len(t.nodes))
	t.nodes = append(t.nodes, n)
	if empty {
		return i, nil
	}
	t.depth++
	if t.depth > maxDepth {
		return 0, t.malformed("elements are nested too deep")
	}
	err = t.content(i)
	t.depth--
	return i, err
}

// content reads what is in node i, and its end tag.
func (t *tree) content(i int32) error {
	last := int32(0)
	for {
		from := t.at
		if err := t.toMarkup(); err != nil {
			return err
		}
		n := &t.nodes[i]
		n.mixed = n.mixed || from < t.at && !blank(t.s[from:t.at])
		if strings.HasPrefix(t.s[t.at:], "</") {
			end := strings.IndexByte(t.s[t.at:], '>')
			if end < 0 || strings.TrimRight(t.s[t.at+2:t.at+end], " \t\r\n") != t.name(i) {
				return t.malformed("not the end of " + t.name(i))
			}
			t.at += end + 1
			n.end = int32(t.at)
			return nil
		}
		n.mixed = n.mixed || strings.HasPrefix(t.s[t.at:], "<![CDATA[")
		skipped, err := t.skip()
		if err != nil {
			return err
		}
		if skipped {
			continue
		}
		child, err := t.element()
		if err != nil {
			return err
		}
		if last == 0 {
			t.nodes[i].first = child
		} else {
			t.nodes[last].next = child
		}
		last = child
		t.nodes[i].count++
	}
}

// endOfTag returns where the start tag that begins here has its ">". One within a value does not count.
func (t *tree) endOfTag() (int, error) {
	end := t.at
	for {
		i := strings.IndexByte(t.s[end:], '>')
		if i < 0 {
			return 0, t.malformed("a tag without end")
		}
		end += i
		if !quoted(t.s[t.at:end]) {
			return end, nil
		}
		end++
	}
}

// quoted says whether the end of s is within a quoted value.
func quoted(s string) bool {
	if strings.Count(s, `"`)%2 == 0 && strings.IndexByte(s, '\'') < 0 {
		return false
	}
	for {
		i := strings.IndexAny(s, `"'`)
		if i < 0 {
			return false
		}
		j := strings.IndexByte(s[i+1:], s[i])
		if j < 0 {
			return true
		}
		s = s[i+j+2:]
	}
}

func blank(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return false
		}
	}
	return true
}

// name returns the name of node i, with its prefix.
func (t *tree) name(i int32) string { return t.s[t.nodes[i].start+1 : t.nodes[i].nameEnd] }

// head returns the attributes of node i.
func (t *tree) head(i int32) string { return t.s[t.nodes[i].nameEnd:t.nodes[i].headEnd] }

// raw returns the whole of node i.
func (t *tree) raw(i int32) string { return t.s[t.nodes[i].start:t.nodes[i].end] }

// children returns the nodes that are directly in node i.
func (t *tree) children(i int32) []int32 {
	list := make([]int32, 0, t.nodes[i].count)
	for c := t.nodes[i].first; c != 0; c = t.nodes[c].next {
		list = append(list, c)
	}
	return list
}

// attributes appends those of node i to list.
func (t *tree) attributes(i int32, list []attr) []attr {
	for a, rest, ok := nextAttr(t.head(i)); ok; a, rest, ok = nextAttr(rest) {
		list = append(list, a)
	}
	return list
}

// get returns the value of an attribute of node i, and whether there is one.
func (t *tree) get(i int32, name string) (string, bool) { return getAttr(t.head(i), name) }

func getAttr(head, name string) (string, bool) {
	for a, rest, ok := nextAttr(head); ok; a, rest, ok = nextAttr(rest) {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// nextAttr reads the attribute that s begins with, and returns what is behind it. ok is false when there is none, or it is malformed.
func nextAttr(s string) (a attr, rest string, ok bool) {
	i := 0
	for i < len(s) && s[i] <= ' ' {
		i++
	}
	from := i
	for i < len(s) && s[i] > ' ' && s[i] != '=' {
		i++
	}
	a.name = s[from:i]
	for i < len(s) && s[i] <= ' ' {
		i++
	}
	if i == len(s) || s[i] != '=' {
		return a, "", false
	}
	for i++; i < len(s) && s[i] <= ' '; i++ {
	}
	if i == len(s) {
		return a, "", false
	}
	end := strings.IndexByte(s[i+1:], s[i])
	if end < 0 {
		return a, "", false
	}
	a.value = s[i+1 : i+1+end]
	return a, s[i+end+2:], true
}
