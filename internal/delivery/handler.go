package delivery

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
)

// Source is where streams come from.
type Source interface {
	// Asset returns the stream of that name, indexing it if need be. errs.NotFound when there is none.
	Asset(ctx context.Context, name string) (*asset.Asset, error)
	// Open opens a file of an Asset for one request. errs.Conflict when it is no longer the file that was indexed.
	Open(file string, a *asset.Asset) (File, error)
}

// File is an open source file that is the request's alone until Close.
type File interface {
	io.ReaderAt
	// OS returns the file for sendfile, which moves its offset.
	OS() *os.File
	// ReadSample appends a sample of a track that is not contiguous, as it is served.
	ReadSample(t *asset.Track, s *media.Sample, dst []byte) ([]byte, error)
	Close() error
}

// Config is what a Handler needs.
type Config struct {
	Source    Source
	Options   *option.Registry
	Templates *manifest.Templates
	// AllowOrigin is the value of Access-Control-Allow-Origin; "" sends none.
	AllowOrigin string
	Log         *slog.Logger
	Now         func() time.Time
	// Fail answers a request that ends in an error: it knows kinds and statuses.
	Fail func(w http.ResponseWriter, r *http.Request, err error)
}

// Handler serves /dash/.
type Handler struct {
	cfg       Config
	allow     []string
	manifests *memo[manifestKey, *document]
	built     *memo[builtKey, *presentation.Presentation]
	small     *smallCache
}

// New returns a Handler.
func New(cfg Config) *Handler {
	h := &Handler{cfg: cfg, manifests: newMemo[manifestKey, *document](256), built: newMemo[builtKey, *presentation.Presentation](256), small: newSmallCache()}
	if cfg.AllowOrigin != "" {
		h.allow = []string{cfg.AllowOrigin}
	}
	return h
}

// request is a parsed URL.
type request struct {
	mode   presentation.Mode
	stream string
	what   string // after the stream: "manifest.mpd", "v1/init.mp4", "v1/3.m4s", "v1/time/96000.m4s", "v1.mp4"
	asset  *asset.Asset
	opts   *option.Set
	query  string    // of options
	now    time.Time // of live requests
	start  time.Time // of the stream
	// versioned says that the URL names the version, so that its bytes never change.
	versioned bool
}

// ServeHTTP answers GET, HEAD and OPTIONS of /dash/{mode}/{stream}/….
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.cors(w.Header())
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		preflight(w)
		return
	default:
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		http.Error(w, "method "+r.Method+" is not allowed here; use GET or HEAD", http.StatusMethodNotAllowed)
		return
	}
	if err := h.serve(w, r); err != nil {
		h.cfg.Fail(w, r, err)
	}
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request) error {
	q, err := h.parse(r)
	if err != nil {
		return err
	}
	if unknown := q.opts.Unknown(); len(unknown) > 0 {
		w.Header().Set("Dashwright-Unknown-Options", strings.Join(unknown, ", "))
	}
	if strings.HasSuffix(q.what, ".mpd") {
		return h.serveManifest(w, r, q)
	}
	return h.serveMedia(w, r, q)
}

// parse reads /dash/{mode}/{stream}/{what}?{options}. A query may name the version of the stream it is for (v=…): another version is gone.
func (h *Handler) parse(r *http.Request) (*request, error) {
	path := strings.TrimPrefix(r.URL.Path, "/dash/")
	mode, rest, ok := strings.Cut(path, "/")
	stream, what, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || what == "" {
		return nil, errs.Errorf(errs.NotFound, "%s: a stream is at /dash/{vod|live|odvod}/{stream}/manifest.mpd", r.URL.Path)
	}
	q := &request{mode: presentation.Mode(mode), stream: stream, what: what}
	if q.mode != presentation.VOD && q.mode != presentation.OnDemand && q.mode != presentation.Live {
		return nil, errs.Errorf(errs.NotFound, "mode %q: there are vod, live and odvod", mode)
	}
	var err error
	if q.asset, err = h.cfg.Source.Asset(r.Context(), stream); err != nil {
		return nil, err
	}
	query, version := cutVersion(r.URL.RawQuery)
	if version != "" && version != q.asset.Version {
		return nil, errs.Errorf(errs.Gone, "stream %s has changed: version %s is gone, load the manifest again", stream, version)
	}
	q.query, q.versioned = query, version != ""
	if q.opts, err = h.cfg.Options.Parse(query); err != nil {
		return nil, err
	}
	if q.mode == presentation.Live {
		q.now = h.cfg.Now().UTC()
		q.start = presentation.StartOf(q.mode, q.opts, q.now)
	}
	return q, nil
}

// cutVersion takes v=… out of a query.
func cutVersion(raw string) (query, version string) {
	if raw == "" {
		return "", ""
	}
	if strings.HasPrefix(raw, "v=") && !strings.Contains(raw, "&") {
		return "", raw[2:]
	}
	parts := strings.Split(raw, "&")
	kept := parts[:0]
	for _, p := range parts {
		if v, ok := strings.CutPrefix(p, "v="); ok {
			version, _ = url.QueryUnescape(v)
			continue
		}
		kept = append(kept, p)
	}
	return strings.Join(kept, "&"), version
}

// builtKey is all that a Presentation depends on but the time of day.
type builtKey struct {
	asset *asset.Asset
	mode  presentation.Mode
	query string
	start int64
}

func (q *request) key() builtKey {
	k := builtKey{asset: q.asset, mode: q.mode, query: q.query}
	if !q.start.IsZero() {
		k.start = q.start.UnixNano()
	}
	return k
}

// presentation returns what is announced for q, less what changes while time passes. It is remembered: the function is pure.
func (h *Handler) presentation(q *request) (*presentation.Presentation, error) {
	return h.built.get(q.key(), func() (*presentation.Presentation, error) {
		p, err := presentation.Timeless(q.asset, q.mode, q.opts, q.start)
		if err == nil && p.Addressing == presentation.Base {
			err = segment.Measure(p)
		}
		return p, err
	})
}
