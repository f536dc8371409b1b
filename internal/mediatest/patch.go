package mediatest

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Element is an XML element as any XML parser sees it.
type Element struct {
	name string // prefix:local
	attr map[string]string
	kids []*Element
	text string
}

// ReadXML parses a document with the standard library's parser. White space between elements means nothing; names are compared by prefix.
func ReadXML(t testing.TB, doc []byte) *Element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(doc)))
	root := &Element{}
	stack := []*Element{root}
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			if len(stack) != 1 || len(root.kids) != 1 {
				t.Fatalf("not one root element:\n%s", doc)
			}
			return root.kids[0]
		}
		if err != nil {
			t.Fatalf("%v:\n%s", err, doc)
		}
		top := stack[len(stack)-1]
		switch x := tok.(type) {
		case xml.StartElement:
			e := &Element{name: joined(x.Name), attr: map[string]string{}}
			for _, a := range x.Attr {
				if _, twice := e.attr[joined(a.Name)]; twice {
					t.Fatalf("%s has %s twice", e.name, joined(a.Name))
				}
				e.attr[joined(a.Name)] = strings.ReplaceAll(a.Value, "\n", " ") // as XML 1.0, 3.3.3 has it and the library has not
			}
			top.kids = append(top.kids, e)
			stack = append(stack, e)
		case xml.EndElement:
			if top.name != joined(x.Name) {
				t.Fatalf("%s ends as %s:\n%s", top.name, joined(x.Name), doc)
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			top.text += string(x)
		}
	}
}

// Text returns the text of the first element of that name, and of one of its attributes if that is named.
func (e *Element) Text(name, attribute string) string {
	if e.name == name && attribute != "" {
		return e.attr[attribute]
	}
	if e.name == name {
		return e.text
	}
	for _, k := range e.kids {
		if s := k.Text(name, attribute); s != "" {
			return s
		}
	}
	return ""
}

func joined(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// Canonical prints what an element says, in one way.
func (e *Element) Canonical() string {
	var b strings.Builder
	e.print(&b, "")
	return b.String()
}

func (e *Element) print(b *strings.Builder, indent string) {
	b.WriteString(indent + e.name)
	names := make([]string, 0, len(e.attr))
	for n := range e.attr {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		fmt.Fprintf(b, " %s=%q", n, e.attr[n])
	}
	if s := strings.TrimSpace(e.text); s != "" {
		fmt.Fprintf(b, " %q", s)
	}
	b.WriteByte('\n')
	for _, k := range e.kids {
		k.print(b, indent+" ")
	}
}

var (
	stepForm = regexp.MustCompile(`^([A-Za-z_][\w.:-]*)(?:\[(\d+)\]|\[@id='([^']*)'\]|\[@id="([^"]*)"\])$`)
	lastForm = regexp.MustCompile(`/(@[A-Za-z_][\w.:-]*|namespace::[A-Za-z_]\w*)$`)
)

// split takes a selector apart where a "/" is not in quotes.
func split(sel string) []string {
	var steps []string
	quote := rune(0)
	from := 0
	for i, c := range sel {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case quote == 0 && c == '/':
			steps = append(steps, sel[from:i])
			from = i + 1
		}
	}
	return append(steps, sel[from:])
}

// resolve finds the one element that a selector means, and its parent (RFC 5261, 4.1, in the form of ISO/IEC 23009-1, 5.15.3.4).
func resolve(root *Element, sel string) (e, parent *Element, err error) {
	steps := split(sel)
	if len(steps) < 2 || steps[0] != "" || steps[1] != root.name {
		return nil, nil, fmt.Errorf("selector %s does not begin with /%s", sel, root.name)
	}
	e = root
	for _, s := range steps[2:] {
		m := stepForm.FindStringSubmatch(s)
		if m == nil {
			return nil, nil, fmt.Errorf("selector %s: step %q is neither by position nor by id", sel, s)
		}
		byID := m[2] == ""
		if named := m[1] == "Period" || m[1] == "AdaptationSet" || m[1] == "Representation"; byID && !named {
			return nil, nil, fmt.Errorf("selector %s: only Period, AdaptationSet and Representation are selected by id", sel)
		}
		var found []*Element
		n := 0
		for _, k := range e.kids {
			if k.name != m[1] {
				continue
			}
			n++
			id, has := k.attr["id"]
			if byID && has && id == m[3]+m[4] || !byID && strconv.Itoa(n) == m[2] {
				found = append(found, k)
			}
		}
		if len(found) != 1 {
			return nil, nil, fmt.Errorf("selector %s: step %q means %d elements", sel, s, len(found))
		}
		e, parent = found[0], e
	}
	return e, parent, nil
}

// Apply carries out an MPD patch (ISO/IEC 23009-1, 5.15; RFC 5261, 4.3 to 4.5) on the MPD. It knows nothing of how patches are made.
func (e *Element) Apply(patch *Element) error {
	if patch.name != "Patch" || patch.attr["xmlns"] != "urn:mpeg:dash:schema:mpd-patch:2020" {
		return fmt.Errorf("not a patch: %s", patch.name)
	}
	if patch.attr["mpdId"] != e.attr["id"] || patch.attr["originalPublishTime"] != e.attr["publishTime"] {
		return fmt.Errorf("a patch of %s as of %s, for %s as of %s", patch.attr["mpdId"], patch.attr["originalPublishTime"], e.attr["id"], e.attr["publishTime"])
	}
	for _, op := range patch.kids {
		if err := operate(e, op); err != nil {
			return fmt.Errorf("%s %v: %w", op.name, op.attr, err)
		}
	}
	if patch.attr["publishTime"] != e.attr["publishTime"] {
		return fmt.Errorf("the patch is to %s, and made %s", patch.attr["publishTime"], e.attr["publishTime"])
	}
	return nil
}

func operate(mpd, op *Element) error {
	sel := op.attr["sel"]
	last := lastForm.FindString(sel)
	e, parent, err := resolve(mpd, strings.TrimSuffix(sel, last))
	if err != nil {
		return err
	}
	if kind := op.attr["type"]; last != "" || kind != "" {
		return operateAttribute(e, op, strings.TrimPrefix(last, "/")+kind)
	}
	at := 0
	if parent != nil {
		at = slices.Index(parent.kids, e)
	}
	switch op.name {
	case "remove":
		parent.kids = slices.Delete(parent.kids, at, at+1)
		return nil
	case "replace":
		if len(op.kids) != 1 || strings.TrimSpace(op.text) != "" {
			return fmt.Errorf("one element is replaced by one")
		}
		parent.kids[at] = op.kids[0]
		return nil
	case "add":
		if len(op.kids) == 0 || strings.TrimSpace(op.text) != "" {
			return fmt.Errorf("nothing to add")
		}
		switch op.attr["pos"] {
		case "":
			e.kids = append(e.kids, op.kids...)
		case "prepend":
			e.kids = slices.Insert(e.kids, 0, op.kids...)
		case "before":
			parent.kids = slices.Insert(parent.kids, at, op.kids...)
		case "after":
			parent.kids = slices.Insert(parent.kids, at+1, op.kids...)
		default:
			return fmt.Errorf("pos=%q", op.attr["pos"])
		}
		return nil
	}
	return fmt.Errorf("no such operation")
}

func operateAttribute(e, op *Element, what string) error {
	name, isAttribute := strings.CutPrefix(what, "@")
	if !isAttribute {
		name = "xmlns:" + strings.TrimPrefix(what, "namespace::")
	}
	_, has := e.attr[name]
	switch {
	case op.name == "add" && !has, op.name == "replace" && has:
		e.attr[name] = op.text
	case op.name == "remove" && has:
		delete(e.attr, name)
	default:
		return fmt.Errorf("%s of %s: it is there: %v", what, e.name, has)
	}
	return nil
}
