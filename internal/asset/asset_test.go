package asset_test

import (
	"slices"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// stream describes a track of even samples, times in milliseconds.
type stream struct {
	kind             media.Kind
	start            media.Ticks // presentation time of the first sample
	frame            media.Ticks
	count            int
	gop              int
	cto              int32
	priming, padding media.Ticks
	codec            media.Codec
	language, label  string
	roles            []string
	width, height    uint32
	rotation         uint16
	sar              media.Rational
	channels         uint16
	rate             uint32
	entry            string
	size             uint32
	cues             []media.Cue
	file, clock      string
	encrypted        bool
}

func (s stream) input(t *testing.T, id string) asset.Input {
	t.Helper()
	var b index.Builder
	offset := int64(0)
	for i := range s.count {
		smp := media.Sample{Offset: offset, Size: max(1, s.size), Span: max(1, s.size), DTS: s.start - media.Ticks(s.cto) + media.Ticks(i)*s.frame, Duration: s.frame, CTO: s.cto, Sync: s.gop < 2 || i%s.gop == 0}
		offset += int64(smp.Span)
		if err := b.Samples([]media.Sample{smp}); err != nil {
			t.Fatal(err)
		}
	}
	b.Cues(s.cues)
	desc := media.Track{
		Kind: s.kind, Codec: s.codec, Timescale: 1000, Language: s.language, Width: s.width, Height: s.height, SAR: s.sar, Rotation: s.rotation, Channels: s.channels,
		SampleRate: s.rate, Priming: s.priming, Padding: s.padding, Contiguous: true,
	}
	copy(desc.SampleEntry[:], s.entry)
	if s.kind == media.Video {
		desc.FrameRate = media.Ratio(1000, uint64(s.frame))
	}
	if s.encrypted {
		desc.Encryption = &media.Encryption{}
	}
	tr, err := b.Finish(desc)
	if err != nil {
		t.Fatal(err)
	}
	return asset.Input{Track: tr, ID: id, File: s.file, Clock: s.clock, Label: s.label, Roles: s.roles}
}

func build(t *testing.T, list ...stream) *asset.Asset {
	t.Helper()
	var in []asset.Input
	for i, s := range list {
		in = append(in, s.input(t, string(rune('a'+i))))
	}
	a, err := asset.New("name", "title", "version", in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func track(a *asset.Asset, id string) *asset.Track {
	for _, set := range a.Sets {
		for _, t := range set.Tracks {
			if t.ID == id {
				return t
			}
		}
	}
	return nil
}

// film and sound are 10 s of ordinary tracks, at 25 frames a second with a random access point each second, and 50 frames a second.
func film() stream {
	return stream{kind: media.Video, frame: 40, count: 250, gop: 25, cto: 80, codec: media.AVC, width: 640, height: 360}
}

func sound() stream {
	return stream{kind: media.Audio, frame: 20, count: 500, codec: media.AAC, channels: 2, rate: 48000}
}

func with(s stream, change func(*stream)) stream {
	change(&s)
	return s
}

func at(start media.Ticks) func(*stream) { return func(s *stream) { s.start = start } }

// Where presentation time 0 is, and when each track begins.
func TestTimeLine(t *testing.T) {
	primed := with(sound(), func(s *stream) { s.start, s.priming = -20, 20 })
	for _, c := range []struct {
		name     string
		in       []stream
		starts   []time.Duration // of the first sample, by track
		offsets  []media.Ticks   // MediaOffset
		duration time.Duration
	}{
		{"both at 0", []stream{film(), sound()}, []time.Duration{0, 0}, []media.Ticks{0, 0}, 10 * time.Second},
		{"encoder delay before 0", []stream{film(), primed}, []time.Duration{0, -20 * time.Millisecond}, []media.Ticks{0, 20}, 10 * time.Second},
		{"audio later", []stream{film(), with(sound(), at(700))}, []time.Duration{0, 700 * time.Millisecond}, []media.Ticks{0, 0}, 10700 * time.Millisecond},
		{"video later", []stream{with(film(), at(500)), sound()}, []time.Duration{500 * time.Millisecond, 0}, []media.Ticks{0, 0}, 10500 * time.Millisecond},
		{"both late: the gap before is not shown", []stream{with(film(), at(5080)), with(sound(), at(5000))}, []time.Duration{80 * time.Millisecond, 0}, []media.Ticks{0, 0}, 10080 * time.Millisecond},
		{"late, with encoder delay", []stream{with(film(), at(1400)), with(sound(), func(s *stream) { s.start, s.priming = 1380, 20 })},
			[]time.Duration{0, -20 * time.Millisecond}, []media.Ticks{0, 20}, 10 * time.Second},
		{"pictures before the edit", []stream{with(film(), at(-200)), sound()}, []time.Duration{-200 * time.Millisecond, 0}, []media.Ticks{200, 0}, 10 * time.Second},
		{"audio only, with encoder delay", []stream{primed}, []time.Duration{-20 * time.Millisecond}, []media.Ticks{20}, 9980 * time.Millisecond},
		{"audio padding is not shown", []stream{with(sound(), func(s *stream) { s.padding = 15 })}, []time.Duration{0}, []media.Ticks{0}, 9985 * time.Millisecond},
		{"video only", []stream{with(film(), at(3000))}, []time.Duration{0}, []media.Ticks{0}, 10 * time.Second},
		{"audio longer", []stream{film(), with(sound(), func(s *stream) { s.count = 1000 })}, []time.Duration{0, 0}, []media.Ticks{0, 0}, 20 * time.Second},
		{"two files, each from its own 0", []stream{with(film(), func(s *stream) { s.start, s.clock = 90000, "v" }), with(sound(), func(s *stream) { s.start, s.clock = 10, "a" })},
			[]time.Duration{0, 0}, []media.Ticks{0, 0}, 10 * time.Second},
		{"two files on one clock", []stream{with(film(), at(90000)), with(sound(), at(90010))}, []time.Duration{0, 10 * time.Millisecond}, []media.Ticks{0, 0}, 10010 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := build(t, c.in...)
			for i := range c.in {
				tr := track(a, string(rune('a'+i)))
				if got := tr.PresentationTime(tr.FirstPTS); got != c.starts[i] {
					t.Errorf("track %d starts at %v, want %v", i, got, c.starts[i])
				}
				if tr.MediaOffset != c.offsets[i] {
					t.Errorf("track %d has a media offset of %d, want %d", i, tr.MediaOffset, c.offsets[i])
				}
			}
			if a.Duration != c.duration {
				t.Errorf("lasts %v, want %v", a.Duration, c.duration)
			}
		})
	}
}

func TestText(t *testing.T) {
	cues := []media.Cue{{Start: 1000, End: 2000, Text: "a"}, {Start: 7000, End: 12000, Text: "b"}}
	words := stream{kind: media.Text, codec: media.WVTT, cues: cues, clock: "text"}
	only := build(t, words)
	if only.Duration != 12*time.Second || len(only.Cut(0).Of("a").Starts) != 4 {
		t.Errorf("text alone lasts %v, with segments at %v", only.Duration, only.Cut(0).Of("a").Starts)
	}
	a := build(t, film(), words)
	if a.Duration != 10*time.Second {
		t.Errorf("text makes a film of 10 s last %v", a.Duration)
	}
	if s := a.Cut(0).Of("b").Starts; !slices.Equal(s, []media.Ticks{0, 4000, 8000, 10000}) {
		t.Errorf("text is cut at %v", s)
	}
	words.clock = ""
	late := build(t, with(film(), at(5000)), words)
	if got := track(late, "b").PresentationTime(7000); got != 2*time.Second {
		t.Errorf("text of the film's own file is 7 s into it, and 2 s after its first picture: shown at %v", got)
	}
}

func TestNothingToServe(t *testing.T) {
	for name, in := range map[string][]asset.Input{
		"no track": nil, "no sample": {with(film(), func(s *stream) { s.count = 0 }).input(t, "a")},
	} {
		a, err := asset.New("name", "", "", in, nil)
		if a != nil || errs.KindOf(err) != errs.Unsupported {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// sets is the structure of an Asset: "v:ab a:c".
func sets(a *asset.Asset) string {
	out := ""
	for _, set := range a.Sets {
		out += set.Kind.String()[:1] + ":"
		for _, tr := range set.Tracks {
			out += tr.ID
		}
		out += " "
	}
	return out[:len(out)-1]
}

// Which Tracks a player may switch between.
func TestSets(t *testing.T) {
	small := with(film(), func(s *stream) { s.width, s.height, s.size = 320, 180, 1 })
	big := with(film(), func(s *stream) { s.size = 500 })
	left := with(sound(), func(s *stream) { s.file = "left" })
	right := with(sound(), func(s *stream) { s.file, s.size = "right", 9 })
	for _, c := range []struct {
		name string
		in   []stream
		want string
	}{
		{"by bit rate, ascending, video first", []stream{right, big, left, small}, "v:db a:ca"},
		{"the same clock in another phase", []stream{big, with(small, at(20))}, "v:ba"},
		{"half a second later", []stream{big, with(small, at(500))}, "v:a v:b"},
		{"random access points every 2 s and 3 s", []stream{with(big, func(s *stream) { s.gop, s.count = 50, 500 }), with(small, func(s *stream) { s.gop, s.count = 75, 500 })}, "v:ba"},
		{"random access points that hardly ever meet", []stream{with(big, func(s *stream) { s.gop = 24 }), with(small, func(s *stream) { s.gop = 25 })}, "v:a v:b"},
		{"another codec", []stream{big, with(small, func(s *stream) { s.codec = media.HEVC })}, "v:a v:b"},
		{"parameter sets in band", []stream{big, with(small, func(s *stream) { s.entry = "avc3" })}, "v:a v:b"},
		{"another shape", []stream{big, with(small, func(s *stream) { s.width = 240 })}, "v:a v:b"},
		{"another shape by its samples'", []stream{with(big, func(s *stream) { s.width, s.sar = 480, media.Rational{Num: 4, Den: 3} }), small}, "v:ba"},
		{"rotated", []stream{big, with(small, func(s *stream) { s.rotation = 90 })}, "v:a v:b"},
		{"encrypted", []stream{big, with(small, func(s *stream) { s.encrypted = true })}, "v:a v:b"},
		{"other languages", []stream{left, with(right, func(s *stream) { s.language = "fr" })}, "a:a a:b"},
		{"another role", []stream{left, with(right, func(s *stream) { s.roles = []string{"commentary"} })}, "a:a a:b"},
		{"another label", []stream{left, with(right, func(s *stream) { s.label = "Director" })}, "a:a a:b"},
		{"more channels", []stream{left, with(right, func(s *stream) { s.channels = 6 })}, "a:a a:b"},
		{"another sampling rate", []stream{left, with(right, func(s *stream) { s.rate = 44100 })}, "a:a a:b"},
		{"two tracks of one file", []stream{left, with(right, func(s *stream) { s.file = "left" })}, "a:a a:b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := sets(build(t, c.in...)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
