package presentation

import (
	"fmt"
	"net/url"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/protection"
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
	// StartNumber is the number of the first segment.
	StartNumber int64
	Live        *Dynamic // nil unless the Mode is Live, and when the stream has ended
	Ended       *Dynamic // what Live was of a stream that has ended
	// Rooted says that URLs are paths from the server's root, so that no BaseURL is needed; PeriodDurations that live manifests have Period@duration where it is known.
	Rooted, PeriodDurations bool
	// Origin is scheme://host[:port] of the server as the client sees it, and Path what follows of the manifest's URL, query included. Both are "" unless who serves it says.
	Origin, Path string
	Latency      *Latency // nil unless it is a low latency service
	// Linking is how Periods that are Linked are to be resolved: onLoad or onRequest. "" when there is none.
	Linking string
	// Only is the ID of the only Period that is asked for; "": the MPD is.
	Only string

	events    []*event.Stream
	contents  []*content
	schedule  schedule // nil: a single Period
	linking   string   // as Linking; at any time
	silent    bool     // Periods do not say what they go on with
	versions  string   // of all that is stored
	query     string   // of the manifest's own URL
	told      string   // Others.Told
	counted   bool     // Others.Counted
	locations []option.ServiceLocation
	steering  *Steering
	alike     bool // segments are called .m4s and init segments .mp4 whatever a look calls them
}

// Period is a part of a Presentation.
type Period struct {
	ID             string
	Start          time.Duration
	Duration       time.Duration // 0: without end
	AdaptationSets []AdaptationSet
	Images         []AdaptationSet // of thumbnails, which are not played: looks know nothing of them
	Identifier     *Descriptor     // AssetIdentifier; nil when there is a single Period
	Linked         bool            // it is over, and announced by reference
	Asset          *asset.Asset
	EventStreams   []EventStream // of the manifest

	of       *content
	from, to media.Ticks // the stretch of it
}

// all returns all AdaptationSets of the Period.
func (e *Period) all() []AdaptationSet {
	return append(e.AdaptationSets[:len(e.AdaptationSets):len(e.AdaptationSets)], e.Images...)
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
	Protections     []drm.Element      // ContentProtection
	Supplemental    []Descriptor       // SupplementalProperty
	Inband          []EventStream      // of its segments
	Producer        *ProducerReference // nil unless segments are made of chunks
	Trick           *Trick             // nil unless it is for fast forward
	Parameters      *option.Demand     // that URLs of its segments need; nil when they need none
	Tricked         bool               // another has its random access points, and names it by its ID
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
	ScanType  string       // "progressive", "" when that is not known
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
	// Lag is what composition offsets are raised by so that none is negative; the edit list takes it off as well (docs/decisions/0001).
	Lag      media.Ticks
	Segments timeline.List
	// PTO is the presentationTimeOffset: where on the time line of Segments its Period starts, in the Scale.
	PTO media.Ticks
	// StartNumber and EndNumber are the numbers of the first and the last segment of its Period, whatever the window; EndNumber is -1 while that is not known.
	StartNumber, EndNumber int64
	Track                  *asset.Track
	// InitQuery and Query are carried by the URLs of its init segment and of its media segments, beginning with "?".
	InitQuery, Query string
	// InitSize and IndexSize are the bytes of the init segment and of the segment index (sidx) in front of a Representation that is one file; who writes them fills them in.
	InitSize, IndexSize int64
	// Chunks is nil unless segments are made of chunks. Resync is where they can be parsed from then; who makes them fills it in.
	Chunks *Chunks
	Resync *Resync
	Clock  *ClockText // nil unless it is text that is generated
	// KeyFrames says that it has the random access points of its Track alone, each of which lasts until the next.
	KeyFrames bool
	// Protection is nil unless it is encrypted while it is served.
	Protection *protection.Protection
	Stored     *protection.Stored // nil unless it is stored encrypted
	Image      *Image             // nil unless it is thumbnails
	// Sizes are the bytes of its segments, which follow each other after that.
	Sizes []int64

	inband *inbandEvents   // that its segments have; nil: none
	folder string          // of its Period: "ad1/", or "" where Periods share theirs
	origin *Representation // of which it is a stretch; nil when it is whole
}

// Path returns the path of the Representation's folder in URLs: that of its Period, where those have their own, and the ID.
func (r *Representation) Path() string { return r.folder + url.PathEscape(r.ID) }

// InitRange returns the bytes of the init segment as "first-last".
func (r *Representation) InitRange() string { return fmt.Sprintf("0-%d", r.InitSize-1) }

// IndexRange returns the bytes of the segment index as "first-last".
func (r *Representation) IndexRange() string {
	return fmt.Sprintf("%d-%d", r.InitSize, r.InitSize+r.IndexSize-1)
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

// Find returns the Representation with that ID of the first Period that has one, or nil.
func (p *Presentation) Find(id string) *Representation {
	for i := range p.Periods {
		if r := findIn(p.Periods[i].all(), id); r != nil {
			return r
		}
	}
	return nil
}
