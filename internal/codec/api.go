package codec

import "github.com/dashwright/dashwright/internal/media"

// Describe fills in what t.Config tells of the track: Width, Height, SAR, FrameRate (where the bitstream says), SampleRate,
// Channels, Priming for Opus. What the container said before stays where the bitstream is silent. An error of kind errs.Invalid says
// what is wrong with the record.
func Describe(t *media.Track) error { panic("stub") }

// String returns the RFC 6381 codecs parameter of t: "avc1.64001f", "hvc1.1.6.L93.B0", "av01.0.08M.08", "vp09.00.10.08",
// "mp4a.40.2", "mp4a.6B" (MP3 in an mp4a entry), "ac-3", "ec-3", "opus", "fLaC", "wvtt", "stpp.ttml.im1t".
func String(t *media.Track) string { panic("stub") }

// MimeType returns "video/mp4", "audio/mp4" or "application/mp4".
func MimeType(t *media.Track) string { panic("stub") }

// AppendSampleEntry appends the whole sample entry box of t as it stands in stsd: avc1 or avc3 with avcC (+pasp, colr where known), …
// For an encrypted track it is encv or enca with sinf (frma, schm, schi/tenc).
func AppendSampleEntry(dst []byte, t *media.Track) ([]byte, error) { panic("stub") }

// ParseSampleEntry reads a whole sample entry box of stsd (QuickTime's versions 1 and 2 of sound descriptions, wave and esds in them, included) and
// fills Kind, Codec, Config, SampleEntry, InBand, Encryption and all that Describe finds. An unknown coding gives a Track whose Codec is the
// name a person would use, or the four-character code in quotes, and no error.
func ParseSampleEntry(entry []byte, t *media.Track) error { panic("stub") }

// NALUnits calls yield with each NAL unit of an Annex B byte stream (ISO/IEC 14496-10, Annex B), without start codes and trailing zeros.
func NALUnits(stream []byte, yield func(nal []byte) bool) { panic("stub") }

// ParameterSets collects the parameter sets of an AVC or HEVC stream, and says when one changes.
type ParameterSets struct {
	VPS, SPS, PPS [][]byte
}

// Add takes a NAL unit. It says whether it is a parameter set, and whether it differs from one with the same identifier seen before.
func (p *ParameterSets) Add(c media.Codec, nal []byte) (isSet, changed bool) { panic("stub") }

// Complete says whether there is enough for a configuration record.
func (p *ParameterSets) Complete(c media.Codec) bool { panic("stub") }

// Config returns the configuration record with 4-byte NAL lengths.
func (p *ParameterSets) Config(c media.Codec) ([]byte, error) { panic("stub") }

// AppendLengthPrefixed appends an Annex B access unit with 4-byte lengths in place of start codes, without access unit delimiters and
// filler data; without parameter sets too unless keepSets. It is what Read of a container with Annex B returns.
func AppendLengthPrefixed(dst []byte, c media.Codec, annexB []byte, keepSets bool) []byte {
	panic("stub")
}

// LengthPrefixedSize returns how many bytes AppendLengthPrefixed appends.
func LengthPrefixedSize(c media.Codec, annexB []byte, keepSets bool) int { panic("stub") }

// NAL says what one NAL unit is to a packager.
type NAL struct {
	ParameterSet  bool
	Delimiter     bool // access unit delimiter
	Filler        bool
	Picture       bool // a slice (VCL)
	FirstSlice    bool // of a picture: first_mb_in_slice 0, or first_slice_segment_in_pic_flag
	RandomAccess  bool // IDR, BLA or CRA slice; or an SEI with a recovery point (RecoveryPoint set as well)
	RecoveryPoint bool
}

// Classify looks at the first bytes of a NAL unit of AVC or HEVC.
func Classify(c media.Codec, nal []byte) NAL { panic("stub") }

// RandomAccess looks at the beginning of a sample as served (length-prefixed NAL units with the lengths that t.Config says; AV1 OBUs; VP9 frames) and says whether
// decoding may start there, and whether it carries parameter sets. sample may be cut off after some kilobytes; size is the whole sample's.
func RandomAccess(t *media.Track, sample []byte, size uint32) (sync, inBand bool) { panic("stub") }

// Order gives composition times to a stream that has none (AVI): decode order in, picture order out.
type Order struct{}

// NewOrder returns an Order for a track whose Config is known.
func NewOrder(t *media.Track) *Order { panic("stub") }

// Push takes one access unit in decode order as Annex B or length-prefixed NAL units (only the slice headers are read; nal calls back with each NAL unit).
// It returns a number that orders pictures for output: greater is later, over the whole stream (IDR and memory_management_control_operation 5 included).
func (o *Order) Push(nals func(yield func(nal []byte) bool)) (order int64, err error) { panic("stub") }

// AACFromADTS reads an ADTS header (ISO/IEC 14496-3, 1.A.2.2): the AudioSpecificConfig, the header's and the whole frame's length in bytes.
func AACFromADTS(b []byte) (config []byte, header, frame int, err error) { panic("stub") }

// AC3Frame reads an AC-3 or E-AC-3 sync frame header: the codec, the frame's length in bytes, its samples per channel and sampling rate,
// and the dac3 or dec3 payload.
func AC3Frame(b []byte) (c media.Codec, config []byte, frame, samples, rate int, err error) {
	panic("stub")
}

// MP3Frame reads an MPEG audio header (ISO/IEC 11172-3, 2.4.1.3, and 13818-3): the frame's length in bytes, samples per channel, sampling rate, channels, layer.
func MP3Frame(b []byte) (frame, samples, rate, channels, layer int, err error) { panic("stub") }

// FrameSamples returns how many samples per channel an access unit of t holds when that is the same for all of them (AAC 1024 or 2048 for HE, MP3 1152, AC-3 1536 …), else 0.
// For Opus it is 0: ask OpusSamples.
func FrameSamples(t *media.Track) int { panic("stub") }

// OpusSamples returns the duration of an Opus packet at 48 kHz (RFC 6716, 3.1). Only the first two bytes are read.
func OpusSamples(packet []byte) int { panic("stub") }
