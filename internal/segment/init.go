package segment

import (
	"github.com/dashwright/dashwright/internal/box"
	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/presentation"
)

// trackID is the track_ID in everything that we write: a Representation has one track.
const trackID = 1

// Sample flags (ISO/IEC 14496-12, 8.8.3.1): what it depends on, and whether it is not a sync sample.
const (
	syncFlags    = 0x02000000
	nonSyncFlags = 0x01010000
)

// AppendInit appends the init segment of r.
func AppendInit(dst []byte, r *presentation.Representation) ([]byte, error) {
	t := r.Track
	described := t.Track.Track
	if r.Protection != nil {
		var err error
		if described.Encryption, err = r.Protection.Encryption(); err != nil {
			return nil, err
		}
	}
	dst, m := box.Begin(dst, "ftyp")
	dst = append(dst, "iso6\x00\x00\x00\x00iso6cmfcdashmp41"...)
	dst = box.End(dst, m)
	dst, moov := box.Begin(dst, "moov")
	dst = movieHeader(dst)
	dst, trak := box.Begin(dst, "trak")
	dst = trackHeader(dst, &t.Track.Track)
	if from := r.MediaOffset + r.Lag; from > 0 {
		dst = editList(dst, from)
	}
	dst, mdia := box.Begin(dst, "mdia")
	dst = mediaHeader(dst, &t.Track.Track)
	dst, err := mediaInformation(dst, &described)
	if err != nil {
		return nil, err
	}
	dst = box.End(dst, mdia)
	dst = box.End(dst, trak)
	dst, mvex := box.Begin(dst, "mvex")
	dst = trackExtends(dst, t.Kind, t.Constant)
	dst = box.End(dst, mvex)
	if described.Encryption != nil {
		for _, pssh := range described.Encryption.PSSH {
			dst = append(dst, pssh...)
		}
		if r.Stored != nil {
			for _, pssh := range r.Stored.PSSH {
				dst = append(dst, pssh...)
			}
		}
	}
	return box.End(dst, moov), nil
}

func matrix(dst []byte, rotation uint16) []byte {
	a, b, c, d := uint32(0x10000), uint32(0), uint32(0), uint32(0x10000)
	const minus = ^uint32(0x10000) + 1
	switch rotation {
	case 90:
		a, b, c, d = 0, 0x10000, minus, 0
	case 180:
		a, d = minus, minus
	case 270:
		a, b, c, d = 0, minus, 0x10000, 0
	}
	for _, v := range [...]uint32{a, b, 0, c, d, 0, 0, 0, 0x40000000} {
		dst = box.U32(dst, v)
	}
	return dst
}

func movieHeader(dst []byte) []byte {
	dst, m := box.BeginFull(dst, "mvhd", 0, 0)
	dst = box.Zeros(dst, 8)       // creation, modification
	dst = box.U32(dst, 1000)      // timescale
	dst = box.U32(dst, 0)         // duration: that of the fragments
	dst = box.U32(dst, 0x10000)   // rate
	dst = box.U16(dst, 0x100)     // volume
	dst = box.Zeros(dst, 10)      // reserved
	dst = matrix(dst, 0)          //
	dst = box.Zeros(dst, 24)      // pre_defined
	dst = box.U32(dst, trackID+1) // next_track_ID
	return box.End(dst, m)
}

func trackHeader(dst []byte, t *media.Track) []byte {
	const enabledInMovie = 3
	dst, m := box.BeginFull(dst, "tkhd", 0, enabledInMovie)
	dst = box.Zeros(dst, 8)
	dst = box.U32(dst, trackID)
	dst = box.Zeros(dst, 4+4+8) // reserved, duration, reserved
	dst = box.Zeros(dst, 4)     // layer, alternate_group
	if t.Kind == media.Audio {
		dst = box.U16(dst, 0x100)
	} else {
		dst = box.U16(dst, 0)
	}
	dst = box.U16(dst, 0)
	dst = matrix(dst, t.Rotation)
	width := uint64(t.Width) << 16
	if !t.SAR.IsZero() {
		width = width * uint64(t.SAR.Num) / uint64(t.SAR.Den)
	}
	dst = box.U32(dst, uint32(width))
	dst = box.U32(dst, t.Height<<16)
	return box.End(dst, m)
}

// editList says that the presentation starts offset ticks into the media: after the encoder delay, or after what pictures wait for others that are shown before them.
func editList(dst []byte, offset media.Ticks) []byte {
	dst, edts := box.Begin(dst, "edts")
	dst, elst := box.BeginFull(dst, "elst", 1, 0)
	dst = box.U32(dst, 1)
	dst = box.U64(dst, 0) // segment_duration: to the end
	dst = box.U64(dst, uint64(offset))
	dst = box.U32(dst, 0x10000)
	dst = box.End(dst, elst)
	return box.End(dst, edts)
}

func mediaHeader(dst []byte, t *media.Track) []byte {
	dst, m := box.BeginFull(dst, "mdhd", 0, 0)
	dst = box.Zeros(dst, 8)
	dst = box.U32(dst, uint32(t.Timescale))
	dst = box.U32(dst, 0)
	dst = box.U16(dst, 0x55C4) // und; the extended language says more
	dst = box.U16(dst, 0)
	dst = box.End(dst, m)
	handler := map[media.Kind]string{media.Video: "vide", media.Audio: "soun", media.Text: "text"}[t.Kind]
	if t.Codec == media.STPP {
		handler = "subt"
	}
	dst, m = box.BeginFull(dst, "hdlr", 0, 0)
	dst = box.Zeros(dst, 4)
	dst = append(dst, handler...)
	dst = box.Zeros(dst, 12)
	dst = box.Text(dst, "dashwright")
	dst = box.End(dst, m)
	if t.Language != "" {
		dst, m = box.BeginFull(dst, "elng", 0, 0)
		dst = box.Text(dst, t.Language)
		dst = box.End(dst, m)
	}
	return dst
}

func mediaInformation(dst []byte, t *media.Track) ([]byte, error) {
	dst, minf := box.Begin(dst, "minf")
	var m int
	switch {
	case t.Kind == media.Video:
		dst, m = box.BeginFull(dst, "vmhd", 0, 1)
		dst = box.Zeros(dst, 8)
	case t.Kind == media.Audio:
		dst, m = box.BeginFull(dst, "smhd", 0, 0)
		dst = box.Zeros(dst, 4)
	case t.Codec == media.STPP:
		dst, m = box.BeginFull(dst, "sthd", 0, 0)
	default:
		dst, m = box.BeginFull(dst, "nmhd", 0, 0)
	}
	dst = box.End(dst, m)
	dst, dinf := box.Begin(dst, "dinf")
	dst, dref := box.BeginFull(dst, "dref", 0, 0)
	dst = box.U32(dst, 1)
	dst, m = box.BeginFull(dst, "url ", 0, 1) // in this file
	dst = box.End(dst, m)
	dst = box.End(dst, dref)
	dst = box.End(dst, dinf)
	dst, stbl := box.Begin(dst, "stbl")
	dst, stsd := box.BeginFull(dst, "stsd", 0, 0)
	dst = box.U32(dst, 1)
	dst, err := codec.AppendSampleEntry(dst, t)
	if err != nil {
		return nil, err
	}
	dst = box.End(dst, stsd)
	for _, empty := range []struct {
		typ    string
		fields int
	}{{"stts", 4}, {"stsc", 4}, {"stsz", 8}, {"stco", 4}} {
		dst, m = box.BeginFull(dst, empty.typ, 0, 0)
		dst = box.End(box.Zeros(dst, empty.fields), m)
	}
	dst = box.End(dst, stbl)
	return box.End(dst, minf), nil
}

func trackExtends(dst []byte, kind media.Kind, duration media.Ticks) []byte {
	dst, m := box.BeginFull(dst, "trex", 0, 0)
	dst = box.U32(dst, trackID)
	dst = box.U32(dst, 1) // sample description
	dst = box.U32(dst, uint32(duration))
	dst = box.U32(dst, 0) // size: each has its own
	if kind == media.Video {
		dst = box.U32(dst, nonSyncFlags)
	} else {
		dst = box.U32(dst, syncFlags)
	}
	return box.End(dst, m)
}
