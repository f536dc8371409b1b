package manifest

import (
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/presentation"
)

// Patch returns the MPD patch (ISO/IEC 23009-1, 5.15) that makes the MPD now of the MPD old: a document of add, remove and replace operations (RFC 5261). Both are in the same look.
// errs.Unsupported when the look has no MPD@id, publishTime or PatchLocation, without which a player cannot know what a patch is for.
func Patch(old, now []byte) ([]byte, error) {
	a, err := parseTree(old)
	if err != nil {
		return nil, err
	}
	b, err := parseTree(now)
	if err != nil {
		return nil, err
	}
	if err := patchable(a, b); err != nil {
		return nil, err
	}
	id, _ := b.get(0, "id")
	from, _ := a.get(0, "publishTime")
	to, _ := b.get(0, "publishTime")
	d := differ{old: a, now: b, out: make([]byte, 0, 2<<10)}
	d.print(`<?xml version="1.0" encoding="UTF-8"?>`, "\n", `<Patch xmlns="urn:mpeg:dash:schema:mpd-patch:2020"`)
	// What is added may use the prefixes that the MPD declares.
	for _, x := range b.attributes(0, nil) {
		if strings.HasPrefix(x.name, "xmlns:") {
			d.print(" ", x.name)
			d.quote(x.value)
		}
	}
	d.print(" mpdId")
	d.quote(id)
	d.print(" originalPublishTime")
	d.quote(from)
	d.print(" publishTime")
	d.quote(to)
	d.print(">\n")
	d.path = append(d.path, "/MPD"...)
	d.attributes(0, 0)
	d.children(0, 0)
	d.print("</Patch>\n")
	return d.out, nil
}

// identified returns an MPD that can be patched with what identifies it, MPD@id and MPD@publishTime, where its look does not have that anyway.
func identified(mpd []byte, p *presentation.Presentation) ([]byte, error) {
	if !p.Patched() {
		return mpd, nil
	}
	t := tree{s: string(mpd)}
	if err := t.toRoot(); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(t.s[t.at:], "<MPD") {
		return mpd, nil // a Period by itself
	}
	end, err := t.endOfTag()
	if err != nil {
		return nil, err
	}
	head := t.s[t.at+len("<MPD") : end]
	if _, ok := getAttr(head, "id"); !ok {
		t.s, end = insert(t.s, end, ` id="`+escapeText(p.Name)+`"`)
	}
	if at, _ := p.Published(); !at.IsZero() {
		if _, ok := getAttr(head, "publishTime"); !ok {
			t.s, _ = insert(t.s, end, ` publishTime="`+string(timestamp(at))+`"`)
		}
	}
	return []byte(t.s), nil
}

func insert(s string, at int, what string) (string, int) {
	return s[:at] + what + s[at:], at + len(what)
}

// patchable says what an MPD, and the one that it becomes, lack for patches.
func patchable(a, b *tree) error {
	for _, t := range []*tree{a, b} {
		for _, name := range []string{"id", "publishTime"} {
			if v, _ := t.get(0, name); v == "" {
				return errs.Errorf(errs.Unsupported, "the manifest has no MPD@%s, so there are no patches of it", name)
			}
		}
	}
	for _, c := range a.children(0) {
		if a.name(c) == "PatchLocation" {
			return nil
		}
	}
	return errs.Errorf(errs.Unsupported, "the manifest has no PatchLocation, so there are no patches of it; patch=1 asks for one, and its look must have it")
}

// differ writes operations. They are carried out one after another, each on what the ones before have made: to the left of where it stands all is new, to the right old.
type differ struct {
	old, now *tree
	out      []byte
	path     []byte // selects the element whose attributes or children are compared
}

func (d *differ) print(parts ...string) {
	for _, p := range parts {
		d.out = append(d.out, p...)
	}
}

// quote writes ="v"; v is escaped already, but may have stood in single quotes.
func (d *differ) quote(v string) {
	d.print(`="`, strings.ReplaceAll(v, `"`, "&quot;"), `"`)
}

// sel begins an operation on a step below the path: "" selects the path itself.
func (d *differ) sel(operation string, step step) {
	d.print("<", operation, ` sel="`)
	d.out = append(d.out, d.path...)
	if step.name != "" {
		d.out = append(d.out, '/')
		d.out = step.append(d.out)
	}
	d.print(`"`)
}

// attributes writes what changes the attributes of node a into those of node b.
func (d *differ) attributes(a, b int32) {
	if d.old.head(a) == d.now.head(b) {
		return
	}
	var few [2][24]attr
	old, now := d.old.attributes(a, few[0][:0]), d.now.attributes(b, few[1][:0])
	for _, x := range old {
		if v, ok := value(now, x.name); !ok {
			d.sel("remove", attributeStep(x.name))
			d.print("/>\n")
		} else if v != x.value {
			d.sel("replace", attributeStep(x.name))
			d.print(">", flat(v), "</replace>\n")
		}
	}
	for _, x := range now {
		if _, ok := value(old, x.name); !ok {
			d.sel("add", step{})
			d.print(` type="`, attributeStep(x.name).name, `">`, flat(x.value), "</add>\n")
		}
	}
}

// flat is v as a text that says what v does in an attribute, where a line break is a space.
func flat(v string) string {
	if !strings.ContainsAny(v, "\t\n\r") {
		return v
	}
	return strings.NewReplacer("\r\n", " ", "\t", " ", "\n", " ", "\r", " ").Replace(v)
}

func value(list []attr, name string) (string, bool) {
	for i := range list {
		if list[i].name == name {
			return list[i].value, true
		}
	}
	return "", false
}

// attributeStep selects an attribute, or the declaration of a prefix (RFC 5261, 4.2.2 and 4.3).
func attributeStep(name string) step {
	if prefix, ok := strings.CutPrefix(name, "xmlns:"); ok {
		return step{name: "namespace::" + prefix}
	}
	return step{name: "@" + name}
}
