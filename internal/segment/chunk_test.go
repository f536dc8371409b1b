package segment_test

import (
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/app/apptest"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// serve runs the program on a file and returns the URL of its live stream's folder.
func serve(t testing.TB, path string) string {
	t.Helper()
	base, _ := apptest.Start(t, app.Config{Paths: []string{path}, FFmpeg: "none"})
	for range 500 {
		var list struct {
			Streams []struct{ Name, State string }
		}
		if err := json.Unmarshal(fetch(t, base+"/api/v1/streams"), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Streams) == 1 && list.Streams[0].State == "ready" {
			return base + "/dash/live/" + list.Streams[0].Name + "/"
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the stream is not ready")
	return ""
}

func fetch(t testing.TB, url string) []byte {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v: %.300s", url, res.Status, err, b)
	}
	return b
}

// announcedChunks is what a manifest says of a Representation's chunks.
type announcedChunks struct {
	ID        string  `xml:"id,attr"`
	Bandwidth float64 `xml:"bandwidth,attr"`
	Resync    struct {
		Type   int     `xml:"type,attr"`
		DT     int64   `xml:"dT,attr"`
		DImin  float64 `xml:"dImin,attr"`
		DImax  float64 `xml:"dImax,attr"`
		Marker bool    `xml:"marker,attr"`
	}
}

func readChunks(t testing.TB, mpd []byte) []announcedChunks {
	t.Helper()
	var x struct {
		Set []struct{ Representation []announcedChunks } `xml:"Period>AdaptationSet"`
	}
	if err := xml.Unmarshal(mpd, &x); err != nil {
		t.Fatal(err)
	}
	var all []announcedChunks
	for _, s := range x.Set {
		all = append(all, s.Representation...)
	}
	return all
}

// chunk is one of a segment, and its producer reference time.
type chunk struct {
	mediatest.Fragment
	at, bytes      int // in the segment, with what stands before the moof
	wall           time.Time
	track          uint32
	media          int64
	version, flags int
}

// takeApart reads a segment of chunks: styp, then prft, moof and mdat over and over.
func takeApart(t testing.TB, in mediatest.Init, b []byte) []chunk {
	t.Helper()
	var list []chunk
	for at := 0; at < len(b); {
		c := chunk{at: at}
		from := at
		for _, typ := range []string{"styp", "prft", "moof", "mdat"} {
			if typ == "styp" && at > 0 {
				continue
			}
			if len(b)-at < 8 || string(b[at+4:at+8]) != typ {
				t.Fatalf("chunk %d: no %s at byte %d of %d", len(list), typ, at, len(b))
			}
			switch typ {
			case "prft":
				p := b[at+8:]
				c.version, c.flags = int(p[0]), int(binary.BigEndian.Uint32(p)&0xffffff)
				c.track, c.media = binary.BigEndian.Uint32(p[4:]), int64(binary.BigEndian.Uint64(p[16:]))
				seconds, fraction := binary.BigEndian.Uint32(p[8:]), uint64(binary.BigEndian.Uint32(p[12:]))
				c.wall = time.Date(1900, 1, 1, 0, 0, int(seconds), 0, time.UTC).Add(time.Duration(fraction * uint64(time.Second) >> 32))
			case "moof":
				from = at
			}
			at += int(binary.BigEndian.Uint32(b[at:]))
		}
		c.bytes = at - c.at
		c.Fragment = mediatest.ParseSegment(t, in, b[from:at])
		list = append(list, c)
	}
	return list
}

// Chunks are runs of whole samples, as many as fit. Together they have the samples of the segment that is not made of chunks, and what the manifest says of them is true.
func TestChunksAreTheSegment(t *testing.T) {
	for _, name := range []string{
		"mp4", "matroska laced", "mpegts", "flv", "open GOPs", "encrypted", "all intra", "variable frame rate", "uneven GOPs", "audio later", "audio longer", "audio only", "opus", "subtitles inside",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := serve(t, file(t, name))
			start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			now := start.Add(200 * time.Hour)
			for _, longest := range []time.Duration{500 * time.Millisecond, 90 * time.Millisecond, 3 * time.Second} {
				query := "start=" + start.Format(time.RFC3339) + "&now=" + now.Format(time.RFC3339) + "&depth=600"
				chunked := query + "&timeline=number&chunkdur=" + strconv.FormatFloat(longest.Seconds(), 'f', -1, 64)
				for _, r := range readChunks(t, fetch(t, base+"manifest.mpd?"+chunked)) {
					in := mediatest.ParseInit(t, fetch(t, base+r.ID+"/init.mp4?"+query))
					c := checker{TB: t, in: in, r: r, longest: longest, start: start}
					for number := running(t, base, r.ID, query) - 9; c.segments < 9; number++ {
						path := base + r.ID + "/" + strconv.Itoa(number) + ".m4s?"
						plain := mediatest.ParseSegment(t, in, fetch(t, path+query))
						c.segment(plain, takeApart(t, in, fetch(t, path+chunked)))
					}
				}
			}
		})
	}
}

func file(t testing.TB, kind string) string {
	t.Helper()
	if kind == "TTML inside" {
		return mediatest.FFmpeg(t, "stpp.mp4", "-i", mediatest.Clip(t), "-i", mediatest.Subtitles(t), "-map", "0:v", "-map", "1:s", "-c:v", "copy", "-c:s", "ttml")
	}
	all := mediatest.Kinds()
	i := slices.IndexFunc(all, func(k mediatest.Kind) bool { return k.Name == kind })
	if i < 0 {
		t.Fatalf("no file is called %s", kind)
	}
	return all[i].Make(t)
}

// running returns the number of the segment that is not there yet.
func running(t testing.TB, base, id, query string) int {
	t.Helper()
	low, high := 1, 1<<30
	for low < high {
		middle := (low + high) / 2
		res, err := http.Head(base + id + "/" + strconv.Itoa(middle) + ".m4s?" + query)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if ahead := res.Header.Get("Dashwright-Available"); res.StatusCode != http.StatusOK && !strings.HasPrefix(ahead, "-") {
			high = middle
		} else {
			low = middle + 1
		}
	}
	return low
}

type checker struct {
	testing.TB
	in       mediatest.Init
	r        announcedChunks
	longest  time.Duration
	start    time.Time
	segments int
	sequence uint32
}

func (c *checker) segment(plain mediatest.Fragment, list []chunk) {
	c.Helper()
	c.segments++
	var all []mediatest.FragmentSample
	for i := range list {
		x := &list[i]
		if x.Sequence <= c.sequence && c.sequence > 0 {
			c.Errorf("%s: fragment %d comes after %d", c.r.ID, x.Sequence, c.sequence)
		}
		c.sequence = x.Sequence
		c.reference(x)
		c.lengths(list, i)
		all = append(all, x.Samples...)
	}
	if c.in.Handler == "text" {
		all, plain.Samples = merged(all), merged(plain.Samples)
	}
	if !slices.EqualFunc(all, plain.Samples, same) {
		c.Errorf("%s: %d samples, others than the %d of the segment without chunks", c.r.ID, len(all), len(plain.Samples))
	}
}

func same(a, b mediatest.FragmentSample) bool {
	return a.DTS == b.DTS && a.PTS == b.PTS && a.Duration == b.Duration && a.Sync == b.Sync && string(a.Data) == string(b.Data) && string(a.Aux) == string(b.Aux)
}

// merged joins samples that show the same.
func merged(list []mediatest.FragmentSample) []mediatest.FragmentSample {
	var out []mediatest.FragmentSample
	for _, s := range list {
		if n := len(out); n > 0 && string(out[n-1].Data) == string(s.Data) {
			out[n-1].Duration += s.Duration
			continue
		}
		out = append(out, s)
	}
	return out
}

// reference checks a producer reference time: the first sample's presentation time, which is when it went into the encoder.
func (c *checker) reference(x *chunk) {
	c.Helper()
	scale := int64(c.in.Timescale)
	at := x.Samples[0].PTS - c.in.MediaTime
	want := c.start.Add(time.Duration(at/scale)*time.Second + time.Duration(at%scale)*time.Second/time.Duration(scale))
	if off := x.wall.Sub(want); x.version != 1 || x.flags != 0 || x.track != 1 || x.media != x.Samples[0].PTS || off > time.Microsecond || off < -time.Microsecond {
		c.Errorf("%s: prft version %d, flags %d, track %d, media time %d at %v: want 1, 0, 1, %d at %v", c.r.ID, x.version, x.flags, x.track, x.media, x.wall, x.Samples[0].PTS, want)
	}
}

// lengths checks how long chunk i is, in time and in bytes.
func (c *checker) lengths(list []chunk, i int) {
	c.Helper()
	x := &list[i]
	longest := int64(c.longest) * int64(c.in.Timescale) / int64(time.Second)
	if x.Lasts() > longest && len(x.Samples) > 1 {
		c.Errorf("%s: chunk %d of %d samples lasts %d, more than %d", c.r.ID, i, len(x.Samples), x.Lasts(), longest)
	}
	if x.Lasts() > c.r.Resync.DT || !c.r.Resync.Marker {
		c.Errorf("%s: chunk %d lasts %d: %+v", c.r.ID, i, x.Lasts(), c.r.Resync)
	}
	if i+1 == len(list) {
		return
	}
	next := &list[i+1]
	if x.Lasts()+int64(next.Samples[0].Duration) <= longest && c.in.Handler != "text" {
		c.Errorf("%s: chunk %d lasts %d, and the next sample's %d would have found room in %d", c.r.ID, i, x.Lasts(), next.Samples[0].Duration, longest)
	}
	from, _ := x.Span(c.in)
	to, _ := next.Span(c.in)
	if to-from > c.r.Resync.DT {
		c.Errorf("%s: chunk %d is presented %d after the one before: %+v", c.r.ID, i+1, to-from, c.r.Resync)
	}
	if n := float64(x.bytes) / c.r.Bandwidth; c.in.Handler != "text" && (n < c.r.Resync.DImin-1e-9 || n > c.r.Resync.DImax+1e-9) {
		c.Errorf("%s: chunk %d has %d bytes, %.6f of the bandwidth: %+v", c.r.ID, i, x.bytes, n, c.r.Resync)
	}
}
