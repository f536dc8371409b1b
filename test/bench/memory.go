package main

import (
	"errors"
	"fmt"
	"time"
)

// watch looks at a process's memory again and again.
type watch struct {
	stop           chan struct{}
	done           chan struct{}
	all, anonymous float64
}

func (p *process) watch() *watch {
	w := &watch{stop: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for {
			select {
			case <-w.stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
			all, err := p.resident("VmRSS")
			anonymous, err2 := p.resident("RssAnon")
			if err == nil && err2 == nil {
				w.all, w.anonymous = max(w.all, all), max(w.anonymous, anonymous)
			}
		}
	}()
	return w
}

// end returns the largest values seen.
func (w *watch) end() (all, anonymous float64) {
	close(w.stop)
	<-w.done
	return w.all, w.anonymous
}

// memory measures a server that has answered for one stream and rests.
func (b *bench) memory() error {
	long, err := b.ten("ten.mp4")
	if err != nil {
		return err
	}
	var all, anonymous series
	for range 3 {
		p, err := b.serve(long)
		if err != nil {
			return err
		}
		if _, err = b.healthy(p); err == nil {
			_, _, err = b.get(p, manifestOf("ten"))
		}
		if err == nil {
			err = b.sleep(3 * time.Second)
		}
		x, err2 := p.resident("VmRSS")
		y, err3 := p.resident("RssAnon")
		if err := errors.Join(err, err2, err3, p.stop()); err != nil {
			return err
		}
		all, anonymous = append(all, x), append(anonymous, y)
	}
	b.add(row{what: "memory at rest, a manifest of 10 minutes served: resident", unit: "MB", ours: all, most: 30, note: fmt.Sprintf("%s MB of it anonymous", number(anonymous.median()))})
	return nil
}

func (b *bench) sleep(d time.Duration) error {
	select {
	case <-b.ctx.Done():
		return b.ctx.Err()
	case <-time.After(d):
		return nil
	}
}
