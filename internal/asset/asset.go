package asset

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// Asset is tracks that play together.
type Asset struct {
	Name  string // in URLs
	Title string // for people
	// Version changes whenever the bytes that are served may: it is part of every entity tag.
	Version string
	Sets    []Set
	// Parts are what the Asset shows, one after another, when it has no Sets of its own.
	Parts    []Part
	Duration time.Duration // from presentation time 0 to the end of the longest video or audio
	Warnings []string
	// Defaults are options that hold for the Asset where a URL does not say otherwise, written as a query.
	Defaults string
	// Rough says that sizes and composition offsets of Samples are estimates: it is good for a manifest, and must not be used for media.
	Rough bool

	mu   sync.Mutex
	cuts []*Cuts // most recently used first
}

// Default has options hold for a where a URL does not say otherwise. They are part of the Version: the same URLs give other bytes with others.
func (a *Asset) Default(options string) {
	if options == "" {
		return
	}
	sum := sha256.Sum256([]byte(a.Version + "\n" + options))
	a.Defaults, a.Version = options, hex.EncodeToString(sum[:8])
}

// Set is Tracks of the same content and codec in several qualities.
type Set struct {
	Kind   media.Kind
	Tracks []*Track // ascending bit rate
}

// Track is one Representation's worth of an Asset.
type Track struct {
	*index.Track
	ID    string // Representation@id
	File  string // names the file to whoever opens it
	Label string
	Roles []string // of urn:mpeg:dash:role:2011
	// Shift is added to a Sample's times to get presentation times of the Asset.
	Shift media.Ticks
	// MediaOffset is added to presentation times to get media times (tfdt): it is 0 unless the Track starts before presentation time 0, with an encoder delay, and then
	// the init segment's edit list takes it off again.
	MediaOffset media.Ticks
}

// Input is a Track before it has its place on the Asset's time line.
type Input struct {
	*index.Track
	ID    string
	File  string
	Label string
	Roles []string
	// Clock names the time line that the Track's times are on: Tracks with the same Clock keep their distances, each Clock starts at presentation time 0.
	Clock string
}

// New puts tracks together. The error, of kind errs.Unsupported, says that nothing in them can be served.
func New(name, title, version string, inputs []Input, warnings []string) (*Asset, error) {
	a := &Asset{Name: name, Title: title, Version: version, Warnings: warnings}
	origins := origins(inputs)
	var tracks []*Track
	for _, in := range inputs {
		if in.Count == 0 && len(in.Cues) == 0 {
			continue
		}
		t := &Track{Track: in.Track, ID: in.ID, File: in.File, Label: in.Label, Roles: in.Roles}
		t.Shift = -media.TicksOf(origins[in.Clock], t.Timescale)
		if first := t.FirstPTS + t.Shift; t.Count > 0 && t.Start+t.Delay+t.Shift < 0 {
			t.MediaOffset = -min(first, t.Start+t.Delay+t.Shift)
		}
		if t.Kind != media.Text {
			a.Duration = max(a.Duration, (t.EndPTS - t.Padding + t.Shift).Duration(t.Timescale))
		}
		tracks = append(tracks, t)
	}
	if len(tracks) == 0 {
		return nil, errs.Errorf(errs.Unsupported, "%s has no track that can be served", name)
	}
	if a.Duration == 0 {
		for _, t := range tracks {
			a.Duration = max(a.Duration, (t.EndPTS + t.Shift).Duration(t.Timescale))
		}
	}
	a.Sets = group(tracks)
	return a, nil
}

// origins returns for each Clock the time of its presentation time 0: the first instant at which something is shown or heard. What is before that is
// encoder delay, or pictures before an edit.
func origins(inputs []Input) map[string]time.Duration {
	origins := map[string]time.Duration{}
	for _, in := range inputs {
		if in.Kind == media.Text || in.Count == 0 {
			continue
		}
		first := (in.FirstPTS + in.Priming).Duration(in.Timescale)
		if in.Kind == media.Video && first < 0 {
			first = 0 // pictures before the first edit
		}
		if o, ok := origins[in.Clock]; !ok || first < o {
			origins[in.Clock] = first
		}
	}
	return origins
}

// group makes Sets, video first, in order of appearance; Tracks of a Set ascend in average bit rate.
func group(tracks []*Track) []Set {
	var sets []Set
	for _, kind := range []media.Kind{media.Video, media.Audio, media.Text} {
		for _, t := range tracks {
			if t.Kind != kind {
				continue
			}
			i := slices.IndexFunc(sets, func(s Set) bool { return s.Kind == kind && alike(s.Tracks[0], t) })
			if i < 0 {
				sets = append(sets, Set{Kind: kind, Tracks: []*Track{t}})
				continue
			}
			sets[i].Tracks = append(sets[i].Tracks, t)
		}
	}
	for _, s := range sets {
		slices.SortStableFunc(s.Tracks, func(a, b *Track) int { return cmp.Compare(a.average(), b.average()) })
	}
	return sets
}

func (t *Track) average() float64 {
	d := (t.EndPTS - t.FirstPTS).Duration(t.Timescale).Seconds()
	if d <= 0 {
		return 0
	}
	return float64(t.Bytes) * 8 / d
}

// alike says whether a player may switch from a to b.
func alike(a, b *Track) bool {
	if a.Codec != b.Codec || a.Language != b.Language || !slices.Equal(a.Roles, b.Roles) || a.Label != b.Label || (a.Encryption == nil) != (b.Encryption == nil) {
		return false
	}
	switch a.Kind {
	case media.Video:
		return a.inBand() == b.inBand() && sameShape(a, b) && aligned(a, b)
	case media.Audio:
		return a.Channels == b.Channels && a.SampleRate == b.SampleRate && a.File != b.File
	}
	return false
}

func (t *Track) inBand() bool {
	return t.InBand || t.SampleEntry == [4]byte{'a', 'v', 'c', '3'} || t.SampleEntry == [4]byte{'h', 'e', 'v', '1'}
}

// sameShape says whether pictures of a and b have the same aspect ratio, within 2 %.
func sameShape(a, b *Track) bool {
	x, y := a.displayRatio(), b.displayRatio()
	return a.Rotation == b.Rotation && (x == 0 || y == 0 || x/y > 0.98 && x/y < 1.02)
}

func (t *Track) displayRatio() float64 {
	if t.Height == 0 {
		return 0
	}
	r := float64(t.Width) / float64(t.Height)
	if sar := t.SAR.Float(); sar > 0 {
		r *= sar
	}
	return r
}

// PresentationTime returns a Track's time as time from the Asset's start.
func (t *Track) PresentationTime(at media.Ticks) time.Duration {
	return (at + t.Shift).Duration(t.Timescale)
}
