package server

import (
	"cmp"
	"net/http"
	"net/url"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/web"
)

// playerPolicy is for the one page that plays what is elsewhere: it may fetch manifests, media, licences and the time from any host, as
// connect-src allows, and media elements may be given any URL. What it runs and looks like still comes from this server only, so that nothing
// fetched can act on the page.
// The hash is that of an empty style sheet: dash.js makes one when it draws subtitles, and fills it by script.
const playerPolicy = basePolicy + "; connect-src * data: blob:; media-src * data: blob:; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"

// play is the player of a stream, of any manifest that url names, or of none yet.
func (p *pages) play(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	page := web.PlayPage{Version: p.version, Assets: p.assets, ManifestURL: query.Get("url"), Origin: originOf(r), Player: query.Get("player")}
	if page.ManifestURL != "" {
		if err := web.CheckManifestURL(page.ManifestURL); err != nil {
			p.fail(w, r, mend{errs.Errorf(errs.Invalid, "%w", err), web.ErrorForm{Action: "/play", Label: "Manifest", Value: page.ManifestURL, Button: "Play"}})
			return
		}
	}
	name := r.PathValue("stream")
	if name != "" || page.ManifestURL != "" {
		s, err := p.api.Find(r.Context(), cmp.Or(name, web.StreamOf(page.ManifestURL, page.Origin)))
		if err != nil && name != "" {
			p.fail(w, r, err)
			return
		}
		if err == nil {
			page.Stream = view(s)
			page.ManifestURL = cmp.Or(page.ManifestURL, s.Manifest)
		}
	}
	if page.ManifestURL == "" {
		var list []web.Stream
		all, _ := p.api.Overview(r.Context())
		for _, s := range all {
			list = append(list, view(s))
		}
		page.Offer(list)
	}
	w.Header().Set("Content-Security-Policy", playerPolicy)
	p.render(w, http.StatusOK, "play.html", page)
}

// playOfDashlive leads from dashlive's address of its player, whose query has the manifest's options and the player, to ours.
func playOfDashlive(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	player := query.Get("player")
	query.Del("player")
	manifest := url.URL{Path: "/dash/" + r.PathValue("mode") + "/" + r.PathValue("stream") + "/" + r.PathValue("manifest"), RawQuery: query.Encode()}
	to := url.Values{"url": {manifest.String()}}
	if player != "" {
		to.Set("player", player)
	}
	http.Redirect(w, r, "/play?"+to.Encode(), http.StatusFound)
}
