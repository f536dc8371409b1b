package flv

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// TestEnhanced puts packets of every codec behind the headers of Enhanced RTMP.
func TestEnhanced(t *testing.T) {
	clip := mediatest.Clip(t)
	encode := func(name string, args ...string) string {
		return mediatest.FFmpeg(t, name, append([]string{"-i", clip, "-t", "1", "-vf", "scale=192:108"}, args...)...)
	}
	same := func(b []byte) []byte { return b }
	for _, test := range []struct {
		codec  media.Codec
		code   string
		path   string
		kind   media.Kind
		header func(extra []byte) []byte // the sequence header, nil when there is none
		config func(extra []byte) []byte
	}{
		{media.AVC, "avc1", encode("avc.mp4", "-an", "-c:v", "libx264", "-bf", "2"), media.Video, same, same},
		{media.HEVC, "hvc1", encode("hevc.mp4", "-an", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"), media.Video, same, same},
		{media.AV1, "av01", encode("av1.mp4", "-an", "-c:v", "libsvtav1", "-preset", "12"), media.Video, same, same},
		{media.VP9, "vp09", encode("vp9.mp4", "-an", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"), media.Video,
			func([]byte) []byte { return []byte{1, 0, 0, 0, 0, 10, 0x82, 1, 1, 1, 0, 0} },
			func([]byte) []byte { return []byte{0, 10, 0x82, 1, 1, 1, 0, 0} }},
		{media.AAC, "mp4a", encode("aac.mp4", "-vn", "-c:a", "aac"), media.Audio, same, same},
		{media.Opus, "Opus", encode("opus.mkv", "-vn", "-c:a", "libopus"), media.Audio, same,
			func(extra []byte) []byte { b, _ := codec.OpusConfig(extra); return b }},
		{media.FLAC, "fLaC", encode("flac.mkv", "-vn", "-c:a", "flac", "-sample_fmt", "s16"), media.Audio,
			func(extra []byte) []byte { return concat([]byte("fLaC\x80\x00\x00\x22"), extra) },
			func(extra []byte) []byte { return concat([]byte("\x80\x00\x00\x22"), extra) }},
		{media.AC3, "ac-3", encode("ac3.mp4", "-vn", "-c:a", "ac3"), media.Audio, nil, nil},
		{media.EAC3, "ec-3", encode("eac3.mp4", "-vn", "-c:a", "eac3"), media.Audio, nil, nil},
		{media.MP3, ".mp3", encode("mp3.mp4", "-vn", "-c:a", "libmp3lame", "-write_xing", "0", "-b:a", "96k"), media.Audio, nil, nil},
	} {
		t.Run(test.code, func(t *testing.T) {
			t.Parallel()
			p := probe(t, test.path, test.kind)
			f := fileOf(flvOf(enhanced(p, test.kind, test.code, test.header)...))
			c := mustScan(t, f)
			if len(c.result.Tracks) != 1 || len(c.result.Warnings) > 0 {
				t.Fatalf("tracks %+v, warnings %q", c.result.Tracks, c.result.Warnings)
			}
			tr := &c.result.Tracks[0]
			if tr.Codec != test.codec || tr.Kind != test.kind || test.config != nil && !bytes.Equal(tr.Config, test.config(p.extra)) || test.config == nil && len(tr.Config) == 0 {
				t.Errorf("%s %s with Config %x", tr.Kind, tr.Codec, tr.Config)
			}
			if got := c.payload(t, f, 0); !slices.EqualFunc(got, p.data, bytes.Equal) {
				t.Errorf("%d payloads are not the %d packets", len(got), len(p.data))
			}
			for i, s := range c.samples[0] {
				q := p.Packets[i]
				if dts, pts := int64(s.DTS.In(tr.Timescale, 1000)), int64(s.PTS().In(tr.Timescale, 1000)); max(dts-milli(q.DTSTime), milli(q.DTSTime)-dts, pts-milli(q.PTSTime), milli(q.PTSTime)-pts) > 1 {
					t.Fatalf("sample %d is at %d and %d ms, in the source at %s and %s s", i, dts, pts, q.DTSTime, q.PTSTime)
				}
			}
		})
	}
}

// enhanced makes tags of packets: with composition times and without, one with a modifier in front.
func enhanced(p probed, kind media.Kind, code string, header func([]byte) []byte) (tags []tagOf) {
	id, format := byte(tagVideo), byte(0x80)
	if kind == media.Audio {
		id, format = tagAudio, 0x90
	}
	if header != nil {
		tags = append(tags, tagOf{id, 0, concat([]byte{format | 0x10 | exSequenceStart}, []byte(code), header(p.extra))})
	}
	for i, q := range p.Packets {
		at, shown := milli(q.DTSTime), milli(q.PTSTime)
		first := format
		if kind == media.Video {
			first |= 0x20
			if strings.HasPrefix(q.Flags, "K") {
				first = format | 0x10
			}
		}
		body := concat([]byte(code))
		packet := byte(exCodedFrames)
		if kind == media.Video && (code == "avc1" || code == "hvc1") {
			if at == shown {
				packet = exCodedFramesX
			} else {
				body = put24(body, shown-at)
			}
		}
		if i == 3 { // a nanosecond offset in front
			body = concat([]byte{2, 1, 2, 3, 0<<4 | packet}, body)
			packet = exModEx
		}
		tags = append(tags, tagOf{id, at, concat([]byte{first | packet}, body, p.data[i])})
	}
	return tags
}

// source is a short recording as tags.
type source struct {
	video, audio probed
}

func newSource(t *testing.T) source {
	path := small(t)
	return source{probe(t, path, media.Video), probe(t, path, media.Audio)}
}

// tags makes plain tags, interleaved, each time changed by at.
func (s source) tags(at func(ms int64) int64) []tagOf {
	tags := []tagOf{
		{tagVideo, at(0), concat([]byte{0x17, 0, 0, 0, 0}, s.video.extra)},
		{tagAudio, at(0), concat([]byte{0xaf, 0}, s.audio.extra)},
	}
	for i, q := range s.video.Packets {
		first := byte(0x27)
		if strings.HasPrefix(q.Flags, "K") {
			first = 0x17
		}
		// The clip's first decode time is before 0.
		dts, pts := milli(q.DTSTime)+100, milli(q.PTSTime)+100
		tags = append(tags, tagOf{tagVideo, at(dts), concat(put24([]byte{first, 1}, pts-dts), s.video.data[i])})
	}
	for i, q := range s.audio.Packets {
		tags = append(tags, tagOf{tagAudio, at(milli(q.DTSTime) + 100), concat([]byte{0xaf, 1}, s.audio.data[i])})
	}
	head := tags[:2:2]
	rest := tags[2:]
	slices.SortStableFunc(rest, func(a, b tagOf) int { return int(int32(uint32(a.time) - uint32(b.time))) })
	return append(head, rest...)
}

// TestClock: wraps, new beginnings and jitter.
func TestClock(t *testing.T) {
	src := newSource(t)
	plain := mustScan(t, fileOf(flvOf(src.tags(func(ms int64) int64 { return ms })...)))
	count := func(c *collected) int { return len(c.samples[0]) + len(c.samples[1]) }
	video := func(c *collected) (int, media.Timescale) {
		for i, tr := range c.result.Tracks {
			if tr.Kind == media.Video {
				return i, tr.Timescale
			}
		}
		t.Fatal("no video track")
		return 0, 0
	}
	last := func(c *collected, track int) int64 {
		all := c.samples[track]
		s := all[len(all)-1]
		return int64((s.DTS + s.Duration).In(c.result.Tracks[track].Timescale, 1000))
	}
	first := func(c *collected, track int) int64 {
		return int64(c.samples[track][0].DTS.In(c.result.Tracks[track].Timescale, 1000))
	}
	jitter := 0
	for _, test := range []struct {
		name  string
		at    func(ms int64) int64
		twice bool
		exact bool // video is on its frame grid
	}{
		{"begins at 100 ms", func(ms int64) int64 { return ms }, false, true},
		{"begins late", func(ms int64) int64 { return ms + 3_600_000 }, false, true},
		{"wraps at 32 bits", func(ms int64) int64 { return int64(uint32(ms + 1<<32 - 2000)) }, false, true},
		{"wraps at 24 bits", func(ms int64) int64 { return (ms + 1<<24 - 2000) & (1<<24 - 1) }, false, true},
		{"jitter", func(ms int64) int64 { jitter++; return ms + int64(jitter%4) }, false, false},
		{"begins anew", func(ms int64) int64 { return ms }, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			tags := src.tags(test.at)
			if test.name == "wraps at 24 bits" { // in the order of the file, not of the numbers
				tags = src.tags(func(ms int64) int64 { return ms })
				for i := range tags {
					tags[i].time = test.at(tags[i].time)
				}
			}
			if test.twice {
				tags = append(tags, tags...)
			}
			f := fileOf(flvOf(tags...))
			c := mustScan(t, f)
			n := count(plain)
			if test.twice {
				n *= 2
			}
			if count(c) != n || len(c.result.Warnings) > 0 {
				t.Fatalf("%d samples, not %d; warnings %q", count(c), n, c.result.Warnings)
			}
			i, scale := video(c)
			if test.exact != (scale == 24000) {
				t.Errorf("timescale %d, %d restarts", scale, c.restarts)
			}
			for i := range c.result.Tracks {
				length, want := last(c, i)-first(c, i), last(plain, i)-first(plain, i)
				if test.twice {
					want *= 2
				}
				if d := length - want; d < -150 || d > 150 {
					t.Errorf("track %d lasts %d ms, not %d", i, length, want)
				}
				for j, s := range c.samples[i] {
					if j > 0 && s.DTS != c.samples[i][j-1].DTS+c.samples[i][j-1].Duration || s.Duration <= 0 {
						t.Fatalf("track %d, sample %d: %+v after %+v", i, j, s, c.samples[i][j-1])
					}
				}
			}
			if apart := first(c, 1-i) - first(c, i); apart != first(plain, 1-i)-first(plain, i) && test.name != "jitter" {
				t.Errorf("audio begins %d ms after video, before that was %d", apart, first(plain, 1-i)-first(plain, i))
			}
		})
	}
}

// TestAudioGap: the audio's clock follows the file where the file says that something is missing.
func TestAudioGap(t *testing.T) {
	src := newSource(t)
	tags := src.tags(func(ms int64) int64 { return ms })
	var holes []tagOf
	n := 0
	for _, tag := range tags {
		if tag.kind == tagAudio && tag.data[1] == 1 {
			if n++; n > 20 && n <= 30 {
				continue
			}
		}
		holes = append(holes, tag)
	}
	c := mustScan(t, fileOf(flvOf(holes...)))
	for i, tr := range c.result.Tracks {
		if tr.Kind != media.Audio {
			continue
		}
		for j, s := range c.samples[i] {
			want := media.Ticks(1024)
			if j == 19 {
				want *= 11
			}
			if d := s.Duration - want; d < -50 || d > 50 || d != 0 && j != 19 {
				t.Errorf("audio sample %d lasts %d, not %d", j, s.Duration, want)
			}
		}
	}
}

// TestChange joins recordings with different parameter sets: they are served in band, at every key frame.
func TestChange(t *testing.T) {
	one := newSource(t)
	path := mediatest.FFmpeg(t, "other.mp4", "-i", small(t), "-an", "-c:v", "libx264", "-profile:v", "main", "-bf", "0", "-g", "24", "-vf", "scale=128:72")
	two := source{video: probe(t, path, media.Video)}
	var tags []tagOf
	for i, s := range []source{one, two, one} {
		for _, tag := range s.tags(func(ms int64) int64 { return ms + int64(i)*4200 }) {
			if tag.kind == tagVideo {
				tags = append(tags, tag)
			}
		}
	}
	b := flvOf(tags...)
	path = t.TempDir() + "/change.flv"
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	f := fileOf(b)
	c := mustScan(t, f)
	tr := &c.result.Tracks[0]
	if !tr.InBand || tr.Contiguous || c.restarts == 0 || len(c.result.Warnings) != 1 || len(c.samples[0]) != len(tags)-3 {
		t.Fatalf("in band %t, contiguous %t, restarts %d, warnings %q", tr.InBand, tr.Contiguous, c.restarts, c.result.Warnings)
	}
	sizes := map[int]int{}
	payload := c.payload(t, f, 0)
	for i, s := range c.samples[0] {
		_, inBand := codec.RandomAccess(tr, payload[i], s.Size)
		if s.Sync != inBand {
			t.Errorf("sample %d: key frame %t, with parameter sets %t", i, s.Sync, inBand)
		}
		sizes[int(s.Size)-int(s.Span)]++
	}
	if len(sizes) != 3 { // none, those of one, those of two
		t.Errorf("samples are larger than in the file by %v", sizes)
	}
	comparePictures(t, path, tr, payload)
}

// TestDamage: files that are not as they should be, and what is made of them.
func TestDamage(t *testing.T) {
	src := newSource(t)
	tags := src.tags(func(ms int64) int64 { return ms })
	good := flvOf(tags...)
	whole := len(tags) - 2
	with := func(at int, extra ...tagOf) []byte { return flvOf(slices.Insert(slices.Clone(tags), at, extra...)...) }
	encrypted := flvOf(tags...)
	encrypted[13] |= 0x20
	config := concat([]byte{0x17, 0, 0, 0, 0}, src.video.extra)
	for _, test := range []struct {
		name    string
		file    []byte
		samples int
		says    string // of the error, or of a warning
	}{
		{"whole", good, whole, ""},
		{"cut in a payload", good[:len(good)-10], whole - 1, "past the end"},
		{"cut in a header", append(slices.Clone(good), 9, 0, 0), whole, "inside a tag header"},
		{"no last tag size", good[:len(good)-4], whole, ""},
		{"zeros", append(slices.Clone(good), make([]byte, 100)...), whole, "there is no tag"},
		{"unknown tag", with(20, tagOf{15, 0, []byte("anything")}), whole, ""},
		{"empty tags", with(20, tagOf{9, 0, nil}, tagOf{8, 0, nil}, tagOf{18, 0, nil}), whole, ""},
		{"short payloads", with(20, tagOf{9, 0, []byte{0x17}}, tagOf{8, 0, []byte{0xaf}}, tagOf{9, 0, []byte{0x97, 'a'}}, tagOf{8, 0, []byte{0x97, 255}}), whole, ""},
		{"command frame", with(20, tagOf{9, 0, []byte{0x57, 0}}), whole, ""},
		{"end of sequence", with(20, tagOf{9, 0, []byte{0x17, 2, 0, 0, 0}}), whole, ""},
		{"repeated headers", with(20, tagOf{9, 0, config}, tagOf{8, 0, concat([]byte{0xaf, 0}, src.audio.extra)}), whole, ""},
		{"multitrack", with(20, tagOf{9, 0, []byte{0x96, 0, 'a', 'v', 'c', '1'}}, tagOf{8, 0, []byte{0x95, 0}}), whole, "multitrack"},
		{"other video codec", with(20, tagOf{9, 0, []byte{0x12, 0, 1, 2}}), -2, "turns from"},
		{"other audio configuration", with(20, tagOf{8, 0, []byte{0xaf, 0, 0x12, 0x08}}), -2, "configuration changes"},
		{"bad header size", slices.Replace(slices.Clone(good), 5, 9, 0, 0, 0, 0), whole, "9 are assumed"},
		{"encrypted", encrypted, -1, "encrypted"},
		{"no configuration", flvOf(tags[2:]...), -1, "without a sequence header"},
		{"damaged configuration", flvOf(tagOf{9, 0, []byte{0x17, 0, 0, 0, 0, 1, 100}}), -1, "sequence header at byte 29"},
		{"damage at once", []byte("FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00garbage, and more of it"), -1, "damaged"},
		{"no tags", flvOf(), -1, "no audio or video tag"},
		{"not FLV", []byte("FLW\x01\x05\x00\x00\x00\x09"), -1, "not an FLV file"},
		{"empty", nil, -1, "not an FLV file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := scan(fileOf(test.file))
			if test.samples == -1 {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Fatalf("error is %v, it should say %q", err, test.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if n := len(c.samples[0]) + len(c.samples[1]); n != test.samples && (test.samples != -2 || n >= whole) {
				t.Errorf("%d samples, not %d", n, test.samples)
			}
			if says := strings.Join(c.result.Warnings, "; "); says != "" && test.says == "" || !strings.Contains(says, test.says) {
				t.Errorf("warnings %q, they should say %q", says, test.says)
			}
		})
	}
}

// TestFrameRate reads onMetaData, sound and not.
func TestFrameRate(t *testing.T) {
	rate := func(v float64) []byte { return onMetaData(v).data }
	deep := []byte{}
	for range 100 {
		deep = append(deep, concat([]byte{3}, bare("x"))...)
	}
	for _, test := range []struct {
		name   string
		script []byte
		want   string
	}{
		{"25", rate(25), "25"},
		{"NTSC", rate(29.97002997), "30000/1001"},
		{"NTSC, rounded", rate(29.97), "30000/1001"},
		{"film", rate(23.976), "24000/1001"},
		{"odd", rate(12.5), "25/2"},
		{"live", concat(str("@setDataFrame"), rate(30)), "30"},
		{"object among others", concat(str("onMetaData"), object(3, bare("a"), []byte{1, 1}, bare("b"), str("text"), bare("keyframes"),
			object(3, bare("times"), concat([]byte{10, 0, 0, 0, 2}, number(1), number(2))), bare("d"), concat([]byte{11}, make([]byte, 10)), bare("framerate"), number(50))), "50"},
		{"nothing", concat(str("onMetaData"), object(8)), ""},
		{"zero", rate(0), ""},
		{"not a number", rate(math.NaN()), ""},
		{"infinite", rate(math.Inf(1)), ""},
		{"another event", concat(str("onCuePoint"), object(8, bare("framerate"), number(25))), ""},
		{"too deep", concat(str("onMetaData"), object(8, bare("a"), deep, bare("framerate"), number(25))), ""},
		{"cut", rate(25)[:40], ""},
		{"huge array", concat(str("onMetaData"), object(8, bare("a"), []byte{10, 255, 255, 255, 255})), ""},
		{"empty", nil, ""},
	} {
		want := test.want
		if want == "" {
			want = media.Rational{}.String()
		}
		if got := frameRate(test.script); got.String() != want {
			t.Errorf("%s: %s, not %s", test.name, got, want)
		}
	}
	src := newSource(t)
	tags := src.tags(func(ms int64) int64 { return ms })
	c := mustScan(t, fileOf(flvOf(slices.Insert(tags, 0, onMetaData(15))...))) // what the file says wrongly does no harm
	if tr := c.result.Tracks[0]; tr.Timescale != 24000 {
		t.Errorf("timescale %d", tr.Timescale)
	}
}

// TestEnds: an error of the sink or of the context ends the scan as it is.
func TestEnds(t *testing.T) {
	src := newSource(t)
	b := flvOf(src.tags(func(ms int64) int64 { return ms })...)
	stop := errors.New("stop")
	if _, err := Scan(context.Background(), fileOf(b), failing{stop}); !errors.Is(err, stop) {
		t.Errorf("the sink's error became %v", err)
	}
	big := tagOf{18, 0, make([]byte, 1<<24-1)}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Scan(ctx, fileOf(flvOf(big, big, big)), &collected{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled scan ended with %v", err)
	}
}

type failing struct{ err error }

func (f failing) Samples(int, []media.Sample) error { return f.err }
func (f failing) Cues(int, []media.Cue) error       { return f.err }
func (f failing) Restart()                          {}
