package codec

import (
	"bytes"
	"math"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Sizes of sample entries before their boxes, from the start of the box (ISO/IEC 14496-12, 8.5.2 and 12; QuickTime File Format, sample descriptions).
const (
	entrySize   = 16
	visualEntry = 86
	audioEntry  = 36
	audioEntry1 = 52 // QuickTime's version 1
	audioEntry2 = 72 // version 2
)

// ParseSampleEntry reads a whole sample entry box of stsd (QuickTime's versions 1 and 2 of sound descriptions, wave and esds in them, included) and
// fills Kind, Codec, Config, SampleEntry, InBand, Encryption and all that Describe finds. An unknown coding gives a Track whose Codec is the
// name a person would use, or the four-character code in quotes, and no error; its Kind stays what the caller set from the handler, and that decides how
// it is read. MP3, and AC-3 in an mp4a entry, leave Config empty: it is in the first frame. A pixel aspect ratio box has the last word on SAR. The Track does not keep entry.
func ParseSampleEntry(entry []byte, t *media.Track) error {
	if len(entry) < entrySize || uint64(be32(entry)) > uint64(len(entry)) {
		return errs.Errorf(errs.Invalid, "stsd: a sample entry is cut off at %d bytes", len(entry))
	}
	if size := be32(entry); size >= entrySize {
		entry = entry[:size]
	}
	code := string(entry[4:8])
	var boxes []byte
	if protected := code[:3] == "enc"; protected {
		original, err := readProtection(entry, code, t)
		if err != nil {
			return err
		}
		code = original
	}
	copy(t.SampleEntry[:], code)
	kind, codec := entryCodec(code)
	if kind != media.Other {
		t.Kind = kind
	}
	t.Codec = codec
	var err error
	switch t.Kind {
	case media.Video:
		if boxes, err = parseVisual(entry, t); err != nil {
			return err
		}
	case media.Audio:
		if boxes, err = parseAudio(entry, t); err != nil {
			return err
		}
	case media.Text:
		parseText(entry, t)
		return nil
	default:
		return nil
	}
	if err := readConfig(t, boxes); err != nil {
		return err
	}
	if len(t.Config) > 0 {
		t.Config = bytes.Clone(t.Config)
		if err := Describe(t); err != nil {
			return err
		}
	}
	if pasp := child(boxes, "pasp"); t.Kind == media.Video && len(pasp) >= 8 {
		if sar := media.Ratio(uint64(be32(pasp)), uint64(be32(pasp[4:]))); !sar.IsZero() {
			t.SAR = sar
		}
	}
	return nil
}

// readProtection reads the sinf of an encv, enca, enct … entry and returns the original entry's code. Where a track has several, the
// first one of Common Encryption counts.
func readProtection(entry []byte, code string, t *media.Track) (original string, err error) {
	var boxes []byte
	switch code {
	case "encv":
		boxes = entry[min(visualEntry, len(entry)):]
	case "enca":
		_, boxes = audioBoxes(entry)
	default:
		return code, nil
	}
	scheme := ""
	children(boxes, func(name string, p []byte) bool {
		if name != "sinf" {
			return true
		}
		var e *media.Encryption
		var one error
		original, scheme, e, one = parseProtection(p)
		if err == nil {
			err = one
		}
		if e != nil {
			t.Encryption, err = e, nil
		}
		return e == nil
	})
	switch {
	case err != nil:
		return "", err
	case original == "":
		return "", errs.Errorf(errs.Invalid, "stsd: %s without protection scheme information (sinf)", code)
	case t.Encryption == nil:
		return "", errs.Errorf(errs.Unsupported, "stsd: the track is encrypted by scheme %s; only Common Encryption (cenc, cbcs, cens, cbc1) and PIFF can be kept", quote(scheme))
	}
	return original, nil
}

// parseVisual reads a VisualSampleEntry and returns its boxes.
func parseVisual(entry []byte, t *media.Track) ([]byte, error) {
	if len(entry) < visualEntry {
		return nil, errs.Errorf(errs.Invalid, "stsd: the visual sample entry %s is cut off at %d bytes", quote(string(entry[4:8])), len(entry))
	}
	if w, h := be16(entry[32:]), be16(entry[34:]); w != 0 && h != 0 {
		t.Width, t.Height = uint32(w), uint32(h)
	}
	return entry[visualEntry:], nil
}

// parseAudio reads an AudioSampleEntry or a QuickTime sound description and returns its boxes.
func parseAudio(entry []byte, t *media.Track) ([]byte, error) {
	if len(entry) < audioEntry {
		return nil, errs.Errorf(errs.Invalid, "stsd: the audio sample entry %s is cut off at %d bytes", quote(string(entry[4:8])), len(entry))
	}
	version, boxes := audioBoxes(entry)
	t.Channels = be16(entry[24:])
	if rate := be32(entry[32:]); rate>>16 != 0 {
		t.SampleRate = rate >> 16
	}
	if version == 2 && len(entry) >= audioEntry2 {
		rate := math.Float64frombits(uint64(be32(entry[40:]))<<32 | uint64(be32(entry[44:])))
		if rate >= 1 && rate < math.MaxUint32 {
			t.SampleRate = uint32(math.Round(rate))
		}
		if n := be32(entry[48:]); n <= math.MaxUint16 {
			t.Channels = uint16(n)
		}
	}
	// AudioSampleEntryV1 of ISO says higher rates in a box of their own (ISO/IEC 14496-12, 12.2.3).
	if srat := child(boxes, "srat"); len(srat) >= 8 {
		t.SampleRate = be32(srat[4:])
	}
	return boxes, nil
}

// audioBoxes returns QuickTime's version of a sound description and the boxes after its fields. ISO's own version 1 has no more
// fields than version 0, and which of the two it is stands elsewhere (in the version of stsd, which writers forget): so a box is looked for.
func audioBoxes(entry []byte) (version uint16, boxes []byte) {
	if len(entry) < audioEntry {
		return 0, nil
	}
	size := audioEntry
	switch version = be16(entry[16:]); {
	case version == 1 && !beginsBox(entry[audioEntry:]):
		size = audioEntry1
	case version == 2 && len(entry) >= audioEntry2:
		size = audioEntry2
		if n := be32(entry[36:]); n >= audioEntry2 && uint64(n) <= uint64(len(entry)) { // sizeOfStructOnly
			size = int(n)
		}
	}
	return version, entry[min(size, len(entry)):]
}

// beginsBox says whether b begins with a box of a printable type.
func beginsBox(b []byte) bool {
	if len(b) < 8 {
		return false
	}
	if size := be32(b); size < 8 || uint64(size) > uint64(len(b)) {
		return false
	}
	for _, c := range b[4:8] {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// parseText reads the entry of a text track.
func parseText(entry []byte, t *media.Track) {
	rest := entry[entrySize:]
	switch t.Codec {
	case media.WVTT:
		t.Config = bytes.Clone(child(rest, "vttC"))
	case media.STPP:
		t.Config = bytes.Clone(stppStrings(rest))
	}
}

// readConfig finds the configuration of t among the boxes of its sample entry. A box that the codec needs and that is not there is an error.
func readConfig(t *media.Track, boxes []byte) error {
	name, skip := configBox(t.Codec)
	if e := string(t.SampleEntry[:]); e == "avc3" || e == "avc4" || e == "dvav" || e == "hev1" || e == "dvhe" {
		t.InBand = true
	}
	t.Config = nil
	switch {
	case name == "":
		return nil
	case name == "esds":
		return readESDS(t, boxes)
	}
	payload := findConfig(boxes, name)
	if len(payload) <= skip {
		return errs.Errorf(errs.Invalid, "stsd: the sample entry %s has no %s box", quote(string(t.SampleEntry[:])), name)
	}
	t.Config = payload[skip:]
	switch t.Codec {
	case media.AVC, media.HEVC:
		t.InBand = t.InBand || !hasSets(t)
	case media.VP9:
		t.Config = t.Config[:min(len(t.Config), vp9RecordSize)]
	case media.FLAC:
		config, err := FLACConfig(t.Config)
		t.Config = config
		return err
	}
	return nil
}

// hasSets says whether the record of an AVC or HEVC track has a sequence parameter set; a damaged record is said to: Describe tells what is wrong with it.
func hasSets(t *media.Track) bool {
	if t.Codec == media.AVC {
		rec, err := parseAVCRecord(t.Config)
		return err != nil || len(rec.sps) > 0
	}
	rec, err := parseHEVCRecord(t.Config)
	return err != nil || len(rec.sps) > 0
}

// configBox returns the box with the configuration of a codec, and how many bytes of it come before.
func configBox(c media.Codec) (name string, skip int) {
	switch c {
	case media.AVC:
		return "avcC", 0
	case media.HEVC:
		return "hvcC", 0
	case media.AV1:
		return "av1C", 0
	case media.VP9:
		return "vpcC", 4
	case media.AAC, mpeg4Video:
		return "esds", 0
	case media.AC3:
		return "dac3", 0
	case media.EAC3:
		return "dec3", 0
	case media.Opus:
		return "dOps", 0
	case media.FLAC:
		return "dfLa", 4
	}
	return "", 0
}

// findConfig returns the payload of a box among boxes, or in QuickTime's wave atom among them.
func findConfig(boxes []byte, name string) []byte {
	if p := child(boxes, name); p != nil {
		return p
	}
	return child(child(boxes, "wave"), name)
}

// readESDS reads the esds of an mp4a or mp4v entry. QuickTime's mp4a may be without: then it is not MPEG-4 and the name stays.
func readESDS(t *media.Track, boxes []byte) error {
	esds := findConfig(boxes, "esds")
	switch {
	case esds == nil && t.Kind == media.Video:
		return nil
	case esds == nil:
		return errs.Errorf(errs.Invalid, "stsd: the sample entry %s has no esds box", quote(string(t.SampleEntry[:])))
	}
	if t.Kind == media.Video {
		objectType, _, err := parseESDS(esds)
		if err == nil {
			t.Codec = videoObjectType(objectType)
		}
		return nil // it is refused by its name in any case
	}
	return applyESDS(t, esds)
}
