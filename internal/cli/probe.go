package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/survey"
)

type probeCmd struct {
	File   string `arg:"" help:"Media file, or folder whose files are one stream."`
	JSON   bool   `help:"Print JSON."`
	FFmpeg string `name:"ffmpeg" placeholder:"PATH" help:"The ffmpeg to import with what cannot be read directly; by default the one on the PATH, \"none\" uses none."`
	Data   string `default:"${data}" placeholder:"DIR" help:"Folder for indexes and imports (${default})."`
}

// probed is what probe prints.
type probed struct {
	File     string        `json:"file"`
	Title    string        `json:"title,omitempty"`
	Duration float64       `json:"duration"` // seconds
	Tracks   []probedTrack `json:"tracks"`
	Others   []probedOther `json:"others"` // what is not served as it is
	Warnings []string      `json:"warnings"`
}

type probedTrack struct {
	ID         string          `json:"id"`
	Kind       string          `json:"kind"`
	Codec      string          `json:"codec"`
	Codecs     string          `json:"codecs"`
	Language   string          `json:"language,omitempty"`
	Label      string          `json:"label,omitempty"`
	Width      uint32          `json:"width,omitempty"`
	Height     uint32          `json:"height,omitempty"`
	FrameRate  string          `json:"frameRate,omitempty"`
	Rotation   uint16          `json:"rotation,omitempty"`
	SampleRate uint32          `json:"sampleRate,omitempty"`
	Channels   uint16          `json:"channels,omitempty"`
	Timescale  media.Timescale `json:"timescale"`
	Start      float64         `json:"start"`    // of the presentation, seconds
	Duration   float64         `json:"duration"` // seconds
	Priming    media.Ticks     `json:"priming,omitempty"`
	Samples    int             `json:"samples"`
	Cues       int             `json:"cues,omitempty"`
	Syncs      int             `json:"randomAccessPoints,omitempty"`
	Bytes      uint64          `json:"bytes"`
	Bandwidth  uint32          `json:"bandwidth"`
	Segments   int             `json:"segments"`
	Longest    float64         `json:"longestSegment"` // seconds
	Encrypted  string          `json:"encrypted,omitempty"`
}

type probedOther struct {
	Kind       string  `json:"kind"`
	Codec      string  `json:"codec"`
	Language   string  `json:"language,omitempty"`
	Label      string  `json:"label,omitempty"`
	SampleRate uint32  `json:"sampleRate,omitempty"`
	Channels   uint16  `json:"channels,omitempty"`
	Duration   float64 `json:"duration,omitempty"` // seconds, where it is known without reading the track
	Note       string  `json:"note"`               // what becomes of it
}

func (c *probeCmd) Run(s *scope) error {
	if err := findFFmpeg(c.FFmpeg, false); err != nil {
		return err
	}
	lib, a, err := app.OpenOne(s.ctx, library.Config{Paths: []string{c.File}, Data: c.Data, FFmpeg: c.FFmpeg, Log: s.quiet, Describe: true})
	if err != nil {
		return err
	}
	defer lib.Close()
	p := describe(c.File, a)
	p.Others = others(lib)
	if c.JSON {
		e := json.NewEncoder(s.env.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(p)
	}
	return p.print(s.env.Stdout)
}

func describe(file string, a *asset.Asset) probed {
	p := probed{File: file, Title: a.Title, Duration: a.Duration.Seconds(), Warnings: append([]string{}, a.Warnings...)}
	for _, d := range survey.Tracks(a) {
		if _, t, err := survey.Find(a, d.ID); err == nil { // it is: the list is of the same asset
			p.Tracks = append(p.Tracks, describeTrack(t, d))
		}
	}
	return p
}

// others lists what is not served as it is.
func others(lib *library.Library) []probedOther {
	list := []probedOther{}
	for _, stream := range lib.Streams() {
		for _, o := range stream.Others {
			list = append(list, probedOther{o.Kind.String(), string(o.Codec), o.Language, o.Label, o.SampleRate, o.Channels, o.Duration.Seconds(), o.Becomes})
		}
	}
	return list
}

func describeTrack(t *asset.Track, s survey.Track) probedTrack {
	d := probedTrack{
		ID: s.ID, Kind: s.Kind, Codec: string(t.Codec), Codecs: codec.String(&t.Track.Track), Language: t.Language, Label: t.Label,
		Width: t.Width, Height: t.Height, Rotation: t.Rotation, SampleRate: t.SampleRate, Channels: t.Channels, Timescale: t.Timescale,
		Start: s.Start, Duration: s.Duration, Priming: t.Priming, Samples: s.Samples, Cues: s.Cues, Bytes: s.Bytes, Bandwidth: s.Peak, Segments: s.Segments, Longest: s.Longest,
	}
	if t.Kind == media.Video {
		d.Syncs = s.Syncs
	}
	if !t.FrameRate.IsZero() {
		d.FrameRate = t.FrameRate.String()
	}
	if s.Scheme != "" {
		d.Encrypted = s.Scheme + " " + s.KID
	}
	return d
}

func (p probed) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %.3f s", p.File, p.Duration)
	if p.Title != "" {
		fmt.Fprintf(&b, ", %q", p.Title)
	}
	b.WriteByte('\n')
	for _, t := range p.Tracks {
		fmt.Fprintf(&b, "  %-6s %-5s %s (%s)", t.ID, t.Kind, t.Codec, t.Codecs)
		switch {
		case t.Width > 0:
			fmt.Fprintf(&b, ", %dx%d", t.Width, t.Height)
		case t.SampleRate > 0:
			fmt.Fprintf(&b, ", %d Hz, %d channels", t.SampleRate, t.Channels)
		}
		if t.FrameRate != "" {
			fmt.Fprintf(&b, ", %s frames/s", t.FrameRate)
		}
		if t.Language != "" {
			fmt.Fprintf(&b, ", %s", t.Language)
		}
		if t.Label != "" {
			fmt.Fprintf(&b, ", %q", t.Label)
		}
		if t.Encrypted != "" {
			fmt.Fprintf(&b, ", encrypted: %s", t.Encrypted)
		}
		fmt.Fprintf(&b, "\n               %.3f s from %.3f s", t.Duration, t.Start)
		if t.Cues > 0 {
			fmt.Fprintf(&b, ", %d cues", t.Cues)
		} else {
			fmt.Fprintf(&b, ", %d samples, %d segments (longest %.3f s), peak %d kbit/s", t.Samples, t.Segments, t.Longest, t.Bandwidth/1000)
		}
		if t.Syncs > 0 {
			fmt.Fprintf(&b, ", %d random access points", t.Syncs)
		}
		b.WriteByte('\n')
	}
	for _, o := range p.Others {
		fmt.Fprintf(&b, "  -      %-5s %s, %d Hz, %d channels", o.Kind, o.Codec, o.SampleRate, o.Channels)
		if o.Language != "" {
			fmt.Fprintf(&b, ", %s", o.Language)
		}
		if o.Label != "" {
			fmt.Fprintf(&b, ", %q", o.Label)
		}
		fmt.Fprintf(&b, "\n               %s\n", o.Note)
	}
	for _, warning := range p.Warnings {
		fmt.Fprintf(&b, "  warning: %s\n", warning)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
