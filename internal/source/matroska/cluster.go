package matroska

import (
	"bytes"
	"fmt"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// block is a Block or SimpleBlock with what its BlockGroup says of it.
type block struct {
	data, size int64
	head       [peekSize]byte // its first bytes
	have       int            // how many
	cluster    int64          // the Cluster's Timestamp

	simple     bool
	key        bool  // of a group: no ReferenceBlock
	duration   int64 // units of time, -1 unknown
	discard    int64 // nanoseconds
	additional [2]int64
}

func (b *block) reset(data, size, cluster int64, head []byte) {
	b.data, b.size, b.cluster = data, size, cluster
	b.have = copy(b.head[:], head[:min(int64(len(head)), size)])
	b.simple, b.key, b.duration, b.discard, b.additional = true, true, -1, 0, [2]int64{}
}

// cluster walks a Cluster and returns where the next level-1 element is.
func (s *scanner) cluster(c element, end int64) (int64, error) {
	stop := c.end(s.w.Size())
	if c.size == unknownSize {
		stop = end
	}
	timestamp := int64(-1) // not yet known
	for pos := c.data; ; {
		if pos >= stop && (c.size != 0 || timestamp >= 0) {
			return stop, nil
		}
		if err := s.step(pos); err != nil {
			return 0, err
		}
		b, err := s.peek(pos, peekSize)
		if err != nil {
			return 0, err
		}
		id, size, n := parseElement(b)
		if c.size == 0 && timestamp < 0 {
			if id != idTimestamp {
				return stop, nil // an empty Cluster
			}
			stop = end // its size was never filled in
		}
		e := element{id, pos, pos + int64(n), size}
		switch {
		case n == 0:
			return s.damaged(pos, end, "no EBML element")
		case topLevel(id):
			if c.size > 0 {
				s.warn("the Cluster at byte %d has a wrong size: it ends at byte %d", c.offset, pos)
			}
			return pos, nil
		case size > s.w.Size()-e.data:
			return s.damaged(pos, end, "an element that ends after the file")
		case size == unknownSize || size > stop-e.data:
			return s.damaged(pos, end, "an element that ends after its Cluster")
		}
		fault, err := s.clusterChild(e, b[n:], stop, &timestamp)
		if err != nil {
			return 0, err
		}
		if fault != "" {
			return s.damaged(pos, end, fault)
		}
		pos = e.data + e.size
	}
}

// clusterChild handles one child of a Cluster; b is its payload's beginning. A fault says how the Cluster is damaged here.
func (s *scanner) clusterChild(e element, b []byte, stop int64, timestamp *int64) (fault string, err error) {
	next := e.data + e.size
	switch e.id {
	case idSimpleBlock, idBlockGroup:
		if *timestamp < 0 {
			return "a Cluster without a Timestamp", nil
		}
		if e.id == idSimpleBlock {
			s.blk.reset(e.data, e.size, *timestamp, b)
			return "", s.block(&s.blk)
		}
		return "", s.group(e.data, next, *timestamp)
	case idTimestamp:
		v := child{data: b[:min(int64(len(b)), e.size)]}.uint()
		if v > uint64(maxTime/s.scale) {
			return "a Cluster with an impossible Timestamp", nil
		}
		*timestamp = int64(v)
	default:
		if inCluster(e.id) {
			return "", nil
		}
		ok, err := s.plausible(next, stop)
		if err == nil && !ok {
			fault = "an unknown element"
		}
		return fault, err
	}
	return "", nil
}

// group walks a BlockGroup, then handles its Block.
func (s *scanner) group(pos, stop, timestamp int64) error {
	start, found := pos, false
	var blk block
	blk.duration, blk.key = -1, true
	for pos < stop {
		b, err := s.peek(pos, peekSize)
		if err != nil {
			return err
		}
		id, size, n := parseElement(b)
		data := pos + int64(n)
		if n == 0 || size == unknownSize || size > stop-data {
			s.warn("the BlockGroup at byte %d is damaged at byte %d: it is left out", start, pos)
			return nil
		}
		value := child{data: b[n:min(int64(len(b)), int64(n)+size)]}
		switch id {
		case idBlock:
			found = true
			blk.data, blk.size, blk.cluster = data, size, timestamp
			blk.have = copy(blk.head[:], value.data)
		case idBlockDuration:
			blk.duration = int64(min(value.uint(), uint64(maxTime/s.scale)))
		case idReferenceBlock:
			blk.key = false
		case idDiscardPadding:
			blk.discard = value.int()
		case idBlockAdditions:
			blk.additional = [2]int64{data, size}
		}
		pos = data + size
		if err := s.step(pos); err != nil {
			return err
		}
	}
	if !found {
		return nil
	}
	s.blk = blk
	return s.block(&s.blk)
}

// damaged looks for the next Cluster after a damaged element at pos and returns its offset, -1 when there is none.
func (s *scanner) damaged(pos, end int64, what string) (int64, error) {
	next, err := int64(-1), error(nil)
	if s.repairs++; s.repairs <= maxRepairs {
		next, err = s.findCluster(pos+1, end)
	}
	switch {
	case err != nil:
		return 0, err
	case next >= 0:
		s.warn("damage at byte %d (%s): %d bytes are passed over, up to the next Cluster", pos, what, next-pos)
	case !s.handed && !s.clusters:
		return 0, errs.Errorf(errs.Invalid, "damage at byte %d (%s), and no Cluster after it", pos, what)
	default:
		s.warn("damage at byte %d (%s): nothing after it is read", pos, what)
	}
	return next, nil
}

// findCluster searches for a Cluster with a size and a first child that it may have, -1 when there is none before end.
func (s *scanner) findCluster(pos, end int64) (int64, error) {
	const chunk, need = 64 << 10, 2 * headerSize
	id := []byte{0x1F, 0x43, 0xB6, 0x75}
	for pos < end {
		if err := s.ctx.Err(); err != nil {
			return 0, err
		}
		b, err := s.peek(pos, chunk)
		if err != nil {
			return 0, err
		}
		for i := 0; ; i++ {
			j := bytes.Index(b[i:], id)
			if j < 0 {
				i = max(0, len(b)-len(id)+1)
			} else if i += j; plausibleCluster(b[i:]) && pos+int64(i) < end {
				return pos + int64(i), nil
			}
			if len(b) < chunk && j < 0 {
				return -1, nil
			}
			if j < 0 || len(b) == chunk && i > chunk-need {
				pos += int64(i)
				break
			}
		}
	}
	return -1, nil
}

// plausibleCluster says whether b begins with a Cluster whose first child is one that a Cluster has.
func plausibleCluster(b []byte) bool {
	_, size, n := parseElement(b)
	if n == 0 {
		return false
	}
	id, first, m := parseElement(b[n:])
	return m > 0 && inCluster(id) && first >= 0 && (size < 0 || first <= size)
}

// lost gives up a track whose frames did not tell its configuration.
func (s *scanner) lost(t *track) {
	t.stage = unserved
	s.warn("track %d: no frame tells the configuration of its %s: it is left out", t.ID, t.Codec)
	t.Codec = media.Codec(fmt.Sprintf("%s without a configuration", t.Codec))
}
