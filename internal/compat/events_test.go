package compat_test

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// A running dashlive 3.6.1 had emsg boxes of so many bytes in these segments of the film, and none in the others of the ranges. (Of a count of 3 it has a fourth event in segments, and three in manifests.)
func TestDashliveEvents(t *testing.T) {
	if _, ok := mediatest.Film(t, "bbb_v7"); !ok {
		t.Log("no film folder: there is nothing that a dashlive was recorded with")
		return
	}
	dir := filepath.Join(t.TempDir(), "bbb")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bbb_v7", "bbb_a1"} {
		path, _ := mediatest.Film(t, name)
		if err := os.Symlink(path, filepath.Join(dir, name+".mp4")); err != nil {
			t.Fatal(err)
		}
	}
	base := serve(t, filepath.Dir(dir))
	const live, at = "/dash/live/bbb/bbb_v7/", "&start=2026-01-01T00:00:00Z&now=2026-11-20T21:49:10Z"
	const vod, few = "/dash/vod/bbb/bbb_v7/", "&ping__count=3&ping__interval=500&ping__timescale=100"
	for _, c := range []struct {
		url, query  string
		first, last int
		with        []int
	}{
		{live, "?events=ping" + at, 6996429, 6996436, []int{6996431, 6996433, 6996436}},
		{live, "?events=ping" + few + at, 6996429, 6996436, nil},
		{vod, "?events=ping", 1, 10, []int{1, 3, 6, 8}},
		{vod, "?events=ping" + few, 1, 10, []int{1, 2, 3}},
	} {
		for n := c.first; n <= c.last; n++ {
			status, _, body := get(t, base+c.url+strconv.Itoa(n)+".m4v"+c.query)
			_, _, bare := get(t, base+c.url+strconv.Itoa(n)+".m4v?"+at)
			if status != 200 {
				t.Errorf("%s%d%s: %d %s", c.url, n, c.query, status, body)
				continue
			}
			fragments, rest := mediatest.Inband(t, []byte(body))
			want := 0
			if slices.Contains(c.with, n) {
				want = 62
			}
			if got := len(body) - len(rest); got != want || len(fragments) != 1 || string(rest) != bare {
				t.Errorf("%s%d%s: %d, %d bytes of events, want %d", c.url, n, c.query, status, got, want)
			}
		}
	}
}
