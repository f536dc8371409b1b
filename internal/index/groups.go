package index

import (
	"encoding/binary"
	"sort"

	"github.com/dashwright/dashwright/internal/errs"
)

const (
	groupSize   = 6 // bytes of a groupRun on disk
	groupMemory = 8 // and in memory
)

// Grouped says whether some Samples are protected otherwise than the Track says.
func (t *Track) Grouped() bool { return len(t.groups) > 0 }

// Changes returns how often the Group changes within a run of Samples.
func (t *Track) Changes(first, count int) int {
	from := sort.Search(len(t.groups), func(i int) bool { return int(t.groups[i].first) > first })
	to := sort.Search(len(t.groups), func(i int) bool { return int(t.groups[i].first) >= first+count })
	return max(0, to-from)
}

// startGroups has the Cursor know of which Group Sample n is, which is next.
func (c *Cursor) startGroups(all []groupRun, n int) {
	i := sort.Search(len(all), func(i int) bool { return int(all[i].first) > n })
	if i > 0 {
		c.group = all[i-1].group
	}
	if c.groups = all[i:]; len(c.groups) > 0 {
		c.ahead = int(c.groups[0].first) - n
	}
}

// nextGroup returns the Group of the next Sample. There is a change ahead.
func (c *Cursor) nextGroup() uint16 {
	if c.ahead == 0 {
		first := c.groups[0].first
		c.group, c.groups = c.groups[0].group, c.groups[1:]
		if len(c.groups) > 0 {
			c.ahead = int(c.groups[0].first - first)
		}
	}
	c.ahead--
	return c.group
}

// appendGroups appends the changes of groups as they stand on disk.
func (t *Track) appendGroups(b []byte) []byte {
	for _, g := range t.groups {
		b = binary.BigEndian.AppendUint32(b, g.first)
		b = binary.BigEndian.AppendUint16(b, g.group)
	}
	return b
}

// readGroups reads n changes of groups from b, which has as many, in order and of groups that there are.
func (t *Track) readGroups(b []byte, n int) error {
	if n == 0 {
		return nil
	}
	t.groups = make([]groupRun, n)
	next := 0
	for i := range t.groups {
		p := b[i*groupSize:]
		g := groupRun{binary.BigEndian.Uint32(p), binary.BigEndian.Uint16(p[4:])}
		if int(g.first) < next || int(g.first) >= t.Count || t.Encryption == nil || int(g.group) > len(t.Encryption.Groups) {
			return errs.Errorf(errs.Invalid, "index is damaged: group %d from sample %d on", g.group, g.first)
		}
		t.groups[i], next = g, int(g.first)+1
	}
	return nil
}
