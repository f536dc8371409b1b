package presentation

import (
	"math"
	"strconv"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/timeline"
)

// ThumbnailTile is the scheme of the property that says how a picture is made of thumbnails (DASH-IF IOP 4.3, 6.2.6.2). Players know it by "http://dashif.org/thumbnail_tile", too.
const ThumbnailTile = "http://dashif.org/guidelines/thumbnail_tile"

// Image is what a Representation of thumbnails has besides its segments: each is a picture, in which thumbnails that stand for equal parts of its time are side by side, from left to right and
// from top to bottom.
type Image struct {
	Columns, Rows int
	Width, Height int          // of a thumbnail, in pixels
	Of            *asset.Track // whose pictures they are

	loop    *loop // nil: once
	lasts   time.Duration
	follows bool // its segments are where those of the media are
	most    int  // bytes of a segment
}

// Tile is one picture of thumbnails, to be made.
type Tile struct {
	Image
	// Times are the presentation times of the Asset from which on the thumbnails stand for what is shown. They are -1 when nothing is, and Each is how long each thumbnail stands for.
	Times []time.Duration
	Each  time.Duration
	Most  int // bytes that it may have
}

// imageScale is the timescale of thumbnails of what is not looped: milliseconds.
const imageScale media.Timescale = 1000

// picture adds thumbnails to what Periods are stretches of, if they are asked for. Live there is a picture for each segment, so that they are there when that is; on demand as many thumbnails as there
// is room for are in each.
func (p *Presentation) picture(o *option.Set) {
	for _, g := range option.Thumbnails.From(o) {
		for _, c := range p.contents {
			if !c.picture(g, p.Mode == Live) {
				p.Notes = append(p.Notes, "thumbnails=0: "+c.asset.Unpictured())
			}
		}
	}
}

// picture adds thumbnails in a grid. ok is false when there is nothing to make them of.
func (c *content) picture(g option.Grid, live bool) (ok bool) {
	of := c.asset.Pictured(2 * option.DefaultThumbnail)
	if of == nil {
		return false
	}
	m := &Image{Of: of, loop: c.loop, lasts: c.asset.Duration, follows: live, Columns: g.Columns, Rows: g.Rows}
	if g.Width == 0 {
		g.Width = option.DefaultThumbnail
	}
	m.Width, m.Height = of.Fit(g.Width)
	each := of.Spacing()
	if m.Columns == 0 {
		m.choose(each, c.mean(), c.asset.Duration)
	}
	t := &asset.Track{Track: &index.Track{Track: media.Track{Kind: media.Image, Timescale: imageScale}}, ID: "thumbnails"}
	for n := 2; c.find(t.ID) != nil; n++ {
		t.ID = "thumbnails-" + strconv.Itoa(n)
	}
	r := Representation{ID: t.ID, Width: uint32(m.Width * m.Columns), Height: uint32(m.Height * m.Rows), Track: t, Image: m}
	shortest := time.Duration(math.MaxInt64)
	switch {
	case c.loop != nil:
		t.Timescale = c.loop.Scale
		r.Segments = timeline.Text(&c.loop.Loop, t.Timescale, 0)
	case live:
		starts := make([]media.Ticks, 0, len(c.cuts.Start)+1)
		for _, s := range c.cuts.Start {
			starts = append(starts, media.TicksOf(s, imageScale))
		}
		r.Segments = timeline.Timed(append(starts, media.TicksOf(c.asset.Duration, imageScale)), 0).In(imageScale)
	default:
		lasts := each * time.Duration(m.Columns*m.Rows)
		var starts []media.Ticks
		for i := range max(1, (c.asset.Duration+lasts-1)/lasts) + 1 {
			starts = append(starts, media.TicksOf(i*lasts, imageScale))
		}
		r.Segments = timeline.Timed(starts, 0).In(imageScale)
	}
	for k := range r.Segments.Cycle() {
		shortest = min(shortest, r.Segments.Least(k).Duration(t.Timescale))
	}
	r.Timescale, r.Scale = t.Timescale, t.Timescale
	m.most = 2048 + m.Columns*m.Rows*(600+m.Width*m.Height*3/8)
	r.Bandwidth = uint32(min(math.MaxUint32, float64(8*m.most)/max(shortest.Seconds(), 0.001)))
	if len(c.images) == 0 {
		c.images = []AdaptationSet{{ID: c.unused(), Kind: media.Image, MimeType: "image/jpeg"}}
	}
	c.images[0].Representations = append(c.images[0].Representations, r)
	return true
}

// unused returns an ID that no AdaptationSet has.
func (c *content) unused() int {
	id := len(c.asset.Sets)
	for i := range c.sets {
		id = max(id, c.sets[i].ID)
	}
	return id + 1
}

// choose chooses a grid: thumbnails so far apart in segments that last so long on average, or up to 10 by 10 in each of the pictures that have all of what lasts.
func (m *Image) choose(each, mean, lasts time.Duration) {
	const most = 10
	if m.follows {
		m.Columns, m.Rows = int(min(max((mean+each/2)/each, 1), most)), 1
		return
	}
	n := int(min(max((lasts+each-1)/each, 1), most*most))
	m.Columns = min(n, most)
	m.Rows = (n + m.Columns - 1) / m.Columns
}

// frame has segments of thumbnails addressed as all others are.
func (p *Presentation) frame() {
	by := p.Addressing
	for i := range p.Periods {
		eachIn(p.Periods[i].Images, func(r *Representation) {
			switch {
			case by == Number && r.Image.loop != nil:
				r.Scale, r.SegmentDuration, _, _ = r.Segments.Uniform()
			case by == Number && r.Image.follows:
				r.SegmentDuration = media.TicksOf(p.pace(), r.Timescale) // of several Periods each says its own
			case by == Number || p.Live == nil && (by == List || by == Base):
				r.SegmentDuration = r.Segments.Duration(0)
			}
		})
	}
}

// ImageAddressing returns how thumbnails are addressed: as all else is, but never by a list or as one file.
func (p *Presentation) ImageAddressing() Addressing {
	switch {
	case p.Addressing == Time || p.Addressing == Number:
		return p.Addressing
	case p.Addressing == NumberTimeline || p.Live != nil || p.Ended != nil:
		return NumberTimeline
	}
	return Number
}

// Tile returns the picture of thumbnails that is segment k of r. The times of thumbnails are those that the MPD says.
func (p *Presentation) Tile(r *Representation, k int) Tile {
	m := r.Image
	r = p.inPeriod(r, k)
	start, lasts, scale := r.Segments.Start(k), r.Segments.Duration(k), r.Timescale
	if r.SegmentDuration > 0 {
		first, _ := r.Segments.Bounds()
		start, lasts, scale = r.PTO+media.Ticks(k-first)*r.SegmentDuration, r.SegmentDuration, r.Scale
	}
	n := m.Columns * m.Rows
	t := Tile{Image: *m, Times: make([]time.Duration, n), Most: m.most, Each: lasts.Duration(scale) / time.Duration(n)}
	for i := range t.Times {
		at := start + media.Ticks(media.MulDiv(int64(lasts), int64(i), int64(n)))
		if m.loop != nil {
			t.Times[i] = m.loop.base + (at % (m.loop.Length * media.Ticks(scale/m.loop.Scale))).Duration(scale)
			continue
		}
		if t.Times[i] = at.Duration(scale); t.Times[i] >= m.lasts {
			t.Times[i] = -1
		}
	}
	return t
}
