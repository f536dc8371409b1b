package images

import (
	"container/list"
	"sync"
)

// memoryBytes is how much is remembered: sheets, and the blocks that they were made of.
const memoryBytes = 16 << 20

// memory remembers what was made or read last.
type memory struct {
	mu    sync.Mutex
	bytes int
	order list.List // of *remembered, the most recently used in front
	byKey map[string]*list.Element
}

type remembered struct {
	key  string
	body []byte
}

// get returns what was put, or nil. It is not to be changed.
func (m *memory) get(key string) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.byKey[key]
	if e == nil {
		return nil
	}
	m.order.MoveToFront(e)
	return e.Value.(*remembered).body
}

func (m *memory) put(key string, body []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byKey == nil {
		m.byKey = map[string]*list.Element{}
	}
	if m.byKey[key] != nil || len(body) > memoryBytes/4 {
		return
	}
	m.byKey[key] = m.order.PushFront(&remembered{key, body})
	for m.bytes += len(body); m.bytes > memoryBytes; {
		old := m.order.Remove(m.order.Back()).(*remembered)
		delete(m.byKey, old.key)
		m.bytes -= len(old.body)
	}
}
