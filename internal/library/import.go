package library

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dashwright/dashwright/internal/atomicfile"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/library/ffmpeg"
	"github.com/dashwright/dashwright/internal/library/order"
	"github.com/dashwright/dashwright/internal/source"
)

// importer has files, or tracks of them, made by FFmpeg into what can be served: each once, kept in the data folder.
type importer struct {
	l   *Library
	dir string // "": there is no data folder

	turn   sync.Mutex // one conversion at a time
	wanted atomic.Bool

	mu   sync.Mutex
	jobs map[string]*importJob
}

// importJob is one conversion, done or to do.
type importJob struct {
	what    string // is being done: "film.wmv is being imported"
	not     string // what has not been done when it fails: "film.wmv cannot be imported"
	source  string // the file it is made from
	rel     string // and its file.rel
	out     string
	percent atomic.Int32

	mu       sync.Mutex
	done     bool
	err      error
	remarks  []string
	entries  []*entry // to be made again when it is done
	noFFmpeg bool
}

func (j *importJob) finished() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.done
}

// taken says whether e need not be made again because of j.
func (j *importJob) taken(e *entry) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return !slices.Contains(j.entries, e)
}

// sentence says how it is going, "" when it is done.
func (j *importJob) sentence() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.noFFmpeg:
		return j.err.Error()
	case j.err != nil:
		return fmt.Sprintf("%s: %v", j.not, j.err)
	case j.done:
		return ""
	}
	return fmt.Sprintf("%s, %d %%", j.what, j.percent.Load())
}

func (j *importJob) notePath() string { return strings.TrimSuffix(j.out, ".mp4") + ".from" }

// notes returns what was left out.
func (j *importJob) notes() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.remarks
}

// result returns the file that was made.
func (j *importJob) result() (*file, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.noFFmpeg {
		return nil, j.err
	}
	if j.err != nil {
		return nil, errs.Errorf(errs.KindOf(j.err), "%s: %w", j.not, j.err)
	}
	i, err := os.Stat(j.out)
	if err != nil {
		return nil, unavailable("%s: the imported file has gone: %w", j.not, err)
	}
	return &file{path: j.out, rel: j.rel, stamp: stampOf(i)}, nil
}

// tool returns the path of ffmpeg, "" when there is none.
func (m *importer) tool() string {
	switch name := m.l.cfg.FFmpeg; name {
	case "none":
		return ""
	case "":
		path, err := exec.LookPath("ffmpeg")
		if err != nil {
			return ""
		}
		return path
	default:
		path, err := exec.LookPath(name)
		if err != nil {
			return ""
		}
		return path
	}
}

// without says why FFmpeg cannot be used, and what to do.
func (m *importer) without() (why, remedy string) {
	switch m.l.cfg.FFmpeg {
	case "none":
		return "FFmpeg is switched off (--ffmpeg none)", "switch it on"
	case "":
		return "there is no ffmpeg on the PATH", "install it, or say where it is with --ffmpeg,"
	}
	return "there is no program " + m.l.cfg.FFmpeg, "install it"
}

// other describes an audio track that has to be converted.
func (m *importer) other(p *part, t *index.Track) Other {
	o := Other{
		Kind: t.Kind, Codec: t.Codec, Language: t.Language, Label: p.label, SampleRate: t.SampleRate, Channels: t.Channels, Duration: (t.EndPTS - t.FirstPTS).Duration(t.Timescale),
		Becomes: "becomes AAC when it is served",
	}
	if o.Label == "" {
		o.Label = t.Title
	}
	if m.tool() == "" {
		why, remedy := m.without()
		o.Becomes = fmt.Sprintf("is left out: DASH players cannot play it, and %s; %s and it is converted to AAC by itself", why, remedy)
	}
	return o
}

// audio has a track converted to AAC, which DASH players can take.
func (m *importer) audio(f *file, idx *index.File, i int, e *entry) *importJob {
	t := idx.Tracks[i]
	n := 0 // position among the audio tracks, as FFmpeg counts
	for _, other := range idx.Tracks[:i] {
		if other.Kind == t.Kind {
			n++
		}
	}
	from := fmt.Sprintf("0:a:%d", n)
	if idx.Format == "mp4" || idx.Format == "mpegts" {
		from = fmt.Sprintf("0:i:%d", t.ID) // track_ID, PID
	}
	job := &importJob{
		what:   fmt.Sprintf("track %d (%s) is being converted to AAC; until then the stream is served without it", t.ID, t.Codec),
		not:    fmt.Sprintf("track %d (%s) is left out: it could not be converted to AAC", t.ID, t.Codec),
		source: f.path, rel: f.rel,
	}
	key := fmt.Sprintf("%s.%d", importKey(f), n)
	if m.tool() == "" && !m.have(key) {
		why, remedy := m.without()
		return m.missing(job, e, "track %d (%s) is left out: DASH players cannot play it, and %s; %s and it is converted to AAC by itself", t.ID, t.Codec, why, remedy)
	}
	// With the file's own time stamps the new track starts where the old one did.
	args := []string{"-i", "INPUT", "-copyts", "-map", from, "-vn", "-sn", "-dn", "-af", "aresample=async=1", "-c:a", "aac", "-b:a", ffmpeg.BitRate(int(t.Channels)), "-f", "mp4"}
	var length time.Duration
	for _, other := range idx.Tracks {
		length = max(length, (other.EndPTS - other.FirstPTS).Duration(other.Timescale))
	}
	return m.start(key, job, e, func(ctx context.Context, tool, tmp string) error {
		err := ffmpeg.Run(ctx, tool, f.path, tmp, args, length, func(p int) { m.progress(job, p) })
		if err != nil && ctx.Err() == nil { // a layout of channels that AAC does not have
			err = ffmpeg.Run(ctx, tool, f.path, tmp, append(args, "-ac", "2"), length, func(p int) { m.progress(job, p) })
		}
		return err
	})
}

// whole has a file remuxed that only FFmpeg can read.
func (m *importer) whole(f *file, e *entry) (*importJob, error) {
	what, text, err := guess(f)
	if err != nil {
		return nil, err
	}
	if text {
		return nil, errs.Errorf(errs.Unsupported, "%s is a text file, not media", f.base())
	}
	job := &importJob{what: f.base() + " is being imported", not: f.base(), source: f.path, rel: f.rel}
	key := importKey(f) + ".all"
	if m.tool() == "" && !m.have(key) {
		why, remedy := m.without()
		return m.missing(job, e, "%s is %s: only FFmpeg can read it, and %s; %s and the file is imported by itself", f.base(), what, why, remedy), nil
	}
	return m.start(key, job, e, func(ctx context.Context, tool, tmp string) error {
		found, err := ffmpeg.Probe(ctx, tool, f.path)
		if err != nil {
			return errs.Errorf(errs.Invalid, "no container that is known, and FFmpeg cannot read it either: %w", err)
		}
		if args, ok := found.Bare(); ok && what == ffmpeg.BareStream {
			return ffmpeg.Run(ctx, tool, f.path, tmp, args, 0, nil)
		}
		args, notes, err := found.Remux()
		if err != nil {
			return err
		}
		job.mu.Lock()
		job.remarks = notes
		job.mu.Unlock()
		if err := ffmpeg.Run(ctx, tool, f.path, tmp, append([]string{"-i", "INPUT"}, args...), found.Duration, func(p int) { m.progress(job, p) }); err != nil {
			return err
		}
		return order.Mend(ctx, tmp)
	}), nil
}

// missing returns a job that is over before it began.
func (m *importer) missing(job *importJob, e *entry, format string, args ...any) *importJob {
	m.wanted.Store(true)
	job.done, job.noFFmpeg = true, true
	job.err = errs.Errorf(errs.Unsupported, format, args...)
	e.needsFFmpeg.Store(true)
	return job
}

// importVersion goes up when imports are made otherwise: those of before are made again.
const importVersion = 2

func importKey(f *file) string {
	return hashed(fmt.Sprintf("%s|%d|%d|%d", f.path, f.size, f.mtime, importVersion))
}

// have says whether an import has been made already.
func (m *importer) have(key string) bool {
	if m.dir == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(m.dir, key+".mp4"))
	return err == nil
}

// start returns the job of that key, which begins now unless it is under way or done.
func (m *importer) start(key string, job *importJob, e *entry, do func(ctx context.Context, tool, tmp string) error) *importJob {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old := m.jobs[key]; old != nil {
		old.mu.Lock()
		defer old.mu.Unlock()
		if !old.done {
			old.entries = append(old.entries, e)
		}
		return old
	}
	if m.jobs == nil {
		m.jobs = map[string]*importJob{}
	}
	m.jobs[key] = job
	job.entries = []*entry{e}
	if m.dir == "" {
		job.done, job.entries, job.err = true, nil, unavailable("there is no data folder that can be written")
		return job
	}
	job.out = filepath.Join(m.dir, key+".mp4")
	if _, err := os.Stat(job.out); err == nil {
		job.done = true
		job.entries = nil
		if note, err := os.ReadFile(job.notePath()); err == nil {
			if _, rest, ok := strings.Cut(string(note), "\n"); ok {
				job.remarks = strings.Split(rest, "\n")
			}
		}
		return job
	}
	if !m.l.spawn(func() { m.work(job, do) }) {
		job.done, job.entries, job.err = true, nil, unavailable("the program is ending")
	}
	return job
}

// work does a job when its turn comes.
func (m *importer) work(job *importJob, do func(ctx context.Context, tool, tmp string) error) {
	m.turn.Lock()
	defer m.turn.Unlock()
	ctx := m.l.ctx
	began := m.l.now()
	tmp := strings.TrimSuffix(job.out, ".mp4") + ".part"
	err := ctx.Err()
	if err == nil {
		err = do(ctx, m.tool(), tmp)
	}
	if err == nil {
		// The note says what it was made from, and what was left out.
		note := strings.Join(append([]string{job.source}, job.notes()...), "\n")
		err = atomicfile.Write(job.notePath(), []byte(note))
	}
	if err == nil {
		err = os.Rename(tmp, job.out)
	}
	if err != nil {
		if e := os.Remove(tmp); e != nil && !errors.Is(e, os.ErrNotExist) {
			m.l.log.Warn("cannot be removed", "file", tmp, "because", e)
		}
	}
	job.mu.Lock()
	job.done, job.err = true, err
	entries := job.entries
	job.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	m.l.log.Info("import is over", "file", job.rel, "took", m.l.now().Sub(began), "error", err)
	for _, e := range entries {
		m.l.again(e)
	}
	job.mu.Lock()
	job.entries = nil
	job.mu.Unlock()
	m.l.changed()
}

func (m *importer) progress(job *importJob, percent int) {
	if int(job.percent.Swap(int32(percent))) != percent {
		m.l.changed()
	}
}

// guess says what a file seems to be that no Format recognises, and whether it is text.
func guess(f *file) (what string, text bool, err error) {
	h, err := os.Open(f.path)
	if err != nil {
		return "", false, openError(f, err)
	}
	defer h.Close()
	head := make([]byte, min(512, f.size))
	n, _ := h.ReadAt(head, 0) //nolint:errcheck // a short head is described as what it is
	what, text = ffmpeg.Guess(head[:n])
	if what == "" {
		what = fmt.Sprintf("a file (%s) of a kind that is not read natively", source.Extension(f.path))
	}
	return what, text, nil
}

// again makes an entry's asset anew, knowing more.
func (l *Library) again(e *entry) {
	e.mu.Lock()
	under := e.flight
	e.mu.Unlock()
	if under != nil {
		<-under.settled
	}
	l.cache.remove(e)
	e.mu.Lock()
	e.stale, e.err = true, nil
	e.retry.Store(0)
	if e.is(Failed) {
		e.become(Pending, l.now())
	}
	e.mu.Unlock()
	if l.view.Load().byName[e.name] != e {
		return
	}
	e.mu.Lock()
	under = l.takeOff(e)
	e.mu.Unlock()
	if under != nil {
		<-under.settled
	}
}
