package indexing

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// firstLook and secondLook are how many bytes of a sample are read to see whether decoding may start there: parameter sets and SEI come before
	// the first slice, and are rarely long.
	firstLook, secondLook = 1 << 10, 64 << 10
	// trustAfter is how many samples of a track in which every sample is marked are looked at: when those are right, it is
	// a codec without prediction.
	trustAfter = 64
)

// verifySync checks in the bitstream that the samples which the container marks as random access points are ones, and finds out whether parameter sets
// are in band. It returns a warning, or "". What the demuxer has read from the bitstream itself, and what is encrypted, is left as it is.
func verifySync(f demux.File, t *index.Track, found *trackSink) string {
	if t.Kind != media.Video || !t.Contiguous || t.Encryption != nil {
		return ""
	}
	switch t.Codec {
	case media.AVC, media.HEVC, media.AV1, media.VP9:
	default:
		return ""
	}
	marked := t.Syncs
	points := found.syncs
	all := t.Syncs == t.Count
	if all {
		points = points[:min(len(points), trustAfter)]
	}
	wrong, inBand := look(f, &t.Track, points)
	t.InBand = t.InBand || inBand
	if len(wrong) == 0 && (all || len(points) == t.Syncs) {
		return ""
	}
	next, v := 0, viewer{f: f, t: &t.Track}
	cleared := t.VerifySync(func(n int, s *media.Sample) bool {
		if !all && len(points) == marked { // all have been looked at
			if next < len(wrong) && wrong[next] == n {
				next++
				return false
			}
			return true
		}
		return v.isSync(point{n, s.Size, s.Offset})
	})
	t.InBand = t.InBand || v.inBand
	if cleared == 0 {
		return ""
	}
	return fmt.Sprintf("track %d: %d of %d samples that the file marks as random access points are none; segments do not start there", t.ID, cleared, marked)
}

// look looks at samples, on all processors: most of the time goes into reading. It returns the numbers of those that are no random access points.
func look(f demux.File, t *media.Track, points []point) (wrong []int, inBand bool) {
	const share = 128 // points that are worth a goroutine
	workers := max(1, min(runtime.GOMAXPROCS(0), len(points)/share))
	viewers := make([]viewer, workers)
	var all sync.WaitGroup
	for i := range viewers {
		v := &viewers[i]
		v.f, v.t = f, t
		part := points[i*len(points)/workers : (i+1)*len(points)/workers]
		all.Go(func() { v.run(part) })
	}
	all.Wait()
	for i := range viewers {
		if p := viewers[i].panicked; p != nil {
			panic(p) // where it is caught
		}
		wrong = append(wrong, viewers[i].wrong...)
		inBand = inBand || viewers[i].inBand
	}
	return wrong, inBand
}

// viewer looks at samples.
type viewer struct {
	f        demux.File
	t        *media.Track
	buf      []byte
	inBand   bool
	wrong    []int
	panicked any
}

func (v *viewer) run(points []point) {
	defer func() { v.panicked = recover() }()
	for _, p := range points {
		if !v.isSync(p) {
			v.wrong = append(v.wrong, p.n)
		}
	}
}

func (v *viewer) isSync(p point) bool {
	for _, size := range [...]uint32{firstLook, secondLook} {
		b := v.read(p, size)
		if b == nil {
			return true // the file ends here: that is a matter of its own
		}
		sync, inBand := codec.RandomAccess(v.t, b, p.size)
		v.inBand = v.inBand || inBand
		if sync {
			return true
		}
		if p.size <= size {
			break
		}
	}
	return false
}

func (v *viewer) read(p point, n uint32) []byte {
	n = min(n, p.size)
	if uint32(cap(v.buf)) < n {
		v.buf = make([]byte, max(n, firstLook))
	}
	b := v.buf[:n]
	if m, err := v.f.ReadAt(b, p.offset); err != nil && m < len(b) {
		return nil
	}
	return b
}
