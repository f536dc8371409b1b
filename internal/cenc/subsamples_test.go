package cenc_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/Eyevinn/mp4ff/av1"
	"github.com/Eyevinn/mp4ff/avc"
	"github.com/Eyevinn/mp4ff/hevc"
	"github.com/Eyevinn/mp4ff/mp4"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// ranges is protected bytes of a sample: where each part begins and how long it is.
type ranges [][2]int

// of returns the parts of at least a block: of shorter ones cbcs leaves everything in the clear, whatever they are called.
func of(subs []mp4.SubSamplePattern) (r ranges, size int) {
	for _, s := range subs {
		size += int(s.BytesOfClearData)
		if s.BytesOfProtectedData >= 16 {
			r = append(r, [2]int{size, int(s.BytesOfProtectedData)})
		}
		size += int(s.BytesOfProtectedData)
	}
	return r, size
}

// What stays in the clear is what another program leaves in the clear, which reads slice headers, frame headers and tiles by itself.
func TestSubsamples(t *testing.T) {
	all := sources(t)
	film := []string{"-i", mediatest.Clip(t), "-an", "-t", "8", "-g", "48"}
	more := func(name string, args ...string) string {
		return mediatest.FFmpeg(t, name+".mp4", append(film, args...)...)
	}
	p := start(t, all["avc"], all["slices"], all["hevc"], all["av1"],
		more("avc2", "-c:v", "libx264", "-preset", "slower", "-x264-params", "open-gop=1:slices=2"),
		more("hevc2", "-c:v", "libx265", "-preset", "medium", "-x265-params", "log-level=none:weightb=1:ref=5:b-pyramid=1:wpp=1:deblock=1,1", "-tag:v", "hvc1"),
		more("av12", "-c:v", "libaom-av1", "-cpu-used", "6", "-crf", "40", "-b:v", "0", "-aom-params", "enable-global-motion=1:film-grain-test=3"))
	for _, name := range []string{"avc", "slices", "hevc", "av1", "avc2", "hevc2", "av12"} {
		t.Run(name, func(t *testing.T) {
			p := program{t, p.base}
			m := mediatest.ReadMPD(t, p.get("/dash/vod/"+name+"/manifest.mpd"))
			folder, count := "/dash/vod/"+name+"/"+m.Representations[0].ID, len(m.Representations[0].Segments)
			plain := p.fetch(folder, "", 1, count)
			x := p.fetch(folder, "enc=cbcs", 1, count)
			samples := plain.samples(t)
			protect := protector(t, plain.init)
			n, parts := 0, 0
			for i, s := range x.segments {
				f, err := mp4.DecodeFile(bytes.NewReader(append(bytes.Clone(x.init), s...)))
				if err != nil {
					t.Fatal(err)
				}
				traf := f.Segments[0].Fragments[0].Moof.Traf
				if err := traf.ParseReadSenc(0, f.Segments[0].Fragments[0].Moof.StartPos); err != nil {
					t.Fatal(err)
				}
				for j, subs := range traf.Senc.SubSamples {
					theirs, err := protect(samples[n])
					if err != nil {
						t.Fatalf("sample %d of segment %d: %v", j, i, err)
					}
					got, size := of(subs)
					want, _ := of(theirs)
					if fmt.Sprint(got) != fmt.Sprint(want) || size != len(samples[n]) {
						t.Fatalf("sample %d of segment %d, %d bytes: %v is protected of %d bytes, want %v", j, i, len(samples[n]), got, size, want)
					}
					parts += len(got)
					n++
				}
			}
			if n != len(samples) || parts < n/2 {
				t.Errorf("%d of %d samples have %d parts that are protected", n, len(samples), parts)
			}
		})
	}
}

// protector returns what mp4ff protects of a sample, for samples of a track in decode order.
func protector(t *testing.T, init []byte) func(sample []byte) ([]mp4.SubSamplePattern, error) {
	t.Helper()
	f, err := mp4.DecodeFile(bytes.NewReader(init))
	if err != nil {
		t.Fatal(err)
	}
	fatal := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	stsd := f.Init.Moov.Trak.Mdia.Minf.Stbl.Stsd
	entry := stsd.Children[0].(*mp4.VisualSampleEntryBox)
	switch {
	case entry.AvcC != nil:
		sps, pps := map[uint32]*avc.SPS{}, map[uint32]*avc.PPS{}
		for _, nal := range entry.AvcC.SPSnalus {
			s, err := avc.ParseSPSNALUnit(nal, true)
			fatal(err)
			sps[s.ParameterID] = s
		}
		for _, nal := range entry.AvcC.PPSnalus {
			s, err := avc.ParsePPSNALUnit(nal, sps)
			fatal(err)
			pps[s.PicParameterSetID] = s
		}
		return func(sample []byte) ([]mp4.SubSamplePattern, error) {
			return mp4.GetAVCProtectRanges(sps, pps, sample, "cbcs")
		}
	case entry.HvcC != nil:
		sps, pps := map[uint32]*hevc.SPS{}, map[uint32]*hevc.PPS{}
		for _, nal := range entry.HvcC.GetNalusForType(hevc.NALU_SPS) {
			s, err := hevc.ParseSPSNALUnit(nal)
			fatal(err)
			sps[uint32(s.SpsID)] = s
		}
		for _, nal := range entry.HvcC.GetNalusForType(hevc.NALU_PPS) {
			s, err := hevc.ParsePPSNALUnit(nal, sps)
			fatal(err)
			pps[s.PicParameterSetID] = s
		}
		return func(sample []byte) ([]mp4.SubSamplePattern, error) {
			return mp4.GetHEVCProtectRanges(sps, pps, sample, "cbcs")
		}
	}
	header, err := entry.Av1C.SequenceHeader()
	fatal(err)
	frames, err := av1.NewFrameHeaderDecoder(header)
	fatal(err)
	return func(sample []byte) ([]mp4.SubSamplePattern, error) {
		return mp4.GetAV1ProtectRanges(frames, sample, "cbcs")
	}
}

// A picture may have more slices than a sample's auxiliary information can tell of: what is told decrypts, the rest is in the clear.
func TestManySlices(t *testing.T) {
	path := mediatest.FFmpeg(t, "many.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=1,noise=alls=20:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "24", "-x264-params", "slice-max-mbs=6", "-pix_fmt", "yuv420p")
	p := start(t, path)
	plain := p.fetch("/dash/vod/many/v1", "", 1, 1)
	for _, query := range []string{"enc=cenc&iv=16", "enc=cbcs"} {
		x := p.fetch("/dash/vod/many/v1", query, 1, 1)
		if want, got := packets(t, plain.all(), ""), packets(t, x.all(), keyOf(t, x.kidOf(t))); got != want {
			t.Errorf("%s: FFmpeg decrypts other packets:\n%s", query, difference(want, got))
		}
		f := mediatest.ParseSegment(t, x.in, x.segments[0])
		if d := auxiliary(&f, x.segments[0], int(tenc(x.init)[7])); d != "" {
			t.Errorf("%s: %s", query, d)
		}
		for i, n := range f.AuxSizes {
			if n < 200 {
				t.Errorf("%s: sample %d has %d bytes of auxiliary information, and slices for more", query, i, n)
			}
		}
	}
}
