package images_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/app/apptest"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// program is the program, serving a file.
type program struct {
	testing.TB
	base, name string
}

func serve(t testing.TB, ffmpeg, data string, paths ...string) *program {
	t.Helper()
	base, _ := apptest.Start(t, app.Config{Paths: paths, Data: data, FFmpeg: ffmpeg})
	p := &program{TB: t, base: base}
	var list struct{ Streams []struct{ Name string } }
	_, body := p.get("/api/v1/streams")
	if err := json.Unmarshal(body, &list); err != nil || len(list.Streams) == 0 {
		t.Fatalf("%v: %s", err, body)
	}
	p.name = list.Streams[0].Name
	return p
}

func (p *program) get(path string) (*http.Response, []byte) {
	p.Helper()
	r, err := http.Get(p.base + path)
	if err != nil {
		p.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		p.Fatal(err)
	}
	return r, b
}

func (p *program) jpeg(path string) *image.YCbCr {
	p.Helper()
	r, b := p.get(path)
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "image/jpeg" {
		p.Fatalf("%s: %s, %s: %.300s", path, r.Status, r.Header.Get("Content-Type"), b)
	}
	m, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		p.Fatalf("%s: %v", path, err)
	}
	return m.(*image.YCbCr)
}

// glance is the brightness of a picture in 16 by 9 fields.
type glance [16 * 9]float64

func (g *glance) off(other *glance) float64 {
	sum := 0.0
	for i := range g {
		sum += math.Abs(g[i] - other[i])
	}
	return sum / float64(len(g))
}

// glanceAt looks at a part of a picture.
func glanceAt(m *image.YCbCr, x, y, w, h int) (g glance) {
	for i := range g {
		left, right := x+i%16*w/16, x+(i%16+1)*w/16
		top, bottom := y+i/16*h/9, y+(i/16+1)*h/9
		sum := 0
		for v := top; v < bottom; v++ {
			for _, l := range m.Y[v*m.YStride+left : v*m.YStride+right] {
				sum += int(l)
			}
		}
		g[i] = float64(sum) / float64((right-left)*(bottom-top))
	}
	return g
}

// truth is what FFmpeg says of the video in a file.
type truth struct {
	at     []float64 // of frames, in seconds from the first sample of whatever comes first
	keys   []int     // frames that decoding may start at
	frames []glance
}

func truthOf(t testing.TB, path string) *truth {
	t.Helper()
	var probe struct {
		Frames []struct {
			Key  int    `json:"key_frame"`
			Time string `json:"best_effort_timestamp_time"`
		}
		Streams []struct {
			Start string `json:"start_time"`
			Type  string `json:"codec_type"`
		}
	}
	out, err := exec.Command("ffprobe", "-v", "error", "-show_entries", "stream=start_time,codec_type", "-of", "json", path).Output()
	if err == nil {
		err = json.Unmarshal(out, &probe)
	}
	if err != nil {
		t.Fatal(err)
	}
	begin := math.Inf(1)
	for _, s := range probe.Streams {
		begin = min(begin, max(0, seconds(t, s.Start)))
	}
	if out, err = exec.Command("ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=key_frame,best_effort_timestamp_time", "-of", "json", path).Output(); err == nil {
		err = json.Unmarshal(out, &probe)
	}
	if err != nil {
		t.Fatal(err)
	}
	x := &truth{}
	for i, f := range probe.Frames {
		x.at = append(x.at, seconds(t, f.Time)-begin)
		if n := len(x.keys); f.Key == 1 && (n == 0 || math.Floor(x.at[i]+0.0005) > math.Floor(x.at[x.keys[n-1]]+0.0005)) {
			x.keys = append(x.keys, i)
		}
	}
	raw, err := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-vf", "scale=16:9:flags=area:out_range=full,format=gray", "-f", "rawvideo", "-").Output()
	if err != nil || len(raw) != len(x.at)*16*9 {
		t.Fatalf("%v: %d bytes of %d frames", err, len(raw), len(x.at))
	}
	for b := raw; len(b) > 0; b = b[16*9:] {
		var g glance
		for i := range g {
			g[i] = float64(b[i])
		}
		x.frames = append(x.frames, g)
	}
	return x
}

func seconds(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// shown returns the frame that stands for what is shown from at on for so long: the first that decoding may start at in that time, else the last one before.
func (x *truth) shown(at, lasts float64) int {
	const rounding = 0.0015
	found := x.keys[0]
	for _, k := range x.keys {
		if x.at[k] >= at+lasts-rounding {
			break
		}
		if found = k; x.at[k] >= at-rounding {
			break
		}
	}
	return found
}

// check compares a picture of thumbnails with what FFmpeg shows at their times, which are from start on to the end; or, when that comes round, on.
func (x *truth) check(t testing.TB, m *image.YCbCr, columns, rows int, start, each, end float64, round bool) {
	t.Helper()
	w, h := m.Rect.Dx()/columns, m.Rect.Dy()/rows
	for i := range columns * rows {
		at := start + float64(i)*each
		if round {
			if at = math.Mod(at, end); end-at < 1e-4 {
				at = 0
			}
		}
		g := glanceAt(m, i%columns*w, i/columns*h, w, h)
		if at >= end {
			if black := (glance{}); g.off(&black) > 3 {
				t.Errorf("a thumbnail for %.3f s, after the end: brightness %v", at, g)
			}
			continue
		}
		k := x.shown(at, each)
		if off := g.off(&x.frames[k]); off > 4 {
			best := 0
			for j := range x.frames {
				if g.off(&x.frames[j]) < g.off(&x.frames[best]) {
					best = j
				}
			}
			t.Errorf("thumbnail %d, for %.3f to %.3f s, is %.1f off the frame of %.3f s; nearest is that of %.3f s (%.1f)", i, at, at+each, off, x.at[k], x.at[best], g.off(&x.frames[best]))
		}
	}
}

// counted is a film in which every frame is told from all others by where a white field is: of 16 by 9.
func counted(t testing.TB, name string, more ...string) string {
	args := []string{"-f", "lavfi", "-i", "nullsrc=s=320x180:r=24:d=37,geq=lum='if(eq(floor(X/20)+16*floor(Y/20)\\,mod(floor(N/6)\\,144))\\,235\\,40+mod(floor(N/6)*7\\,90))':cb=128:cr=128",
		"-f", "lavfi", "-i", "sine=r=48000:d=37", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48", "-sc_threshold", "0", "-c:a", "aac"}
	return mediatest.FFmpeg(t, name, append(args, more...)...)
}

// Every thumbnail that a manifest announces shows what FFmpeg shows at its time, in every form of addressing, and the pictures are as large as announced.
func TestThumbnails(t *testing.T) {
	t.Parallel()
	path := counted(t, "counted.mp4", "-bf", "2")
	x := truthOf(t, path)
	p := serve(t, "", t.TempDir(), path)
	for _, c := range []struct {
		mode, query   string
		columns, rows int
	}{
		{"vod", "thumbnails=1", 10, 2}, {"vod", "thumbnails=2x2&timeline=1", 2, 2}, {"vod", "thumbnails=3x1@64&timeline=number&startnr=7", 3, 1}, {"vod", "thumbnails=1x1&timeline=list", 1, 1},
		{"odvod", "thumbnails=4x3@320", 4, 3}, {"vod", "thumbnails=20x20@32", 20, 20},
	} {
		_, body := p.get("/dash/" + c.mode + "/" + p.name + "/manifest.mpd?" + c.query)
		mediatest.Schema(t, body)
		mpd := mediatest.ReadMPD(t, body)
		found := false
		for _, r := range mpd.Representations {
			if r.MimeType != "image/jpeg" {
				continue
			}
			found = true
			last := 0.0
			for _, s := range r.Segments {
				m := p.jpeg("/dash/" + c.mode + "/" + p.name + "/" + s.URL)
				start, lasts := float64(s.Start)/float64(r.Timescale), float64(s.Duration)/float64(r.Timescale)
				x.check(t, m, c.columns, c.rows, start, lasts/float64(c.columns*c.rows), mpd.Duration, false)
				last = start + lasts
			}
			if last < mpd.Duration {
				t.Errorf("%s: thumbnails end at %.3f s, the film at %.3f", c.query, last, mpd.Duration)
			}
		}
		if !found || !bytes.Contains(body, fmt.Appendf(nil, `value="%dx%d"`, c.columns, c.rows)) {
			t.Errorf("%s: no thumbnails:\n%s", c.query, body)
		}
	}
}

// Thumbnails are of every container and every form of video that is served.
func TestContainers(t *testing.T) {
	source := []string{"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=21"}
	encoded := func(name string, args ...string) mediatest.Kind {
		return mediatest.Kind{Name: name, Make: func(t testing.TB) string { return mediatest.FFmpeg(t, name, append(source, args...)...) }}
	}
	upright := encoded("upright.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50")
	more := []mediatest.Kind{
		encoded("hevc.mp4", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=40:min-keyint=40:open-gop=1:bframes=3:log-level=error", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1"),
		encoded("vp9.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "50"),
		encoded("anamorphic.mp4", "-vf", "scale=240:180,setsar=16/9", "-c:v", "libx264", "-preset", "ultrafast", "-g", "60"),
		{Name: "rotated.mp4", Make: func(t testing.TB) string {
			return mediatest.FFmpeg(t, "rotated.mp4", "-i", upright.Make(t), "-c", "copy", "-metadata:s:v:0", "rotate=90")
		}},
	}
	for _, k := range append(mediatest.Kinds(), more...) {
		switch k.Name {
		case "hevc.mp4", "vp9.webm", "anamorphic.mp4", "rotated.mp4", "mp4", "mp4 fragmented", "matroska", "mpegts", "flv", "avi", "open GOPs", "all intra", "variable frame rate", "uneven GOPs", "audio later", "video later", "audio longer":
		default:
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			path := k.Make(t)
			x := truthOf(t, path)
			p := serve(t, "", t.TempDir(), path)
			_, body := p.get("/dash/vod/" + p.name + "/manifest.mpd?thumbnails=5x5")
			mpd := mediatest.ReadMPD(t, body)
			r := mpd.Representations[len(mpd.Representations)-1]
			if r.MimeType != "image/jpeg" || len(r.Segments) == 0 {
				t.Fatalf("no thumbnails:\n%s", body)
			}
			for _, s := range r.Segments {
				m := p.jpeg("/dash/vod/" + p.name + "/" + s.URL)
				start, lasts := float64(s.Start)/float64(r.Timescale), float64(s.Duration)/float64(r.Timescale)
				x.check(t, m, 5, 5, start, lasts/25, mpd.Duration, false)
			}
		})
	}
}

// liveMPD is what a dynamic MPD says of thumbnails.
type liveMPD struct {
	Start   time.Time `xml:"availabilityStartTime,attr"`
	Lasts   string    `xml:"mediaPresentationDuration,attr"`
	Periods []struct {
		ID    string `xml:"id,attr"`
		Start string `xml:"start,attr"`
		Sets  []struct {
			Kind string `xml:"contentType,attr"`
			Reps []struct {
				ID       string `xml:"id,attr"`
				Template struct {
					Scale    int64  `xml:"timescale,attr"`
					Duration int64  `xml:"duration,attr"`
					First    int64  `xml:"startNumber,attr"`
					Last     int64  `xml:"endNumber,attr"`
					PTO      int64  `xml:"presentationTimeOffset,attr"`
					Media    string `xml:"media,attr"`
					S        []struct {
						T *int64 `xml:"t,attr"`
						D int64  `xml:"d,attr"`
						R int    `xml:"r,attr"`
					} `xml:"SegmentTimeline>S"`
				} `xml:"SegmentTemplate"`
			} `xml:"Representation"`
		} `xml:"AdaptationSet"`
	} `xml:"Period"`
}

// tile is a picture that a manifest announces: start is in seconds from the start of the stream, media on the time line of what its Period is made of.
type tile struct {
	url                 string
	start, media, lasts float64
	period              string
}

// tiles returns the pictures that are announced to be available at now, of the last so many seconds, and the one after them.
func (m *liveMPD) tiles(t testing.TB, now time.Time, depth float64) (all []tile, next tile) {
	t.Helper()
	elapsed := now.Sub(m.Start).Seconds()
	if m.Lasts != "" {
		elapsed, depth = 1e9, 1e9
	}
	for i, p := range m.Periods {
		start, end := mediatest.Seconds(t, p.Start), math.Inf(1)
		if i+1 < len(m.Periods) {
			end = mediatest.Seconds(t, m.Periods[i+1].Start)
		} else if m.Lasts != "" {
			end = mediatest.Seconds(t, m.Lasts)
		}
		for _, set := range p.Sets {
			if set.Kind != "image" {
				continue
			}
			r := set.Reps[0]
			x := r.Template
			scale := float64(x.Scale)
			url := func(number, at int64) string {
				return strings.NewReplacer("$RepresentationID$", r.ID, "$Number$", strconv.FormatInt(number, 10), "$Time$", strconv.FormatInt(at, 10)).Replace(x.Media)
			}
			number, at := x.First, int64(0)
			for _, s := range x.S {
				if s.T != nil {
					at = *s.T
				}
				for range s.R + 1 {
					all = append(all, tile{url(number, at), start + float64(at-x.PTO)/scale, float64(at) / scale, float64(s.D) / scale, p.ID})
					number, at = number+1, at+s.D
				}
				next = tile{url: url(number, at)}
			}
			d := float64(x.Duration) / scale
			if d > 0 {
				number += max(0, int64((elapsed-depth-start)/d)-2) // not all since 1970
			}
			for ; d > 0 && (x.Last == 0 || number <= x.Last) && start+float64(number-x.First)*d < end-0.01; number++ {
				since := float64(number-x.First) * d
				one := tile{url(number, 0), start + since, float64(x.PTO)/scale + since, d, p.ID}
				if one.start+d > elapsed {
					next = one
					break
				}
				if one.start+d > elapsed-depth {
					all = append(all, one)
				}
			}
		}
	}
	return all, next
}

// Live, a picture of thumbnails is for a segment, and shows what that shows: loop after loop, and in every Period. It is there when it is announced, and not before.
func TestLive(t *testing.T) {
	t.Parallel()
	const loop = 37.0
	path := counted(t, "counted.mp4", "-bf", "2")
	x := truthOf(t, path)
	p := serve(t, "", t.TempDir(), path)
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, c := range []struct {
		query         string
		columns, rows int
	}{
		{"thumbnails=2x1", 2, 1}, {"thumbnails=3x1&timeline=1&segdur=6", 3, 1}, {"thumbnails=1x2&timeline=number", 1, 2}, {"thumbnails=2x1&timeline=1&periods=60", 2, 1}, {"thumbnails=4x1&periods=90", 4, 1},
	} {
		_, body := p.get("/dash/live/" + p.name + "/manifest.mpd?start=epoch&depth=100&now=" + now.Format(time.RFC3339) + "&" + c.query)
		mediatest.Schema(t, body)
		var m liveMPD
		if err := xml.Unmarshal(body, &m); err != nil {
			t.Fatal(err)
		}
		all, next := m.tiles(t, now, 100)
		if len(all) < 14 {
			t.Fatalf("%s: %d pictures:\n%s", c.query, len(all), body)
		}
		for _, one := range all {
			picture := p.jpeg("/dash/live/" + p.name + "/" + one.url)
			x.check(t, picture, c.columns, c.rows, one.start, one.lasts/float64(c.columns*c.rows), loop, true)
		}
		if r, _ := p.get("/dash/live/" + p.name + "/" + next.url); r.StatusCode != http.StatusNotFound || r.Header.Get("Dashwright-Available") == "" {
			t.Errorf("%s: the next picture: %s", c.query, r.Status)
		}
	}
}

// A live stream that has ended keeps its thumbnails, from its beginning on.
func TestEnded(t *testing.T) {
	t.Parallel()
	path := counted(t, "counted.mp4", "-bf", "2")
	x := truthOf(t, path)
	p := serve(t, "", t.TempDir(), path)
	for _, query := range []string{"", "&timeline=1", "&timeline=number", "&timeline=list", "&periods=120"} {
		_, body := p.get("/dash/live/" + p.name + "/manifest.mpd?thumbnails=2x1&start=2026-03-04T05:00:00Z&stop=2026-03-04T05:01:33Z&now=2026-03-04T06:00:00Z" + query)
		mediatest.Schema(t, body)
		var m liveMPD
		if err := xml.Unmarshal(body, &m); err != nil {
			t.Fatal(err)
		}
		all, _ := m.tiles(t, time.Time{}, 0)
		if len(all) < 20 {
			t.Errorf("%s: %d pictures:\n%s", query, len(all), body)
		}
		for _, one := range all {
			x.check(t, p.jpeg("/dash/live/"+p.name+"/"+one.url), 2, 1, one.start, one.lasts/2, 37, true)
		}
	}
}

// A player that follows patches has the thumbnails of one that loads the manifest.
func TestPatches(t *testing.T) {
	t.Parallel()
	p := serve(t, "", t.TempDir(), counted(t, "counted.mp4", "-bf", "2"))
	const query = "/manifest.mpd?thumbnails=2x1&patch=1&start=2026-03-04T05:00:00Z&depth=30"
	for _, more := range []string{"", "&timeline=number", "&periods=240"} {
		_, body := p.get("/dash/live/" + p.name + query + more + "&now=2026-03-04T05:06:07Z")
		old := mediatest.ReadXML(t, body)
		to := strings.Replace(old.Text("PatchLocation", ""), "now=2026-03-04T05:06:07Z", "now=2026-03-04T05:06:27Z", 1)
		_, patch := p.get("/dash/live/" + p.name + "/" + to)
		_, fresh := p.get("/dash/live/" + p.name + query + more + "&now=2026-03-04T05:06:27Z")
		if err := old.Apply(mediatest.ReadXML(t, patch)); err != nil {
			t.Fatalf("%v\n%s", err, patch)
		}
		moved := strings.NewReplacer("05:06:07Z", "", "05:06:27Z", "")
		if got, want := moved.Replace(old.Canonical()), moved.Replace(mediatest.ReadXML(t, fresh).Canonical()); got != want || !strings.Contains(got, "thumbnail_tile") {
			t.Errorf("%s: patched:\n%s\nfresh:\n%s\nby\n%s", more, got, want, patch)
		}
	}
}

// Each Period has thumbnails of what it shows.
func TestPeriods(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	counted := counted(t, "counted.mp4", "-bf", "2")
	bars := mediatest.FFmpeg(t, "bars.mp4", "-f", "lavfi", "-i", "testsrc2=s=480x360:r=25:d=22", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50")
	truths := map[string]*truth{}
	lengths := map[string]float64{"counted": 37, "bars": 22}
	for name, path := range map[string]string{"counted": counted, "bars": bars} {
		truths[name] = truthOf(t, path)
		b, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name+".mp4"), b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const evening = "periods:\n  - {id: opening, stream: bars, out: 9}\n  - {id: film, stream: counted, in: 10, out: 31}\n  - {id: closing, stream: bars, in: 8}\n"
	if err := os.WriteFile(filepath.Join(dir, "evening.stream.yaml"), []byte(evening), 0o644); err != nil {
		t.Fatal(err)
	}
	p := serve(t, "", t.TempDir(), dir)
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for _, c := range []struct {
		url           string
		columns, rows int
		least         int
	}{
		{"vod/evening/manifest.mpd?thumbnails=2x2", 2, 2, 6}, {"vod/evening/hand_made.mpd?thumbnails=4x1&timeline=1", 4, 1, 6}, {"odvod/evening/manifest.mpd?thumbnails=3x1", 3, 1, 6},
		{"live/evening/manifest.mpd?thumbnails=2x1&start=epoch&depth=120&now=" + now.Format(time.RFC3339), 2, 1, 20}, {"live/evening/manifest.mpd?thumbnails=2x1&timeline=number&start=epoch&depth=120&now=" + now.Format(time.RFC3339), 2, 1, 20},
		{"live/counted/manifest.mpd?thumbnails=2x1&ads=bars,30,10&start=epoch&depth=120&now=" + now.Format(time.RFC3339), 2, 1, 20},
		{"live/counted/manifest.mpd?thumbnails=2x1&timeline=1&ads=bars,30,10&start=epoch&depth=120&now=" + now.Format(time.RFC3339), 2, 1, 20},
	} {
		_, body := p.get("/dash/" + c.url)
		mediatest.Schema(t, body)
		var m liveMPD
		if err := xml.Unmarshal(body, &m); err != nil {
			t.Fatal(err)
		}
		all, _ := m.tiles(t, now, 120)
		if len(all) < c.least {
			t.Errorf("%s: %d pictures:\n%s", c.url, len(all), body)
		}
		seen := map[string]int{}
		for _, one := range all {
			what, loops := "counted", strings.HasPrefix(c.url, "live/counted")
			if strings.HasPrefix(one.period, "opening") || strings.HasPrefix(one.period, "closing") || strings.HasPrefix(one.period, "ad") {
				what = "bars"
			}
			seen[what]++
			folder, _, _ := strings.Cut(c.url, "manifest.mpd")
			folder, _, _ = strings.Cut(folder, "hand_made.mpd")
			picture := p.jpeg("/dash/" + folder + one.url)
			truths[what].check(t, picture, c.columns, c.rows, one.media, one.lasts/float64(c.columns*c.rows), lengths[what], loops)
			if t.Failed() {
				t.Fatalf("%s: %+v:\n%s", c.url, one, body)
			}
		}
		if len(seen) != 2 {
			t.Errorf("%s: pictures of %v", c.url, seen)
		}
	}
}

// Without FFmpeg, and of video that is encrypted, no thumbnails are announced and the answer says why; a poster is 404.
func TestNoPictures(t *testing.T) {
	t.Parallel()
	var enc string
	for _, k := range mediatest.Kinds() {
		if k.Name == "encrypted" {
			enc = k.Make(t)
		}
	}
	for _, c := range []struct{ name, ffmpeg, path, says string }{
		{"no FFmpeg", "none", counted(t, "counted.mp4", "-bf", "2"), "FFmpeg is switched off"},
		{"a wrong path of FFmpeg", filepath.Join(t.TempDir(), "ffmpeg"), counted(t, "counted.mp4", "-bf", "2"), "there is no program"},
		{"encrypted", "", enc, "encrypted"},
	} {
		p := serve(t, c.ffmpeg, t.TempDir(), c.path)
		for _, mode := range []string{"vod", "live", "odvod"} {
			r, body := p.get("/dash/" + mode + "/" + p.name + "/manifest.mpd?thumbnails=1")
			if r.StatusCode != http.StatusOK || bytes.Contains(body, []byte("image")) {
				t.Errorf("%s, %s: %s\n%s", c.name, mode, r.Status, body)
			}
			if note := r.Header.Get("Dashwright-Note"); !strings.Contains(note, "thumbnails=0") || !strings.Contains(note, c.says) {
				t.Errorf("%s, %s: the note is %q", c.name, mode, note)
			}
			if r, body := p.get("/dash/" + mode + "/" + p.name + "/thumbnails/1.jpg?thumbnails=1"); r.StatusCode < 400 {
				t.Errorf("%s: a picture: %s, %d bytes", c.name, r.Status, len(body))
			}
		}
		r, body := p.get("/api/v1/streams/" + p.name + "/poster.jpg")
		if r.StatusCode != http.StatusNotFound || r.Header.Get("Content-Type") != "application/problem+json" || !strings.Contains(string(body), c.says) {
			t.Errorf("%s: poster: %s, %s", c.name, r.Status, body)
		}
	}
}

// A poster is of a picture near a tenth of the film, or of one that is not black; no larger than it must be, and asked for once.
func TestPoster(t *testing.T) {
	t.Parallel()
	film := counted(t, "counted.mp4", "-bf", "2")
	dark := mediatest.FFmpeg(t, "dark.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=40", "-vf", "drawbox=t=fill:c=black:enable='lt(t,7)'", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25")
	for _, c := range []struct {
		path     string
		at       float64
		w, h     int
		tolerant float64
	}{{film, 3.7, 320, 180, 1}, {dark, 8, 480, 270, 1}} {
		x := truthOf(t, c.path)
		data := t.TempDir()
		p := serve(t, "", data, c.path)
		m := p.jpeg("/api/v1/streams/" + p.name + "/poster.jpg")
		if m.Rect.Dx() != c.w || m.Rect.Dy() != c.h {
			t.Errorf("%s: a poster of %v", p.name, m.Rect)
		}
		g := glanceAt(m, 0, 0, c.w, c.h)
		if k := x.shown(c.at, c.tolerant); g.off(&x.frames[k]) > 4 {
			t.Errorf("%s: the poster is %.1f off the frame of %.3f s", p.name, g.off(&x.frames[k]), x.at[k])
		}
		r, _ := p.get("/api/v1/streams/" + p.name + "/poster.jpg")
		again, err := http.NewRequest(http.MethodGet, p.base+"/api/v1/streams/"+p.name+"/poster.jpg", nil)
		if err != nil {
			t.Fatal(err)
		}
		again.Header.Set("If-None-Match", r.Header.Get("Etag"))
		known, err := http.DefaultClient.Do(again)
		if err != nil {
			t.Fatal(err)
		}
		known.Body.Close()
		if known.StatusCode != http.StatusNotModified || !strings.HasPrefix(r.Header.Get("Cache-Control"), "public, max-age=") {
			t.Errorf("asked again: %s; %s", known.Status, r.Header.Get("Cache-Control"))
		}
	}
}
