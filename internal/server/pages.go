package server

import (
	"bytes"
	"cmp"
	"html/template"
	"net/http"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/compat"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/web"
)

// policy lets a page run, style itself and fetch only from this server. What media elements may have is said apart, as a directive counts only once.
const (
	basePolicy = "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
	policy     = basePolicy + "; media-src 'self' blob:"
)

// pages renders what people see.
type pages struct {
	api       *api.API
	version   string
	templates *template.Template
	assets    web.Assets
	addresses *compat.Addresses
	fail      func(http.ResponseWriter, *http.Request, error)
}

func newPages(a *api.API, version string) (*pages, error) {
	t, err := web.Templates()
	if err != nil {
		return nil, err
	}
	assets, err := web.LinkedAssets()
	if err != nil {
		return nil, err
	}
	return &pages{api: a, version: version, templates: t, assets: assets}, nil
}

func (p *pages) render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		http.Error(w, "the page cannot be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Security-Policy", cmp.Or(head.Get("Content-Security-Policy"), policy))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

func (p *pages) streams(w http.ResponseWriter, r *http.Request) {
	var list []web.Stream
	building := false
	all, version := p.api.Overview(r.Context())
	for _, s := range all {
		list = append(list, view(s))
		building = building || s.State == "pending"
	}
	page := web.NewStreamsPage(list, r.URL.Query())
	page.Version, page.Assets, page.Building, page.News, page.Folders = p.version, p.assets, building, version, p.api.Roots()
	p.render(w, http.StatusOK, "streams.html", page)
}

func (p *pages) missing(w http.ResponseWriter, r *http.Request) {
	p.fail(w, r, errs.Errorf(errs.NotFound, "there is nothing at %s; the streams are listed at /", r.URL.Path))
}

// view is a stream as a person reads it.
func view(s api.Stream) web.Stream {
	v := web.Stream{
		Name: s.Name, Title: s.Title, Path: s.Path, Duration: s.Length, ManifestURL: s.Manifest, PlayURL: s.Play, PageURL: s.Page,
		Warnings: s.Warnings, Pending: s.State == "pending", Options: s.Options,
	}
	if s.Error != nil {
		v.Error = *s.Error
	}
	if s.Poster != nil {
		v.Poster = *s.Poster
	}
	for _, f := range s.Files {
		v.Files = append(v.Files, web.File(f))
	}
	for _, t := range s.Tracks {
		v.Tracks = append(v.Tracks, web.Track{
			ID: t.ID, Kind: t.Kind, Codecs: t.Codecs, Language: t.Language, Title: t.Label, Bandwidth: int(t.Bandwidth),
			Width: int(t.Width), Height: int(t.Height), FrameRate: t.FrameRate, SampleRate: int(t.SampleRate), Channels: int(t.Channels), Roles: t.Roles, Encrypted: t.Encrypted,
		})
	}
	return v
}
