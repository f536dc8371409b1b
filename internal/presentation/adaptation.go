package presentation

import (
	"strconv"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// adaptationSet announces a Set; IDs count from 1.
func adaptationSet(i int, set *asset.Set, cuts *asset.Cuts, loop *loop) AdaptationSet {
	first := set.Tracks[0]
	as := AdaptationSet{
		ID: i + 1, Kind: set.Kind, MimeType: codec.MimeType(&first.Track.Track), Language: first.Language, Label: first.Label,
		Roles: first.Roles, Accessibility: accessibility(first), SAP: 1,
	}
	var fastest media.Rational
	for _, t := range set.Tracks {
		as.Representations = append(as.Representations, representation(t, cuts, loop))
		if cuts.Of(t.ID).Leading {
			as.SAP = 3
		}
		as.MaxWidth, as.MaxHeight = max(as.MaxWidth, t.Width), max(as.MaxHeight, t.Height)
		if t.FrameRate.Float() > fastest.Float() {
			fastest = t.FrameRate
		}
	}
	if set.Kind == media.Video {
		if r := first.Par(); !r.IsZero() {
			as.Par = ratio(r)
		}
		if !fastest.IsZero() {
			as.MaxFrameRate = fastest.String()
		}
	}
	return as
}

func representation(t *asset.Track, cuts *asset.Cuts, loop *loop) Representation {
	tc := cuts.Of(t.ID)
	r := Representation{
		ID: t.ID, Codecs: codec.String(&t.Track.Track), Bandwidth: tc.Bandwidth, Timescale: t.Timescale, Track: t, Leading: tc.Leading,
		Segments: segments(tc, loop), Scale: t.Timescale, MediaOffset: t.MediaOffset, Lag: media.Ticks(t.Lag),
	}
	if loop != nil {
		r.MediaOffset = 0 // the encoder delay of a loop that never began is in the loop before
	}
	switch t.Kind {
	case media.Video:
		r.Width, r.Height, r.SAR = t.Width, t.Height, "1:1"
		if !t.SAR.IsZero() {
			r.SAR = ratio(t.SAR)
		}
		if !t.FrameRate.IsZero() {
			r.FrameRate = t.FrameRate.String()
		}
		r.ScanType = codec.ScanType(&t.Track.Track)
	case media.Audio:
		r.Rate = t.SampleRate
		r.Channels = channels(t)
	}
	return r
}

// ratio returns r as "16:9".
func ratio(r media.Rational) string {
	return strconv.FormatUint(uint64(r.Num), 10) + ":" + strconv.FormatUint(uint64(r.Den), 10)
}

// channels returns the AudioChannelConfiguration: Dolby's scheme for Dolby's codecs, else the MPEG one (ISO/IEC 23001-8, table 8).
func channels(t *asset.Track) []Descriptor {
	if t.Codec == media.AC3 || t.Codec == media.EAC3 {
		if v := codec.DolbyChannels(&t.Track.Track); v != "" {
			return []Descriptor{{"tag:dolby.com,2014:dash:audio_channel_configuration:2011", v}}
		}
	}
	if t.Channels == 0 {
		return nil
	}
	// ChannelConfiguration 1 to 6 are that many channels, 12 is 7.1; 8 channels in no known layout are counted by the old scheme.
	configuration := int(t.Channels)
	switch t.Channels {
	case 7:
		configuration = 11
	case 8:
		configuration = 12
	}
	if configuration > 12 {
		return []Descriptor{{"urn:mpeg:dash:23003:3:audio_channel_configuration:2011", strconv.Itoa(int(t.Channels))}}
	}
	return []Descriptor{{"urn:mpeg:mpegB:cicp:ChannelConfiguration", strconv.Itoa(configuration)}}
}

// accessibility says whom a track is for (ISO/IEC 23009-1, 5.8.4.3; the scheme is TV-Anytime's).
func accessibility(t *asset.Track) []Descriptor {
	const purpose = "urn:tva:metadata:cs:AudioPurposeCS:2007"
	var d []Descriptor
	if t.VisualImpaired {
		d = append(d, Descriptor{purpose, "1"})
	}
	if t.HearingImpaired {
		d = append(d, Descriptor{purpose, "2"})
	}
	return d
}
