package cenc_test

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"github.com/dashwright/dashwright/internal/cenc"
	"github.com/dashwright/dashwright/internal/media"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The vectors of NIST SP 800-38A, F.2.1 and F.5.1: a sample that is encrypted as a whole is AES in CBC or counter mode and nothing else.
func TestNISTVectors(t *testing.T) {
	const key, plain = "2b7e151628aed2a6abf7158809cf4f3c", "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
	for scheme, v := range map[string][2]string{
		"cenc": {"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee"},
		"cbc1": {"000102030405060708090a0b0c0d0e0f", "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"},
	} {
		p := &cenc.Params{Scheme: media.Scheme([]byte(scheme)), Key: [16]byte(unhex(t, key)), IVSize: 16}
		for _, decrypt := range []bool{false, true} {
			s, err := cenc.NewStream(p, decrypt)
			if err != nil {
				t.Fatal(err)
			}
			in, want := unhex(t, plain), unhex(t, v[1])
			if decrypt {
				in, want = want, in
			}
			s.Reset(cenc.Samples{Sizes: []uint32{uint32(len(in))}, Aux: unhex(t, v[0])})
			if n := s.Next(in); n != len(in) || !bytes.Equal(in, want) {
				t.Errorf("%s, decrypt %t: %x", scheme, decrypt, in)
			}
		}
	}
}

// made is samples of random sizes with random Subsamples, and their payload.
func made(rnd *rand.Rand, p *cenc.Params, subs bool) (cenc.Samples, []byte) {
	x := cenc.Samples{Subs: subs}
	var payload []byte
	for range 1 + rnd.IntN(6) {
		size := rnd.IntN(3000)
		iv := make([]byte, p.IVSize)
		for i := range iv {
			iv[i] = byte(rnd.Uint32())
		}
		var list []cenc.Subsample
		if subs {
			list = []cenc.Subsample{}
			for left := size; left > 0; {
				open := min(left, rnd.IntN(200))
				protected := rnd.IntN(left - open + 1)
				if p.Scheme != (media.Scheme{'c', 'b', 'c', 's'}) {
					protected -= protected % 16
				}
				if open+protected == 0 {
					open = left
				}
				list = append(list, cenc.Subsample{Clear: uint16(open), Protected: uint32(protected)})
				left -= open + protected
			}
		}
		x.Sizes, x.Aux = append(x.Sizes, uint32(size)), cenc.AppendAux(x.Aux, iv, list)
		for range size {
			payload = append(payload, byte(rnd.Uint32()))
		}
	}
	return x, payload
}

// However a payload is cut into pieces, and wherever one begins, it is encrypted to the same bytes; and decrypted to what it was.
func TestPieces(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 400 {
		p := &cenc.Params{Scheme: media.Scheme([]byte([]string{"cenc", "cens", "cbc1", "cbcs"}[rnd.IntN(4)])), IVSize: 16}
		if cenc.Patterned(p.Scheme) && rnd.IntN(3) > 0 {
			p.CryptBlocks, p.SkipBlocks = uint8(1+rnd.IntN(3)), uint8(rnd.IntN(10))
		}
		if p.Scheme == (media.Scheme{'c', 'b', 'c', 's'}) && rnd.IntN(2) > 0 {
			p.IVSize = 0
		}
		samples, plain := made(rnd, p, rnd.IntN(4) > 0)
		enc, err := cenc.NewStream(p, false)
		if err != nil {
			t.Fatal(err)
		}
		enc.Reset(samples)
		whole := bytes.Clone(plain)
		if n := enc.Next(whole); n != len(whole) {
			t.Fatalf("%s: %d of %d bytes", p.Scheme, n, len(whole))
		}
		at := int64(rnd.IntN(len(plain) + 1))
		begin := enc.SkipTo(at)
		if begin > at {
			t.Fatalf("a sample that begins at %d has not byte %d", begin, at)
		}
		cut := bytes.Clone(plain[begin:])
		for done, end := 0, 0; done < len(cut); {
			end = min(len(cut), max(end, done)+rnd.IntN(700))
			done += enc.Next(cut[done:end])
		}
		if !bytes.Equal(cut, whole[begin:]) {
			t.Fatalf("%s: pieces from byte %d on are encrypted otherwise than the whole", p.Scheme, begin)
		}
		dec, err := cenc.NewStream(p, true)
		if err != nil {
			t.Fatal(err)
		}
		dec.Reset(samples)
		if dec.Next(whole); !bytes.Equal(whole, plain) {
			t.Fatalf("%s: it is decrypted to something else", p.Scheme)
		}
	}
}

// Vectors of tracks and positions are all different, and the same each time; other streams, schemes and keys have others.
func TestIVs(t *testing.T) {
	seen := map[[16]byte]string{}
	var iv [16]byte
	for _, size := range []uint8{8, 16} {
		for _, scheme := range []string{"cenc", "cens", "cbc1"} {
			if scheme == "cbc1" && size == 8 {
				continue
			}
			for _, d := range []cenc.Domain{{Stream: "a"}, {Stream: "b"}, {Stream: "a", Version: "2"}, {Stream: "a", Variant: "x"}, {Stream: "a", Track: 1}, {Stream: "a", Track: 1 << 15}} {
				p := &cenc.Params{Scheme: media.Scheme([]byte(scheme)), IVSize: size}
				v, err := cenc.NewIVs(p, d)
				if err != nil {
					t.Fatal(err)
				}
				again, err := cenc.NewIVs(p, d)
				if err != nil {
					t.Fatal(err)
				}
				for _, from := range []int64{0, 1 << 31, 1<<48 - 1000} {
					for i := range int64(1000) {
						got := bytes.Clone(v.At(&iv, from+i))
						if len(got) != int(size) || !bytes.Equal(got, again.At(&iv, from+i)) {
							t.Fatalf("%v: the vector of position %d is %x", d, from+i, got)
						}
						if seen[iv] != "" {
							t.Fatalf("%s, %v, position %d has the vector of %s", scheme, d, from+i, seen[iv])
						}
						seen[iv] = scheme + " " + d.Stream
					}
				}
			}
		}
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		p  cenc.Params
		ok bool
	}{
		{cenc.Params{Scheme: media.Scheme{'c', 'e', 'n', 'c'}, IVSize: 8}, true},
		{cenc.Params{Scheme: media.Scheme{'c', 'e', 'n', 'c'}}, false},
		{cenc.Params{Scheme: media.Scheme{'c', 'e', 'n', 'c'}, IVSize: 12}, false},
		{cenc.Params{Scheme: media.Scheme{'c', 'e', 'n', 'c'}, IVSize: 8, CryptBlocks: 1, SkipBlocks: 9}, false},
		{cenc.Params{Scheme: media.Scheme{'c', 'b', 'c', 's'}}, true},
		{cenc.Params{Scheme: media.Scheme{'c', 'b', 'c', 's'}, CryptBlocks: 1, SkipBlocks: 9}, true},
		{cenc.Params{Scheme: media.Scheme{'c', 'b', 'c', '1'}, IVSize: 8}, false},
		{cenc.Params{Scheme: media.Scheme{'x', 'x', 'x', 'x'}, IVSize: 8}, false},
	} {
		if err := c.p.Check(); (err == nil) != c.ok {
			t.Errorf("%s, %d bytes, %d:%d: %v", c.p.Scheme, c.p.IVSize, c.p.CryptBlocks, c.p.SkipBlocks, err)
		}
	}
}
