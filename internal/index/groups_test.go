package index_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// An hour of film whose key changes every two seconds is within 12 bytes a sample, on disk with all its keys, and in memory.
func TestRotationIsSmall(t *testing.T) {
	const every, changes = 94, 1800 // audio frames of two seconds
	e := &media.Encryption{Scheme: media.Scheme{'c', 'e', 'n', 'c'}, IVSize: 8}
	r := rand.New(rand.NewPCG(1, 1))
	var in []media.Sample
	aux := int64(0)
	for n := range changes {
		g := media.KeyGroup{Protected: true, IVSize: 8}
		for i := range g.KID {
			g.KID[i] = byte(r.IntN(256))
		}
		e.Groups = append(e.Groups, g)
		aux += 500000
		for range every {
			in = append(in, media.Sample{Offset: aux + 1000, Size: 340, Span: 340, DTS: media.Ticks(len(in)) * 1024, Sync: true, AuxOffset: aux, AuxSize: 8, Group: uint16(n + 1)})
			aux += 8
		}
	}
	tr := build(t, r, media.Track{Kind: media.Audio, Timescale: 48000, Encryption: e}, in)
	b, err := index.Encode(&index.File{Format: "mp4", Tracks: []*index.Track{tr}}, "k")
	if err != nil {
		t.Fatal(err)
	}
	disk, memory := float64(len(b))/float64(len(in)), float64(tr.Size()+len(e.Groups)*64)/float64(len(in))
	if disk > 12 || memory > 12 {
		t.Errorf("%.1f bytes a sample on disk, %.1f in memory", disk, memory)
	}
	if !tr.Grouped() || samplesOf(tr, every*1234)[0].Group != 1235 {
		t.Error("a cursor in the middle does not know the group")
	}
}

// Groups that the description of the track does not have are damage.
func TestGroupsThatThereAreNot(t *testing.T) {
	for i, c := range []struct {
		e     *media.Encryption
		group uint16
		says  string
	}{{&media.Encryption{Groups: make([]media.KeyGroup, 2)}, 2, ""}, {&media.Encryption{Groups: make([]media.KeyGroup, 2)}, 3, "group 3 from sample 1"}, {nil, 1, "group 1 from sample 1"}} {
		tr := build(t, rand.New(rand.NewPCG(1, 1)), media.Track{Timescale: 1000, Encryption: c.e}, []media.Sample{{}, {DTS: 1, Group: c.group}})
		b, err := index.Encode(&index.File{Tracks: []*index.Track{tr}}, "k")
		if err != nil {
			t.Fatal(err)
		}
		_, err = index.Decode(b, "k")
		if c.says == "" && err != nil || c.says != "" && (errs.KindOf(err) != errs.Invalid || fmt.Sprint(err) != "index is damaged: "+c.says+" on") {
			t.Errorf("%d: %v", i, err)
		}
	}
}
