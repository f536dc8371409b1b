package flv

import (
	"bytes"

	"github.com/dashwright/dashwright/internal/codec"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// audio makes Samples of the audio tags.
type audio struct {
	*track
	header  []byte // the sequence header as it stands in the file
	ready   bool   // Config and Timescale are known
	frame   int    // samples per channel in each frame; 0 when frames say it
	begun   bool
	start   int64       // milliseconds, of the first tag
	next    media.Ticks // when the next frame begins on the sample clock
	refused bool
}

func (s *scanner) audioTag(t tag) error {
	p, ok := audioPacket(t.head)
	if !ok || p.kind == otherPacket {
		return nil
	}
	if p.kind == multitrack {
		s.warn("the file has several audio tracks in one stream (Enhanced RTMP multitrack), from byte %d on: they are left out", t.off)
		return nil
	}
	a := s.audio
	if a == nil {
		a = &audio{track: s.newTrack(tagAudio, media.Audio, p.codec)}
		if a.named = !served(p.codec); a.named {
			a.legacy(t.head[0])
		}
		s.audio = a
	}
	if a.named || a.refused {
		return nil
	}
	if p.codec != a.Codec {
		s.warn("the audio turns from %s to %s at byte %d: what follows is left out", a.Codec, p.codec, t.off)
		a.refused = true
		return nil
	}
	off, size := t.off+int64(p.header), t.size-int64(p.header)
	if size <= 0 {
		return nil
	}
	if p.kind == sequenceHeader {
		return s.audioConfig(off, size)
	}
	return s.audioFrames(t, off, size)
}

// legacy reads rate and channels of a SoundFormat byte (E.4.2.1): all that is known of a stream that is not served.
func (a *audio) legacy(b byte) {
	a.SampleRate, a.Channels = 5512<<(b>>2&3), uint16(b&1)+1
	switch b >> 4 {
	case 4, 11:
		a.SampleRate = 16000
	case 5, 7, 8:
		a.SampleRate = 8000
	}
	a.Timescale = media.Timescale(a.SampleRate)
}

// audioConfig takes a sequence header.
func (s *scanner) audioConfig(off, size int64) error {
	a := s.audio
	header, err := s.config(off, size)
	if err != nil {
		return err
	}
	if a.ready {
		if a.header != nil && !bytes.Equal(header, a.header) {
			s.warn("the audio's configuration changes at byte %d: what follows is left out", off)
			a.refused = true
		}
		return nil
	}
	config := header
	switch a.Codec {
	case media.Opus:
		config, err = codec.OpusConfig(header)
	case media.FLAC:
		config, err = codec.FLACConfig(header)
	case media.AAC:
	default:
		return nil // the frames say it
	}
	a.header = header
	if err == nil {
		err = a.configure(config)
	}
	if err != nil {
		s.warn("the audio is left out, because of its sequence header at byte %d: %v", off, err)
		a.refused = true
	}
	return nil
}

func (a *audio) configure(config []byte) error {
	a.Config = config
	if err := codec.Describe(&a.Track); err != nil {
		return err
	}
	if a.SampleRate == 0 {
		return errs.Errorf(errs.Invalid, "no sampling rate")
	}
	a.Timescale = media.Timescale(a.SampleRate)
	if a.Codec == media.AAC || a.Codec == media.FLAC {
		a.frame = codec.FrameSamples(&a.Track)
	}
	if a.Codec == media.AAC && a.frame <= 0 {
		return errs.Errorf(errs.Invalid, "the AAC configuration %x makes no sense", config)
	}
	a.ready = true
	return nil
}

// audioFrames takes a tag's frames: one, or several of MP3 and the Dolby codecs.
func (s *scanner) audioFrames(t tag, off, size int64) error {
	a := s.audio
	ms := s.at(t, 1)
	for first := true; size > 0; first = false {
		n := min(size, glance)
		b, err := s.win.Bytes(off, int(n))
		if err != nil {
			return err
		}
		length, samples, err := a.measure(b, size)
		if a.Codec == media.EAC3 {
			samples, err = s.measureEAC3(off, size)
		}
		if err != nil {
			s.warn("an audio frame at byte %d is left out: %v", off, err)
			return nil
		}
		if a.ready && samples <= 0 {
			s.warn("an audio frame at byte %d is left out: it holds no samples", off)
			return nil
		}
		if !a.ready {
			s.warn("the audio begins without a sequence header: its frames before the first one, from byte %d on, are left out", off)
			return nil
		}
		if first {
			s.anchor(t, ms, samples)
		}
		sample := media.Sample{Offset: off, Span: uint32(length), Size: uint32(length), DTS: a.next, Sync: true}
		if err := a.emit(sample, media.Ticks(samples)); err != nil {
			return err
		}
		a.next += media.Ticks(samples)
		off, size = off+length, size-length
	}
	return nil
}

// measure returns the bytes and the samples per channel of the frame that b begins; rest is what the tag still holds.
func (a *audio) measure(b []byte, rest int64) (length int64, samples int, err error) {
	switch a.Codec {
	case media.Opus:
		return rest, codec.OpusSamples(b), nil
	case media.FLAC:
		if a.frame == 0 {
			return rest, codec.FLACSamples(b), nil
		}
		return rest, a.frame, nil
	case media.MP3, media.AC3:
		return a.measureSync(b, rest)
	}
	return rest, a.frame, nil
}

// measureEAC3 measures an access unit of E-AC-3, which fills a tag: several sync frames, of which those of dependent substreams add no time.
func (s *scanner) measureEAC3(off, size int64) (samples int, err error) {
	a := s.audio
	if !a.ready {
		unit, err := s.config(off, size)
		if err != nil {
			return 0, err
		}
		_, _, _, rate, err := codec.AC3Size(unit)
		if err != nil {
			return 0, err
		}
		config, err := codec.EAC3Config(unit)
		if err != nil {
			return 0, err
		}
		a.SampleRate = uint32(rate)
		if err := a.configure(config); err != nil {
			return 0, err
		}
	}
	for at := int64(0); at < size; {
		b, err := s.win.Bytes(off+at, int(min(size-at, glance)))
		if err != nil {
			return 0, err
		}
		_, frame, n, _, err := codec.AC3Size(b)
		if err != nil {
			return 0, err
		}
		samples += n
		at += int64(frame)
	}
	return samples, nil
}

// measureSync measures frames that begin with a sync word. The first one is the stream's configuration.
func (a *audio) measureSync(b []byte, rest int64) (int64, int, error) {
	var size, samples, rate int
	var config []byte
	var err error
	if a.Codec == media.MP3 {
		if size, samples, rate, _, _, err = codec.MP3Frame(b); err == nil && !a.ready {
			config = append(config, b[:4]...)
		}
	} else if a.ready {
		_, size, samples, rate, err = codec.AC3Size(b)
	} else {
		_, config, size, samples, rate, err = codec.AC3Frame(b)
	}
	if err != nil {
		return 0, 0, err
	}
	if !a.ready {
		if err := a.configure(config); err != nil {
			return 0, 0, err
		}
		a.SampleRate, a.Timescale = uint32(rate), media.Timescale(rate)
	}
	if rate != int(a.SampleRate) {
		return 0, 0, errs.Errorf(errs.Unsupported, "its sampling rate is %d, not %d", rate, a.SampleRate)
	}
	if size <= 0 || int64(size) > rest {
		return rest, samples, nil
	}
	return int64(size), samples, nil
}

// anchor decides when the next frame begins: where the sample clock is, unless the file says something else by more than half a frame and what
// rounding to milliseconds explains.
func (s *scanner) anchor(t tag, ms int64, samples int) {
	a := s.audio
	at := media.Ticks(ms).In(milliseconds, a.Timescale)
	if !a.begun {
		a.begun, a.next, a.start = true, at, ms
		return
	}
	loose := media.Ticks(samples)/2 + media.Ticks(a.Timescale)/1000 + 1
	if at >= a.next-loose && at <= a.next+loose {
		return
	}
	before, _ := a.latest()
	switch {
	case at > before:
		a.next = at
	case ms == a.start && a.count == len(a.out):
		// Writers that know no times before 0 give frames from before it the time 0: so the first frames began earlier.
		for i := range a.out {
			a.out[i].DTS += at - a.next
		}
		a.next = at
	default:
		s.warn("the audio's times go back at byte %d: its frames follow one another", t.off)
	}
}
