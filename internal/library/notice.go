package library

import (
	"context"
	"sync"
)

// notice tells subscribers that something has changed.
type notice struct {
	mu   sync.Mutex
	n    uint64
	subs map[chan struct{}]bool
}

// count grows with each change.
func (n *notice) count() uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.n
}

// tell counts a change, runs first, and signals.
func (n *notice) tell(first func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.n++
	first()
	for c := range n.subs {
		select {
		case c <- struct{}{}:
		default: // there is a signal already
		}
	}
}

func (n *notice) subscribe(ctx context.Context) <-chan struct{} {
	c := make(chan struct{}, 1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.subs == nil {
		n.subs = map[chan struct{}]bool{}
	}
	n.subs[c] = true
	context.AfterFunc(ctx, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.subs, c)
	})
	return c
}
