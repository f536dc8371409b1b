package delivery

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
	"github.com/dashwright/dashwright/internal/segment"
	"github.com/dashwright/dashwright/internal/steering"
)

// Source is where streams come from.
type Source interface {
	// Asset returns the stream of that name, indexing it if need be. errs.NotFound when there is none.
	Asset(ctx context.Context, name string) (*asset.Asset, error)
	// Outline is Asset for a manifest without byte ranges: what it returns may be Rough.
	Outline(ctx context.Context, name string) (*asset.Asset, error)
	// Open opens a file of an Asset for one request. errs.Conflict when it is no longer the file that was indexed.
	Open(file string, a *asset.Asset) (File, error)
	// Streams returns the names of all streams, sorted.
	Streams() []string
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
	Images    Images // nil: none are made
	Options   *option.Registry
	Templates *manifest.Templates
	// AllowOrigin is the value of Access-Control-Allow-Origin; "" sends none.
	AllowOrigin string
	Log         *slog.Logger
	Now         func() time.Time
	// Desk is where it is decided which service locations players use; nil: URLs decide.
	Desk *steering.Desk
	// Keys gives content keys; nil: all are computed.
	Keys drm.Keys
	// After returns a channel on which something comes when a time has passed by that clock.
	After func(time.Duration) <-chan time.Time
	// Fail answers a request that ends in an error: it knows kinds and statuses.
	Fail func(w http.ResponseWriter, r *http.Request, err error)
}

// Handler serves /dash/.
type Handler struct {
	cfg       Config
	allow     []string
	manifests *memo[manifestKey, *document]
	patches   *memo[patchKey, *document]
	built     *memo[builtKey, *presentation.Presentation]
	small     *smallCache
	tries     *tries
}

// New returns a Handler.
func New(cfg Config) *Handler {
	h := &Handler{cfg: cfg, manifests: newMemo[manifestKey, *document](256), patches: newMemo[patchKey, *document](256), built: newMemo[builtKey, *presentation.Presentation](builtLimit), small: newSmallCache(), tries: newTries()}
	if cfg.Keys == nil {
		h.cfg.Keys = drm.Computer{}
	}
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
	ads    []*asset.Asset // that the option of that name names
	opts   *option.Set
	query  string    // of options
	asked  string    // key of opts: what else is in the query does not count
	stored [2]string // name and version of the stream's asset
	known  string    // options that the URL's path has, written as a query
	now    time.Time // of live requests
	start  time.Time // of the stream
	keys   string    // the version of content keys
	from   string    // publish time that a patch is from
	tag    string    // entity tag of an answer that has one of its own
	// imageless is why there are no thumbnails though they are asked for, "" when there are.
	imageless string
	// location is the service location that it came to, "" for none.
	location string
	// told is the URL of the manifest that events have in them, "" where none have.
	told string
	// versioned says that the URL names the version, so that its bytes never change.
	versioned bool
}

// Place is what the path of a URL says, in whatever form.
type Place struct {
	Mode   presentation.Mode
	Stream string
	What   string // after the stream: "manifest.mpd", "v1/init.mp4", "v1/3.m4s", "v1/time/96000.m4s", "v1.mp4"
	// Options are some that the path has, written as a query. All URLs that are relative to the manifest's have them too.
	Options string
}

// ServeHTTP answers GET, HEAD and OPTIONS of /dash/{mode}/{stream}/….
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Count(r.URL.Path, "/") < 4 && strings.HasSuffix(r.URL.Path, ".mpd") && h.redirect(w, r) {
		return
	}
	h.Answer(w, r, place)
}

// Answer answers GET, HEAD and OPTIONS of URLs whose paths where reads.
func (h *Handler) Answer(w http.ResponseWriter, r *http.Request, where func(path string) (Place, error)) {
	if !h.reads(w, r) {
		return
	}
	at, err := where(r.URL.Path)
	if err == nil {
		err = h.serve(w, r, at)
	}
	if err != nil {
		h.refuse(w, r, err)
	}
}

func (h *Handler) serve(w http.ResponseWriter, r *http.Request, at Place) error {
	q, err := h.parse(r, at)
	if err != nil {
		return err
	}
	unheard(w.Header(), q.opts)
	if err := mayAsk(r, q); err != nil {
		return err
	}
	if rules := rulesOf(q.opts); rules != nil {
		return unremembered(h.faulty(w, r, q, rules))
	}
	return h.answer(w, r, q)
}

// answer answers as if nothing could go wrong on purpose.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, q *request) error {
	if strings.HasSuffix(q.what, ".mpd") {
		return h.serveManifest(w, r, q)
	}
	if strings.HasSuffix(q.what, ".mpp") {
		return h.servePatch(w, r, q)
	}
	return h.serveMedia(w, r, q)
}

// place reads /dash/{mode}/{stream}/{what}.
func place(path string) (Place, error) {
	mode, rest, ok := strings.Cut(strings.TrimPrefix(path, "/dash/"), "/")
	stream, what, ok2 := strings.Cut(rest, "/")
	if !ok || !ok2 || what == "" {
		return Place{}, errs.Errorf(errs.NotFound, "%s: a stream is at /dash/{vod|live|odvod}/{stream}/manifest.mpd", path)
	}
	return Place{Mode: presentation.Mode(mode), Stream: stream, What: what}, nil
}

// parse reads a request. Its query may name the version of the stream it is for (v=…): another version is gone.
func (h *Handler) parse(r *http.Request, at Place) (*request, error) {
	q := &request{mode: at.Mode, stream: at.Stream, what: at.What, known: at.Options}
	if q.mode != presentation.VOD && q.mode != presentation.OnDemand && q.mode != presentation.Live {
		return nil, errs.Errorf(errs.NotFound, "mode %q: there are vod, live and odvod", q.mode)
	}
	var err error
	get := h.cfg.Source.Asset
	if q.mode != presentation.OnDemand && strings.HasSuffix(q.what, ".mpd") {
		get = h.cfg.Source.Outline
	}
	if q.asset, err = get(r.Context(), q.stream); err != nil {
		return nil, err
	}
	query, version := cutVersion(unfold(r.URL.RawQuery))
	query, q.told = cutTold(query)
	q.location, query = locationOf(r, query)
	if strings.HasSuffix(q.what, ".mpp") {
		query, q.from = cutFrom(query)
	}
	q.versioned = version != ""
	if q.mode == presentation.Live {
		q.now = h.cfg.Now().UTC()
	}
	if err := h.ask(q, query); err != nil {
		return nil, err
	}
	if name := option.Ads.From(q.opts).Stream; name != "" {
		ad, err := h.cfg.Source.Asset(r.Context(), name)
		if errs.KindOf(err) == errs.NotFound {
			return nil, errs.Errorf(errs.Invalid, "option ads: %w", err)
		}
		if err != nil {
			return nil, err
		}
		q.ads = []*asset.Asset{ad}
	}
	if q.told != "" && !tells(q.opts) {
		q.told = ""
	}
	q.keys = h.cfg.Keys.Version()
	if version != "" && version != h.with(q).Version(q.asset, q.opts) {
		return nil, errs.Errorf(errs.Gone, "stream %s has changed: version %s is gone, load the manifest again", q.stream, version)
	}
	return q, nil
}

// ask reads the options of q.
func (h *Handler) ask(q *request, query string) error {
	opts, err := h.cfg.Options.Parse(query, option.Layer{Query: q.asset.Defaults, Known: true}, option.Layer{Query: q.known, Known: true})
	if err != nil {
		return err
	}
	q.query, q.opts = query, presentation.Resolve(q.mode, opts, q.now)
	if timed(q.what) && q.mode == presentation.Live {
		// The path says what the manifest was like, whatever made it so: when its segments are complete, none that is counted is announced earlier.
		q.opts = presentation.Timed(q.opts)
	}
	h.withoutImages(q)
	q.asked, q.stored = q.opts.Key(), [2]string{q.asset.Name, q.asset.Version}
	q.start = presentation.StartOf(q.mode, q.opts, q.now)
	return nil
}

// timed says whether a path is of a segment by its time: v1/time/96000.m4s.
func timed(what string) bool {
	folder, _ := path.Split(what)
	return strings.HasSuffix(folder, "/time/")
}

// cutVersion takes v=… out of a query. A semicolon is a character like any other in it, as in URLs that browsers make (WHATWG URL, 5.1).
func cutVersion(raw string) (query, version string) {
	if raw == "" {
		return "", ""
	}
	raw = strings.ReplaceAll(raw, ";", "%3B")
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

// builtLimit is how many Presentations are remembered. Each keeps its stream's index in memory.
const builtLimit = 32

// builtKey is all that a Presentation depends on but the time of day. Assets are named, not pointed to: a key must not keep the index of a stream in memory.
type builtKey struct {
	asset [2]string // name and version
	rough bool
	ad    [2]string
	mode  presentation.Mode
	asked string // option.Set.Key
	keys  string // their version
	told  string // request.told
	start int64
	stop  int64
	// counted is presentation.Others.Counted.
	counted bool
}

func (q *request) key() builtKey {
	k := builtKey{asset: q.stored, rough: q.asset.Rough, mode: q.mode, asked: q.asked, keys: q.keys, told: q.told}
	if len(q.ads) > 0 {
		k.ad = [2]string{q.ads[0].Name, q.ads[0].Version}
	}
	if !q.start.IsZero() {
		k.start, k.stop = q.start.UnixNano(), option.Stop.From(q.opts).At.UnixNano()
	}
	return k
}

// counted says whether q is for a live segment by its number.
func (q *request) counted() bool {
	folder, item := path.Split(q.what)
	return q.mode == presentation.Live && folder != "" && !timed(q.what) && !strings.HasPrefix(item, "init.")
}

// with returns what besides its Asset a request is answered from.
func (h *Handler) with(q *request) *presentation.Others {
	return &presentation.Others{Ads: q.ads, Keys: h.cfg.Keys, Told: q.told}
}

// presentation returns what is announced for q, less what changes while time passes. It is remembered: the function is pure.
func (h *Handler) presentation(q *request) (*presentation.Presentation, error) {
	key := q.key()
	p, err := h.built.get(key, func() (*presentation.Presentation, error) { return h.build(q, false) })
	if err == nil && p.Addressing == presentation.Time && q.counted() {
		key.counted = true
		return h.built.get(key, func() (*presentation.Presentation, error) { return h.build(q, true) })
	}
	return p, err
}

func (h *Handler) build(q *request, counted bool) (*presentation.Presentation, error) {
	with := h.with(q)
	with.Counted = counted
	if q.told != "" {
		var err error
		if with.Teller, err = h.teller(q); err != nil {
			return nil, err
		}
	}
	p, err := presentation.Timeless(q.asset, q.mode, q.opts, q.start, *with)
	if err == nil && p.Addressing == presentation.Base {
		err = segment.Measure(p, h.measuring(q))
	}
	if err == nil && p.Latency != nil {
		err = segment.MeasureChunks(p)
	}
	return p, err
}
