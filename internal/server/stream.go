package server

import (
	"net/http"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/web"
)

// rowsAtOnce is how many rows a table has: an hour of segments is turned over in less than forty pages, and each opens on a television.
const rowsAtOnce = 50

// stream shows the page of one stream.
func (p *pages) stream(w http.ResponseWriter, r *http.Request) {
	s, err := p.api.Find(r.Context(), r.PathValue("stream"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	shown := view(s)
	var representations []web.Representation
	var rows *web.Rows
	if s.State == "ready" {
		tracks, err := p.api.Tracks(r.Context(), s.Name)
		if err == nil {
			representations = represent(shown.Tracks, tracks)
			rows, err = p.rows(r, s.Name, shown.Tracks)
		}
		if err != nil { // since the list was made: the next look at it says why
			shown.Error = err.Error()
		}
	}
	page := web.NewStreamPage(shown, representations, p.descriptions("").Looks, rows)
	page.Version, page.Assets, page.Origin, page.News = p.version, p.assets, originOf(r), s.Version()
	p.render(w, http.StatusOK, "stream.html", page)
}

// represent joins what the list says of tracks and what their samples say.
func represent(tracks []web.Track, details []api.TrackDetails) []web.Representation {
	byID := make(map[string]*api.TrackDetails, len(details))
	for i := range details {
		byID[details[i].ID] = &details[i]
	}
	var list []web.Representation
	for _, t := range tracks {
		d := byID[t.ID]
		if d == nil {
			continue // the stream has just changed
		}
		list = append(list, web.Representation{
			Track: t, Set: d.Set, Samples: d.Samples, Cues: d.Cues, Syncs: d.Syncs, Segments: d.Segments, Timescale: int(d.Timescale), Average: int(d.Average), Peak: int(d.Peak),
			Bytes: d.Bytes, Start: d.Start, Duration: d.Duration, Longest: d.Longest, Reorders: d.Reorders, Scheme: d.Scheme, KID: d.KID,
		})
	}
	return list
}

// rows makes the table that the page's query asks for.
func (p *pages) rows(r *http.Request, name string, tracks []web.Track) (*web.Rows, error) {
	what, track, from := web.ChooseRows(r.URL.Query(), tracks)
	found, err := p.api.Rows(r.Context(), name, track, what, from, rowsAtOnce)
	if err != nil {
		return nil, err
	}
	rows := &web.Rows{What: what, Track: found.Track, From: from, Total: found.Total, Previous: found.Previous, Next: found.Next}
	for _, t := range tracks {
		rows.Tracks = append(rows.Tracks, t.ID)
	}
	switch what {
	case "segments":
		list := make([]web.Segment, len(found.Segments))
		for i, s := range found.Segments {
			list[i] = web.Segment{Number: s.Number, Samples: s.Samples, Syncs: s.Syncs, Start: s.Start, Duration: s.Duration, Bytes: s.Bytes}
		}
		rows.Columns, rows.Cells = web.SegmentRows(list)
	case "gops":
		list := make([]web.GOP, len(found.GOPs))
		for i, g := range found.GOPs {
			list[i] = web.GOP{
				Number: g.Number, Frames: g.Frames, Reordered: g.Reordered, Start: g.Start, Duration: g.Duration, Bytes: g.Bytes, SyncBytes: uint64(g.SyncBytes), Open: g.Open,
			}
		}
		rows.Columns, rows.Cells = web.GOPRows(list)
	case "frames":
		list := make([]web.Frame, len(found.Frames))
		for i, f := range found.Frames {
			list[i] = web.Frame{Number: f.Number, Time: f.Time, Decode: f.Decode, Duration: f.Duration, Bytes: uint64(f.Bytes), Type: f.Type}
		}
		rows.Columns, rows.Cells = web.FrameRows(list)
	}
	return rows, nil
}
