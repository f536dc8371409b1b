package manifest

import (
	"bytes"
	"strconv"

	"github.com/dashwright/dashwright/internal/presentation"
)

// addImages adds the AdaptationSets of thumbnails to an MPD that a look has written: after the last one of each Period. No look knows of them, and all have them.
func addImages(mpd []byte, p *presentation.Presentation) []byte {
	n := 0
	for i := range p.Periods {
		n += len(p.Periods[i].Images)
	}
	if n == 0 {
		return mpd
	}
	elements := periodsOf(mpd)
	if len(elements) != len(p.Periods) {
		return mpd // a look that writes other Periods than there are
	}
	const last = "</AdaptationSet>"
	out := make([]byte, 0, len(mpd)+1024*n)
	at := 0
	for i, e := range elements {
		end := bytes.LastIndex(mpd[e.from:e.to], []byte(last))
		if end < 0 {
			continue
		}
		end += e.from + len(last)
		out = append(out, mpd[at:end]...)
		for j := range p.Periods[i].Images {
			out = appendImages(out, p, &p.Periods[i].Images[j])
		}
		at = end
	}
	return append(out, mpd[at:]...)
}

// appendImages appends an AdaptationSet of thumbnails (DASH-IF IOP 4.3, 6.2.6).
func appendImages(b []byte, p *presentation.Presentation, set *presentation.AdaptationSet) []byte {
	b = appendNumber(append(b, "\n    <AdaptationSet"...), " id=\"", int64(set.ID))
	b = append(append(append(b, ` contentType="image" mimeType="`...), set.MimeType...), `">`...)
	for i := range set.Representations {
		r := &set.Representations[i]
		b = appendEscaped(append(b, "\n      <Representation id=\""...), r.ID)
		b = appendNumber(append(b, '"'), " bandwidth=\"", int64(r.Bandwidth))
		b = appendNumber(appendNumber(b, " width=\"", int64(r.Width)), " height=\"", int64(r.Height))
		b = append(b, ">\n        <EssentialProperty schemeIdUri=\""+presentation.ThumbnailTile+"\" value=\""...)
		b = strconv.AppendInt(append(strconv.AppendInt(b, int64(r.Image.Columns), 10), 'x'), int64(r.Image.Rows), 10)
		b = append(b, "\"/>\n        "...)
		b = appendImageTemplate(b, p, r)
		b = append(b, "\n      </Representation>"...)
	}
	return append(b, "\n    </AdaptationSet>"...)
}

// appendImageTemplate appends the SegmentTemplate of thumbnails, which have no initialization.
func appendImageTemplate(b []byte, p *presentation.Presentation, r *presentation.Representation) []byte {
	by := p.ImageAddressing()
	scale := r.Timescale
	if by == presentation.Number {
		scale = r.Scale
	}
	b = appendNumber(append(b, "<SegmentTemplate"...), " timescale=\"", int64(scale))
	switch by {
	case presentation.Number:
		b = appendNumber(appendNumber(b, " duration=\"", int64(r.SegmentDuration)), " startNumber=\"", r.StartNumber)
		if r.EndNumber >= 0 {
			b = appendNumber(b, " endNumber=\"", r.EndNumber)
		}
	case presentation.NumberTimeline:
		b = appendNumber(b, " startNumber=\"", number(p, r))
	}
	if r.PTO != 0 {
		b = appendNumber(b, " presentationTimeOffset=\"", int64(r.PTO))
	}
	if offset := p.AvailabilityTimeOffset(r); offset != "" {
		b = append(append(append(b, " availabilityTimeOffset=\""...), offset...), '"')
	}
	b = append(appendEscaped(append(b, " media=\""...), p.MediaTemplate(r, "jpg")), '"')
	if by == presentation.Number {
		return append(b, "/>"...)
	}
	return append(appendSegments(append(b, "><SegmentTimeline>"...), p, r), "</SegmentTimeline></SegmentTemplate>"...)
}
