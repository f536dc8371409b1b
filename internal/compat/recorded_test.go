package compat_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// answer is one that a running dashlive gave.
type answer struct {
	URL    string            `json:"url"`
	Header map[string]string `json:"req"`
	Status int               `json:"status"`
	Date   string            `json:"date"`
	File   string            `json:"file"`
	Number *uint32           `json:"seq"`
	Time   uint64            `json:"tfdt"`
	Hash   string            `json:"mdat_sha256"`
}

// now is the instant of the answer, as an option.
func (a *answer) now(t *testing.T) (time.Time, string) {
	t.Helper()
	at, err := time.Parse(http.TimeFormat, a.Date)
	if err != nil {
		t.Fatal(err)
	}
	return at, "now=" + at.Format(time.RFC3339)
}

// reasons are why answers differ, and the words by which docs/compat.md tells of each.
type reasons struct {
	t    *testing.T
	docs string
	used map[string]int
}

func newReasons(t *testing.T) *reasons {
	b, err := os.ReadFile(filepath.Join(mediatest.Root(t), "docs", "compat.md"))
	if err != nil {
		t.Fatal(err)
	}
	return &reasons{t, string(b), map[string]int{}}
}

// because says that a difference is one that the documentation has in such words.
func (r *reasons) because(words string) bool {
	if r.used[words] == 0 && !strings.Contains(r.docs, words) {
		r.t.Errorf("docs/compat.md does not say %q", words)
	}
	r.used[words]++
	return true
}

// bbb and tears are the streams that were recorded. Files that dashlive had encrypted beforehand are not among them.
func recordedStreams(t *testing.T) (base string, ok bool) {
	if _, ok := mediatest.Film(t, "bbb_v7"); !ok {
		return "", false
	}
	dir := t.TempDir()
	for _, name := range []string{"bbb_v6", "bbb_v7", "bbb_a1", "bbb_a2", "bbb_t1", "tears_v1", "tears_v2", "tears_a1", "tears_t1"} {
		path, _ := mediatest.Film(t, name)
		stream, _, _ := strings.Cut(name, "_")
		if err := os.MkdirAll(filepath.Join(dir, stream), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, stream, name+".mp4")); err != nil {
			t.Fatal(err)
		}
	}
	return serve(t, dir), true
}

// mpd is as much of an MPD as is compared. dashlive's are not always valid.
type mpd struct {
	Type   string `xml:"type,attr"`
	Start  string `xml:"availabilityStartTime,attr"`
	Depth  string `xml:"timeShiftBufferDepth,attr"`
	Update string `xml:"minimumUpdatePeriod,attr"`
	Length string `xml:"mediaPresentationDuration,attr"`
	Period []struct {
		Duration string `xml:"duration,attr"`
		Sets     []struct {
			Type     string        `xml:"contentType,attr"`
			Mime     string        `xml:"mimeType,attr"`
			Template *mpdAddresses `xml:"SegmentTemplate"`
			Reps     []struct {
				ID       string        `xml:"id,attr"`
				Mime     string        `xml:"mimeType,attr"`
				Base     string        `xml:"BaseURL"`
				Template *mpdAddresses `xml:"SegmentTemplate"`
			} `xml:"Representation"`
		} `xml:"AdaptationSet"`
	} `xml:"Period"`
}

type mpdAddresses struct {
	Scale    int64  `xml:"timescale,attr"`
	Duration int64  `xml:"duration,attr"`
	Number   string `xml:"startNumber,attr"`
	Offset   int64  `xml:"presentationTimeOffset,attr"`
	Media    string `xml:"media,attr"`
	S        []struct {
		T *int64 `xml:"t,attr"`
		D int64  `xml:"d,attr"`
		R int64  `xml:"r,attr"`
	} `xml:"SegmentTimeline>S"`
}

// addressed is a Representation with how its segments are found.
type addressed struct {
	kind string
	file string // of one that is one file
	*mpdAddresses
}

func readRecorded(t *testing.T, name string, b []byte) (*mpd, map[string]addressed) {
	t.Helper()
	m := &mpd{}
	d := xml.NewDecoder(strings.NewReader(string(b)))
	d.Strict = false // ampersands
	if err := d.Decode(m); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, b)
	}
	reps := map[string]addressed{}
	for _, p := range m.Period {
		for _, set := range p.Sets {
			for _, r := range set.Reps {
				a := addressed{file: r.Base, mpdAddresses: set.Template}
				if r.Template != nil {
					a.mpdAddresses = r.Template
				}
				for _, kind := range []string{"video", "audio", "image", "application", "text"} {
					if strings.HasPrefix(set.Mime+r.Mime, kind) || set.Type == kind {
						a.kind = strings.Replace(kind, "application", "text", 1)
					}
				}
				reps[strings.TrimSuffix(r.ID, "_enc")] = a
			}
		}
	}
	return m, reps
}

// list returns start and duration of all segments in seconds.
func (a *mpdAddresses) list() (all [][2]*big.Rat) {
	at := int64(0)
	for _, s := range a.S {
		if s.T != nil {
			at = *s.T
		}
		for range s.R + 1 {
			all = append(all, [2]*big.Rat{big.NewRat(at, a.Scale), big.NewRat(s.D, a.Scale)})
			at += s.D
		}
	}
	return all
}

// The same manifest at the same instant is the same status, the same Representations, and the same segments, or docs/compat.md says why not.
func TestRecordedManifests(t *testing.T) {
	dir, ok := mediatest.Recorded(t)
	base, ok2 := recordedStreams(t)
	if !ok || !ok2 {
		t.Log("the recording or its film is not there: TestDashliveRecordings has an extract")
		return
	}
	var answers []answer
	mediatest.RecordedJSON(t, dir, "index.json", &answers)
	why := newReasons(t)
	compared := 0
	for _, a := range answers {
		at, now := a.now(t)
		u := base + a.URL + map[bool]string{true: "&", false: "?"}[strings.Contains(a.URL, "?")] + now
		status, _, body := get(t, u)
		if status != a.Status && !why.status(&a, status) {
			t.Errorf("%s: %d, not %d: %.300s", a.URL, status, a.Status, body)
		}
		if a.Status != http.StatusOK || status != http.StatusOK {
			continue
		}
		compared++
		theirs, err := os.ReadFile(filepath.Join(dir, "manifests", a.File))
		if err != nil {
			t.Fatal(err)
		}
		compareManifests(t, why, &a, at, theirs, []byte(body))
	}
	t.Logf("%d of %d are manifests", compared, len(answers))
	why.log()
	if compared < 350 {
		t.Errorf("only %d manifests were compared", compared)
	}
}

// The same segment at the same instant is the same status, number, time and payload, or docs/compat.md says why not.
func TestRecordedSegments(t *testing.T) {
	dir, ok := mediatest.Recorded(t)
	base, ok2 := recordedStreams(t)
	if !ok || !ok2 {
		t.Log("the recording or its film is not there: TestDashliveRecordings has an extract")
		return
	}
	var answers []answer
	mediatest.RecordedJSON(t, dir, "segments.json", &answers)
	why := newReasons(t)
	same := 0
	for _, a := range answers {
		if !strings.HasPrefix(a.URL, "/dash/") {
			continue // of its page and API
		}
		_, now := a.now(t)
		u := base + strings.Replace(a.URL, "_enc", "", 1) + map[bool]string{true: "&", false: "?"}[strings.Contains(a.URL, "?")] + now
		req, err := http.NewRequest(http.MethodGet, u, nil)
		if err != nil {
			t.Fatal(err)
		}
		for k, v := range a.Header {
			req.Header.Set(k, v)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != a.Status {
			if !why.segment(&a, res.StatusCode, string(body)) {
				t.Errorf("%s: %d, not %d: %.200s", a.URL, res.StatusCode, a.Status, body)
			}
			continue
		}
		if a.Number == nil || res.StatusCode != http.StatusOK {
			continue
		}
		var number, at int64
		var hash string
		if _, err := fmt.Sscan(describe(t, body), &number, &at, &hash); err != nil {
			t.Fatal(err)
		}
		if number == int64(*a.Number) && at == int64(a.Time) && hash == a.Hash[:16] {
			same++
		} else if !why.content(&a, number, at, hash) {
			t.Errorf("%s: number, time and payload are %d %d %s, not %d %d %s", a.URL, number, at, hash, *a.Number, a.Time, a.Hash[:16])
		}
	}
	why.log()
	t.Logf("%d of %d segments are the same", same, len(answers))
	if same < 70 {
		t.Error("so few?")
	}
}

// segment says whether there is a reason for another status of a segment.
func (r *reasons) segment(a *answer, ours int, body string) bool {
	live, audio, timed := strings.Contains(a.URL, "/live/"), strings.Contains(a.URL, "_a"), strings.Contains(a.URL, "/time/")
	missing := a.Status == http.StatusOK && ours == http.StatusNotFound
	switch {
	case a.Status == http.StatusInternalServerError && ours == http.StatusOK:
		return r.because("its own errors, 500 there")
	case a.Status == http.StatusBadRequest && ours == http.StatusOK && strings.Contains(a.URL, "/odvod/"):
		return r.because("on demand a Range is mandatory")
	case missing && live && audio && timed:
		return r.because("audio runs on over the loop")
	case live && audio:
		return r.because("number-addressed audio has numbers of its own")
	case missing && live && timed && strings.Contains(body, "starts at"):
		return r.because("`$Time$` URLs take the nearest segment")
	case missing && live && strings.Contains(body, "is available from"):
		var early float64
		_, err := fmt.Sscanf(body[strings.Index(body, "Z on, in ")+len("Z on, in "):], "%f s", &early)
		return err == nil && early <= 10 && r.because("a live segment can be fetched when it starts") // segments of text are 10 s long
	case missing && !live && (audio || strings.Contains(a.URL, "_t")):
		return r.because("in static streams the segment after the last of audio and text")
	case live && a.Status == http.StatusNotFound && ours == http.StatusOK:
		return r.because("`leeway` ends two segments after the window")
	}
	return false
}

// content says whether there is a reason for another number, time or payload.
func (r *reasons) content(a *answer, number, at int64, hash string) bool {
	live, timed := strings.Contains(a.URL, "/live/"), strings.Contains(a.URL, "/time/")
	switch {
	case strings.Contains(a.URL, "_a") && live:
		return r.because("audio runs on over the loop")
	case strings.Contains(a.URL, "_a"):
		return number == int64(*a.Number) && r.because("its segments are cut where the video's are")
	case at != int64(a.Time):
		return false
	case timed && number != int64(*a.Number)+1, !timed && number != int64(*a.Number):
		return false
	case timed:
		r.because("sequence numbers of `$Time$` URLs are one less")
	}
	switch {
	case hash == a.Hash[:16]:
		return true
	case live && strings.Contains(a.URL, "_t"):
		return r.because("TTML says the times of the first loop in every loop")
	case strings.Contains(a.URL, "_enc/"):
		return r.because("encrypted files stand beside the clear ones")
	}
	return false
}

func (r *reasons) log() {
	for _, words := range slices.Sorted(maps.Keys(r.used)) {
		r.t.Logf("%5d × %s", r.used[words], words)
	}
}

// status says whether there is a reason for another status.
func (r *reasons) status(a *answer, ours int) bool {
	q := query(a.URL)
	switch {
	case a.Status == 500 && ours == 200:
		return r.because("its own errors, 500 there")
	case q.Has("acodec") && ours == 400:
		return r.because("`acodec` without a match")
	}
	return false
}

func query(u string) url.Values {
	_, raw, _ := strings.Cut(u, "?")
	q, _ := url.ParseQuery(raw)
	return q
}

func compareManifests(t *testing.T, why *reasons, a *answer, at time.Time, theirs, ours []byte) {
	t.Helper()
	m, reps := readRecorded(t, a.File, theirs)
	n, have := readRecorded(t, a.URL, ours)
	if m.Type != n.Type && m.Type != "" {
		t.Errorf("%s: type %q, not %q", a.URL, n.Type, m.Type)
	}
	if start := parsed(m.Start); m.Type == "dynamic" && !start.Equal(parsed(n.Start)) {
		t.Errorf("%s: availabilityStartTime %q, not %q", a.URL, n.Start, m.Start)
	}
	if m.Type == "dynamic" && (m.Depth != "" && seconds(t, m.Depth) != seconds(t, n.Depth)) {
		t.Errorf("%s: timeShiftBufferDepth %q, not %q", a.URL, n.Depth, m.Depth)
	}
	if m.Type == "dynamic" && m.Update != "" && (n.Update == "" || seconds(t, m.Update) != seconds(t, n.Update)) {
		t.Errorf("%s: minimumUpdatePeriod %q, not %q", a.URL, n.Update, m.Update)
	}
	for id, r := range reps {
		mine, ok := have[id]
		if !ok {
			if !why.missing(a, r.kind) {
				t.Errorf("%s: there is no Representation %s (%s), only %v", a.URL, id, r.kind, ids(have))
			}
			continue
		}
		compareAddresses(t, why, a, id, r, mine, at, parsed(n.Start))
	}
	for id, mine := range have {
		if _, ok := reps[id]; !ok && !why.more(a, mine.kind) {
			t.Errorf("%s: Representation %s (%s) is not there, only %v", a.URL, id, mine.kind, ids(reps))
		}
	}
}

func ids(reps map[string]addressed) []string {
	var list []string
	for id := range reps {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

// missing says whether there is a reason for a Representation that dashlive announced, and we do not.
func (r *reasons) missing(a *answer, kind string) bool {
	switch {
	case kind == "audio" && query(a.URL).Get("acodec") == "ec-3":
		return r.because("`acodec` counts in some looks only")
	case kind == "image":
		return r.because("`thumbnails` announces images that cannot be fetched")
	}
	return false
}

// more says whether there is a reason for a Representation that dashlive did not announce.
func (r *reasons) more(a *answer, kind string) bool {
	vendor := !strings.Contains(a.URL, "hand_made") && !strings.Contains(a.URL, "vod_aiv")
	switch {
	case kind == "audio" && !query(a.URL).Has("acodec"):
		return r.because("`acodec` is mp4a unless it is given")
	case kind == "audio":
		return r.because("`acodec` counts in some looks only")
	case kind == "text" && vendor:
		return r.because("AdaptationSets that the look leaves out")
	case kind == "video" && strings.Contains(a.URL, "manifest_n"):
		return r.because("manifest_n announces a video AdaptationSet with nothing in it")
	}
	return false
}

func compareAddresses(t *testing.T, why *reasons, a *answer, id string, theirs, ours addressed, at, start time.Time) {
	t.Helper()
	if theirs.file != "" {
		name, _, _ := strings.Cut(ours.file, "?")
		if was, _, _ := strings.Cut(theirs.file, "?"); strings.Replace(was, "_enc.", ".", 1) != name {
			t.Errorf("%s: %s is the file %q, not %q", a.URL, id, ours.file, theirs.file)
		}
		if theirs.mpdAddresses != nil && ours.mpdAddresses == nil {
			why.because("a SegmentTemplate beside the byte ranges")
			return
		}
	}
	if theirs.mpdAddresses == nil || ours.mpdAddresses == nil {
		if (theirs.mpdAddresses == nil) != (ours.mpdAddresses == nil) {
			t.Errorf("%s: %s: SegmentTemplate %v, not %v", a.URL, id, ours.mpdAddresses != nil, theirs.mpdAddresses != nil)
		}
		return
	}
	switch live := strings.HasPrefix(a.URL, "/dash/live/"); {
	case len(theirs.S) == 0 && len(ours.S) > 0 && strings.Contains(a.URL, "tears"):
		why.because("a SegmentTimeline where a segment would be more than half of its duration off")
	case (len(theirs.S) == 0) != (len(ours.S) == 0):
		t.Errorf("%s: %s: %d S elements, not %d", a.URL, id, len(ours.S), len(theirs.S))
	case len(theirs.S) == 0:
		same := big.NewRat(theirs.Duration, theirs.Scale).Cmp(big.NewRat(ours.Duration, ours.Scale)) == 0
		if theirs.Number != ours.Number || theirs.Offset*ours.Scale != ours.Offset*theirs.Scale || !same && (theirs.kind != "audio" || !why.because("audio has the numbers of the video")) {
			t.Errorf("%s: %s: duration %d/%d startNumber %s, not %d/%d %s", a.URL, id, ours.Duration, ours.Scale, ours.Number, theirs.Duration, theirs.Scale, theirs.Number)
		}
	case theirs.kind == "audio":
		words := "its segments are cut where the video's are"
		if live {
			words = "audio runs on over the loop"
		}
		why.because(words)
		compareLists(t, why, a, id, theirs, ours, at, start, big.NewRat(1, 5), live) // the frames that are nearest to the cuts of video, and what the loops have drifted by
	default:
		compareLists(t, why, a, id, theirs, ours, at, start, new(big.Rat), live)
	}
}

// compareLists says where the segments of two timelines are not the same, but for so many seconds.
func compareLists(t *testing.T, why *reasons, a *answer, id string, theirs, ours addressed, at, start time.Time, most *big.Rat, live bool) {
	t.Helper()
	x, y := theirs.list(), ours.list()
	if live && len(x) > 0 {
		elapsed := new(big.Rat).SetFrac64(at.Sub(start).Milliseconds(), 1000)
		last := x[len(x)-1]
		if new(big.Rat).Add(last[0], last[1]).Cmp(elapsed) > 0 {
			why.because("a live segment can be fetched when it starts")
			x = x[:len(x)-1]
		}
		// The windows may begin with another segment.
		for len(x) > 0 && len(y) > 0 && off(x[0][0], y[0][0]).Cmp(most) > 0 {
			if x[0][0].Cmp(y[0][0]) < 0 {
				x = x[1:]
			} else {
				y = y[1:]
			}
		}
		if cut := len(theirs.list()) - len(x); cut > 3 {
			t.Errorf("%s: %s: %d segments of %d are not announced", a.URL, id, cut, len(theirs.list()))
		}
	}
	if len(x) != len(y) {
		t.Errorf("%s: %s: %d segments, not %d", a.URL, id, len(y), len(x))
		return
	}
	for i := range x {
		if off(x[i][0], y[i][0]).Cmp(most) > 0 || off(x[i][1], y[i][1]).Cmp(most) > 0 {
			t.Errorf("%s: %s: segment %d is at %v for %v, not at %v for %v", a.URL, id, i, y[i][0], y[i][1], x[i][0], x[i][1])
			return
		}
	}
}

func off(a, b *big.Rat) *big.Rat {
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d)
}

func parsed(s string) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, s)
	return at
}

// seconds returns an xs:duration.
func seconds(t testing.TB, s string) float64 {
	t.Helper()
	return mediatest.Seconds(t, s)
}
