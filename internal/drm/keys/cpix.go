package keys

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// cpix reads the CPIX document that an item of a keys.yaml names. like says what all of its keys are for; narrowed that it says more than a stream.
func (r *reader) cpix(n ast.Node, like entry, narrowed bool) {
	name := r.text(n)
	if r.err != nil {
		return
	}
	if name == "" || strings.ContainsAny(name, "\\\x00") {
		r.fail(n, "cpix is the name of a file, relative to this one")
		return
	}
	r.doc.files = append(r.doc.files, name)
	b, err := r.open(name)
	if err != nil {
		r.fail(n, "%w", err)
		return
	}
	entries, err := readCPIX(name, b)
	if err != nil {
		r.fail(n, "%w", err)
		return
	}
	for _, e := range entries {
		e.key.Public = like.key.Public
		switch {
		case narrowed && e.stream != "":
			e.kinds, e.lines, e.period = like.kinds, like.lines, like.period
			e.stream = like.stream
		case e.stream != "":
			e.stream = like.stream
		}
		if r.add(n, e); r.err != nil {
			return
		}
	}
	if narrowed && len(entries) > 1 {
		r.fail(n, "%s has %d keys, and says itself what they are for: kind, height and period do not stand beside cpix", name, len(entries))
	}
}

// node is an XML element. Names are without their namespaces.
type node struct {
	name     string
	attr     map[string]string
	children []*node
	text     string
	line     int
}

func (n *node) all(name string) []*node {
	var found []*node
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// at follows names downwards; nil when one of them is not there.
func (n *node) at(names ...string) *node {
	for _, name := range names {
		list := n.all(name)
		if len(list) == 0 {
			return nil
		}
		n = list[0]
	}
	return n
}

// depthMost is how deep elements are in each other at most.
const depthMost = 64

// readXML reads a document as a tree.
func readXML(b []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(b))
	root := &node{}
	stack := []*node{root}
	for {
		token, err := d.Token()
		line, _ := d.InputPos()
		if err == io.EOF && len(stack) == 1 && len(root.children) == 1 {
			return root.children[0], nil
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: not XML that can be read", line)
		}
		switch t := token.(type) {
		case xml.StartElement:
			n := &node{name: t.Name.Local, attr: map[string]string{}, line: line}
			for _, a := range t.Attr {
				n.attr[a.Name.Local] = a.Value
			}
			top := stack[len(stack)-1]
			top.children = append(top.children, n)
			if stack = append(stack, n); len(stack) > depthMost {
				return nil, fmt.Errorf("line %d: elements are too deep in each other", line)
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			stack[len(stack)-1].text += string(t)
		}
	}
}

// readCPIX reads a CPIX document with keys in the clear (DASH-IF CPIX 2.3, 5). Usage rules say what keys are for, as do intended track types where there is no filter. Of those entries that
// are for something the stream is "*".
func readCPIX(name string, b []byte) ([]entry, error) {
	fail := func(n *node, format string, args ...any) ([]entry, error) {
		return nil, errs.Errorf(errs.Invalid, "%s: line %d: %w", name, n.line, fmt.Errorf(format, args...))
	}
	root, err := readXML(b)
	if err != nil {
		return nil, errs.Errorf(errs.Invalid, "%s: %w", name, err)
	}
	list := root.at("ContentKeyList")
	if root.name != "CPIX" || list == nil {
		return fail(root, "not a CPIX document with a ContentKeyList")
	}
	found := map[media.KID]drm.Key{}
	var order []media.KID
	for _, n := range list.all("ContentKey") {
		k, err := contentKey(n)
		if err != nil {
			return fail(n, "%w", err)
		}
		if _, twice := found[k.ID]; twice {
			return fail(n, "the key %s is there twice", k.ID)
		}
		found[k.ID] = k
		order = append(order, k.ID)
	}
	rules := &node{}
	if n := root.at("ContentKeyUsageRuleList"); n != nil {
		rules = n
	}
	periods, wrong, err := keyPeriods(root.at("ContentKeyPeriodList"))
	if err != nil {
		return fail(wrong, "%w", err)
	}
	var entries []entry
	for _, n := range rules.all("ContentKeyUsageRule") {
		id, err := readID(n.attr["kid"])
		k, ok := found[id]
		if err != nil || !ok {
			return fail(n, "the usage rule is for a key that is not in the document")
		}
		made, wrong, err := ruleEntries(n, periods)
		if err != nil {
			return fail(wrong, "%w", err)
		}
		for _, e := range made {
			e.key, e.stream = k, "*"
			entries = append(entries, e)
		}
	}
	for _, id := range order {
		e := entry{key: found[id]}
		switch {
		case len(order) == 1 && len(entries) == 0:
			e.stream = "*"
		case slices.ContainsFunc(entries, func(e entry) bool { return e.key.ID == id }):
			continue
		case len(entries) == 0:
			return fail(list, "there are %d keys and no ContentKeyUsageRule that says what each is for", len(order))
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// contentKey reads a ContentKey (CPIX 2.3, 5.3.3).
func contentKey(n *node) (drm.Key, error) {
	var k drm.Key
	var err error
	if k.ID, err = readID(n.attr["kid"]); err != nil {
		return k, errors.New("ContentKey@kid is not a UUID")
	}
	for _, x := range restrictions() {
		if n.attr[x.attribute] != "" {
			return k, fmt.Errorf("ContentKey@%s of the key %s cannot be obeyed: %s", x.attribute, k.ID, x.why)
		}
	}
	if text, ok := n.attr["commonEncryptionScheme"]; ok {
		if !slices.Contains([]string{"cenc", "cbc1", "cens", "cbcs"}, text) {
			return k, fmt.Errorf("the commonEncryptionScheme %q of the key %s is unknown; there are cenc, cbc1, cens and cbcs", hidden(text), k.ID)
		}
		k.Scheme = media.Scheme([]byte(text))
	}
	secret := n.at("Data", "Secret")
	switch {
	case secret == nil:
		return k, fmt.Errorf("the key %s has no value", k.ID)
	case secret.at("PlainValue") == nil:
		return k, fmt.Errorf("the key %s is encrypted for somebody else: only keys in the clear (pskc:PlainValue) can be read", k.ID)
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(secret.at("PlainValue").text))
	if err != nil || len(b) != 16 {
		return k, fmt.Errorf("the value of the key %s is not 16 bytes in base64", k.ID)
	}
	k.Value = [16]byte(b)
	return k, nil
}

// restrictions are attributes of a ContentKey that say how it must be used, and why it cannot be.
func restrictions() [2]restriction {
	return [2]restriction{
		{"explicitIV", "initialization vectors are made here, and never repeat under a key; leave it out"}, {"dependsOnKey", "no key here depends on another, as leaf keys do; leave it out"},
	}
}

type restriction struct{ attribute, why string }

// keyPeriods numbers the ContentKeyPeriods: they are used in turn (CPIX 2.3, 5.3.13). The node is the one that an error is about.
func keyPeriods(list *node) (map[string]period, *node, error) {
	periods := map[string]period{}
	if list == nil {
		return periods, nil, nil
	}
	all := list.all("ContentKeyPeriod")
	for i, n := range all {
		id := n.attr["id"]
		if _, twice := periods[id]; id == "" || twice {
			return nil, n, errors.New("a ContentKeyPeriod needs an id of its own")
		}
		periods[id] = period{number: int64(i), every: int64(len(all))}
	}
	return periods, nil, nil
}

// ruleEntries returns what a usage rule is for: an entry for each combination of its filters (CPIX 2.3, 5.3.9). The node is the one that an error is about.
func ruleEntries(n *node, periods map[string]period) ([]entry, *node, error) {
	var media, when []entry
	for _, f := range n.children {
		e, timed, err := filter(f, periods)
		switch {
		case err != nil:
			return nil, f, err
		case timed:
			when = append(when, e)
		default:
			media = append(media, e)
		}
	}
	if len(media) == 0 {
		e, err := intended(n.attr["intendedTrackType"])
		if err != nil {
			return nil, n, err
		}
		media = []entry{e}
	}
	if len(when) == 0 {
		if when = []entry{{}}; len(periods) > 0 {
			when[0].period.any = true
		}
	}
	var entries []entry
	for _, m := range media {
		for _, w := range when {
			m.period = w.period
			entries = append(entries, m)
		}
	}
	return entries, nil, nil
}

// filter reads one filter of a usage rule; timed says that it is about periods.
func filter(n *node, periods map[string]period) (e entry, timed bool, err error) {
	switch n.name {
	case "KeyPeriodFilter":
		p, ok := periods[n.attr["periodId"]]
		if !ok {
			return e, true, fmt.Errorf("there is no ContentKeyPeriod with the id %q", n.attr["periodId"])
		}
		e.period = p
		return e, true, nil
	case "VideoFilter":
		e.kinds = []media.Kind{media.Video}
		for name, value := range n.attr {
			to := map[string]*uint64{"minPixels": &e.pixels.from, "maxPixels": &e.pixels.to}[name]
			if to == nil {
				return e, false, fmt.Errorf("VideoFilter@%s cannot be obeyed: keys are told apart by pixels", name)
			}
			if *to, err = strconv.ParseUint(value, 10, 32); err != nil {
				return e, false, fmt.Errorf("VideoFilter@%s is not a number", name)
			}
		}
		return e, false, nil
	case "AudioFilter":
		if len(n.attr) > 0 {
			return e, false, errors.New("an AudioFilter with conditions cannot be obeyed: keys are not told apart by channels")
		}
		e.kinds = []media.Kind{media.Audio}
		return e, false, nil
	}
	return e, false, fmt.Errorf("%s cannot be obeyed; KeyPeriodFilter, VideoFilter and AudioFilter can", n.name)
}

// intended reads ContentKeyUsageRule@intendedTrackType (CPIX 2.3, 5.3.10).
func intended(kind string) (entry, error) {
	video := []media.Kind{media.Video}
	switch kind {
	case "":
		return entry{}, nil
	case "AUDIO":
		return entry{kinds: []media.Kind{media.Audio}}, nil
	case "VIDEO":
		return entry{kinds: video}, nil
	case "SD":
		return entry{kinds: video, lines: span{1, 576}}, nil
	case "HD":
		return entry{kinds: video, lines: span{577, 1080}}, nil
	case "UHD1":
		return entry{kinds: video, lines: span{1081, 2160}}, nil
	case "UHD2":
		return entry{kinds: video, lines: span{2161, 0}}, nil
	}
	return entry{}, fmt.Errorf("the intended track type %q is unknown; there are AUDIO, VIDEO, SD, HD, UHD1 and UHD2", kind)
}
