package avi

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

const (
	bitmapInfoHeader = 40 // bytes of a BITMAPINFOHEADER; the decoder's configuration follows
	waveFormatEx     = 18 // bytes of a WAVEFORMATEX; likewise
	formatExtensible = 0xfffe
)

// beginStream makes the Track of a stream, and a handler where its Samples can be served.
func (s *scanner) beginStream(st *stream) error {
	t := media.Track{ID: uint32(st.number) + 1, Title: st.name}
	st.track = len(s.res.Tracks)
	switch st.kind {
	case "vids":
		if err := s.beginVideo(st, &t); err != nil {
			return err
		}
	case "auds":
		if err := s.beginAudio(st, &t); err != nil {
			return err
		}
	case "iavs":
		t.Kind, t.Codec, t.Timescale = media.Video, "DV (interleaved)", 1000
	default:
		s.warn("stream %d is of kind %q and is left out", st.number, st.kind)
		return nil
	}
	s.res.Tracks = append(s.res.Tracks, t)
	return nil
}

func (s *scanner) beginVideo(st *stream, t *media.Track) error {
	if len(st.format) < bitmapInfoHeader {
		return errs.Errorf(errs.Invalid, "stream %d of the AVI file has no video format (strf of %d bytes, not %d)", st.number, len(st.format), bitmapInfoHeader)
	}
	le := binary.LittleEndian
	t.Kind = media.Video
	t.Width, t.Height = le.Uint32(st.format[4:]), le.Uint32(st.format[8:])
	if int32(t.Height) < 0 { // the lines stand from top to bottom
		t.Height = -t.Height
	}
	code := [4]byte(st.format[16:20])
	t.Codec = videoCodec(code)
	if other := videoCodec(st.coding); t.Codec != media.AVC && t.Codec != media.HEVC && (other == media.AVC || other == media.HEVC) {
		t.Codec = other
	}
	if a := st.sar; a.num*a.den*a.width*a.height != 0 {
		t.SAR = media.Ratio(a.num*a.height, a.den*a.width)
	}
	scale, dur, ok := st.slot(s.header.frameMicroseconds)
	if !ok {
		s.warn("stream %d has no frame rate: 25 frames per second are assumed", st.number)
	}
	t.Timescale, t.FrameRate = scale, media.Ratio(uint64(scale), uint64(dur))
	if t.Codec == media.AVC || t.Codec == media.HEVC {
		st.handler = newVideo(s, st, t.Codec, scale, dur)
	}
	return nil
}

func (s *scanner) beginAudio(st *stream, t *media.Track) error {
	le := binary.LittleEndian
	tag := le.Uint16(append(st.format, 0, 0))
	t.Kind = media.Audio
	if len(st.format) >= 16 {
		t.Channels, t.SampleRate = le.Uint16(st.format[2:]), le.Uint32(st.format[4:])
	}
	if tag == formatExtensible && len(st.format) >= 26 {
		tag = le.Uint16(st.format[24:])
	}
	t.Codec, t.Timescale = audioCodec(tag), media.Timescale(t.SampleRate)
	if t.Timescale == 0 {
		t.Timescale = 1000
	}
	var extra []byte
	if len(st.format) > waveFormatEx {
		extra = st.format[waveFormatEx:]
		extra = extra[:min(len(extra), int(le.Uint16(st.format[16:])))]
	}
	switch t.Codec {
	case media.MP3, media.AAC, media.AC3:
		st.handler = newAudio(s, st, t.Codec, extra)
	}
	return nil
}
