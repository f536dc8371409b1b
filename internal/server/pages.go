package server

import (
	"bytes"
	"html/template"
	"net/http"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/web"
)

// policy lets a page run and style itself only from this server, and play from anywhere.
const policy = "default-src 'self'; img-src 'self' data: blob:; media-src * blob: data:; connect-src *; worker-src 'self' blob:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"

// pages renders what people see.
type pages struct {
	api       *api.API
	version   string
	templates *template.Template
	assets    web.Assets
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
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "same-origin")
	head.Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

func (p *pages) streams(w http.ResponseWriter, r *http.Request) {
	var list []web.Stream
	building := false
	for _, s := range p.api.List(r.Context()) {
		list = append(list, view(s))
		building = building || s.State == "pending"
	}
	page := web.NewStreamsPage(list, r.URL.Query())
	page.Version, page.Assets, page.Building = p.version, p.assets, building
	p.render(w, http.StatusOK, "streams.html", page)
}

func (p *pages) play(w http.ResponseWriter, r *http.Request) {
	s, err := p.api.Find(r.Context(), r.PathValue("stream"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	scheme := "http://"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https://"
	}
	p.render(w, http.StatusOK, "play.html", web.PlayPage{
		Version: p.version, Assets: p.assets, Stream: view(s), ManifestURL: s.Manifest, Origin: scheme + r.Host, Player: r.URL.Query().Get("player"),
	})
}

func (p *pages) missing(w http.ResponseWriter, r *http.Request) {
	p.fail(w, r, errs.Errorf(errs.NotFound, "there is nothing at %s; the streams are listed at /", r.URL.Path))
}

// view is a stream as a person reads it.
func view(s api.Stream) web.Stream {
	v := web.Stream{
		Name: s.Name, Title: s.Title, Path: s.Path, Duration: s.Length, ManifestURL: s.Manifest, PlayURL: s.Play,
		Warnings: s.Warnings, Pending: s.State == "pending",
	}
	if s.Error != nil {
		v.Error = *s.Error
	}
	for _, t := range s.Tracks {
		v.Tracks = append(v.Tracks, web.Track{
			ID: t.ID, Kind: t.Kind, Codecs: t.Codecs, Language: t.Language, Title: t.Label, Bandwidth: int(t.Bandwidth),
			Width: int(t.Width), Height: int(t.Height), FrameRate: t.FrameRate, SampleRate: int(t.SampleRate), Channels: int(t.Channels),
		})
	}
	return v
}
