package mp4

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/media"
)

// The flags of trun (ISO/IEC 14496-12, 8.8.8.1).
const (
	trunOffset     = 0x001
	trunFirstFlags = 0x004
	trunDuration   = 0x100
	trunSize       = 0x200
	trunFlags      = 0x400
	trunCTO        = 0x800
)

// The flags of a sample (8.8.3.1) that say that decoding cannot start there: sample_is_non_sync_sample, or sample_depends_on 1, where some
// encoders leave the first away.
const notSync = 0x00010000 | 0x01000000

// trun is one track run. The columns say where a sample's value stands in its row, -1 when all samples have the default.
type trun struct {
	count  int
	offset int64 // of the first sample
	placed bool  // the box said the offset
	width  int   // bytes of a row; 0 when all is default
	rows   []byte
	values defaults

	firstFlags            uint32
	first                 bool // firstFlags count for the first sample
	duration, size, flags int  // columns
	cto                   int
}

// run reads the header of a trun box.
func (f *traf) run(p []byte) (r trun, ok bool) {
	if len(p) < 8 {
		return r, false
	}
	flags := be32(p, 0) & 0xffffff
	r.offset, r.values = f.dataEnd, f.values
	at := 8
	if r.placed = flags&trunOffset != 0; r.placed {
		r.offset = f.base + int64(int32(be32(p, at)))
		at += 4
	}
	if r.first = flags&trunFirstFlags != 0; r.first {
		r.firstFlags = be32(p, at)
		at += 4
	}
	r.duration, r.size, r.flags, r.cto = r.column(flags&trunDuration), r.column(flags&trunSize), r.column(flags&trunFlags), r.column(flags&trunCTO)
	if at > len(p) {
		return r, false
	}
	r.rows = p[at:]
	count := int64(be32(p, 4))
	room := count
	if r.width > 0 {
		room = int64(len(r.rows) / r.width)
	} else if r.values.size > 0 {
		room = f.moof.view.f.Size / int64(r.values.size)
	} else {
		room = 0
	}
	if count > room {
		f.moof.view.warn.addf("a trun box in the moof at byte %d says that it has %d samples and has room for %d", f.moof.box.start, count, room)
		count = room
	}
	r.count = int(count)
	return r, true
}

// column adds a column to the rows when it is there.
func (r *trun) column(there uint32) int {
	if there == 0 {
		return -1
	}
	r.width += 4
	return r.width - 4
}

// places makes the Samples from the i-th on: where they stand and whether decoding may start there. off is where the first one begins; what is
// returned is where the last one ends.
func (r *trun) places(b []media.Sample, i int, off int64) int64 {
	p := r.rows[i*r.width:]
	size, flags := r.values.size, r.values.flags
	for j := range b {
		if r.width > 0 {
			row := p[j*r.width : (j+1)*r.width]
			if r.size >= 0 {
				size = binary.BigEndian.Uint32(row[r.size:])
			}
			if r.flags >= 0 {
				flags = binary.BigEndian.Uint32(row[r.flags:])
			}
		}
		b[j] = media.Sample{Offset: off, Span: size, Size: size, Sync: flags&notSync == 0}
		off += int64(size)
	}
	if i == 0 && r.first {
		b[0].Sync = r.firstFlags&notSync == 0
	}
	return off
}

// times sets the times of the Samples from the i-th on, the first of which is decoded at dts. It returns when the last one ends.
func (r *trun) times(b []media.Sample, i int, dts media.Ticks) media.Ticks {
	p := r.rows[i*r.width:]
	duration := media.Ticks(r.values.duration)
	for j := range b {
		if r.duration >= 0 {
			duration = media.Ticks(binary.BigEndian.Uint32(p[j*r.width+r.duration:]))
		}
		if r.cto >= 0 {
			b[j].CTO = int32(binary.BigEndian.Uint32(p[j*r.width+r.cto:]))
		}
		b[j].DTS, b[j].Duration = dts, duration
		dts += duration
	}
	return dts
}

// runs hands over the samples of a track fragment.
func (s *scan) runs(f *traf) error {
	t := f.t
	started := false
	for i, p := range f.runs {
		r, ok := f.run(p)
		if !ok {
			s.warn.addf("a trun box in the moof at byte %d is too short", f.moof.box.start)
			break
		}
		if r.count == 0 {
			continue
		}
		if r.width == 0 && !s.claim(int64(r.count)*int64(r.values.size)) {
			s.warn.addf("the moof box at byte %d has more samples than the file has bytes; what follows in it is ignored", f.moof.box.start)
			break
		}
		if !started {
			started = true
			r.times(s.batch[:1], 0, 0)
			t.nextDTS = f.start(s.batch[0].CTO)
			var err error
			if f.keys, err = f.keysOf(); err != nil {
				return err
			}
			f.aux = s.fragmentAux(f)
			if m := f.moof; !r.placed && r.offset >= m.box.start && r.offset < m.box.end {
				r.offset = m.box.end + 8 // nothing says where the data is: it can only be in the mdat that follows
			}
		}
		if f.aux != nil {
			f.aux.startRun(i)
		}
		if err := s.run(f, &r); err != nil || t.lost {
			return err
		}
	}
	return nil
}

// run hands over the samples of one track run.
func (s *scan) run(f *traf, r *trun) error {
	t := f.t
	off := r.offset
	for i := 0; i < r.count && !t.lost; {
		b := s.batch[:min(batchSize, r.count-i)]
		end := r.places(b, i, off)
		if off < 0 || end > s.f.Size {
			t.lost = true
			b = b[:inFile(b, s.f.Size)]
		}
		t.nextDTS = r.times(b, i, t.nextDTS+t.timing.shift) - t.timing.shift
		if t.lost {
			s.warn.addf("track %d: the file ends before its samples from %s on; they are missing", t.media.ID, clock(t.nextDTS+t.timing.shift, t.media.Timescale))
		}
		if err := s.fragmentSamples(f, b); err != nil {
			return err
		}
		i += len(b)
		off = end
	}
	f.dataEnd = off
	return nil
}

// inFile returns how many of the Samples b, which follow each other, are in a file of that size.
func inFile(b []media.Sample, size int64) int {
	for i := range b {
		if b[i].Offset < 0 || b[i].Offset+int64(b[i].Size) > size {
			return i
		}
	}
	return len(b)
}

// fragmentSamples hands over samples that are complete but for what depends on the track.
func (s *scan) fragmentSamples(f *traf, b []media.Sample) error {
	t := f.t
	if f.keys != nil {
		if err := f.keys.mark(b); err != nil {
			return err
		}
	}
	if f.aux != nil {
		for i := range b {
			b[i].AuxOffset, b[i].AuxSize = f.aux.next(b[i].Group)
		}
	} else if t.media.Encryption != nil {
		if err := s.bare(f, b); err != nil {
			return err
		}
	}
	if t.media.Kind == media.Audio {
		for i := range b {
			b[i].Sync = true // writers leave the flags of audio as they come
		}
		for len(b) > 0 && t.timing.cutOff(&b[0]) {
			b = b[1:]
		}
	}
	if len(b) > 0 && t.segment != s.fragments.segment {
		t.segment, b[0].Boundary = s.fragments.segment, true
	}
	return s.deliver(t, b)
}
