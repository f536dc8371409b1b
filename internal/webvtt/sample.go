package webvtt

import (
	"encoding/binary"
	"hash/fnv"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// AppendSample appends one sample that shows cues: a vttc box for each (ISO/IEC 14496-30, 7.4), with vsid, iden and sttg where the cue has them,
// and payl; or one vtte box when there is none. The source identifier (vsid) is made of the whole cue, so that it is the same in every sample and every
// segment that shows the cue, whoever makes it: players join the pieces by it.
func AppendSample(dst []byte, cues []media.Cue) []byte {
	if len(cues) == 0 {
		return append(dst, 0, 0, 0, 8, 'v', 't', 't', 'e')
	}
	for i := range cues {
		c := &cues[i]
		start := len(dst)
		dst = append(dst, 0, 0, 0, 0, 'v', 't', 't', 'c', 0, 0, 0, 12, 'v', 's', 'i', 'd')
		dst = binary.BigEndian.AppendUint32(dst, sourceID(c))
		if c.ID != "" {
			dst = appendText(dst, "iden", c.ID)
		}
		if c.Settings != "" {
			dst = appendText(dst, "sttg", c.Settings)
		}
		dst = appendText(dst, "payl", c.Text)
		binary.BigEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	}
	return dst
}

// appendText appends a box of text, which has no terminating zero. Texts are bounded where cues are made, far below the 4 GiB of a box.
func appendText(dst []byte, code, text string) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(8+len(text)))
	dst = append(dst, code...)
	return append(dst, text...)
}

// sourceID returns a number for a cue, from 0 on: negative ones mean none (ISO/IEC 14496-30, 7.4).
func sourceID(c *media.Cue) uint32 {
	h := fnv.New32a()
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(c.Start))
	binary.BigEndian.PutUint64(b[8:], uint64(c.End))
	h.Write(b[:])
	for _, s := range [...]string{c.ID, c.Settings, c.Text} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return h.Sum32() &^ (1 << 31)
}

// ParsedCue is a cue as it stands in a sample, which has its times.
type ParsedCue struct {
	SourceID           int32 // -1 when there is none
	ID, Settings, Text string
}

// ParseSample reads a sample: the cues that it shows. Unknown boxes are passed over. An error of kind errs.Invalid says which byte of the sample is wrong.
func ParseSample(b []byte) ([]ParsedCue, error) {
	var cues []ParsedCue
	err := boxes(b, 0, func(code string, body []byte, at int) error {
		if code != "vttc" {
			return nil
		}
		c := ParsedCue{SourceID: -1}
		err := boxes(body, at, func(code string, body []byte, at int) error {
			switch code {
			case "vsid":
				if len(body) != 4 {
					return errs.Errorf(errs.Invalid, "vsid at byte %d of a WebVTT sample has %d bytes, not 4", at-8, len(body))
				}
				c.SourceID = int32(binary.BigEndian.Uint32(body))
			case "iden":
				c.ID = string(body)
			case "sttg":
				c.Settings = string(body)
			case "payl":
				c.Text = string(body)
			}
			return nil
		})
		cues = append(cues, c)
		return err
	})
	if err != nil {
		return nil, err
	}
	return cues, nil
}

// boxes calls yield for each box in b, which stands at byte base of the sample.
func boxes(b []byte, base int, yield func(code string, body []byte, at int) error) error {
	for i := 0; i < len(b); {
		if len(b)-i < 8 {
			return errs.Errorf(errs.Invalid, "a WebVTT sample has %d bytes behind its last box, at byte %d", len(b)-i, base+i)
		}
		size := binary.BigEndian.Uint32(b[i:])
		if size < 8 || uint64(size) > uint64(len(b)-i) {
			return errs.Errorf(errs.Invalid, "the box at byte %d of a WebVTT sample has a size of %d; there are %d bytes", base+i, size, len(b)-i)
		}
		end := i + int(size)
		if err := yield(string(b[i+4:i+8]), b[i+8:end], base+i+8); err != nil {
			return err
		}
		i = end
	}
	return nil
}
