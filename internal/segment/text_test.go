package segment_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// spoken is a cue as a player shows it: times are in milliseconds.
type spoken struct {
	text     string
	from, to int64
}

// Stored text whose samples are longer than segments, or across their borders, is served with the times and durations that are announced, whatever those are; players, which show what a document says as long as
// its sample lasts, show each cue of the file from its beginning to its end, once.
func TestStoredTextIsServedAsAnnounced(t *testing.T) {
	base := serve(t, file(t, "TTML inside")) // 20 s of video; the text begins at 0.5 s and ends at 19.9 s
	want := subtitles(t)
	const clock = "&start=2026-01-01T00:00:00Z&now=2026-01-01T02:00:50Z&depth=60"
	for _, query := range []string{
		"", "segdur=1", "segdur=2", "segdur=3", "segdur=5", "segdur=6", "segdur=8", "segdur=10", "segdur=30", "chunkdur=0.5", "chunkdur=0.3&segdur=6",
	} {
		for _, mode := range []string{"live", "vod"} {
			if mode == "vod" && strings.Contains(query, "chunkdur") {
				continue
			}
			t.Run(mode+" "+query, func(t *testing.T) {
				at := strings.Replace(base, "/live/", "/"+mode+"/", 1)
				mpd := fetch(t, at+"manifest.mpd?timeline=1&"+query+clock)
				mediatest.Schema(t, mpd)
				got := shown(t, at, mpd)
				if mode == "vod" {
					sameCues(t, got, want, 0)
					return
				}
				first := got[0].from/20_000 + 1 // the first whole loop
				sameCues(t, got, want, first*20_000)
				sameCues(t, got, want, (first+1)*20_000)
			})
		}
	}
}

// subtitles returns what is in the file that mediatest.Subtitles makes.
func subtitles(t testing.TB) []spoken {
	t.Helper()
	b, err := os.ReadFile(mediatest.Subtitles(t))
	if err != nil {
		t.Fatal(err)
	}
	var list []spoken
	times := regexp.MustCompile(`(?s)\d\d:\d\d:(\d\d),(\d+) --> \d\d:\d\d:(\d\d),(\d+)\n(.*?)\n\n`)
	for _, m := range times.FindAllStringSubmatch(string(b)+"\n", -1) {
		from, err1 := strconv.ParseInt(m[1]+m[2], 10, 64)
		to, err2 := strconv.ParseInt(m[3]+m[4], 10, 64)
		if err1 != nil || err2 != nil {
			t.Fatalf("%q: %v, %v", m[0], err1, err2)
		}
		list = append(list, spoken{letters(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[5], "")), from, to})
	}
	if len(list) != 12 {
		t.Fatalf("%d cues in %s", len(list), b)
	}
	return list
}

func letters(s string) string { return strings.Join(strings.Fields(s), "") }

// shown fetches all text that is announced and returns what of it is shown, in order.
func shown(t testing.TB, base string, mpd []byte) []spoken {
	t.Helper()
	all := announced(t, mpd)
	i := slices.IndexFunc(all, func(r mediatest.Announced) bool { return strings.HasPrefix(r.Codecs, "stpp") })
	if i < 0 {
		t.Fatalf("no text in %s", mpd)
	}
	r := all[i]
	in := mediatest.ParseInit(t, fetch(t, base+r.Init))
	var list []spoken
	for _, s := range r.Segments {
		b := fetch(t, base+s.URL)
		var samples []mediatest.FragmentSample
		if strings.Contains(s.URL, "chunkdur") {
			for _, c := range takeApart(t, in, b) {
				samples = append(samples, c.Samples...)
			}
		} else {
			f := mediatest.ParseSegment(t, in, b)
			samples = f.Samples
			if rate := int64(len(b)) * 8 * r.Timescale / s.Duration; rate > int64(r.Bandwidth) {
				t.Errorf("segment at %d needs %d bits per second, %d are announced", s.Start, rate, r.Bandwidth)
			}
		}
		at := s.Start
		for _, x := range samples {
			if x.PTS != at || x.Duration == 0 {
				t.Errorf("segment at %d: a sample at %d lasts %d, the former ended at %d", s.Start, x.PTS, x.Duration, at)
			}
			at = x.PTS + int64(x.Duration)
			from, to := x.PTS*1000/r.Timescale, at*1000/r.Timescale
			for _, c := range paragraphs(t, x.Data) {
				if c.from, c.to = max(c.from, from), min(c.to, to); c.from < c.to {
					list = join(list, c)
				}
			}
		}
		if at != s.Start+s.Duration {
			t.Errorf("segment at %d lasts until %d, announced is %d", s.Start, at, s.Start+s.Duration)
		}
	}
	if len(list) == 0 {
		t.Fatal("nothing is shown")
	}
	return list
}

// announced reads a manifest of one Period, which may be live.
func announced(t testing.TB, mpd []byte) []mediatest.Announced {
	t.Helper()
	if bytes.Contains(mpd, []byte(`type="dynamic"`)) {
		mpd = bytes.Replace(mpd, []byte("<MPD"), []byte(`<MPD mediaPresentationDuration="PT0S"`), 1)
	}
	return mediatest.ReadMPD(t, mpd).Representations
}

// join appends c, or has the last one of the same text that it goes on with last longer.
func join(list []spoken, c spoken) []spoken {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].text == c.text && list[i].to == c.from {
			list[i].to = c.to
			return list
		}
	}
	return append(list, c)
}

// paragraphs returns what a TTML document shows.
func paragraphs(t testing.TB, doc []byte) []spoken {
	t.Helper()
	var list []spoken
	d := xml.NewDecoder(bytes.NewReader(doc))
	open := false
	for {
		token, err := d.Token()
		if err == io.EOF {
			return list
		}
		if err != nil {
			t.Fatalf("%v: %s", err, doc)
		}
		switch x := token.(type) {
		case xml.StartElement:
			if x.Name.Local != "p" {
				continue
			}
			c := spoken{}
			for _, a := range x.Attr {
				switch a.Name.Local {
				case "begin":
					c.from = clockTime(t, a.Value)
				case "end":
					c.to = clockTime(t, a.Value)
				}
			}
			list, open = append(list, c), true
		case xml.EndElement:
			open = open && x.Name.Local != "p"
		case xml.CharData:
			if open {
				list[len(list)-1].text += letters(string(x))
			}
		}
	}
}

func clockTime(t testing.TB, s string) int64 {
	t.Helper()
	var h, m, sec, ms int64
	if _, err := fmt.Sscanf(s, "%d:%d:%d.%d", &h, &m, &sec, &ms); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return ((h*60+m)*60+sec)*1000 + ms
}

// sameCues compares what is shown in the 20 s from a time on.
func sameCues(t testing.TB, got, want []spoken, from int64) {
	t.Helper()
	var list []spoken
	for _, c := range got {
		if c.from >= from && c.from < from+20_000 {
			list = append(list, spoken{c.text, c.from - from, c.to - from})
		}
	}
	if !slices.Equal(list, want) {
		t.Errorf("from %d ms on are shown\n%v\nwant\n%v", from, list, want)
	}
}
