package matroska

import (
	"math"
	"strings"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// maxTracks is the most tracks that are read.
const maxTracks = 256

// stage says how far a track is described.
type stage uint8

const (
	unserved stage = iota // known by name only: its frames are passed over
	waiting               // its first frames tell its configuration
	open                  // frames go to its handler
)

// track is a Track in the making.
type track struct {
	media.Track
	entry
	index   int // in the Result
	stage   stage
	tries   int // frames that told nothing of the configuration
	handler handler
	sets    *codec.ParameterSets // of a stream with start codes
	annexB  bool
	decodes bool  // Block times are decode times (Video for Windows)
	samples int   // per packet, where the configuration does not say so (E-AC-3)
	padding int64 // DiscardPadding of the last Block that had one since the last that had none, nanoseconds
}

// handler turns frames into Samples or Cues.
type handler interface {
	frame(fr *frame) error
	close() error
}

// The values of TrackType that are read.
const (
	typeVideo    = 1
	typeAudio    = 2
	typeSubtitle = 17
)

// newTrack describes a TrackEntry, as far as its CodecPrivate goes. A warning is a sentence, "" when there is none.
func newTrack(e entry, h hint) (t *track, warning string) {
	t = &track{entry: e}
	m := &t.Track
	m.ID = uint32(e.number)
	m.Timescale = 1000
	m.Title = e.name
	if m.Language = media.Language(e.tag); e.tag == "" {
		m.Language = media.Language(e.lang)
	}
	m.Default, m.Forced, m.Original, m.Commentary = e.def, e.forced, e.original, e.commentary
	m.HearingImpaired, m.VisualImpaired = e.hearing, e.visual
	switch e.kind {
	case typeVideo:
		m.Kind, m.Width, m.Height = media.Video, e.pixelWidth, e.pixelHeight
		m.FrameRate = rateOf(e.defaultDuration)
		m.Rotation = e.rotation()
	case typeAudio:
		m.Kind, m.Channels = media.Audio, uint16(min(e.channels, math.MaxUint16))
		m.SampleRate = sampleRate(e.rate)
		if e.outputRate > e.rate {
			m.SampleRate = sampleRate(e.outputRate)
		}
	case typeSubtitle:
		m.Kind = media.Text
	}
	m.InBand = h.inBand
	if err := t.undoPrivate(); err != nil {
		t.private = nil
		warning = err.Error()
	}
	if algo := e.unknownAlgo(); algo != "" {
		m.Codec = media.Codec(strings.TrimSpace(codecName(e.codecID)) + " compressed with " + algo)
		return t, "track " + number(m.ID) + " is compressed with " + algo + ", which is not read: store it without (mkvmerge --compression " + number(m.ID) + ":none)"
	}
	if err := t.configure(); err != nil {
		t.stage, t.Config = unserved, nil
		m.Codec += " with a damaged configuration"
		warning = "track " + number(m.ID) + ": " + err.Error()
	}
	return t, warning
}

func sampleRate(hz float64) uint32 {
	if hz < 1 || hz > 1e7 {
		return 0
	}
	return uint32(math.Round(hz))
}

// rotation returns the rotation of a rectangular Projection, degrees clockwise, to the nearest quarter turn. ProjectionPoseRoll counts the other way round.
func (e *entry) rotation() uint16 {
	if e.projection != 0 || math.Abs(e.roll) > 180 {
		return 0
	}
	return uint16((int(math.Round(-e.roll/90))%4 + 4) % 4 * 90)
}

// describe fills in what the configuration and the container's own words say, once Config is known.
func (t *track) describe() error {
	if err := codec.Describe(&t.Track); err != nil {
		return err
	}
	m := &t.Track
	m.Contiguous = !t.made()
	m.Private = t.recipe()
	switch m.Kind {
	case media.Video:
		t.aspect()
	case media.Audio:
		m.Timescale = media.Timescale(m.SampleRate)
		if m.Codec == media.Opus {
			m.Timescale = 48000
		}
		if m.Timescale == 0 {
			return errs.Errorf(errs.Invalid, "no sampling rate (byte %d)", t.offset)
		}
		if delay := min(t.codecDelay, 10e9); delay > 0 {
			m.Priming = media.Ticks(media.MulDiv(int64(delay), int64(m.Timescale), 1e9))
		}
	}
	return nil
}

// aspect sets the sample aspect ratio from the display size (RFC 9559, 11.1): it stands above the bitstream's, but is rounded to whole samples, so the bitstream's
// own is kept when it is the same within that.
func (t *track) aspect() {
	if t.displayUnit != 0 && t.displayUnit != 3 || t.displayWidth == 0 && t.displayHeight == 0 || t.pixelWidth <= t.cropX || t.pixelHeight <= t.cropY {
		return
	}
	w, h := uint64(t.pixelWidth-t.cropX), uint64(t.pixelHeight-t.cropY)
	dw, dh := uint64(t.displayWidth), uint64(t.displayHeight)
	if dw == 0 {
		dw = w
	}
	if dh == 0 {
		dh = h
	}
	if s := t.SAR; !s.IsZero() && t.displayUnit == 0 {
		num, den := uint64(s.Num), uint64(s.Den)
		if dh == h && near(w*num, dw*den, den) || dw == w && near(h*den, dh*num, num) {
			return
		}
	}
	t.SAR = media.Ratio(dw*h, dh*w)
}

// near says whether a and b differ by no more than tolerance.
func near(a, b, tolerance uint64) bool {
	return max(a, b)-min(a, b) <= tolerance
}

// made says whether Read must make the frames.
func (t *track) made() bool { return t.annexB || t.stripped() }

// stripped says whether the frames are compressed in some way.
func (t *track) stripped() bool {
	for _, enc := range t.encodings {
		if enc.scope&scopeFrames != 0 {
			return true
		}
	}
	return false
}
