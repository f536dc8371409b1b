package index_test

import (
	"math/rand/v2"
	"testing"

	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// style is what is special in a random track.
type style struct {
	name               string
	kind               media.Kind
	samples            int
	gaps, spans, aux   bool
	vfr, reorder       bool
	holes, overlaps    bool // between one sample's end and the next one's DTS
	boundaries         bool
	groups             int // how many samples are of one, on average; 0: there are none
	gop                int // distance of random access points; 0: random, 1: all
	firstNotSync, edit bool
}

func styles() []style {
	return []style{
		{name: "audio", kind: media.Audio, samples: 1000, gop: 1},
		{name: "audio, interleaved", kind: media.Audio, samples: 1000, gop: 1, gaps: true, edit: true},
		{name: "video", kind: media.Video, samples: 2000, gop: 48, reorder: true, gaps: true},
		{name: "video, random GOPs, variable rate", kind: media.Video, samples: 2000, vfr: true, reorder: true, gaps: true, edit: true},
		{name: "all intra", kind: media.Video, samples: 900, gop: 1, gaps: true},
		{name: "all intra, then none", kind: media.Video, samples: 6000, gop: -400},
		{name: "holes and overlaps", kind: media.Video, samples: 500, gop: 25, holes: true, overlaps: true, reorder: true},
		{name: "encrypted", kind: media.Video, samples: 700, gop: 30, aux: true, gaps: true, boundaries: true},
		{name: "encrypted, keys rotate", kind: media.Audio, samples: 700, gop: 1, aux: true, gaps: true, groups: 40},
		{name: "encrypted, a group each", kind: media.Video, samples: 700, gop: 30, aux: true, groups: 1},
		{name: "encrypted, in part, constant vector", kind: media.Audio, samples: 700, gop: 1, groups: 90},
		{name: "converted", kind: media.Video, samples: 700, gop: 30, spans: true, gaps: true},
		{name: "sparse random access audio", kind: media.Audio, samples: 700, gop: 20, gaps: true},
		{name: "late first random access point", kind: media.Video, samples: 300, gop: 100, firstNotSync: true, reorder: true},
		{name: "one sample", kind: media.Video, samples: 1, gop: 1},
		{name: "two samples", kind: media.Audio, samples: 2, gop: 1},
		{name: "63 samples", kind: media.Audio, samples: 63, gop: 1},
		{name: "64 samples", kind: media.Audio, samples: 64, gop: 1},
		{name: "65 samples", kind: media.Video, samples: 65, gop: 7},
	}
}

// random makes what a demuxer might hand over.
func (st style) random(r *rand.Rand) []media.Sample {
	list := make([]media.Sample, st.samples)
	at, aux := int64(r.IntN(1000)), int64(5000)
	dts := media.Ticks(r.IntN(3))
	if st.edit {
		dts = -media.Ticks(r.IntN(5000))
	}
	group := uint16(0)
	for i := range list {
		s := &list[i]
		if st.gaps && r.IntN(3) == 0 {
			at += int64(r.IntN(100000)) - 20000
		}
		s.Offset, s.Size = max(0, at), uint32(r.IntN(70000))
		s.Span = s.Size
		if st.spans {
			s.Span += uint32(r.IntN(40))
		}
		s.DTS, s.Duration = dts, 1001
		if st.vfr {
			s.Duration = media.Ticks(1 + r.IntN(5000))
		}
		if st.reorder {
			s.CTO = int32(r.IntN(4)-1) * 1001
		}
		switch {
		case st.gop > 0:
			s.Sync = i%st.gop == 0 && (i > 0 || !st.firstNotSync)
		case st.gop < 0:
			s.Sync = i < -st.gop
		default:
			s.Sync = i == 0 || r.IntN(30) == 0
		}
		s.Boundary = st.boundaries && s.Sync && r.IntN(2) == 0
		if st.aux {
			s.AuxOffset, s.AuxSize = aux, uint16(8+r.IntN(40))
			if aux += int64(s.AuxSize); r.IntN(30) == 0 {
				aux += int64(r.IntN(90000))
			}
		}
		if st.groups > 0 && r.IntN(st.groups) == 0 {
			group = uint16(r.IntN(len(groups()) + 1))
		}
		s.Group = group
		at = s.Offset + int64(s.Span)
		dts += s.Duration
		if st.holes && r.IntN(20) == 0 {
			dts += media.Ticks(r.IntN(9000))
		}
		if st.overlaps && r.IntN(20) == 0 {
			dts -= media.Ticks(r.IntN(5000))
		}
	}
	return list
}

// groups are those that samples of a style may be in.
func groups() []media.KeyGroup {
	return []media.KeyGroup{{}, {Protected: true, IVSize: 16, KID: media.KID{1, 2, 3}}, {Protected: true, KID: media.KID{15: 1}, ConstantIV: []byte("12345678"), CryptBlocks: 1, SkipBlocks: 9}}
}

// expect is what a Track holds of samples by the rule of Builder.Samples: time has no holes and no overlaps.
func expect(in []media.Sample) []media.Sample {
	out := append([]media.Sample(nil), in...)
	for i := 1; i < len(out); i++ {
		if out[i].DTS <= out[i-1].DTS {
			pts := out[i].PTS()
			out[i].DTS = out[i-1].DTS + 1
			out[i].CTO = int32(pts - out[i].DTS)
		}
		out[i-1].Duration = out[i].DTS - out[i-1].DTS
	}
	return out
}

// build hands samples over in batches of random sizes.
func build(t testing.TB, r *rand.Rand, desc media.Track, in []media.Sample) *index.Track {
	t.Helper()
	var b index.Builder
	for rest := append([]media.Sample(nil), in...); len(rest) > 0; {
		n := min(len(rest), r.IntN(200))
		if err := b.Samples(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	tr, err := b.Finish(desc)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func samplesOf(tr *index.Track, from int) []media.Sample {
	var out []media.Sample
	var s media.Sample
	for c := tr.Cursor(from); c.Next(&s); {
		out = append(out, s)
	}
	return out
}

// each runs f on random tracks of every style.
func each(t *testing.T, rounds uint64, f func(t *testing.T, r *rand.Rand, st style, in []media.Sample, tr *index.Track)) {
	for _, st := range styles() {
		t.Run(st.name, func(t *testing.T) {
			for seed := range rounds {
				r := rand.New(rand.NewPCG(seed, 7))
				in := st.random(r)
				desc := media.Track{ID: 1, Kind: st.kind, Timescale: 24000, Codec: media.AVC, Contiguous: !st.spans}
				if st.aux || st.groups > 0 {
					desc.Encryption = &media.Encryption{Scheme: media.Scheme{'c', 'e', 'n', 'c'}, IVSize: 8, Groups: groups()}
				}
				f(t, r, st, in, build(t, r, desc, in))
			}
		})
	}
}
