package codec

import (
	"fmt"

	"github.com/dashwright/dashwright/internal/codec/bitstream"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Audio object types (ISO/IEC 14496-3, table 1.17).
const (
	aotAACLC      = 2
	aotSBR        = 5
	aotScalable   = 6
	aotERScalable = 20
	aotERBSAC     = 22
	aotERLD       = 23
	aotPS         = 29
	aotERELD      = 39
	aotUSAC       = 42
)

// aacConfig is an AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
type aacConfig struct {
	objectType uint32 // of the core
	sbr, ps    bool   // said explicitly, in either way
	coreRate   uint32
	rate       uint32 // of the output
	channels   uint16 // of the output; 0 when not said
	samples    int    // per channel of an access unit, at rate; 0 when the object type is not known here
}

// aacRate returns a sampling frequency by its index (table 1.18), 0 when reserved.
func aacRate(index uint32) uint32 {
	table := [...]uint32{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}
	if index < uint32(len(table)) {
		return table[index]
	}
	return 0
}

// aacChannels returns the number of channels of a channelConfiguration (table 1.19), 0 when another element says it.
func aacChannels(configuration uint32) uint16 {
	table := [...]uint16{0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8}
	if configuration < uint32(len(table)) {
		return table[configuration]
	}
	return 0
}

func readObjectType(r *bitstream.Reader) uint32 {
	t := r.Bits(5)
	if t == 31 {
		t = 32 + r.Bits(6)
	}
	return t
}

func readAACRate(r *bitstream.Reader) uint32 {
	index := r.Bits(4)
	if index == 15 {
		return r.Bits(24)
	}
	return aacRate(index)
}

func parseAACConfig(b []byte) (*aacConfig, error) {
	r := bitstream.NewReader(b)
	c := readAACConfig(r, true)
	return c, c.check(r)
}

func (c *aacConfig) check(r *bitstream.Reader) error {
	if r.Short {
		return errs.Errorf(errs.Invalid, "AudioSpecificConfig: cut off")
	}
	if c.rate == 0 || c.coreRate == 0 {
		return errs.Errorf(errs.Invalid, "AudioSpecificConfig: the sampling frequency index is reserved")
	}
	return nil
}

// readAACConfig reads an AudioSpecificConfig. whole says that it ends where the data ends, so that what is left may be a sync extension.
func readAACConfig(r *bitstream.Reader, whole bool) *aacConfig {
	c := &aacConfig{}
	c.objectType = readObjectType(r)
	c.coreRate = readAACRate(r)
	configuration := r.Bits(4)
	c.channels = aacChannels(configuration)
	c.rate = c.coreRate
	if c.objectType == aotSBR || c.objectType == aotPS {
		c.sbr, c.ps = true, c.objectType == aotPS
		c.rate = readAACRate(r)
		c.objectType = readObjectType(r)
		if c.objectType == aotERBSAC {
			r.Skip(4)
		}
	}
	c.readSpecific(r, configuration)
	if whole && !c.sbr {
		c.readExtension(r)
	}
	if c.ps && c.channels == 1 {
		c.channels = 2
	}
	if c.sbr && c.objectType != aotUSAC && c.objectType != aotERELD && c.coreRate != 0 {
		c.samples = int(uint64(c.samples) * uint64(c.rate) / uint64(c.coreRate))
	}
	return c
}

func (c *aacConfig) readSpecific(r *bitstream.Reader, configuration uint32) {
	switch t := c.objectType; {
	case t >= 1 && t <= 4 || t == 6 || t == 7 || t == 17 || t >= 19 && t <= 23:
		c.readGA(r, configuration)
	case t == aotERELD:
		c.readELD(r)
	case t == aotUSAC:
		c.readUSAC(r)
		return
	}
	if t := c.objectType; t == 17 || t >= 19 && t <= 27 || t == aotERELD {
		r.Skip(2) // epConfig
	}
}

// readGA reads GASpecificConfig (4.4.1).
func (c *aacConfig) readGA(r *bitstream.Reader, configuration uint32) {
	c.samples = 1024
	if c.objectType == aotERLD {
		c.samples = 512
	}
	if r.Flag() { // frameLengthFlag
		c.samples = c.samples / 16 * 15
	}
	if r.Flag() { // dependsOnCoreCoder
		r.Skip(14)
	}
	extension := r.Flag()
	if configuration == 0 {
		c.channels = copyProgramConfig(r, nil)
	}
	if c.objectType == aotScalable || c.objectType == aotERScalable {
		r.Skip(3)
	}
	if !extension {
		return
	}
	switch c.objectType {
	case aotERBSAC:
		r.Skip(16)
	case 17, 19, aotERScalable, aotERLD:
		r.Skip(3)
	}
	r.Skip(1) // extensionFlag3
}

// readELD reads the beginning of ELDSpecificConfig (4.6.20).
func (c *aacConfig) readELD(r *bitstream.Reader) {
	c.samples = 512
	if r.Flag() {
		c.samples = 480
	}
	r.Skip(3)
	if r.Flag() { // ldSbrPresentFlag
		c.sbr = true
		if r.Flag() { // ldSbrSamplingRate: the output has twice the rate
			c.samples *= 2
			c.rate = c.coreRate * 2
		}
	}
}

// readUSAC reads the beginning of UsacConfig (ISO/IEC 23003-3, 5.2).
func (c *aacConfig) readUSAC(r *bitstream.Reader) {
	lengths := [8]int{768, 1024, 2048, 2048, 4096}
	more := [...]uint32{57600, 51200, 40000, 38400, 34150, 28800, 25600, 20000, 19200, 17075, 14400, 12800, 9600}
	rate := uint32(0)
	switch index := r.Bits(5); {
	case index == 31:
		rate = r.Bits(24)
	case index >= 15 && index-15 < uint32(len(more)):
		rate = more[index-15]
	default:
		rate = aacRate(index)
	}
	if rate != 0 {
		c.rate = rate
	}
	c.samples = lengths[r.Bits(3)]
	if n := aacChannels(r.Bits(5)); n != 0 {
		c.channels = n
	}
}

// readExtension reads the backward compatible signalling of SBR and PS (1.6.2.1, extensionFlag and syncExtensionType).
func (c *aacConfig) readExtension(r *bitstream.Reader) {
	const syncSBR, syncPS = 0x2b7, 0x548
	if r.Left() < 16 || r.Bits(11) != syncSBR {
		return
	}
	kind := readObjectType(r)
	if kind != aotSBR && kind != aotERBSAC || !r.Flag() { // sbrPresentFlag
		return
	}
	rate := readAACRate(r)
	if r.Short || rate == 0 {
		r.Short = false // what is not a sync extension is fill
		return
	}
	c.sbr, c.rate = true, rate
	if kind == aotSBR && r.Left() >= 12 && r.Bits(11) == syncPS {
		c.ps = r.Flag()
	}
}

// copyProgramConfig reads program_config_element (4.4.1.1) and returns how many channels it has; it writes the same bits to w unless that is nil.
func copyProgramConfig(r *bitstream.Reader, w *bitstream.Writer) (channels uint16) {
	take := func(n uint) uint32 {
		v := r.Bits(n)
		if w != nil {
			w.Bits(v, n)
		}
		return v
	}
	take(10) // element_instance_tag, object_type, sampling_frequency_index
	front, side, back, lfe := take(4), take(4), take(4), take(2)
	associated, coupling := take(3), take(4)
	for _, n := range []uint{4, 4, 3} { // mono, stereo and matrix mixdown
		if take(1) != 0 {
			take(n)
		}
	}
	for range front + side + back {
		channels += uint16(take(1)) + 1
		take(4)
	}
	channels += uint16(lfe)
	for range lfe + associated {
		take(4)
	}
	for range coupling {
		take(5)
	}
	r.Align()
	if w != nil {
		w.Align()
	}
	for range take(8) {
		take(8)
	}
	return channels
}

// string returns "mp4a.40.2" and its like (RFC 6381, 3.3). SBR and PS are named however they are signalled.
func (c *aacConfig) string() string {
	switch {
	case c.ps:
		return fmt.Sprintf("mp4a.40.%d", aotPS)
	case c.sbr && c.objectType != aotERELD:
		return fmt.Sprintf("mp4a.40.%d", aotSBR)
	}
	return fmt.Sprintf("mp4a.40.%d", c.objectType)
}

func describeAAC(t *media.Track) error {
	c, err := parseAACConfig(t.Config)
	if err != nil {
		return err
	}
	t.SampleRate = c.rate
	if c.channels != 0 {
		t.Channels = c.channels
	}
	return nil
}

func aacString(t *media.Track) string {
	if c, err := parseAACConfig(t.Config); err == nil {
		return c.string()
	}
	return fmt.Sprintf("mp4a.40.%d", aotAACLC)
}

// AACConfigBits reads an AudioSpecificConfig that begins at a bit of b, as in a StreamMuxConfig of LATM (ISO/IEC 14496-3, 1.7.3). It returns its bytes and how
// many bits it has. limit is its length in bits where the stream says it, else 0: then it ends where its syntax ends.
func AACConfigBits(b []byte, bit, limit int) (config []byte, n int, err error) {
	const longest = 512 // bytes; a program_config_element with its comment fits in
	if bit < 0 || bit/8 >= len(b) {
		return nil, 0, errs.Errorf(errs.Invalid, "AudioSpecificConfig: cut off")
	}
	src := bitstream.NewReader(b[bit/8 : min(len(b), bit/8+longest+1)])
	src.Skip(bit % 8)
	count := src.Left()
	if limit > count {
		return nil, 0, errs.Errorf(errs.Invalid, "AudioSpecificConfig: %d bits are said, %d are there", limit, count)
	}
	if limit > 0 {
		count = limit
	}
	var w bitstream.Writer
	for left := count; left > 0; left -= min(left, 8) {
		k := uint(min(left, 8))
		w.Bits(src.Bits(k), k)
	}
	r := bitstream.NewReader(w.Bytes)
	c := readAACConfig(r, limit > 0)
	if err := c.check(r); err != nil {
		return nil, 0, err
	}
	n = r.Used
	if limit > 0 {
		n = count
	}
	config = w.Bytes[:(n+7)/8]
	if n%8 != 0 { // what follows is not part of it
		config[len(config)-1] &= 0xff << (8 - n%8)
	}
	return config, n, nil
}
