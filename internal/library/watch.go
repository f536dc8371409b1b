package library

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// quietFor is how long a file must not have changed before it counts.
	quietFor = time.Second
	// pollEvery is how often files that are being written are looked at, and gather how long events are gathered.
	pollEvery, gather = 200 * time.Millisecond, 100 * time.Millisecond
)

// watcher keeps a Library's tree as it is on disk.
type watcher struct {
	l       *Library
	notify  *fsnotify.Watcher // nil when the system has none to give
	limited bool              // not every folder is watched

	raw      map[string]*folder  // what was read last, by key
	accepted map[string]stamp    // files that count
	fresh    map[string]sighting // files that do not count yet, in their new state
	dirty    map[string]bool     // folders to read again
	full     bool                // all of them
	rescan   time.Time           // when everything is to be read again
	cost     time.Duration       // of the last time that everything was read
	poll     time.Time
	gathered time.Time       // when the events of a moment are all there
	problems map[string]bool // reported already
}

// sighting is when a file was first seen in a state.
type sighting struct {
	stamp
	since time.Time
}

func newWatcher(l *Library) *watcher {
	w := &watcher{
		l: l, raw: map[string]*folder{}, accepted: map[string]stamp{}, fresh: map[string]sighting{}, dirty: map[string]bool{}, full: true,
		problems: map[string]bool{},
	}
	l.mu.Lock()
	for _, f := range l.tree {
		for file := range f.files() {
			w.accepted[file.path] = file.stamp
		}
	}
	l.mu.Unlock()
	n, err := fsnotify.NewWatcher()
	if err != nil {
		l.log.Warn("folders cannot be watched; they are read again and again instead", "because", err)
		w.limited = true
		return w
	}
	w.notify = n
	return w
}

// files yields all files of a folder.
func (f *folder) files() func(yield func(*file) bool) {
	return func(yield func(*file) bool) {
		for _, list := range [...][]file{f.media, f.texts, f.descriptions} {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}

// run follows what happens until ctx ends.
func (w *watcher) run(ctx context.Context) {
	var events chan fsnotify.Event
	var failures chan error
	if w.notify != nil {
		events, failures = w.notify.Events, w.notify.Errors
		defer w.notify.Close() //nolint:errcheck // there is nothing to lose
	}
	w.refresh()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(w.idle())
		select {
		case <-ctx.Done():
			return
		case e := <-events:
			w.event(e)
		case err := <-failures:
			w.full = true
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				w.report(err)
			}
		case <-w.l.dirtied:
			w.l.mu.Lock()
			for path := range w.l.dirty {
				w.dirty[path] = true
			}
			clear(w.l.dirty)
			w.l.mu.Unlock()
		case <-timer.C:
			w.tick()
		}
	}
}

// idle returns how long there is nothing to do.
func (w *watcher) idle() time.Duration {
	now := w.l.now()
	due := w.rescan
	if len(w.fresh) > 0 && w.poll.Before(due) {
		due = w.poll
	}
	if w.full || len(w.dirty) > 0 {
		if w.gathered.Before(now.Add(-gather)) {
			w.gathered = now.Add(gather)
		}
		if w.gathered.Before(due) {
			due = w.gathered
		}
	}
	return max(due.Sub(now), time.Millisecond)
}

// tick does what is due.
func (w *watcher) tick() {
	now := w.l.now()
	if !now.Before(w.poll) && len(w.fresh) > 0 {
		w.pollFresh(now)
	}
	if !now.Before(w.rescan) {
		w.full = true
		w.l.pool.sweep(now.Add(-idleFor))
		w.l.retryFFmpeg()
	}
	if (w.full || len(w.dirty) > 0) && !now.Before(w.gathered) {
		w.refresh()
	}
}

// event notes which folder has to be read again. What is written to a file that does not count yet is not worth that: it is polled.
func (w *watcher) event(e fsnotify.Event) {
	if _, ok := w.fresh[e.Name]; ok && !e.Has(fsnotify.Create|fsnotify.Remove|fsnotify.Rename) {
		return
	}
	w.dirty[filepath.Dir(e.Name)] = true
	w.dirty[e.Name] = true // it may be a folder that has been replaced by another of its name
}

// pollFresh looks whether files are still being written.
func (w *watcher) pollFresh(now time.Time) {
	w.poll = now.Add(pollEvery)
	for path, s := range w.fresh {
		i, err := os.Stat(path)
		switch {
		case err != nil:
			w.dirty[filepath.Dir(path)] = true
		case stampOf(i) != s.stamp:
			w.fresh[path] = sighting{stampOf(i), now}
		case now.Sub(s.since) >= quietFor:
			w.dirty[filepath.Dir(path)] = true
		}
	}
}

// refresh reads the folders that may have changed and plans anew when files that count have.
func (w *watcher) refresh() {
	l, began := w.l, w.l.now()
	full := w.full
	walk := l.walker()
	walk.old = w.raw
	if !full {
		walk.dirty = w.dirty
	}
	found := walk.walk(l.roots)
	for _, err := range walk.problems {
		w.report(err)
	}
	next := make(map[string]*folder, len(found))
	for _, f := range found {
		if w.raw[f.key()] != f {
			w.watch(f.path)
		}
		next[f.key()] = f
	}
	w.raw, w.dirty, w.full = next, map[string]bool{}, false
	counted := w.count(found)
	l.mu.Lock()
	changed := !slices.EqualFunc(l.tree, counted, sameFolder)
	l.tree = counted
	// Files outside the paths, that descriptions name, are seen by looking at them.
	changed = changed || full && len(l.descriptions) > 0
	l.mu.Unlock()
	if changed {
		l.replan()
	}
	if full {
		now := l.now()
		w.cost = now.Sub(began)
		every := max(rescanEvery, 100*w.cost)
		if w.limited {
			every = max(time.Second, 50*w.cost)
		}
		w.rescan = now.Add(every)
	}
}

// watch has the system tell what happens in a folder.
func (w *watcher) watch(path string) {
	if w.notify == nil {
		return
	}
	if err := w.notify.Add(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		if !w.limited {
			w.l.log.Warn("not every folder can be watched; they are read again and again instead", "folder", path, "because", err)
		}
		w.limited = true
	}
}

// report logs a problem once.
func (w *watcher) report(err error) {
	if !w.problems[err.Error()] {
		w.problems[err.Error()] = true
		w.l.log.Warn(err.Error())
	}
}

// count returns the tree without files that are being written, and with those that are being rewritten as they were.
func (w *watcher) count(found tree) tree {
	now := w.l.now()
	counted := make(tree, len(found))
	seen := 0
	fresh := map[string]sighting{}
	for i, f := range found {
		counted[i] = f
		whole := true
		for file := range f.files() {
			seen++
			if !w.counts(file, now, fresh) {
				whole = false
			}
		}
		if !whole {
			c := *f
			c.media, c.texts, c.descriptions = w.asAccepted(f.media), w.asAccepted(f.texts), w.asAccepted(f.descriptions)
			counted[i] = &c
		}
	}
	w.fresh = fresh
	if len(w.accepted) != seen-len(fresh) {
		w.forget(found)
	}
	return counted
}

// counts says whether a file has not changed for long enough; if not it is kept in fresh.
func (w *watcher) counts(f *file, now time.Time, fresh map[string]sighting) bool {
	if s, ok := w.accepted[f.path]; ok && s == f.stamp {
		return true
	}
	s, ok := w.fresh[f.path]
	if !ok || s.stamp != f.stamp {
		s = sighting{f.stamp, now}
	}
	if now.Sub(s.since) >= quietFor {
		w.accepted[f.path] = f.stamp
		return true
	}
	fresh[f.path] = s
	return false
}

func (w *watcher) asAccepted(files []file) []file {
	var out []file
	for _, f := range files {
		if s, ok := w.accepted[f.path]; ok {
			f.stamp = s
			out = append(out, f)
		}
	}
	return out
}

// forget drops files that have gone.
func (w *watcher) forget(found tree) {
	there := make(map[string]stamp, len(w.accepted))
	for _, f := range found {
		for file := range f.files() {
			if s, ok := w.accepted[file.path]; ok {
				there[file.path] = s
			}
		}
	}
	w.accepted = there
}

func sameFolder(a, b *folder) bool {
	return a == b || a.key() == b.key() && slices.Equal(a.media, b.media) && slices.Equal(a.texts, b.texts) && slices.Equal(a.descriptions, b.descriptions)
}
