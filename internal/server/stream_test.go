package server_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// Every link on a stream's page leads somewhere: all looks in all of their modes among them.
func TestLinksOfAStream(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	_, page := get(t, base+"/streams/clip", "text/html")
	n := 0
	for _, m := range regexp.MustCompile(`(?:href|src|action)="(/[^"#]*)`).FindAllStringSubmatch(page, -1) {
		link := html.UnescapeString(m[1])
		res, body := get(t, base+link, "*/*")
		if res.StatusCode != 200 {
			t.Errorf("%s: %s %.200s", link, res.Status, body)
		}
		if strings.HasPrefix(link, "/dash/") {
			if n++; !strings.Contains(body, "<MPD") {
				t.Errorf("%s is no manifest: %.200s", link, body)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d manifests are linked", n)
	}
}

// The table says what the API says, for every kind of row and from page to page.
func TestRowsOfAStream(t *testing.T) {
	long := mediatest.FFmpeg(t, "long.mp4", "-f", "lavfi", "-i", "testsrc2=s=64x36:r=25:d=300", "-f", "lavfi", "-i", "sine=r=48000:d=300", "-c:v", "libx264", "-preset", "ultrafast",
		"-bf", "2", "-g", "50", "-keyint_min", "50", "-sc_threshold", "0", "-c:a", "aac")
	base, _ := program(t, time.Second, long)
	rows := regexp.MustCompile(`<tr><th scope="row" class="end">([0-9,]+)</th>`)
	later := regexp.MustCompile(`rel="next" href="([^"#]+)`)
	earlier := regexp.MustCompile(`rel="prev" href="([^"#]+)`)
	for _, c := range []struct {
		show, track, list string
		want, pages       int
	}{
		{"segments", "v1", "segments", 75, 2}, {"gops", "v1", "gops", 150, 3}, {"frames", "v1", "frames", 7500, 3}, {"segments", "a1", "segments", 75, 2},
	} {
		var said map[string]any
		_, body := get(t, fmt.Sprintf("%s/api/v1/streams/long/%s?track=%s&limit=10000", base, c.list, c.track), "*/*")
		if err := json.Unmarshal([]byte(body), &said); err != nil || len(said[c.list].([]any)) != c.want || said["next"] != nil {
			t.Fatalf("%s of %s: %v, %d of %d", c.list, c.track, err, len(said[c.list].([]any)), c.want)
		}
		address := "?" + url.Values{"show": {c.show}, "track": {c.track}}.Encode()
		var visited []string
		at := 0
		for page := 1; page <= c.pages; page++ {
			visited = append(visited, address)
			_, body := get(t, base+"/streams/long"+address, "text/html")
			for _, m := range rows.FindAllStringSubmatch(body, -1) {
				want := said[c.list].([]any)[at].(map[string]any)["number"].(float64)
				if got := strings.ReplaceAll(m[1], ",", ""); got != fmt.Sprint(want) {
					t.Fatalf("%s of %s: row %d is %s, the API says %v", c.show, c.track, at, got, want)
				}
				at++
			}
			next := later.FindStringSubmatch(body)
			if next == nil {
				break
			}
			address = html.UnescapeString(next[1])
		}
		if at != min(c.want, 50*c.pages) {
			t.Errorf("%s of %s: %d rows on %d pages", c.show, c.track, at, c.pages)
		}
		// And back again.
		for i := len(visited) - 1; i > 0; i-- {
			_, body := get(t, base+"/streams/long"+visited[i], "text/html")
			prev := earlier.FindStringSubmatch(body)
			if prev == nil {
				t.Fatalf("%s of %s: nothing before page %d", c.show, c.track, i+1)
			}
			if got := html.UnescapeString(prev[1]); got != visited[i-1] {
				t.Errorf("%s of %s: before page %d is %s, not %s", c.show, c.track, i+1, got, visited[i-1])
			}
		}
	}
}

// Whatever the query says, there is a page; the API says what is wrong.
func TestDamagedQueries(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	for _, query := range []string{"?show=x&track=y&from=z", "?from=-5", "?from=1e308", "?from=NaN", "?from=Inf", "?show=frames&from=100000", "?show=frames&track=%3Cscript%3E"} {
		if res, body := get(t, base+"/streams/clip"+query, "text/html"); res.StatusCode != 200 || !strings.Contains(body, `id="rows"`) || strings.Contains(body, "<script>") {
			t.Errorf("%s: %s", query, res.Status)
		}
	}
	for query, status := range map[string]int{
		"frames?track=x": 404, "frames?limit=0": 422, "frames?limit=10001": 422, "segments?segdur=100": 422, "segments?segdur=0.1": 422, "segments?segdur=0.2": 200, "gops?to=-1": 422, "frames?from=x": 422, "frames?from=-1e300&to=1e300": 200, "segments?segdur=2&from=1e9": 200,
	} {
		if res, body := get(t, base+"/api/v1/streams/clip/"+query, "*/*"); res.StatusCode != status {
			t.Errorf("%s: %s, want %d: %.200s", query, res.Status, status, body)
		}
	}
}

// A bounded answer, however much there is.
func TestFramesAreBounded(t *testing.T) {
	base, _ := program(t, time.Second, mediatest.Clip(t))
	var said struct {
		Next   *float64
		Frames []struct{ Decode float64 }
	}
	_, body := get(t, base+"/api/v1/streams/clip/frames?limit=100", "*/*")
	if err := json.Unmarshal([]byte(body), &said); err != nil || len(said.Frames) != 100 || said.Next == nil || *said.Next <= said.Frames[99].Decode {
		t.Errorf("%v %d %v", err, len(said.Frames), said.Next)
	}
}

// A file that cannot be played has a page that says why, and leads nowhere that fails.
func TestPageOfABrokenFile(t *testing.T) {
	bad := mediatest.Make(t, "bad.mp4", "sh", "-c", "echo this is no film > OUT")
	base, _ := program(t, time.Second, bad)
	res, body := get(t, base+"/streams/bad", "text/html")
	if res.StatusCode != 200 || !strings.Contains(body, "Cannot be played.") || strings.Contains(body, "/dash/") || strings.Contains(body, `id="rows"`) {
		t.Errorf("%s\n%.3000s", res.Status, body)
	}
	if res, body := get(t, base+"/api/v1/streams/bad/segments", "*/*"); res.StatusCode/100 != 4 || !strings.Contains(body, "bad.mp4") {
		t.Errorf("%s %s", res.Status, body)
	}
	if res, _ := get(t, base+"/streams/none", "text/html"); res.StatusCode != 404 {
		t.Errorf("a stream that there is not: %s", res.Status)
	}
}

// A segment that is served has as many bytes of samples in its mdat as the API says, text made of cues too.
func TestSegmentsAreWhatIsServed(t *testing.T) {
	dir := t.TempDir()
	for name, from := range map[string]string{"film.mp4": mediatest.Clip(t), "film.en.srt": mediatest.Subtitles(t)} {
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	base, _ := program(t, time.Second, dir)
	for _, track := range []string{"v1", "a1", "t1"} {
		for _, segdur := range []string{"", "2"} {
			query := url.Values{"track": {track}}
			if segdur != "" {
				query.Set("segdur", segdur)
			}
			var said struct {
				Total    int
				Segments []struct{ Number, Bytes int }
			}
			_, body := get(t, base+"/api/v1/streams/film/segments?"+query.Encode(), "*/*")
			if err := json.Unmarshal([]byte(body), &said); err != nil || len(said.Segments) < 4 || said.Total != len(said.Segments) {
				t.Fatalf("%s: %v %.300s", track, err, body)
			}
			for _, s := range said.Segments {
				media := fmt.Sprintf("%s/dash/vod/film/%s/%d.m4s", base, track, s.Number)
				if segdur != "" {
					media += "?segdur=" + segdur
				}
				res, body := get(t, media, "*/*")
				payload := -1
				for b := []byte(body); len(b) >= 8; {
					size := int(binary.BigEndian.Uint32(b))
					if size < 8 || size > len(b) {
						t.Fatalf("%s: a box of %d bytes in %d", media, size, len(b))
					}
					if string(b[4:8]) == "mdat" {
						payload = size - 8
					}
					b = b[size:]
				}
				if res.StatusCode != 200 || payload != s.Bytes {
					t.Errorf("%s: %s, mdat has %d bytes, the API says %d", media, res.Status, payload, s.Bytes)
				}
			}
			// There is no other.
			if res, _ := get(t, fmt.Sprintf("%s/dash/vod/film/%s/%d.m4s?segdur=%s", base, track, said.Total+1, segdur), "*/*"); segdur != "" && res.StatusCode != 404 {
				t.Errorf("%s: segment %d: %s", track, said.Total+1, res.Status)
			}
		}
	}
}
