package mpegts

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// eachPacket calls edit with a copy of each 188-byte packet of b and joins what it returns.
func eachPacket(b []byte, edit func(i int, p []byte) []byte) (out []byte) {
	for i := 0; (i+1)*packetLen <= len(b); i++ {
		out = append(out, edit(i, bytes.Clone(b[i*packetLen:(i+1)*packetLen]))...)
	}
	return out
}

func film(t testing.TB) []byte {
	return readFile(t, clip(t, "copy.ts", "-t", "6", "-c", "copy"))
}

// payloads returns the bytes of all Samples of a track, each on its own.
func (s *scanned) payloads(t testing.TB, k media.Kind, n int) []string {
	t.Helper()
	tr, list := s.track(t, k, n)
	out := make([]string, len(list))
	for i := range list {
		b, err := Read(s.File, tr, &list[i], nil)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = string(b)
	}
	return out
}

// TestLayout: what is around the packets makes no difference to what is in them.
func TestLayout(t *testing.T) {
	b := film(t)
	whole := scan(t, b)
	garbage := func(n int) []byte {
		out := make([]byte, n)
		r := rand.New(rand.NewPCG(1, uint64(n)))
		for i := range out {
			out[i] = byte(r.Uint32())
		}
		return out
	}
	half := len(b) / 2 / packetLen * packetLen
	null := append([]byte{0x47, 0x1F, 0xFF, 0x10}, make([]byte, 184)...)
	tests := map[string][]byte{
		"204":            eachPacket(b, func(_ int, p []byte) []byte { return append(p, make([]byte, 16)...) }),
		"192":            eachPacket(b, func(i int, p []byte) []byte { return append([]byte{0, 0, byte(i >> 8), byte(i)}, p...) }),
		"leading":        slices.Concat(garbage(777), b),
		"trailing":       slices.Concat(b, garbage(100)),
		"inserted":       slices.Concat(b[:half], garbage(1000), b[half:]),
		"inserted small": slices.Concat(b[:half], garbage(3), b[half:]),
		"stride changes": slices.Concat(b[:half], eachPacket(b[half:], func(_ int, p []byte) []byte { return append([]byte{1, 2, 3, 4}, p...) })),
		"twice": eachPacket(b, func(i int, p []byte) []byte {
			if pid := pidOf(p); i%7 == 0 && pid >= 0x100 && p[3]&0x10 != 0 {
				return append(p, p...)
			}
			return p
		}),
		"null": eachPacket(b, func(i int, p []byte) []byte { return append(p, null...) }),
		"transport errors": eachPacket(b, func(i int, p []byte) []byte {
			bad := bytes.Clone(p)
			bad[1] |= 0x80
			return append(bad, p...)
		}),
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			s := scan(t, b)
			for _, k := range []media.Kind{media.Video, media.Audio} {
				if !slices.Equal(s.payloads(t, k, 0), whole.payloads(t, k, 0)) {
					t.Errorf("%s differs", k)
				}
				_, got := s.track(t, k, 0)
				_, want := whole.track(t, k, 0)
				for i := range got {
					if got[i].DTS != want[i].DTS || got[i].CTO != want[i].CTO || got[i].Sync != want[i].Sync {
						t.Fatalf("%s sample %d: %+v, want %+v", k, i, got[i], want[i])
					}
				}
			}
		})
	}
}

// TestDamage: most of a damaged file is served, and it is said what was done.
func TestDamage(t *testing.T) {
	b := film(t)
	whole := scan(t, b)
	third := len(b) / 3 / packetLen * packetLen
	drop := func(every int) []byte {
		return eachPacket(b, func(i int, p []byte) []byte {
			if i%every == every-1 {
				return nil
			}
			return p
		})
	}
	tests := []struct {
		name   string
		data   []byte
		share  float64 // of the pictures
		exact  float64 // of the audio frames
		expect string  // in a warning
	}{
		{"packets lost", drop(100), 0.95, 0.85, "packets are missing"},
		{"many packets lost", drop(17), 0.6, 0.5, "packets are missing"},
		{"bytes lost", append(bytes.Clone(b[:third+50]), b[third+90:]...), 0.98, 0.97, "no packets were skipped"},
		{"cut off", b[:len(b)/2+77], 0.4, 0.4, ""},
		{"starts in the middle", b[third+13:], 0.3, 0.5, "cannot be decoded from the start"},
		{"hole", append(bytes.Clone(b[:third]), b[2*third+1:]...), 0.5, 0.5, "packets are missing"},
		{"sync bytes wrong", eachPacket(b, func(i int, p []byte) []byte {
			if i%200 == 100 {
				p[0] ^= 0x10
			}
			return p
		}), 0.95, 0.9, "packets are missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := scan(t, tt.data)
			_, video := s.track(t, media.Video, 0)
			_, ref := whole.track(t, media.Video, 0)
			if n := float64(len(video)); n < tt.share*float64(len(ref)) || int(n) > len(ref) {
				t.Errorf("%d pictures of %d", len(video), len(ref))
			}
			good := 0
			payloads := whole.payloads(t, media.Audio, 0)
			for _, p := range s.payloads(t, media.Audio, 0) {
				if slices.Contains(payloads, p) {
					good++
				}
			}
			if float64(good) < tt.exact*float64(len(payloads)) {
				t.Errorf("%d audio frames of %d are as they were", good, len(payloads))
			}
			if all := strings.Join(s.Warnings, "\n"); !strings.Contains(all, tt.expect) {
				t.Errorf("warnings: %s", all)
			}
		})
	}
}

// TestRefused: what cannot be served is refused with a sentence.
func TestRefused(t *testing.T) {
	b := film(t)
	without := func(match func(p []byte) bool) []byte {
		return eachPacket(b, func(_ int, p []byte) []byte {
			if match(p) {
				return nil
			}
			return p
		})
	}
	tests := []struct {
		name string
		data []byte
		kind errs.Kind
		want string
	}{
		{"empty", nil, errs.Invalid, "no MPEG transport stream"},
		{"noise", bytes.Repeat([]byte("not a transport stream, GGG "), 1000), errs.Invalid, "no MPEG transport stream"},
		{"no PAT", without(func(p []byte) bool { return pidOf(p) == 0 }), errs.Invalid, "program association table"},
		{"no PMT", without(func(p []byte) bool { return pidOf(p) == 0x1000 }), errs.Invalid, "program map table"},
		{"nothing but tables", without(func(p []byte) bool { return pidOf(p)&0xF00 == 0x100 }), errs.Invalid, "no frame"},
		{"scrambled", eachPacket(b, func(_ int, p []byte) []byte {
			if pidOf(p)&0xF00 == 0x100 {
				p[3] |= 0x80
			}
			return p
		}), errs.Unsupported, "scrambled"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Scan(context.Background(), bytesFile(tt.data), &collector{})
			if err == nil || errs.KindOf(err) != tt.kind || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// TestSplice: files one after the other are one time line.
func TestSplice(t *testing.T) {
	b := film(t)
	other := readFile(t, clip(t, "other.ts", "-ss", "8", "-t", "3", "-s", "320x180", "-c:v", "libx264", "-preset", "veryfast", "-c:a", "copy",
		"-streamid", "0:200", "-streamid", "1:201", "-mpegts_pmt_start_pid", "480", "-mpegts_service_id", "7", "-muxdelay", "0"))
	tests := []struct {
		name     string
		parts    [][]byte
		restarts int
	}{
		{"twice", [][]byte{b, b}, 0},
		{"three times", [][]byte{b, b, b}, 0},
		{"other PIDs, sizes and program", [][]byte{b, other}, 1},
		{"and back", [][]byte{b, other, b}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := scan(t, bytes.Join(tt.parts, nil))
			if s.restarts != tt.restarts || len(s.Tracks) != 2 {
				t.Errorf("%d restarts, %d tracks", s.restarts, len(s.Tracks))
			}
			video, _ := s.track(t, media.Video, 0)
			if video.InBand != (tt.restarts > 0) {
				t.Errorf("InBand %v", video.InBand)
			}
			var alone []*scanned
			for _, p := range tt.parts {
				alone = append(alone, scan(t, p))
			}
			shifts := map[media.Kind][]media.Ticks{}
			for _, k := range []media.Kind{media.Video, media.Audio} {
				shifts[k] = s.compareParts(t, k, alone)
			}
			for i, v := range shifts[media.Video] { // picture and sound are as far apart as they were
				if d := v - shifts[media.Audio][i]; d > 1000 || d < -1000 {
					t.Errorf("part %d: the picture moved by %d ticks more than the sound", i, d)
				}
			}
		})
	}
}

// compareParts says by how much each part of a track was moved, at 90 kHz, and checks that it is the same for all its Samples.
func (s *scanned) compareParts(t *testing.T, k media.Kind, alone []*scanned) (shifts []media.Ticks) {
	t.Helper()
	tr, list := s.track(t, k, 0)
	at := 0
	for i, part := range alone {
		_, ref := part.track(t, k, 0)
		if len(list) < at+len(ref) {
			t.Fatalf("%s: %d samples, at least %d wanted", k, len(list), at+len(ref))
		}
		shift := list[at].DTS - ref[0].DTS
		shifts = append(shifts, shift.In(tr.Timescale, hz))
		if at > 0 && list[at].DTS-list[at-1].DTS > media.Ticks(tr.Timescale/5) {
			t.Errorf("%s: gap of %d ticks before part %d", k, list[at].DTS-list[at-1].DTS, i)
		}
		for j := range ref {
			got := list[at+j]
			if d := got.DTS - ref[j].DTS - shift; d > 1 || d < -1 || got.CTO != ref[j].CTO {
				t.Fatalf("%s: part %d sample %d: %+v, alone %+v", k, i, j, got, ref[j])
			}
		}
		at += len(ref)
	}
	if at != len(list) {
		t.Errorf("%s: %d samples, want %d", k, len(list), at)
	}
	return shifts
}

// TestGStreamer: another muxer's files.
func TestGStreamer(t *testing.T) {
	for name, mux := range map[string]string{"gst.ts": "mpegtsmux alignment=7", "gst.m2ts": "mpegtsmux m2ts-mode=true"} {
		t.Run(name, func(t *testing.T) {
			path := mediatest.Make(t, name, "sh", "-c", "gst-launch-1.0 -q "+mux+" name=m ! filesink location=OUT filesrc location="+mediatest.Clip(t)+
				" ! qtdemux name=d d.video_0 ! queue ! h264parse ! m. d.audio_0 ! queue ! aacparse ! m.")
			s := scan(t, readFile(t, path))
			if len(s.Warnings) > 0 {
				t.Errorf("warnings %q", s.Warnings)
			}
			s.compare(t, path)
		})
	}
}
