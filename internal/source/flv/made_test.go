package flv

import (
	"bytes"
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
