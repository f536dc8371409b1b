package cenc_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/http"
	"os/exec"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dashwright/dashwright/demo"
	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/app/apptest"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// sources is a file of each codec. Those of the same name but for what is behind a dot hold the same.
func sources(t testing.TB) map[string]string {
	t.Helper()
	video := func(name, size string, args ...string) string {
		head := []string{"-f", "lavfi", "-i", "testsrc2=s=" + size + ":r=25:d=6", "-f", "lavfi", "-i", "sine=r=48000:d=6", "-pix_fmt", "yuv420p", "-g", "50", "-keyint_min", "50"}
		return mediatest.FFmpeg(t, name, append(head, args...)...)
	}
	avc := video("avc.mp4", "640x360", "-c:v", "libx264", "-preset", "fast", "-bf", "2", "-x264-params", "scenecut=0:weightp=2:weightb=1", "-c:a", "aac")
	return map[string]string{
		"avc":    avc,
		"slices": video("slices.mp4", "640x360", "-c:v", "libx264", "-preset", "veryfast", "-x264-params", "scenecut=0:slices=8:interlaced=1:cabac=0", "-c:a", "eac3"),
		"hevc":   video("hevc.mp4", "640x360", "-c:v", "libx265", "-preset", "veryfast", "-x265-params", "log-level=none:keyint=50:min-keyint=50:scenecut=0:slices=3:weightb=1", "-tag:v", "hvc1", "-c:a", "ac3"),
		"av1":    video("av1.mp4", "640x360", "-c:v", "libaom-av1", "-cpu-used", "8", "-tiles", "2x2", "-b:v", "500k", "-c:a", "libopus"),
		"vp9":    video("vp9.mp4", "640x360", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k", "-c:a", "flac", "-strict", "-2"),
		"avc3":   mediatest.FFmpeg(t, "avc3.mp4", "-i", avc, "-an", "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-tag:v", "avc3"),
		"avcts":  mediatest.FFmpeg(t, "avcts.ts", "-i", avc, "-c", "copy"),
		"mp3":    mediatest.Make(t, "mp3.mkv", "sh", "-c", "ffmpeg -v error -i "+avc+" -map 0:a -c:a libmp3lame OUT.mka && mkvmerge -q -o OUT OUT.mka"),
	}
}

// program is the whole program, running.
type program struct {
	t    testing.TB
	base string
}

func start(t testing.TB, paths ...string) program {
	t.Helper()
	base, _ := apptest.Start(t, app.Config{Paths: paths, Builtin: demo.Files(), AllowOrigin: "*", Version: "test", FFmpeg: "none"})
	return program{t, base}
}

// get returns the body at a path, or part of it.
func (p program) get(path string, part ...string) []byte {
	p.t.Helper()
	req, err := http.NewRequest(http.MethodGet, p.base+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(part) > 0 {
		req.Header.Set("Range", "bytes="+part[0])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatalf("%s: %v", path, err)
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusPartialContent {
		p.t.Fatalf("%s: %s: %s", path, res.Status, body)
	}
	return body
}

// with adds options to a path.
func with(path, query string) string {
	switch {
	case query == "":
		return path
	case strings.Contains(path, "?"):
		return path + "&" + query
	}
	return path + "?" + query
}

// track is a Representation that has been fetched.
type track struct {
	init     []byte
	in       mediatest.Init
	segments [][]byte
}

// fetch loads segments of a Representation by their numbers, as a player does: init and media segments by the URLs that the manifest announces, of whichever Period they are. folder is the
// Representation's, "/dash/vod/film/v1"; a number that is in several Periods is the first one's.
func (p program) fetch(folder, query string, first, count int) track {
	p.t.Helper()
	stream, id := path.Split(folder)
	mpd := p.get(with(stream+"manifest.mpd?timeline=number&depth=3600", query))
	var x track
	init := ""
	for _, r := range mediatest.ReadMPD(p.t, mpd).Representations {
		for _, s := range r.Segments {
			if r.ID != id || s.Number != first+len(x.segments) || len(x.segments) == count {
				continue
			}
			if len(x.segments) == 0 {
				init = r.Init
				x.init = p.get(stream + init)
				x.in = mediatest.ParseInit(p.t, x.init)
			}
			if r.Init != init {
				p.t.Fatalf("%s?%s: segment %d is of Period %s, which has init segments of its own", folder, query, s.Number, r.Period)
			}
			x.segments = append(x.segments, p.get(stream+s.URL))
		}
	}
	if len(x.segments) != count {
		p.t.Fatalf("%s?%s: %d of the segments from %d on are announced, not %d:\n%s", folder, query, len(x.segments), first, count, mpd)
	}
	return x
}

func (x *track) all() []byte { return append(bytes.Clone(x.init), bytes.Join(x.segments, nil)...) }

// printed is what packets returned before.
var printed sync.Map

// packets has FFmpeg read a file through a pipe, decrypt it, and print each packet's times and hash.
func packets(t testing.TB, file []byte, key string) string {
	t.Helper()
	sum := sha256.Sum256(append([]byte(key+" "), file...))
	if out, ok := printed.Load(sum); ok {
		return out.(string)
	}
	out := strings.Join(print(t, file, key), "\n")
	printed.Store(sum, out)
	return out
}

func print(t testing.TB, file []byte, key string) []string {
	t.Helper()
	args := []string{"-v", "error", "-i", "pipe:0", "-map", "0", "-c", "copy", "-f", "framemd5", "-"}
	if key != "" {
		args = append([]string{"-decryption_key", key}, args...)
	}
	cmd := exec.Command("ffmpeg", args...)
	cmd.Stdin = bytes.NewReader(file)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("ffmpeg %v: %v\n%s", args, err, errors.Bytes())
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") {
			line, _, _ = strings.Cut(strings.TrimSpace(line), ", S=") // side data: what pssh boxes say
			lines = append(lines, line)
		}
	}
	return lines
}

// keyOf returns the key of a KID, which is computed.
func keyOf(t testing.TB, kid []byte) string {
	t.Helper()
	k, _, ok := (drm.Computer{}).Find(media.KID(kid))
	if !ok {
		t.Fatalf("there is no key for %x", kid)
	}
	return hex.EncodeToString(k.Value[:])
}

// tenc returns the body of the tenc box of an init segment, behind version and flags; nil when there is none.
func tenc(init []byte) []byte {
	at := bytes.Index(init, []byte("tenc"))
	if at < 0 {
		return nil
	}
	return init[at+4 : at-4+int(binary.BigEndian.Uint32(init[at-4:]))]
}

// kidOf returns the KID of an init segment.
func (x *track) kidOf(t testing.TB) []byte {
	t.Helper()
	b := tenc(x.init)
	if b == nil {
		t.Fatal("the init segment says nothing of encryption")
	}
	return b[8:24]
}

// decrypted has mp4ff decrypt segments, each with its key, and returns all samples.
func decrypted(t testing.TB, x *track, key func(i int) string) [][]byte {
	t.Helper()
	var all [][]byte
	for i, s := range x.segments {
		// Each by itself: it decrypts in place.
		f, err := mp4.DecodeFile(bytes.NewReader(append(bytes.Clone(x.init), s...)))
		if err != nil {
			t.Fatalf("segment %d: %v", i, err)
		}
		info, err := mp4.DecryptInit(f.Init)
		if err != nil {
			t.Fatal(err)
		}
		k, _ := hex.DecodeString(key(i))
		for _, seg := range f.Segments {
			if err := mp4.DecryptSegment(seg, info, k); err != nil {
				t.Fatalf("segment %d: %v", i, err)
			}
			for _, frag := range seg.Fragments {
				samples, err := frag.GetFullSamples(f.Init.Moov.Mvex.Trex)
				if err != nil {
					t.Fatal(err)
				}
				for _, smp := range samples {
					all = append(all, smp.Data)
				}
			}
		}
	}
	return all
}

// samples returns all samples of a track.
func (x *track) samples(t testing.TB) [][]byte {
	t.Helper()
	var all [][]byte
	for _, s := range x.segments {
		f := mediatest.ParseSegment(t, x.in, s)
		for _, smp := range f.Samples {
			all = append(all, smp.Data)
		}
	}
	return all
}
