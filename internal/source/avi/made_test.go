package avi

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// frames returns the chunks of a real file's video stream, as Annex B.
func frames(t *testing.T) [][]byte {
	t.Helper()
	f := open(t, files(t)["ffmpeg, Annex B and B-frames"])
	c := mustScan(t, f)
	var all [][]byte
	for _, s := range c.samples[0] {
		b := make([]byte, s.Span)
		if _, err := f.ReadAt(b, s.Offset); err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

// video25 is a stream header for Annex B at 25 frames per second.
func video25(start uint32) []byte {
	return strl(strh("vids", "H264", start, 1, 25, 0), videoFormat("H264", 192, 108, nil))
}

func chunks(id string, all [][]byte) (list [][]byte) {
	for _, b := range all {
		list = append(list, chunkOf(id, b))
	}
	return list
}

// TestJoined cuts audio into chunks where frames do not end, with video, lists, index chunks and new RIFF segments in between.
func TestJoined(t *testing.T) {
	src := mediatest.Clip(t)
	for _, test := range []struct {
		name   string
		codec  media.Codec
		tag    uint16
		format string
		args   []string
		header int // bytes of each frame that are not served
		frame  media.Ticks
	}{
		{"MP3", media.MP3, 0x55, "mp3", []string{"-c:a", "libmp3lame", "-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0"}, 0, 1152},
		{"AC-3", media.AC3, 0x2000, "ac3", []string{"-c:a", "ac3", "-b:a", "96k"}, 0, 1536},
		{"AAC with ADTS", media.AAC, 0xff, "adts", []string{"-c:a", "aac", "-b:a", "64k"}, 7, 1024},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := mediatest.FFmpeg(t, "audio."+test.format, append(append([]string{"-i", src, "-t", "3", "-vn", "-ar", "44100"}, test.args...), "-f", test.format)...)
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f := fileOf(cutAudio(t, raw, test.tag))
			c := mustScan(t, f)
			tr := c.result.Tracks[1]
			if tr.Codec != test.codec || tr.SampleRate != 44100 || tr.Timescale != 44100 || tr.Contiguous || len(c.result.Warnings) != 0 {
				t.Errorf("track is %+v, warnings %q", tr, c.result.Warnings)
			}
			joined := 0
			var got []byte
			for i, p := range c.payload(t, f, 1) {
				s := c.samples[1][i]
				if s.Span != s.Size {
					joined++
				}
				if s.DTS != media.Ticks(i)*test.frame || s.Duration != test.frame {
					t.Fatalf("sample %d is at %d for %d", i, s.DTS, s.Duration)
				}
				if test.header > 0 { // put back what was taken off
					at := len(got)
					p = append(slices.Clone(raw[at:at+test.header]), p...)
				}
				got = append(got, p...)
			}
			if !bytes.Equal(got, raw) {
				t.Errorf("%d bytes come back of %d, or others", len(got), len(raw))
			}
			if joined < 30 {
				t.Errorf("only %d samples are in several chunks", joined)
			}
		})
	}
}

// cutAudio makes a file of raw audio in chunks of 1 to 1000 bytes.
func cutAudio(t *testing.T, raw []byte, tag uint16) []byte {
	r := rand.New(rand.NewPCG(7, uint64(tag)))
	video := frames(t)
	streams := [][]byte{video25(0), strl(strh("auds", "", 0, 1, 8000, 1), audioFormat(tag, 2, 44100, nil))}
	var movi, next [][]byte
	shown := 0
	for i := 0; len(raw) > 0; i++ {
		n := min(1+r.IntN(1000), len(raw))
		if i%7 == 0 {
			n = min(1+r.IntN(4), len(raw))
		}
		part := chunkOf("01wb", raw[:n])
		raw = raw[n:]
		list := &movi
		if i > 60 {
			list = &next
		}
		switch r.IntN(4) {
		case 0:
			*list = append(*list, listOf("LIST", "rec ", chunkOf("00dc", video[shown%len(video)]), part))
			shown++
		case 1:
			*list = append(*list, chunkOf("JUNK", make([]byte, r.IntN(50))), part)
		case 2:
			*list = append(*list, chunkOf("ix01", make([]byte, 24)), part, chunkOf("01wb"))
		default:
			*list = append(*list, part)
		}
	}
	return append(aviOf(streams, movi, chunkOf("idx1", make([]byte, 160))), listOf("RIFF", "AVIX", listOf("LIST", "movi", next...))...)
}

// TestSlots: what takes time and what does not.
func TestSlots(t *testing.T) {
	all := frames(t)[:12]
	pack := func(i int) []byte { return append(slices.Clone(all[i]), all[i+1]...) }
	for _, test := range []struct {
		name  string
		start uint32
		movi  [][]byte
		slots []int // of the Samples in decode order
	}{
		{"plain", 0, chunks("00dc", all), []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{"compressed or not", 0, append(chunks("00db", all[:1]), chunks("00dc", all[1:3])...), []int{0, 1, 2}},
		{"start delay", 50, chunks("00dc", all[:3]), []int{50, 51, 52}},
		{"dropped", 0, chunks("00dc", [][]byte{all[0], {}, {}, all[1], {}, all[2], all[3]}), []int{0, 3, 5, 6}},
		{"dropped at once", 0, chunks("00dc", [][]byte{{}, {}, all[0], all[1]}), []int{2, 3}},
		{"packed with placeholders", 0, chunks("00dc", [][]byte{all[0], pack(1), {0x7f}, pack(3), {}, all[5]}), []int{0, 1, 2, 3, 4, 5}},
		{"packed, placeholder later", 0, chunks("00dc", [][]byte{all[0], pack(1), all[3], {}, all[4]}), []int{0, 1, 2, 3, 4}},
		{"packed without", 0, chunks("00dc", [][]byte{pack(0), pack(2)}), []int{0, 1, 2, 3}},
		{"palette changes", 0, [][]byte{chunkOf("00dc", all[0]), chunkOf("00pc", []byte{1, 2, 3, 4}), chunkOf("00dc", all[1])}, []int{0, 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := fileOf(aviOf([][]byte{video25(test.start)}, test.movi))
			c := mustScan(t, f)
			var slots []int
			for _, s := range c.samples[0] {
				slots = append(slots, int(s.DTS/1000))
			}
			if tr := c.result.Tracks[0]; tr.Timescale != 25000 || !slices.Equal(slots, test.slots) {
				t.Fatalf("timescale %d, slots %v, not %v", tr.Timescale, slots, test.slots)
			}
			for i, p := range c.payload(t, f, 0) {
				if want := codec.AppendLengthPrefixed(nil, media.AVC, all[i], false); !bytes.Equal(p, want) {
					t.Errorf("sample %d has %d bytes, not the %d of its frame", i, len(p), len(want))
				}
			}
		})
	}
}

// TestChange joins two encodings with different parameter sets under the same identifiers.
func TestChange(t *testing.T) {
	first := frames(t)
	f := open(t, files(t)["ffmpeg, baseline and slices"])
	c := mustScan(t, f)
	var second [][]byte
	for _, s := range c.samples[0] {
		b := make([]byte, s.Span)
		if _, err := f.ReadAt(b, s.Offset); err != nil {
			t.Fatal(err)
		}
		second = append(second, b)
	}
	path := t.TempDir() + "/change.avi"
	if err := os.WriteFile(path, aviOf([][]byte{video25(0)}, chunks("00dc", slices.Concat(first, second))), 0o644); err != nil {
		t.Fatal(err)
	}
	f = open(t, path)
	c = mustScan(t, f)
	tr := &c.result.Tracks[0]
	if !tr.InBand || tr.Contiguous || c.restarts != 1 || len(c.samples[0]) != len(first)+len(second) {
		t.Fatalf("in band %t, restarts %d, %d samples of %d", tr.InBand, c.restarts, len(c.samples[0]), len(first)+len(second))
	}
	comparePictures(t, path, tr, c.payload(t, f, 0))
	compareOrder(t, path, c.samples[0])
}

// TestFormats: how H.264 may stand in AVI.
func TestFormats(t *testing.T) {
	all := frames(t)[:24]
	f := fileOf(aviOf([][]byte{video25(0)}, chunks("00dc", all)))
	c := mustScan(t, f)
	config, served := c.result.Tracks[0].Config, c.payload(t, f, 0)
	var sets []byte
	eachSet(media.AVC, config, func(nal []byte) { sets = append(append(sets, 0, 0, 0, 1), nal...) })
	var bare [][]byte // Annex B without parameter sets
	var prefixed [][]byte
	for i, b := range all {
		var n []byte
		codec.NALUnits(b, func(nal []byte) bool {
			if !codec.Classify(media.AVC, nal).ParameterSet {
				n = append(append(n, 0, 0, 1), nal...)
			}
			return true
		})
		bare = append(bare, n)
		prefixed = append(prefixed, codec.AppendLengthPrefixed(nil, media.AVC, all[i], true))
	}
	for _, test := range []struct {
		name, code string
		extra      []byte
		movi       [][]byte
		contiguous bool
	}{
		{"Annex B, sets in the first frame", "H264", nil, all, false},
		{"Annex B, sets in the format", "x264", sets, bare, false},
		{"Annex B, sets in both", "DAVC", sets, all, false},
		{"Annex B, sets in an avcC", "avc1", config, bare, false},
		{"length prefixes, avcC", "AVC1", config, served, true},
		{"length prefixes, avcC with bytes after it", "VSSH", append(slices.Clone(config), 0, 0, 0), served, true},
		{"length prefixes, sets in the first frame", "h264", nil, prefixed, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := strl(strh("vids", test.code, 0, 1, 25, 0), videoFormat(test.code, 192, 108, test.extra))
			f := fileOf(aviOf([][]byte{h}, chunks("00dc", test.movi)))
			c := mustScan(t, f)
			tr := c.result.Tracks[0]
			if tr.Codec != media.AVC || !bytes.Equal(tr.Config, config) || tr.Contiguous != test.contiguous || len(c.result.Warnings) > 0 {
				t.Errorf("track is %+v\nnot contiguous %t with Config %v; warnings %q", tr, test.contiguous, config, c.result.Warnings)
			}
			want := served
			if tr.InBand {
				want = prefixed
			}
			if got := c.payload(t, f, 0); !slices.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("%d samples are not the %d that they should be", len(got), len(want))
			}
			if !slices.EqualFunc(c.samples[0], mustScan(t, fileOf(aviOf([][]byte{video25(0)}, chunks("00dc", all)))).samples[0],
				func(a, b media.Sample) bool { return a.DTS == b.DTS && a.CTO == b.CTO && a.Sync == b.Sync }) {
				t.Error("times or random access points differ")
			}
		})
	}
}
