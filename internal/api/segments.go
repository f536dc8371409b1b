package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/survey"
)

// shortest is the least segment duration that can be asked for, as in the option segdur.
const shortest = 200 * time.Millisecond

// Segment is one segment of a track.
type Segment struct {
	Number   int     `json:"number" doc:"$Number$ where startNumber is 1"`
	Start    float64 `json:"start" doc:"earliest presentation time, seconds"`
	Duration float64 `json:"duration" doc:"seconds"`
	Bytes    uint64  `json:"bytes" doc:"payload: samples without the boxes around them"`
	Samples  int     `json:"samples"`
	Syncs    int     `json:"syncs" doc:"samples where decoding may start"`
}

// Frame is one sample of a track.
type Frame struct {
	Number   int     `json:"number" doc:"in decode order, from 0"`
	Time     float64 `json:"time" doc:"presentation time, seconds"`
	Decode   float64 `json:"decode" doc:"decode time as served, seconds: that of the first sample is its presentation time"`
	Duration float64 `json:"duration" doc:"seconds"`
	Bytes    uint32  `json:"bytes"`
	Type     string  `json:"type" enum:"sync,forward,reordered" doc:"sync: decoding may start here; reordered: presented before a sample that is decoded earlier (mostly B pictures); forward: all others"`
}

// GOP is the samples from one random access point to before the next.
type GOP struct {
	Number    int     `json:"number" doc:"of its first sample in decode order, from 0"`
	Start     float64 `json:"start" doc:"presentation time of its random access point, seconds"`
	Duration  float64 `json:"duration" doc:"seconds until the next one"`
	Frames    int     `json:"frames"`
	Bytes     uint64  `json:"bytes"`
	SyncBytes uint32  `json:"syncBytes" doc:"of its random access point"`
	Reordered int     `json:"reordered" doc:"samples that are presented before one that is decoded earlier"`
	Open      bool    `json:"open" doc:"some samples are presented before the random access point"`
}

// Listed is what an answer says besides its list.
type Listed struct {
	Track string   `json:"track"`
	Kind  string   `json:"kind" enum:"video,audio,text"`
	Next  *float64 `json:"next" doc:"there is more: ask with this as from; else null"`
}

type segmentsAnswer struct {
	Body struct {
		Listed
		Total    int       `json:"total" doc:"segments of the track, whatever was asked for"`
		Segments []Segment `json:"segments"`
	}
}

type gopsAnswer struct {
	Body struct {
		Listed
		GOPs []GOP `json:"gops"`
	}
}

type framesAnswer struct {
	Body struct {
		Listed
		Frames []Frame `json:"frames"`
	}
}

// TrackInput names a track and a part of it.
type TrackInput struct {
	Name  string  `path:"name" doc:"the stream's name"`
	Track string  `query:"track" doc:"the track's id; without it the first"`
	From  float64 `query:"from" doc:"seconds: what starts earlier is left out"`
	To    float64 `query:"to" minimum:"0" doc:"seconds: what starts then or later is left out; 0 is the end"`
	Limit int     `query:"limit" minimum:"1" maximum:"10000" default:"1000" doc:"how many at most"`
}

func (in *TrackInput) window() survey.Window {
	return survey.Window{From: in.From, To: in.To, Limit: in.Limit}
}

func (a *API) registerSegments(h huma.API) {
	refusals := []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable}
	huma.Register(h, huma.Operation{
		OperationID: "list-segments", Method: http.MethodGet, Path: "/api/v1/streams/{name}/segments", Summary: "The segments of a track", Errors: refusals,
		Description: "As the on-demand manifest announces them, in order.",
	}, func(ctx context.Context, in *struct {
		TrackInput
		SegmentDuration float64 `query:"segdur" minimum:"0" maximum:"60" doc:"wanted duration, 0.2 to 60 seconds, as in the option segdur; 0: as without it"`
	}) (*segmentsAnswer, error) {
		want := time.Duration(in.SegmentDuration * float64(time.Second))
		if want > 0 && want < shortest {
			return nil, huma.Error422UnprocessableEntity("segdur is 0, or 0.2 to 60 seconds")
		}
		return a.segments(ctx, &in.TrackInput, want)
	})
	huma.Register(h, huma.Operation{
		OperationID: "list-gops", Method: http.MethodGet, Path: "/api/v1/streams/{name}/gops", Summary: "The groups of pictures of a track", Errors: refusals,
		Description: "From one random access point to the next, in decode order. Those of audio are single samples: segments say more.",
	}, a.gops)
	huma.Register(h, huma.Operation{
		OperationID: "list-frames", Method: http.MethodGet, Path: "/api/v1/streams/{name}/frames", Summary: "The samples of a track", Errors: refusals,
		Description: "In decode order; from and to are decode times as served. Subtitles that are made of cues have none: their samples depend on how segments are cut.",
	}, a.frames)
}

// track returns the track that is asked for, and what the answer says of it.
func (a *API) track(ctx context.Context, in *TrackInput) (*asset.Asset, *asset.Track, Listed, error) {
	whole, err := a.cfg.Streams.Asset(ctx, in.Name)
	if err != nil {
		return nil, nil, Listed{}, refusal(err)
	}
	of, t, err := survey.Find(whole, in.Track)
	if err != nil {
		return nil, nil, Listed{}, refusal(err)
	}
	id := in.Track
	if id == "" {
		id = t.ID
	}
	return of, t, Listed{Track: id, Kind: t.Kind.String()}, nil
}

func (l *Listed) goOn(next float64) {
	if next >= 0 {
		l.Next = &next
	}
}

func (a *API) segments(ctx context.Context, in *TrackInput, want time.Duration) (*segmentsAnswer, error) {
	of, t, said, err := a.track(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &segmentsAnswer{}
	list, total, next := survey.Segments(of, t, want, in.window())
	out.Body.Listed, out.Body.Total, out.Body.Segments = said, total, make([]Segment, len(list))
	out.Body.goOn(next)
	for i, s := range list {
		out.Body.Segments[i] = Segment(s)
	}
	return out, nil
}

func (a *API) gops(ctx context.Context, in *TrackInput) (*gopsAnswer, error) {
	_, t, said, err := a.track(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &gopsAnswer{}
	list, next := survey.GOPs(t, in.window())
	out.Body.Listed, out.Body.GOPs = said, make([]GOP, len(list))
	out.Body.goOn(next)
	for i, g := range list {
		out.Body.GOPs[i] = GOP(g)
	}
	return out, nil
}

func (a *API) frames(ctx context.Context, in *TrackInput) (*framesAnswer, error) {
	_, t, said, err := a.track(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &framesAnswer{}
	list, next := survey.Frames(t, in.window())
	out.Body.Listed, out.Body.Frames = said, make([]Frame, len(list))
	out.Body.goOn(next)
	for i, f := range list {
		out.Body.Frames[i] = frame(f)
	}
	return out, nil
}

func frame(f survey.Frame) Frame {
	return Frame{f.Number, f.Time, f.Decode, f.Duration, f.Bytes, string(f.Order)}
}
