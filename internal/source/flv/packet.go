package flv

import "github.com/dashwright/dashwright/internal/media"

// packet is what the first bytes of an audio or video payload say.
type packet struct {
	codec  media.Codec
	kind   packetKind
	key    bool
	header int   // bytes before the sequence header or frame
	cts    int64 // composition time offset, milliseconds
}

type packetKind uint8

const (
	otherPacket packetKind = iota // of no concern: end of sequence, metadata, commands
	sequenceHeader
	codedFrame
	multitrack
)

// Packet types of Enhanced RTMP (ExVideoTagHeader, ExAudioTagHeader).
const (
	exSequenceStart = 0
	exCodedFrames   = 1
	exCodedFramesX  = 3 // of video: no composition time offset
	exMultitrack    = 6 // of video; 5 of audio
	exMultitrackA   = 5
	exModEx         = 7

	frameKey     = 1
	frameCommand = 5
)

// videoPacket reads the beginning of a video payload (E.4.3). ok is false when it is cut off.
func videoPacket(b []byte) (p packet, ok bool) {
	if len(b) == 0 {
		return p, false
	}
	if b[0]&0x80 != 0 {
		return exVideoPacket(b)
	}
	frame := b[0] >> 4
	p.codec, p.key = videoCodec(b[0]&15), frame == frameKey
	if frame == frameCommand {
		return p, true
	}
	if !served(p.codec) {
		p.kind = codedFrame
		return p, true
	}
	if len(b) < 5 {
		return p, false
	}
	p.header, p.cts = 5, int24(b[2:])
	switch b[1] {
	case 0:
		p.kind = sequenceHeader
	case 1:
		p.kind = codedFrame
	}
	return p, true
}

func int24(b []byte) int64 { return int64(int32(uint32(uint24(b))<<8) >> 8) }

// exVideoPacket reads an ExVideoTagHeader.
func exVideoPacket(b []byte) (p packet, ok bool) {
	frame, kind := b[0]>>4&7, b[0]&15
	if kind, p.header, ok = modEx(b, kind); !ok {
		return p, false
	}
	p.key = frame == frameKey
	if kind == exMultitrack {
		p.kind = multitrack
		return p, true
	}
	if frame == frameCommand || len(b) < p.header+4 {
		return p, frame == frameCommand
	}
	p.codec = fourCC(b[p.header:])
	p.header += 4
	switch kind {
	case exSequenceStart:
		p.kind = sequenceHeader
	case exCodedFrames, exCodedFramesX:
		p.kind = codedFrame
		if kind == exCodedFrames && (p.codec == media.AVC || p.codec == media.HEVC || p.codec == "VVC") {
			if len(b) < p.header+3 {
				return p, false
			}
			p.cts = int24(b[p.header:])
			p.header += 3
		}
	}
	return p, true
}

// modEx steps over modifiers (ModEx) and returns the packet type behind them, and the bytes so far.
func modEx(b []byte, kind byte) (_ byte, header int, ok bool) {
	at := 1
	for kind == exModEx {
		if at+3 > len(b) {
			return 0, 0, false
		}
		size := int(b[at]) + 1
		at++
		if size == 256 {
			size = int(b[at])<<8 + int(b[at+1]) + 1
			at += 2
		}
		if at+size >= len(b) {
			return 0, 0, false
		}
		kind = b[at+size] & 15
		at += size + 1
	}
	return kind, at, true
}

// audioPacket reads the beginning of an audio payload (E.4.2).
func audioPacket(b []byte) (p packet, ok bool) {
	if len(b) == 0 {
		return p, false
	}
	format := b[0] >> 4
	if format == 9 {
		return exAudioPacket(b)
	}
	p.codec, p.kind, p.header, p.key = audioCodec(format), codedFrame, 1, true
	if p.codec == media.AAC {
		if len(b) < 2 {
			return p, false
		}
		p.header = 2
		switch b[1] {
		case 0:
			p.kind = sequenceHeader
		case 1:
		default:
			p.kind = otherPacket
		}
	}
	return p, true
}

// exAudioPacket reads an ExAudioTagHeader.
func exAudioPacket(b []byte) (p packet, ok bool) {
	kind := b[0] & 15
	if kind, p.header, ok = modEx(b, kind); !ok {
		return p, false
	}
	p.key = true
	if kind == exMultitrackA {
		p.kind = multitrack
		return p, true
	}
	if len(b) < p.header+4 {
		return p, false
	}
	p.codec = fourCC(b[p.header:])
	p.header += 4
	switch kind {
	case exSequenceStart:
		p.kind = sequenceHeader
	case exCodedFrames:
		p.kind = codedFrame
	}
	return p, true
}
