package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/delivery"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/library"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
)

// Export is a stream written down as static files: manifest.mpd and a folder per Representation.
type Export struct {
	Path     string // file, or folder that is one stream
	Dir      string // made when missing; must be empty
	Query    string // options, as in a URL
	Template string // look of the manifest
	Data     string
	FFmpeg   string
	AAC      bool // MP3, AC-3 and E-AC-3 become AAC
	Log      *slog.Logger
	// Progress is told how many of all payload bytes are written. It may be called from several goroutines, one at a time.
	Progress func(done, total int64)
}

// Run writes the files. What was written stays when it ends early.
func (e *Export) Run(ctx context.Context) error {
	lib, a, err := OpenOne(ctx, library.Config{Paths: []string{e.Path}, Data: e.Data, FFmpeg: e.FFmpeg, AAC: e.AAC, Log: e.Log})
	if err != nil {
		return err
	}
	defer lib.Close()
	templates, err := manifest.Load(manifest.Config{})
	if err != nil {
		return err
	}
	look, err := templates.Look(e.Template)
	if err != nil {
		return err
	}
	registry := option.NewRegistry(option.Common()...)
	query, _ := look.Query(e.Query, []string{a.Defaults}, registry.Names)
	opts, err := registry.Parse(query, option.Layer{Query: a.Defaults, Known: true})
	if err != nil {
		return err
	}
	if unknown := opts.Unknown(); len(unknown) > 0 {
		return errs.Errorf(errs.Invalid, "no option is called %s", strings.Join(unknown, ", "))
	}
	if able := lib.Images().Able(); able != nil && option.Thumbnails.Given(opts) {
		e.Log.Warn("not as asked", "because", "thumbnails=0: "+able.Error())
		opts = option.Thumbnails.In(opts, nil)
	}
	p, err := presentation.Build(a, presentation.VOD, opts, clock(), presentation.Others{})
	if err != nil {
		return err
	}
	if len(p.Periods) != 1 {
		return errs.Errorf(errs.Unsupported, "%s has %d Periods; export writes streams of one Period, so export its parts", e.Path, len(p.Periods))
	}
	for _, note := range p.Notes {
		e.Log.Warn("not as asked", "because", note)
	}
	p.Bare() // files have no versions to tell apart
	if err := emptyDir(e.Dir); err != nil {
		return err
	}
	return e.write(ctx, source{lib}, a, p, look)
}

// OpenOne opens a library of one path and waits until its one stream is indexed.
func OpenOne(ctx context.Context, cfg library.Config) (*library.Library, *asset.Asset, error) {
	cfg.Now, cfg.Option = clock, option.NewRegistry(option.Common()...).Check
	lib, err := open(cfg)
	if err != nil {
		return nil, nil, err
	}
	lib.Settle(ctx)
	all := lib.Streams()
	if len(all) != 1 {
		return nil, nil, errors.Join(errs.Errorf(errs.Invalid, "%s holds %d streams; name one file, or a folder whose files are one stream", cfg.Paths[0], len(all)), lib.Close())
	}
	a, err := lib.Complete(ctx, all[0].Name)
	if err != nil {
		return nil, nil, errors.Join(err, lib.Close())
	}
	return lib, a, nil
}

func emptyDir(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return errs.Errorf(errs.Invalid, "export to %s: %w", dir, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return errs.Errorf(errs.Invalid, "export to %s: %w", dir, err)
	}
	if len(entries) > 0 {
		return errs.Errorf(errs.Conflict, "export to %s: the folder is not empty; name another or empty it", dir)
	}
	return nil
}

// work is the export while it runs.
type work struct {
	*Export
	source source
	asset  *asset.Asset
	p      *presentation.Presentation
	total  int64
	mu     sync.Mutex
	done   int64
}

func (e *Export) write(ctx context.Context, src source, a *asset.Asset, p *presentation.Presentation, look *manifest.Look) error {
	w := &work{Export: e, source: src, asset: a, p: p}
	var reps []*presentation.Representation
	for i := range p.Periods[0].AdaptationSets {
		set := &p.Periods[0].AdaptationSets[i]
		for j := range set.Representations {
			reps = append(reps, &set.Representations[j])
			w.total += int64(set.Representations[j].Track.Bytes)
		}
	}
	body, err := look.Render(p)
	if err != nil {
		return err
	}
	if err := w.segments(ctx, reps); err != nil {
		return err
	}
	if err := w.images(ctx); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(e.Dir, e.Template), body, 0o644)
}

// segments writes a folder per Representation: init.mp4 and the segments, named as the manifest addresses them. Every processor takes the next segment that is left.
func (w *work) segments(ctx context.Context, reps []*presentation.Representation) error {
	type one struct {
		r *presentation.Representation
		i int
	}
	var all []one
	for _, r := range reps {
		if err := w.folder(r); err != nil {
			return err
		}
		for i := range r.Segments.Len() {
			all = append(all, one{r, i})
		}
	}
	var next atomic.Int64
	failed := make([]error, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for worker := range failed {
		wait.Go(func() {
			from := &exportPayload{work: w}
			defer from.close()
			var plan segment.Plan
			for {
				n := int(next.Add(1)) - 1
				if n >= len(all) || failed[worker] != nil || ctx.Err() != nil {
					return
				}
				failed[worker] = w.segment(all[n].r, all[n].i, &plan, from)
			}
		})
	}
	wait.Wait()
	return errors.Join(append(failed, ctx.Err())...)
}

// folder makes a Representation's folder and writes its init segment.
func (w *work) folder(r *presentation.Representation) error {
	if err := os.MkdirAll(filepath.Dir(w.path(r, 0)), 0o755); err != nil {
		return err
	}
	init, err := segment.AppendInit(nil, r)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.Dir, r.ID, "init.mp4"), init, 0o644)
}

// path is where a segment goes.
func (w *work) path(r *presentation.Representation, i int) string {
	extension := ".m4s"
	if r.Image != nil {
		extension = ".jpg"
	}
	if w.p.Addressing == presentation.Time {
		return filepath.Join(w.Dir, r.ID, "time", strconv.FormatInt(int64(r.Segments.Start(i)), 10)+extension)
	}
	return filepath.Join(w.Dir, r.ID, strconv.FormatInt(w.p.StartNumber+int64(i), 10)+extension)
}

func (w *work) segment(r *presentation.Representation, i int, plan *segment.Plan, from *exportPayload) error {
	s := r.Segments.At(i)
	s.Number = w.p.StartNumber + int64(i)
	if err := from.use(r.Track); err != nil {
		return err
	}
	if err := plan.Make(r, s, true, from); err != nil {
		return err
	}
	if err := writeFile(w.path(r, i), plan, from); err != nil {
		return err
	}
	w.tell(plan.Payload)
	return nil
}

func (w *work) tell(n int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done += n
	if w.Progress != nil {
		w.Progress(w.done, w.total)
	}
}

func writeFile(path string, plan *segment.Plan, from segment.Payload) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return errs.Errorf(errs.Conflict, "export: %s exists", path)
	}
	if err != nil {
		return err
	}
	err = plan.Write(f, from, 0, plan.Size())
	return errors.Join(err, f.Close())
}

// exportPayload reads the files of the tracks that it is told to use, one at a time.
type exportPayload struct {
	work  *work
	file  delivery.File
	track *asset.Track
}

func (p *exportPayload) use(t *asset.Track) error {
	if p.file != nil && p.track.File == t.File || t.Count == 0 {
		p.track = t
		return nil
	}
	p.close()
	f, err := p.work.source.Open(t.File, p.work.asset)
	p.file, p.track = f, t
	return err
}

func (p *exportPayload) close() {
	if p.file != nil {
		_ = p.file.Close() // read only
		p.file = nil
	}
}

func (p *exportPayload) ReadAt(b []byte, off int64) (int, error) { return p.file.ReadAt(b, off) }

// ReadSample appends a sample as it is served.
func (p *exportPayload) ReadSample(dst []byte, s *media.Sample) ([]byte, error) {
	return p.file.ReadSample(p.track, s, dst)
}
