package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/library"
)

// settle is how long a list waits for streams that are still being read: a folder of a few films is listed complete at once.
const settle = 1500 * time.Millisecond

// Stream is one stream of the list.
type Stream struct {
	Name     string        `json:"name" doc:"in URLs"`
	Title    string        `json:"title"`
	Path     string        `json:"path" doc:"of the file or folder"`
	Duration float64       `json:"duration" doc:"seconds"`
	Manifest string        `json:"manifest" doc:"URL path of the on-demand manifest"`
	Play     string        `json:"play" doc:"URL path of the player page"`
	State    string        `json:"state" enum:"pending,ready,error"`
	Tracks   []Track       `json:"tracks"`
	Warnings []string      `json:"warnings"`
	Error    *string       `json:"error" doc:"why the stream cannot be played"`
	Length   time.Duration `json:"-"`
}

// Track is one track of a Stream: a Representation.
type Track struct {
	ID         string `json:"id"`
	Kind       string `json:"kind" enum:"video,audio,text"`
	Codecs     string `json:"codecs" doc:"RFC 6381"`
	Language   string `json:"language" doc:"BCP 47, empty when unknown"`
	Label      string `json:"label"`
	Bandwidth  uint32 `json:"bandwidth" doc:"bit/s, the peak over segments"`
	Width      uint32 `json:"width"`
	Height     uint32 `json:"height"`
	FrameRate  string `json:"frameRate" doc:"25 or 30000/1001"`
	SampleRate uint32 `json:"sampleRate" doc:"Hz"`
	Channels   uint16 `json:"channels"`
}

type streamsAnswer struct {
	Body struct {
		Streams []Stream `json:"streams"`
	}
}

type streamAnswer struct{ Body Stream }

type streamInput struct {
	Name string `path:"name" doc:"the stream's name"`
}

func (a *API) registerStreams(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-streams", Method: http.MethodGet, Path: "/api/v1/streams", Summary: "All streams, by name",
	}, func(ctx context.Context, _ *struct{}) (*streamsAnswer, error) {
		out := &streamsAnswer{}
		out.Body.Streams = a.List(ctx)
		return out, nil
	})
	huma.Register(h, huma.Operation{
		OperationID: "get-stream", Method: http.MethodGet, Path: "/api/v1/streams/{name}", Summary: "One stream", Errors: []int{http.StatusNotFound},
	}, func(ctx context.Context, in *streamInput) (*streamAnswer, error) {
		s, err := a.Find(ctx, in.Name)
		if err != nil {
			return nil, huma.Error404NotFound(err.Error())
		}
		return &streamAnswer{s}, nil
	})
}

// List returns all streams. It waits a moment for those that are being read.
func (a *API) List(ctx context.Context) []Stream {
	wait, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	a.cfg.Streams.Settle(wait)
	all := a.cfg.Streams.Streams()
	list := make([]Stream, len(all))
	for i := range all {
		list[i] = describe(&all[i])
	}
	return list
}

// Find returns one stream; errs.NotFound when there is none of that name.
func (a *API) Find(ctx context.Context, name string) (Stream, error) {
	wait, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	a.cfg.Streams.Settle(wait)
	all := a.cfg.Streams.Streams()
	for i := range all {
		if all[i].Name == name {
			return describe(&all[i]), nil
		}
	}
	return Stream{}, errs.Errorf(errs.NotFound, "there is no stream %q; /api/v1/streams lists them", name)
}

func describe(s *library.Stream) Stream {
	name := url.PathEscape(s.Name)
	out := Stream{
		Name: s.Name, Title: s.Title, Path: s.Path, Duration: s.Duration.Seconds(), Length: s.Duration, State: string(s.State),
		Manifest: "/dash/vod/" + name + "/manifest.mpd", Play: "/play/" + name, Tracks: []Track{}, Warnings: []string{},
	}
	out.Warnings = append(out.Warnings, s.Warnings...)
	if s.Err != nil {
		text := s.Err.Error()
		out.Error = &text
	}
	for _, t := range s.Tracks {
		track := Track{
			ID: t.ID, Kind: t.Kind.String(), Codecs: t.Codecs, Language: t.Language, Label: t.Label, Bandwidth: t.Bandwidth,
			Width: t.Width, Height: t.Height, SampleRate: t.SampleRate, Channels: t.Channels,
		}
		if !t.FrameRate.IsZero() {
			track.FrameRate = t.FrameRate.String()
		}
		out.Tracks = append(out.Tracks, track)
	}
	return out
}
