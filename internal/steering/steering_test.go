package steering_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/steering"
)

func options(t *testing.T, query string) *option.Set {
	t.Helper()
	o, err := option.NewRegistry(option.Common()...).Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// A schedule follows the clock: its turns are where the seconds since 1970 say, and no answer is kept beyond the next one.
func TestSchedule(t *testing.T) {
	o := options(t, "cdns=a,b,c&steer=b:20,c:10&steerttl=8")
	for _, c := range []struct {
		at    int64
		order string
		ttl   int64
	}{
		{0, "b,a,c", 8}, {11, "b,a,c", 8}, {12, "b,a,c", 8}, {13, "b,a,c", 7}, {19, "b,a,c", 1}, {20, "c,a,b", 8}, {29, "c,a,b", 1}, {30, "b,a,c", 8},
		{1_800_000_000, "b,a,c", 8}, {1_800_000_025, "c,a,b", 5},
	} {
		a := steering.AnswerAt(o, time.Unix(c.at, 0))
		if got := strings.Join(a.Priority, ","); got != c.order || a.TTL != c.ttl || a.Version != 1 {
			t.Errorf("at %d: %s, TTL %d; want %s, %d", c.at, got, a.TTL, c.order, c.ttl)
		}
	}
	if a := steering.AnswerAt(o, time.Unix(19, 300e6)); a.TTL != 1 {
		t.Errorf("0.7 s before a turn: TTL %d", a.TTL)
	}
	if a := steering.AnswerAt(options(t, "cdns=b,a&steer=on"), time.Unix(0, 0)); !slices.Equal(a.Priority, []string{"b", "a"}) || a.TTL != 10 {
		t.Errorf("without a schedule: %+v", a)
	}
}

func TestClones(t *testing.T) {
	a := steering.AnswerAt(options(t, "cdns=a,b&steer=a2:30&clones=a2:a:edge.example:81"), time.Unix(0, 0))
	if !slices.Equal(a.Priority, []string{"a2", "a", "b"}) || len(a.Clones) != 1 || a.Clones[0].Base != "a" || a.Clones[0].Replacement.Host != "edge.example:81" ||
		a.Clones[0].Replacement.Params["location"] != "a2" {
		t.Errorf("%+v", a)
	}
}

// What is decided takes the place of what the URL says until it is taken back; a player that does not follow is noticed.
func TestDesk(t *testing.T) {
	d, now := steering.NewDesk(), time.Unix(1_800_000_000, 0)
	said := steering.AnswerAt(options(t, "cdns=a,b&steer=on"), now)
	if a := d.Apply("film", said, "", "", now); a.Priority[0] != "a" {
		t.Errorf("nothing decided: %v", a.Priority)
	}
	if _, err := d.Decide("film", steering.Order{Priority: []string{"b", "a"}, TTL: 3}, now); err != nil {
		t.Fatal(err)
	}
	if a := d.Apply("film", said, `"a"`, "5000000", now); a.Priority[0] != "b" || a.TTL != 3 {
		t.Errorf("decided: %+v", a)
	}
	for range 2 {
		d.Apply("film", said, `"a"`, "5000000", now)
	}
	if r, err := d.Record("film"); err != nil || r.Ignored != 2 || r.Asked != 4 || len(r.Last.Mistakes) != 0 || !slices.Equal(r.Last.Throughput, []int64{5_000_000}) {
		t.Errorf("a player that does not follow: %+v, %v", r, err)
	}
	d.Apply("film", said, `"b"`, "5000000", now)
	if r, _ := d.Record("film"); r.Ignored != 0 {
		t.Errorf("a player that follows: %+v", r)
	}
	if a := d.Apply("other", said, "", "", now); a.Priority[0] != "a" {
		t.Errorf("another stream is told %v", a.Priority)
	}
	if err := d.Forget("film"); err != nil {
		t.Fatal(err)
	}
	if a := d.Apply("film", said, "", "", now); a.Priority[0] != "a" || a.TTL != 10 {
		t.Errorf("taken back: %+v", a)
	}
	for name, err := range map[string]error{"Forget": d.Forget("film"), "Record": func() error { _, err := d.Record("nobody"); return err }()} {
		if errs.KindOf(err) != errs.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, order := range []steering.Order{{}, {Priority: []string{"a", "a"}}, {Priority: []string{""}}, {Priority: []string{"a"}, TTL: -1}, {Priority: []string{"a"}, Clones: []steering.Clone{{ID: "c"}}}} {
		if _, err := d.Decide("film", order, now); errs.KindOf(err) != errs.Invalid {
			t.Errorf("%+v: %v", order, err)
		}
	}
}

func TestReports(t *testing.T) {
	d, now := steering.NewDesk(), time.Unix(0, 0)
	for _, c := range []struct{ pathway, throughput, mistake string }{
		{`"a"`, "100", ""}, {`"a,b"`, "100,200", ""}, {"", "", ""}, {"a", "100", "double quotes"}, {`"a"`, "fast", "not bits"}, {`"a"`, "1.5", "whole number"}, {`"a"`, "-3", "not bits"},
		{`"a,b"`, "100", "as many"}, {strings.Repeat("x", 2000), "", "thousand"},
	} {
		d.Apply("film", steering.Answer{}, c.pathway, c.throughput, now)
		r, err := d.Record("film")
		got := strings.Join(r.Last.Mistakes, "; ")
		if err != nil || (got == "") != (c.mistake == "") || !strings.Contains(got, c.mistake) {
			t.Errorf("%q %q: %q, want %q", c.pathway, c.throughput, got, c.mistake)
		}
	}
}

// The memory of a Desk is bounded: whoever was not heard of for the longest time goes.
func TestBound(t *testing.T) {
	d := steering.NewDesk()
	for i := range 5000 {
		d.Apply("s"+strconv.Itoa(i), steering.Answer{}, "", "", time.Unix(int64(i), 0))
	}
	if n := len(d.Records()); n != 4096 {
		t.Errorf("%d records", n)
	}
	if _, err := d.Record("s0"); err == nil {
		t.Error("the oldest is still there")
	}
	if _, err := d.Record("s4999"); err != nil {
		t.Error(err)
	}
}
