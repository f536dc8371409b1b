package asset

import (
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/webvtt"
)

// measure finds the peak bit rate over segments, and the buffer that it asks for: starting on any segment and receiving at the peak rate, how much later
// than its first bit a sample is wanted at the earliest. That is found from random access point to random access point, as if all between them were wanted with the first: never too
// little, and at most the distance of two too much.
func (tc *TrackCut) measure() {
	if tc.Count == 0 {
		tc.measureCues()
		return
	}
	for i := range tc.Segments {
		s := &tc.Segments[i]
		tc.Leading = tc.Leading || s.Leading
		tc.peak(s.Bytes+tc.overhead(s), s.Duration())
	}
	tc.Buffer = tc.buffer()
}

// buffer returns how much must be buffered at the Bandwidth.
func (tc *TrackCut) buffer() time.Duration {
	worst := 0.0
	tc.eachNeed(func(bytes uint64, at media.Ticks) { worst = max(worst, tc.late(bytes, at)) })
	return time.Duration(worst * float64(time.Second))
}

// eachNeed calls visit with how many bytes of each segment are needed how long after its first sample.
func (tc *TrackCut) eachNeed(visit func(bytes uint64, at media.Ticks)) {
	if tc.Count == 0 {
		tc.eachCues(func(samples []cueSample, _ uint64, _ media.Ticks) {
			before := boxes + 8*uint64(len(samples)) // durations and sizes
			for _, s := range samples {
				visit(before+s.end, s.at)
			}
		})
		return
	}
	steps := tc.Steps()
	at, base := 0, uint64(0)
	for i := range tc.Segments {
		seg := &tc.Segments[i]
		for at < len(steps) && steps[at].End <= base {
			at++
		}
		before := tc.overhead(seg) // stands before the payload
		for j := at; j < len(steps) && steps[j].Sample < seg.First+seg.Count; j++ {
			end := min(steps[j].End, base+seg.Bytes)
			visit(before+end-base, max(0, steps[j].DTS-seg.DTS))
		}
		base += seg.Bytes
	}
}

// hasten raises the Bandwidth so that no more than so much need be buffered. It is for text: a few bytes, all of which are wanted at the beginning of a long segment, are better received fast
// than waited for.
func (tc *TrackCut) hasten(most time.Duration) {
	if tc.Buffer <= most {
		return
	}
	tc.eachNeed(func(bytes uint64, at media.Ticks) {
		rate := float64(bytes) * 8 / (most.Seconds() + float64(at)/float64(tc.Timescale))
		tc.Bandwidth = max(tc.Bandwidth, uint32(min(rate+1, 1<<32-1)))
	})
	tc.Buffer = tc.buffer()
}

// peak raises the Bandwidth to that of a segment, rounded up.
func (tc *TrackCut) peak(bytes uint64, lasts media.Ticks) {
	if lasts <= 0 {
		return
	}
	rate := media.MulDiv(int64(bytes*8), int64(tc.Timescale), int64(lasts))
	tc.Bandwidth = max(tc.Bandwidth, uint32(min(rate+1, 1<<32-1)))
}

// late returns how many seconds must be buffered so that so many bytes are there at a time after the first one was received.
func (tc *TrackCut) late(bytes uint64, at media.Ticks) float64 {
	return float64(bytes)*8/float64(max(1, tc.Bandwidth)) - float64(at)/float64(tc.Timescale)
}

// boxes is how many bytes a media segment has without samples: styp, moof (mfhd, tfhd, tfdt, trun) and the mdat's header.
const boxes = 24 + 8 + 16 + 8 + 16 + 20 + 20 + 8

// overhead returns how many bytes a segment has besides its payload, as package segment writes it.
func (t *Track) overhead(s *index.Segment) uint64 {
	sample := uint64(4)
	for _, has := range []bool{t.Constant == 0 || t.Kind == media.Text, t.Kind == media.Video, t.HasCTO} {
		if has {
			sample += 4
		}
	}
	n := boxes + uint64(s.Count)*sample
	if t.Encryption != nil {
		n += 17 + 20 + 16 + uint64(s.Count) + uint64(s.Aux) // saiz, saio, senc
		if changes := uint64(t.Changes(s.First, s.Count)); t.Grouped() {
			n += 24 + 20 + (changes+1)*(8+4+37) // sgpd, sbgp
			if changes > 0 {
				n += 8 * uint64(s.Count) // samples of different kinds say more
			}
		}
	}
	return n
}

// mostShown is how many Cues are looked at for a segment: far more than can be shown at a time.
const mostShown = 4 * webvtt.MaxActive

// cueSample is a sample of cues as it will be served.
type cueSample struct {
	end uint64 // bytes of its segment's payload until its end
	at  media.Ticks
}

// eachCues calls visit with the samples of every segment of a Track of Cues, and how long it lasts.
func (tc *TrackCut) eachCues(visit func(samples []cueSample, payload uint64, lasts media.Ticks)) {
	var shown []media.Cue // that have begun and not ended when the segment begins, and those that begin in it
	var samples []cueSample
	next := 0
	for i := range len(tc.Starts) - 1 {
		from, to := tc.Starts[i]-tc.Shift, tc.Starts[i+1]-tc.Shift
		shown = slices.DeleteFunc(shown, func(c media.Cue) bool { return c.End <= from })
		for ; next < len(tc.Cues) && tc.Cues[next].Start < to; next++ {
			if len(shown) < mostShown {
				shown = append(shown, tc.Cues[next])
			}
		}
		payload := uint64(0)
		samples = samples[:0]
		webvtt.Samples(shown, from, to, func(start, _ media.Ticks, active []media.Cue) bool {
			payload += sampleSize(active)
			samples = append(samples, cueSample{payload, start - from})
			return true
		})
		visit(samples, payload, to-from)
	}
}

// CueSize is what a segment of a Track of Cues holds.
type CueSize struct {
	Samples int
	Bytes   uint64 // payload
}

// CueSizes returns what each segment of a Track of Cues holds.
func (tc *TrackCut) CueSizes() []CueSize {
	sizes := make([]CueSize, 0, len(tc.Starts))
	tc.eachCues(func(samples []cueSample, payload uint64, _ media.Ticks) {
		sizes = append(sizes, CueSize{len(samples), payload})
	})
	return sizes
}

// measureCues is measure for a Track of Cues: its samples are as they will be served.
func (tc *TrackCut) measureCues() {
	tc.eachCues(func(samples []cueSample, payload uint64, lasts media.Ticks) {
		tc.peak(boxes+8*uint64(len(samples))+payload, lasts) // durations and sizes
	})
	tc.Bandwidth = max(1, tc.Bandwidth)
	tc.Buffer = tc.buffer()
}

// sampleSize returns the bytes of a sample that shows cues (webvtt.AppendSample): boxes vttc, vsid, iden, sttg, payl, or vtte.
func sampleSize(cues []media.Cue) uint64 {
	if len(cues) == 0 {
		return 8
	}
	n := 0
	for i := range cues {
		n += 8 + 12 + 8 + len(cues[i].Text)
		for _, s := range [...]string{cues[i].ID, cues[i].Settings} {
			if s != "" {
				n += 8 + len(s)
			}
		}
	}
	return uint64(n)
}
