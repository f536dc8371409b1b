package delivery

import (
	"container/list"
	"sync"
)

const (
	// smallBody is up to how many bytes a segment is remembered. Audio of an interleaved file is the reason: a hundred runs of a few hundred
	// bytes each cost four times what sending them does, and every viewer of a stream asks for the same ones.
	smallBody = 192 << 10
	// smallTotal bounds all that is remembered.
	smallTotal = 16 << 20
)

// smallKey is all that a segment depends on. It points to nothing: a stream's index must not stay in memory for it.
type smallKey struct {
	built  builtKey
	path   string // of the Representation
	number int64  // of the segment; -1 less the number of a chunk
}

type smallEntry struct {
	key  smallKey
	body []byte
}

// smallCache remembers whole small segments, the least recently used ones go first.
type smallCache struct {
	mu    sync.Mutex
	bytes int
	order *list.List // of *smallEntry, the most recently used in front
	byKey map[smallKey]*list.Element
}

func newSmallCache() *smallCache {
	return &smallCache{order: list.New(), byKey: map[smallKey]*list.Element{}}
}

// get returns the segment, or nil. It is not to be changed. A nil smallCache remembers nothing.
func (c *smallCache) get(k smallKey) []byte {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[k]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*smallEntry).body
}

func (c *smallCache) put(k smallKey, body []byte) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byKey[k] != nil {
		return
	}
	c.byKey[k] = c.order.PushFront(&smallEntry{k, body})
	for c.bytes += len(body); c.bytes > smallTotal; {
		last := c.order.Remove(c.order.Back()).(*smallEntry)
		delete(c.byKey, last.key)
		c.bytes -= len(last.body)
	}
}
