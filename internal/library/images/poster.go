package images

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
)

// posterSide is how many pixels the longer side of a poster has at most.
const posterSide = 480

// posterAt is where posters are looked for, in percent of what lasts: the first picture that shows something.
var posterAt = [...]time.Duration{10, 12, 15, 20, 30, 50, 5}

// Poster returns a picture of a stream as a JPEG: of a random access point near a tenth of it, or of a later one where that is black, at most 480 pixels wide and high. The error is
// errs.Unsupported when there can be none.
func (m *Maker) Poster(ctx context.Context, a *asset.Asset) ([]byte, error) {
	for i, p := range a.Parts {
		if p.Asset.Pictured(posterSide) != nil || i == len(a.Parts)-1 {
			a = p.Asset
			break
		}
	}
	t := a.Pictured(posterSide)
	if t == nil {
		return nil, errs.Errorf(errs.Unsupported, "%s", a.Unpictured())
	}
	key := keyOf(a, t) + "/poster"
	if b := m.memory.get(key); b != nil {
		return b, nil
	}
	if b := m.load(key); b != nil {
		m.memory.put(key, b)
		return b, nil
	}
	shots := m.shotsOf(a, t)
	if len(shots) == 0 {
		return nil, errs.Errorf(errs.Unsupported, "%s has no picture that decoding may start at", t.ID)
	}
	j := &Job{Asset: a, Track: t, quality: 3}
	for _, percent := range posterAt {
		n := during(shots, a.Duration*percent/100, time.Second)
		j.Samples = append(j.Samples, shots[n].Sample)
	}
	w, h := t.Fit(posterSide)
	if ow, oh := t.Fit(int(max(t.Width, t.Height))); ow < w || oh < h {
		w, h = ow, oh
	}
	j.Width, j.Height = w, h
	return m.once(ctx, key, func(ctx context.Context) ([]byte, error) {
		pictures, err := m.run(ctx, j)
		if err != nil {
			return nil, err
		}
		b, err := lively(pictures)
		if err != nil {
			return nil, err
		}
		m.memory.put(key, b)
		m.save(key, b)
		return b, nil
	})
}

// lively returns the first picture that is not nearly of one brightness, and neither black nor white; else the liveliest.
func lively(pictures [][]byte) ([]byte, error) {
	const enough = 15 * 15
	best, most := pictures[0], -1
	for _, b := range pictures {
		m, err := jpeg.Decode(bytes.NewReader(b))
		if err != nil {
			return nil, errs.Errorf(errs.Internal, "a picture that FFmpeg has made: %w", err)
		}
		variance := 0
		if y, ok := m.(*image.YCbCr); ok {
			variance = varianceOf(y)
		}
		if variance >= enough {
			return b, nil
		}
		if variance > most {
			best, most = b, variance
		}
	}
	return best, nil
}

// varianceOf returns the mean square of what the brightness of pixels is off its mean.
func varianceOf(m *image.YCbCr) int {
	sum, squares, n := 0, 0, 0
	for y := range m.Rect.Dy() {
		for _, v := range m.Y[y*m.YStride:][:m.Rect.Dx()] {
			sum, squares, n = sum+int(v), squares+int(v)*int(v), n+1
		}
	}
	if n == 0 {
		return 0
	}
	return squares/n - (sum/n)*(sum/n)
}
