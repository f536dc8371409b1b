package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dashwright/dashwright/internal/survey"
)

// TrackDetails is what a track is as a whole.
type TrackDetails struct {
	ID        string  `json:"id"`
	Kind      string  `json:"kind" enum:"video,audio,text"`
	Set       int     `json:"set" doc:"tracks with the same number are one AdaptationSet"`
	Timescale uint32  `json:"timescale"`
	Start     float64 `json:"start" doc:"of its presentation, seconds"`
	Duration  float64 `json:"duration" doc:"seconds"`
	Samples   int     `json:"samples"`
	Cues      int     `json:"cues" doc:"timed texts, where those are stored instead of samples"`
	Syncs     int     `json:"syncs" doc:"samples where decoding may start"`
	Bytes     uint64  `json:"bytes" doc:"payload"`
	Average   uint32  `json:"average" doc:"bit/s over all of it"`
	Peak      uint32  `json:"peak" doc:"bit/s, the highest of a segment: Representation@bandwidth"`
	Segments  int     `json:"segments" doc:"of the on-demand manifest"`
	Longest   float64 `json:"longest" doc:"longest segment, seconds"`
	Reorders  bool    `json:"reorders" doc:"samples are presented in another order than they are decoded in"`
	Priming   int64   `json:"priming" doc:"ticks at the start that are decoded and not heard"`
	Scheme    string  `json:"scheme" doc:"protection that the file has already: cenc, cbcs; empty when there is none"`
	KID       string  `json:"kid" doc:"default key identifier, hexadecimal"`
}

type tracksAnswer struct {
	Body struct {
		Tracks []TrackDetails `json:"tracks"`
	}
}

func (a *API) registerTracks(h huma.API) {
	huma.Register(h, huma.Operation{
		OperationID: "list-tracks", Method: http.MethodGet, Path: "/api/v1/streams/{name}/tracks", Summary: "What the tracks of a stream are made of",
		Errors:      []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusServiceUnavailable},
		Description: "What dashwright probe prints, in the order of the stream's tracks.",
	}, func(ctx context.Context, in *streamInput) (*tracksAnswer, error) {
		list, err := a.Tracks(ctx, in.Name)
		if err != nil {
			return nil, refusal(err)
		}
		out := &tracksAnswer{}
		out.Body.Tracks = list
		return out, nil
	})
}

// Tracks describes the tracks of a stream.
func (a *API) Tracks(ctx context.Context, name string) ([]TrackDetails, error) {
	whole, err := a.cfg.Streams.Asset(ctx, name)
	if err != nil {
		return nil, err
	}
	list := []TrackDetails{}
	for _, t := range survey.Tracks(whole) {
		list = append(list, TrackDetails(t))
	}
	return list, nil
}
