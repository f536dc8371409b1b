package mpegts

import "github.com/dashwright/dashwright/internal/media"

// unnamed finds out which audio coding a private stream has when the PMT does not say: FFmpeg writes AAC so in M2TS mode.
type unnamed struct {
	found framer
}

func (u *unnamed) next(b []byte, all bool) (frame, status) {
	if u.found != nil {
		return u.found.next(b, all)
	}
	short := false
	for _, f := range [...]framer{&adts{}, &loas{}, &dolby{}, &mpegAudio{}} {
		// Three frames in a row are no coincidence.
		n := 0
		s := frameFound
		for at := 0; n < 3 && s == frameFound; n++ {
			var one frame
			if at >= len(b) {
				s = frameShort
				break
			}
			one, s = f.next(b[at:], all)
			at += max(one.total, 1)
		}
		if s == frameFound || s == frameShort && all && n > 1 {
			u.found = f
			return f.next(b, all)
		}
		short = short || s == frameShort
	}
	if short && !all {
		return frame{}, frameShort
	}
	return frame{}, frameNone
}

func (u *unnamed) describe(t *media.Track, variant int) bool {
	return u.found != nil && u.found.describe(t, variant)
}
