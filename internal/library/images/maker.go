package images

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
)

// Film writes an MP4 of the pictures of a Job: one each second, in the order of its samples.
type Film func(ctx context.Context, w io.Writer, j *Job) error

// Config is what a Maker needs.
type Config struct {
	Dir   string            // where pictures are kept; "": nowhere
	Limit int64             // bytes in Dir; 0: 512 MiB
	Tool  func() string     // path of ffmpeg, "" when there is none
	Why   func() string     // why there is none
	Film  Film              // nil: nothing can be made
	Spawn func(func()) bool // runs work that goes on; false when the program is ending
	Ctx   context.Context   //nolint:containedctx // of all work, as the owner's
	Log   *slog.Logger
	Now   func() time.Time
}

// version is part of the names of all that is kept: it changes when pictures are made in another way.
const version = 1

const (
	// blockShots is how many pictures FFmpeg makes at a time.
	blockShots = 50
	// side is how many pixels the longer side of a picture has that is kept.
	side = 320
	// patience is how long somebody who asks waits for FFmpeg.
	patience = 25 * time.Second
)

// Maker makes pictures. Close nothing: its work ends with Config.Ctx.
type Maker struct {
	cfg    Config
	memory memory
	turn   chan struct{} // one FFmpeg at a time
	asked  atomic.Int32  // those who wait

	mu      sync.Mutex
	flights map[string]*flight
	ahead   map[string]bool // streams whose pictures are made ahead
	shots   map[string][]Shot
	ways    map[string]way // that are right for Tracks for which the first is not
	failed  map[string]failure
	bytes   int64 // in Dir; -1: not known
}

// flight is a piece of work that several may wait for.
type flight struct {
	done chan struct{}
	body []byte
	err  error
}

// failure is what could not be made, so that FFmpeg does not fail for each who asks.
type failure struct {
	err error
	at  time.Time
}

const (
	// failedFor is how long a failure is believed, and mostFailures how many are.
	failedFor    = time.Minute
	mostFailures = 1000
)

// New returns a Maker.
func New(cfg Config) *Maker {
	if cfg.Limit == 0 {
		cfg.Limit = 512 << 20
	}
	return &Maker{cfg: cfg, turn: make(chan struct{}, 1), flights: map[string]*flight{}, ahead: map[string]bool{}, shots: map[string][]Shot{}, failed: map[string]failure{}, ways: map[string]way{}, bytes: -1}
}

// Able returns why no pictures can be made, of kind errs.Unsupported; nil when they can.
func (m *Maker) Able() error {
	if m.cfg.Film == nil {
		return errs.Errorf(errs.Unsupported, "this program makes no pictures")
	}
	if m.cfg.Tool() == "" {
		return errs.Errorf(errs.Unsupported, "pictures are made by FFmpeg, and %s; install it, and they are there", m.cfg.Why())
	}
	return nil
}

// keyOf names what pictures are of: a Track of a version of a stream.
func keyOf(a *asset.Asset, t *asset.Track) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d|%s|%s|%s", version, a.Version, t.ID, t.File))
	return hex.EncodeToString(sum[:16])
}

// key names a Sheet.
func (s *Sheet) key() string {
	return fmt.Sprint(keyOf(s.Asset, s.Track), s.Columns, s.Rows, s.Width, s.Height, s.Times, s.Each)
}

// shotsOf returns the Shots of a Track. They are remembered: tens of thousands of samples are looked at for them.
func (m *Maker) shotsOf(a *asset.Asset, t *asset.Track) []Shot {
	key := keyOf(a, t)
	m.mu.Lock()
	defer m.mu.Unlock()
	if s, ok := m.shots[key]; ok {
		return s
	}
	if len(m.shots) >= 16 {
		clear(m.shots)
	}
	s := Shots(t)
	m.shots[key] = s
	return s
}

// pictures fills in the pictures of the Shots in needed, which is by their numbers. What is not there is made; the rest of the stream's is made ahead then.
func (m *Maker) pictures(ctx context.Context, a *asset.Asset, t *asset.Track, shots []Shot, needed map[int][]byte) error {
	blocks := map[int][][]byte{}
	for n := range needed {
		b, ok := blocks[n/blockShots]
		if !ok {
			body, err := m.block(ctx, a, t, shots, n/blockShots)
			if err != nil {
				return err
			}
			b = split(body, blockShots)
			blocks[n/blockShots] = b
		}
		if n%blockShots >= len(b) {
			return errs.Errorf(errs.Internal, "picture %d of %s is not where it was kept", n, t.ID)
		}
		needed[n] = b[n%blockShots]
	}
	m.fill(a, t, shots)
	return nil
}

// block returns the pictures of the block of that number, one after another.
func (m *Maker) block(ctx context.Context, a *asset.Asset, t *asset.Track, shots []Shot, n int) ([]byte, error) {
	key := fmt.Sprintf("%s/%d", keyOf(a, t), n)
	if b := m.memory.get(key); b != nil {
		return b, nil
	}
	if b := m.load(key); b != nil {
		m.memory.put(key, b)
		return b, nil
	}
	first := n * blockShots
	j := &Job{Asset: a, Track: t, quality: 4}
	for _, s := range shots[first:min(first+blockShots, len(shots))] {
		j.Samples = append(j.Samples, s.Sample)
	}
	j.Width, j.Height = t.Fit(side)
	return m.once(ctx, key, func(ctx context.Context) ([]byte, error) {
		pictures, err := m.run(ctx, j)
		if err != nil {
			return nil, err
		}
		var b []byte
		for _, p := range pictures {
			b = append(b, p...)
		}
		m.memory.put(key, b)
		m.save(key, b)
		return b, nil
	})
}

// once has work done when its turn comes, for however many who ask for the same. It goes on when ctx ends.
func (m *Maker) once(ctx context.Context, key string, work func(context.Context) ([]byte, error)) ([]byte, error) {
	f, err := m.takeOff(key, work)
	if err != nil {
		return nil, err
	}
	m.asked.Add(1)
	defer m.asked.Add(-1)
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-f.done:
		return f.body, f.err
	case <-late.C:
		return nil, errs.Errorf(errs.Unavailable, "FFmpeg is busy with other pictures: ask again")
	case <-ctx.Done():
		return nil, errs.Errorf(errs.Unavailable, "pictures are being made: %w", ctx.Err())
	}
}

// takeOff returns the work under way, or begins it.
func (m *Maker) takeOff(key string, work func(context.Context) ([]byte, error)) (*flight, error) {
	if err := m.Able(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if f := m.flights[key]; f != nil {
		return f, nil
	}
	if x, ok := m.failed[key]; ok && m.cfg.Now().Sub(x.at) < failedFor {
		return nil, x.err
	}
	f := &flight{done: make(chan struct{})}
	m.flights[key] = f
	if !m.cfg.Spawn(func() { m.fly(key, f, work) }) {
		delete(m.flights, key)
		return nil, errs.Errorf(errs.Unavailable, "the program is ending")
	}
	return f, nil
}

func (m *Maker) fly(key string, f *flight, work func(context.Context) ([]byte, error)) {
	defer func() {
		m.mu.Lock()
		delete(m.flights, key)
		delete(m.failed, key)
		if errs.KindOf(f.err) == errs.Unsupported && len(m.failed) < mostFailures {
			m.failed[key] = failure{f.err, m.cfg.Now()}
		}
		m.mu.Unlock()
		close(f.done)
	}()
	select {
	case m.turn <- struct{}{}:
	case <-m.cfg.Ctx.Done():
		f.err = errs.Errorf(errs.Unavailable, "the program is ending")
		return
	}
	defer func() { <-m.turn }()
	began := m.cfg.Now()
	if f.body, f.err = work(m.cfg.Ctx); f.err != nil {
		m.cfg.Log.Warn("pictures cannot be made", "because", f.err)
		return
	}
	m.cfg.Log.Debug("pictures", "key", key, "bytes", len(f.body), "took", m.cfg.Now().Sub(began))
}

// fill makes all pictures of a Track ahead, when nobody waits for others.
func (m *Maker) fill(a *asset.Asset, t *asset.Track, shots []Shot) {
	key := keyOf(a, t)
	m.mu.Lock()
	begun := m.ahead[key] || m.cfg.Dir == ""
	m.ahead[key] = true
	m.mu.Unlock()
	if begun {
		return
	}
	m.cfg.Spawn(func() {
		for n := range (len(shots) + blockShots - 1) / blockShots {
			for m.asked.Load() > 0 && m.cfg.Ctx.Err() == nil {
				rest(m.cfg.Ctx, 50*time.Millisecond)
			}
			if m.cfg.Ctx.Err() != nil || m.kept(fmt.Sprintf("%s/%d", key, n)) {
				continue
			}
			if _, err := m.block(m.cfg.Ctx, a, t, shots, n); err != nil {
				return
			}
		}
	})
}

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
