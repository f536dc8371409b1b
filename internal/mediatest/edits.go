package mediatest

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"
)

// Part is what an edit shows: from At to At + For, in seconds of the film. At below 0 shows nothing.
type Part struct{ At, For float64 }

// Edited returns an MP4 with the samples of Clip and an edit list (elst) that shows parts of it, one after the other. Random access points of its video
// are 2 s apart.
func Edited(t testing.TB, parts ...Part) string {
	t.Helper()
	b, err := os.ReadFile(FFmpeg(t, "last.mp4", "-i", Clip(t), "-c", "copy"))
	if err != nil {
		t.Fatal(err)
	}
	all := rawBoxes(t, b)
	moov := all[len(all)-1] // so that no sample moves
	if moov.typ != "moov" {
		t.Fatalf("the last box of the clip is %s", moov.typ)
	}
	movie := binary.BigEndian.Uint32(within(t, moov.body, "mvhd")[12:])
	out := make([]byte, 0, moov.size)
	for _, x := range rawBoxes(t, moov.body) {
		if x.typ == "trak" {
			out = append(out, withEdits(t, x.body, movie, parts)...)
			continue
		}
		out = append(out, moov.body[x.at:x.at+x.size]...)
	}
	path := filepath.Join(t.TempDir(), "edited.mp4")
	if err := os.WriteFile(path, append(b[:moov.at:moov.at], wrap("moov", out)...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// withEdits returns a trak box with another edit list. What the present one cuts off the start, because of B-frames or encoder delay, is left out by the new one as well.
func withEdits(t testing.TB, trak []byte, movie uint32, parts []Part) []byte {
	t.Helper()
	scale := float64(binary.BigEndian.Uint32(within(t, trak, "mdia", "mdhd")[12:]))
	old := within(t, trak, "edts", "elst")
	start := binary.BigEndian.Uint32(old[len(old)-8:])
	elst := binary.BigEndian.AppendUint32(make([]byte, 4), uint32(len(parts)))
	for _, p := range parts {
		at := int32(-1)
		if p.At >= 0 {
			at = int32(start) + int32(p.At*scale+0.5)
		}
		elst = binary.BigEndian.AppendUint32(elst, uint32(p.For*float64(movie)+0.5))
		elst = binary.BigEndian.AppendUint32(elst, uint32(at))
		elst = binary.BigEndian.AppendUint32(elst, 1<<16)
	}
	var out []byte
	for _, x := range rawBoxes(t, trak) {
		if x.typ == "edts" {
			out = append(out, wrap("edts", wrap("elst", elst))...)
			continue
		}
		out = append(out, trak[x.at:x.at+x.size]...)
	}
	return wrap("trak", out)
}

func wrap(name string, body []byte) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(8+len(body))), name...)
	return append(b, body...)
}
