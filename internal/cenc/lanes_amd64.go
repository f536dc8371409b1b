package cenc

import "golang.org/x/sys/cpu"

// lanes is how many chains are encrypted side by side: as many as a processor has registers for beside those for the key. It begins one round of AES or two in a cycle, and is done with it after three or four.
const lanes = 8

// idleBlocks is for how many blocks at most the other lanes go on while one has no chain.
const idleBlocks = 64

// roundKeys is those of AES with a key of 128 bits (FIPS 197, 5.2).
type roundKeys [11][Block]byte

// expandKey makes the round keys of key.
//
//go:noescape
func expandKey(key *[16]byte, keys *roundKeys)

// chainLanes encrypts so many blocks, at least one, at each of the addresses, each behind the last block of its lane.
//
//go:noescape
func chainLanes(keys *roundKeys, at *[lanes]*byte, last *[lanes][Block]byte, blocks int)

// sideBySide encrypts chains side by side, on processors that can.
type sideBySide struct {
	able bool
	keys roundKeys
	idle [idleBlocks * Block]byte
}

func (s *sideBySide) start(key *[16]byte) {
	if s.able = cpu.X86.HasAES; s.able {
		expandKey(key, &s.keys)
	}
}

// run encrypts c, or says that it cannot.
func (s *sideBySide) run(c *chains) bool {
	if !s.able {
		return false
	}
	var (
		all  [lanes]lane
		last [lanes][Block]byte
		at   [lanes]*byte
	)
	for {
		busy, blocks := 0, int(^uint(0)>>1)
		for i := range all {
			l := &all[i]
			if !l.load(c, &last[i]) {
				at[i] = &s.idle[0]
				continue
			}
			busy++
			at[i], blocks = &l.rest[0], min(blocks, len(l.rest)/Block)
		}
		if busy == 0 {
			return true
		}
		if busy < lanes {
			blocks = min(blocks, idleBlocks)
		}
		chainLanes(&s.keys, &at, &last, blocks)
		for i := range all {
			if l := &all[i]; len(l.rest) > 0 {
				l.rest = l.rest[blocks*Block:]
			}
		}
	}
}

// lane is where one chain after another is encrypted.
type lane struct {
	chain *chain   // nil: none
	spans [][]byte // of it, not begun
	rest  []byte   // of the one that has been
}

// load sees to it that there are blocks, whose chain is behind the block last, and says whether there are.
func (l *lane) load(c *chains, last *[Block]byte) bool {
	for len(l.rest) == 0 {
		if len(l.spans) > 0 {
			l.rest, l.spans = l.spans[0], l.spans[1:]
			continue
		}
		if l.chain != nil {
			l.chain.last, l.chain = *last, nil
		}
		if c.next == len(c.order) {
			return false
		}
		i := c.order[c.next]
		l.chain, l.spans = &c.all[i], c.spans[c.all[i].from:c.end(i)]
		*last = l.chain.last
		c.next++
	}
	return true
}
