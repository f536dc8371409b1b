package api

import (
	"context"
	"maps"
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
	Name     string            `json:"name" doc:"in URLs"`
	Title    string            `json:"title"`
	Path     string            `json:"path" doc:"of the file or folder, relative to the folder that is served"`
	Files    []File            `json:"files" doc:"what the stream is made of"`
	Duration float64           `json:"duration" doc:"seconds"`
	Manifest string            `json:"manifest" doc:"URL path of the on-demand manifest"`
	Page     string            `json:"page" doc:"URL path of the stream's page"`
	Play     string            `json:"play" doc:"URL path of the player page"`
	Poster   *string           `json:"poster" doc:"URL path of a picture; null when there is none"`
	Options  map[string]string `json:"options" doc:"values that options have in all URLs of the stream that do not say otherwise"`
	State    string            `json:"state" enum:"pending,ready,error"`
	Tracks   []Track           `json:"tracks"`
	Warnings []string          `json:"warnings"`
	Error    *string           `json:"error" doc:"why the stream cannot be played"`
	Length   time.Duration     `json:"-"`
}

// File is one file that a Stream is made of.
type File struct {
	Path  string `json:"path" doc:"relative to the folder that is served"`
	Bytes int64  `json:"bytes"`
}

// Track is one track of a Stream: a Representation.
type Track struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind" enum:"video,audio,text"`
	Codecs     string   `json:"codecs" doc:"RFC 6381"`
	Language   string   `json:"language" doc:"BCP 47, empty when unknown"`
	Label      string   `json:"label"`
	Roles      []string `json:"roles" doc:"of urn:mpeg:dash:role:2011"`
	Bandwidth  uint32   `json:"bandwidth" doc:"bit/s, the peak over segments"`
	Width      uint32   `json:"width"`
	Height     uint32   `json:"height"`
	FrameRate  string   `json:"frameRate" doc:"25 or 30000/1001"`
	SampleRate uint32   `json:"sampleRate" doc:"Hz"`
	Channels   uint16   `json:"channels"`
	Encrypted  bool     `json:"encrypted" doc:"in the file already"`
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

// List returns all streams. It waits a moment for those that are being read. The slice is shared: it must not be changed.
func (a *API) List(ctx context.Context) []Stream {
	list, _ := a.Overview(ctx)
	return list
}

// Find returns one stream; errs.NotFound when there is none of that name.
func (a *API) Find(ctx context.Context, name string) (Stream, error) {
	wait, cancel := context.WithTimeout(ctx, settle)
	defer cancel()
	a.cfg.Streams.Settle(wait)
	s := a.now()
	if i, ok := s.byName[name]; ok {
		return s.streams[i], nil
	}
	return Stream{}, errs.Errorf(errs.NotFound, "there is no stream %q; /api/v1/streams lists them", name)
}

func describe(s *library.Stream) Stream {
	name := url.PathEscape(s.Name)
	out := Stream{
		Name: s.Name, Title: s.Title, Path: s.Relative, Duration: s.Duration.Seconds(), Length: s.Duration, State: string(s.State),
		Options: map[string]string{}, Manifest: "/dash/vod/" + name + "/manifest.mpd", Page: "/streams/" + name, Play: "/play/" + name, Files: []File{}, Tracks: []Track{}, Warnings: []string{},
	}
	maps.Copy(out.Options, s.Defaults)
	for _, f := range s.Files {
		out.Files = append(out.Files, File(f))
	}
	out.Warnings = append(out.Warnings, s.Warnings...)
	if s.Err != nil {
		text := s.Err.Error()
		out.Error = &text
	}
	for _, t := range s.Tracks {
		track := Track{
			ID: t.ID, Kind: t.Kind.String(), Codecs: t.Codecs, Language: t.Language, Label: t.Label, Roles: append([]string{}, t.Roles...), Bandwidth: t.Bandwidth, Encrypted: t.Encrypted,
			Width: t.Width, Height: t.Height, SampleRate: t.SampleRate, Channels: t.Channels,
		}
		if !t.FrameRate.IsZero() {
			track.FrameRate = t.FrameRate.String()
		}
		out.Tracks = append(out.Tracks, track)
	}
	return out
}
