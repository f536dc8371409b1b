package mp4

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// seig makes an entry of the sample group.
func seig(pattern, protected, ivSize byte, kid string, constant ...byte) []byte {
	b := join(byte(0), pattern, protected, ivSize, kid)
	if len(constant) > 0 {
		b = join(b, byte(len(constant)), constant)
	}
	return b
}

// groupsOf returns of each sample its KID and the size of its vector, or "-".
func groupsOf(e *media.Encryption, samples []media.Sample) string {
	var words []string
	for i := range samples {
		g := e.Group(samples[i].Group)
		word := "-"
		if g.Protected {
			word = fmt.Sprintf("%.1s%d", g.KID[:], g.IVSize)
		}
		if n := samples[i].AuxSize; n > 0 {
			word += fmt.Sprintf("+%d", n)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

const (
	usual = "0123456789abcdef" // the key that tenc names
	keyA  = "Aaaaaaaaaaaaaaaa"
	keyB  = "Bbbbbbbbbbbbbbbb"
)

// TestKeysInFragments reads which samples of a fragment have which key, or none, in all forms in which it may be said.
func TestKeysInFragments(t *testing.T) {
	a, b, clear := seig(0, 1, 8, keyA), seig(0, 1, 16, keyB), seig(0, 0, 0, keyA)
	own := func(entries ...any) []byte { return mk("sgpd", 1<<24, "seig", 20, len(entries), join(entries...)) }
	senc := mk("senc", 0, 3, make([]byte, 24))
	for name, v := range map[string]struct {
		moov, fragment []byte
		want           string
		refused        string
	}{
		"none":               {nil, senc, "08+8 08+8 08+8", ""},
		"one key":            {nil, join(senc, own(a), mk("sbgp", 0, "seig", 1, 3, 0x10001)), "A8+8 A8+8 A8+8", ""},
		"part":               {nil, join(senc, own(a), mk("sbgp", 0, "seig", 1, 2, 0x10001)), "A8+8 A8+8 08+8", ""},
		"two runs":           {nil, join(senc, own(a, clear), mk("sbgp", 0, "seig", 3, []int{1, 0x10002, 0, 1, 1, 0x10001})), "- A8+8 08+8", ""},
		"sizes by key":       {nil, join(mk("senc", 0, 3, make([]byte, 24)), own(clear, b), mk("sbgp", 0, "seig", 2, []int{1, 0x10001, 1, 0x10002})), "- B16+16 08+8", ""},
		"as tenc says":       {nil, join(senc, own(seig(0, 1, 8, usual)), mk("sbgp", 0, "seig", 1, 3, 0x10001)), "08+8 08+8 08+8", ""},
		"not mapped":         {nil, join(senc, own(a)), "08+8 08+8 08+8", ""},
		"by default":         {nil, join(senc, mk("sgpd", 2<<24, "seig", 20, 2, 2, clear, a)), "A8+8 A8+8 A8+8", ""},
		"described in moov":  {own(clear, a), join(senc, mk("sbgp", 0, "seig", 2, []int{1, 2, 2, 0})), "A8+8 08+8 08+8", ""},
		"moov's default":     {mk("sgpd", 2<<24, "seig", 20, 1, 1, a), senc, "A8+8 A8+8 A8+8", ""},
		"moov's and own":     {own(a), join(senc, own(clear), mk("sbgp", 1<<24, "seig", 0, 2, []int{1, 0x10001, 1, 1})), "- A8+8 08+8", ""},
		"version 0":          {nil, join(senc, mk("sgpd", 0, "seig", 2, a, clear), mk("sbgp", 0, "seig", 2, []int{1, 0x10002, 2, 0x10001})), "- A8+8 A8+8", ""},
		"lengths":            {nil, join(mk("sgpd", 1<<24, "seig", 0, 2, 20, clear, 29, seig(0x19, 1, 0, keyB, 1, 2, 3, 4, 5, 6, 7, 8)), mk("sbgp", 0, "seig", 2, []int{1, 0x10001, 2, 0x10002})), "- B0 B0", ""},
		"PIFF's own":         {nil, mk("uuid", uuidSenc, 1, 0x00000110, keyB, 3, make([]byte, 48)), "B16+16 B16+16 B16+16", ""},
		"PIFF, not":          {nil, mk("uuid", uuidSenc, 1, 0, keyB, 3), "- - -", ""},
		"all clear":          {nil, join(own(clear), mk("sbgp", 0, "seig", 1, 3, 0x10001)), "- - -", ""},
		"without vectors":    {nil, join(own(a), mk("sbgp", 0, "seig", 1, 3, 0x10001)), "- - -", ""},
		"other groups":       {nil, join(senc, mk("sgpd", 1<<24, "roll", 2, 1, uint16(1)), mk("sbgp", 0, "roll", 1, 3, 0x10001)), "08+8 08+8 08+8", ""},
		"no description":     {nil, join(senc, own(a), mk("sbgp", 0, "seig", 1, 3, 0x10002)), "", "no description"},
		"none in moov":       {nil, join(senc, mk("sbgp", 0, "seig", 1, 3, 1)), "", "no description"},
		"cut off":            {nil, join(senc, mk("sgpd", 1<<24, "seig", 20, 2, a, clear[:19])), "", "cut off"},
		"too short":          {nil, join(senc, mk("sgpd", 1<<24, "seig", 19, 1, a)), "", "19 bytes"},
		"no constant":        {nil, join(senc, own(seig(0, 1, 0, keyA))), "", "constant initialization vector"},
		"vector of 4":        {nil, join(senc, own(seig(0, 1, 4, keyA))), "", "4 bytes are not allowed"},
		"compact":            {nil, join(senc, own(a), mk("csgp", 0, "seig", 1)), "", "csgp"},
		"compact, in moov":   {join(own(a), mk("csgp", 0, "seig", 1)), senc, "", "csgp"},
		"nonsense in moov":   {mk("sgpd", 1<<24, "seig", 20, 7, a), senc, "", "cut off"},
		"compact, of others": {nil, join(senc, mk("csgp", 0, "roll", 1)), "08+8 08+8 08+8", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := encryptedFilm(v.moov)
			f.sizes, f.stts, f.noStss, f.moov = nil, nil, true, mk("mvex", mk("trex", 0, 1, 1, 3600, 10, 0))
			traf := func(size int) []byte {
				return mk("moof", mk("traf", mk("tfhd", 0x20000, 1), v.fragment, mk("trun", 1, 2, size+8), mk("trun", 0, 1)))
			}
			file := join(f.moovBox(0), traf(len(traf(0))), mk("mdat", make([]byte, 30)))
			c := newCollector()
			r, err := Scan(context.Background(), demux.File{ReaderAt: bytes.NewReader(file), Size: int64(len(file))}, c)
			if v.refused != "" {
				if err == nil || !strings.Contains(err.Error(), v.refused) || !strings.Contains(err.Error(), "track 1") {
					t.Fatalf("%v, want a refusal with %q", err, v.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := groupsOf(r.Tracks[0].Encryption, c.samples[0]); got != v.want {
				t.Errorf("%s, want %s; %+v", got, v.want, r.Tracks[0].Encryption.Groups)
			}
		})
	}
}

// TestKeysInTables reads the same of samples that moov describes; a pattern and a constant vector are kept.
func TestKeysInTables(t *testing.T) {
	constant := []byte("0123456789ABCDEF")
	sgpd := mk("sgpd", 1<<24, "seig", 0, 3, 20, seig(0, 0, 0, usual), 37, seig(0x19, 1, 0, keyA, constant...), 20, seig(0, 1, 8, usual))
	file := encryptedFilm(sgpd, mk("sbgp", 0, "seig", 4, []int{2, 1, 3, 2, 1, 3, 1, 1}), mk("saiz", 0, byte(0), 10, []byte{0, 0, 0, 0, 0, 8, 0, 8, 8, 8}), mk("saio", 0, 1, 1000)).bytes()
	r, c := mustScan(t, file)
	e := r.Tracks[0].Encryption
	if got, want := groupsOf(e, c.samples[0]), "- - A0 A0 A0 08+8 - 08+8 08+8 08+8"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	want := []media.KeyGroup{{}, {Protected: true, KID: media.KID([]byte(keyA)), ConstantIV: constant, CryptBlocks: 1, SkipBlocks: 9}}
	if !reflect.DeepEqual(e.Groups, want) {
		t.Errorf("groups %+v", e.Groups)
	}
	if ids := e.KIDs(); len(ids) != 2 || ids[0] != media.KID([]byte(usual)) || ids[1] != want[1].KID {
		t.Errorf("keys %v", ids)
	}
}
