package sourcetest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// A file is recognised by its own format and by no other, whatever it is called; from its first kilobyte as well as from more.
func TestSniff(t *testing.T) {
	for _, s := range samples(t) {
		head := s.data[:min(len(s.data), demux.SniffSize)]
		for _, f := range source.Formats() {
			if got, want := f.Sniff(head), f.Name == s.format.Name; got != want {
				t.Errorf("%s: is a %s? %v", s.Name, f.Name, got)
			}
		}
		if f, ok := source.Recognise(head[:min(len(head), 1024)]); !ok || f.Name != s.format.Name {
			t.Errorf("%s: by its first 1024 bytes it is %q", s.Name, f.Name)
		}
		for n := range min(64, len(head)) { // short heads may say nothing, but they break nothing
			source.Recognise(head[:n])
		}
	}
	for name, head := range map[string][]byte{
		"nothing": nil, "zeros": make([]byte, demux.SniffSize), "a page": []byte("<!DOCTYPE html><html><head><title>x</title></head><body>-->\n</body></html>"),
		"prose": []byte("1\nThe first chapter, in which nothing happens at 00:00.\n"), "PNG": []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"), "Ogg": []byte("OggS\x00\x02\x00\x00\x00\x00"),
		"ELF": []byte("\x7fELF\x02\x01\x01"), "zip": []byte("PK\x03\x04\x14\x00"), "wave": []byte("RIFF\x24\x00\x00\x00WAVEfmt "), "ASF": []byte("\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"),
	} {
		if f, ok := source.Recognise(head); ok {
			t.Errorf("%s is taken for %s", name, f.Name)
		}
	}
}

func TestScan(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.Name, func(t *testing.T) {
			f, err := scan(context.Background(), s.format, s.data)
			if err != nil {
				t.Fatal(err)
			}
			again, err := scan(context.Background(), s.format, s.data)
			if err != nil {
				t.Fatal(err)
			}
			if d := same(f, again); d != "" {
				t.Errorf("the second scan gives %s", d)
			}
			if err := f.sound(int64(len(s.data))); err != nil {
				t.Error(err)
			}
			if len(f.res.Tracks) == 0 {
				t.Error("no track")
			}
			for i := range f.res.Tracks {
				tr := &f.res.Tracks[i]
				if len(f.samples[i])+len(f.cues[i]) == 0 {
					t.Errorf("track %d (%s) is empty", i, tr.Codec)
				}
				if err := ordered(f.samples[i]); err != nil {
					t.Errorf("track %d (%s): %v", i, tr.Codec, err)
				}
			}
			for _, w := range f.res.Warnings {
				if s.Name != "edited" || !strings.Contains(w, "its edit list") {
					t.Errorf("a sound file has flaws: %q", w)
				}
			}
		})
	}
}

// ordered checks the times of a sound file.
func ordered(list []media.Sample) error {
	syncs := 0
	for i, s := range list {
		switch {
		case s.Duration <= 0:
			return fmt.Errorf("sample %d lasts %d", i, s.Duration)
		case i > 0 && s.DTS <= list[i-1].DTS:
			return fmt.Errorf("sample %d is decoded at %d, the former at %d", i, s.DTS, list[i-1].DTS)
		}
		if s.Sync {
			syncs++
		}
	}
	if len(list) > 0 && !list[0].Sync {
		return errors.New("decoding cannot start with the first sample")
	}
	return nil
}

// Reading needs nothing but Track, Sample and file: the Track may have gone through an index on disk, and the scan may have been by another process.
func TestRead(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.Name, func(t *testing.T) {
			f, err := scan(context.Background(), s.format, s.data)
			if err != nil {
				t.Fatal(err)
			}
			file := demux.File{ReaderAt: bytes.NewReader(s.data), Size: int64(len(s.data))}
			for i := range f.res.Tracks {
				tr := f.res.Tracks[i]
				tr.Config, tr.Private = bytes.Clone(tr.Config), bytes.Clone(tr.Private)
				list := f.samples[i]
				first := make([][]byte, len(list))
				for k := range list {
					first[k] = read(t, s.format, file, &tr, list[k], nil)
				}
				fresh := demux.File{ReaderAt: bytes.NewReader(bytes.Clone(s.data)), Size: file.Size}
				for k := len(list) - 1; k >= 0; k -= 7 { // in another order, behind other bytes
					if got := read(t, s.format, fresh, &tr, list[k], []byte("before")); !bytes.Equal(got, first[k]) {
						t.Fatalf("track %d: sample %d has other bytes the second time", i, k)
					}
				}
				for k := range list {
					if err := parses(&tr, first[k]); err != nil {
						t.Fatalf("track %d: sample %d of %d: %v", i, k, len(list), err)
					}
				}
			}
		})
	}
}

// read returns a sample's bytes as they are served.
func read(t *testing.T, f source.Format, file demux.File, tr *media.Track, s media.Sample, dst []byte) []byte {
	t.Helper()
	if tr.Contiguous {
		b := make([]byte, s.Size)
		if _, err := file.ReadAt(b, s.Offset); err != nil {
			t.Fatal(err)
		}
		return b
	}
	if f.Read == nil {
		t.Fatalf("format %s has no Read, and track %d is not contiguous", f.Name, tr.ID)
	}
	n := len(dst)
	out, err := f.Read(file, tr, &s, dst)
	if err != nil {
		t.Fatal(err)
	}
	if len(out)-n != int(s.Size) || !bytes.Equal(out[:n], dst) {
		t.Fatalf("track %d: %d bytes were appended, the sample has %d", tr.ID, len(out)-n, s.Size)
	}
	return out[n:]
}

// parses says whether the bytes of a sample are what its codec's are, as far as that can be told without decoding.
func parses(tr *media.Track, b []byte) error {
	if tr.Encryption != nil {
		return nil
	}
	switch tr.Codec {
	case media.AVC, media.HEVC:
		slices := 0
		size := codec.LengthSize(tr)
		for at := 0; at < len(b); {
			if len(b)-at < size {
				return fmt.Errorf("%d bytes are left at %d, a length has %d", len(b)-at, at, size)
			}
			var length [4]byte
			copy(length[4-size:], b[at:])
			n := int(binary.BigEndian.Uint32(length[:]))
			if at += size; n == 0 || n > len(b)-at {
				return fmt.Errorf("a NAL unit of %d bytes, %d are left", n, len(b)-at)
			}
			if b[at]&0x80 != 0 {
				return fmt.Errorf("forbidden_zero_bit is set in the NAL unit at %d", at)
			}
			if typ := b[at] & 31; tr.Codec == media.HEVC || typ >= 1 && typ <= 5 {
				slices++
			}
			at += n
		}
		if slices == 0 {
			return errors.New("there is no slice in it")
		}
	case media.AAC:
		if len(b) > 1 && b[0] == 0xff && b[1]&0xf6 == 0xf0 {
			return errors.New("it begins like an ADTS header")
		}
	case media.MP3:
		if b[0] != 0xff || b[1]&0xe0 != 0xe0 {
			return fmt.Errorf("it begins with %x, not a frame header", b[:2])
		}
	}
	return nil
}

// A scan that nobody waits for ends, with the reason.
func TestScanIsCancelled(t *testing.T) {
	for _, s := range samples(t) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		began := time.Now()
		_, err := scan(ctx, s.format, s.data)
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: ends %v after it was cancelled", s.Name, took)
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled, and says %v", s.Name, err)
		}
		// A small file may be done before the question comes up; a large one may not.
		if err == nil && len(s.data) > 16<<20 {
			t.Errorf("%s: cancelled, and scans %d bytes", s.Name, len(s.data))
		}
	}
}

// A Sink that refuses ends the scan, with its own error.
func TestSinkRefuses(t *testing.T) {
	refusal := errors.New("no more")
	for _, s := range samples(t) {
		_, err := s.format.Scan(context.Background(), demux.File{ReaderAt: bytes.NewReader(s.data), Size: int64(len(s.data))}, refusing{refusal})
		if !errors.Is(err, refusal) {
			t.Errorf("%s: the sink says %q, the scan says %v", s.Name, refusal, err)
		}
	}
}

type refusing struct{ err error }

func (r refusing) Samples(int, []media.Sample) error { return r.err }
func (r refusing) Cues(int, []media.Cue) error       { return r.err }
func (r refusing) Restart()                          {}
