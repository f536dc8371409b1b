package codec

import (
	"bytes"
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/media"
)

// NAL says what one NAL unit is to a packager.
type NAL struct {
	ParameterSet  bool
	Delimiter     bool // access unit delimiter
	Filler        bool
	Picture       bool // a slice (VCL)
	FirstSlice    bool // of a picture: first_mb_in_slice 0, or first_slice_segment_in_pic_flag
	RandomAccess  bool // IDR, BLA or CRA slice; or an SEI with a recovery point at once (recovery_frame_cnt 0), RecoveryPoint set as well
	RecoveryPoint bool // an SEI with a recovery point, however far off
}

// Classify looks at the first bytes of a NAL unit of AVC or HEVC. Of other codecs, and of nothing, it says nothing.
func Classify(c media.Codec, nal []byte) NAL {
	switch {
	case c == media.AVC && len(nal) > 0:
		return classifyAVC(nal)
	case c == media.HEVC && len(nal) > 1:
		return classifyHEVC(nal)
	}
	return NAL{}
}

func classifyAVC(nal []byte) NAL {
	switch kind := nal[0] & 0x1f; kind {
	case bitstream.AVCNALSlice, bitstream.AVCNALPartitionA, bitstream.AVCNALIDR:
		// first_mb_in_slice is ue(v): a leading one bit is 0.
		return NAL{Picture: true, FirstSlice: len(nal) > 1 && nal[1]&0x80 != 0, RandomAccess: kind == bitstream.AVCNALIDR}
	case bitstream.AVCNALPartitionA + 1, bitstream.AVCNALPartitionC:
		return NAL{Picture: true}
	case bitstream.AVCNALSEI:
		count, ok := recoveryPoint(nal[1:])
		return NAL{RecoveryPoint: ok, RandomAccess: ok && count == 0}
	case bitstream.AVCNALSPS, bitstream.AVCNALPPS, bitstream.AVCNALSPSExt, bitstream.AVCNALSubsetSPS:
		return NAL{ParameterSet: true}
	case bitstream.AVCNALDelimiter:
		return NAL{Delimiter: true}
	case bitstream.AVCNALFiller:
		return NAL{Filler: true}
	}
	return NAL{}
}

func classifyHEVC(nal []byte) NAL {
	switch kind := bitstream.HEVCNALType(nal); {
	case kind <= bitstream.HEVCNALVCLLast:
		return NAL{
			Picture:      true,
			FirstSlice:   len(nal) > 2 && nal[2]&0x80 != 0,
			RandomAccess: kind >= bitstream.HEVCNALBLAWLP && kind <= bitstream.HEVCNALIRAPLast,
		}
	case kind == bitstream.HEVCNALVPS, kind == bitstream.HEVCNALSPS, kind == bitstream.HEVCNALPPS:
		return NAL{ParameterSet: true}
	case kind == bitstream.HEVCNALDelimiter:
		return NAL{Delimiter: true}
	case kind == bitstream.HEVCNALFiller:
		return NAL{Filler: true}
	case kind == bitstream.HEVCNALPrefixSEI:
		_, ok := recoveryPoint(nal[2:])
		return NAL{RecoveryPoint: ok}
	}
	return NAL{}
}

// recoveryPoint looks for a recovery point message in the payload of an SEI NAL unit (ISO/IEC 14496-10, 7.3.2.3 and D.1.8) and
// returns how many frames later the picture is right.
func recoveryPoint(payload []byte) (frames uint32, ok bool) {
	const recoveryPointType = 6
	r := bitstream.NewRBSP(payload)
	for r.Left() > 16 && !r.Short {
		kind, size := seiNumber(r), seiNumber(r)
		if kind == recoveryPointType {
			frames = r.UE()
			return frames, !r.Short
		}
		if size > r.Left()/8 {
			return 0, false
		}
		r.Skip(8 * size)
	}
	return 0, false
}

// seiNumber reads payloadType or payloadSize: bytes of 255, and a last one that is not.
func seiNumber(r *bitstream.Reader) int {
	n := 0
	for !r.Short {
		b := r.Bits(8)
		n += int(b)
		if b != 0xff {
			break
		}
	}
	return n
}

// startCode finds the next 00 00 01 at or after from; -1 when there is none. The search is for the 01, which coded data has once in 256
// bytes, because a search for one byte runs at the speed of memory.
func startCode(b []byte, from int) int {
	i := from + 2
	for i < len(b) {
		j := bytes.IndexByte(b[i:], 1)
		if j < 0 {
			return -1
		}
		i += j
		if b[i-1] == 0 && b[i-2] == 0 {
			return i - 2
		}
		i++
	}
	return -1
}

// nextNAL returns the bounds of the NAL unit that follows the start code at code, without trailing zeros, and the next start
// code's place, -1 when there is none.
func nextNAL(b []byte, code int) (start, end, next int) {
	start = code + 3
	next = startCode(b, start)
	end = next
	if next < 0 {
		end = len(b)
	}
	for end > start && b[end-1] == 0 {
		end--
	}
	return start, end, next
}

// NALUnits calls yield with each NAL unit of an Annex B byte stream (ISO/IEC 14496-10, Annex B), without start codes and trailing zeros,
// until it returns false. What stands before the first start code is passed over.
func NALUnits(stream []byte, yield func(nal []byte) bool) {
	for code := startCode(stream, 0); code >= 0; {
		start, end, next := nextNAL(stream, code)
		if end > start && !yield(stream[start:end:end]) {
			return
		}
		code = next
	}
}

// keepNAL says whether a NAL unit with this first byte stays in a sample (ISO/IEC 14496-15, 5.3.2 and 8.3.2).
func keepNAL(c media.Codec, header byte, keepSets bool) bool {
	if c == media.HEVC {
		switch header >> 1 & 0x3f {
		case bitstream.HEVCNALDelimiter, bitstream.HEVCNALFiller:
			return false
		case bitstream.HEVCNALVPS, bitstream.HEVCNALSPS, bitstream.HEVCNALPPS:
			return keepSets
		}
		return true
	}
	switch header & 0x1f {
	case bitstream.AVCNALDelimiter, bitstream.AVCNALFiller:
		return false
	case bitstream.AVCNALSPS, bitstream.AVCNALPPS, bitstream.AVCNALSPSExt, bitstream.AVCNALSubsetSPS:
		return keepSets
	}
	return true
}

// AppendLengthPrefixed appends an Annex B access unit with 4-byte lengths in place of start codes, without access unit delimiters and
// filler data; without parameter sets too unless keepSets. It is what Read of a container with Annex B returns.
func AppendLengthPrefixed(dst []byte, c media.Codec, annexB []byte, keepSets bool) []byte {
	for code := startCode(annexB, 0); code >= 0; {
		start, end, next := nextNAL(annexB, code)
		if end > start && keepNAL(c, annexB[start], keepSets) {
			dst = binary.BigEndian.AppendUint32(dst, uint32(end-start))
			dst = append(dst, annexB[start:end]...)
		}
		code = next
	}
	return dst
}

// LengthPrefixedSize returns how many bytes AppendLengthPrefixed appends.
func LengthPrefixedSize(c media.Codec, annexB []byte, keepSets bool) int {
	size := 0
	for code := startCode(annexB, 0); code >= 0; {
		start, end, next := nextNAL(annexB, code)
		if end > start && keepNAL(c, annexB[start], keepSets) {
			size += 4 + end - start
		}
		code = next
	}
	return size
}

// LengthSize returns the size in bytes of the NAL unit lengths that the configuration record of an AVC or HEVC track says: 1, 2 or 4;
// 0 for other codecs and when there is no record.
func LengthSize(t *media.Track) int {
	n := 0
	switch {
	case t.Codec == media.AVC && len(t.Config) >= 5:
		n = int(t.Config[4]&3) + 1
	case t.Codec == media.HEVC && len(t.Config) >= hevcRecordSize:
		n = int(t.Config[21]&3) + 1
	}
	if n == 3 {
		return 0
	}
	return n
}

// LengthPrefixed calls yield with each NAL unit of a sample in which each stands after its length in lengthSize bytes (1, 2 or 4), until
// it returns false. The last one may be cut off, as the sample may.
func LengthPrefixed(sample []byte, lengthSize int, yield func(nal []byte) bool) {
	for lengthSize > 0 && len(sample) > lengthSize {
		n := uint64(0)
		for _, b := range sample[:lengthSize] {
			n = n<<8 | uint64(b)
		}
		sample = sample[lengthSize:]
		n = min(n, uint64(len(sample)))
		if n > 0 && !yield(sample[:n:n]) {
			return
		}
		sample = sample[n:]
	}
}
