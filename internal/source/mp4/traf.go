package mp4

import (
	"math"

	"github.com/dashwright/dashwright/internal/media"
)

// traf is a track fragment while it is read (ISO/IEC 14496-12, 8.8.6).
type traf struct {
	moof     *moof
	t        *track   // nil when moov does not name it
	values   defaults // of its samples
	base     int64    // what data offsets are relative to
	explicit bool     // base was said by tfhd, and counts for saio as well
	dataEnd  int64    // where the data read so far ends

	decode, absolute   media.Ticks // from tfdt; from tfxd
	timed, absoluteSet bool

	runs  [][]byte // trun boxes
	boxes auxBoxes
	keys  *fragmentKeys
	aux   *auxFragment
}

// The flags of tfhd (ISO/IEC 14496-12, 8.8.7.1).
const (
	tfhdBase       = 0x000001
	tfhdEntry      = 0x000002
	tfhdDuration   = 0x000008
	tfhdSize       = 0x000010
	tfhdFlags      = 0x000020
	tfhdBaseIsMoof = 0x020000
)

// uuidTfxd is PIFF's box for the absolute time of a fragment.
const uuidTfxd = "\x6d\x1d\x9b\x05\x42\xd5\x44\xe6\x80\xe2\x14\x1d\xaf\xf7\x57\xb2"

// traf reads one track fragment and hands over its samples.
func (s *scan) traf(m *moof, b box) error {
	f := &m.traf
	*f = traf{moof: m, runs: f.runs[:0]}
	v := &m.view
	err := v.children(b.body, b.end, func(b box) error {
		p := v.content(b, 0, math.MaxInt32)
		switch string(b.name[:]) {
		case "tfhd":
			s.tfhd(f, p)
		case "tfdt":
			f.decode, f.timed = fragmentTime(p)
		case "trun":
			f.runs = append(f.runs, p)
		case "uuid":
			if len(p) > 16 && string(p[:16]) == uuidTfxd {
				f.absolute, f.absoluteSet = fragmentTime(p[16:])
			}
		}
		f.boxes.add(b, p)
		return nil
	})
	if err != nil || f.t == nil {
		return err
	}
	t := f.t
	if !t.same(f.values.entry) && t.out >= 0 {
		return errChange(t, "in the moof box at byte %d", b.start)
	}
	if t.out < 0 || t.silent {
		f.skip(s.batch)
	} else if err := s.runs(f); err != nil {
		return err
	}
	m.dataEnd = f.dataEnd
	return nil
}

// tfhd reads the track fragment's header.
func (s *scan) tfhd(f *traf, p []byte) {
	if len(p) < 8 || f.t != nil {
		return
	}
	id, flags := be32(p, 4), be32(p, 0)&0xffffff
	for _, t := range s.movie.tracks {
		if t.media.ID == id {
			f.t = t
			break
		}
	}
	if f.t == nil {
		s.warn.addf("the moof box at byte %d has samples of track %d, which moov does not name", f.moof.box.start, id)
		return
	}
	f.values = f.t.defaults
	at := 8
	if flags&tfhdBase != 0 {
		f.base, f.explicit = int64(min(be64(p, at), math.MaxInt64/2)), true
		at += 8
	} else if flags&tfhdBaseIsMoof != 0 {
		f.base = f.moof.box.start
	} else {
		f.base = f.moof.dataEnd
	}
	f.dataEnd = f.base
	for _, field := range [...]struct {
		flag uint32
		to   *uint32
	}{{tfhdEntry, &f.values.entry}, {tfhdDuration, &f.values.duration}, {tfhdSize, &f.values.size}, {tfhdFlags, &f.values.flags}} {
		if flags&field.flag != 0 && at+4 <= len(p) {
			*field.to = be32(p, at)
			at += 4
		}
	}
	f.values.entry = max(f.values.entry, 1)
}

// fragmentTime reads tfdt (ISO/IEC 14496-12, 8.8.12), or tfxd, which begins like it.
func fragmentTime(p []byte) (media.Ticks, bool) {
	if len(p) >= 12 && p[0] == 1 {
		// PIFF's time may be negative, for encoder delay.
		return max(min(media.Ticks(be64(p, 4)), 1<<60), -1<<60), true
	}
	return media.Ticks(be32(p, 4)), len(p) >= 8
}

// start returns the decode time of the first sample of f, whose composition offset is cto, in the track's own time.
func (f *traf) start(cto int32) media.Ticks {
	switch {
	case f.timed:
		return f.decode
	case f.absoluteSet:
		// tfxd has the presentation time of the first sample.
		return f.absolute - media.Ticks(cto)
	}
	return f.t.nextDTS
}

// skip passes over the samples of a track that is not handed over: only where their data ends matters.
func (f *traf) skip(b []media.Sample) {
	for _, p := range f.runs {
		r, ok := f.run(p)
		if !ok {
			return
		}
		off := r.offset
		if r.width == 0 {
			off += int64(r.count) * int64(r.values.size)
			r.count = 0
		}
		for i := 0; i < r.count; {
			b = b[:min(batchSize, r.count-i)]
			off = r.places(b, i, off)
			i += len(b)
		}
		f.dataEnd = off
	}
}
