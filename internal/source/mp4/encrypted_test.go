package mp4

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// playReadyTestKey returns the content key that Microsoft's test key seed gives for a KID (PlayReady Header Specification, "Content key generation").
func playReadyTestKey(t *testing.T, kid media.KID) []byte {
	seed, err := base64.StdEncoding.DecodeString("XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I")
	if err != nil {
		t.Fatal(err)
	}
	// The KID counts as a GUID, whose first three fields are little endian.
	id := []byte{kid[3], kid[2], kid[1], kid[0], kid[5], kid[4], kid[7], kid[6]}
	id = append(id, kid[8:]...)
	a := sha256.Sum256(join(seed, id))
	b := sha256.Sum256(join(seed, id, seed))
	c := sha256.Sum256(join(seed, id, seed, id))
	key := make([]byte, 16)
	for i := range key {
		key[i] = a[i] ^ a[i+16] ^ b[i] ^ b[i+16] ^ c[i] ^ c[i+16]
	}
	return key
}

// decrypt returns a sample in the clear (ISO/IEC 23001-7, 10.1: AES-CTR over the protected parts of the subsamples).
func decrypt(t *testing.T, file, key []byte, e *media.Encryption, s *media.Sample) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	data := bytes.Clone(file[s.Offset : s.Offset+int64(s.Size)])
	aux := file[s.AuxOffset : s.AuxOffset+int64(s.AuxSize)]
	iv := make([]byte, 16)
	copy(iv, aux[:e.IVSize])
	stream := cipher.NewCTR(block, iv)
	aux = aux[e.IVSize:]
	if len(aux) == 0 {
		stream.XORKeyStream(data, data)
		return data
	}
	rest := data
	if n := binary.BigEndian.Uint16(aux); len(aux) != 2+6*int(n) {
		t.Fatalf("%d bytes of auxiliary information with %d subsamples", len(aux), n)
	}
	for aux = aux[2:]; len(aux) > 0; aux = aux[6:] {
		clear, secret := binary.BigEndian.Uint16(aux), binary.BigEndian.Uint32(aux[2:])
		rest = rest[clear:]
		stream.XORKeyStream(rest[:secret], rest[:secret])
		rest = rest[secret:]
	}
	return data
}

// TestDecrypt decrypts encrypted films by what the Samples say, and compares the result with the films that were encrypted.
func TestDecrypt(t *testing.T) {
	type pair struct {
		clear, encrypted string
		key              []byte
	}
	clip := mediatest.Clip(t)
	const key = "00112233445566778899aabbccddeeff"
	scheme := []string{"-i", clip, "-t", "3", "-map", "0", "-c", "copy", "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", key}
	raw, err := hex.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	pairs := map[string]pair{
		"stbl": {mediatest.FFmpeg(t, "v.mp4", "-i", clip, "-t", "3", "-map", "0", "-c", "copy"), mediatest.FFmpeg(t, "v.mp4", scheme...), raw},
	}
	for _, name := range []string{"bbb_v6", "bbb_v7", "bbb_a1", "bbb_a2"} {
		if path, ok := mediatest.Film(t, name); ok {
			pairs[name] = pair{path, strings.TrimSuffix(path, ".mp4") + "_enc.mp4", nil}
		}
	}
	for name, p := range pairs {
		t.Run(name, func(t *testing.T) {
			r, c := scanFile(t, p.encrypted)
			_, want := scanFile(t, p.clear)
			for i := range r.Tracks {
				checkDecrypted(t, &r.Tracks[i], c.samples[i], want.samples[i], read(t, p.encrypted), read(t, p.clear), p.key)
			}
		})
	}
}

func read(t *testing.T, path string) []byte {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func checkDecrypted(t *testing.T, track *media.Track, got, want []media.Sample, file, clear, key []byte) {
	e := track.Encryption
	if e == nil {
		t.Fatalf("track %d is not encrypted", track.ID)
	}
	if key == nil {
		key = playReadyTestKey(t, e.KID)
	}
	if len(got) != len(want) {
		t.Fatalf("track %d: %d samples, want %d", track.ID, len(got), len(want))
	}
	for i := range got {
		g, w := &got[i], &want[i]
		if g.AuxSize == 0 {
			t.Fatalf("track %d: sample %d has no initialization vector", track.ID, i)
		}
		if !bytes.Equal(decrypt(t, file, key, e, g), clear[w.Offset:w.Offset+int64(w.Size)]) {
			t.Fatalf("track %d: sample %d is something else when decrypted", track.ID, i)
		}
	}
}

// encryptedFilm is a film whose track is encrypted with vectors of 8 bytes and the key 0123….
func encryptedFilm(more ...any) *film {
	f := newFilm()
	tenc := mk("tenc", 0, uint16(0), byte(1), byte(8), "0123456789abcdef")
	sinf := mk("sinf", mk("frma", "mp4v"), mk("schm", 0, "cenc", 0x10000), mk("schi", tenc))
	e := videoEntry("encv")
	f.entries = []any{mk("encv", e[8:], sinf)}
	f.stbl = join(more...)
	return f
}

// TestAuxiliaryTables reads saiz and saio of stbl in their forms.
func TestAuxiliaryTables(t *testing.T) {
	for name, v := range map[string]struct {
		boxes []byte
		want  [10][2]int
	}{
		"one size":   {join(mk("saiz", 0, byte(8), 10), mk("saio", 0, 1, 1000)), [10][2]int{{1000, 8}, {1008, 8}, {1016, 8}, {1024, 8}, {1032, 8}, {1040, 8}, {1048, 8}, {1056, 8}, {1064, 8}, {1072, 8}}},
		"sizes":      {join(mk("saiz", 0, byte(0), 4, []byte{8, 0, 16, 22}), mk("saio", 1<<24, 1, uint64(1000))), [10][2]int{{1000, 8}, {}, {1008, 16}, {1024, 22}}},
		"per chunk":  {join(mk("saiz", 1, "cenc", 0, byte(8), 10), mk("saio", 1, "cenc", 0, 4, []int{1000, 2000, 3000, 4000})), [10][2]int{{1000, 8}, {1008, 8}, {1016, 8}, {2000, 8}, {2008, 8}, {2016, 8}, {3000, 8}, {3008, 8}, {3016, 8}, {4000, 8}}},
		"other type": {join(mk("saiz", 1, "abcd", 0, byte(8), 10), mk("saio", 1, "abcd", 0, 1, 1000)), [10][2]int{}},
	} {
		_, c := mustScan(t, encryptedFilm(v.boxes).bytes())
		for i, s := range c.samples[0] {
			if got := [2]int{int(s.AuxOffset), int(s.AuxSize)}; got != v.want[i] {
				t.Errorf("%s: sample %d: %v, want %v", name, i, got, v.want[i])
			}
		}
	}
}

// TestAuxiliaryFragments reads senc, PIFF's form of it, and saiz with saio in fragments.
func TestAuxiliaryFragments(t *testing.T) {
	f := encryptedFilm()
	pssh := mk("pssh", 0, "0123456789abcdef", 3, "abc")
	f.sizes, f.stts, f.noStss, f.moov = nil, nil, true, join(mk("mvex", mk("trex", 0, 1, 1, 3600, 10, 0)), pssh)
	moov := f.moovBox(0)
	start := len(moov)
	entry := join(uint64(1), uint16(1), uint16(3), 7) // vector, one subsample
	const at = 8 + 8 + 16 + 8                         // to the body of the first box after tfhd
	for name, v := range map[string]struct {
		boxes []byte
		want  [3][2]int
		warn  string
	}{
		"senc":            {mk("senc", 0, 3, uint64(1), uint64(2), uint64(3)), [3][2]int{{at + 8, 8}, {at + 16, 8}, {at + 24, 8}}, ""},
		"subsamples":      {mk("senc", 2, 3, entry, entry, uint64(1), uint16(0)), [3][2]int{{at + 8, 16}, {at + 24, 16}, {at + 40, 10}}, ""},
		"PIFF":            {mk("uuid", uuidSenc, 2, 3, entry, entry, entry), [3][2]int{{at + 24, 16}, {at + 40, 16}, {at + 56, 16}}, ""},
		"PIFF, own size":  {mk("uuid", uuidSenc, 1, 0x00000110, make([]byte, 16), 3, make([]byte, 48)), [3][2]int{{at + 44, 16}, {at + 60, 16}, {at + 76, 16}}, ""},
		"saiz, saio":      {join(mk("saiz", 0, byte(8), 3), mk("saio", 0, 1, 500)), [3][2]int{{500, 8}, {508, 8}, {516, 8}}, ""},
		"saiz, saio each": {join(mk("saiz", 0, byte(0), 3, []byte{8, 9, 8}), mk("saio", 0, 2, 500, 600)), [3][2]int{{500, 8}, {509 - 1, 9}, {600, 8}}, ""},
		"senc, saiz":      {join(mk("senc", 2, 3, entry, entry, entry), mk("saiz", 0, byte(16), 3), mk("saio", 0, 1, 1)), [3][2]int{{at + 8, 16}, {at + 24, 16}, {at + 40, 16}}, ""},
		"senc cut":        {mk("senc", 0, 3, uint64(1)), [3][2]int{{at + 8, 8}}, ""},
		"none":            {nil, [3][2]int{}, "has no initialization vectors"},
		"other key":       {join(mk("senc", 0, 3, make([]byte, 24)), mk("sgpd", 1<<24, "seig", 20, 1, 0x00000108, "fedcba9876543210")), [3][2]int{{at + 8, 8}, {at + 16, 8}, {at + 24, 8}}, ""},
		"same key":        {join(mk("senc", 0, 3, make([]byte, 24)), mk("sgpd", 1<<24, "seig", 20, 1, 0x00000108, "0123456789abcdef")), [3][2]int{{at + 8, 8}, {at + 16, 8}, {at + 24, 8}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			// two runs: the first has two samples
			traf := func(size int) []byte {
				return mk("moof", mk("traf", mk("tfhd", 0x20000, 1), v.boxes, mk("trun", 1, 2, size+8), mk("trun", 0, 1)), pssh)
			}
			r, c := mustScan(t, join(moov, traf(len(traf(0))), mk("mdat", make([]byte, 30))))
			for i, s := range c.samples[0] {
				got := [2]int{int(s.AuxOffset), int(s.AuxSize)}
				if got[1] > 0 {
					got[0] -= start
				}
				if got != v.want[i] {
					t.Errorf("sample %d: %v, want %v", i, got, v.want[i])
				}
			}
			if w := strings.Join(r.Warnings, "; "); !strings.Contains(w, v.warn) || v.warn == "" && w != "" {
				t.Errorf("warnings: %s", w)
			}
			if p := r.Tracks[0].Encryption.PSSH; len(p) != 1 || !bytes.Equal(p[0], pssh) {
				t.Errorf("pssh boxes: %q", p)
			}
		})
	}
}
