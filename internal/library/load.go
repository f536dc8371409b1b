package library

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
)

// errMoved says that an entry has been replaced by others: look again by name.
var errMoved = errors.New("planned anew")

// retryAfter is how soon what failed for a reason that may pass is tried again.
const retryAfter = 2 * time.Second

// Asset returns the stream of that name, indexing it first where that has not been done. An error of kind errs.NotFound names what was probably
// meant; errs.Unavailable says that the stream will be there later, errs.Invalid and errs.Unsupported why it cannot be served.
func (l *Library) Asset(ctx context.Context, name string) (*asset.Asset, error) {
	return l.find(ctx, name, false)
}

// find is Asset, or Outline if rough is enough.
func (l *Library) find(ctx context.Context, name string, rough bool) (*asset.Asset, error) {
	if v := l.view.Load(); v.byName[name] != nil {
		e := v.byName[name]
		if a := l.current(e, v); a != nil {
			if turn := l.cache.turn.Load(); e.used.Load() != turn {
				e.used.Store(turn)
			}
			return a, nil
		}
	}
	l.demands.Add(1)
	defer l.demands.Add(-1)
	for range 100 { // as often as folders may have to be decided
		v := l.view.Load()
		e := v.byName[name]
		if e == nil {
			e = v.couldMean(name)
		}
		if e == nil {
			return nil, l.notFound(v, name)
		}
		a, err := l.load(ctx, e, rough)
		if !errors.Is(err, errMoved) {
			return a, err
		}
	}
	return nil, errs.Errorf(errs.Unavailable, "%s keeps changing", name)
}

func (l *Library) notFound(v *view, name string) error {
	if len(v.order) == 0 {
		return errs.Errorf(errs.NotFound, "there is no stream %q, nor any other: no media file has been found", name)
	}
	names := make([]string, len(v.order))
	for i, e := range v.order {
		names[i] = e.name
	}
	if n := nearest(name, names); n != "" {
		return errs.Errorf(errs.NotFound, "there is no stream %q; there is %q", name, n)
	}
	return errs.Errorf(errs.NotFound, "there is no stream %q", name)
}

// load returns an entry's asset, or a rough one if that is enough: it waits for the attempt under way, or begins one. The attempt goes on when ctx ends.
func (l *Library) load(ctx context.Context, e *entry, rough bool) (*asset.Asset, error) {
	if a := l.current(e, l.view.Load()); a != nil {
		return a, nil
	}
	e.mu.Lock()
	if e.is(Failed) && !(retriable(e.err) && l.now().Sub(e.failed) > retryAfter) {
		defer e.mu.Unlock()
		return nil, e.err
	}
	fl := l.takeOff(e)
	e.mu.Unlock()
	if fl == nil {
		return nil, errs.Errorf(errs.Unavailable, "the program is ending")
	}
	var early <-chan struct{}
	if rough {
		early = fl.early
	}
	select {
	case <-fl.done:
		return fl.asset, fl.err
	case <-early:
		return fl.rough, nil
	case <-ctx.Done():
		return nil, errs.Errorf(errs.Unavailable, "%s is still being read: %w", e.name, ctx.Err())
	}
}

// takeOff returns the attempt under way, or begins one; nil when the library is closed. It is called under e.mu.
func (l *Library) takeOff(e *entry) *flight {
	if e.flight == nil {
		fl := &flight{done: make(chan struct{}), settled: make(chan struct{}), early: make(chan struct{})}
		if !l.spawn(func() { l.fly(e, fl) }) {
			return nil
		}
		e.flight = fl
	}
	return e.flight
}

// retriable says whether an error may pass without the file changing.
func retriable(err error) bool { return errs.KindOf(err) == errs.Unavailable }

// fly makes an entry's asset and hands it to all who wait; what only lists need comes after that.
func (l *Library) fly(e *entry, fl *flight) {
	if !e.isProgramme() { // which waits for others
		l.slots <- struct{}{}
		defer func() { <-l.slots }()
	}
	defer close(fl.settled)
	b := assembly{l: l, e: e, describe: l.cfg.Describe}
	landed := false
	land := func() {
		landed = true
		e.mu.Lock()
		e.flight = nil
		e.imports = b.imports
		e.mu.Unlock()
		close(fl.done)
	}
	defer func() {
		if p := recover(); p != nil {
			l.log.Error("indexing broke off", "stream", e.name, "panic", p, "stack", string(debug.Stack()))
			err := errs.Errorf(errs.Internal, "%s: indexing broke off (%v): please report this", e.name, p)
			l.cache.remove(e)
			l.settle(e, nil, nil, err)
			if !landed {
				fl.asset, fl.err = nil, err
				land()
			}
		}
	}()
	l.outline(e, fl)
	fl.asset, fl.err = b.assemble(l.ctx)
	if fl.asset != nil {
		l.confirm(e, fl.rough, fl.asset)
		l.cache.add(e, fl.asset)
	}
	if fl.err != nil && !errors.Is(fl.err, errMoved) {
		fl.err = l.soften(e, fl.err)
	}
	if fl.asset == nil {
		l.settle(e, &b, nil, fl.err)
		land()
		return
	}
	land()
	runtime.Gosched() // those who wait go first
	l.settle(e, &b, fl.asset, nil)
}

// soften makes of an error what those who asked are told.
func (l *Library) soften(e *entry, err error) error {
	if errors.Is(err, errChanged) {
		l.look(e.files[0].path)
		return errs.Errorf(errs.Unavailable, "%s is being written: it is read as soon as it has not changed for a second", e.name)
	}
	return err
}

// settle keeps what an attempt has found out.
func (l *Library) settle(e *entry, b *assembly, a *asset.Asset, err error) {
	now := l.now()
	var tracks []Summary
	if a != nil && e.unsummarized() {
		tracks = summarize(a)
	}
	e.mu.Lock()
	defer l.changed()
	defer e.mu.Unlock()
	if b != nil {
		e.warnings, e.others = slices.Clip(b.warnings), b.others
	}
	switch {
	case errors.Is(err, errMoved):
	case b != nil && b.waiting:
		e.retry.Store(int64(1)<<62 - 1)
		if !e.is(Pending) {
			e.become(Pending, now)
		}
	case b != nil && b.changed:
		e.retry.Store(now.Add(time.Second).UnixNano())
	case err != nil:
		e.err, e.failed = err, now
		if !e.is(Failed) {
			l.log.Warn("stream cannot be served", "stream", e.name, "because", err)
		}
		e.become(Failed, now)
	default:
		e.err = nil
		e.duration, e.known = a.Duration, a.Title
		if tracks != nil {
			e.tracks, e.stale = tracks, false
		}
		if !e.is(Ready) {
			for _, w := range e.warnings {
				l.log.Info("stream has a flaw", "stream", e.name, "what", w)
			}
			e.become(Ready, now)
		}
	}
}

// unsummarized says whether the entry does not know its Tracks for lists.
func (e *entry) unsummarized() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.tracks == nil || e.stale
}

// Complete is Asset for those who have time: it waits until all of the stream that has to be converted has been.
func (l *Library) Complete(ctx context.Context, name string) (*asset.Asset, error) {
	done, cancel := context.WithCancel(ctx)
	defer cancel()
	news := l.Subscribe(done)
	busy := func() bool {
		e := l.view.Load().byName[name]
		return e != nil && e.converting()
	}
	for {
		if a, err := l.Asset(ctx, name); ctx.Err() != nil {
			return a, err
		}
		for busy() && ctx.Err() == nil {
			select {
			case <-news:
			case <-ctx.Done():
			}
		}
		// Now it is known to be over; what was found before may have been from before.
		if a, err := l.Asset(ctx, name); !busy() {
			return a, err
		}
	}
}

// converting says whether an import is under way, or what it made has not been taken in.
func (e *entry) converting() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, j := range e.imports {
		if !j.finished() || !j.taken(e) {
			return true
		}
	}
	return false
}
