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

// Sheet is one picture of many.
type Sheet struct {
	Asset         *asset.Asset
	Track         *asset.Track
	Columns, Rows int
	Width, Height int             // of each picture; even numbers
	Times         []time.Duration // presentation times, from left to right and from top to bottom; -1: nothing
	Each          time.Duration   // how long each picture stands for
	Most          int             // bytes
}

// qualities of JPEG: the first with which a Sheet is as small as it must be.
var qualities = [...]int{80, 65, 50, 35, 20, 5}

// compose puts a Sheet together of the pictures of Shots.
func compose(s *Sheet, shots []Shot, pictures map[int][]byte) ([]byte, error) {
	sheet := image.NewYCbCr(image.Rect(0, 0, s.Columns*s.Width, s.Rows*s.Height), image.YCbCrSubsampleRatio420)
	for i := range sheet.Cb { // black
		sheet.Cb[i], sheet.Cr[i] = 128, 128
	}
	last, decoded := -1, (*image.YCbCr)(nil)
	for i, at := range s.Times {
		if at < 0 {
			continue
		}
		if n := during(shots, at, s.Each); n != last {
			var err error
			if decoded, err = decode(pictures[n]); err != nil {
				return nil, err
			}
			last = n
		}
		x, y := i%s.Columns*s.Width, i/s.Columns*s.Height
		draw(sheet.SubImage(image.Rect(x, y, x+s.Width, y+s.Height)).(*image.YCbCr), decoded)
	}
	return encode(sheet, s.Most)
}

// encode returns a JPEG of at most so many bytes, if there is one.
func encode(m image.Image, most int) ([]byte, error) {
	var b bytes.Buffer
	for _, q := range qualities {
		b.Reset()
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: q}); err != nil {
			return nil, err
		}
		if b.Len() <= most {
			break
		}
	}
	return b.Bytes(), nil
}

// decode reads a picture that FFmpeg has made.
func decode(b []byte) (*image.YCbCr, error) {
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, errs.Errorf(errs.Internal, "a picture that FFmpeg has made: %w", err)
	}
	y, ok := m.(*image.YCbCr)
	if !ok || y.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		return nil, errs.Errorf(errs.Internal, "a picture that FFmpeg has made is not 4:2:0")
	}
	return y, nil
}

// draw fills to with from, each pixel the mean of those that are in its place.
func draw(to, from *image.YCbCr) {
	w, h := to.Rect.Dx(), to.Rect.Dy()
	fw, fh := from.Rect.Dx(), from.Rect.Dy()
	scale(to.Y, to.YStride, w, h, from.Y, from.YStride, fw, fh)
	scale(to.Cb, to.CStride, w/2, h/2, from.Cb, from.CStride, (fw+1)/2, (fh+1)/2)
	scale(to.Cr, to.CStride, w/2, h/2, from.Cr, from.CStride, (fw+1)/2, (fh+1)/2)
}

// scale makes a plane of another size, by the mean of whole pixels.
func scale(to []byte, toStride, w, h int, from []byte, fromStride, fw, fh int) {
	for y := range h {
		top, bottom := y*fh/h, max((y+1)*fh/h, y*fh/h+1)
		row := to[y*toStride:][:w]
		for x := range row {
			left, right := x*fw/w, max((x+1)*fw/w, x*fw/w+1)
			sum := 0
			for v := top; v < bottom; v++ {
				for _, p := range from[v*fromStride+left : v*fromStride+right] {
					sum += int(p)
				}
			}
			n := (bottom - top) * (right - left)
			row[x] = byte((sum + n/2) / n)
		}
	}
}

// Sheet returns a Sheet as a JPEG.
func (m *Maker) Sheet(ctx context.Context, s *Sheet) ([]byte, error) {
	key := s.key()
	if b := m.memory.get(key); b != nil {
		return b, nil
	}
	shots := m.shotsOf(s.Asset, s.Track)
	if len(shots) == 0 {
		return nil, errs.Errorf(errs.Unsupported, "%s has no picture that decoding may start at", s.Track.ID)
	}
	needed := map[int][]byte{}
	for _, at := range s.Times {
		if at >= 0 {
			needed[during(shots, at, s.Each)] = nil
		}
	}
	if err := m.pictures(ctx, s.Asset, s.Track, shots, needed); err != nil {
		return nil, err
	}
	b, err := compose(s, shots, needed)
	if err == nil {
		m.memory.put(key, b)
	}
	return b, err
}
