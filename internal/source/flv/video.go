package flv

import (
	"bytes"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// video makes Samples of the video tags.
type video struct {
	*track
	grid    grid
	config  []byte // the sequence header in force
	length  int    // bytes of a NAL unit's length
	sets    []byte // its parameter sets, as they stand in front of a Sample; while they are kept in band
	refused bool
	reorder *demux.Reorder // where decode times are computed
}

func (s *scanner) videoTag(t tag) error {
	p, ok := videoPacket(t.head)
	if !ok || p.kind == otherPacket {
		return nil
	}
	if p.kind == multitrack {
		s.warn("the file has several video tracks in one stream (Enhanced RTMP multitrack), from byte %d on: they are left out", t.off)
		return nil
	}
	v := s.video
	if v == nil {
		v = &video{track: s.newTrack(tagVideo, media.Video, p.codec)}
		v.named = !served(p.codec)
		if s.know.reorder {
			v.reorder = demux.NewReorder(1, v.reordered)
			s.warn("the video's decode times stand still or go back: they are computed from its presentation times")
		}
		s.video = v
	}
	if v.named || v.refused {
		return nil
	}
	if p.codec != v.Codec {
		s.warn("the video turns from %s to %s at byte %d: what follows is left out", v.Codec, p.codec, t.off)
		v.refused = true
		return nil
	}
	off, size := t.off+int64(p.header), t.size-int64(p.header)
	if size <= 0 {
		return nil
	}
	if p.kind == sequenceHeader {
		return s.videoConfig(off, size)
	}
	if v.config == nil {
		if ok, err := s.configFromFrame(off, size, p.key); err != nil || !ok {
			return err
		}
	}
	return s.videoFrame(t, p, off, size)
}

// videoConfig takes a sequence header.
func (s *scanner) videoConfig(off, size int64) error {
	v := s.video
	config, err := s.config(off, size)
	if err != nil && v.count > 0 {
		s.warn("the video after byte %d is left out: %v", off, err)
		v.refused = true
		return nil
	}
	if err != nil {
		return err
	}
	if v.Codec == media.VP9 && len(config) == 12 && bytes.HasPrefix(config, []byte{1, 0, 0, 0}) {
		config = config[4:] // some write the version and flags of the vpcC box as well
	}
	if bytes.Equal(config, v.config) {
		return nil
	}
	if v.config == nil {
		return s.beginVideo(config, off)
	}
	return s.changeVideo(config, off)
}

// beginVideo takes the first sequence header.
func (s *scanner) beginVideo(config []byte, off int64) error {
	v := s.video
	v.Config = config
	if err := codec.Describe(&v.Track); err != nil {
		return errs.Errorf(errs.KindOf(err), "the FLV sequence header at byte %d: %w", off, err)
	}
	v.config, v.length = config, codec.LengthSize(&v.Track)
	if (v.Codec == media.AVC || v.Codec == media.HEVC) && v.length == 0 {
		return errs.Errorf(errs.Invalid, "the FLV sequence header at byte %d says no length of NAL unit lengths that is allowed", off)
	}
	rates := make([]media.Rational, 0, 3)
	for _, r := range []media.Rational{v.FrameRate, s.rate} {
		if !r.IsZero() && (len(rates) == 0 || rates[0] != r) {
			rates = append(rates, r)
		}
	}
	if rates = append(rates, media.Rational{}); s.know.grids < len(rates) {
		v.grid = newGrid(rates[s.know.grids])
	} else {
		v.grid = newGrid(media.Rational{})
	}
	if v.Timescale = v.grid.scale; !v.grid.rate.IsZero() {
		v.FrameRate = v.grid.rate
	}
	if s.know.keepSets {
		v.InBand, v.Contiguous = true, false
		v.sets = inFront(v.Codec, config, v.length)
		v.addEpoch(0, v.sets)
	}
	return nil
}

// changeVideo takes a sequence header that differs from the one before.
func (s *scanner) changeVideo(config []byte, off int64) error {
	v := s.video
	v.config = config
	if v.Codec != media.AVC && v.Codec != media.HEVC {
		return nil // key frames say it themselves
	}
	if !s.know.keepSets {
		return errParameterSets
	}
	sets := inFront(v.Codec, config, v.length)
	length := codec.LengthSize(&media.Track{Codec: v.Codec, Config: config})
	if sets == nil || length != v.length {
		s.warn("the sequence header at byte %d is damaged or changes the length of NAL unit lengths: the video after it is left out", off)
		v.refused = true
		return nil
	}
	if len(v.Private) > maxEpochs {
		s.warn("the parameter sets change too often: the video after byte %d is left out", off)
		v.refused = true
		return nil
	}
	v.sets = sets
	v.addEpoch(off, sets)
	s.warn("the video's parameter sets change, first at byte %d: they are served in band", off)
	return nil
}

// configFromFrame makes the configuration of VP9 and AV1 from a key frame, where no sequence header came before it.
func (s *scanner) configFromFrame(off, size int64, key bool) (bool, error) {
	v := s.video
	if v.Codec != media.AV1 && v.Codec != media.VP9 || !key {
		s.warn("the video begins without a sequence header: its frames before the first one, from byte %d on, are left out", off)
		return false, nil
	}
	b, err := s.win.Bytes(off, int(min(size, 1<<10)))
	if err != nil {
		return false, err
	}
	var config []byte
	if v.Codec == media.AV1 {
		config, err = codec.AV1Config(b)
	} else {
		config, v.Width, v.Height, err = codec.VP9Config(b, s.rate)
	}
	if err != nil {
		s.warn("the video has no sequence header, and its key frame at byte %d none either: it is left out", off)
		return false, nil
	}
	return true, s.beginVideo(config, off)
}

// videoFrame takes a frame.
func (s *scanner) videoFrame(t tag, p packet, off, size int64) error {
	v := s.video
	if p.kind != codedFrame {
		return nil
	}
	ms := s.at(t, 0)
	dts, okDTS := v.grid.ticks(ms)
	pts, okPTS := v.grid.ticks(ms + p.cts)
	if s.know.reorder {
		dts, okDTS = pts, okPTS
	}
	if !okDTS || !okPTS {
		return errOffGrid
	}
	sample := media.Sample{Offset: off, Span: uint32(size), Size: uint32(size), DTS: dts, CTO: int32(pts - dts), Sync: p.key}
	if p.key {
		sample.Size += uint32(len(v.sets))
	}
	if s.know.reorder {
		return v.reorder.Push(sample)
	}
	if before, any := v.latest(); any && dts <= before {
		return errDecodeTimes
	}
	return v.emit(sample, v.grid.step)
}

// reordered takes Samples whose decode times were computed: these stand still only where presentation times do.
func (v *video) reordered(all []media.Sample) error {
	for _, s := range all {
		if before, any := v.latest(); any && s.DTS <= before {
			s.CTO -= int32(before + 1 - s.DTS)
			s.DTS = before + 1
		}
		if err := v.emit(s, v.grid.step); err != nil {
			return err
		}
	}
	return nil
}
