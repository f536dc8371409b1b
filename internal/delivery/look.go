package delivery

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/manifest"
	"github.com/dashwright/dashwright/internal/presentation"
)

// look returns the look that a manifest is asked for in. What that requires goes into the request's options, before anything is made of them, as if it had been asked for:
// media URLs follow from them as ever.
func (h *Handler) look(w http.ResponseWriter, r *http.Request, q *request) (*manifest.Look, error) {
	l, err := h.cfg.Templates.Look(q.what)
	if err != nil {
		return nil, err
	}
	if err := l.Offers(q.mode); err != nil {
		return nil, err
	}
	query, changed := l.Query(q.query, []string{q.known, q.asset.Defaults}, h.cfg.Options.Names)
	if query == q.query {
		return l, h.names(r, q)
	}
	if err := h.ask(q, query); err != nil {
		return nil, err
	}
	if len(changed) > 0 {
		w.Header().Add("Dashwright-Note", strings.Join(changed, "; ")+": "+l.Name+" has nothing else")
	}
	return l, h.names(r, q)
}

// seen returns p with the URL that the client has asked for.
func seen(p *presentation.Presentation, r *http.Request) *presentation.Presentation {
	return p.Seen(origin(r), asked(r))
}

// asked returns path and query of the URL that the client has asked for.
func asked(r *http.Request) string {
	if r.URL.RawQuery == "" {
		return r.URL.EscapedPath()
	}
	return r.URL.EscapedPath() + "?" + r.URL.RawQuery
}

// origin returns scheme and host of a request as the client sees them: a proxy in front says whether it speaks TLS. It is "" when the Host is none (RFC 3986, 3.2.2), so that URLs are
// relative to the server's root then.
func origin(r *http.Request) string {
	if !isHost(r.Host) {
		return ""
	}
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// isHost says whether s is a name or an address, with or without a port.
func isHost(s string) bool {
	name, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		name, port = s[:i], s[i+1:]
	}
	const digits, letters = "0123456789", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if inner, ok := strings.CutPrefix(name, "["); ok {
		if name, ok = strings.CutSuffix(inner, "]"); !ok || strings.Trim(name, digits+"abcdefABCDEF:.") != "" {
			return false
		}
	}
	return name != "" && len(s) <= 261 && len(port) <= 5 && strings.Trim(port, digits) == "" && strings.Trim(name, digits+letters+"-_.:") == ""
}

// redirect leads from the addresses that dashlive had in its first versions to ours. ok is false for every other address.
func (h *Handler) redirect(w http.ResponseWriter, r *http.Request) (ok bool) {
	to, ok := OfFirstVersions(r.URL, h.cfg.Source.Streams())
	if ok {
		w.Header().Set("Cache-Control", "no-cache")
		http.Redirect(w, r, to.String(), http.StatusFound)
	}
	return ok
}

// OfFirstVersions returns what the addresses mean that dashlive had in its first versions: /dash/{manifest}.mpd and /dash/{stream}/{manifest}.mpd are hand_made.mpd. A stream that there is not, or
// none, means the first one. ok is false for every other address.
func OfFirstVersions(u *url.URL, streams []string) (to *url.URL, ok bool) {
	path := strings.TrimPrefix(u.Path, "/dash/")
	stream, name, nested := strings.Cut(path, "/")
	if !nested {
		stream, name = "bbb", path
	}
	query := u.Query()
	mode := query.Get("mode")
	switch name {
	case "hand_made.mpd":
	case "enc.mpd":
		query.Set("drm", "all")
	case "manifest_vod.mpd":
		mode = string(presentation.VOD)
	default:
		return nil, false
	}
	if !slices.Contains([]string{"vod", "live", "odvod"}, mode) {
		mode = string(presentation.VOD)
	}
	if len(streams) == 0 {
		return nil, false
	}
	if !slices.Contains(streams, stream) {
		stream = streams[0]
	}
	query.Del("mode")
	return &url.URL{Path: "/dash/" + mode + "/" + stream + "/hand_made.mpd", RawQuery: query.Encode()}, true
}
