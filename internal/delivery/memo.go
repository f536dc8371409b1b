package delivery

import "sync"

// memo remembers the results of a pure function: a bounded number, the oldest half thrown away at once when it is full. Errors are not remembered.
type memo[K comparable, V any] struct {
	mu    sync.RWMutex
	limit int
	young map[K]V
	old   map[K]V
}

func newMemo[K comparable, V any](limit int) *memo[K, V] {
	return &memo[K, V]{limit: limit / 2, young: map[K]V{}}
}

func (m *memo[K, V]) get(k K, make func() (V, error)) (V, error) {
	m.mu.RLock()
	v, ok := m.young[k]
	m.mu.RUnlock()
	if ok {
		return v, nil
	}
	m.mu.RLock()
	v, ok = m.old[k]
	m.mu.RUnlock()
	if !ok {
		var err error
		if v, err = make(); err != nil {
			return v, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.young) >= m.limit {
		m.old, m.young = m.young, map[K]V{}
	}
	m.young[k] = v
	return v, nil
}
