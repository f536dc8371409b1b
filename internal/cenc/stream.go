package cenc

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
)

// Samples is the samples of a fragment and how each is protected.
type Samples struct {
	Sizes []uint32
	Aux   []byte // their auxiliary information, as in senc
	Subs  bool   // that has Subsamples
}

// Stream encrypts or decrypts the payload of a fragment in place, from the first sample to the last, in pieces of whatever size.
type Stream struct {
	p       Params
	block   cipher.Block
	decrypt bool

	samples Samples
	next    int // sample
	aux     []byte

	left      int    // bytes of the sample still to come
	subs      int    // Subsamples of it still to come, in aux
	clear     int    // bytes of the Subsample still to come
	protected int    // the same
	at        uint64 // blocks of the protected part that have been dealt with: where in the pattern
	count     counter
	chain     [Block]byte
	waiting   *chains     // unless what is protected is dealt with at once
	first     [Block]byte // IV of the sample
	sealed    [Block]byte
}

// NewStream returns a Stream, which Reset gives its samples.
func NewStream(p *Params, decrypt bool) (*Stream, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(p.Key[:])
	if err != nil {
		return nil, errs.Errorf(errs.Internal, "AES: %w", err)
	}
	s := &Stream{p: *p, block: block, decrypt: decrypt}
	if !decrypt && Chained(p.Scheme) && p.CryptBlocks|p.SkipBlocks == 0 {
		s.waiting = &chains{}
		s.waiting.side.start(&p.Key)
	}
	return s, nil
}

// Reset goes to the first of samples.
func (s *Stream) Reset(samples Samples) {
	s.samples, s.next, s.aux = samples, 0, samples.Aux
	s.left, s.subs, s.clear, s.protected = 0, 0, 0, 0
}

// SkipTo goes to the sample that byte at of the payload, counted from the first sample, is in, and returns where that begins. Whoever wants bytes from at on begins there.
func (s *Stream) SkipTo(at int64) (begin int64) {
	s.Reset(s.samples)
	for s.next < len(s.samples.Sizes) && begin+int64(s.samples.Sizes[s.next]) <= at {
		begin += int64(s.samples.Sizes[s.next])
		s.aux = s.aux[s.auxSize():]
		s.next++
	}
	return begin
}

// auxSize returns the bytes of auxiliary information that aux begins with.
func (s *Stream) auxSize() int {
	n := int(s.p.IVSize)
	if s.samples.Subs {
		n += 2 + subsampleSize*int(binary.BigEndian.Uint16(s.aux[n:]))
	}
	return n
}

// Next deals with the next bytes of the payload in place and returns how many are done: all, or all but less than a block at the end, which must come again at the beginning of the next piece.
func (s *Stream) Next(b []byte) (done int) {
	if s.waiting == nil {
		return s.walk(b)
	}
	s.waiting.begin(&s.chain)
	done = s.walk(b)
	s.chain = s.waiting.run(s.block)
	return done
}

// walk is Next, but what is chained is left waiting.
func (s *Stream) walk(b []byte) (done int) {
	for len(b) > 0 {
		if s.left == 0 {
			if s.next == len(s.samples.Sizes) {
				return done // there are no samples of which b could be
			}
			s.begin()
			continue
		}
		n := 0
		switch {
		case s.clear > 0:
			n = min(s.clear, len(b))
			s.clear -= n
		case s.protected > 0:
			if n = s.apply(b[:min(s.protected, len(b))]); n == 0 {
				return done
			}
			s.protected -= n
		case s.subs > 0:
			s.subsample()
			continue
		default: // behind the last Subsample
			n = min(s.left, len(b))
		}
		s.left -= n
		b, done = b[n:], done+n
	}
	return done
}

// begin goes to the next sample.
func (s *Stream) begin() {
	s.left = int(s.samples.Sizes[s.next])
	s.next++
	s.first = s.p.ConstantIV
	if n := int(s.p.IVSize); n > 0 {
		clear(s.first[copy(s.first[:], s.aux[:n]):])
		s.aux = s.aux[n:]
	}
	s.clear, s.protected, s.subs, s.at = 0, s.left, 0, 0
	s.restart()
	size := s.left
	if s.samples.Subs {
		s.subs, s.aux = int(binary.BigEndian.Uint16(s.aux)), s.aux[2:]
		s.protected = 0
	}
	if !Chained(s.p.Scheme) {
		s.count.start(s.block, &s.first, size)
	}
}

// subsample goes to the next Subsample.
func (s *Stream) subsample() {
	s.clear = min(int(binary.BigEndian.Uint16(s.aux)), s.left)
	s.protected = min(int(binary.BigEndian.Uint32(s.aux[2:])), s.left-s.clear)
	s.aux = s.aux[subsampleSize:]
	s.subs--
	s.at = 0
	if Patterned(s.p.Scheme) && Chained(s.p.Scheme) {
		s.restart()
	}
}

// restart begins a chain with the IV.
func (s *Stream) restart() {
	if s.chain = s.first; s.waiting != nil {
		s.waiting.begin(&s.first)
	}
}

// apply deals with b, which is protected, and returns how much of it is done.
func (s *Stream) apply(b []byte) int {
	pattern := s.p.CryptBlocks|s.p.SkipBlocks != 0
	if !pattern && !Chained(s.p.Scheme) {
		s.count.xor(b)
		return len(b)
	}
	n := len(b) &^ (Block - 1)
	if !pattern {
		s.blocks(b[:n])
	} else {
		s.pattern(b[:n])
	}
	if len(b) == s.protected {
		return len(b) // a last block that is not whole stays in the clear
	}
	return n
}

// pattern deals with those of whole blocks that the pattern says.
func (s *Stream) pattern(b []byte) {
	crypt, skip := uint64(s.p.CryptBlocks), uint64(s.p.SkipBlocks)
	for len(b) > 0 {
		place := s.at % (crypt + skip)
		n := min(crypt+skip-place, uint64(len(b)/Block))
		if place < crypt {
			n = min(crypt-place, n)
			s.blocks(b[:n*Block])
		}
		b = b[n*Block:]
		s.at += n
	}
}

// blocks deals with whole blocks.
func (s *Stream) blocks(b []byte) {
	switch {
	case !Chained(s.p.Scheme):
		s.count.xor(b)
	case s.waiting != nil:
		s.waiting.add(b)
	case s.decrypt:
		for ; len(b) > 0; b = b[Block:] {
			copy(s.sealed[:], b)
			s.block.Decrypt(b, b[:Block])
			xorBlock(b, &s.chain)
			s.chain = s.sealed
		}
	default:
		chainBlocks(s.block, b, &s.chain)
	}
}

func xorBlock(dst []byte, with *[Block]byte) {
	_ = dst[Block-1]
	binary.LittleEndian.PutUint64(dst, binary.LittleEndian.Uint64(dst)^binary.LittleEndian.Uint64(with[:]))
	binary.LittleEndian.PutUint64(dst[8:], binary.LittleEndian.Uint64(dst[8:])^binary.LittleEndian.Uint64(with[8:]))
}

// counter is AES in counter mode. For what is short it counts itself, because the standard library's stream is a kilobyte of memory each time.
type counter struct {
	stream cipher.Stream // nil: it counts itself
	block  cipher.Block
	value  [Block]byte
	pad    [Block]byte
	used   int // of pad
}

// short is up to how many bytes it is quicker to count here.
const short = 1 << 10

// start begins with the value iv for a sample of size bytes.
func (c *counter) start(block cipher.Block, iv *[Block]byte, size int) {
	if c.stream = nil; size > short {
		c.stream = cipher.NewCTR(block, iv[:])
		return
	}
	c.block, c.value, c.used = block, *iv, Block
}

// xor deals with b.
func (c *counter) xor(b []byte) {
	if c.stream != nil {
		c.stream.XORKeyStream(b, b)
		return
	}
	for len(b) > 0 {
		if c.used == Block {
			c.block.Encrypt(c.pad[:], c.value[:])
			c.used = 0
			low := binary.BigEndian.Uint64(c.value[8:]) + 1
			binary.BigEndian.PutUint64(c.value[8:], low)
			if low == 0 {
				binary.BigEndian.PutUint64(c.value[:], binary.BigEndian.Uint64(c.value[:])+1)
			}
			if len(b) >= Block {
				xorBlock(b, &c.pad)
				b, c.used = b[Block:], Block
				continue
			}
		}
		n := min(len(b), Block-c.used)
		for i := range n {
			b[i] ^= c.pad[c.used+i]
		}
		b, c.used = b[n:], c.used+n
	}
}
