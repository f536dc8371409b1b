package app_test

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/event"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// eventFilm is 24 s of video and audio.
func eventFilm(t testing.TB) string {
	return mediatest.FFmpeg(t, "events.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=24", "-f", "lavfi", "-i", "sine=r=48000:d=24", "-c:v", "libx264", "-preset", "ultrafast",
		"-bf", "2", "-g", "50", "-sc_threshold", "0", "-c:a", "aac")
}

// rules are streams of events, as the option event has them, without where they are.
func eventRules() []string {
	return []string{
		"ping", "ping every=0.7 for=unknown timescale=90000", "scte35 every=6 for=2 command=signal form=bin", "scte35 every=3", "scte35 every=5 form=xml command=plain", "callback every=1.3 url=/a?b={id}%26c",
		"id3 every=2.5", "custom every=4 at=0,0.5,3.999 value=5 data=base64:AAECAw==", `custom every=4 data="<a> & b"`,
	}
}

// tell loads a manifest with a rule, in segments or in the manifest.
func tell(t testing.TB, base, mode, rule, options string) (*mediatest.Dynamic, []byte) {
	t.Helper()
	u := base + "/dash/" + mode + "/events/manifest.mpd?event=" + url.QueryEscape(rule) + "&" + options
	body := get(t, u)
	return mediatest.ReadDynamic(t, u, body), body
}

// plain is an event as it is whether it is in segments or in a manifest.
func plain(h mediatest.Happening) mediatest.Happening {
	h.Version = 0
	return h
}

// Every event is there once, when its rule says, and is the same whether it is in segments or in the manifest: in all forms of addressing, on demand and live, and in chunks.
func TestEventsAreTheSameEverywhere(t *testing.T) {
	base := start(t, eventFilm(t))
	const now, from = "2026-09-06T11:13:27.3Z", "&start=2026-09-06T10:00:00Z&depth=60&now="
	var valid [][]byte
	for i, rule := range eventRules() {
		for _, c := range []struct{ mode, options string }{
			{"vod", ""}, {"vod", "timeline=1"}, {"live", from + now}, {"live", "timeline=1" + from + now}, {"live", "chunkdur=0.3" + from + now}, {"live", "timeline=1&chunkdur=1&segdur=4" + from + now},
		} {
			if i > 2 && c.options != "" && !strings.HasPrefix(c.options, "&") {
				continue
			}
			for _, version := range []string{"0", "1"} {
				m, body := tell(t, base, c.mode, rule+" in=segments version="+version, c.options)
				valid = append(valid, body)
				got, lo, hi := carried(t, m)
				_, listed := tell(t, base, c.mode, rule+" in=manifest ahead=0", c.options)
				valid = append(valid, listed)
				var want []mediatest.Happening
				for _, p := range mediatest.EventPeriods(t, listed) {
					for _, h := range p.Happenings(t) {
						if at := float64(h.Start) / float64(h.Timescale); at >= lo && at < hi {
							want = append(want, plain(h))
						}
					}
				}
				if len(want) < 3 || !slices.Equal(got, want) {
					t.Errorf("%s, %s, %s, version %s, from %.3f to %.3f:\n%v\nin segments, in the manifest\n%v", c.mode, rule, c.options, version, lo, hi, got, want)
				}
			}
		}
	}
	mediatest.Schema(t, valid...)
}

// carried returns the events in the announced segments of the video, in the time of the Presentation, and from when to when those are, in seconds. Each fragment must have what begins in it.
func carried(t testing.TB, m *mediatest.Dynamic) (all []mediatest.Happening, lo, hi float64) {
	t.Helper()
	r := m.Representations[0]
	now := at(t, frozen)
	initURL, urls, _ := r.Window(t, m, now)
	in := mediatest.ParseInit(t, get(t, initURL))
	lo = -1
	for _, u := range urls {
		segment := get(t, u)
		fragments, rest := mediatest.Inband(t, segment)
		begins := int64(-1)
		for i, events := range fragments {
			piece := fragment(t, &rest)
			f := mediatest.ParseSegment(t, in, piece)
			start, end := f.Span(in)
			if begins < 0 {
				begins = start
			}
			hi = float64(end) / float64(in.Timescale)
			if lo < 0 {
				lo = float64(start) / float64(in.Timescale)
			}
			for _, h := range events {
				if h.Version == 0 {
					h.Start += begins * h.Timescale / int64(in.Timescale)
				}
				// Pictures are presented in another order than they are decoded in: a chunk says when the first is decoded.
				const reordered = 0.121
				when := float64(h.Start) / float64(h.Timescale)
				if when < float64(start)/float64(in.Timescale)-reordered || i+1 < len(fragments) && when >= hi+reordered {
					t.Errorf("%s: fragment %d from %d to %d (%d) has %+v", u, i, start, end, in.Timescale, h)
				}
				all = append(all, plain(h))
			}
		}
	}
	return all, lo, hi
}

// fragment takes the boxes up to the next mdat off b, less what is of chunks alone.
func fragment(t testing.TB, b *[]byte) []byte {
	t.Helper()
	var out []byte
	for {
		size := int((*b)[0])<<24 | int((*b)[1])<<16 | int((*b)[2])<<8 | int((*b)[3])
		typ := string((*b)[4:8])
		if typ != "prft" {
			out = append(out, (*b)[:size]...)
		}
		*b = (*b)[size:]
		if typ == "mdat" {
			return out
		}
	}
}

// An event is carried where it is announced: so long before it starts, or after; as often as was asked for.
func TestEventsAhead(t *testing.T) {
	base := start(t, eventFilm(t))
	for _, c := range []struct {
		rule string
		want map[int64][]int64 // segment of 2 s: ids in it
	}{
		{"ping every=6", map[int64][]int64{1: {0}, 4: {1}, 7: {2}, 10: {3}}},
		{"ping every=6 ahead=3", map[int64][]int64{1: {0}, 2: {1}, 5: {2}, 8: {3}}},
		{"ping every=6 ahead=3 repeated=1", map[int64][]int64{1: {0}, 2: {1}, 3: {1}, 4: {1}, 5: {2}, 6: {2}, 7: {2}, 8: {3}, 9: {3}, 10: {3}}},
		{"ping every=6 copies=3", map[int64][]int64{1: {0, 0, 0}, 4: {1, 1, 1}, 7: {2, 2, 2}, 10: {3, 3, 3}}},
		{"ping every=6 late=3 version=1", map[int64][]int64{2: {0}, 5: {1}, 8: {2}, 11: {3}}},
		{"ping every=6 ahead=100 count=5", map[int64][]int64{1: {0, 1, 2, 3}}},
		{"ping every=0.01 at=0.005 from=3 count=4 timescale=1000", map[int64][]int64{2: {0, 1, 2, 3}}},
	} {
		m, _ := tell(t, base, "vod", c.rule, "segdur=2")
		_, urls, _ := m.Representations[0].Window(t, m, at(t, frozen))
		if len(urls) != 12 {
			t.Fatalf("%d segments", len(urls))
		}
		for i, u := range urls {
			fragments, _ := mediatest.Inband(t, get(t, u))
			var ids []int64
			for _, h := range fragments[0] {
				ids = append(ids, h.ID)
			}
			if want := c.want[int64(i+1)]; !slices.Equal(ids, want) {
				t.Errorf("%s: segment %d has %v, want %v", c.rule, i+1, ids, want)
			}
		}
	}
}

// What is one file has events in its subsegments, and its index says how long those are then.
func TestEventsInOneFile(t *testing.T) {
	base := start(t, eventFilm(t))
	body := get(t, base+"/dash/odvod/events/manifest.mpd?events=ping,id3")
	m := mediatest.ReadMPD(t, body)
	mediatest.Schema(t, body)
	for _, r := range m.Representations {
		file := get(t, base+"/dash/odvod/events/"+r.ID+".mp4?events=ping,id3")
		var from, to int
		if _, err := fmt.Sscanf(r.IndexRange, "%d-%d", &from, &to); err != nil {
			t.Fatal(err)
		}
		x := mediatest.ParseIndex(t, file[from:to+1])
		rest, ids := file[to+1:], map[string][]int64{}
		for _, ref := range x.References {
			fragments, _ := mediatest.Inband(t, rest[:ref.Size])
			if len(fragments) != 1 {
				t.Fatalf("%s: a subsegment has %d fragments", r.ID, len(fragments))
			}
			for _, h := range fragments[0] {
				ids[h.Scheme] = append(ids[h.Scheme], h.ID)
			}
			rest = rest[ref.Size:]
		}
		want := map[string][]int64{"urn:dash-live:pingpong:2022": {0, 1, 2}, "https://aomedia.org/emsg/ID3": {0, 1, 2}}
		if !strings.HasPrefix(r.MimeType, "video") {
			want = map[string][]int64{}
		}
		if fmt.Sprint(ids) != fmt.Sprint(want) || len(rest) > 0 {
			t.Errorf("%s: %v, and %d bytes", r.ID, ids, len(rest))
		}
	}
}

// Every kind of event, and dashlive's options, in segments and in the manifest, are valid in every look.
func TestEventsInEveryLook(t *testing.T) {
	base := start(t, eventFilm(t))
	var all [][]byte
	for _, name := range lookNames(t) {
		for _, query := range []string{"events=" + strings.Join(event.Keys(), ","), "events=ping,scte35&ping__inband=0&scte35__inband=0&scte35__count=3&event=" + url.QueryEscape("custom in=manifest ahead=5; id3 every=3 manifest")} {
			for _, mode := range []string{"vod", "live"} {
				if mode == "vod" {
					query = strings.Replace(query, ",mpd", "", 1)
				}
				res, body := fetch(t, base+"/dash/"+mode+"/events/"+name+"?"+query+"&now="+frozen, nil)
				if res.StatusCode != 200 {
					if mode == "vod" || mode == "live" {
						t.Logf("%s: %s: %s", name, mode, res.Status)
					}
					continue
				}
				all = append(all, body)
				periods := mediatest.EventPeriods(t, body)
				streams, inband := 0, 0
				for _, p := range periods {
					streams += len(p.Streams)
					for _, set := range p.Sets {
						inband += len(set.Inband)
					}
				}
				if strings.HasPrefix(query, "events=ping,scte35&") && streams != 4 || strings.Contains(query, "callback") && inband < 5 {
					t.Errorf("%s (%s), %s: %d streams of the manifest, %d of segments", name, mode, query, streams, inband)
				}
			}
		}
	}
	if len(all) < 40 {
		t.Errorf("%d manifests", len(all))
	}
	mediatest.Schema(t, all...)
}

func lookNames(t testing.TB) []string {
	t.Helper()
	entries, err := os.ReadDir("../manifest/templates")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".mpd") {
			names = append(names, e.Name())
		}
	}
	return names
}

// But for its events a segment is what it is without them, to the byte; encrypted, in chunks and damaged too.
func TestEventsAreAdded(t *testing.T) {
	base := start(t, eventFilm(t))
	for _, options := range []string{"", "&chunkdur=0.5", "&drm=clearkey", "&drm=clearkey&chunkdur=0.5", "&vcorrupt=4"} {
		for _, mode := range []string{"vod", "live"} {
			u := fmt.Sprintf("%s/dash/%s/events/v1/4.m4s?start=2026-09-06T10:00:00Z&now=2026-09-06T10:00:30Z%s", base, mode, options)
			fragments, rest := mediatest.Inband(t, get(t, u+"&event="+url.QueryEscape("ping every=0.5; id3 every=1; scte35 every=1")))
			if want := get(t, u); string(rest) != string(want) {
				t.Errorf("%s: %d bytes without events, want %d", u, len(rest), len(want))
			}
			n := 0
			for _, events := range fragments {
				n += len(events)
			}
			if n < 4 {
				t.Errorf("%s: %d events", u, n)
			}
		}
	}
}
