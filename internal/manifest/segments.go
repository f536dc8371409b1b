package manifest

import (
	"slices"
	"strconv"

	"github.com/dashwright/dashwright/internal/media"
)

// appendSegments appends the S elements of a SegmentTimeline (ISO/IEC 23009-1, 5.3.9.6), equal durations run together. Each begins with what before says ("\n" and an
// indentation); "t" after it has every S say its time, where others leave out what follows from the one before.
func appendSegments(b []byte, p mpd, r rep, form ...string) []byte {
	before := ""
	if len(form) > 0 {
		before = form[0]
	}
	timed := slices.Contains(form[min(1, len(form)):], "t")
	next := media.Ticks(-1) // where the next S starts if it has no @t
	first, end := p.Window(r)
	r.Segments.Runs(first, end, func(start, duration media.Ticks, count int) {
		b = append(append(b, before...), "<S"...)
		if start != next || timed {
			b = appendNumber(b, " t=\"", int64(start))
		}
		b = appendNumber(b, " d=\"", int64(duration))
		if count > 1 {
			b = appendNumber(b, " r=\"", int64(count-1))
		}
		b = append(b, "/>"...)
		next = start + duration*media.Ticks(count)
	})
	return b
}

func appendNumber(b []byte, name string, v int64) []byte {
	return append(strconv.AppendInt(append(b, name...), v, 10), '"')
}

// appendURLs appends the SegmentURL elements of a SegmentList (ISO/IEC 23009-1, 5.3.9.3): a URL for every segment.
func appendURLs(b []byte, p mpd, r rep, before ...string) []byte {
	id, q := escapeText(p.Prefix()+r.Path()), escapeText(r.Query)
	first, end := p.Window(r)
	for i := first; i < end; i++ {
		b = indent(b, before)
		b = append(b, "<SegmentURL media=\""...)
		b = append(append(b, id...), '/')
		b = strconv.AppendInt(b, int64(i)+p.StartNumber, 10)
		b = append(append(append(b, ".m4s"...), q...), "\"/>"...)
	}
	return b
}

// appendRanges appends the SegmentURL elements of a SegmentList of a Representation that is one file: where each segment is in it.
func appendRanges(b []byte, r rep, before ...string) []byte {
	at := r.InitSize + r.IndexSize
	for _, n := range r.Sizes {
		b = indent(b, before)
		b = strconv.AppendInt(append(b, "<SegmentURL mediaRange=\""...), at, 10)
		b = strconv.AppendInt(append(b, '-'), at+n-1, 10)
		b = append(b, "\"/>"...)
		at += n
	}
	return b
}

func indent(b []byte, before []string) []byte {
	for _, s := range before {
		b = append(b, s...)
	}
	return b
}
