package compat_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// recorded is what a running dashlive 3.6.1 answered for a segment of the film, at an instant.
type recorded struct {
	url, now string
	status   int
	number   uint32 // mfhd sequence number
	tfdt     uint64
	payload  string // the first 8 bytes of the SHA-256 of the mdat's
	// ours is our status where it is another one.
	ours int
}

func recordings() []recorded {
	const byNumber, byTime = "2026-11-20T21:49:08Z", "2026-11-20T21:49:10Z"
	const live, vod, start = "/dash/live/bbb/bbb_v7/", "/dash/vod/bbb/bbb_v7/", "?start=2026-01-01T00:00:00Z"
	return []recorded{
		{live + "6996423.m4v" + start, byNumber, 200, 6996423, 6716565120, "5bf181a6114cfe4d", 0},
		{live + "6996427.m4v" + start, byNumber, 200, 6996427, 6716568960, "1c566ed1bb252e27", 0},
		{live + "6996432.m4v" + start, byNumber, 200, 6996432, 6716573760, "22f3ec4729588ee8", 0},
		{live + "6996430.m4v" + start, byNumber, 200, 6996430, 6716571840, "8974ce5547878779", 0}, // the last of a loop
		{live + "6996431.m4v" + start, byNumber, 200, 6996431, 6716572800, "ce49d5550b335bbe", 0}, // the first of the next one
		{live + "6996437.m4v" + start, byNumber, 200, 6996437, 6716578560, "1c566ed1bb252e27", 0},
		{live + "6996438.m4v" + start, byNumber, 200, 0, 0, "", 404}, // dashlive has a segment when it starts
		{live + "6996439.m4v" + start, byNumber, 404, 0, 0, "", 0},
		{live + "6995986.m4v" + start, byNumber, 200, 6995986, 6716145600, "fb303d2910d815a7", 0},
		{live + "6995984.m4v" + start, byNumber, 404, 0, 0, "", 200}, // dashlive's leeway ends two segments after the window
		{live + "6995979.m4v" + start, byNumber, 404, 0, 0, "", 0},
		{live + "time/6716148480.m4v" + start, byTime, 200, 6995989, 6716148480, "da73266a403455aa", 0}, // dashlive's number is one less than by number
		{live + "time/6716578560.m4v" + start, byTime, 200, 6996437, 6716578560, "1c566ed1bb252e27", 0},
		{live + "time/6716579520.m4v" + start, byTime, 200, 0, 0, "", 404}, // when it starts
		{live + "time/6716576641.m4v" + start, byTime, 200, 0, 0, "", 404}, // dashlive takes the nearest
		{vod + "0.m4v?", byNumber, 404, 0, 0, "", 0},
		{vod + "1.m4v?", byNumber, 200, 1, 0, "ce49d5550b335bbe", 0},
		{vod + "10.m4v?", byNumber, 200, 10, 8640, "8974ce5547878779", 0},
		{vod + "11.m4v?", byNumber, 404, 0, 0, "", 0},
	}
}

// The same URL at the same instant is the same video. Where dashlive's answer is another one, docs/compat.md says why.
func TestDashliveRecordings(t *testing.T) {
	if _, ok := mediatest.Film(t, "bbb_v7"); !ok {
		t.Log("no film folder: there is nothing that a dashlive was recorded with")
		return
	}
	dir := filepath.Join(t.TempDir(), "bbb")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bbb_v6", "bbb_v7", "bbb_a1", "bbb_t1"} {
		path, _ := mediatest.Film(t, name)
		if err := os.Symlink(path, filepath.Join(dir, name+".mp4")); err != nil {
			t.Fatal(err)
		}
	}
	base := serve(t, filepath.Dir(dir))
	for _, r := range recordings() {
		status, _, body := get(t, base+r.url+"&now="+r.now)
		want := r.status
		if r.ours != 0 {
			want = r.ours
		}
		if status != want {
			t.Errorf("%s: %d, not %d: %.200s", r.url, status, want, body)
			continue
		}
		if r.payload == "" {
			continue
		}
		if got, want := describe(t, []byte(body)), fmt.Sprintf("%d %d %s", r.number, r.tfdt, r.payload); got != want {
			t.Errorf("%s: number, time and payload are %s, not %s", r.url, got, want)
		}
	}
}

// describe returns sequence number, decode time and a digest of the payload of a segment.
func describe(t testing.TB, b []byte) string {
	t.Helper()
	var number uint32
	var tfdt uint64
	var payload string
	var walk func([]byte)
	walk = func(b []byte) {
		for len(b) >= 8 {
			n := min(int(binary.BigEndian.Uint32(b)), len(b))
			if n < 8 {
				t.Fatalf("a box of %d bytes", n)
			}
			switch body := b[8:n]; string(b[4:8]) {
			case "moof", "traf":
				walk(body)
			case "mfhd":
				number = binary.BigEndian.Uint32(body[4:])
			case "tfdt":
				if tfdt = uint64(binary.BigEndian.Uint32(body[4:])); body[0] == 1 {
					tfdt = binary.BigEndian.Uint64(body[4:])
				}
			case "mdat":
				sum := sha256.Sum256(body)
				payload = hex.EncodeToString(sum[:8])
			}
			b = b[n:]
		}
	}
	walk(b)
	return fmt.Sprintf("%d %d %s", number, tfdt, payload)
}
