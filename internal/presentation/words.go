package presentation

import (
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/media"
)

// This file derives what looks of manifests say besides what a Presentation holds: extremes, what all Representations of a set have in common, and URLs.

// Base returns the absolute URL of the folder that media URLs are relative to, ending in "/"; "" when the Origin is not known, or URLs need none.
func (p *Presentation) Base() string {
	if p.Origin == "" || p.Rooted {
		return ""
	}
	path, _, _ := strings.Cut(p.Path, "?")
	return p.Origin + path[:strings.LastIndexByte(path, '/')+1]
}

// URL returns the absolute URL of the manifest as it was asked for; "" when the Origin is not known.
func (p *Presentation) URL() string {
	if p.Origin == "" {
		return ""
	}
	return p.Origin + p.Path
}

// Alone says that there is a single Period, now and at any time.
func (p *Presentation) Alone() bool { return p.schedule == nil }

// Lasts says whether a Period says how long it is: Periods of static manifests do, those of live ones where that is known and was asked for.
func (p *Presentation) Lasts(e *Period) bool {
	return e.Duration > 0 && (p.Live == nil || p.PeriodDurations)
}

// MediaTemplate returns the URL template of r's media segments, with an extension: "$RepresentationID$/$Number$.m4s?v=…".
func (p *Presentation) MediaTemplate(r *Representation, extension string) string {
	if p.alike && r.Image == nil {
		extension = "m4s"
	}
	if p.Addressing == Time {
		return p.Prefix() + r.folder + "$RepresentationID$/time/$Time$." + extension + r.Query
	}
	return p.Prefix() + r.folder + "$RepresentationID$/$Number$." + extension + r.Query
}

// InitTemplate returns the URL template of r's init segment, with an extension: "$RepresentationID$/init.mp4?v=…".
func (p *Presentation) InitTemplate(r *Representation, extension string) string {
	if p.alike {
		extension = "mp4"
	}
	return p.Prefix() + r.folder + "$RepresentationID$/init." + extension + r.InitQuery
}

// Extension returns what file names of its media end in: m4v, m4a, or mp4 for text.
func (r *Representation) Extension() string {
	switch r.Track.Kind {
	case media.Video:
		return "m4v"
	case media.Audio:
		return "m4a"
	}
	return "mp4"
}

// Switchable says whether segments of all Representations can follow one another after the init segment of any (bitstreamSwitching): there is one, or their parameter sets are in the segments.
func (a *AdaptationSet) Switchable() bool {
	if len(a.Representations) == 1 {
		return true
	}
	for i := range a.Representations {
		r := &a.Representations[i]
		inBand := strings.HasPrefix(r.Codecs, "avc3.") || strings.HasPrefix(r.Codecs, "hev1.")
		if !inBand || r.Timescale != a.Representations[0].Timescale {
			return false
		}
	}
	return true
}

// First returns the first Representation.
func (a *AdaptationSet) First() *Representation { return &a.Representations[0] }

// MinWidth returns the smallest width, 0 for what is not video.
func (a *AdaptationSet) MinWidth() uint32 {
	return a.least(func(r *Representation) uint32 { return r.Width })
}

// MinHeight returns the smallest height, 0 for what is not video.
func (a *AdaptationSet) MinHeight() uint32 {
	return a.least(func(r *Representation) uint32 { return r.Height })
}

// MinBandwidth returns the smallest bandwidth.
func (a *AdaptationSet) MinBandwidth() uint32 {
	return a.least(func(r *Representation) uint32 { return r.Bandwidth })
}

// MaxBandwidth returns the largest bandwidth.
func (a *AdaptationSet) MaxBandwidth() uint32 {
	most := uint32(0)
	for i := range a.Representations {
		most = max(most, a.Representations[i].Bandwidth)
	}
	return most
}

func (a *AdaptationSet) least(of func(*Representation) uint32) uint32 {
	n := of(&a.Representations[0])
	for i := range a.Representations {
		n = min(n, of(&a.Representations[i]))
	}
	return n
}

// Codecs returns the codecs that all Representations have, "" when they differ.
func (a *AdaptationSet) Codecs() string {
	return a.common(func(r *Representation) string { return r.Codecs })
}

// FrameRate returns the frame rate that all Representations have, "" when they differ or there is none.
func (a *AdaptationSet) FrameRate() string {
	return a.common(func(r *Representation) string { return r.FrameRate })
}

// SAR returns the sample aspect ratio that all Representations have, "" when they differ or there is none.
func (a *AdaptationSet) SAR() string {
	return a.common(func(r *Representation) string { return r.SAR })
}

func (a *AdaptationSet) common(of func(*Representation) string) string {
	s := of(&a.Representations[0])
	for i := range a.Representations {
		if of(&a.Representations[i]) != s {
			return ""
		}
	}
	return s
}

// Width returns the width that all Representations have, 0 when they differ or there is none.
func (a *AdaptationSet) Width() uint32 {
	if a.MinWidth() != a.MaxWidth {
		return 0
	}
	return a.MaxWidth
}

// Height returns the height that all Representations have, 0 when they differ or there is none.
func (a *AdaptationSet) Height() uint32 {
	if a.MinHeight() != a.MaxHeight {
		return 0
	}
	return a.MaxHeight
}

// Rate returns the sampling rate that all Representations have, 0 when they differ or there is none.
func (a *AdaptationSet) Rate() uint32 {
	for i := range a.Representations {
		if a.Representations[i].Rate != a.Representations[0].Rate {
			return 0
		}
	}
	return a.Representations[0].Rate
}

// OldChannels is Channels by the scheme that was used before ISO/IEC 23001-8 had one; Dolby's stay.
func (r *Representation) OldChannels() []Descriptor {
	for _, d := range r.Channels {
		if d.Scheme == cicpChannels {
			return []Descriptor{{"urn:mpeg:dash:23003:3:audio_channel_configuration:2011", d.Value}}
		}
	}
	return r.Channels
}

// ChannelValue returns the number that stands for its channels in the MPEG schemes, "" for what is not audio.
func (r *Representation) ChannelValue() string {
	switch {
	case len(r.Channels) == 0:
		return ""
	case r.Channels[0].Scheme == dolbyChannels:
		return strconv.Itoa(int(r.Track.Channels))
	}
	return r.Channels[0].Value
}

const dolbyChannels = "tag:dolby.com,2014:dash:audio_channel_configuration:2011"

const cicpChannels = "urn:mpeg:mpegB:cicp:ChannelConfiguration"
