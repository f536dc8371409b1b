package manifest_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// patched makes the patch from old to now, applies it and compares. It returns the patch.
func patched(t testing.TB, old, now []byte) []byte {
	t.Helper()
	p, err := manifest.Patch(old, now)
	if err != nil {
		t.Fatalf("%v\nfrom\n%s\nto\n%s", err, old, now)
	}
	mpd := mediatest.ReadXML(t, old)
	if err := mpd.Apply(mediatest.ReadXML(t, p)); err != nil {
		t.Fatalf("%v\nfrom\n%s\nto\n%s\nby\n%s", err, old, now, p)
	}
	if got, want := mpd.Canonical(), mediatest.ReadXML(t, now).Canonical(); got != want {
		t.Fatalf("the patch makes\n%s\nwanted\n%s\nby\n%s", got, want, p)
	}
	return p
}

// mpdOf is a small MPD.
func mpdOf(publish, rest string) []byte {
	return fmt.Appendf(nil, `<?xml version="1.0"?>
<!-- < > -->
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" id="a" publishTime="%s" type="dynamic" minBufferTime="PT1S" profiles="urn:mpeg:dash:profile:isoff-live:2011"%s</MPD>`, publish, rest)
}

func timelineOf(s string) string {
	return `><PatchLocation>x</PatchLocation><Period id="p"><AdaptationSet id="1"><SegmentTemplate media="$Time$" timescale="1"><SegmentTimeline>` + s +
		`</SegmentTimeline></SegmentTemplate></AdaptationSet></Period>`
}

// What changes in a SegmentTimeline is said in as few operations as there are, and each is one that players carry out.
func TestPatchOfTimeline(t *testing.T) {
	const s = `/MPD/Period[@id='p']/AdaptationSet[@id='1']/SegmentTemplate[1]/SegmentTimeline[1]`
	for _, c := range []struct {
		name, old, now string
		want           []string
	}{
		{"appended", `<S t="0" d="4"/><S d="5"/>`, `<S t="0" d="4"/><S d="5"/><S d="6"/>`, []string{`<add sel="` + s + `/S[2]" pos="after"><S d="6"/></add>`}},
		{"two appended", `<S t="0" d="4"/>`, `<S t="0" d="4"/><S d="5"/><S d="6"/>`, []string{`<add sel="` + s + `/S[1]" pos="after"><S d="5"/><S d="6"/></add>`}},
		{"slid", `<S t="0" d="4"/><S d="5"/><S d="4"/>`, `<S t="4" d="5"/><S d="4"/><S d="5"/>`, []string{
			`<remove sel="` + s + `/S[1]"/>`, `<replace sel="` + s + `/S[1]"><S t="4" d="5"/></replace>`, `<add sel="` + s + `/S[2]" pos="after"><S d="5"/></add>`}},
		{"a run grows", `<S t="0" d="4" r="2"/>`, `<S t="0" d="4" r="3"/>`, []string{`<replace sel="` + s + `/S[1]"><S t="0" d="4" r="3"/></replace>`}},
		{"a run slides", `<S t="0" d="4" r="2"/>`, `<S t="4" d="4" r="2"/>`, []string{`<replace sel="` + s + `/S[1]"><S t="4" d="4" r="2"/></replace>`}},
		{"repeats", `<S t="0" d="4" r="1"/><S d="5"/><S d="4" r="2"/><S d="5"/><S d="4"/>`, `<S t="4" d="4"/><S d="5"/><S d="4" r="2"/><S d="5"/><S d="4" r="1"/>`, []string{
			`<replace sel="` + s + `/S[1]"><S t="4" d="4"/></replace>`, `<replace sel="` + s + `/S[5]"><S d="4" r="1"/></replace>`}},
		{"before", `<S t="9" d="4"/>`, `<S t="0" d="9"/><S d="4"/>`, []string{`<add sel="` + s + `/S[1]" pos="before"><S t="0" d="9"/></add>`, `<replace sel="` + s + `/S[2]"><S d="4"/></replace>`}},
		{"from nothing", ``, `<S t="0" d="9"/>`, []string{`<add sel="` + s + `"><S t="0" d="9"/></add>`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := string(patched(t, mpdOf("2026-01-01T00:00:00Z", timelineOf(c.old)), mpdOf("2026-01-01T00:00:04.5Z", timelineOf(c.now))))
			_, ops, _ := strings.Cut(p, "publishTime=\"2026-01-01T00:00:04.5Z\">\n")
			want := `<replace sel="/MPD/@publishTime">2026-01-01T00:00:04.5Z</replace>` + "\n" + strings.Join(c.want, "\n") + "\n</Patch>\n"
			if ops != want {
				t.Errorf("got\n%s\nwant\n%s", ops, want)
			}
		})
	}
}

// Whatever changes, the patch makes it: of random documents, with ids and without, with quotes in them, in any order.
func TestPatchOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var patches [][]byte
	for range 4000 {
		old, now := mpdOf("2026-01-01T00:00:00Z", anything(r)), mpdOf("2026-01-01T00:00:01Z", anything(r))
		p := patched(t, old, now)
		if len(patches) < 300 {
			patches = append(patches, p)
		}
	}
	mediatest.PatchSchema(t, patches...)
}

func anything(r *rand.Rand) string {
	var b strings.Builder
	if r.IntN(3) == 0 {
		b.WriteString(` xmlns:cenc="urn:mpeg:cenc:2013"`)
	}
	if r.IntN(3) == 0 {
		fmt.Fprintf(&b, ` xmlns:x="urn:x:%d"`, r.IntN(2))
	}
	b.WriteString(`><PatchLocation ttl="60">x</PatchLocation>`)
	some(r, &b, 0)
	return b.String()
}

// some writes a few random elements.
func some(r *rand.Rand, b *strings.Builder, depth int) {
	names := []string{"Period", "AdaptationSet", "Representation", "S", "S", "S", "BaseURL", "Event"}
	for range r.IntN(5) {
		name := names[r.IntN(len(names))]
		fmt.Fprintf(b, "\n<%s", name)
		switch {
		case name == "S":
			if r.IntN(3) == 0 {
				fmt.Fprintf(b, ` t="%d"`, r.IntN(30))
			}
			fmt.Fprintf(b, ` d="%d"`, r.IntN(5)-r.IntN(2))
			if r.IntN(3) == 0 {
				fmt.Fprintf(b, ` r="%d"`, r.IntN(4)-1)
			}
		case name != "BaseURL" && r.IntN(5) > 0:
			ids := []string{`id="1"`, `id="2"`, `id="3"`, `id='4"'`, `id="5'"`, `id="6&#39;&quot;"`, `id='7>&amp;'`, "id='a/b [1]'"}
			fmt.Fprintf(b, ` %s`, ids[r.IntN(len(ids))])
		}
		for _, a := range []string{`a`, `b`} {
			if r.IntN(4) == 0 {
				values := []string{`"1"`, `"2"`, `'"'`, `"&lt;>"`, "\"x\ny\"", `""`}
				fmt.Fprintf(b, " %s = %s", a, values[r.IntN(len(values))])
			}
		}
		if r.IntN(3) == 0 {
			b.WriteString("/>")
			continue
		}
		b.WriteByte('>')
		switch {
		case name == "BaseURL":
			texts := []string{"a", "b", "<![CDATA[<c>]]>", "&amp;", ""}
			b.WriteString(texts[r.IntN(len(texts))])
		case name == "Event" && r.IntN(2) == 0:
			fmt.Fprintf(b, "text %d <S d=\"%d\"/>", r.IntN(2), r.IntN(2))
		case depth < 4:
			some(r, b, depth+1)
		}
		if r.IntN(9) == 0 {
			b.WriteString("<!-- <S> -->")
		}
		fmt.Fprintf(b, "</%s\n>", name)
	}
}

// A manifest that a player cannot ask patches of has none; what is no XML gives an error and nothing else.
func TestPatchRefuses(t *testing.T) {
	good := string(mpdOf("2026-01-01T00:00:00Z", timelineOf(`<S t="0" d="4"/>`)))
	for _, bad := range []string{
		strings.Replace(good, ` id="a"`, "", 1), strings.Replace(good, ` publishTime="2026-01-01T00:00:00Z"`, "", 1),
		strings.Replace(good, "PatchLocation", "Location", 2), strings.Replace(good, "</Period>", "", 1), "", "<", "<MPD", "<MPD>", "text", "<MPD a='></MPD>", "<!--", "</MPD>",
		strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000), "< a></a>",
	} {
		_, err := manifest.Patch([]byte(bad), []byte(bad))
		if errs.KindOf(err) != errs.Unsupported {
			t.Errorf("%.60q: %v", bad, err)
		}
	}
}

func FuzzPatch(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		f.Add(mpdOf("2026-01-01T00:00:00Z", anything(r)), mpdOf("2026-01-01T00:00:01Z", anything(r)))
	}
	f.Fuzz(func(t *testing.T, old, now []byte) {
		_, _ = manifest.Patch(old, now) // it ends, and does not panic
	})
}
