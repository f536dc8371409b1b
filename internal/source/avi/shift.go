package avi

import (
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// shift undoes what FFmpeg does to the beginning of an AVI file with B-frames. There the video's clock is that of decoding, so that everything
// is written later by the pictures' reordering delay; the first audio frame stands in slot 0 and the empty chunks that make up the delay come
// after it. Here pictures are shown from slot 0 on, and so those empty chunks say nothing.
type shift struct {
	index   int         // in out, of the Sample after the first gap
	gap     media.Ticks // the first gap, when it is near the beginning
	settled bool
}

// nearBeginning is how many audio frames may come before the gap.
const nearBeginning = 4

func (d *shift) note(index int, frames int64, gap media.Ticks) {
	if !d.settled && d.gap == 0 && frames <= nearBeginning {
		d.index, d.gap = index, gap
	}
}

// settle is called once before the first Samples are handed over: a few seconds into the file, when the video's delay is known. It closes the gap if
// it is as long as that delay, to within an audio frame, and returns by how much later Samples come earlier.
func (d *shift) settle(a *audio) media.Ticks {
	if d.settled {
		return 0
	}
	d.settled = true
	scale := media.Timescale(a.spec.rate)
	if d.gap == 0 || d.index == 0 || !a.s.delays(d.gap.Duration(scale), media.Ticks(a.spec.samples).Duration(scale)) {
		return 0
	}
	a.out[d.index-1].Duration -= d.gap
	for i := d.index; i < len(a.out); i++ {
		a.out[i].DTS -= d.gap
	}
	return d.gap
}

// delays says whether d is a video stream's reordering delay, to within tolerance. Encoders keep room for reference B-pictures, that is a delay of
// 2, as soon as there are B-pictures.
func (s *scanner) delays(d, tolerance time.Duration) bool {
	for _, st := range s.header.streams {
		v, ok := st.handler.(*video)
		if !ok || v.out.delay == 0 {
			continue
		}
		frame := v.out.dur.Duration(s.res.Tracks[st.track].Timescale)
		least, most := time.Duration(v.out.delay)*frame, time.Duration(max(v.out.delay, 2))*frame
		if d >= least-tolerance && d <= most+tolerance {
			return true
		}
	}
	return false
}
