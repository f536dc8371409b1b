package asset

import (
	"bytes"
	"time"

	"github.com/dashwright/dashwright/internal/media"
)

// This file says of Tracks what follows from their descriptions alone.

// SameInit says whether t and u have the same init segment when they are served alike: all that goes into one is compared.
func (t *Track) SameInit(u *Track) bool {
	return t == u || sameDescription(&t.Track.Track, &u.Track.Track) && t.Constant == u.Constant
}

func sameDescription(x, y *media.Track) bool {
	if (x.Encryption == nil) != (y.Encryption == nil) {
		return false
	}
	if e, f := x.Encryption, y.Encryption; e != nil {
		if e.Scheme != f.Scheme || e.KID != f.KID || e.IVSize != f.IVSize || !bytes.Equal(e.ConstantIV, f.ConstantIV) || e.CryptBlocks != f.CryptBlocks || e.SkipBlocks != f.SkipBlocks ||
			!bytes.Equal(bytes.Join(e.PSSH, nil), bytes.Join(f.PSSH, nil)) {
			return false
		}
	}
	return x.Codec == y.Codec && x.Timescale == y.Timescale && bytes.Equal(x.Config, y.Config) && x.SampleEntry == y.SampleEntry && x.InBand == y.InBand && x.Language == y.Language &&
		x.Width == y.Width && x.Height == y.Height && x.SAR == y.SAR && x.Rotation == y.Rotation && x.SampleRate == y.SampleRate && x.Channels == y.Channels
}

// Spacing returns how far apart thumbnails of t are: as its random access points, in whole seconds up to ten.
func (t *Track) Spacing() time.Duration {
	mean := (t.End - t.Track.Start).Duration(t.Timescale) / time.Duration(max(t.Syncs, 1))
	return min(max(mean.Round(time.Second), time.Second), 10*time.Second)
}
