package matroska

import (
	"encoding/json"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// film makes an MP4 with B-frames at a frame rate and audio at a sampling rate: what remuxes are compared with.
func film(t testing.TB, rate, samplingRate string) string {
	return mediatest.FFmpeg(t, "film.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r="+rate+":d=12", "-f", "lavfi", "-i", "sine=r="+samplingRate+":d=12",
		"-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k")
}

// withoutRate remuxes a file and takes DefaultDuration away: the bitstream's own rate is left.
func withoutRate(t testing.TB, source string) string {
	return mediatest.Make(t, "bare.mkv", "sh", "-c", "mkvmerge -q -o OUT "+source+" && mkvpropedit -q OUT -e track:v1 -d default-duration")
}

// clock is the presentation times of a stream in decode order, and their timescale.
type clock struct {
	times     []int64
	timescale int64
}

// clockOf returns the clock of a stream, by ffprobe.
func clockOf(t *testing.T, path, stream string) (c clock) {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", stream, "-show_entries", "packet=pts:stream=time_base", "-of", "json", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Packets []struct{ PTS int64 }
		Streams []struct {
			TimeBase string `json:"time_base"`
		}
	}
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatal(err)
	}
	c.timescale, err = strconv.ParseInt(strings.TrimPrefix(v.Streams[0].TimeBase, "1/"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range v.Packets {
		c.times = append(c.times, p.PTS)
	}
	return c
}

// TestExactTimes holds the restored times against those of the MP4 that was remuxed: they are the same but for one shift of the whole track, which may
// be a millisecond for what the first Block's time was rounded by.
func TestExactTimes(t *testing.T) {
	for _, c := range []struct{ rate, samplingRate, want string }{
		{"24000/1001", "48000", "24000/1001"},
		{"24", "44100", "24"},
		{"25", "32000", "25"},
		{"30000/1001", "48000", "30000/1001"},
		{"50", "44100", "50"},
		{"60000/1001", "48000", "60000/1001"},
		{"60", "22050", "60"},
		{"25/2", "48000", "25/2"},
		{"120", "48000", "120"},
	} {
		source := film(t, c.rate, c.samplingRate)
		picture, sound := clockOf(t, source, "v:0"), clockOf(t, source, "a:0")
		for name, path := range map[string]string{
			"ffmpeg":   mediatest.FFmpeg(t, "film.mkv", "-i", source, "-c", "copy"),
			"mkvmerge": merged(t, "film.mkv", source),
			"bare":     withoutRate(t, source),
		} {
			t.Run(c.rate+" "+name, func(t *testing.T) {
				r, got := scanFile(t, path)
				if f := r.Tracks[0].FrameRate.String(); f != c.want {
					t.Errorf("frame rate %s, want %s", f, c.want)
				}
				sameClock(t, &r.Tracks[0], got.samples[0], picture)
				sameClock(t, &r.Tracks[1], got.samples[1], sound)
			})
		}
	}
}

// sameClock compares the times of a track with those that they were made from.
func sameClock(t *testing.T, track *media.Track, s []media.Sample, want clock) {
	t.Helper()
	if len(want.times) != len(s) {
		t.Errorf("%s: %d samples, the source has %d", track.Codec, len(s), len(want.times))
		return
	}
	// in units of 1/(both timescales)
	shift := int64(s[0].PTS())*want.timescale - want.times[0]*int64(track.Timescale)
	for i := range s {
		d := int64(s[i].PTS())*want.timescale - want.times[i]*int64(track.Timescale) - shift
		if d != 0 {
			t.Errorf("%s sample %d: %d/%d s, the source has %d/%d s: off by %.3f ms", track.Codec, i, s[i].PTS(), track.Timescale, want.times[i], want.timescale,
				1000*float64(d)/float64(want.timescale)/float64(track.Timescale))
			return
		}
	}
	checkClock(t, track, s)
}

// TestEstimatedRate takes a file whose frame rate neither the container nor the bitstream says.
func TestEstimatedRate(t *testing.T) {
	for _, rate := range []string{"24000/1001", "25", "60000/1001"} {
		t.Run(rate, func(t *testing.T) {
			source := mediatest.FFmpeg(t, "vp9.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x90:r="+rate+":d=11", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")
			r, got := scanFile(t, withoutRate(t, source))
			if f := r.Tracks[0].FrameRate.String(); f != rate {
				t.Errorf("frame rate %s, want %s", f, rate)
			}
			sameClock(t, &r.Tracks[0], got.samples[0], clockOf(t, source, "v:0"))
		})
	}
}

// TestVariableRate takes times that are on no grid: they stay what the container says.
func TestVariableRate(t *testing.T) {
	path := mediatest.FFmpeg(t, "vfr.mkv", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=30", "-vf", "settb=1/1000,setpts=PTS+(0.013*sin(N*N)+0.013)/TB",
		"-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-enc_time_base", "1/1000")
	r, got := compare(t, path)
	if ts := r.Tracks[0].Timescale; ts != 1000 {
		t.Errorf("timescale %d, want 1000", ts)
	}
	sameClock(t, &r.Tracks[0], got.samples[0], clockOf(t, path, "v:0"))
	if f := r.Tracks[0].FrameRate.String(); f != "30" {
		t.Errorf("mean frame rate %s, want 30", f)
	}
}

// TestLateVariableRate takes times that leave the grid after the frames that decided it: the scan begins again.
func TestLateVariableRate(t *testing.T) {
	path := mediatest.FFmpeg(t, "late.mkv", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=30:d=30", "-vf", "settb=1/1000,setpts=PTS+gt(N\\,400)*(0.013*sin(N*N)+0.013)/TB",
		"-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "3", "-enc_time_base", "1/1000")
	r, got := compare(t, path)
	if r.Tracks[0].Timescale != 1000 || got.restarts != 1 {
		t.Errorf("timescale %d after %d restarts, want 1000 after 1", r.Tracks[0].Timescale, got.restarts)
	}
	sameClock(t, &r.Tracks[0], got.samples[0], clockOf(t, path, "v:0"))
}

// TestGaps takes frames away: what is left stays on the grid, and audio begins anew after its gap.
func TestGaps(t *testing.T) {
	source := film(t, "24000/1001", "44100")
	drop := "select='not(between(n\\,100\\,110))'"
	path := mediatest.FFmpeg(t, "gaps.mkv", "-i", source, "-vf", drop, "-fps_mode", "passthrough", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2",
		"-af", "aselect='not(between(n\\,100\\,110))'", "-c:a", "libopus")
	r, got := scanFile(t, path)
	if f := r.Tracks[0].FrameRate.String(); f != "24000/1001" {
		t.Errorf("frame rate %s", f)
	}
	long := 0
	for _, s := range got.samples[0] {
		if s.Duration%1001 != 0 {
			t.Fatalf("duration %d", s.Duration)
		}
		if s.Duration == 12*1001 {
			long++
		}
	}
	if long != 1 {
		t.Errorf("%d gaps of 11 frames, want 1", long)
	}
	compare(t, path)
}
