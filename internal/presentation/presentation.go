package presentation

import (
	"fmt"
	"net/url"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/timeline"
)

// Mode is how a stream is offered.
type Mode string

// The modes, as they stand in URLs.
const (
	VOD      Mode = "vod"   // static, live profile: segments of their own
	OnDemand Mode = "odvod" // static, on-demand profile: one URL per Representation
	Live     Mode = "live"  // dynamic, without end: what is stored comes again and again
)

// Addressing is how segments are found.
type Addressing uint8

// The forms of addressing (ISO/IEC 23009-1, 5.3.9).
const (
	Number         Addressing = iota // $Number$ and @duration
	Time                             // $Time$ and SegmentTimeline
	NumberTimeline                   // $Number$ and SegmentTimeline
	List                             // SegmentList
	Base                             // SegmentBase: one file with an index
)

// Presentation is what an MPD says.
type Presentation struct {
	Name       string
	Title      string
	Mode       Mode
	Addressing Addressing
	Duration   time.Duration
	MinBuffer  time.Duration // MPD@minBufferTime
	MaxSegment time.Duration // MPD@maxSegmentDuration
	Periods    []Period
	// Notes says what was asked but could not be done, and what was done instead.
	Notes []string
	// Query is carried by media URLs, beginning with "?": what was asked that they must know, and the Asset's version.
	Query string
	// StartNumber is the number of the first segment.
	StartNumber int64
	Live        *Dynamic // nil unless the Mode is Live
}

// Period is a part of a Presentation.
type Period struct {
	ID             string
	Start          time.Duration
	Duration       time.Duration
	AdaptationSets []AdaptationSet
}

// AdaptationSet is Representations of the same content.
type AdaptationSet struct {
	ID              int
	Kind            media.Kind
	MimeType        string
	Language        string
	Label           string
	Roles           []string
	Accessibility   []Descriptor
	Par             string // picture aspect ratio, "16:9"
	MaxWidth        uint32
	MaxHeight       uint32
	MaxFrameRate    string
	SAP             int // startWithSAP: 1, or 3 when pictures that are shown before a random access point follow it
	Representations []Representation
}

// Descriptor is a scheme and a value (ISO/IEC 23009-1, 5.8.2).
type Descriptor struct{ Scheme, Value string }

// Representation is one encoded version.
type Representation struct {
	ID        string
	Codecs    string
	Bandwidth uint32
	Width     uint32
	Height    uint32
	SAR       string // "1:1", "" for what is not video
	FrameRate string
	Rate      uint32       // audioSamplingRate
	Channels  []Descriptor // AudioChannelConfiguration
	Timescale media.Timescale
	Leading   bool // pictures that are shown before a random access point follow it
	// Scale and SegmentDuration are SegmentTemplate@timescale and @duration. The duration is 0 unless the addressing is Number; then Scale may be finer
	// than the Timescale, so that the duration is exact.
	Scale           media.Timescale
	SegmentDuration media.Ticks
	// MediaOffset is added to presentation times to get media times (tfdt): the init segment's edit list takes it off again. It is not 0 where an encoder delay comes
	// before presentation time 0.
	MediaOffset media.Ticks
	Segments    timeline.List
	Track       *asset.Track
	// InitSize and IndexSize are the bytes of the init segment and of the segment index (sidx) in front of a Representation that is one file; who writes them fills them in.
	InitSize, IndexSize int64
}

// Path returns the ID as it stands in URLs.
func (r *Representation) Path() string { return url.PathEscape(r.ID) }

// InitRange returns the bytes of the init segment as "first-last".
func (r *Representation) InitRange() string { return fmt.Sprintf("0-%d", r.InitSize-1) }

// IndexRange returns the bytes of the segment index as "first-last".
func (r *Representation) IndexRange() string {
	return fmt.Sprintf("%d-%d", r.InitSize, r.InitSize+r.IndexSize-1)
}

// Media returns a URL template's path to segments, as the addressing asks.
func (p *Presentation) Media() string {
	if p.Addressing == Time {
		return "$RepresentationID$/time/$Time$.m4s" + p.Query
	}
	return "$RepresentationID$/$Number$.m4s" + p.Query
}

// Shared says whether all Representations have the same timescale and segments at the same times, so that one SegmentTemplate does for all of them.
func (a *AdaptationSet) Shared() bool {
	first := &a.Representations[0]
	for i := range a.Representations[1:] {
		r := &a.Representations[i+1]
		if r.Scale != first.Scale || r.SegmentDuration != first.SegmentDuration || !first.Segments.Equal(r.Segments) {
			return false
		}
	}
	return true
}

// Find returns the Representation with that ID and the Period it is in, or nil.
func (p *Presentation) Find(id string) *Representation {
	for i := range p.Periods {
		for j := range p.Periods[i].AdaptationSets {
			set := &p.Periods[i].AdaptationSets[j]
			for k := range set.Representations {
				if set.Representations[k].ID == id {
					return &set.Representations[k]
				}
			}
		}
	}
	return nil
}
