package codec_test

import (
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// TestRandomAccess compares with the key frames that the encoder told the container of.
func TestRandomAccess(t *testing.T) {
	t.Parallel()
	video := func(encoder string, more ...string) []string {
		return append([]string{"-f", "lavfi", "-i", "testsrc2=s=96x64:r=25", "-frames:v", "40", "-g", "20", "-pix_fmt", "yuv420p", "-c:v", encoder}, more...)
	}
	cases := []struct {
		name  string
		args  []string
		syncs int
	}{
		{"avc", x264("160x90", "25", "60", "keyint=20:scenecut=0", "-pix_fmt", "yuv420p"), 3},
		{"avc open gop", x264("160x90", "25", "60", "keyint=20:scenecut=0:open-gop=1:bframes=3:b-adapt=0", "-pix_fmt", "yuv420p"), 0},
		{"avc interlaced", x264("160x96", "25", "60", "keyint=20:scenecut=0:interlaced=1", "-pix_fmt", "yuv420p"), 3},
		{"avc intra refresh", x264("160x90", "25", "60", "keyint=20:intra-refresh=1", "-pix_fmt", "yuv420p"), 1},
		{"hevc", x265("160x90", "25", "60", "keyint=20:no-scenecut=1:open-gop=0", "-pix_fmt", "yuv420p"), 3},
		{"hevc open gop", x265("160x90", "25", "60", "keyint=20:no-scenecut=1:open-gop=1:bframes=3", "-pix_fmt", "yuv420p"), 0},
		{"aom", video("libaom-av1", "-cpu-used", "8", "-lag-in-frames", "0"), 2},
		{"aom with hidden frames", video("libaom-av1", "-cpu-used", "8"), 0},
		{"svt", video("libsvtav1", "-preset", "12"), 0},
		{"vp9", video("libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"), 2},
		{"vp9 with hidden frames", video("libvpx-vp9", "-cpu-used", "5", "-lag-in-frames", "10", "-auto-alt-ref", "1"), 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr, path, file := mp4Track(t, "clip.mp4", c.args...)
			_, packets := probe(t, path)
			syncs := 0
			for i, p := range packets {
				sample := sampleBytes(t, file, p)
				want := strings.HasPrefix(p.Flags, "K")
				if i > 0 && c.name == "avc intra refresh" {
					want = false // x264 flags recovery points that are a whole refresh away from a right picture
				}
				got, inBand := codec.RandomAccess(tr, sample, uint32(len(sample)))
				if got != want || inBand && tr.Codec != media.AV1 {
					t.Errorf("packet %d: random access %v, in band %v; ffprobe has flags %s", i, got, inBand, p.Flags)
				}
				if cut, _ := codec.RandomAccess(tr, sample[:min(len(sample), 2048)], uint32(len(sample))); cut != want {
					t.Errorf("packet %d cut off: random access %v", i, cut)
				}
				if got {
					syncs++
				}
			}
			if c.syncs != 0 && syncs != c.syncs || syncs == 0 {
				t.Errorf("%d random access points, want %d", syncs, c.syncs)
			}
		})
	}
}

// TestRandomAccessInBand has parameter sets before every IDR picture.
func TestRandomAccessInBand(t *testing.T) {
	t.Parallel()
	tr, path, file := mp4Track(t, "clip.mp4", x264("160x90", "25", "30", "keyint=10:scenecut=0:repeat-headers=1", "-pix_fmt", "yuv420p", "-bsf:v", "dump_extra=freq=keyframe")...)
	_, packets := probe(t, path)
	for i, p := range packets {
		sample := sampleBytes(t, file, p)
		sync, inBand := codec.RandomAccess(tr, sample, uint32(len(sample)))
		if sync != (i%10 == 0) || inBand != sync {
			t.Errorf("packet %d: random access %v, in band %v", i, sync, inBand)
		}
	}
}

func TestRandomAccessOfOthers(t *testing.T) {
	t.Parallel()
	for _, tr := range []media.Track{{Kind: media.Audio, Codec: media.AAC}, {Kind: media.Text, Codec: media.WVTT}} {
		if sync, _ := codec.RandomAccess(&tr, nil, 0); !sync {
			t.Errorf("%s: no random access", tr.Codec)
		}
	}
	if sync, _ := codec.RandomAccess(&media.Track{Kind: media.Video, Codec: media.AVC}, []byte{0, 0, 0, 1, 0x65}, 5); sync {
		t.Error("AVC without a record has random access")
	}
}
