package codec_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

func TestNALUnits(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, stream string
		want         []string
	}{
		{"empty", "", nil},
		{"no start code", "abcdef", nil},
		{"start code alone", "\x00\x00\x01", nil},
		{"one, three bytes", "\x00\x00\x01abc", []string{"abc"}},
		{"one, four bytes", "\x00\x00\x00\x01abc", []string{"abc"}},
		{"rubbish before", "x\x01\x00y\x00\x00\x01abc", []string{"abc"}},
		{"two, trailing zeros", "\x00\x00\x01ab\x00\x00\x00\x00\x00\x01cd\x00\x00", []string{"ab", "cd"}},
		{"empty ones", "\x00\x00\x01\x00\x00\x01\x00\x00\x00\x01ab\x00\x00\x01", []string{"ab"}},
		{"ones and escapes", "\x00\x00\x01\x01\x00\x01\x00\x00\x03\x01\x01", []string{"\x01\x00\x01\x00\x00\x03\x01\x01"}},
		{"starts at once", "\x00\x00\x01\x00\x00\x00\x01a", []string{"a"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			codec.NALUnits([]byte(c.stream), func(nal []byte) bool {
				got = append(got, string(nal))
				return true
			})
			if len(got) != len(c.want) {
				t.Fatalf("%q, want %q", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%q, want %q", got, c.want)
				}
			}
			if len(got) > 1 {
				n := 0
				codec.NALUnits([]byte(c.stream), func([]byte) bool { n++; return false })
				if n != 1 {
					t.Errorf("%d calls after the first said no", n)
				}
			}
		})
	}
}

// annexB makes an MP4 and the same stream as Annex B by ffmpeg, and returns the track, its samples and the access units.
func annexB(t testing.TB, raw, filter string, args []string) (tr *media.Track, samples, units [][]byte) {
	t.Helper()
	tr, path, file := mp4Track(t, "clip.mp4", args...)
	_, packets := probe(t, path)
	for _, p := range packets {
		samples = append(samples, sampleBytes(t, file, p))
	}
	elementary := mediatest.FFmpeg(t, raw, "-i", path, "-c", "copy", "-bsf:v", filter)
	stream, err := os.ReadFile(elementary)
	if err != nil {
		t.Fatal(err)
	}
	_, packets = probe(t, elementary)
	for _, p := range packets {
		units = append(units, sampleBytes(t, stream, p))
	}
	if len(units) != len(samples) {
		t.Fatalf("%d access units, %d samples", len(units), len(samples))
	}
	return tr, samples, units
}

// TestLengthPrefixed turns Annex B that ffmpeg made of an MP4 back into the MP4's own samples and configuration record.
func TestLengthPrefixed(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, raw, filter string
		args              []string
	}{
		{"avc", "raw.h264", "h264_mp4toannexb", x264("320x180", "25", "50", "bframes=3:slices=3:keyint=10", "-pix_fmt", "yuv420p")},
		{"avc with delimiters and filler", "raw.h264", "h264_mp4toannexb,h264_metadata=aud=insert", x264("320x180", "25", "50", "keyint=10:nal-hrd=cbr:bitrate=3000:vbv-maxrate=3000:vbv-bufsize=300", "-pix_fmt", "yuv420p")},
		{"avc high 4:2:2", "raw.h264", "h264_mp4toannexb", x264("320x180", "25", "50", "", "-pix_fmt", "yuv422p10le")},
		{"avc baseline", "raw.h264", "h264_mp4toannexb", x264("320x180", "25", "50", "", "-pix_fmt", "yuv420p", "-profile:v", "baseline")},
		{"hevc", "raw.hevc", "hevc_mp4toannexb,hevc_metadata=aud=insert", x265("320x180", "25", "50", "keyint=10:info=0", "-pix_fmt", "yuv420p")},
		{"hevc 10 bit", "raw.hevc", "hevc_mp4toannexb", x265("320x180", "25", "50", "keyint=10:info=0:temporal-layers=2", "-pix_fmt", "yuv422p10le")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr, samples, units := annexB(t, c.raw, c.filter, c.args)
			var sets codec.ParameterSets
			var buf []byte
			kept := 0
			for i, unit := range units {
				codec.NALUnits(unit, func(nal []byte) bool {
					isSet, changed := sets.Add(tr.Codec, nal)
					if isSet != codec.Classify(tr.Codec, nal).ParameterSet || changed {
						t.Errorf("unit %d: set %v, changed %v", i, isSet, changed)
					}
					return true
				})
				buf = codec.AppendLengthPrefixed(buf[:0], tr.Codec, unit, false)
				if want := stripped(tr, samples[i]); !bytes.Equal(buf, want) {
					t.Fatalf("sample %d: %d bytes, want %d", i, len(buf), len(want))
				}
				if n := codec.LengthPrefixedSize(tr.Codec, unit, false); n != len(buf) {
					t.Errorf("sample %d: size %d, want %d", i, n, len(buf))
				}
				all := codec.AppendLengthPrefixed(nil, tr.Codec, unit, true)
				if n := codec.LengthPrefixedSize(tr.Codec, unit, true); n != len(all) {
					t.Errorf("sample %d: size with sets %d, want %d", i, n, len(all))
				}
				kept += len(all) - len(buf)
			}
			if kept == 0 {
				t.Error("no parameter sets in band: nothing was tested")
			}
			if !sets.Complete(tr.Codec) {
				t.Fatal("parameter sets are not complete")
			}
			config, err := sets.Config(tr.Codec)
			if err != nil {
				t.Fatal(err)
			}
			if tr.Codec == media.AVC && !bytes.Equal(config, tr.Config) {
				t.Errorf("avcC is\n%x, ffmpeg's\n%x", config, tr.Config)
			}
			if tr.Codec == media.HEVC {
				compareHEVCRecords(t, config, tr.Config)
			}
		})
	}
}

// compareHEVCRecords allows for what is free in a record: parallelismType, minimum segmentation and array_completeness.
func compareHEVCRecords(t *testing.T, got, want []byte) {
	t.Helper()
	a, b := bytes.Clone(got), bytes.Clone(want)
	for _, r := range [][]byte{a, b} {
		r[13], r[14], r[15] = 0, 0, 0
	}
	if !bytes.Equal(a, b) {
		t.Errorf("hvcC is\n%x, ffmpeg's\n%x", got, want)
	}
}

// stripped returns a sample of ffmpeg's without delimiters, filler and parameter sets, which it keeps.
func stripped(tr *media.Track, sample []byte) []byte {
	var out []byte
	codec.LengthPrefixed(sample, codec.LengthSize(tr), func(nal []byte) bool {
		if n := codec.Classify(tr.Codec, nal); !n.Delimiter && !n.Filler && !n.ParameterSet {
			out = append(out, 0, byte(len(nal)>>16), byte(len(nal)>>8), byte(len(nal)))
			out = append(out, nal...)
		}
		return true
	})
	return out
}

// TestParameterSetsChange joins two streams of different encoders' settings.
func TestParameterSetsChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		codec media.Codec
		a, b  []string
		raw   string
	}{
		{media.AVC, x264("160x90", "25", "5", "", "-pix_fmt", "yuv420p"), x264("320x180", "25", "5", "", "-pix_fmt", "yuv420p"), "a.h264"},
		{media.HEVC, x265("160x90", "25", "5", "", "-pix_fmt", "yuv420p"), x265("320x180", "25", "5", "", "-pix_fmt", "yuv420p"), "a.hevc"},
	} {
		var sets codec.ParameterSets
		changed := 0
		var first []byte
		for i, args := range [][]string{c.a, c.b, c.a} {
			stream, err := os.ReadFile(mediatest.FFmpeg(t, c.raw, args...))
			if err != nil {
				t.Fatal(err)
			}
			codec.NALUnits(stream, func(nal []byte) bool {
				if _, ch := sets.Add(c.codec, nal); ch {
					changed++
					if i != 1 {
						t.Errorf("%s: the first stream's own set is called changed", c.codec)
					}
				}
				return true
			})
			config, err := sets.Config(c.codec)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = config
			} else if !bytes.Equal(first, config) {
				t.Errorf("%s: the record is not the first stream's any more", c.codec)
			}
		}
		if changed == 0 {
			t.Errorf("%s: no change was seen", c.codec)
		}
	}
	var none codec.ParameterSets
	if _, err := none.Config(media.AVC); err == nil {
		t.Error("a record of nothing")
	}
}

func BenchmarkLengthPrefixedSize(b *testing.B) {
	unit := benchmarkUnit(b)
	b.SetBytes(int64(len(unit)))
	for b.Loop() {
		if codec.LengthPrefixedSize(media.AVC, unit, false) == 0 {
			b.Fatal("nothing")
		}
	}
}

func BenchmarkAppendLengthPrefixed(b *testing.B) {
	unit := benchmarkUnit(b)
	buf := make([]byte, 0, len(unit)+1024)
	b.SetBytes(int64(len(unit)))
	b.ReportAllocs()
	for b.Loop() {
		buf = codec.AppendLengthPrefixed(buf[:0], media.AVC, unit, false)
	}
}

// benchmarkUnit returns a megabyte or so of coded pictures.
func benchmarkUnit(b *testing.B) []byte {
	stream, err := os.ReadFile(mediatest.FFmpeg(b, "bench.h264", x264("640x360", "25", "100", "qp=20", "-pix_fmt", "yuv420p")...))
	if err != nil {
		b.Fatal(err)
	}
	return stream
}
