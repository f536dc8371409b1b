package delivery_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/delivery"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
)

// clock is a time of day that the test moves. Whoever waits for it is known.
type clock struct {
	mu      sync.Mutex
	now     time.Time
	wakes   []wake
	waiting chan time.Time // when somebody begins to wait: for when
}

type wake struct {
	at time.Time
	c  chan time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	w := wake{c.now.Add(d), make(chan time.Time, 1)}
	c.wakes = append(c.wakes, w)
	c.mu.Unlock()
	c.waiting <- w.at
	return w.c
}

// set moves the clock, and wakes those whose time has come; all of them when early.
func (c *clock) set(now time.Time, early bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
	kept := c.wakes[:0]
	for _, w := range c.wakes {
		if early || !w.at.After(now) {
			w.c <- now
		} else {
			kept = append(kept, w)
		}
	}
	c.wakes = kept
}

// files is a library as a delivery.Source, which counts the files that are open.
type files struct {
	*library.Library
	mu   sync.Mutex
	open int
}

func (f *files) Streams() []string { return []string{f.Library.Streams()[0].Name} }

func (f *files) Open(file string, a *asset.Asset) (delivery.File, error) {
	h, err := f.OpenFile(file, a)
	if err != nil {
		return nil, err
	}
	f.count(1)
	return &opened{h, f}, nil
}

func (f *files) count(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open += n
	return f.open
}

type opened struct {
	*library.Handle
	files *files
}

func (o *opened) OS() *os.File { return o.File }

func (o *opened) Close() error {
	o.files.count(-1)
	return o.Handle.Close()
}

func (o *opened) ReadSample(t *asset.Track, s *media.Sample, dst []byte) ([]byte, error) {
	return o.files.ReadSample(o.Handle, t, s, dst)
}

// studio is a Handler with such a clock, on one stream. Its stream began when the clock was at start.
type studio struct {
	t     testing.TB
	clock *clock
	files *files
	h     *delivery.Handler
	name  string
	start time.Time
	error error // of the last request
}

func newStudio(t testing.TB, path string) *studio {
	t.Helper()
	lib, err := library.Open(library.Config{Paths: []string{path}, Data: filepath.Join(t.TempDir(), "data"), FFmpeg: "none", Log: slog.New(slog.DiscardHandler), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- lib.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-done
		if err := lib.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
			t.Error(err)
		}
	})
	lib.Settle(ctx)
	all := lib.Streams()
	if len(all) != 1 {
		t.Fatalf("%s: %d streams", path, len(all))
	}
	start := time.Date(2026, 9, 6, 12, 0, 0, 0, time.UTC)
	s := &studio{t: t, clock: &clock{now: start, waiting: make(chan time.Time, 16)}, files: &files{Library: lib}, name: all[0].Name, start: start}
	looks, err := manifest.Load(manifest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	s.h = delivery.New(delivery.Config{
		Source: s.files, Templates: looks, Options: option.NewRegistry(option.Common()...), Log: slog.New(slog.DiscardHandler), Now: s.clock.Now, After: s.clock.After,
		Fail: func(w http.ResponseWriter, _ *http.Request, err error) {
			s.error = err
			w.WriteHeader(http.StatusTeapot)
		},
	})
	return s
}

// url is of a segment of the stream that began at the start.
func (s *studio) url(rep string, number int, query string) string {
	return "/dash/live/" + s.name + "/" + rep + "/" + strconv.Itoa(number) + ".m4s?start=" + s.start.Format(time.RFC3339) + "&" + query
}

// piece is what was sent at an instant.
type piece struct {
	at    time.Duration // since the start of the stream
	bytes int
}

// connection is a client: it notes what it gets when.
type connection struct {
	*httptest.ResponseRecorder
	s       *studio
	pieces  []piece
	largest int
}

func (c *connection) Write(b []byte) (int, error) {
	c.largest = max(c.largest, len(b))
	at := c.s.clock.Now().Sub(c.s.start)
	if n := len(c.pieces); n > 0 && c.pieces[n-1].at == at {
		c.pieces[n-1].bytes += len(b)
	} else {
		c.pieces = append(c.pieces, piece{at, len(b)})
	}
	return c.ResponseRecorder.Write(b)
}

// ask begins a request; the channel says that it has ended.
func (s *studio) ask(ctx context.Context, method, url string, fields ...string) (*connection, <-chan struct{}) {
	r := httptest.NewRequestWithContext(ctx, method, url, nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	c := &connection{ResponseRecorder: httptest.NewRecorder(), s: s}
	s.error = nil
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.h.ServeHTTP(c, r)
	}()
	return c, ended
}

// at asks when the clock says so much since the start, and returns when the answer has ended without waiting.
func (s *studio) at(since time.Duration, method, url string, fields ...string) *connection {
	s.t.Helper()
	s.clock.set(s.start.Add(since), false)
	c, ended := s.ask(context.Background(), method, url, fields...)
	select {
	case <-ended:
	case at := <-s.clock.waiting:
		s.t.Fatalf("%s %s waits until %v", method, url, at.Sub(s.start))
	}
	return c
}

// watch asks at an instant and moves the clock from wait to wait until the answer has ended. Each time somebody waits it looks at what has been sent.
func (s *studio) watch(since time.Duration, url string) *connection {
	s.t.Helper()
	s.clock.set(s.start.Add(since), false)
	c, ended := s.ask(context.Background(), http.MethodGet, url)
	for {
		select {
		case <-ended:
			return c
		case at := <-s.clock.waiting:
			if len(c.pieces) > 0 && !c.Flushed {
				s.t.Errorf("%s: at %v it waits, and what it has is not flushed", url, at.Sub(s.start))
			}
			if n := s.files.count(0); n != 0 {
				s.t.Errorf("%s: %d files are open while it waits", url, n)
			}
			c.Flushed = false
			// A clock that wakes too early, and one that has gone back, are not believed.
			s.clock.set(at.Add(-time.Nanosecond), true)
			if again := <-s.clock.waiting; !again.Equal(at) {
				s.t.Errorf("%s: it waits until %v, and then until %v", url, at.Sub(s.start), again.Sub(s.start))
			}
			s.clock.set(at, false)
		}
	}
}

// chunk is one of a body: where it is, and when its media begin.
type chunk struct {
	bytes int
	tfdt  int64
	lasts time.Duration
}

// chunks takes a segment apart: its boxes must be styp, then prft, moof and mdat over and over.
func chunks(t testing.TB, in mediatest.Init, b []byte) []chunk {
	t.Helper()
	var list []chunk
	for at := 0; at < len(b); {
		c := chunk{}
		want := []string{"prft", "moof", "mdat"}
		if at == 0 {
			want = append([]string{"styp"}, want...)
		}
		from := at
		for _, typ := range want {
			if len(b)-at < 8 || string(b[at+4:at+8]) != typ {
				t.Fatalf("chunk %d: no %s at byte %d of %d", len(list), typ, at, len(b))
			}
			if typ == "moof" {
				from = at
			}
			at += int(binary.BigEndian.Uint32(b[at:]))
			if at > len(b) {
				t.Fatalf("chunk %d: %s is cut off", len(list), typ)
			}
		}
		f := mediatest.ParseSegment(t, in, b[from:at])
		c.tfdt = f.Samples[0].DTS
		c.lasts = time.Duration(f.Lasts()) * time.Second / time.Duration(in.Timescale)
		total := 0
		for i := range list {
			total += list[i].bytes
		}
		c.bytes = at - total
		list = append(list, c)
	}
	return list
}

// Chunks are sent when their media time is over: at that instant, each in a piece, and flushed. Together they are the segment as it is afterwards. Text that is written down is there when it is shown.
func TestChunksAreSentWhenTheyAreDue(t *testing.T) {
	for _, c := range []struct {
		kind, rep string
		chunk     time.Duration
	}{
		{"mp4", "v1", 500 * time.Millisecond},
		{"mp4", "a1", 500 * time.Millisecond},
		{"mp4", "v1", 10 * time.Millisecond}, // a picture each
		{"mp4", "a1", 200 * time.Millisecond},
		{"matroska laced", "a1", 300 * time.Millisecond},
		{"mpegts", "v1", 700 * time.Millisecond},
		{"open GOPs", "v1", 200 * time.Millisecond},
		{"variable frame rate", "v1", 250 * time.Millisecond},
		{"encrypted", "v1", 500 * time.Millisecond},
		{"opus", "a1", time.Second},
		{"webvtt", "t1", 500 * time.Millisecond},
	} {
		t.Run(c.kind+" "+c.rep+" "+c.chunk.String(), func(t *testing.T) {
			t.Parallel()
			s := newStudio(t, kind(t, c.kind))
			query := "chunkdur=" + strconv.FormatFloat(c.chunk.Seconds(), 'f', -1, 64)
			init := s.at(time.Hour, http.MethodGet, strings.Replace(s.url(c.rep, 0, ""), "/0.m4s", "/init.mp4", 1))
			in := mediatest.ParseInit(t, init.Body.Bytes())
			for number := 9; number < 12; number++ {
				url := s.url(c.rep, number, query)
				whole := s.at(10*time.Minute, http.MethodGet, url)
				if whole.Code != http.StatusOK || whole.Header().Get("Content-Length") != strconv.Itoa(whole.Body.Len()) {
					t.Fatalf("%s afterwards: %d, Content-Length %s, %d bytes: %v", url, whole.Code, whole.Header().Get("Content-Length"), whole.Body.Len(), s.error)
				}
				want := chunks(t, in, whole.Body.Bytes())
				first := time.Duration(want[0].tfdt) * time.Second / time.Duration(in.Timescale)
				got := s.watch(first+want[0].lasts+c.chunk, url)
				if !bytes.Equal(got.Body.Bytes(), whole.Body.Bytes()) {
					t.Fatalf("%s: %d bytes while it grows, others afterwards: %d", url, got.Body.Len(), whole.Body.Len())
				}
				if got.Code != http.StatusOK || got.Header().Get("Content-Length") != "" || got.Header().Get("Etag") != whole.Header().Get("Etag") {
					t.Errorf("%s: %d %v", url, got.Code, got.Header())
				}
				due(t, url, want, got.pieces, c.chunk, in, strings.HasPrefix(c.rep, "t"))
				if again := s.at(time.Second+10*time.Minute, http.MethodGet, url); !bytes.Equal(again.Body.Bytes(), whole.Body.Bytes()) {
					t.Errorf("%s: other bytes the second time", url)
				}
			}
		})
	}
}

// due compares what was sent when with when the chunks' media end. Those that were due when the request came are sent at once.
func due(t *testing.T, url string, want []chunk, got []piece, longest time.Duration, in mediatest.Init, text bool) {
	t.Helper()
	sent, i := 0, 0
	tick := time.Second / time.Duration(in.Timescale)
	for _, p := range got {
		sent += p.bytes
		total := 0
		for k := range want[:i] {
			total += want[k].bytes
		}
		before := i
		for i < len(want) && total < sent {
			total += want[i].bytes
			i++
		}
		if total != sent {
			t.Fatalf("%s: at %v it has sent %d bytes: no chunk ends there", url, p.at, sent)
		}
		for k := before; k < i; k++ {
			c := want[k]
			if c.lasts > longest+tick && longest > 40*time.Millisecond {
				t.Errorf("%s: chunk %d lasts %v", url, k, c.lasts)
			}
			// Decode times of open GOPs may be up to a few frames before the presentation times that chunks are counted by.
			end := time.Duration(c.tfdt)*time.Second/time.Duration(in.Timescale) + c.lasts
			if p.at < end-2*tick && k < len(want)-1 {
				t.Errorf("%s: chunk %d is sent at %v, its media end at %v", url, k, p.at, end)
			}
			if late := p.at - end; before > 0 && late > 2*tick && !text {
				t.Errorf("%s: chunk %d is sent %v late", url, k, late)
			}
		}
	}
	if i != len(want) || len(got) < len(want)-2 {
		t.Errorf("%s: %d of %d chunks, in %d pieces", url, i, len(want), len(got))
	}
}

// What is asked of a segment that grows, besides its bytes.
func TestGrowingSegments(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t)) // segments of 4 s
	const growing = 42*time.Second + 100*time.Millisecond
	url := s.url("v1", 11, "chunkdur=0.5") // 40 to 44 s
	whole := s.at(time.Minute, http.MethodGet, url).Body.Bytes()

	head := s.at(growing, http.MethodHead, url)
	if head.Code != http.StatusOK || head.Header().Get("Content-Length") != "" || head.Body.Len() != 0 {
		t.Errorf("HEAD: %d %v, %d bytes", head.Code, head.Header(), head.Body.Len())
	}
	if c := s.at(growing, http.MethodGet, url, "If-None-Match", head.Header().Get("Etag")); c.Code != http.StatusNotModified {
		t.Errorf("If-None-Match: %d", c.Code)
	}
	if c := s.at(time.Minute, http.MethodGet, url, "Range", "bytes=100-299"); c.Code != http.StatusPartialContent || !bytes.Equal(c.Body.Bytes(), whole[100:300]) {
		t.Errorf("a range afterwards: %d, %d bytes", c.Code, c.Body.Len())
	}

	// Where the clock is frozen the answer is what is there, and has an end.
	for since, n := range map[time.Duration]int{40500 * time.Millisecond: 1, 42 * time.Second: 4, growing: 4, 44*time.Second - 1: 7, 44 * time.Second: 8} {
		c := s.at(0, http.MethodGet, url+"&now="+s.start.Add(since).Format(time.RFC3339Nano))
		b := c.Body.Bytes()
		if c.Code != http.StatusOK || !bytes.HasPrefix(whole, b) || c.Header().Get("Content-Length") != strconv.Itoa(len(b)) {
			t.Errorf("frozen at %v: %d, %d bytes, %v", since, c.Code, len(b), s.error)
			continue
		}
		if got := bytes.Count(b, []byte("prft")); got != n {
			t.Errorf("frozen at %v: %d chunks, want %d", since, got, n)
		}
	}
}

// Before its first chunk a segment is not there: a request for the next one waits, one for the one after that is too early. Not a moment earlier is anything sent.
func TestEarlyRequests(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	url := s.url("v1", 11, "chunkdur=0.5") // 40 to 44 s: there from 40.5 s on
	for _, c := range []struct {
		since time.Duration
		query string
		early bool
	}{
		{40500 * time.Millisecond, "", false},
		{40500*time.Millisecond - 1, "&hold=0", true},
		{40500*time.Millisecond - 1, "&now=" + s.start.Add(40499*time.Millisecond).Format(time.RFC3339Nano), true},
		{36400 * time.Millisecond, "", true}, // the one before is not there either
		{10 * time.Second, "", true},
	} {
		s.clock.set(s.start.Add(c.since), false)
		ctx, cancel := context.WithCancel(context.Background())
		got, ended := s.ask(ctx, http.MethodGet, url+c.query)
		select {
		case <-ended:
			if !c.early || errs.KindOf(s.error) != errs.TooEarly {
				t.Errorf("at %v%s: %d, %v", c.since, c.query, got.Code, s.error)
			}
		case <-s.clock.waiting:
			if c.early || len(got.pieces) != 1 {
				t.Errorf("at %v%s: it waits, after %v", c.since, c.query, got.pieces)
			}
		}
		cancel()
		<-ended
	}
	for _, since := range []time.Duration{36500 * time.Millisecond, 40 * time.Second, 40500*time.Millisecond - 1} {
		got := s.watch(since, url)
		if got.Code != http.StatusOK || got.pieces[0].at != 40500*time.Millisecond {
			t.Errorf("asked for at %v: %d, sent %v", since, got.Code, got.pieces[0])
		}
		if head := s.at(since, http.MethodHead, url); errs.KindOf(s.error) != errs.TooEarly {
			t.Errorf("HEAD at %v: %d", since, head.Code)
		}
	}
}

// When the client has gone nothing goes on.
func TestGrowingSegmentsOfNobody(t *testing.T) {
	s := newStudio(t, mediatest.Clip(t))
	s.clock.set(s.start.Add(42*time.Second), false)
	ctx, cancel := context.WithCancel(context.Background())
	c, ended := s.ask(ctx, http.MethodGet, s.url("v1", 11, "chunkdur=0.5"))
	<-s.clock.waiting
	before := c.Body.Len()
	cancel()
	<-ended
	if !errors.Is(s.error, http.ErrAbortHandler) || c.Body.Len() != before || s.files.count(0) != 0 {
		t.Errorf("%v, %d bytes more, %d files are open", s.error, c.Body.Len()-before, s.files.count(0))
	}
}

// The memory of an answer is that of a buffer, however long chunks are.
func TestGrowingSegmentsAreNotBuffered(t *testing.T) {
	s := newStudio(t, mediatest.FFmpeg(t, "heavy.mp4", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=8,noise=alls=60:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "8", "-g", "100"))
	c := s.watch(42100*time.Millisecond, s.url("v1", 11, "chunkdur=2"))
	if c.Body.Len() < 8<<20 || c.largest > 512<<10 {
		t.Errorf("%d bytes, in writes of up to %d", c.Body.Len(), c.largest)
	}
}

// A server that is stopped gives growing segments as long as other answers, and then breaks them off: what was sent by then does not look like the whole.
func TestStopWhileSegmentsGrow(t *testing.T) {
	p := film(t, mediatest.Clip(t))
	started := time.Now().UTC().Add(-time.Hour - 5*time.Second).Truncate(time.Millisecond)
	path := "/dash/live/" + p.name() + "/v1/181.m4s?segdur=20&chunkdur=0.04&start=" + started.Format(time.RFC3339Nano) // 5 s of 20 are there
	res, err := http.Get(p.base + path)
	must(t, err)
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.ContentLength != -1 {
		t.Fatalf("%s: %s, %d bytes", path, res.Status, res.ContentLength)
	}
	_, err = io.ReadFull(res.Body, make([]byte, 1000))
	must(t, err)
	stopped := make(chan struct{})
	go func() {
		p.stop()
		close(stopped)
	}()
	if _, err := io.Copy(io.Discard, res.Body); err == nil {
		t.Error("it ends well")
	}
	<-stopped
}
