package matroska

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
)

// TestWithoutRecord writes H.264 as some old muxers and recorders do: with start codes and no CodecPrivate, with parameter sets as CodecPrivate, with a
// configuration record that has no parameter sets because the frames do.
func TestWithoutRecord(t *testing.T) {
	path := encoded(t, "a.mkv", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25")
	r, got := scanFile(t, path)
	f, source := openFile(t, path), &r.Tracks[0]
	var sets codec.ParameterSets
	spsAndPPS, prefixed := []byte{}, []byte{}
	record := source.Config
	n := int(binary.BigEndian.Uint16(record[6:]))
	for _, nal := range [][]byte{record[8 : 8+n], record[8+n+3 : 8+n+3+int(binary.BigEndian.Uint16(record[8+n+1:]))]} {
		if is, _ := sets.Add(media.AVC, nal); !is {
			t.Fatalf("%x is no parameter set", nal)
		}
		spsAndPPS = append(append(spsAndPPS, 0, 0, 0, 1), nal...)
		prefixed = append(binary.BigEndian.AppendUint32(prefixed, uint32(len(nal))), nal...)
	}
	bare := append(bytes.Clone(record[:5]), 0xE0, 0)
	for name, c := range map[string]struct {
		private, before []byte // CodecPrivate; what stands before the first frame
		startCodes      bool
		inBand          bool
	}{
		"start codes, nothing else":     {nil, spsAndPPS, true, false},
		"start codes, sets in front":    {spsAndPPS, nil, true, false},
		"a record without sets":         {bare, prefixed, false, true},
		"sets in the record and frames": {record, prefixed, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			parts := [][]byte{num(idTimestamp, 0)}
			for i := range got.samples[0] {
				s := &got.samples[0][i]
				b := payload(t, f, source, s)
				if c.startCodes {
					var annexB []byte
					codec.LengthPrefixed(b, 4, func(nal []byte) bool {
						annexB = append(append(annexB, 0, 0, 0, 1), nal...)
						return true
					})
					b = annexB
				}
				if i == 0 {
					b = append(bytes.Clone(c.before), b...)
				}
				flags := byte(0)
				if s.Sync {
					flags = 0x80
				}
				parts = append(parts, el(idSimpleBlock, blockBytes(1, int16(i*40), flags, b)))
			}
			entry := el(idTrackEntry, num(idTrackNumber, 1), num(idTrackType, typeVideo), text8(idCodecID, "V_MPEG4/ISO/AVC"), el(idCodecPrivate, c.private),
				el(idVideo, num(idPixelWidth, 160), num(idPixelHeight, 90)))
			made := saved(t, head("matroska"), el(idSegment, el(idTracks, entry), el(idCluster, parts...)))
			r, again := scanFile(t, made)
			track := &r.Tracks[0]
			if track.Codec != media.AVC || track.Width != 160 || track.InBand != c.inBand || track.Contiguous == c.startCodes {
				t.Errorf("%q, width %d, in band %v, contiguous %v; warnings %q", track.Codec, track.Width, track.InBand, track.Contiguous, r.Warnings)
			}
			if !bytes.Equal(track.Config[:4], record[:4]) {
				t.Errorf("configuration %x, want %x", track.Config, record)
			}
			if len(again.samples[0]) != len(got.samples[0]) {
				t.Fatalf("%d samples of %d", len(again.samples[0]), len(got.samples[0]))
			}
			sameBytes(t, made, track, again.samples[0], path)
		})
	}
}

// TestNeverConfigured takes a track whose frames never say what they are.
func TestNeverConfigured(t *testing.T) {
	m := aacFrames(t)
	entry := func(id string, kind uint64) []byte {
		return el(idTracks, el(idTrackEntry, num(idTrackNumber, 1), num(idTrackType, kind), text8(idCodecID, id)), m.entry(2))
	}
	for _, c := range []struct {
		id   string
		kind uint64
		name media.Codec
		say  string
	}{
		{"A_MPEG/L3", typeAudio, "MP3 without a configuration", "no frame tells"},
		{"V_VP9", typeVideo, "VP9 without a configuration", "no frame tells"},
		{"A_OPUS", typeAudio, "Opus with a damaged configuration", "Opus"},
		{"V_MS/VFW/FOURCC", typeVideo, "Video for Windows with a damaged configuration", "BITMAPINFOHEADER"},
		{"S_HDMV/PGS", typeSubtitle, "PGS", "PGS are not read"},
		{"S_VOBSUB", typeSubtitle, "VobSub", "VobSub are not read"},
		{"V_SOMETHING", typeVideo, `"V_SOMETHING"`, ""},
	} {
		r, got := scanFile(t, saved(t, head("matroska"), el(idSegment, entry(c.id, c.kind), m.clusters(el))))
		if r.Tracks[0].Codec != c.name || len(got.samples[0]) != 0 {
			t.Errorf("%s: %q with %d samples, want %q", c.id, r.Tracks[0].Codec, len(got.samples[0]), c.name)
		}
		if all := strings.Join(r.Warnings, "\n"); !strings.Contains(all, c.say) || c.say == "" && all != "" {
			t.Errorf("%s: warnings %q, want %q", c.id, r.Warnings, c.say)
		}
	}
}

// waveFormat writes a WAVEFORMATEX.
func waveFormat(tag uint16, extra []byte) []byte {
	b := binary.LittleEndian.AppendUint16(nil, tag)
	b = append(b, make([]byte, 14)...)
	return append(binary.LittleEndian.AppendUint16(b, uint16(len(extra))), extra...)
}

// TestWindowsAudio takes what a WAVEFORMATEX may stand for.
func TestWindowsAudio(t *testing.T) {
	m := aacFrames(t)
	for _, c := range []struct {
		private []byte
		codec   media.Codec
		samples int
	}{
		{waveFormat(0xFF, m.config), media.AAC, len(m.frames)},
		{waveFormat(0xFF, nil), "AAC with a damaged configuration", 0},
		{waveFormat(0x55, nil), "MP3 without a configuration", 0},
		{waveFormat(0x2000, nil), "AC-3 without a configuration", 0},
		{waveFormat(1, nil), "PCM", 0},
		{waveFormat(0xFFFE, append([]byte{16, 0, 3, 0, 0, 0, 3, 0}, make([]byte, 14)...)), "PCM", 0},
		{waveFormat(0x161, nil), "WMA", 0},
		{waveFormat(0x1234, nil), "audio format 0x1234", 0},
		{[]byte{1, 0}, "Windows audio with a damaged configuration", 0},
	} {
		entry := el(idTrackEntry, num(idTrackNumber, 1), num(idTrackType, typeAudio), text8(idCodecID, "A_MS/ACM"), el(idCodecPrivate, c.private))
		r, got := scanFile(t, saved(t, head("matroska"), el(idSegment, el(idTracks, entry), m.clusters(el))))
		if r.Tracks[0].Codec != c.codec || len(got.samples[0]) != c.samples {
			t.Errorf("%x: %q with %d samples, want %q with %d", c.private, r.Tracks[0].Codec, len(got.samples[0]), c.codec, c.samples)
		}
	}
}

// TestCuesWithoutEnd takes text in SimpleBlocks, which have no duration: each cue stays until the next, the last for 5 s.
func TestCuesWithoutEnd(t *testing.T) {
	entry := el(idTrackEntry, num(idTrackNumber, 1), num(idTrackType, typeSubtitle), text8(idCodecID, "S_TEXT/UTF8"))
	_, got := scanFile(t, saved(t, head("matroska"), el(idSegment, el(idTracks, entry), el(idCluster, num(idTimestamp, 1000),
		el(idSimpleBlock, blockBytes(1, 0, 0x80, []byte("one"))), el(idSimpleBlock, blockBytes(1, 700, 0x80, []byte("two")))))))
	want := []media.Cue{{Start: 1000, End: 1700, Text: "one"}, {Start: 1700, End: 6700, Text: "two"}}
	if !slices.Equal(got.cues[0], want) {
		t.Errorf("%+v, want %+v", got.cues[0], want)
	}
}

// TestTimesGoBack takes a recorder that set its clock back: what is heard twice is left out, with one warning.
func TestTimesGoBack(t *testing.T) {
	m := aacFrames(t)
	file := [][]byte{head("matroska"), live(idSegment, el(idTracks, m.entry(1)), m.clusters(live), m.clusters(live))}
	r, got := scanFile(t, saved(t, file...))
	if len(got.samples[0]) != len(m.frames) || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "times go back") {
		t.Errorf("%d samples of %d, warnings %q", len(got.samples[0]), len(m.frames), r.Warnings)
	}
}
