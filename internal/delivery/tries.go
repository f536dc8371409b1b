package delivery

import (
	"container/list"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/dashwright/dashwright/internal/fault"
)

const (
	// triesKept is for how long after the last one tries are remembered.
	triesKept = 5 * time.Minute
	// triesMost is how many URLs of clients are remembered.
	triesMost = 1 << 14
)

// tryKey is who tries what, as a hash.
type tryKey [sha256.Size]byte

// tryOf returns whose try of what a request is: the client's address, and the one that a proxy says; the session, if it has a name; the path; and the rules, so that an experiment begins at 1.
func tryOf(r *http.Request, session string, s *subject, rules []fault.Rule) tryKey {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "%q%q%q%q%q%d %d", host, r.Header["X-Forwarded-For"], session, s.Location, r.URL.Path, s.Type, s.position)
	for i := range rules {
		for _, e := range rules[i].Effects {
			fmt.Fprintf(hash, "%q", e.Rule)
		}
	}
	return tryKey(hash.Sum(nil))
}

type try struct {
	key         tryKey
	n           int64
	first, last time.Time
	kept        time.Duration // after the last
	begun       time.Time     // of the licence that the client has
}

// tries counts how often clients have asked. It is the one thing that is remembered of clients; the least recently used go first.
type tries struct {
	mu    sync.Mutex
	order *list.List // of *try, the last one in front
	byKey map[tryKey]*list.Element
}

func newTries() *tries { return &tries{order: list.New(), byKey: map[tryKey]*list.Element{}} }

// count returns the number of a try at an instant: 1 is the first, or the first after a while.
func (c *tries) count(k tryKey, now time.Time) int64 {
	n, _ := c.visit(k, now, triesKept)
	return n
}

// visit is count, and returns how long ago the first try was. It is remembered for kept.
func (c *tries) visit(k tryKey, now time.Time, kept time.Duration) (n int64, age time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for back := c.order.Back(); back != nil && now.Sub(back.Value.(*try).last) > back.Value.(*try).kept; back = c.order.Back() {
		c.forget(back)
	}
	e := c.byKey[k]
	if e == nil {
		if c.order.Len() == triesMost {
			c.forget(c.order.Back())
		}
		e = c.order.PushFront(&try{key: k, first: now})
		c.byKey[k] = e
	}
	c.order.MoveToFront(e)
	t := e.Value.(*try)
	t.n, t.last, t.kept = t.n+1, now, kept
	return t.n, now.Sub(t.first)
}

// term returns when the licence of a client that visits ends, and whether it has. It begins when there is none, or when it is time for a new one.
func (c *tries) term(k tryKey, now time.Time, e fault.Expire) (ends time.Time, over bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.byKey[k]
	if element == nil {
		return now.Add(e.After), false
	}
	t := element.Value.(*try)
	since := now.Sub(t.begun)
	if t.begun.IsZero() || e.Renew > 0 && since >= e.Renew && since < e.After {
		t.begun = now
	}
	ends = t.begun.Add(e.After)
	return ends, !now.Before(ends)
}

func (c *tries) forget(e *list.Element) {
	c.order.Remove(e)
	delete(c.byKey, e.Value.(*try).key)
}
