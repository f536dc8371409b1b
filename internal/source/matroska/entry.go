package matroska

import (
	"bytes"
	"compress/zlib"
	"io"
	"slices"

	"github.com/dashwright/dashwright/internal/errs"
)

// entry is a TrackEntry as it stands in the file (RFC 9559, 5.1.4.1).
type entry struct {
	number, kind    uint64
	codecID         string
	private         []byte
	name, lang, tag string
	def             bool
	forced          bool
	original        bool
	commentary      bool
	hearing, visual bool
	defaultDuration uint64 // nanoseconds a frame, 0 unknown
	codecDelay      uint64 // nanoseconds

	pixelWidth, pixelHeight     uint32
	cropX, cropY                uint32 // samples cut off left and right, top and bottom together
	displayWidth, displayHeight uint32
	displayUnit                 uint64
	projection                  uint64
	roll                        float64

	rate, outputRate float64
	channels         uint64

	encodings []encoding // as they must be undone: the last applied first
	encrypted bool
	offset    int64 // in the file, of the payload
}

// encoding is one ContentEncoding: a compression of the frames, of CodecPrivate, or of both.
type encoding struct {
	order    uint64
	scope    uint64 // bit 0: frames, bit 1: CodecPrivate
	algo     uint64
	settings []byte
}

// The values of ContentCompAlgo that are undone.
const (
	algoZlib  = 0
	algoStrip = 3
)

// scopeFrames and scopePrivate are bits of ContentEncodingScope.
const (
	scopeFrames  = 1
	scopePrivate = 2
)

// maxSettings is the longest header that a frame may have been stripped of.
const maxSettings = 4 << 10

// parseEntry reads one TrackEntry.
func parseEntry(c child) (entry, error) {
	e := entry{def: true, lang: "eng", channels: 1, rate: 8000, offset: c.offset}
	err := children(c.data, c.offset, e.field)
	if err != nil {
		return e, err
	}
	slices.SortStableFunc(e.encodings, func(a, b encoding) int { return int(min(b.order, 1<<20)) - int(min(a.order, 1<<20)) })
	return e, nil
}

func (e *entry) field(c child) error {
	switch c.id {
	case idTrackNumber:
		e.number = c.uint()
	case idTrackType:
		e.kind = c.uint()
	case idCodecID:
		e.codecID = c.string()
	case idCodecPrivate:
		e.private = c.data
	case idName:
		e.name = c.string()
	case idLanguage:
		e.lang = c.string()
	case idLanguageBCP47:
		e.tag = c.string()
	case idFlagDefault:
		e.def = c.uint() != 0
	case idFlagForced:
		e.forced = c.uint() != 0
	case idFlagOriginal:
		e.original = c.uint() != 0
	case idFlagCommentary:
		e.commentary = c.uint() != 0
	case idFlagHearingImpaired:
		e.hearing = c.uint() != 0
	case idFlagVisualImpaired:
		e.visual = c.uint() != 0
	case idDefaultDuration:
		e.defaultDuration = c.uint()
	case idCodecDelay:
		e.codecDelay = c.uint()
	case idVideo:
		return children(c.data, c.offset, e.video)
	case idAudio:
		return children(c.data, c.offset, e.audio)
	case idContentEncodings:
		return children(c.data, c.offset, e.encoding)
	}
	return nil
}

func (e *entry) video(c child) error {
	switch c.id {
	case idPixelWidth:
		e.pixelWidth = c.uint32()
	case idPixelHeight:
		e.pixelHeight = c.uint32()
	case idPixelCropLeft, idPixelCropRight:
		e.cropX += min(c.uint32(), 1<<20)
	case idPixelCropTop, idPixelCropBottom:
		e.cropY += min(c.uint32(), 1<<20)
	case idDisplayWidth:
		e.displayWidth = c.uint32()
	case idDisplayHeight:
		e.displayHeight = c.uint32()
	case idDisplayUnit:
		e.displayUnit = c.uint()
	case idProjection:
		return children(c.data, c.offset, func(c child) error {
			switch c.id {
			case idProjectionType:
				e.projection = c.uint()
			case idProjectionPoseRoll:
				e.roll = c.float()
			}
			return nil
		})
	}
	return nil
}

func (e *entry) audio(c child) error {
	switch c.id {
	case idSamplingFrequency:
		e.rate = c.float()
	case idOutputSamplingFrequency:
		e.outputRate = c.float()
	case idChannels:
		e.channels = c.uint()
	}
	return nil
}

func (e *entry) encoding(c child) error {
	if c.id != idContentEncoding {
		return nil
	}
	enc := encoding{scope: scopeFrames}
	var encryption, compression bool
	err := children(c.data, c.offset, func(c child) error {
		switch c.id {
		case idContentEncodingOrder:
			enc.order = c.uint()
		case idContentEncodingScope:
			enc.scope = c.uint()
		case idContentEncodingType:
			encryption = encryption || c.uint() == 1
		case idContentEncryption:
			encryption = true
		case idContentCompression:
			compression = true
			return children(c.data, c.offset, func(c child) error {
				switch c.id {
				case idContentCompAlgo:
					enc.algo = c.uint()
				case idContentCompSettings:
					enc.settings = c.data
				}
				return nil
			})
		}
		return nil
	})
	if encryption {
		e.encrypted = true
		return err
	}
	if !compression {
		return err // it says that frames are encoded, but not how: mkvmerge leaves this behind where it only analysed them
	}
	if len(e.encodings) == 4 || len(enc.settings) > maxSettings {
		return errs.Errorf(errs.Unsupported, "track %d has more content encodings, or a longer stripped header, than is read (byte %d)", e.number, c.offset)
	}
	e.encodings = append(e.encodings, enc)
	return err
}

// unknownAlgo names the first compression of the track that cannot be undone, "" when all can.
func (e *entry) unknownAlgo() string {
	for _, enc := range e.encodings {
		switch enc.algo {
		case algoZlib, algoStrip:
		case 1:
			return "bzlib"
		case 2:
			return "lzo1x"
		default:
			return "an unknown algorithm"
		}
	}
	return ""
}

// undoPrivate replaces the CodecPrivate by what it was before it was compressed.
func (e *entry) undoPrivate() error {
	for _, enc := range e.encodings {
		if enc.scope&scopePrivate == 0 {
			continue
		}
		b, err := enc.undo(nil, e.private, maxPrivate)
		if err != nil {
			return errs.Errorf(errs.Invalid, "the CodecPrivate of track %d: %w", e.number, err)
		}
		e.private = b
	}
	return nil
}

const (
	// maxFrame is the longest frame, in the file, of a track whose frames must be held in memory to be served.
	maxFrame = 8 << 20
	// maxInflated is the longest frame that one may become.
	maxInflated = 8 << 20
	// maxPrivate is the longest CodecPrivate that a compressed one may become.
	maxPrivate = 128 << 10
)

// undo appends to dst what b was before the encoding, at most limit bytes.
func (enc *encoding) undo(dst, b []byte, limit int) ([]byte, error) {
	if enc.algo == algoStrip {
		return append(append(dst, enc.settings...), b...), nil
	}
	z, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return dst, errs.Errorf(errs.Invalid, "zlib: %w", err)
	}
	out := bytes.NewBuffer(dst)
	n, err := io.Copy(out, io.LimitReader(z, int64(limit)+1))
	if err != nil {
		return dst, errs.Errorf(errs.Invalid, "zlib: %w", err)
	}
	if n > int64(limit) {
		return dst, errs.Errorf(errs.Invalid, "zlib: more than %d KiB after decompression", limit>>10)
	}
	return out.Bytes(), nil
}
