package library

import (
	"sync"
	"sync/atomic"

	"github.com/dashwright/dashwright/internal/asset"
)

// cacheBytes is how much memory the indexes of assets may take. An hour of film takes one to two megabytes.
const cacheBytes = 48 << 20

// cache bounds how many assets are in memory: those not asked for for longest are dropped, and read again from the data folder when they are needed.
type cache struct {
	limit int
	turn  atomic.Uint64 // grows with each asset that comes in: the clock of "not asked for for longest"

	mu    sync.Mutex
	sizes map[*entry]int
	bytes int
}

// add puts an entry's asset into memory, and others out.
func (c *cache) add(e *entry, a *asset.Asset) {
	size := assetSize(a)
	c.mu.Lock()
	defer c.mu.Unlock()
	e.used.Store(c.turn.Add(1))
	e.asset.Store(a)
	c.bytes += size - c.sizes[e]
	c.sizes[e] = size
	for c.bytes > c.limit && len(c.sizes) > 1 {
		var oldest *entry
		for x := range c.sizes {
			if x != e && (oldest == nil || x.used.Load() < oldest.used.Load()) {
				oldest = x
			}
		}
		c.drop(oldest)
	}
}

func (c *cache) drop(e *entry) {
	c.bytes -= c.sizes[e]
	delete(c.sizes, e)
	e.asset.Store(nil)
}

// remove drops an entry's asset, if it is there.
func (c *cache) remove(e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(e)
}

// assetSize estimates the memory that an asset takes: its indexes, and the segments of a cut or two.
func assetSize(a *asset.Asset) int {
	size := 4096
	for _, set := range a.Sets {
		for _, t := range set.Tracks {
			size += t.Size() + 1024 + 2*96*int(a.Duration/asset.DefaultSegment)
		}
	}
	return size
}
