package delivery

import (
	"encoding/binary"
	"fmt"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/fault"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
)

func TestTries(t *testing.T) {
	c := newTries()
	now := time.Date(2026, 9, 6, 12, 0, 0, 0, time.UTC)
	a, b := tryKey{1}, tryKey{2}
	for i, s := range []struct {
		key   tryKey
		after time.Duration
		want  int64
	}{
		{a, 0, 1}, {a, time.Second, 2}, {b, 0, 1}, {a, triesKept, 3}, {a, triesKept + 1, 1}, {b, 0, 1}, {a, 0, 2}, {a, -time.Hour, 3}, {a, time.Second, 4},
	} {
		now = now.Add(s.after)
		if got := c.count(s.key, now); got != s.want {
			t.Errorf("%d: try %d, not %d", i, got, s.want)
		}
	}
	// The table is bounded; who came last goes last.
	for i := range triesMost * 2 {
		k := tryKey{3}
		binary.BigEndian.PutUint32(k[1:], uint32(i))
		c.count(k, now)
		c.count(b, now)
	}
	if len(c.byKey) != triesMost || c.order.Len() != triesMost {
		t.Errorf("%d and %d are remembered, not %d", len(c.byKey), c.order.Len(), triesMost)
	}
	if got := c.count(b, now); got != 2*triesMost+1+1 {
		t.Errorf("try %d of one that is tried all the time", got)
	}
	if got := c.count(a, now); got != 1 {
		t.Errorf("try %d of one that is forgotten", got)
	}
	c.count(a, now.Add(triesKept+1))
	if len(c.byKey) != 1 {
		t.Errorf("%d are remembered after all have expired", len(c.byKey))
	}
}

// However many ask at once, each has a number of its own.
func TestTriesAtOnce(t *testing.T) {
	c := newTries()
	var all sync.WaitGroup
	numbers := make(chan int64, 8*500)
	for range 8 {
		all.Go(func() {
			for range 500 {
				numbers <- c.count(tryKey{1}, time.Time{})
			}
		})
	}
	all.Wait()
	close(numbers)
	seen := map[int64]bool{}
	for n := range numbers {
		seen[n] = true
	}
	if len(seen) != 4000 || !seen[1] || !seen[4000] {
		t.Errorf("%d different numbers of 4000 tries", len(seen))
	}
}

func TestTryOf(t *testing.T) {
	rules, err := fault.Parse("video:503@try=1")
	if err != nil {
		t.Fatal(err)
	}
	others, err := fault.Parse("video:503@try=2")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[tryKey]int{}
	add := func(address, forwarded, session, url string, s subject, rules []fault.Rule) {
		r := httptest.NewRequest("GET", url, nil)
		r.RemoteAddr = address
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		seen[tryOf(r, session, &s, rules)]++
	}
	media := subject{Request: fault.Request{Type: fault.Media}}
	add("192.0.2.1:80", "", "", "/a/1", media, rules)
	add("192.0.2.1:81", "", "", "/a/1?x=y", media, rules) // the same
	add("192.0.2.2:80", "", "", "/a/1", media, rules)
	add("[2001:db8::1]:80", "", "", "/a/1", media, rules)
	add("192.0.2.1:80", "192.0.2.9", "", "/a/1", media, rules)
	add("192.0.2.1:80", "", "x", "/a/1", media, rules)
	add("192.0.2.1:80", "", "", "/a/2", media, rules)
	add("192.0.2.1:80", "", "", "/a/1", media, others)
	add("192.0.2.1:80", "", "", "/a/1", subject{Request: media.Request, position: 3}, rules)
	add("192.0.2.1:80", "", "", "/a/1", subject{Request: fault.Request{Type: fault.Init}}, rules)
	if len(seen) != 9 {
		t.Errorf("%d different tries, not 9", len(seen))
	}
}

// Nothing is spent on requests without rules.
func TestNoFaultsNoCost(t *testing.T) {
	registry := option.NewRegistry(option.Common()...)
	o, err := registry.Parse("timeline=1&depth=60&segdur=2&start=epoch")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []*option.Set{nil, o} {
		if n := testing.AllocsPerRun(100, func() {
			if rulesOf(o) != nil {
				t.Error("rules of nothing")
			}
		}); n != 0 {
			t.Errorf("%v allocations to find that there are no rules", n)
		}
	}
	o, err = registry.Parse("verr=404=1&fault=audio:404&vcorrupt=3")
	if err != nil {
		t.Fatal(err)
	}
	first := rulesOf(o)
	again := rulesOf(o)
	if len(first) != 3 || len(again) != 3 || fault.Print(option.Faults.From(o)) != "audio:404" {
		t.Errorf("%s, then %s", fault.Print(first), fault.Print(again))
	}
}

func BenchmarkRulesOf(b *testing.B) {
	o, err := option.NewRegistry(option.Common()...).Parse("timeline=1&depth=60&segdur=2&start=epoch")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if rulesOf(o) != nil {
			b.Fatal("rules of nothing")
		}
	}
}

// unit returns a NAL unit with its length in front, of size bytes without it.
func unit(header byte, size int) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(size))
	return append(append(b, header, 0x80), make([]byte, size-2)...)
}

func TestWeak(t *testing.T) {
	avc := media.Track{Codec: media.AVC, Config: []byte{1, 100, 0, 10, 0xFF, 0xE1, 0}}
	hevc := media.Track{Codec: media.HEVC, Config: append([]byte{1}, append(make([]byte, 20), 0xFF, 0)...)}
	locked := avc
	locked.Encryption = &media.Encryption{IVSize: 8}
	// clear and protected bytes
	subsamples := func(pairs ...int) (b []byte) {
		for i := 0; i < len(pairs); i += 2 {
			b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint16(b, uint16(pairs[i])), uint32(pairs[i+1]))
		}
		return b
	}
	sps, idr, b, p := unit(0x67, 40), unit(0x65, 100), unit(0x01, 100), unit(0x41, 100)
	for _, c := range []struct {
		name   string
		track  media.Track
		sync   bool
		sample []byte
		aux    []byte
		want   string // at+n
	}{
		{"reference", avc, false, p, nil, "[80+20]"},
		{"no reference", avc, false, b, nil, "[]"},
		{"random access", avc, true, slices.Concat(sps, idr), nil, "[]"},
		{"all", avc, false, slices.Concat(sps, idr, p, b, p), nil, "[228+20 436+20]"},
		{"too small", avc, false, unit(0x41, 19), nil, "[]"},
		{"small", avc, false, unit(0x41, 20), nil, "[16+4]"},
		{"large", avc, false, unit(0x41, 119), nil, "[99+20]"},
		{"partition B", avc, false, unit(0x43, 100), nil, "[80+20]"},
		{"cut off", avc, false, slices.Concat(p, p[:60]), nil, "[80+20]"},
		{"empty unit", avc, false, slices.Concat(p, []byte{0, 0, 0, 0}, p), nil, "[80+20]"},
		{"nothing", avc, false, nil, nil, "[]"},
		{"HEVC TRAIL_N", hevc, false, unit(0<<1, 100), nil, "[]"},
		{"HEVC TRAIL_R", hevc, false, unit(1<<1, 100), nil, "[80+20]"},
		{"HEVC RASL_R", hevc, false, unit(9<<1, 100), nil, "[80+20]"},
		{"HEVC BLA", hevc, true, unit(17<<1, 100), nil, "[]"},
		{"HEVC CRA", hevc, true, unit(21<<1, 100), nil, "[]"},
		{"HEVC PPS", hevc, true, unit(34<<1, 100), nil, "[]"},
		{"AV1", media.Track{Codec: media.AV1}, false, make([]byte, 1000), nil, "[796+200]"},
		{"AV1 key frame", media.Track{Codec: media.AV1}, true, make([]byte, 1000), nil, "[]"},
		{"encrypted, headers in the clear", locked, false, slices.Concat(p, p), subsamples(5, 99, 5, 99), "[80+20 184+20]"},
		{"encrypted, all in the clear", locked, false, slices.Concat(p, p), subsamples(208, 0), "[80+20 184+20]"},
		{"encrypted, the second one's header too", locked, false, slices.Concat(p, p), subsamples(5, 203), "[80+20]"},
		{"encrypted, without subsamples", locked, false, p, nil, "[]"},
		{"encrypted, length in the clear, header not", locked, false, p, subsamples(4, 100), "[]"},
	} {
		var got []string
		weak(&c.track, &media.Sample{Sync: c.sync}, c.sample, c.aux, func(at, n int) bool { got = append(got, fmt.Sprintf("%d+%d", at, n)); return true })
		if s := fmt.Sprint(got); s != c.want {
			t.Errorf("%s: %s, not %s", c.name, s, c.want)
		}
	}
	n := 0
	weak(&avc, &media.Sample{}, slices.Concat(p, p, p), nil, func(int, int) bool { n++; return n < 2 })
	if n != 2 {
		t.Errorf("%d units after the second was said to be enough", n)
	}
}

func FuzzWeak(f *testing.F) {
	f.Add(slices.Concat(unit(0x67, 40), unit(0x65, 100), unit(0x41, 100)), []byte{0, 5, 0, 0, 0, 99}, false)
	f.Add([]byte{0xFF, 0xFF, 0xFF, 0xFF, 0x41}, []byte{}, true)
	f.Fuzz(func(t *testing.T, sample, aux []byte, locked bool) {
		for _, track := range []media.Track{{Codec: media.AVC, Config: []byte{1, 100, 0, 10, 0xFF, 0xE1, 0}}, {Codec: media.HEVC, Config: make([]byte, 23)}, {Codec: media.VP9}} {
			if locked {
				track.Encryption = &media.Encryption{IVSize: 8}
			}
			last := 0
			weak(&track, &media.Sample{}, sample, aux, func(at, n int) bool {
				if at < last || n <= 0 || at+n > len(sample) {
					t.Fatalf("%d bytes at %d of %d, after %d", n, at, len(sample), last)
				}
				last = at + n
				return true
			})
		}
	})
}
