package survey

import (
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// open returns the asset of a file.
func open(t *testing.T, path string) *asset.Asset {
	t.Helper()
	l, err := library.Open(library.Config{Paths: []string{path}, FFmpeg: "none", Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	a, err := l.Asset(context.Background(), l.Streams()[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// packet is a sample as ffprobe says it.
type packet struct {
	pts, dts, duration float64
	size               uint64
	key                bool
}

func ffprobe(t *testing.T, out any, args ...string) {
	t.Helper()
	b, err := exec.Command("ffprobe", append([]string{"-v", "error", "-of", "json"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, out); err != nil {
		t.Fatal(err)
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	if text == "" {
		return 0
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// packets returns what ffprobe says of a stream of a file, in decode order.
func packets(t *testing.T, path, stream string) []packet {
	t.Helper()
	var said struct {
		Packets []struct {
			PTS      string `json:"pts_time"`
			DTS      string `json:"dts_time"`
			Duration string `json:"duration_time"`
			Size     string `json:"size"`
			Flags    string `json:"flags"`
		}
	}
	ffprobe(t, &said, "-select_streams", stream, "-show_packets", path)
	var list []packet
	for _, p := range said.Packets {
		list = append(list, packet{number(t, p.PTS), number(t, p.DTS), number(t, p.Duration), uint64(number(t, p.Size)), strings.HasPrefix(p.Flags, "K")})
	}
	if len(list) < 20 {
		t.Fatalf("ffprobe finds %d packets", len(list))
	}
	return list
}

func made(t *testing.T, name string) string {
	t.Helper()
	i := slices.IndexFunc(mediatest.Kinds(), func(k mediatest.Kind) bool { return k.Name == name })
	if i < 0 {
		t.Fatalf("no kind of file %q", name)
	}
	return mediatest.Kinds()[i].Make(t)
}

// whole is a window on everything.
var whole = Window{Limit: 1 << 20}

// within says whether two times are the same but for the millisecond to which Matroska rounds.
func within(a, b float64) bool { return math.Abs(a-b) < 0.0011 }

// Sizes, times and random access points are those that ffprobe finds.
func TestFramesAgainstFFprobe(t *testing.T) {
	for _, kind := range []string{"mp4", "mp4 fragmented", "mov", "matroska", "uneven GOPs", "variable frame rate", "all intra"} {
		t.Run(kind, func(t *testing.T) {
			path := made(t, kind)
			a := open(t, path)
			for _, c := range []struct{ id, stream string }{{"v1", "v:0"}, {"a1", "a:0"}} {
				_, track, err := Find(a, c.id)
				if err != nil {
					if c.id == "a1" {
						continue
					}
					t.Fatal(err)
				}
				want := packets(t, path, c.stream)
				got, next := Frames(track, whole)
				if next >= 0 || len(got) != len(want) {
					t.Fatalf("%s: %d frames, ffprobe has %d; next %v", c.id, len(got), len(want), next)
				}
				shift := got[0].Time - want[0].pts // of the whole: the stream begins at 0
				for i, f := range got {
					w := want[i]
					if f.Number != i || uint64(f.Bytes) != w.size || (f.Order == Sync) != w.key || !within(f.Time-shift, w.pts) {
						t.Fatalf("%s: frame %d is %+v, ffprobe says %+v", c.id, i, f, w)
					}
					// Matroska has no decode times: FFmpeg guesses them.
					if i > 0 && kind != "matroska" && !within(f.Decode-got[0].Decode, w.dts-want[0].dts) {
						t.Fatalf("%s: frame %d is decoded %v after the first, ffprobe says %v", c.id, i, f.Decode-got[0].Decode, w.dts-want[0].dts)
					}
				}
				if got[0].Decode != got[0].Time {
					t.Errorf("%s: the first frame is decoded at %v and shown at %v", c.id, got[0].Decode, got[0].Time)
				}
			}
		})
	}
}

// What is shown before something that is decoded earlier is a B picture, in H.264 as x264 writes it.
func TestOrderAgainstPictureTypes(t *testing.T) {
	for _, kind := range []string{"mp4", "open GOPs", "variable frame rate"} {
		path := made(t, kind)
		var said struct {
			Frames []struct {
				Type string `json:"pict_type"`
			}
		}
		ffprobe(t, &said, "-select_streams", "v:0", "-show_entries", "frame=pict_type", path)
		want := 0
		for _, f := range said.Frames {
			if f.Type == "B" {
				want++
			}
		}
		_, track, err := Find(open(t, path), "v1")
		if err != nil {
			t.Fatal(err)
		}
		got := 0
		frames, _ := Frames(track, whole)
		for _, f := range frames {
			if f.Order == Reordered {
				got++
			}
		}
		if got != want || want == 0 {
			t.Errorf("%s: %d frames are reordered, ffprobe finds %d B pictures", kind, got, want)
		}
	}
}

// Groups of pictures are the packets from one with the flag K to the next.
func TestGOPsAgainstFFprobe(t *testing.T) {
	for _, kind := range []string{"mp4", "uneven GOPs", "open GOPs", "variable frame rate", "all intra"} {
		path := made(t, kind)
		_, track, err := Find(open(t, path), "")
		if err != nil {
			t.Fatal(err)
		}
		list := packets(t, path, "v:0")
		got, next := GOPs(track, whole)
		if next >= 0 {
			t.Errorf("%s: next %v", kind, next)
		}
		var starts []int
		for i, p := range list {
			if p.key {
				starts = append(starts, i)
			}
		}
		if len(got) != len(starts) {
			t.Fatalf("%s: %d groups, ffprobe finds %d", kind, len(got), len(starts))
		}
		starts = append(starts, len(list))
		opens := 0
		for i, g := range got {
			in := list[starts[i]:starts[i+1]]
			size, leading := uint64(0), false
			for _, p := range in {
				size += p.size
				leading = leading || p.pts < in[0].pts
			}
			if g.Number != starts[i] || g.Frames != len(in) || g.Bytes != size || uint64(g.SyncBytes) != in[0].size || g.Open != leading || !within(g.Start-got[0].Start, in[0].pts-list[0].pts) {
				t.Errorf("%s: group %d is %+v, ffprobe has %d packets of %d bytes from %v", kind, i, g, len(in), size, in[0].pts)
			}
			if i > 0 && math.Abs(got[i-1].Start+got[i-1].Duration-g.Start) > 1e-9 {
				t.Errorf("%s: group %d starts at %v, the one before ends at %v", kind, i, g.Start, got[i-1].Start+got[i-1].Duration)
			}
			if g.Open {
				opens++
			}
		}
		if (opens > 0) != (kind == "open GOPs") {
			t.Errorf("%s: %d groups are open", kind, opens)
		}
	}
}

// Segments hold the packets between their times, and nothing is lost or counted twice.
func TestSegmentsAgainstFFprobe(t *testing.T) {
	for _, kind := range []string{"mp4", "uneven GOPs", "variable frame rate", "audio longer", "all intra"} {
		path := made(t, kind)
		a := open(t, path)
		for _, c := range []struct{ id, stream string }{{"v1", "v:0"}, {"a1", "a:0"}} {
			of, track, err := Find(a, c.id)
			if err != nil {
				continue // it has no audio
			}
			list := packets(t, path, c.stream)
			for _, want := range []time.Duration{0, 2 * time.Second} {
				got, total, next := Segments(of, track, want, whole)
				if total != len(got) || next >= 0 || len(got) < 2 {
					t.Fatalf("%s %s: %d of %d segments, next %v", kind, c.id, len(got), total, next)
				}
				compareSegments(t, kind+" "+c.id, got, list)
			}
		}
	}
}

func compareSegments(t *testing.T, what string, got []Segment, list []packet) {
	t.Helper()
	at := 0
	for i, s := range got {
		size, keys := uint64(0), 0
		for _, p := range list[at:min(at+s.Samples, len(list))] {
			size += p.size
			if p.key {
				keys++
			}
		}
		if s.Number != i+1 || s.Bytes != size || s.Syncs != keys || s.Syncs == 0 {
			t.Errorf("%s: segment %+v; its packets have %d bytes and %d keys", what, s, size, keys)
		}
		if strings.HasSuffix(what, "v1") && at < len(list) && !within(s.Start-got[0].Start, list[at].pts-list[0].pts) {
			t.Errorf("%s: segment %d starts at %v, its first packet at %v", what, s.Number, s.Start, list[at].pts)
		}
		at += s.Samples
	}
	if at != len(list) {
		t.Errorf("%s: segments hold %d of %d packets", what, at, len(list))
	}
}

// Walking from page to page shows everything once, in order, from wherever it begins.
func TestWindows(t *testing.T) {
	for _, kind := range []string{"mp4", "open GOPs", "all intra", "variable frame rate"} {
		a := open(t, made(t, kind))
		of, track, err := Find(a, "")
		if err != nil {
			t.Fatal(err)
		}
		frames, _ := Frames(track, whole)
		gops, _ := GOPs(track, whole)
		segments, _, _ := Segments(of, track, 0, whole)
		for _, limit := range []int{1, 7, 64, 100000} {
			if limit == 1 && len(frames) > 600 {
				continue
			}
			check := func(what string, want int, page func(Window) (int, float64)) {
				t.Helper()
				n := 0
				for from := 0.0; from >= 0; {
					got, next := page(Window{From: from, Limit: limit})
					if got > limit || got == 0 || next >= 0 && next <= from {
						t.Fatalf("%s: %d %s at once, limit %d, from %v, next %v", kind, got, what, limit, from, next)
					}
					n += got
					from = next
				}
				if n != want {
					t.Errorf("%s: pages of %d show %d of %d %s", kind, limit, n, want, what)
				}
			}
			check("frames", len(frames), func(w Window) (int, float64) { l, n := Frames(track, w); return len(l), n })
			check("gops", len(gops), func(w Window) (int, float64) { l, n := GOPs(track, w); return len(l), n })
			check("segments", len(segments), func(w Window) (int, float64) { l, _, n := Segments(of, track, 0, w); return len(l), n })
		}
		// Any stretch is what the whole has in it, and frames are of the same type.
		length := a.Duration.Seconds()
		for i := range 40 {
			from := length * float64(i) / 40
			to := from + length/9
			var want []Frame
			for _, f := range frames {
				if (i == 0 || f.Decode >= from-1e-9) && f.Decode < to-1e-9 {
					want = append(want, f)
				}
			}
			if got, _ := Frames(track, Window{From: from, To: to, Limit: 1 << 20}); !slices.Equal(got, want) {
				t.Errorf("%s: from %v to %v %d frames, %d of the whole", kind, from, to, len(got), len(want))
			}
			var in []GOP
			for _, g := range gops {
				if g.Start >= from-1e-9 && g.Start < to-1e-9 {
					in = append(in, g)
				}
			}
			if got, _ := GOPs(track, Window{From: from, To: to, Limit: 1 << 20}); !slices.Equal(got, in) {
				t.Errorf("%s: from %v to %v the groups %v, of the whole %v", kind, from, to, got, in)
			}
		}
	}
}

func TestCues(t *testing.T) {
	a := open(t, made(t, "subtitles inside"))
	of, track, err := Find(a, "t1")
	if err != nil {
		t.Fatal(err)
	}
	got, total, _ := Segments(of, track, 0, whole)
	bytes, samples := uint64(0), 0
	for _, s := range got {
		bytes += s.Bytes
		samples += s.Samples
	}
	if total < 4 || len(got) != total || samples < 12 || bytes < 300 {
		t.Errorf("%d segments with %d samples and %d bytes", total, samples, bytes)
	}
	if track.Count == 0 {
		if frames, _ := Frames(track, whole); len(frames) != 0 {
			t.Errorf("cues have frames: %v", frames)
		}
	}
}

func TestFind(t *testing.T) {
	a := open(t, mediatest.Clip(t))
	if _, track, err := Find(a, ""); err != nil || track.ID != "v1" {
		t.Errorf("the first: %v %v", track, err)
	}
	_, _, err := Find(a, "v9")
	if errs.KindOf(err) != errs.NotFound || !strings.Contains(err.Error(), "v1, a1") {
		t.Errorf("none: %v", err)
	}
	p, err := asset.Programme("two", "Two", []asset.Part{{ID: "p1", Asset: a}, {ID: "p2", Asset: a}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if of, track, err := Find(p, "p2/a1"); err != nil || of != a || track.ID != "a1" {
		t.Errorf("of a programme: %v %v", track, err)
	}
	if all := Tracks(p); len(all) != 4 || all[3].ID != "p2/a1" || all[3].Set != 4 {
		t.Errorf("tracks of a programme: %+v", all)
	}
}

func TestTracks(t *testing.T) {
	path := mediatest.Clip(t)
	a := open(t, path)
	var said struct {
		Streams []struct {
			Duration string `json:"duration"`
			BitRate  string `json:"bit_rate"`
			Frames   string `json:"nb_frames"`
			TimeBase string `json:"time_base"`
		}
	}
	ffprobe(t, &said, "-show_streams", path)
	for i, got := range Tracks(a) {
		want := said.Streams[i]
		if !(math.Abs(got.Duration-number(t, want.Duration)) < 0.03) || got.Samples != int(number(t, want.Frames)) || want.TimeBase != "1/"+strconv.Itoa(int(got.Timescale)) ||
			math.Abs(float64(got.Average)/number(t, want.BitRate)-1) > 0.01 || got.Peak < got.Average || got.Set != i+1 {
			t.Errorf("got %+v, ffprobe says %+v", got, want)
		}
	}
}
