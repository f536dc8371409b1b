package cenc_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/dashwright/dashwright/internal/cenc"
	"github.com/dashwright/dashwright/internal/media"
)

// FuzzMap divides what may be samples, of a configuration that may be one: Subsamples cover all of each, and what is encrypted by them is decrypted by them.
func FuzzMap(f *testing.F) {
	avc := unhex(f, "0164001fffe100196764001facd940a02ff9701100000303e80000bb80f1831960010006"+"68ebe3cb22c0fdf8f800")
	f.Add(uint8(0), uint8(0), avc, []byte("\x00\x00\x00\x30\x65\x88\x84\x00"+"0123456789012345678901234567890123456789012345678901234567890123456789"))
	f.Add(uint8(1), uint8(3), []byte{1, 1, 0x60}, []byte("\x00\x00\x00\x20\x26\x01\xaf"))
	f.Add(uint8(2), uint8(1), []byte{0x81, 0, 0, 0}, []byte("\x12\x00\x0a\x0a\x00\x00\x00\x02\xaf\xff\x9b\x5f\x30\x08\x32\x10\x10\x00"))
	f.Add(uint8(3), uint8(2), []byte{}, []byte("\x82\x49\x83\x42\x00\x13\xf0\x0e\xf6\x00"))
	for kind, name := range []string{"avc", "hevc", "av1", "vp9"} {
		config, samples := head(f, name)
		for i, s := range samples {
			f.Add(uint8(kind), uint8(i), config, s)
		}
	}
	f.Fuzz(func(t *testing.T, kind, scheme uint8, config, sample []byte) {
		p := &cenc.Params{Scheme: media.Scheme([]byte([]string{"cenc", "cens", "cbc1", "cbcs"}[scheme%4])), IVSize: 16}
		if cenc.Patterned(p.Scheme) {
			p.CryptBlocks, p.SkipBlocks = 1, 9
		}
		track := &media.Track{Codec: []media.Codec{media.AVC, media.HEVC, media.AV1, media.VP9}[kind%4], Config: config}
		m, err := cenc.NewMapper(track, p)
		if err != nil {
			return
		}
		for range 2 { // what it remembers may be of use
			subs, err := m.Map(len(sample), cenc.Memory(sample))
			if err != nil {
				continue
			}
			size := 0
			for _, s := range subs {
				size += int(s.Clear) + int(s.Protected)
				if s.Protected%16 != 0 && p.Scheme != (media.Scheme{'c', 'b', 'c', 's'}) {
					t.Fatalf("%d protected bytes", s.Protected)
				}
			}
			if size != len(sample) || 16+2+6*len(subs) > 255 {
				t.Fatalf("%d subsamples cover %d of %d bytes", len(subs), size, len(sample))
			}
			samples := cenc.Samples{Sizes: []uint32{uint32(len(sample))}, Aux: cenc.AppendAux(nil, make([]byte, 16), subs), Subs: true}
			b := bytes.Clone(sample)
			for _, decrypt := range []bool{false, true} {
				s, err := cenc.NewStream(p, decrypt)
				if err != nil {
					t.Fatal(err)
				}
				s.Reset(samples)
				if n := s.Next(b); n != len(b) {
					t.Fatalf("%d of %d bytes", n, len(b))
				}
			}
			if !bytes.Equal(b, sample) {
				t.Fatal("it is decrypted to something else")
			}
		}
	})
}

// head returns the configuration record of a file's video, and the beginnings of its first samples.
func head(f *testing.F, name string) (config []byte, samples [][]byte) {
	f.Helper()
	p := start(f, sources(f)[name])
	x := p.fetch("/dash/vod/"+name+"/v1", "", 1, 1)
	for _, box := range []string{"avcC", "hvcC", "av1C", "vpcC"} {
		if at := bytes.Index(x.init, []byte(box)); at >= 0 {
			config = x.init[at+4 : at-4+int(binary.BigEndian.Uint32(x.init[at-4:]))]
		}
	}
	for _, s := range x.samples(f)[:6] {
		samples = append(samples, s[:min(len(s), 300)])
	}
	return config, samples
}
