package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/mediatest"
)

func TestCut(t *testing.T) {
	vod, _ := faultFilm(t)
	for _, c := range []struct {
		what, cut string
		want      func(total int) int
	}{
		{"v1/2.m4s", "cut", func(n int) int { return n / 2 }},
		{"v1/2.m4s", "cut=10%", func(n int) int { return n / 10 }},
		{"v1/2.m4s", "cut=1000", func(int) int { return 1000 }},
		{"v1/2.m4s", "cut=0", func(int) int { return 0 }},
		{"a1/2.m4s", "cut=99.9%", func(n int) int { return n * 999 / 1000 }},
		{"t1/2.m4s", "cut=50", func(int) int { return 50 }},
		{"v1/init.mp4", "cut=25%", func(n int) int { return n / 4 }},
		{"manifest.mpd", "cut=100", func(int) int { return 100 }},
	} {
		u := vod + c.what + "?fault=all:" + strings.ReplaceAll(c.cut, "%", "%25")
		clean := vod + c.what + "?fault=clock:404"
		whole := get(t, clean)
		res, err := (&http.Client{Transport: &http.Transport{DisableCompression: true}}).Get(u)
		if err != nil {
			t.Errorf("%s: %v", u, err)
			continue
		}
		part, err := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %s, %v", u, res.Status, err)
		}
		if c.what == "manifest.mpd" { // what media URLs carry differs
			whole = whole[:len(part)]
		} else if res.ContentLength != int64(len(whole)) {
			t.Errorf("%s: Content-Length is %d of %d", u, res.ContentLength, len(whole))
		}
		if want := c.want(len(whole)); !bytes.HasPrefix(whole, part) || len(part) != want {
			t.Errorf("%s: %d bytes, not %d", u, len(part), want)
		}
	}
	// What is shorter than the cut is whole; a HEAD and an answer without a body have nothing to cut.
	if res, body := fetch(t, vod+"t1/2.m4s?fault=all:cut=10000000", nil); res.StatusCode != 200 || len(body) == 0 {
		t.Errorf("%s", res.Status)
	}
	if res, err := http.Head(vod + "v1/2.m4s?fault=all:cut"); err != nil || res.StatusCode != 200 || res.Header.Get("Dashwright-Fault") == "" {
		t.Errorf("HEAD: %v, %v", res, err)
	}
	// A part of a range is a part of what would have been sent.
	req, err := http.NewRequest(http.MethodGet, vod+"v1/2.m4s?fault=all:cut=50%25", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Range", "bytes=100-299")
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if part, err := io.ReadAll(res.Body); res.StatusCode != 206 || len(part) != 100 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%s, %d bytes, %v", res.Status, len(part), err)
	}
}

// A segment that is sent as it is made has no length beforehand: after so many bytes it can be cut, and a part of it is nothing.
func TestCutChunks(t *testing.T) {
	vod, _ := faultFilm(t)
	start := time.Now().Add(-10500 * time.Millisecond).UTC().Format("2006-01-02T15:04:05.000Z")
	for cut, want := range map[string]int{"cut=2000": 2000, "cut=0.5": 0} {
		u := live(vod) + "v1/6.m4s?chunkdur=0.2&segdur=2&start=" + start + "&fault=video:" + cut
		res, err := http.Get(u)
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || !errors.Is(err, io.ErrUnexpectedEOF) || len(part) != want {
			t.Errorf("%s: %s, %d bytes, %v", u, res.Status, len(part), err)
		}
		if res.ContentLength != -1 {
			t.Errorf("%s: it has a length, %d: the segment is complete", u, res.ContentLength)
		}
	}
}

func TestDrop(t *testing.T) {
	vod, mpd := faultFilm(t)
	client := func() *http.Client { return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}} }
	for _, u := range []string{vod + "v1/2.m4s", mpd, vod + "v1/init.mp4", mpd[:strings.Index(mpd, "/dash/")] + "/time/xsd"} {
		if res, err := client().Get(u + "?fault=all:drop"); !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v, %v", u, res, err)
		}
		if res, err := client().Get(u + "?fault=all:drop=reset"); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: %v, %v", u, res, err)
		}
	}
	if res, err := client().Get(vod + "v1/2.m4s?fault=audio:drop"); err != nil || res.StatusCode != 200 {
		t.Errorf("%v, %v", res, err)
	}
}

// damagedNAL is one that must be damaged: of a reference picture that is no random access point.
type damagedNAL struct{ at, size int } // in the sample

// walkNALs finds them in a sample with 4-byte lengths, by the standards alone: ISO/IEC 14496-10, 7.3.1, and ISO/IEC 23008-2, 7.3.1.2.
func walkNALs(t testing.TB, codecs string, sample []byte) (list []damagedNAL) {
	t.Helper()
	for at := 0; at < len(sample); {
		n := int(sample[at])<<24 | int(sample[at+1])<<16 | int(sample[at+2])<<8 | int(sample[at+3])
		at += 4
		if n < 2 || at+n > len(sample) {
			t.Fatalf("a NAL unit of %d bytes at %d of %d", n, at, len(sample))
		}
		damaged := false
		if strings.HasPrefix(codecs, "hvc1") || strings.HasPrefix(codecs, "hev1") {
			kind := sample[at] >> 1 & 63
			damaged = kind <= 15 && kind%2 == 1
		} else {
			kind, ref := sample[at]&31, sample[at]>>5&3
			damaged = kind == 1 && ref != 0
		}
		if damaged {
			list = append(list, damagedNAL{at, n})
		}
		at += n
	}
	return list
}

// expect returns a segment as it must be when it is damaged, and how many NAL units are.
func expect(t testing.TB, codecs string, init, clean []byte, most int) (want []byte, units int) {
	t.Helper()
	f := mediatest.ParseSegment(t, mediatest.ParseInit(t, init), clean)
	want = bytes.Clone(clean)
	at := f.Header
	for _, s := range f.Samples {
		for _, n := range walkNALs(t, codecs, s.Data) {
			if junk := n.size / 20; junk > 0 && units < most {
				copy(want[at+n.at+n.size-4-4*junk:], strings.Repeat("junk", junk))
				units++
			}
		}
		at += len(s.Data)
	}
	return want, units
}

// Every container: contiguous ones, whose bytes would go from the file to the socket, and converted ones; H.264 and HEVC.
func TestCorrupt(t *testing.T) {
	film := map[string]func(testing.TB) string{
		"hevc": func(t testing.TB) string {
			return mediatest.FFmpeg(t, "hevc.mp4", "-i", mediatest.Clip(t), "-t", "8", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=48", "-c:a", "copy", "-tag:v", "hvc1")
		},
		"hevc in a transport stream": func(t testing.TB) string {
			return mediatest.FFmpeg(t, "hevc.ts", "-i", mediatest.Clip(t), "-t", "8", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:keyint=48", "-c:a", "copy")
		},
	}
	for _, k := range mediatest.Kinds() {
		switch k.Name {
		case "mp4", "mp4 fragmented", "matroska laced", "mpegts", "m2ts", "flv", "avi", "open GOPs", "encrypted":
			film[k.Name] = k.Make
		}
	}
	for name, path := range film {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, mpd := one(t, path(t))
			vod := strings.TrimSuffix(mpd, "manifest.mpd")
			r := mediatest.ReadMPD(t, get(t, mpd)).Representations[0]
			init := get(t, vod+"v1/init.mp4")
			damaged := 0
			for number := 1; number <= min(3, len(r.Segments)); number++ {
				u := fmt.Sprintf("%sv1/%d.m4s", vod, number)
				clean := get(t, u)
				for _, most := range []int{1, 4, 7, 10000} {
					want, units := expect(t, r.Codecs, init, clean, most)
					damaged += units
					for _, query := range []string{fmt.Sprintf("?vcorrupt=%d&frames=%d", number, most), fmt.Sprintf("?fault=video:corrupt=%d", most)} {
						res, got := fetch(t, u+query, nil)
						if res.StatusCode != 200 || !bytes.Equal(got, want) {
							t.Fatalf("%s%s: %s, %d bytes of %d, other bytes than expected at %d", u, query, res.Status, len(got), len(want), difference(got, want))
						}
						if units > 0 != (res.Header.Get("Dashwright-Fault") != "") {
							t.Errorf("%s%s: %d units, %v", u, query, units, res.Header)
						}
						from, to := len(want)/3, len(want)/3*2
						if res, part := fetch(t, u+query, map[string]string{"Range": fmt.Sprintf("bytes=%d-%d", from, to-1)}); res.StatusCode != 206 || !bytes.Equal(part, want[from:to]) {
							t.Errorf("%s%s: a range has other bytes than the whole: %s", u, query, res.Status)
						}
					}
				}
				if again := get(t, u); !bytes.Equal(again, clean) {
					t.Errorf("%s: the damage is remembered", u)
				}
				if other := get(t, u+"?vcorrupt=77"); !bytes.Equal(other, clean) {
					t.Errorf("%s is damaged, which was not asked for", u)
				}
			}
			if damaged == 0 {
				t.Error("nothing was damaged")
			}
			if got := get(t, vod+"v1/init.mp4?vcorrupt=0,1&fault=all:corrupt"); !bytes.Equal(got, init) {
				t.Error("the init segment is damaged")
			}
			if audio := vod + "a1/1.m4s"; !bytes.Equal(get(t, audio), get(t, audio+"?vcorrupt=1&fault=media:corrupt")) {
				t.Error("audio is damaged")
			}
		})
	}
}

func difference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// Elsewhere than in segments of their own: live, in chunks, in a file that is asked for by ranges.
func TestCorruptElsewhere(t *testing.T) {
	for _, path := range []string{mediatest.Clip(t), mediatest.FFmpeg(t, "clip.ts", "-i", mediatest.Clip(t), "-c", "copy")} {
		_, mpd := one(t, path)
		vod := strings.TrimSuffix(mpd, "manifest.mpd")
		init := get(t, vod+"v1/init.mp4")
		const at = "&start=2026-09-06T12:00:00Z&now=2026-09-06T12:01:00Z&segdur=2"
		u := live(vod) + "v1/27.m4s?"
		want, units := expect(t, "avc1", init, get(t, u+at), 4)
		if units != 4 {
			t.Fatalf("%d units", units)
		}
		for _, query := range []string{"vcorrupt=27", "vcorrupt=12:00:53Z", "vcorrupt=2026-09-06T12:00:53Z,3"} {
			if got := get(t, u+query+at); !bytes.Equal(got, want) {
				t.Errorf("%s: other bytes than expected at %d", query, difference(got, want))
			}
		}
		for _, query := range []string{"vcorrupt=28", "vcorrupt=12:00:54Z"} {
			if got := get(t, u+query+at); bytes.Equal(got, want) {
				t.Errorf("%s: damaged", query)
			}
		}
		// In chunks the same samples are damaged.
		chunks := func(query string) (samples []byte) {
			return payloads(t, get(t, u+query+"chunkdur=0.5"+at))
		}
		if got := chunks("vcorrupt=27&"); !bytes.Equal(got, payloads(t, want)) || bytes.Equal(got, chunks("")) {
			t.Error("in chunks other bytes are damaged")
		}
		wholeFile(t, strings.Replace(mpd, "/vod/", "/odvod/", 1), init, vod)
	}
}

// payloads returns what is in all mdat boxes of a segment.
func payloads(t testing.TB, b []byte) (all []byte) {
	t.Helper()
	for len(b) > 0 {
		n := int(b[0])<<24 | int(b[1])<<16 | int(b[2])<<8 | int(b[3])
		if n < 8 || n > len(b) {
			t.Fatalf("a box of %d bytes, %d are left", n, len(b))
		}
		if string(b[4:8]) == "mdat" {
			all = append(all, b[8:n]...)
		}
		b = b[n:]
	}
	return all
}

// wholeFile damages segments 2 and 4 of a Representation that is one file.
func wholeFile(t *testing.T, mpd string, init []byte, vod string) {
	t.Helper()
	r := mediatest.ReadMPD(t, get(t, mpd+"?vcorrupt=2,4")).Representations[0]
	file := resolve(t, mpd, r.File)
	got := get(t, file)
	clean := get(t, strings.Split(file, "?")[0])
	var want []byte
	want = append(want, clean...)
	_, last, _ := strings.Cut(r.IndexRange, "-")
	at, err := strconv.Atoi(last)
	if err != nil {
		t.Fatal(err)
	}
	at++
	bounds := []int{at}
	for number := 1; at < len(clean); number++ {
		// A segment of a file is one of its own without the segment type box.
		segment := get(t, fmt.Sprintf("%sv1/%d.m4s", vod, number))[24:]
		if !bytes.Equal(clean[at:at+len(segment)], segment) {
			t.Fatalf("segment %d is not where it is expected", number)
		}
		if number == 2 || number == 4 {
			damaged, _ := expect(t, "avc1", init, segment, 4)
			copy(want[at:], damaged)
		}
		at += len(segment)
		bounds = append(bounds, at)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: other bytes than expected at %d", file, difference(got, want))
	}
	// By ranges, as a player asks: which segment a range is about is found out.
	for i := range len(bounds) - 1 {
		head := map[string]string{"Range": fmt.Sprintf("bytes=%d-%d", bounds[i], bounds[i+1]-1)}
		if res, part := fetch(t, file, head); res.StatusCode != 206 || !bytes.Equal(part, want[bounds[i]:bounds[i+1]]) {
			t.Errorf("segment %d by its range: %s", i+1, res.Status)
		}
		res, _ := fetch(t, strings.Split(file, "?")[0]+"?fault=video:404@n=2", head)
		if (res.StatusCode == 404) != (i == 1) {
			t.Errorf("segment %d by its range: %s", i+1, res.Status)
		}
	}
	if res, _ := fetch(t, strings.Split(file, "?")[0]+"?fault=init:404", map[string]string{"Range": fmt.Sprintf("bytes=0-%d", bounds[0]-1)}); res.StatusCode != 404 {
		t.Errorf("the init segment by its range: %s", res.Status)
	}
}

// What a running dashlive 3.6.1 answered for the film: digests of the mdat's payload.
func TestCorruptAsDashlive(t *testing.T) {
	path, ok := mediatest.Film(t, "bbb_v7")
	if !ok {
		t.Log("no film folder: there is nothing that a dashlive was recorded with")
		return
	}
	dir := filepath.Join(t.TempDir(), "bbb")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, filepath.Join(dir, "bbb_v7.mp4")); err != nil {
		t.Fatal(err)
	}
	_, mpd := one(t, filepath.Join(dir, "bbb_v7.mp4"))
	for i, want := range []string{
		"9ba79b231abe0296eea37d10e906e68bfba33f2c07216433e8c4a9968a4f6e44", "8b985033976848522204a43b0f6a1eb4eadc3759af94cf9a54094a1e187d0b43",
		"ae41426af252ff529eea7e243410e3d77745e382709193f82a60f76d312eb0f6", "830f96a4a4d257c2a48c7af3053a35f68957e2b28416ba39e9eddb9918f07afd",
		"cf6f7d20b5660b8fb52283090d52a4648152c97eb749369ad31ab5d30fa859f4",
	} {
		u := fmt.Sprintf("%sv1/%d.m4s?vcorrupt=%d&frames=2", strings.TrimSuffix(mpd, "manifest.mpd"), i+1, i+1)
		sum := sha256.Sum256(payloads(t, get(t, u)))
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s: the payload is %s, not %s", u, got, want)
		}
	}
}
