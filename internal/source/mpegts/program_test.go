package mpegts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// TestStreams: what the PMT says of a stream.
func TestStreams(t *testing.T) {
	tests := []struct {
		streamType  byte
		descriptors string
		disc        bool
		want        stream
	}{
		{0x1B, "", false, stream{kind: media.Video, codec: media.AVC, framing: framingAnnexB}},
		{0x24, "", false, stream{kind: media.Video, codec: media.HEVC, framing: framingAnnexB}},
		{0x06, "\x05\x04HEVC", false, stream{kind: media.Video, codec: media.HEVC, framing: framingAnnexB}},
		{0x02, "", false, stream{kind: media.Video, codec: "MPEG-2 video"}},
		{0x10, "", false, stream{kind: media.Video, codec: "MPEG-4 part 2"}},
		{0x0F, "\x0A\x04ger\x03", false, stream{kind: media.Audio, codec: media.AAC, framing: framingADTS, language: "de", visual: true}},
		{0x11, "\x0A\x04qaa\x02", false, stream{kind: media.Audio, codec: media.AAC, framing: framingLOAS, language: "", original: true, hearing: true}},
		{0x03, "\x0A\x04und\x00", false, stream{kind: media.Audio, codec: media.MP3, framing: framingMPEGAudio}},
		{0x81, "", false, stream{kind: media.Audio, codec: media.AC3, framing: framingDolby}},
		{0x87, "", false, stream{kind: media.Audio, codec: media.EAC3, framing: framingDolby}},
		{0x06, "\x6A\x01\x00", false, stream{kind: media.Audio, codec: media.AC3, framing: framingDolby}},
		{0x06, "\x7A\x01\x00\x7F\x03\x06\x05\x00", false, stream{kind: media.Audio, codec: media.EAC3, framing: framingDolby, visual: true}},
		{0x06, "\x05\x04Opus\x7F\x02\x80\x06", false, stream{kind: media.Audio, codec: media.Opus, framing: framingOpus, opus: 6}},
		{0x06, "\x05\x04AC-3", false, stream{kind: media.Audio, codec: media.AC3, framing: framingDolby}},
		{0x06, "\x59\x08fra\x10\x00\x01\x00\x01", false, stream{kind: media.Text, codec: "DVB subtitles", language: "fr"}},
		{0x06, "\x56\x05swe\x09\x00", false, stream{kind: media.Text, codec: "teletext", language: "sv"}},
		{0x06, "", false, stream{kind: media.Audio, codec: privateData, framing: framingPrivate}},
		{0x82, "", true, stream{kind: media.Audio, codec: "DTS"}},
		{0x86, "", true, stream{kind: media.Audio, codec: "DTS-HD"}},
		{0x90, "", true, stream{kind: media.Text, codec: "PGS subtitles"}},
		{0x86, "\x05\x04CUEI", false, stream{ignored: true}},
		{0x15, "", false, stream{ignored: true}},
		{0x0F, "\x0A\x40ger", false, stream{kind: media.Audio, codec: media.AAC, framing: framingADTS}}, // descriptor longer than what is there
	}
	for _, tt := range tests {
		got := streamOf(entry{streamType: tt.streamType, descriptors: []byte(tt.descriptors)}, tt.disc)
		if tt.want.ignored {
			got.codec = ""
		}
		if got != tt.want {
			t.Errorf("%#02x %q: %+v, want %+v", tt.streamType, tt.descriptors, got, tt.want)
		}
	}
}

// TestTracks: languages, purposes, codecs that are only named, and the choice among programs.
func TestTracks(t *testing.T) {
	src := mediatest.Clip(t)
	short := []string{"-i", src, "-t", "2", "-s", "320x180"}
	describe := func(s *scanned) (list []string) {
		for i, tr := range s.Tracks {
			d := fmt.Sprintf("%s %s", tr.Kind, tr.Codec)
			if tr.Language != "" {
				d += " " + tr.Language
			}
			if tr.HearingImpaired {
				d += " hearing"
			}
			if tr.VisualImpaired {
				d += " visual"
			}
			if len(s.samples[i]) == 0 {
				d += " no samples"
			}
			list = append(list, d)
		}
		return list
	}
	tests := []struct {
		name    string
		args    []string
		want    []string
		warning string
	}{
		{"languages.ts", append(slices.Clone(short), "-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "0:a", "-c:v", "copy", "-c:a", "copy",
			"-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=eng", "-disposition:a:1", "hearing_impaired",
			"-metadata:s:a:2", "language=gsw", "-disposition:a:2", "visual_impaired"),
			[]string{"video H.264", "audio AAC de", "audio AAC en hearing", "audio AAC gsw visual"}, ""},
		{"mpeg2.ts", append(slices.Clone(short), "-c:v", "mpeg2video", "-c:a", "mp2"),
			[]string{"audio MP2", "video MPEG-2 video no samples"}, ""},
		{"mpeg4.ts", append(slices.Clone(short), "-c:v", "mpeg4", "-c:a", "dca", "-strict", "-2"),
			[]string{"video MPEG-4 part 2 no samples", "audio DTS no samples"}, ""},
		{"programs.ts", append(slices.Clone(short), "-map", "0:v", "-map", "0:a", "-map", "0:v", "-map", "0:a", "-c:v:0", "mpeg2video", "-c:a:0", "mp2",
			"-c:v:1", "libx264", "-c:a:1", "aac", "-program", "program_num=5:st=0:st=1", "-program", "program_num=9:st=2:st=3"),
			[]string{"video H.264", "audio AAC"}, "of several programs 9 is served; left out: 5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := scan(t, readFile(t, mediatest.FFmpeg(t, tt.name, tt.args...)))
			if got := describe(s); !slices.Equal(got, tt.want) {
				t.Errorf("tracks %q, want %q", got, tt.want)
			}
			if got := strings.Join(s.Warnings, "\n"); got != tt.warning {
				t.Errorf("warnings %q, want %q", got, tt.warning)
			}
		})
	}
}

// TestChanges: a stream that changes on the way.
func TestChanges(t *testing.T) {
	src := []string{"-i", mediatest.Clip(t)}
	make := func(name string, args ...string) []byte {
		return readFile(t, mediatest.FFmpeg(t, name, append(slices.Clone(src), args...)...))
	}
	silent := make("silent.ts", "-t", "2", "-an", "-c", "copy")
	stereo := make("stereo.ts", "-t", "1", "-c:v", "copy", "-c:a", "aac", "-ac", "2", "-ar", "44100")
	mono := make("mono.ts", "-ss", "2", "-t", "4", "-c:v", "copy", "-c:a", "aac", "-ac", "1", "-ar", "48000")
	later := make("later.ts", "-t", "2", "-c", "copy", "-output_ts_offset", "3600")
	t.Run("a track appears", func(t *testing.T) {
		s := scan(t, slices.Concat(silent, stereo))
		_, video := s.track(t, media.Video, 0)
		audio, sound := s.track(t, media.Audio, 0)
		if len(s.Tracks) != 2 || len(sound) < 40 {
			t.Errorf("%d tracks, %d audio frames", len(s.Tracks), len(sound))
		}
		first := sound[0].DTS.In(audio.Timescale, hz) - video[0].PTS()
		if first < 18*hz/10 || first > 22*hz/10 {
			t.Errorf("sound begins %d ticks after the picture, want 2 s", first)
		}
	})
	t.Run("the configuration of most frames is served", func(t *testing.T) {
		s := scan(t, slices.Concat(stereo, mono))
		tr, list := s.track(t, media.Audio, 0)
		if tr.SampleRate != 48000 || tr.Channels != 1 || s.restarts == 0 {
			t.Errorf("%d Hz, %d channels, %d restarts", tr.SampleRate, tr.Channels, s.restarts)
		}
		if len(list) < 180 || !strings.Contains(strings.Join(s.Warnings, "\n"), "frames of another configuration were left out") {
			t.Errorf("%d frames, warnings %q", len(list), s.Warnings)
		}
	})
	t.Run("an hour is missing", func(t *testing.T) {
		s := scan(t, slices.Concat(silent, later))
		_, list := s.track(t, media.Video, 0)
		last := list[len(list)-1]
		if d := last.DTS - list[0].DTS; d < 39*hz/10 || d > 42*hz/10 {
			t.Errorf("%d ticks, want 4 s; warnings %q", d, s.Warnings)
		}
	})
	t.Run("a discontinuity that is announced", func(t *testing.T) {
		gap := make("gap.ts", "-t", "2", "-an", "-c", "copy", "-output_ts_offset", "7")
		said := make("gap-said.ts", "-t", "2", "-an", "-c", "copy", "-output_ts_offset", "7", "-mpegts_flags", "initial_discontinuity")
		for want, b := range map[media.Ticks][]byte{9: gap, 4: said} {
			s := scan(t, slices.Concat(silent, b))
			_, list := s.track(t, media.Video, 0)
			last := list[len(list)-1]
			if d := last.DTS + last.Duration - list[0].DTS; d < want*hz-hz/5 || d > want*hz+hz/5 {
				t.Errorf("%d ticks, want %d s; warnings %q", d, want, s.Warnings)
			}
		}
	})
	t.Run("gradual refresh from the middle", func(t *testing.T) {
		b := make("refresh.ts", "-t", "4", "-s", "320x180", "-c:v", "libx264", "-x264-params", "intra-refresh=1:keyint=24:bframes=0", "-c:a", "copy")
		cut := len(b) / 4 / packetLen * packetLen
		s := scan(t, b[cut:])
		_, list := s.track(t, media.Video, 0)
		if len(list) < 40 || !list[0].Sync {
			t.Errorf("%d pictures, %q", len(list), s.Warnings)
		}
	})
}

// TestDependentSubstreams: all frames of an E-AC-3 access unit are one Sample.
func TestDependentSubstreams(t *testing.T) {
	path := clip(t, "eac3-es.eac3", "-t", "2", "-vn", "-c:a", "eac3", "-f", "eac3")
	b := readFile(t, path)
	w := &writer{}
	w.tables([]byte{0x87})
	want := 0
	for at := int64(0); len(b) > 8; at += 1536 * hz / 44100 {
		size := 2 * (int(b[2]&7)<<8 | int(b[3]) + 1)
		f := b[:size]
		dependent := bytes.Clone(f)
		dependent[2] |= 0x40 // strmtyp 1
		w.pes(0x100, 0xBD, at, -1, 0, slices.Concat(f, dependent))
		b = b[size:]
		want++
	}
	s := scan(t, w.out)
	tr, list := s.track(t, media.Audio, 0)
	if len(list) != want || tr.Codec != media.EAC3 || len(s.Warnings) > 0 {
		t.Fatalf("%d samples of %s, want %d; %q", len(list), tr.Codec, want, s.Warnings)
	}
	for i, m := range list {
		if m.DTS != media.Ticks(i*1536) || m.Duration != 1536 {
			t.Fatalf("sample %d: %+v", i, m)
		}
	}
}

// TestOpusFrames: control headers.
func TestOpusFrames(t *testing.T) {
	payload := append([]byte{0x0C}, make([]byte, 299)...) // 60 ms
	tests := []struct {
		in   []byte
		want frame
		s    status
	}{
		{slices.Concat([]byte{0x7F, 0xE0, 0xFF, 0x2D}, payload), frame{skip: 4, size: 300, total: 304, samples: 960}, frameFound},
		{slices.Concat([]byte{0x7F, 0xF8, 0xFF, 0x2D, 1, 0x38, 0, 9}, payload), frame{skip: 8, size: 300, total: 308, samples: 960}, frameFound},
		{slices.Concat([]byte{0x7F, 0xE4, 0xFF, 0x2D, 2, 1, 2}, payload), frame{skip: 7, size: 300, total: 307, samples: 960}, frameFound},
		{[]byte{0x7F, 0xE0, 0xFF}, frame{}, frameShort},
		{[]byte{0x7F, 0xE0, 2, 0x03, 0x00}, frame{}, frameNone}, // no frames in the packet
		{[]byte{0x7E}, frame{}, frameNone},
	}
	for i, tt := range tests {
		o := &opus{channels: 2}
		got, s := o.next(tt.in, false)
		if tt.s == frameFound {
			tt.want.samples = got.samples
		}
		if s != tt.s || s == frameFound && (got != tt.want || got.samples <= 0) {
			t.Errorf("%d: %+v %d, want %+v %d", i, got, s, tt.want, tt.s)
		}
	}
}

// broken is a file that cannot be read from some place on.
type broken struct {
	*bytes.Reader
	from int64
}

func (b broken) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > b.from {
		return 0, errors.New("the disk is broken")
	}
	return b.Reader.ReadAt(p, off)
}

// TestFile: failures of the file, of the caller, and an end to patience.
func TestFile(t *testing.T) {
	b := bytes.Repeat(film(t), 5)
	f := demux.File{ReaderAt: broken{bytes.NewReader(b), blockSize + 2*lookAhead}, Size: int64(len(b))}
	var c collector
	r, err := Scan(context.Background(), f, &c)
	if err != nil || len(c.samples[0]) == 0 || !strings.Contains(strings.Join(r.Warnings, "\n"), "the disk is broken") {
		t.Errorf("%d samples, %v, %q", len(c.samples[0]), err, r.Warnings)
	}
	f.ReaderAt = broken{bytes.NewReader(b), 0}
	if _, err := Scan(context.Background(), f, &c); err == nil || !strings.Contains(err.Error(), "the disk is broken") {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Scan(ctx, bytesFile(b), &c); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	full := errors.New("the sink is full")
	if _, err := Scan(context.Background(), bytesFile(b), failing{full}); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	s := scan(t, b)
	tr, list := s.track(t, media.Video, 0)
	for i := range list {
		short := demux.File{ReaderAt: bytes.NewReader(b[:list[i].Offset+1]), Size: list[i].Offset + 1}
		if got, err := Read(short, tr, &list[i], []byte("before")); err == nil || string(got) != "before" {
			t.Fatalf("sample %d of a file that became shorter: %d bytes, %v", i, len(got), err)
		}
	}
}

// failing is a Sink that takes nothing.
type failing struct{ err error }

func (f failing) Samples(int, []media.Sample) error { return f.err }
func (f failing) Cues(int, []media.Cue) error       { return f.err }
func (f failing) Restart()                          {}
