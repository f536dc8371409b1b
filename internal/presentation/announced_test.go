package presentation_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// segment is one as it is: the bytes, and what they say.
type segment struct {
	mediatest.Fragment
	start, end int64 // presentation time line
}

// load fetches all that a Representation announces.
func load(p player, mode string, a mediatest.Announced) (mediatest.Init, []segment) {
	p.t.Helper()
	init := p.file(mode, a.Init)
	in := mediatest.ParseInit(p.t, init)
	var list []segment
	for _, s := range a.Segments {
		f := mediatest.ParseSegment(p.t, in, p.file(mode, s.URL))
		if !f.Styp {
			p.t.Errorf("%s: %s has no styp", a.ID, s.URL)
		}
		from, to := f.Span(in)
		list = append(list, segment{f, from, to})
	}
	return in, list
}

// What the MPD says of each segment's time is what its bytes say, whatever the addressing and the wanted duration.
func TestSegmentsAreWhereTheyAreAnnounced(t *testing.T) {
	for _, k := range mediatest.Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			p := play(t, k.Make(t))
			var mpds [][]byte
			for _, timeline := range []string{"0", "1", "number", "list"} {
				for _, segdur := range []string{"", "1", "2.5", "10"} {
					query := "timeline=" + timeline
					if segdur != "" {
						query += "&segdur=" + segdur
					}
					m, body := p.manifest("vod", query)
					mpds = append(mpds, body)
					if timeline == "number" && segdur != "" || timeline == "list" && segdur != "2.5" {
						continue // the same segments as with timeline=1
					}
					for _, a := range m.Representations {
						in, list := load(p, "vod", a)
						if d := differs(m, a, in, list); d != "" {
							t.Errorf("%s, %s: %s", query, a.ID, d)
						}
						if d := rates(m, a, list); d != "" {
							t.Errorf("%s, %s: %s", query, a.ID, d)
						}
					}
				}
			}
			for _, segdur := range []string{"", "segdur=1", "segdur=10"} {
				_, body := p.manifest("odvod", segdur)
				mpds = append(mpds, body)
			}
			mediatest.Schema(t, mpds...)
		})
	}
}

// differs compares what is announced with what is there.
func differs(m mediatest.MPD, a mediatest.Announced, in mediatest.Init, list []segment) string {
	if int64(in.Timescale) != a.Timescale {
		return fmt.Sprintf("timescale %d, the init segment says %d", a.Timescale, in.Timescale)
	}
	if len(list) == 0 {
		return "no segment"
	}
	tick := 1 / float64(a.Timescale)
	for i, s := range list {
		said := a.Segments[i]
		if len(s.Samples) == 0 {
			return fmt.Sprintf("segment %d is empty", i)
		}
		longest := int64(0)
		for _, x := range s.Samples {
			longest = max(longest, int64(x.Duration))
		}
		last := i == len(list)-1
		switch {
		case a.Nominal > 0:
			// ISO/IEC 23009-1, 7.2.1: a segment starts at most half of @duration from where it is announced.
			if off := max(0, s.start) - said.Start; 2*off > a.Nominal || 2*off < -a.Nominal {
				return fmt.Sprintf("segment %d starts at %d, announced at %d by a @duration of %d: more than half of it off", i, s.start, said.Start, a.Nominal)
			}
		case said.Start != max(0, s.start):
			return fmt.Sprintf("segment %d starts at %d, announced at %d", i, s.start, said.Start)
		case !last && a.Segments[i+1].Start != said.Start+said.Duration:
			return fmt.Sprintf("segment %d is announced until %d, the next one at %d", i, said.Start+said.Duration, a.Segments[i+1].Start)
		case last && (s.end-said.Start-said.Duration > longest || s.end-said.Start-said.Duration < -longest):
			return fmt.Sprintf("the last segment ends at %d, announced at %d", s.end, said.Start+said.Duration)
		}
		if seconds := float64(said.Duration) * tick; a.Nominal == 0 && seconds > m.MaxSeg+tick {
			return fmt.Sprintf("segment %d lasts %.3f s, maxSegmentDuration is %.3f", i, seconds, m.MaxSeg)
		}
		if i > 0 {
			before := list[i-1].Samples
			if end := before[len(before)-1]; s.Samples[0].DTS != end.DTS+int64(end.Duration) {
				return fmt.Sprintf("segment %d is decoded from %d on, the former one ends at %d", i, s.Samples[0].DTS, end.DTS+int64(end.Duration))
			}
		}
		if d := access(a, s, i); d != "" {
			return d
		}
	}
	end := float64(list[len(list)-1].end) * tick
	if kind(a.MimeType) != "application" && end > m.Duration+0.05 {
		return fmt.Sprintf("ends at %.3f s, the MPD says %.3f", end, m.Duration)
	}
	if a.Nominal > 0 {
		if n := int64(len(list)); float64((n-1)*a.Nominal)*tick >= m.Duration || math.Ceil(m.Duration*float64(a.Timescale)/float64(a.Nominal)-0.5) > float64(n) {
			return fmt.Sprintf("%d segments of %.3f s for %.3f s", n, float64(a.Nominal)*tick, m.Duration)
		}
	}
	return ""
}

// access checks that a segment can be begun with, as startWithSAP says (ISO/IEC 14496-12, annex I).
func access(a mediatest.Announced, s segment, i int) string {
	first := s.Samples[0]
	if !first.Sync {
		return fmt.Sprintf("segment %d does not begin with a random access point", i)
	}
	for k, x := range s.Samples {
		if x.PTS < first.PTS && a.SAP != 3 {
			return fmt.Sprintf("startWithSAP is %d, but sample %d of segment %d is presented before the first", a.SAP, k, i)
		}
	}
	return ""
}

// rates compares @bandwidth with the segments' bytes, and @minBufferTime with a leaky bucket that is filled at that rate (ISO/IEC 23009-1, 5.3.5.2).
func rates(m mediatest.MPD, a mediatest.Announced, list []segment) string {
	peak := 0.0
	for _, s := range list {
		peak = max(peak, float64(s.Bytes)*8*float64(a.Timescale)/float64(s.Lasts()))
	}
	// Text may be announced with more, so that it need not be buffered for longer than pictures and sound are.
	hastened := strings.HasPrefix(a.Codecs, "wvtt") || strings.HasPrefix(a.Codecs, "stpp")
	if got := float64(a.Bandwidth); got < peak || got > peak+2 && (!hastened || late(list, a.Timescale, got*0.9, m.MinBuffer-0.1) == "") {
		return fmt.Sprintf("@bandwidth is %d, the peak over segments is %.1f", a.Bandwidth, peak)
	}
	return late(list, a.Timescale, float64(a.Bandwidth), m.MinBuffer)
}

// late says what is needed before it is there, when playback begins with any segment after so many seconds of receiving at a bandwidth.
func late(list []segment, scale int64, bandwidth, buffer float64) string {
	perTick := bandwidth / 8 / float64(scale)
	credit := buffer * bandwidth / 8
	for from := range list {
		received := 0.0 // bytes needed so far
		start := list[from].Samples[0].DTS
		for i := from; i < len(list); i++ {
			at := received + float64(list[i].Header)
			for k, x := range list[i].Samples {
				at += float64(len(x.Data))
				if arrived := credit + perTick*float64(x.DTS-start); at > arrived+1e-6 {
					return fmt.Sprintf("begun with segment %d, sample %d of segment %d needs %.0f bytes when %.0f are there (@minBufferTime %.1f s, @bandwidth %.0f)",
						from, k, i, at, arrived, buffer, bandwidth)
				}
			}
			received += float64(list[i].Bytes)
		}
	}
	return ""
}
