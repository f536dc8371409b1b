package presentation_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// A Representation of the on-demand profile is a file that is what its index says, to the byte, and plays by itself.
func TestOnDemand(t *testing.T) {
	for _, k := range mediatest.Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			file := k.Make(t)
			p := play(t, file)
			for _, query := range []string{"", "segdur=2"} {
				m, _ := p.manifest("odvod", query)
				if m.Profiles != "urn:mpeg:dash:profile:isoff-on-demand:2011" {
					t.Errorf("profile %q", m.Profiles)
				}
				same, _ := p.manifest("vod", strings.TrimLeft("timeline=1&"+query, "&"))
				for i, a := range m.Representations {
					if d := whole(p, m, a, same.Representations[i]); d != "" {
						t.Errorf("%q: %s: %s", query, a.ID, d)
					}
				}
			}
			if slices.Contains([]string{"mp4", "matroska laced", "mpegts", "avi", "open GOPs", "video later", "audio only"}, k.Name) {
				plays(t, p, file)
			}
		})
	}
}

// whole compares a Representation that is one file with its index and with the same Representation in segments.
func whole(p player, m mediatest.MPD, a, segmented mediatest.Announced) string {
	p.t.Helper()
	body := p.file("odvod", a.File)
	cut := func(r string) []byte {
		var first, last int
		if n, err := fmt.Sscanf(r, "%d-%d", &first, &last); n != 2 || err != nil || last >= len(body) || first > last {
			p.t.Fatalf("range %q of %d bytes", r, len(body))
		}
		return body[first : last+1]
	}
	init := cut(a.InitRange)
	in := mediatest.ParseInit(p.t, init)
	if !bytes.Equal(init, p.file("vod", segmented.Init)) {
		return "another init segment than with segments"
	}
	index := cut(a.IndexRange)
	x := mediatest.ParseIndex(p.t, index)
	if int64(x.Timescale) != a.Timescale || x.Timescale != in.Timescale {
		return fmt.Sprintf("timescales %d, %d and %d", x.Timescale, a.Timescale, in.Timescale)
	}
	rest := body[len(init)+len(index):]
	at := int64(x.Earliest)
	if len(x.References) != len(segmented.Segments) {
		return fmt.Sprintf("%d subsegments, %d segments", len(x.References), len(segmented.Segments))
	}
	for i, r := range x.References {
		if int(r.Size) > len(rest) {
			return fmt.Sprintf("subsegment %d has %d bytes, %d are left", i, r.Size, len(rest))
		}
		f := mediatest.ParseSegment(p.t, in, rest[:r.Size])
		rest = rest[r.Size:]
		start, _ := f.Span(in)
		if said := segmented.Segments[i]; at != max(0, start) || at != said.Start || int64(r.Duration) != said.Duration {
			return fmt.Sprintf("subsegment %d is at %d for %d by its index, at %d by its samples, at %d for %d with segments", i, at, r.Duration, start, said.Start, said.Duration)
		}
		if f.Styp {
			return fmt.Sprintf("subsegment %d has a styp", i)
		}
		if r.SAP == 0 || int(r.SAP) > m.Representations[0].SAP && kind(a.MimeType) == "video" || !f.Samples[0].Sync {
			return fmt.Sprintf("subsegment %d: SAP type %d, the manifest says %d", i, r.SAP, a.SAP)
		}
		at += int64(r.Duration)
	}
	if len(rest) != 0 {
		return fmt.Sprintf("%d bytes behind the last subsegment", len(rest))
	}
	return ""
}

// plays compares what FFmpeg makes of the first video, or else audio, as one file with what it makes of the source.
func plays(t *testing.T, p player, file string) {
	t.Helper()
	m, _ := p.manifest("odvod", "")
	a := m.Representations[0]
	k := kind(a.MimeType)[:1]
	url := fmt.Sprintf(p.base, "odvod") + a.File
	tolerance := 0.0011
	if strings.HasSuffix(file, ".avi") {
		tolerance = 1
	}
	if d := mediatest.SameFrames(mediatest.Frames(t, file, k), mediatest.Frames(t, url, k), tolerance); d != "" {
		t.Errorf("%s: %s", url, d)
	}
}
