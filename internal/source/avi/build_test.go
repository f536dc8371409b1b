package avi

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// collected is a demux.Sink that keeps everything.
type collected struct {
	result   demux.Result
	samples  map[int][]media.Sample
	restarts int
}

func (c *collected) Samples(track int, s []media.Sample) error {
	c.samples[track] = append(c.samples[track], s...)
	return nil
}
func (c *collected) Cues(int, []media.Cue) error { return nil }
func (c *collected) Restart() {
	c.restarts++
	c.samples = map[int][]media.Sample{}
}

func fileOf(b []byte) demux.File {
	return demux.File{ReaderAt: bytes.NewReader(b), Size: int64(len(b))}
}

func scan(f demux.File) (*collected, error) {
	c := &collected{samples: map[int][]media.Sample{}}
	var err error
	c.result, err = Scan(context.Background(), f, c)
	return c, err
}

func mustScan(t *testing.T, f demux.File) *collected {
	t.Helper()
	c, err := scan(f)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// payload reads a track's Samples, one by one.
func (c *collected) payload(t *testing.T, f demux.File, track int) [][]byte {
	t.Helper()
	var all [][]byte
	for i := range c.samples[track] {
		s := &c.samples[track][i]
		b, err := Read(f, &c.result.Tracks[track], s, []byte("before"))
		if err != nil {
			t.Fatalf("track %d, sample %d: %v", track, i, err)
		}
		if !bytes.HasPrefix(b, []byte("before")) || len(b) != int(s.Size)+6 {
			t.Fatalf("track %d, sample %d: Read returned %d bytes after the prefix, Size is %d", track, i, len(b)-6, s.Size)
		}
		if c.result.Tracks[track].Contiguous && s.Span != s.Size {
			t.Fatalf("track %d, sample %d: contiguous with Span %d and Size %d", track, i, s.Span, s.Size)
		}
		all = append(all, b[6:])
	}
	return all
}

// The builder: AVI files with what no muxer at hand writes.

func chunkOf(id string, data ...[]byte) []byte {
	n := 0
	for _, d := range data {
		n += len(d)
	}
	b := binary.LittleEndian.AppendUint32([]byte(id), uint32(n))
	for _, d := range data {
		b = append(b, d...)
	}
	if n%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func listOf(id, kind string, parts ...[]byte) []byte {
	return chunkOf(id, append([][]byte{[]byte(kind)}, parts...)...)
}

// strh makes a stream header.
func strh(kind, handler string, start, scale, rate, sampleSize uint32) []byte {
	b := make([]byte, 56)
	copy(b, kind)
	copy(b[4:], handler)
	le := binary.LittleEndian
	le.PutUint32(b[20:], scale)
	le.PutUint32(b[24:], rate)
	le.PutUint32(b[28:], start)
	le.PutUint32(b[44:], sampleSize)
	return chunkOf("strh", b)
}

func videoFormat(code string, width, height int32, extra []byte) []byte {
	b := make([]byte, 40)
	le := binary.LittleEndian
	le.PutUint32(b, uint32(40+len(extra)))
	le.PutUint32(b[4:], uint32(width))
	le.PutUint32(b[8:], uint32(height))
	copy(b[16:], code)
	return chunkOf("strf", b, extra)
}

func audioFormat(tag, channels uint16, rate uint32, extra []byte) []byte {
	b := make([]byte, 18)
	le := binary.LittleEndian
	le.PutUint16(b, tag)
	le.PutUint16(b[2:], channels)
	le.PutUint32(b[4:], rate)
	le.PutUint16(b[12:], 1)
	le.PutUint16(b[16:], uint16(len(extra)))
	return chunkOf("strf", b, extra)
}

func strl(parts ...[]byte) []byte { return listOf("LIST", "strl", parts...) }

func aviOf(streams, movi [][]byte, after ...[]byte) []byte {
	hdrl := append([][]byte{chunkOf("avih", make([]byte, 56))}, streams...)
	parts := append([][]byte{listOf("LIST", "hdrl", hdrl...), listOf("LIST", "movi", movi...)}, after...)
	return listOf("RIFF", "AVI ", parts...)
}
