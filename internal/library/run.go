package library

import (
	"context"
	"sync"
	"time"
)

const (
	// rescanEvery is how often everything is looked at, whatever the watch says: it sees nothing on network file systems.
	rescanEvery = 10 * time.Second
	// restless is the longest pause of the background between two files; it rests for as long as it worked.
	restless = 2 * time.Second
)

// Run watches the paths and indexes in the background until ctx ends.
func (l *Library) Run(ctx context.Context) error {
	l.running.Store(true)
	defer l.running.Store(false)
	var both sync.WaitGroup
	defer both.Wait()
	both.Go(func() { l.background(ctx) })
	newWatcher(l).run(ctx)
	return nil
}

// background indexes pending streams one after the other, in the order of their names. Those who wait for an index go first.
func (l *Library) background(ctx context.Context) {
	for ctx.Err() == nil {
		e, later := l.nextPending()
		if e == nil {
			l.clean()
			pause := rescanEvery
			if later {
				pause = 250 * time.Millisecond
			}
			rest(ctx, pause, l.wake)
			continue
		}
		for l.demands.Load() > 0 && ctx.Err() == nil {
			rest(ctx, 20*time.Millisecond, nil)
		}
		began := l.now()
		if _, err := l.load(ctx, e, false); err == nil || e.is(Failed) {
			l.log.Debug("background", "stream", e.name)
		}
		rest(ctx, min(restless, l.now().Sub(began)), nil)
	}
}

// nextPending returns the first stream that nothing is known about. later says that some have to wait a little.
func (l *Library) nextPending() (next *entry, later bool) {
	now := l.now().UnixNano()
	for _, e := range l.view.Load().order {
		if !e.is(Pending) || e.asset.Load() != nil {
			continue
		}
		if e.retry.Load() <= now {
			return e, false
		}
		later = true
	}
	return nil, later
}

// rest waits for a time, a signal, or the end of ctx.
func rest(ctx context.Context, d time.Duration, signal <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-signal:
	case <-ctx.Done():
	}
}

// retryFFmpeg tries again what FFmpeg was missing for, when it has been installed meanwhile.
func (l *Library) retryFFmpeg() {
	if !l.imports.wanted.Load() || l.imports.tool() == "" {
		return
	}
	l.imports.wanted.Store(false)
	l.log.Info("FFmpeg has been found: importing what waited for it")
	for _, e := range l.view.Load().order {
		if e.needsFFmpeg.Swap(false) && !l.spawn(func() { l.again(e) }) {
			return
		}
	}
}
