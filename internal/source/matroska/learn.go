package matroska

import (
	"bytes"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// maxTries is how many frames are asked for a configuration.
const maxTries = 500

// startCodes prepares for a stream without configuration record. extra may hold parameter sets with start codes.
func (t *track) startCodes(extra []byte) {
	t.stage = waiting
	t.sets = &codec.ParameterSets{}
	codec.NALUnits(extra, t.addSet)
}

// prefixed prepares for a stream with length-prefixed NAL units whose configuration record has no parameter sets.
func (t *track) prefixed() {
	t.stage = waiting
	t.sets = &codec.ParameterSets{}
	t.InBand = true
}

func (t *track) addSet(nal []byte) bool {
	t.sets.Add(t.Codec, nal)
	return true
}

// learn asks a frame for the configuration of its track; the track is open when it tells.
func (s *scanner) learn(t *track, fr *frame) error {
	config, err := s.learnConfig(t, fr)
	if err != nil {
		return err
	}
	if config == nil {
		if t.tries++; t.tries == maxTries {
			s.lost(t)
		}
		return nil
	}
	if err := t.ready(config); err != nil {
		s.warn("track %d: the frame at byte %d: %v", t.ID, fr.offset, err)
		s.lost(t)
		return nil
	}
	return s.open(t)
}

// learnConfig returns the configuration that a frame tells, nil when it tells none.
func (s *scanner) learnConfig(t *track, fr *frame) ([]byte, error) {
	if !fr.whole && t.Codec != media.MP3 {
		if err := s.whole(t, fr); err != nil {
			if errs.KindOf(err) == errs.Internal {
				return nil, err
			}
			return nil, nil
		}
	}
	switch b := fr.head; t.Codec {
	case media.AVC, media.HEVC:
		return t.learnSets(b), nil
	case media.AV1:
		if config, err := codec.AV1Config(b); err == nil {
			return config, nil
		}
	case media.VP9:
		if config, _, _, err := codec.VP9Config(b, t.FrameRate); err == nil {
			t.vp9Features(config)
			return config, nil
		}
	case media.MP3:
		if _, _, _, _, layer, err := codec.MP3Frame(b); err == nil && layer == 3 && len(b) >= 4 {
			return b[:4], nil
		}
	case media.AC3, media.EAC3:
		return t.learnDolby(b), nil
	}
	return nil, nil
}

// vp9Features puts the level of CodecPrivate (WebM: feature 2) into a configuration record, where there is one.
func (t *track) vp9Features(config []byte) {
	for b := t.private; len(b) >= 3 && len(b) >= 2+int(b[1]); b = b[2+int(b[1]):] {
		if b[0] == 2 && b[1] == 1 && b[2] >= 10 && b[2] <= 62 {
			config[1] = b[2]
		}
	}
}

// learnDolby reads an access unit of AC-3 or E-AC-3, and how many samples it holds.
func (t *track) learnDolby(unit []byte) []byte {
	c, config, _, _, _, err := codec.AC3Frame(unit)
	if err != nil {
		return nil
	}
	if c == media.EAC3 {
		if config, err = codec.EAC3Config(unit); err != nil {
			return nil
		}
	}
	t.Codec, t.samples = c, 0
	for len(unit) > 0 {
		_, size, samples, _, err := codec.AC3Size(unit)
		if err != nil || size <= 0 {
			break
		}
		t.samples += samples
		unit = unit[min(size, len(unit)):]
	}
	return config
}

// learnSets collects parameter sets from the frames, and returns the configuration record once there are enough.
func (t *track) learnSets(b []byte) []byte {
	if bytes.HasPrefix(b, []byte{0, 0, 1}) || bytes.HasPrefix(b, []byte{0, 0, 0, 1}) {
		t.annexB = !t.hasRecord()
		codec.NALUnits(b, t.addSet)
	} else if t.hasRecord() {
		codec.LengthPrefixed(b, t.lengthSize(), t.addSet)
	}
	if !t.sets.Complete(t.Codec) {
		return nil
	}
	config, err := t.sets.Config(t.Codec)
	if err != nil {
		return nil
	}
	if t.hasRecord() {
		i := t.lengthSizeAt()
		config[i] = config[i]&^3 | t.private[i]&3
	}
	return config
}

// hasRecord says whether CodecPrivate is a configuration record of AVC or HEVC.
func (t *track) hasRecord() bool {
	return len(t.private) > t.lengthSizeAt()+1 && t.private[0] == 1
}

// lengthSizeAt returns where in a configuration record lengthSizeMinusOne is, in the lowest two bits.
func (t *track) lengthSizeAt() int {
	if t.Codec == media.HEVC {
		return 21
	}
	return 4
}

func (t *track) lengthSize() int { return int(t.private[t.lengthSizeAt()]&3) + 1 }

// withoutSets says whether the configuration record has no parameter sets at all.
func (t *track) withoutSets() bool {
	if t.Codec == media.HEVC {
		return t.private[22] == 0 // numOfArrays
	}
	return t.private[5]&31 == 0 // numOfSequenceParameterSets
}

// keepSets gives a frame with start codes its size as served. When a parameter set is not the one of the configuration any more, the
// walk begins again, and keeps them all.
func (s *scanner) keepSets(t *track, fr *frame) error {
	if !t.InBand {
		before := countSets(t.sets)
		var changed bool
		codec.NALUnits(fr.head, func(nal []byte) bool {
			_, c := t.sets.Add(t.Codec, nal)
			changed = changed || c
			return true
		})
		if changed || countSets(t.sets) != before {
			return s.restart(t.number, hint{s.hints[t.number].variable, true})
		}
	}
	fr.size = uint32(codec.LengthPrefixedSize(t.Codec, fr.head, t.InBand))
	return nil
}

// countSets returns how many parameter sets there are.
func countSets(p *codec.ParameterSets) int { return len(p.VPS) + len(p.SPS) + len(p.PPS) }
