package media

// Kind is what a Track is for.
type Kind uint8

// The kinds of Track.
const (
	Other Kind = iota
	Video
	Audio
	Text
	Image // pictures that are not played: thumbnails. No file has a Track of it
)

// String returns "video", "audio", "text", "image" or "other".
func (k Kind) String() string {
	switch k {
	case Video:
		return "video"
	case Audio:
		return "audio"
	case Text:
		return "text"
	case Image:
		return "image"
	}
	return "other"
}

// Codec names a coding. The ones below are served as they are; any other value is the name that a person would
// use for it ("MPEG-4 part 2", "Vorbis", "PCM") and appears in messages.
type Codec string

// The codecs that are served, and what Track.Config holds for each.
const (
	AVC  Codec = "H.264"  // AVCDecoderConfigurationRecord, ISO/IEC 14496-15, 5.3.3.1 (the payload of avcC)
	HEVC Codec = "HEVC"   // HEVCDecoderConfigurationRecord, ISO/IEC 14496-15, 8.3.3.1 (hvcC)
	AV1  Codec = "AV1"    // AV1CodecConfigurationRecord (av1C)
	VP9  Codec = "VP9"    // VPCodecConfigurationRecord without the FullBox header (vpcC)
	AAC  Codec = "AAC"    // AudioSpecificConfig, ISO/IEC 14496-3, 1.6.2.1
	MP3  Codec = "MP3"    // nothing; the first frame header's 4 bytes
	AC3  Codec = "AC-3"   // AC3SpecificBox payload (dac3), ETSI TS 102 366, F.4
	EAC3 Codec = "E-AC-3" // EC3SpecificBox payload (dec3), ETSI TS 102 366, F.6
	Opus Codec = "Opus"   // OpusSpecificBox payload (dOps)
	FLAC Codec = "FLAC"   // FLACSpecificBox payload after the FullBox header (dfLa): metadata blocks
	WVTT Codec = "WebVTT" // WebVTT header text; Cues, or wvtt samples (ISO/IEC 14496-30)
	STPP Codec = "TTML"   // the sample entry's three strings with their terminating zeros: namespace, schema location, auxiliary mime types
)

// Track describes one elementary stream of a file: all that can be known without a request.
type Track struct {
	ID          uint32 // in the file (track_ID, PID, TrackNumber …); unique in it
	Kind        Kind
	Codec       Codec
	Timescale   Timescale
	Config      []byte  // see Codec
	SampleEntry [4]byte // four-character code the file uses, when it is ISO BMFF ("avc3", "hev1"); zero otherwise

	// InBand says that samples carry parameter sets, so that the sample entry is avc3 or hev1.
	InBand bool

	Language        string // BCP 47, "" when unknown
	Title           string // as the file names it
	Default         bool   // the file's own choice among several
	Forced          bool   // subtitles for what is spoken in another language only
	Original        bool
	Commentary      bool
	HearingImpaired bool
	VisualImpaired  bool

	Width, Height uint32   // coded picture after cropping, samples
	SAR           Rational // sample aspect ratio
	FrameRate     Rational
	Rotation      uint16 // degrees clockwise: 0, 90, 180, 270

	SampleRate uint32
	Channels   uint16
	// Priming is the number of ticks at the start that a player must decode and drop (encoder delay).
	Priming Ticks
	// Padding is the number of ticks at the end to drop.
	Padding Ticks

	Encryption *Encryption // nil when clear

	// Contiguous says that each Sample's bytes stand in the file at [Offset, Offset+Size) as they are served.
	// When not, the format's Read makes them.
	Contiguous bool
	// Private is for the demuxer that made the Track: what its Read needs.
	Private []byte
}

// Sample is one access unit (ISO/IEC 14496-12, 3.1.17): what is decoded at one time.
type Sample struct {
	Offset   int64  // in the file, of the first byte
	Span     uint32 // bytes of the file from Offset on that hold it; Size when the Track is Contiguous
	Size     uint32 // bytes as served
	DTS      Ticks  // decode time; the first of a Track may be negative
	Duration Ticks  // to the next one's DTS; the last one's own
	CTO      int32  // composition time offset: presentation time minus DTS; may be negative
	Sync     bool   // decoding may start here: by the container's flag, or by the bitstream where the demuxer reads it
	Boundary bool   // the file's own fragment or segment starts here

	AuxOffset int64  // in the file, of the sample auxiliary information (IV, subsamples; ISO/IEC 23001-7, 7); encrypted Tracks only
	AuxSize   uint16 // 0 when there is none
	Group     uint16 // of the Track's Encryption that says how it is protected, from 1; 0: as the Track is
}

// PTS returns the presentation time.
func (s *Sample) PTS() Ticks { return s.DTS + Ticks(s.CTO) }

// Cue is one timed text, times in the Track's Timescale.
type Cue struct {
	Start, End Ticks
	ID         string
	Settings   string // WebVTT cue settings: "align:left line:0"
	Text       string // WebVTT cue text: escaped, with <b>, <i>, <u>, <c>, <v> tags; lines end in \n
}
