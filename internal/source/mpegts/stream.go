package mpegts

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/media"
)

// framing says how access units stand in the PES payload.
type framing byte

const (
	framingNone framing = iota // known by name only
	framingAnnexB
	framingADTS
	framingLOAS
	framingMPEGAudio
	framingDolby
	framingOpus
	framingPrivate // not said: found out by the first frames
)

// privateData is the name of a stream that the PMT says nothing of.
const privateData media.Codec = "private data"

// stream is what the PMT says of an elementary stream.
type stream struct {
	pid      int
	kind     media.Kind
	codec    media.Codec // for Dolby and MPEG audio a guess, until a frame is seen
	framing  framing
	language string
	original bool
	hearing  bool // for the hearing impaired
	visual   bool // for the visually impaired
	opus     int  // channel_config_code
	ignored  bool // carries nothing that a person would miss
}

// streamOf classifies an entry of a PMT. disc says that stream types are those of Blu-ray Disc (registration "HDMV").
func streamOf(e entry, disc bool) stream {
	s := stream{pid: e.pid}
	s.kind, s.codec, s.framing = coding(e.streamType, disc)
	s.ignored = s.kind == media.Other && s.codec == ""
	eachDescriptor(e.descriptors, func(tag byte, d []byte) { s.describe(tag, d, e.streamType) })
	if s.codec == "" {
		s.codec = media.Codec(fmt.Sprintf("stream type 0x%02X", e.streamType))
	}
	return s
}

// coding returns what a stream_type stands for (ISO/IEC 13818-1, table 2-34; ATSC A/53-3; ETSI TS 101 154; SCTE 35; Blu-ray Disc).
func coding(streamType byte, disc bool) (media.Kind, media.Codec, framing) {
	switch streamType {
	case 0x1B:
		return media.Video, media.AVC, framingAnnexB
	case 0x24:
		return media.Video, media.HEVC, framingAnnexB
	case 0x01:
		return media.Video, "MPEG-1 video", framingNone
	case 0x02:
		return media.Video, "MPEG-2 video", framingNone
	case 0x10:
		return media.Video, "MPEG-4 part 2", framingNone
	case 0x1E, 0x1F, 0x20, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x2B:
		return media.Other, "a layer or a second view of the video", framingNone
	case 0x21:
		return media.Video, "JPEG 2000", framingNone
	case 0x33:
		return media.Video, "VVC", framingNone
	case 0x42:
		return media.Video, "AVS", framingNone
	case 0xD1:
		return media.Video, "Dirac", framingNone
	case 0xD2:
		return media.Video, "AVS2", framingNone
	case 0xEA:
		return media.Video, "VC-1", framingNone
	case 0xCF, 0xC1, 0xC2, 0xDB:
		return media.Other, "a stream with encrypted samples (HLS SAMPLE-AES)", framingNone
	case 0x03, 0x04:
		return media.Audio, media.MP3, framingMPEGAudio
	case 0x0F:
		return media.Audio, media.AAC, framingADTS
	case 0x11:
		return media.Audio, media.AAC, framingLOAS
	case 0x06:
		return media.Audio, privateData, framingPrivate
	case 0x1C:
		return media.Audio, "AAC without frame headers", framingNone
	case 0x2D, 0x2E:
		return media.Audio, "MPEG-H Audio", framingNone
	case 0x81:
		return media.Audio, media.AC3, framingDolby
	case 0x87:
		return media.Audio, media.EAC3, framingDolby
	case 0x8A:
		return media.Audio, "DTS", framingNone
	}
	if disc {
		return discCoding(streamType)
	}
	switch streamType {
	case 0x82, 0x85:
		return media.Audio, "DTS", framingNone
	case 0x84:
		return media.Audio, media.EAC3, framingDolby
	}
	return media.Other, "", framingNone
}

func discCoding(streamType byte) (media.Kind, media.Codec, framing) {
	switch streamType {
	case 0x80:
		return media.Audio, "PCM", framingNone
	case 0x82:
		return media.Audio, "DTS", framingNone
	case 0x83:
		return media.Audio, "TrueHD", framingNone
	case 0x84, 0xA1:
		return media.Audio, media.EAC3, framingDolby
	case 0x85, 0x86, 0xA2:
		return media.Audio, "DTS-HD", framingNone
	case 0x90:
		return media.Text, "PGS subtitles", framingNone
	case 0x92:
		return media.Text, "Blu-ray text subtitles", framingNone
	}
	return media.Other, "", framingNone
}

// describe reads one descriptor (2.6; ETSI EN 300 468, 6.2 and annex D; ISO 639 language: 2.6.18).
func (s *stream) describe(tag byte, d []byte, streamType byte) {
	private := streamType == 0x06
	switch {
	case tag == 0x05 && len(d) >= 4 && (private || s.codec == ""):
		s.register(string(d[:4]))
	case tag == 0x0A && len(d) >= 4:
		s.language, s.original = media.Language(string(d[:3])), string(d[:3]) == "qaa"
		s.hearing, s.visual = s.hearing || d[3] == 2, s.visual || d[3] == 3
	case tag == 0x6A && private:
		s.set(media.Audio, media.AC3, framingDolby)
	case tag == 0x7A && private:
		s.set(media.Audio, media.EAC3, framingDolby)
	case tag == 0x7B && private:
		s.set(media.Audio, "DTS", framingNone)
	case tag == 0x7C && private:
		s.set(media.Audio, media.AAC, framingLOAS)
	case tag == 0x56 && private:
		s.set(media.Text, "teletext", framingNone)
		s.textLanguage(d)
	case tag == 0x59 && private:
		s.set(media.Text, "DVB subtitles", framingNone)
		s.textLanguage(d)
	case tag == 0x7F && len(d) >= 1:
		s.extension(d[0], d[1:], private)
	}
}

func (s *stream) textLanguage(d []byte) {
	if len(d) >= 3 {
		s.language = media.Language(string(d[:3]))
	}
}

// extension reads an extension descriptor: Opus (ETSI TS 103 491), AC-4, supplementary audio (EN 300 468, 6.4.11).
func (s *stream) extension(tag byte, d []byte, private bool) {
	switch {
	case tag == 0x80 && private && len(d) >= 1 && (s.codec == privateData || s.codec == media.Opus):
		s.set(media.Audio, media.Opus, framingOpus)
		s.opus = int(d[0])
	case tag == 0x15 && private:
		s.set(media.Audio, "AC-4", framingNone)
	case tag == 0x0E && private:
		s.set(media.Audio, "DTS-HD", framingNone)
	case tag == 0x20 && private:
		s.set(media.Text, "TTML subtitles", framingNone)
	case tag == 0x06 && len(d) >= 1:
		switch d[0] >> 2 & 31 { // editorial_classification
		case 1:
			s.visual = true
		case 2:
			s.hearing = true
		}
	}
}

// register reads a format_identifier of a registration descriptor (2.6.8).
func (s *stream) register(id string) {
	switch id {
	case "HEVC":
		s.set(media.Video, media.HEVC, framingAnnexB)
	case "AC-3":
		s.set(media.Audio, media.AC3, framingDolby)
	case "EAC3":
		s.set(media.Audio, media.EAC3, framingDolby)
	case "Opus":
		s.set(media.Audio, media.Opus, framingOpus)
	case "AC-4":
		s.set(media.Audio, "AC-4", framingNone)
	case "DTS1", "DTS2", "DTS3":
		s.set(media.Audio, "DTS", framingNone)
	case "DTSH":
		s.set(media.Audio, "DTS-HD", framingNone)
	case "BSSD":
		s.set(media.Audio, "PCM (SMPTE 302M)", framingNone)
	case "AV01":
		s.set(media.Video, "AV1 in a transport stream", framingNone)
	case "VC-1":
		s.set(media.Video, "VC-1", framingNone)
	case "drac":
		s.set(media.Video, "Dirac", framingNone)
	}
}

func (s *stream) set(k media.Kind, c media.Codec, f framing) {
	s.kind, s.codec, s.framing, s.ignored = k, c, f, false
}
