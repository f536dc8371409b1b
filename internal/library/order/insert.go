package order

import (
	"encoding/binary"
	"io"
	"math"

	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// largest is how many bytes a MovieBox may have: those of films of many days do.
const largest = 512 << 20

// file is what insert reads and writes.
type file interface {
	io.ReaderAt
	io.WriterAt
}

// insert gives tracks, by track_ID, a CompositionOffsetBox (ISO/IEC 14496-12, 8.6.1.3), and lets their last edit end later. The MovieBox must be the last of the file, so that no sample moves
// when it grows.
func insert(f file, size int64, tracks map[uint32]*composition) error {
	at, err := findMovie(f, size)
	if err != nil {
		return err
	}
	moov := make([]byte, size-at)
	if _, err := f.ReadAt(moov, at); err != nil && err != io.EOF {
		return err
	}
	r := rebuilder{tracks: tracks, scale: 1000}
	if head := box.Find(moov, "moov", "mvhd"); len(head) >= 24 {
		r.scale = binary.BigEndian.Uint32(head[12:])
		if head[0] == 1 {
			r.scale = binary.BigEndian.Uint32(head[20:])
		}
	}
	if err := r.boxes(moov, nil); err != nil {
		return err
	}
	if grown := int64(len(r.out)); grown < size-at { // what follows a shorter one is nothing
		r.out = append(r.out, make([]byte, size-at-grown)...)
		free := r.out[grown:]
		binary.BigEndian.PutUint32(free, uint32(len(free)))
		copy(free[4:], "free")
	}
	_, err = f.WriteAt(r.out, at)
	return err
}

// findMovie returns where the MovieBox begins.
func findMovie(f io.ReaderAt, size int64) (int64, error) {
	for at := int64(0); at+8 <= size; {
		var h [16]byte
		if n, err := f.ReadAt(h[:], at); n < 8 {
			return 0, err
		}
		length := uint64(binary.BigEndian.Uint32(h[:]))
		if length == 1 {
			length = binary.BigEndian.Uint64(h[8:])
		}
		if string(h[4:8]) == "moov" {
			if uint64(at)+length != uint64(size) || length > largest {
				return 0, errs.Errorf(errs.Unsupported, "the movie box at byte %d is not the last of the file, or too large", at)
			}
			return at, nil
		}
		if length < 8 || length > uint64(size-at) {
			break
		}
		at += int64(length)
	}
	return 0, errs.Errorf(errs.Invalid, "there is no movie box in what FFmpeg has made")
}

// rebuilder copies a MovieBox.
type rebuilder struct {
	tracks map[uint32]*composition
	scale  uint32 // of the movie
	out    []byte
}

// boxes copies sibling boxes. track is what becomes of the TrackBox around them, nil when nothing does.
func (r *rebuilder) boxes(siblings []byte, track *composition) error {
	return box.Walk(siblings, func(b box.Box) error {
		mine := track
		switch b.Type {
		case "ctts":
			if mine != nil {
				return nil
			}
		case "trak":
			mine = nil
			if head := box.Find(b.Body, "tkhd"); len(head) >= 24 {
				id := binary.BigEndian.Uint32(head[12:]) // after two times of 32 bits, or of 64
				if head[0] == 1 {
					id = binary.BigEndian.Uint32(head[20:])
				}
				mine = r.tracks[id]
			}
		}
		var mark int
		var err error
		r.out, mark = box.Begin(r.out, b.Type)
		switch b.Type {
		case "moov", "trak", "edts", "mdia", "minf", "stbl":
			err = r.boxes(b.Body, mine)
		default:
			r.out = append(r.out, b.Body...)
		}
		switch {
		case err != nil:
			return err
		case mine == nil:
		case b.Type == "elst":
			edit(r.out[len(r.out)-len(b.Body):], mine.first, uint64(mine.later.Milliseconds())*uint64(r.scale)/1000)
		case b.Type == "stbl":
			if r.out, err = appendOffsets(r.out, b.Body, mine.offsets); err != nil {
				return err
			}
		}
		r.out = box.End(r.out, mark)
		return nil
	})
}

// edit has the last edit (ISO/IEC 14496-12, 8.6.6) show all pictures: it begins no later than the first of them, which times in milliseconds may have put before it, and lasts longer by so much of the
// movie's timescale.
func edit(elst []byte, first media.Ticks, by uint64) {
	size := 12
	if len(elst) < 8 {
		return
	}
	if elst[0] == 1 {
		size = 20
	}
	n := int64(binary.BigEndian.Uint32(elst[4:]))
	if n == 0 || n > int64(len(elst)-8)/int64(size) {
		return
	}
	last := elst[8+(n-1)*int64(size):]
	if elst[0] == 1 {
		binary.BigEndian.PutUint64(last, binary.BigEndian.Uint64(last)+by)
		if int64(binary.BigEndian.Uint64(last[8:])) > int64(first) {
			binary.BigEndian.PutUint64(last[8:], uint64(first))
		}
		return
	}
	binary.BigEndian.PutUint32(last, uint32(min(uint64(binary.BigEndian.Uint32(last))+by, math.MaxUint32)))
	if int64(int32(binary.BigEndian.Uint32(last[4:]))) > int64(first) {
		binary.BigEndian.PutUint32(last[4:], uint32(first))
	}
}

// appendOffsets appends a CompositionOffsetBox. table is the SampleTableBox that it belongs to.
func appendOffsets(dst, table []byte, offsets []int32) ([]byte, error) {
	if sizes := box.Find(table, "stsz"); len(sizes) < 12 || int(binary.BigEndian.Uint32(sizes[8:])) != len(offsets) {
		return nil, errs.Errorf(errs.Invalid, "the sample table of what FFmpeg has made does not have %d samples", len(offsets))
	}
	dst, mark := box.BeginFull(dst, "ctts", 0, 0)
	count := len(dst)
	dst = box.U32(dst, 0)
	n := uint32(0)
	for i := 0; i < len(offsets); n++ {
		first := i
		for i < len(offsets) && offsets[i] == offsets[first] {
			i++
		}
		dst = box.U32(box.U32(dst, uint32(i-first)), uint32(offsets[first]))
	}
	binary.BigEndian.PutUint32(dst[count:], n)
	return box.End(dst, mark), nil
}
