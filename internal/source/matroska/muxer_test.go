package matroska

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// el writes an element with an 8-byte size.
func el(id uint32, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	b := idBytes(id)
	b = binary.BigEndian.AppendUint64(b, 1<<56|uint64(len(body)))
	return append(b, body...)
}

// live writes an element of unknown size.
func live(id uint32, parts ...[]byte) []byte {
	return append(append(idBytes(id), 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF), bytes.Join(parts, nil)...)
}

func idBytes(id uint32) []byte {
	return bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, id), "\x00")
}

func num(id uint32, v uint64) []byte { return el(id, binary.BigEndian.AppendUint64(nil, v)) }

func text8(id uint32, s string) []byte { return el(id, []byte(s)) }

func real8(id uint32, v float64) []byte {
	return el(id, binary.BigEndian.AppendUint64(nil, math.Float64bits(v)))
}

// head writes an EBML header.
func head(docType string, more ...[]byte) []byte {
	return el(idEBML, append([][]byte{text8(idDocType, docType)}, more...)...)
}

// material is real frames to mux: of AAC, 1024 samples each at 48 kHz.
type material struct {
	config []byte
	frames [][]byte
}

// aacFrames takes frames from a file that FFmpeg made.
func aacFrames(t testing.TB) material {
	t.Helper()
	path := mediatest.FFmpeg(t, "a.mka", "-f", "lavfi", "-i", "sine=r=48000:d=3", "-c:a", "aac")
	r, got := scanFile(t, path)
	f := openFile(t, path)
	m := material{config: r.Tracks[0].Config}
	for i := range got.samples[0] {
		m.frames = append(m.frames, payload(t, f, &r.Tracks[0], &got.samples[0][i]))
	}
	return m
}

// entryFor writes a TrackEntry of AAC, with more elements in it.
func (m material) entry(number uint64, more ...[]byte) []byte {
	return el(idTrackEntry, append([][]byte{num(idTrackNumber, number), num(idTrackType, typeAudio), text8(idCodecID, "A_AAC"),
		el(idCodecPrivate, m.config), num(idDefaultDuration, 21333333), el(idAudio, real8(idSamplingFrequency, 48000), num(idChannels, 1))}, more...)...)
}

// blockBytes writes a Block's payload of one frame.
func blockBytes(track byte, rel int16, flags byte, payload ...[]byte) []byte {
	return append([]byte{0x80 | track, byte(rel >> 8), byte(rel), flags}, bytes.Join(payload, nil)...)
}

// simple writes frame n of the material as a SimpleBlock of the Cluster that begins at base milliseconds.
func (m material) simple(n, base int) []byte {
	return el(idSimpleBlock, blockBytes(1, int16(m.ms(n)-base), 0x80, m.frames[n]))
}

// ms returns when frame n begins, in rounded milliseconds.
func (m material) ms(n int) int { return (n*64 + 1) / 3 }

// clusters writes all frames, ten to a Cluster, with write for the Cluster element.
func (m material) clusters(write func(id uint32, parts ...[]byte) []byte) []byte {
	var out []byte
	for i := 0; i < len(m.frames); i += 10 {
		parts := [][]byte{num(idTimestamp, uint64(m.ms(i)))}
		for n := i; n < min(i+10, len(m.frames)); n++ {
			parts = append(parts, m.simple(n, m.ms(i)))
		}
		out = append(out, write(idCluster, parts...)...)
	}
	return out
}

// saved puts a file into a folder for one test.
func saved(t testing.TB, b ...[]byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "made.mkv")
	if err := os.WriteFile(path, bytes.Join(b, nil), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// laces writes all frames in laced Blocks of eight.
func (m material) laces(lacing byte, sizes func(frames [][]byte) []byte) []byte {
	var out []byte
	for i := 0; i+8 <= len(m.frames); i += 8 {
		frames := m.frames[i : i+8]
		b := blockBytes(1, 0, 0x80|lacing<<1, []byte{7}, sizes(frames), bytes.Join(frames, nil))
		out = append(out, el(idCluster, num(idTimestamp, uint64(m.ms(i))), el(idSimpleBlock, b))...)
	}
	return out
}

// TestLayouts writes real frames in ways that muxers at hand do not write, and asks ffprobe what is in them.
func TestLayouts(t *testing.T) {
	m := aacFrames(t)
	same := m // for fixed lacing all frames must have one length
	same.frames = nil
	for _, f := range m.frames {
		same.frames = append(same.frames, append(bytes.Clone(f), make([]byte, 1000-len(f))...))
	}
	common := m // for header stripping: frames that begin alike
	common.frames = nil
	first := m.frames[9][:1]
	for _, f := range m.frames {
		if f[0] == first[0] {
			common.frames = append(common.frames, f[1:])
		}
	}
	strip := el(idContentEncodings, el(idContentEncoding, el(idContentCompression, num(idContentCompAlgo, algoStrip), el(idContentCompSettings, first))))
	tracks := func(more ...[]byte) []byte { return el(idTracks, m.entry(1, more...)) }
	for name, file := range map[string][][]byte{
		"plain":               {head("matroska"), el(idSegment, tracks(), m.clusters(el))},
		"webm":                {head("webm"), el(idSegment, tracks(), m.clusters(el))},
		"unknown sizes":       {head("matroska"), live(idSegment, tracks(), m.clusters(live))},
		"unknown, cues after": {head("matroska"), live(idSegment, tracks(), m.clusters(live), el(idCues), el(idTags))},
		"tags between":        {head("matroska"), live(idSegment, tracks(), live(idCluster, num(idTimestamp, 0), m.simple(0, 0)), el(idTags), live(idCluster, num(idTimestamp, 21), m.simple(1, 21)))},
		"void and crc":        {head("matroska"), el(idVoid, make([]byte, 50)), el(idSegment, el(idCRC32, make([]byte, 4)), tracks(), el(idVoid, make([]byte, 5000)), m.clusters(el))},
		"xiph lacing": {head("matroska"), el(idSegment, tracks(), m.laces(1, func(f [][]byte) (b []byte) {
			for _, f := range f[:7] {
				b = append(append(b, bytes.Repeat([]byte{255}, len(f)/255)...), byte(len(f)%255))
			}
			return b
		}))},
		"ebml lacing": {head("matroska"), el(idSegment, tracks(), m.laces(3, func(f [][]byte) []byte {
			b := binary.BigEndian.AppendUint16(nil, 0x4000|uint16(len(f[0])))
			for i, f1 := range f[1:7] {
				b = binary.BigEndian.AppendUint16(b, 0x4000|uint16(len(f1)-len(f[i])+0x1FFF))
			}
			return b
		}))},
		"fixed lacing":    {head("matroska"), el(idSegment, tracks(), same.laces(2, func([][]byte) []byte { return nil }))},
		"header stripped": {head("matroska"), el(idSegment, tracks(strip), common.clusters(el))},
		"unknown elements": {head("matroska"), el(idSegment, el(0x4DBB, make([]byte, 100)), tracks(num(0x55EE, 3)),
			el(idCluster, num(idTimestamp, 0), el(0x4DBC, []byte{1}), m.simple(0, 0), el(idBlockGroup, el(0x4DBC), el(idBlock, blockBytes(1, 21, 0, m.frames[1])))))},
	} {
		t.Run(name, func(t *testing.T) {
			r, got := compare(t, saved(t, file...))
			if len(got.samples[0]) < 2 || len(r.Warnings) > 0 {
				t.Errorf("%d samples; warnings %q", len(got.samples[0]), r.Warnings)
			}
			for i, s := range got.samples[0] {
				if int(s.DTS) != i*1024 || !s.Sync {
					t.Fatalf("sample %d at %d, sync %v", i, s.DTS, s.Sync)
				}
			}
		})
	}
}

// TestTracksLast takes a Segment whose Tracks stand behind the Clusters.
func TestTracksLast(t *testing.T) {
	m := aacFrames(t)
	r, got := scanFile(t, saved(t, head("matroska"), el(idSegment, m.clusters(el), el(idTracks, m.entry(1)))))
	if len(r.Tracks) != 1 || len(got.samples[0]) != len(m.frames) {
		t.Errorf("%d tracks, %d samples of %d", len(r.Tracks), len(got.samples[0]), len(m.frames))
	}
}

// TestOldAAC takes the CodecIDs that stand for a configuration.
func TestOldAAC(t *testing.T) {
	m := aacFrames(t)
	for _, c := range []struct {
		id   string
		rate float64
		want []byte
	}{
		{"A_AAC/MPEG4/LC", 48000, m.config[:2]},
		{"A_AAC/MPEG2/LC", 48000, m.config[:2]},
		{"A_AAC/MPEG4/MAIN", 48000, []byte{0x09, 0x88}},
		{"A_AAC/MPEG4/LC/SBR", 24000, []byte{0x13, 0x08, 0x56, 0xE5, 0x98}},
	} {
		entry := el(idTrackEntry, num(idTrackNumber, 1), num(idTrackType, typeAudio), text8(idCodecID, c.id), el(idAudio, real8(idSamplingFrequency, c.rate), num(idChannels, 1)))
		r, _ := scanFile(t, saved(t, head("matroska"), el(idSegment, el(idTracks, entry), m.clusters(el))))
		if track := r.Tracks[0]; track.Codec != media.AAC || !bytes.Equal(track.Config, c.want) || track.SampleRate != 48000 {
			t.Errorf("%s: %q %x at %d, want %x", c.id, track.Codec, track.Config, track.SampleRate, c.want)
		}
	}
}
