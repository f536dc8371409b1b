package segment

import (
	"bytes"
	"strconv"
	"time"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/timeline"
	"github.com/dashwright/dashwright/internal/webvtt"
)

// makeClock plans a segment of generated subtitles: a cue for every second of UTC, from that second's start on. A segment that begins or ends within a cue has its part of it.
func (p *Plan) makeClock(r *presentation.Representation, s timeline.Segment) {
	cues := clockCues(nil, r, s)
	if r.Track.Codec == media.STPP {
		p.Text = appendClockTTML(p.Text, r, s, cues)
		p.finishText(s, s.Start, []textSample{{uint32(s.Duration), uint32(len(p.Text))}})
		return
	}
	var samples []textSample
	webvtt.Samples(cues, s.Start, s.Start+s.Duration, func(_, duration media.Ticks, active []media.Cue) bool {
		before := len(p.Text)
		p.Text = webvtt.AppendSample(p.Text, active)
		samples = append(samples, textSample{uint32(duration), uint32(len(p.Text) - before)})
		return true
	})
	p.finishText(s, s.Start, samples)
}

// clockCues appends the cues that are shown during s, with the times that they have as a whole.
func clockCues(dst []media.Cue, r *presentation.Representation, s timeline.Segment) []media.Cue {
	c, scale := r.Clock, r.Timescale
	number := s.Number
	if r.Chunks != nil {
		number /= r.Chunks.Most // of a chunk it is the fragment's
	}
	what := "\n" + r.Track.Language + ", segment " + strconv.FormatInt(number, 10)
	settings := ""
	if c.Top {
		settings = "line:0"
	}
	end := s.Start + s.Duration
	for at := c.Epoch.Add(s.Start.Duration(scale)).Truncate(time.Second); ; at = at.Add(time.Second) {
		from := media.TicksOf(at.Sub(c.Epoch), scale)
		if from >= end {
			return dst
		}
		if to := from + media.TicksOf(c.Shown, scale); to > s.Start {
			dst = append(dst, media.Cue{Start: from, End: to, Settings: settings, Text: at.UTC().Format("2006-01-02T15:04:05Z") + what})
		}
	}
}

// appendClockTTML appends an IMSC 1 text document (TTML Profiles for Internet Media Subtitles and Captions 1.0.1, 5) that shows cues, as far as they are shown during s. Its times are media times.
func appendClockTTML(dst []byte, r *presentation.Representation, s timeline.Segment, cues []media.Cue) []byte {
	origin, align := "10% 80%", "after"
	if r.Clock.Top {
		origin, align = "10% 5%", "before"
	}
	dst = append(dst, `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:tts="http://www.w3.org/ns/ttml#styling" ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/text" ttp:timeBase="media" xml:lang="`...)
	dst = append(dst, r.Track.Language...) // letters, digits and hyphens: the option sees to that
	dst = append(dst, `"><head><styling><style xml:id="s" tts:fontFamily="proportionalSansSerif" tts:fontSize="100%" tts:lineHeight="125%" tts:textAlign="center" tts:color="white" tts:backgroundColor="#000000c0"/></styling>`+
		`<layout><region xml:id="r" tts:origin="`...)
	dst = append(append(dst, origin...), `" tts:extent="80% 15%" tts:displayAlign="`...)
	dst = append(append(dst, align...), `" tts:overflow="visible"/></layout></head><body><div region="r">`...)
	end := s.Start + s.Duration
	for _, c := range cues {
		dst = append(dst, `<p begin="`...)
		dst = appendClock(dst, max(c.Start, s.Start).Duration(r.Timescale))
		dst = append(dst, `" end="`...)
		dst = appendClock(dst, min(c.End, end).Duration(r.Timescale))
		dst = append(dst, `"><span style="s">`...)
		dst = append(dst, bytes.ReplaceAll([]byte(c.Text), []byte("\n"), []byte("<br/>"))...)
		dst = append(dst, "</span></p>"...)
	}
	return append(dst, "</div></body></tt>\n"...)
}
