package library

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/library/images"
	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// Config is what a Library needs.
type Config struct {
	Paths   []string         // files and folders
	Builtin fs.FS            // served as the stream "demo" when Paths is empty: one-track files
	Data    string           // folder for indexes and imports; made when missing
	Log     *slog.Logger     // nil: slog.Default
	FFmpeg  string           // path of ffmpeg; "": looked for on the PATH; "none": not used
	AAC     bool             // sound that browsers do not decode is converted too: MP3, AC-3, E-AC-3
	Now     func() time.Time // the clock; needed
	Film    images.Film      // writes what pictures are made of; nil: none are made
	// Option says what is wrong with an option that a description has; nil: nothing is.
	Option func(name, value string) error
	Memory int // bytes of indexes in memory; 0: 48 MiB
	// Describe says that nothing will be played: audio that would have to be converted is described as it is, unless there is nothing else.
	Describe bool
}

// Library is what there is to serve.
type Library struct {
	cfg   Config
	log   *slog.Logger
	now   func() time.Time
	roots []string
	kinds kinds
	reads map[string]demux.ReadFunc // by format name
	temp  string                    // folder to remove at the end

	ctx   context.Context // of all work; ends with Close
	stop  context.CancelFunc
	slots chan struct{} // how many entries are indexed at a time

	spawning sync.Mutex
	closed   bool
	work     sync.WaitGroup // all goroutines

	store   store
	cache   cache
	pool    pool
	imports importer
	images  *images.Maker

	view    atomic.Pointer[view]
	list    atomic.Pointer[[]Stream] // nil: to be made
	listing sync.Mutex
	demands atomic.Int32 // requests that wait for an index
	running atomic.Bool
	wake    chan struct{} // for the background: something may be pending
	notice  notice

	mu           sync.Mutex // of all below
	tree         tree       // of files that count
	decisions    map[string]*decision
	descriptions map[string]*parsed
	dirty        map[string]bool // folders to look at
	dirtied      chan struct{}
}

// view is all streams, as planned last. It does not change.
type view struct {
	byName map[string]*entry
	order  []*entry // by name
}

// Open walks the paths; no file is opened. The error, of kind errs.NotFound, says which path does not exist.
func Open(cfg Config) (*Library, error) {
	l := &Library{cfg: cfg, log: cfg.Log, now: cfg.Now, kinds: newKinds(), reads: map[string]demux.ReadFunc{}}
	if l.log == nil {
		l.log = slog.Default()
	}
	if l.now == nil {
		return nil, errs.Errorf(errs.Internal, "library.Config needs Now")
	}
	for _, f := range source.Formats() {
		l.reads[f.Name] = f.Read
	}
	l.ctx, l.stop = context.WithCancel(context.Background())
	l.slots = make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))
	l.wake, l.dirtied = make(chan struct{}, 1), make(chan struct{}, 1)
	l.pool.idle = map[string][]*Handle{}
	l.cache.sizes, l.cache.limit = map[*entry]int{}, cfg.Memory
	if cfg.Memory == 0 {
		l.cache.limit = cacheBytes
	}
	l.decisions, l.dirty = map[string]*decision{}, map[string]bool{}
	l.descriptions = map[string]*parsed{}
	l.imports.l = l
	l.store.report = func(err error) { l.log.Warn(err.Error()) }
	for _, p := range cfg.Paths {
		abs, err := checkPath(p)
		if err != nil {
			return nil, err
		}
		l.roots = append(l.roots, abs)
	}
	l.openData()
	l.openImages()
	if len(cfg.Paths) == 0 && cfg.Builtin != nil {
		dir, err := l.materialise(cfg.Builtin)
		if err != nil {
			return nil, err
		}
		l.roots = []string{dir}
	}
	l.tree, _ = l.walkAll()
	l.replan()
	return l, nil
}

// openData makes the data folder. Without one everything works, but nothing is remembered.
func (l *Library) openData() {
	if l.cfg.Data == "" {
		return
	}
	abs, err := filepath.Abs(l.cfg.Data)
	if err == nil {
		l.cfg.Data = abs
		err = os.MkdirAll(filepath.Join(abs, "index"), 0o755)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Join(abs, "import"), 0o755)
	}
	if err != nil {
		l.log.Warn("the data folder cannot be written: indexes are not kept, and nothing can be imported", "folder", l.cfg.Data, "because", err)
		return
	}
	l.store.dir, l.imports.dir = filepath.Join(abs, "index"), filepath.Join(abs, "import")
}

// walkAll reads all folders.
func (l *Library) walkAll() (tree, []error) {
	w := l.walker()
	return w.walk(l.roots), w.problems
}

func (l *Library) walker() *walker {
	w := &walker{kinds: l.kinds, skip: l.cfg.Data}
	if len(l.roots) == 1 && strings.HasPrefix(l.roots[0], l.cfg.Data) {
		w.skip = "" // the data folder itself, or the demo stream in it
	}
	return w
}

// replan makes streams of the files that count. What has not changed stays as it is.
func (l *Library) replan() {
	l.mu.Lock()
	drafts := plan(l.tree, l.decisions, l.readDescription)
	aliases := assignNames(drafts)
	former := map[string]*entry{}
	if v := l.view.Load(); v != nil {
		for _, e := range v.order {
			former[e.id()] = e
		}
	}
	homes := map[string]*folder{}
	for _, f := range l.tree {
		if f.only == "" {
			homes[f.path] = f
		}
	}
	next := &view{byName: make(map[string]*entry, len(drafts)), order: make([]*entry, len(drafts))}
	for i := range drafts {
		id := drafts[i].id()
		e := former[id]
		if e == nil {
			e = newEntry(drafts[i], homes[drafts[i].path])
			e.updated, e.relative = l.now(), l.relative(drafts[i].path)
		}
		delete(former, id)
		next.order[i] = e
		next.byName[e.name] = e
	}
	for name, i := range aliases {
		next.byName[name] = next.order[i]
	}
	slices.SortFunc(next.order, func(a, b *entry) int { return strings.Compare(a.name, b.name) })
	l.view.Store(next)
	l.mu.Unlock()
	next.revive(l)
	for _, e := range former {
		l.cache.remove(e)
	}
	l.changed()
}

// decided keeps what has been found out about a folder, and plans anew.
func (l *Library) decided(path string, d *decision) {
	l.mu.Lock()
	l.decisions[path] = d
	l.mu.Unlock()
	l.replan()
}

// couldMean returns a folder that has to be looked into before it is certain that there is no stream of that name.
func (v *view) couldMean(name string) *entry {
	var loose *entry
	for _, e := range v.order {
		if e.shape != undecided || !e.is(Pending) {
			continue
		}
		for _, n := range e.names(e.home) {
			if n == name {
				return e
			}
			if loose == nil && strings.HasPrefix(name, n) {
				loose = e
			}
		}
	}
	return loose
}

// Streams returns all streams sorted by name. The slice is shared: it must not be changed.
func (l *Library) Streams() []Stream {
	if s := l.list.Load(); s != nil {
		return *s
	}
	l.listing.Lock()
	defer l.listing.Unlock()
	seen := l.notice.count()
	v := l.view.Load()
	list := make([]Stream, len(v.order))
	for i, e := range v.order {
		list[i] = e.stream()
	}
	if l.notice.count() == seen {
		l.list.Store(&list)
		if l.notice.count() != seen {
			l.list.Store(nil)
		}
	}
	return list
}

// changed tells everybody that Streams says something new.
func (l *Library) changed() {
	l.notice.tell(func() { l.list.Store(nil) })
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Subscribe returns a channel that has a signal in it after Streams has changed, until ctx ends.
func (l *Library) Subscribe(ctx context.Context) <-chan struct{} { return l.notice.subscribe(ctx) }

// manyPending is when Settle does not wait for the background: it would be in vain.
const manyPending = 100

// Settle waits until no stream is pending, or ctx ends. Without Run it indexes them itself, and files that are being written are waited for. With Run it returns at once when
// very many streams are pending.
func (l *Library) Settle(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	news := l.Subscribe(ctx)
	for ctx.Err() == nil {
		next, n := l.view.Load().pending()
		running := l.running.Load()
		if n == 0 || running && n > manyPending {
			return
		}
		if !running {
			l.lookAgain()
			if next.retry.Load() <= l.now().UnixNano() && next.asset.Load() == nil {
				if _, err := l.load(ctx, next, false); err == nil {
					continue
				}
			}
		}
		rest(ctx, 250*time.Millisecond, news)
	}
}

// pending returns the first stream that is pending, and how many are.
func (v *view) pending() (first *entry, n int) {
	for _, e := range v.order {
		if e.is(Pending) {
			if first == nil {
				first = e
			}
			n++
		}
	}
	return first, n
}

// lookAgain reads all folders when a file was not what it had been: without Run nobody else does.
func (l *Library) lookAgain() {
	l.mu.Lock()
	dirty := len(l.dirty) > 0
	clear(l.dirty)
	l.mu.Unlock()
	if !dirty {
		return
	}
	found, _ := l.walkAll()
	l.mu.Lock()
	l.tree = found
	l.mu.Unlock()
	l.replan()
}

// look has a file's folder looked at again soon.
func (l *Library) look(path string) {
	l.mu.Lock()
	l.dirty[filepath.Dir(path)] = true
	l.mu.Unlock()
	select {
	case l.dirtied <- struct{}{}:
	default:
	}
}

// spawn runs work that Close waits for. It returns false when the library is closed.
func (l *Library) spawn(work func()) bool {
	l.spawning.Lock()
	defer l.spawning.Unlock()
	if l.closed {
		return false
	}
	l.work.Go(work)
	return true
}

// Close ends all work and closes all files that nobody uses.
func (l *Library) Close() error {
	l.stop()
	l.spawning.Lock()
	l.closed = true
	l.spawning.Unlock()
	l.work.Wait()
	l.pool.close()
	if l.temp != "" {
		return os.RemoveAll(l.temp)
	}
	return nil
}

// unavailable is an error about something that is under way.
func unavailable(format string, args ...any) error {
	return errs.Errorf(errs.Unavailable, format, args...)
}
