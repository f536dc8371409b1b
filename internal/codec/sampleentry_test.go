package codec_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// replaceEntry returns a fragmented MP4 with the first sample entry replaced: the sizes of the boxes around it follow.
func replaceEntry(t *testing.T, file, entry []byte) []byte {
	t.Helper()
	var path []int // where the boxes around begin
	at, end := 0, len(file)
	for _, name := range []string{"moov", "trak", "mdia", "minf", "stbl", "stsd"} {
		for string(file[at+4:at+8]) != name {
			at += int(binary.BigEndian.Uint32(file[at:]))
			if at >= end {
				t.Fatalf("no %s box", name)
			}
		}
		path = append(path, at)
		end = at + int(binary.BigEndian.Uint32(file[at:]))
		at += 8
	}
	at += 8
	old := int(binary.BigEndian.Uint32(file[at:]))
	out := append(bytes.Clone(file[:at]), entry...)
	out = append(out, file[at+old:]...)
	for _, p := range path {
		binary.BigEndian.PutUint32(out[p:], binary.BigEndian.Uint32(file[p:])+uint32(len(entry)-old))
	}
	return out
}

// TestEntryInFile writes sample entries into files of ffmpeg's and lets ffprobe and ffmpeg read them: the stream is described
// as before, and all of it can be decoded.
func TestEntryInFile(t *testing.T) {
	t.Parallel()
	fragmented := []string{"-movflags", "delay_moov+empty_moov+default_base_moof+frag_keyframe", "-strict", "-2"}
	sine := func(rate, channels string, more ...string) []string {
		return append([]string{"-f", "lavfi", "-i", "sine=r=" + rate + ":d=1", "-ac", channels}, more...)
	}
	video := []string{"-f", "lavfi", "-i", "testsrc2=s=160x90:r=25", "-frames:v", "10"}
	cases := []struct {
		name string
		args []string
	}{
		{"avc", x264("160x90", "25", "10", "sar=4/3:colorprim=bt709:transfer=bt709:colormatrix=bt709", "-pix_fmt", "yuv420p")},
		{"avc high 4:2:2", x264("160x90", "25", "10", "", "-pix_fmt", "yuv422p10le")},
		{"hevc", x265("160x90", "25", "10", "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc", "-pix_fmt", "yuv420p10le")},
		{"av1", append(video, "-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-pix_fmt", "yuv420p")},
		{"vp9", append(video, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p")},
		{"aac", sine("44100", "2", "-c:a", "aac")},
		{"aac by program config", sine("48000", "8", "-af", "aformat=channel_layouts=octagonal", "-c:a", "aac")},
		{"mp3", sine("44100", "2", "-c:a", "libmp3lame")},
		{"ac3", sine("48000", "6", "-c:a", "ac3")},
		{"eac3", sine("48000", "6", "-c:a", "eac3")},
		{"opus", sine("48000", "2", "-c:a", "libopus")},
		{"opus 5.1", sine("48000", "6", "-c:a", "libopus")},
		{"flac", sine("96000", "1", "-c:a", "flac", "-sample_fmt", "s32")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr, path, file := mp4Track(t, "f.mp4", append(c.args, fragmented...)...)
			entry, err := codec.AppendSampleEntry([]byte("before"), tr)
			if err != nil {
				t.Fatal(err)
			}
			entry = entry[len("before"):]
			ours := filepath.Join(t.TempDir(), "ours.mp4")
			if err := os.WriteFile(ours, replaceEntry(t, file, entry), 0o644); err != nil {
				t.Fatal(err)
			}
			got, want := probeFresh(t, ours), probeStream(t, path)
			if want.SAR == "1:1" && got.SAR == "" { // said and not said are the same
				got.SAR = "1:1"
			}
			if got != want {
				t.Errorf("ffprobe says\n%+v, before it was\n%+v", got, want)
			}
			if out, err := exec.Command("ffmpeg", "-v", "warning", "-i", ours, "-f", "null", "-").CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("ffmpeg: %v\n%s", err, out)
			}
			back := roundTrip(t, entry, tr)
			if square := (media.Rational{Num: 1, Den: 1}); tr.SAR == square && back.SAR.IsZero() {
				back.SAR = square
			}
			if !reflect.DeepEqual(back, tr) {
				t.Errorf("read back:\n%+v, want\n%+v", back, tr)
			}
		})
	}
}

// roundTrip reads an entry into a new Track.
func roundTrip(t *testing.T, entry []byte, like *media.Track) *media.Track {
	t.Helper()
	back := &media.Track{ID: like.ID}
	if err := codec.ParseSampleEntry(entry, back); err != nil {
		t.Fatal(err)
	}
	return back
}

// TestEncryptedEntry round-trips protection, of every scheme.
func TestEncryptedEntry(t *testing.T) {
	t.Parallel()
	video, _, _ := mp4Track(t, "v.mp4", x264("160x90", "25", "10", "", "-pix_fmt", "yuv420p")...)
	audio, _, _ := mp4Track(t, "a.mp4", "-f", "lavfi", "-i", "sine=r=44100:d=1", "-c:a", "aac")
	iv := []byte("0123456789abcdef")
	for _, e := range []media.Encryption{
		{Scheme: media.Scheme{'c', 'e', 'n', 'c'}, KID: media.KID(iv), IVSize: 8},
		{Scheme: media.Scheme{'c', 'e', 'n', 'c'}, KID: media.KID(iv), IVSize: 16},
		{Scheme: media.Scheme{'c', 'b', 'c', '1'}, KID: media.KID(iv), IVSize: 16},
		{Scheme: media.Scheme{'c', 'e', 'n', 's'}, KID: media.KID(iv), IVSize: 8, CryptBlocks: 1, SkipBlocks: 9},
		{Scheme: media.Scheme{'c', 'b', 'c', 's'}, KID: media.KID(iv), ConstantIV: iv, CryptBlocks: 1, SkipBlocks: 9},
		{Scheme: media.Scheme{'c', 'b', 'c', 's'}, KID: media.KID(iv), ConstantIV: iv[:8]},
		{Scheme: media.Scheme{'c', 'e', 'n', 'c'}}, // samples are clear unless a sample group says otherwise
	} {
		for _, tr := range []media.Track{*video, *audio} {
			tr.Encryption = &e
			entry, err := codec.AppendSampleEntry(nil, &tr)
			if err != nil {
				t.Fatal(err)
			}
			want := map[media.Kind]string{media.Video: "encv", media.Audio: "enca"}[tr.Kind]
			if string(entry[4:8]) != want {
				t.Errorf("%s, want %s", entry[4:8], want)
			}
			if back := roundTrip(t, entry, &tr); !reflect.DeepEqual(back, &tr) {
				t.Errorf("read back\n%+v %+v, want\n%+v %+v", back, back.Encryption, tr, tr.Encryption)
			}
		}
	}
}

// TestEncryptedFilm reads what a packager wrote.
func TestEncryptedFilm(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bbb_v7", "bbb_a1"} {
		clear, ok := mediatest.Film(t, name)
		if !ok {
			t.Log("no film here: ffmpeg's encryption alone is tested")
			return
		}
		locked, _ := mediatest.Film(t, name+"_enc")
		var tracks []media.Track
		for _, path := range []string{clear, locked} {
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var tr media.Track
			if err := codec.ParseSampleEntry(sampleEntry(t, file), &tr); err != nil {
				t.Fatal(err)
			}
			tracks = append(tracks, tr)
		}
		e := tracks[1].Encryption
		if tracks[0].Encryption != nil || e == nil || e.Scheme != (media.Scheme{'c', 'e', 'n', 'c'}) || e.KID == (media.KID{}) || e.IVSize != 8 {
			t.Errorf("%s: %+v", name, e)
		}
		tracks[1].Encryption = nil
		if !reflect.DeepEqual(tracks[0], tracks[1]) {
			t.Errorf("%s: clear is %+v, encrypted is %+v", name, tracks[0], tracks[1])
		}
	}
}

// TestEncryptedByFFmpeg reads the protection that ffmpeg writes.
func TestEncryptedByFFmpeg(t *testing.T) {
	t.Parallel()
	const key, kid = "00112233445566778899aabbccddeeff", "0123456789abcdef0123456789abcdef"
	tr, _, _ := mp4Track(t, "e.mp4", append(x264("160x90", "25", "10", "", "-pix_fmt", "yuv420p"), "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", kid)...)
	if e := tr.Encryption; e == nil || e.KID.String() != kid || e.IVSize != 8 || string(e.Scheme[:]) != "cenc" || tr.Codec != media.AVC || tr.Width != 160 {
		t.Errorf("%+v %+v", tr, e)
	}
}

// TestPIFF reads the track encryption of PIFF 1.1, which is a box of its own.
func TestPIFF(t *testing.T) {
	t.Parallel()
	tr, _, _ := mp4Track(t, "v.mp4", x264("160x90", "25", "10", "", "-pix_fmt", "yuv420p")...)
	kid := media.KID([]byte("0123456789abcdef"))
	tr.Encryption = &media.Encryption{Scheme: media.Scheme{'c', 'e', 'n', 'c'}, KID: kid, IVSize: 8}
	entry, err := codec.AppendSampleEntry(nil, tr)
	if err != nil {
		t.Fatal(err)
	}
	sinf := bytes.Index(entry, []byte("sinf")) - 4
	box := func(code string, parts ...[]byte) []byte {
		body := bytes.Join(parts, nil)
		return append(append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), code...), body...)
	}
	uuid := []byte("\x89\x74\xdb\xce\x7b\xe7\x4c\x51\x84\xf9\x71\x48\xf9\x88\x25\x54")
	for algorithm, scheme := range map[byte]string{1: "cenc", 2: "cbc1"} {
		piff := box("sinf", box("frma", []byte("avc1")), box("schm", []byte("\x00\x00\x00\x00piff\x00\x01\x00\x01")),
			box("schi", box("uuid", uuid, []byte{0, 0, 0, 0, 0, 0, algorithm, 8}, kid[:])))
		whole := append(bytes.Clone(entry[:sinf]), piff...)
		binary.BigEndian.PutUint32(whole, uint32(len(whole)))
		back := roundTrip(t, whole, tr)
		want := *tr.Encryption
		copy(want.Scheme[:], scheme)
		if !reflect.DeepEqual(back.Encryption, &want) {
			t.Errorf("%+v, want %+v", back.Encryption, want)
		}
	}
}

// TestUnknownProtection says which scheme it cannot keep.
func TestUnknownProtection(t *testing.T) {
	t.Parallel()
	tr, _, _ := mp4Track(t, "v.mp4", x264("160x90", "25", "10", "", "-pix_fmt", "yuv420p")...)
	tr.Encryption = &media.Encryption{Scheme: media.Scheme{'a', 'd', 'k', 'm'}, IVSize: 8}
	entry, err := codec.AppendSampleEntry(nil, tr)
	if err != nil {
		t.Fatal(err)
	}
	err = codec.ParseSampleEntry(entry, &media.Track{})
	if errs.KindOf(err) != errs.Unsupported || !bytes.Contains([]byte(err.Error()), []byte("'adkm'")) {
		t.Errorf("%v", err)
	}
}

// TestInBandEntry writes avc3 and hev1, with the codecs parameter to match.
func TestInBandEntry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args         []string
		code, codecs string
	}{
		{x264("160x90", "25", "10", "", "-pix_fmt", "yuv420p", "-tag:v", "avc3"), "avc3", "avc3.64000b"},
		{x265("160x90", "25", "10", "", "-pix_fmt", "yuv420p", "-tag:v", "hev1"), "hev1", "hev1.1.6.L30.90"},
	} {
		tr, _, _ := mp4Track(t, "v.mp4", c.args...)
		if !tr.InBand || string(tr.SampleEntry[:]) != c.code || codec.String(tr) != c.codecs {
			t.Errorf("in band %v, %s, %s", tr.InBand, tr.SampleEntry, codec.String(tr))
		}
		tr.SampleEntry = [4]byte{} // as from a container that has none
		entry, err := codec.AppendSampleEntry(nil, tr)
		if err != nil || string(entry[4:8]) != c.code {
			t.Errorf("%s, %v", entry[4:8], err)
		}
		back := roundTrip(t, entry, tr)
		if tr.Codec == media.HEVC && back.Config[23]&0x80 != 0 {
			t.Error("hvcC says that no parameter sets are in band")
		}
	}
}

// TestTextEntry covers what has no ffmpeg encoder of its own, and tx3g, which has.
func TestTextEntry(t *testing.T) {
	t.Parallel()
	srt := filepath.Join(t.TempDir(), "a.srt")
	if err := os.WriteFile(srt, []byte("1\n00:00:00,500 --> 00:00:01,000\nhello\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tr, _, _ := mp4Track(t, "tx3g.mp4", "-i", srt, "-c:s", "mov_text")
	if tr.Kind != media.Text || tr.Codec != "tx3g" {
		t.Errorf("%v %s", tr.Kind, tr.Codec)
	}
	for _, c := range []struct {
		track         media.Track
		codecs, entry string
	}{
		{media.Track{Kind: media.Text, Codec: media.WVTT, Config: []byte("WEBVTT\n\nSTYLE\n::cue{color:red}")}, "wvtt", "wvtt"},
		{media.Track{Kind: media.Text, Codec: media.STPP, Config: []byte("http://www.w3.org/ns/ttml\x00\x00\x00")}, "stpp.ttml.im1t", "stpp"},
		{media.Track{Kind: media.Text, Codec: media.STPP, Config: []byte("http://www.w3.org/ns/ttml\x00\x00image/png\x00")}, "stpp.ttml.im1i", "stpp"},
	} {
		if got := codec.String(&c.track); got != c.codecs || codec.MimeType(&c.track) != "application/mp4" {
			t.Errorf("%s, want %s", got, c.codecs)
		}
		entry, err := codec.AppendSampleEntry(nil, &c.track)
		if err != nil {
			t.Fatal(err)
		}
		copy(c.track.SampleEntry[:], c.entry)
		if back := roundTrip(t, entry, &c.track); !reflect.DeepEqual(back, &c.track) {
			t.Errorf("read back %+v, want %+v", back, c.track)
		}
	}
	for _, name := range []string{"bbb_t1", "tears_t1"} {
		path, ok := mediatest.Film(t, name)
		if !ok {
			continue
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var tr media.Track
		if err := codec.ParseSampleEntry(sampleEntry(t, file), &tr); err != nil || tr.Kind != media.Text || codec.String(&tr) == "" {
			t.Errorf("%s: %v %+v", name, err, tr)
		}
	}
}

// TestQuickTimeSound reads sound descriptions of versions 1 and 2, whose fields ISO does not have.
func TestQuickTimeSound(t *testing.T) {
	t.Parallel()
	sound := func(version byte, code string, extra []byte, boxes ...[]byte) []byte {
		b := append([]byte{0, 0, 0, 0}, code...)
		b = append(b, 0, 0, 0, 0, 0, 0, 0, 1, 0, version, 0, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0, 0, 0, 0, 0xac, 0x44, 0, 0)
		b = append(append(b, extra...), bytes.Join(boxes, nil)...)
		binary.BigEndian.PutUint32(b, uint32(len(b)))
		return b
	}
	aac, _, file := mp4Track(t, "a.mov", "-f", "lavfi", "-i", "sine=r=44100:d=1", "-ac", "2", "-c:a", "aac")
	if entry := sampleEntry(t, file); entry[17] != 1 || !bytes.Contains(entry, []byte("wave")) {
		t.Fatalf("ffmpeg's entry is not what is to be tested: %q", entry)
	}
	esds, err := codec.AppendSampleEntry(nil, aac)
	if err != nil {
		t.Fatal(err)
	}
	esds = esds[36:]
	v2 := []byte{0, 0, 0, 72, 0x40, 0xe7, 0x70, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x7f, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0}
	v1 := make([]byte, 16)
	v1[2] = 4 // samplesPerPacket 1024
	for name, entry := range map[string][]byte{
		"version 0": sound(0, "mp4a", nil, esds),
		"version 1": sound(1, "mp4a", v1, esds),
		"version 2": sound(2, "mp4a", v2, esds),
		// ISO's own version 1 has no more fields.
		"iso version 1": sound(1, "mp4a", nil, esds),
		"zeros behind":  sound(1, "mp4a", v1, esds, []byte{0, 0, 0, 0}),
	} {
		tr := &media.Track{}
		if err := codec.ParseSampleEntry(entry, tr); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.Equal(tr.Config, aac.Config) || tr.Channels != 2 || tr.SampleRate != 44100 {
			t.Errorf("%s: %+v", name, tr)
		}
	}
	tr := &media.Track{}
	if err := codec.ParseSampleEntry(sound(2, "lpcm", v2), tr); err != nil || tr.Codec != "PCM" || tr.SampleRate != 48000 || tr.Channels != 2 {
		t.Errorf("lpcm: %v, %+v", err, tr)
	}
}

// TestUnknownEntry keeps the caller's kind and quotes the code.
func TestUnknownEntry(t *testing.T) {
	t.Parallel()
	for _, kind := range []media.Kind{media.Other, media.Video, media.Audio, media.Text} {
		entry := make([]byte, 100)
		entry[3] = 100
		copy(entry[4:], "q\x01 z")
		tr := &media.Track{Kind: kind}
		if err := codec.ParseSampleEntry(entry, tr); err != nil || tr.Kind != kind || tr.Codec != `'q\x01 z'` {
			t.Errorf("%v: %v %+v", kind, err, tr)
		}
	}
}

// TestEntryErrors looks at the sentences for damaged entries.
func TestEntryErrors(t *testing.T) {
	t.Parallel()
	_, _, file := mp4Track(t, "v.mp4", x264("160x90", "25", "10", "", "-pix_fmt", "yuv420p")...)
	whole := sampleEntry(t, file)
	for n := range len(whole) {
		cut := bytes.Clone(whole[:n])
		if n >= 4 {
			binary.BigEndian.PutUint32(cut, uint32(n))
		}
		err := codec.ParseSampleEntry(cut, &media.Track{})
		avcC := bytes.Index(whole, []byte("avcC")) - 4
		end := avcC + int(binary.BigEndian.Uint32(whole[avcC:]))
		switch {
		case n < end && errs.KindOf(err) != errs.Invalid:
			t.Errorf("cut to %d bytes: %v", n, err)
		case n >= end && err != nil:
			t.Errorf("cut to %d bytes, behind avcC: %v", n, err)
		}
	}
	for _, tr := range []media.Track{
		{ID: 7, Kind: media.Video, Codec: media.AVC, Width: 16, Height: 16},
		{ID: 7, Kind: media.Video, Codec: media.VP9, Config: make([]byte, 8), Width: 70000, Height: 16},
		{ID: 7, Kind: media.Audio, Codec: media.AAC},
		{ID: 7, Kind: media.Audio, Codec: media.FLAC, Config: []byte{1, 2, 3}},
	} {
		if b, err := codec.AppendSampleEntry([]byte("x"), &tr); errs.KindOf(err) != errs.Invalid || string(b) != "x" {
			t.Errorf("%s: %q, %v", tr.Codec, b, err)
		}
	}
}
