package mpegts

import (
	"encoding/binary"
	"io"
	"sort"
	"sync"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

const (
	// maxSpan bounds the stretch of the file that one access unit may be spread over.
	maxSpan = 64 << 20
	// readSize is how much Read reads at a time.
	readSize = 1 << 20
	// maxKeep is the size of buffers that are kept for the next Read.
	maxKeep = 2 << 20

	privateHead = 2  // framing, whether parameter sets are kept
	privateRun  = 17 // start, end, stride
)

// private is what Read needs: how access units are framed, and the runs of packets.
func (s *scanner) private(t *track) []byte {
	b := make([]byte, privateHead, privateHead+privateRun*len(s.w.runs))
	b[0] = byte(t.framing)
	if t.video != nil && t.video.keep {
		b[1] = 1
	}
	for _, r := range s.w.runs {
		b = binary.BigEndian.AppendUint64(b, uint64(r.start))
		b = binary.BigEndian.AppendUint64(b, uint64(r.end))
		b = append(b, byte(r.stride))
	}
	return b
}

// runs is the list of runs in Track.Private.
type runs []byte

func (r runs) len() int { return len(r) / privateRun }

func (r runs) at(i int) run {
	b := r[i*privateRun:]
	return run{int64(binary.BigEndian.Uint64(b)), int64(binary.BigEndian.Uint64(b[8:])), int(b[16])}
}

// after returns the index of the first run that ends after pos.
func (r runs) after(pos int64) int {
	return sort.Search(r.len(), func(i int) bool { return r.at(i).end > pos })
}

// buffers are kept between Reads.
type buffers struct {
	file []byte // bytes of the file
	unit []byte // elementary bytes
	work [64]byte
}

var pool = sync.Pool{New: func() any { return new(buffers) }}

// Read is a demux.ReadFunc.
func Read(f demux.File, t *media.Track, s *media.Sample, dst []byte) ([]byte, error) {
	if len(t.Private) < privateHead+privateRun {
		return dst, errs.Errorf(errs.Invalid, "track %d was not made by the transport stream scanner", t.ID)
	}
	b := pool.Get().(*buffers)
	defer func() {
		if cap(b.unit) <= maxKeep {
			pool.Put(b)
		}
	}()
	b.unit = b.unit[:0]
	if err := b.collect(f, runs(t.Private[privateHead:]), s); err != nil {
		return dst, err
	}
	before := len(dst)
	switch framing(t.Private[0]) {
	case framingAnnexB:
		dst = codec.AppendLengthPrefixed(dst, t.Codec, b.unit, t.Private[1] != 0)
	case framingLOAS:
		if len(b.unit) > 3 {
			if e, ok := parseMux(b.unit[3:], b.work[:0]); ok && e.size == int(s.Size) {
				dst = appendShifted(dst, b.unit[3:], e.bit, e.size)
			}
		}
	default:
		dst = append(dst, b.unit...)
	}
	if n := len(dst) - before; n != int(s.Size) {
		return dst[:before], errs.Errorf(errs.Invalid, "the access unit at byte %d has %d bytes, not %d: the file changed since it was indexed", s.Offset, n, s.Size)
	}
	return dst, nil
}

// collect gathers the elementary bytes of a Sample.
func (b *buffers) collect(f demux.File, list runs, s *media.Sample) error {
	end := s.Offset + int64(s.Span)
	u := newUnpacker()
	pid := -1
	for i := list.after(s.Offset); i < list.len(); i++ {
		r := list.at(i)
		pos := r.start
		if pid < 0 {
			if s.Offset < r.start || r.stride < packetLen {
				break
			}
			pos += (s.Offset - r.start) / int64(r.stride) * int64(r.stride)
		}
		for pos < min(r.end, end) {
			n := min(r.end, end, pos+readSize/int64(r.stride)*int64(r.stride)) - pos
			chunk, err := b.read(f, pos, int(n))
			if err != nil {
				return err
			}
			if pid < 0 {
				pid, chunk, pos = b.first(&u, chunk, s.Offset, pos, r.stride)
				if pid < 0 {
					return changed(s.Offset)
				}
			}
			for len(chunk) > 0 {
				b.packet(&u, chunk[:min(len(chunk), packetLen)], pid)
				step := min(len(chunk), r.stride)
				chunk = chunk[step:]
				pos += int64(step)
			}
		}
	}
	if pid < 0 {
		return changed(s.Offset)
	}
	return nil
}

func changed(at int64) error {
	return errs.Errorf(errs.Invalid, "no packet of the access unit at byte %d: the file changed since it was indexed", at)
}

// first takes the packet that the Sample begins in, at pos, the first one of chunk.
func (b *buffers) first(u *unpacker, chunk []byte, offset, pos int64, stride int) (pid int, rest []byte, next int64) {
	from := int(offset - pos)
	if from < 4 || from >= min(packetLen, len(chunk)) || chunk[0] != syncByte {
		return -1, nil, pos
	}
	u.cc, u.state = int8(chunk[3]&15), pesPayload
	b.unit = append(b.unit, chunk[from:min(packetLen, len(chunk))]...)
	step := min(stride, len(chunk))
	return pidOf(chunk), chunk[step:], pos + int64(step)
}

// packet takes a packet, the last one maybe cut off where the Sample ends.
func (b *buffers) packet(u *unpacker, p []byte, pid int) {
	if len(p) < packetLen {
		var whole [packetLen]byte
		n := copy(whole[:], p)
		if n < 4 || pidOf(p) != pid {
			return
		}
		if from, _ := u.packet(whole[:]); from < n {
			b.unit = append(b.unit, p[from:]...)
		}
		return
	}
	if pidOf(p) != pid {
		return
	}
	if from, _ := u.packet(p); from < packetLen {
		b.unit = append(b.unit, p[from:]...)
	}
}

// read reads n bytes of the file at pos into the buffer.
func (b *buffers) read(f demux.File, pos int64, n int) ([]byte, error) {
	if cap(b.file) < n {
		b.file = make([]byte, max(n, 64<<10))
	}
	m, err := f.ReadAt(b.file[:n], pos)
	if m < n {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, errs.Errorf(errs.Invalid, "reading %d bytes at byte %d: %w", n, pos, err)
	}
	return b.file[:n], nil
}
