package matroska

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

// aacConfig makes the AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of the old CodecIDs that say it by name: A_AAC/MPEG4/LC/SBR.
func aacConfig(id string, rate, outputRate float64, channels uint64) ([]byte, error) {
	object := map[string]uint32{"MAIN": 1, "LC": 2, "SSR": 3, "LTP": 4}
	parts := strings.Split(id, "/")
	aot := uint32(2)
	if len(parts) > 2 {
		aot = object[parts[2]]
	}
	index, ok := rateIndex(rate)
	if aot == 0 || !ok || channels == 0 || channels > 8 || channels == 7 {
		return nil, errs.Errorf(errs.Invalid, "AAC without CodecPrivate, and %q at %g Hz with %d channels does not tell its configuration", id, rate, channels)
	}
	if channels == 8 {
		channels = 7
	}
	config := binary.BigEndian.AppendUint16(nil, uint16(aot<<11|index<<7|uint32(channels)<<3))
	if !slices.Contains(parts, "SBR") {
		return config, nil
	}
	if outputRate <= rate {
		outputRate = 2 * rate
	}
	extension, ok := rateIndex(outputRate)
	if !ok {
		return nil, errs.Errorf(errs.Invalid, "AAC with SBR to %g Hz, which is no rate of AAC", outputRate)
	}
	// syncExtensionType 0x2b7, audioObjectType 5, sbrPresentFlag
	return append(config, 0x56, 0xE5, byte(0x80|extension<<3)), nil
}

// rateIndex returns the samplingFrequencyIndex (ISO/IEC 14496-3, table 1.18).
func rateIndex(rate float64) (uint32, bool) {
	rates := []float64{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}
	i := slices.IndexFunc(rates, func(r float64) bool { return math.Abs(r-rate) < 1 })
	return uint32(i), i >= 0
}
