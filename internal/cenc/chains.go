package cenc

import (
	"crypto/cipher"
	"slices"
)

// chains is the protected blocks of samples that wait to be encrypted, each sample a chain. A block of a chain waits for the one before it, so that a processor that could do many at a time does one; those of
// several chains are done side by side (docs/decisions/0009).
type chains struct {
	all   []chain
	spans [][]byte // whole blocks, in the order of the payload
	order []int    // of all, the longest first, which would end last
	next  int      // of order, that no lane has taken
	side  sideBySide
}

// chain is what waits of one sample.
type chain struct {
	last [Block]byte // the block before, at first the IV
	from int         // of its spans
	size int         // bytes
}

// begin begins a chain behind the block last.
func (c *chains) begin(last *[Block]byte) {
	c.all = append(c.all, chain{last: *last, from: len(c.spans)})
}

// add adds whole blocks to the chain that was begun last.
func (c *chains) add(b []byte) {
	if len(b) > 0 {
		c.spans = append(c.spans, b)
		c.all[len(c.all)-1].size += len(b)
	}
}

// end returns where the spans of a chain end.
func (c *chains) end(i int) int {
	if i+1 < len(c.all) {
		return c.all[i+1].from
	}
	return len(c.spans)
}

// run encrypts all that waits, in place, and returns the last block of the last chain.
func (c *chains) run(block cipher.Block) (last [Block]byte) {
	c.order, c.next = c.order[:0], 0
	for i := range c.all {
		c.order = append(c.order, i)
	}
	slices.SortFunc(c.order, func(a, b int) int { return c.all[b].size - c.all[a].size })
	if !c.side.run(c) {
		for i := range c.all {
			for _, span := range c.spans[c.all[i].from:c.end(i)] {
				chainBlocks(block, span, &c.all[i].last)
			}
		}
	}
	if len(c.all) > 0 {
		last = c.all[len(c.all)-1].last
	}
	c.all, c.spans = c.all[:0], c.spans[:0]
	return last
}

// chainBlocks encrypts whole blocks behind the block last.
func chainBlocks(block cipher.Block, b []byte, last *[Block]byte) {
	for ; len(b) > 0; b = b[Block:] {
		xorBlock(b, last)
		block.Encrypt(b, b[:Block])
		copy(last[:], b)
	}
}
