package index_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// key has what a path may have.
const key = "/films/d\xe9j\xe0 vu \"<&>\".mp4|12345|1700000000000000000|1"

// file is an index with a track of every style, and one of cues.
func file(t testing.TB) *index.File {
	t.Helper()
	f := &index.File{Format: "mp4", Title: "Ärger & \"mehr\"", Warnings: []string{"sample 7 at byte 1234 is cut off"}}
	for i, st := range styles() {
		r := rand.New(rand.NewPCG(uint64(i), 3))
		desc := media.Track{
			ID: uint32(i + 1), Kind: st.kind, Codec: media.AVC, Timescale: 24000, Config: []byte{1, 2, 3, 0xff}, SampleEntry: [4]byte{'a', 'v', 'c', '3'}, Language: "de", Title: "Titel",
			Width: 640, Height: 360, SAR: media.Rational{Num: 4, Den: 3}, FrameRate: media.Rational{Num: 24000, Den: 1001}, Rotation: 90, SampleRate: 48000, Channels: 2, Priming: 1024, Padding: 17,
			Contiguous: true, Private: []byte{9, 8},
		}
		if st.aux || st.groups > 0 {
			desc.Encryption = &media.Encryption{Scheme: media.Scheme{'c', 'b', 'c', 's'}, KID: media.KID{1, 2}, ConstantIV: []byte{7}, CryptBlocks: 1, SkipBlocks: 9, PSSH: [][]byte{{5, 5}}, Groups: groups()}
		}
		f.Tracks = append(f.Tracks, build(t, r, desc, st.random(r)))
	}
	var b index.Builder
	b.Cues([]media.Cue{{Start: 1, End: 2, ID: "a", Settings: "line:0", Text: "<b>Привет</b>\n&amp; more"}})
	text, err := b.Finish(media.Track{ID: 99, Kind: media.Text, Codec: media.WVTT, Timescale: 1000, Config: []byte("WEBVTT")})
	if err != nil {
		t.Fatal(err)
	}
	f.Tracks = append(f.Tracks, text)
	return f
}

func encode(t testing.TB, f *index.File) []byte {
	t.Helper()
	b, err := index.Encode(f, key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What is read from disk is what was made by the scan, to the last unexported field: a manifest must not change with a restart.
func TestEncodeDecode(t *testing.T) {
	f := file(t)
	b := encode(t, f)
	if !bytes.Equal(b, encode(t, f)) {
		t.Fatal("the same index gives other bytes the second time")
	}
	got, err := index.Decode(b, key)
	if err != nil {
		t.Fatal(err)
	}
	for i := range f.Tracks {
		want := f.Tracks[i]
		if !slices.Equal(samplesOf(got.Tracks[i], 0), samplesOf(want, 0)) {
			t.Errorf("track %d: other samples", i)
		}
		if !slices.Equal(got.Tracks[i].Points(), want.Points()) {
			t.Errorf("track %d: other points", i)
		}
		if !slices.Equal(got.Tracks[i].Steps(), want.Steps()) {
			t.Errorf("track %d: other steps", i)
		}
		if !reflect.DeepEqual(got.Tracks[i].Track, want.Track) {
			t.Errorf("track %d: got %+v\nwant %+v", i, got.Tracks[i].Track, want.Track)
		}
		if got, want := got.Tracks[i].Size(), want.Size(); got != want {
			t.Errorf("track %d: %d bytes in memory, %d when it was new", i, got, want)
		}
	}
	if !reflect.DeepEqual(got, f) && !t.Failed() {
		t.Error("something else differs")
	}
	if got.Samples() != f.Samples() || f.Samples() == 0 {
		t.Errorf("%d samples, want %d", got.Samples(), f.Samples())
	}
}

func TestDecodeRefusesWhatIsNotItsOwn(t *testing.T) {
	b := encode(t, file(t))
	for name, c := range map[string]struct {
		change func(b []byte) []byte
		key    string
		kind   errs.Kind
		says   string
	}{
		"another file":       {func(b []byte) []byte { return b }, "/films/other.mp4|12345|17|1", errs.Conflict, "other"},
		"another time":       {func(b []byte) []byte { return b }, strings.Replace(key, "1700000000000000000", "1700000000000000001", 1), errs.Conflict, ""},
		"a former version":   {func(b []byte) []byte { b[7]--; return b }, key, errs.Conflict, "version"},
		"a later version":    {func(b []byte) []byte { b[7]++; return b }, key, errs.Conflict, "version"},
		"nothing":            {func([]byte) []byte { return nil }, key, errs.Invalid, "not an index"},
		"another kind":       {func([]byte) []byte { return bytes.Repeat([]byte("RIFF"), 99) }, key, errs.Invalid, "not an index"},
		"cut off":            {func(b []byte) []byte { return b[:len(b)/2] }, key, errs.Invalid, "damaged"},
		"a byte short":       {func(b []byte) []byte { return b[:len(b)-1] }, key, errs.Invalid, "damaged"},
		"a byte more":        {func(b []byte) []byte { return append(b, 0) }, key, errs.Invalid, "damaged"},
		"zeros after a hole": {func(b []byte) []byte { clear(b[len(b)/3:]); return b }, key, errs.Invalid, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := index.Decode(c.change(slices.Clone(b)), c.key)
			if f != nil || errs.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) && name != "another file" {
				t.Fatalf("got %v (%v)", err, errs.KindOf(err))
			}
		})
	}
}

// Every byte counts: whichever is damaged, the index is refused.
func TestDamageIsSeen(t *testing.T) {
	b := encode(t, file(t))
	r := rand.New(rand.NewPCG(1, 2))
	at := make([]int, 0, 700)
	for i := range 300 { // the head and the tail wholly, the rest by chance
		at = append(at, i, len(b)-1-i)
	}
	for range 300 {
		at = append(at, r.IntN(len(b)))
	}
	for _, i := range at {
		bad := slices.Clone(b)
		bad[i] ^= byte(1 + r.IntN(255))
		if f, err := index.Decode(bad, key); err == nil {
			t.Fatalf("byte %d of %d changed from %#x to %#x unnoticed: %d tracks", i, len(b), b[i], bad[i], len(f.Tracks))
		}
	}
}

// reseal makes damage look sound, so that what is behind the checksum is tested too.
func reseal(b []byte) []byte {
	if len(b) < 4 {
		return b
	}
	body := b[:len(b)-4]
	return binary.BigEndian.AppendUint32(slices.Clone(body), crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
}

// walkAll uses an index that may be damaged in every way that it can be used.
func walkAll(f *index.File) int {
	n := 0
	for _, t := range f.Tracks {
		points := t.Points()
		n += len(points) + len(t.Steps())
		var s media.Sample
		for _, from := range []int{0, t.Count / 2, t.Count - 1} {
			for c := t.Cursor(from); c.Next(&s); {
				n++
			}
		}
		if len(points) > 0 {
			starts := []index.Point{}
			for _, i := range index.Choose(points, t.End, 96000, false) {
				starts = append(starts, points[i])
			}
			n += len(t.CutAt(starts))
		}
		n += len(t.CutAtTimes([]media.Ticks{0, 1000, 100000})) + t.Size()
		t.VerifySync(func(i int, _ *media.Sample) bool { return i%2 == 0 })
		n += len(t.Moved(7).Points())
	}
	return n
}

func TestDamageBehindTheChecksumDoesNoHarm(t *testing.T) {
	b := encode(t, file(t))
	r := rand.New(rand.NewPCG(5, 6))
	accepted := 0
	for range 400 {
		bad := slices.Clone(b)
		for range 1 + r.IntN(4) {
			bad[r.IntN(len(bad))] ^= byte(1 + r.IntN(255))
		}
		if f, err := index.Decode(reseal(bad), key); err == nil {
			accepted++
			walkAll(f)
		}
	}
	if accepted == 0 {
		t.Fatal("nothing got behind the checks: this tests nothing")
	}
}

func FuzzDecode(f *testing.F) {
	for _, st := range styles()[:13] {
		r := rand.New(rand.NewPCG(1, 1))
		st.samples = min(st.samples, 200)
		desc := media.Track{Kind: st.kind, Timescale: 1000, Encryption: &media.Encryption{Groups: groups()}}
		one := &index.File{Format: "mp4", Tracks: []*index.Track{build(f, r, desc, st.random(r))}}
		b, err := index.Encode(one, "k")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got, err := index.Decode(reseal(b), "k")
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20+100*uint64(len(b)) {
			t.Fatalf("%d bytes of index take %d of memory", len(b), used)
		}
		if err == nil {
			walkAll(got)
		}
	})
}
