package compat

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/delivery"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/option"
)

// Manifest is what the address of a manifest says, in whichever of its forms.
type Manifest struct {
	Mode, Stream, Look string
	Query              url.Values // options by any of their names, and whatever else stands there
}

// Addresses knows the forms in which manifests of this server can be asked for.
type Addresses struct {
	livesim2 *livesim2
	options  *option.Registry
	streams  func() []string
}

// NewAddresses returns Addresses of streams, whose names it asks for.
func NewAddresses(options *option.Registry, streams func() []string) *Addresses {
	return &Addresses{livesim2: paths(options), options: options, streams: streams}
}

// nested is how many addresses may be in each other, as a manifest's is in that of the player.
const nested = 3

// Read reads the address of a manifest, with or without its host: ours, livesim2's, dashlive's of today and of its first versions, those of service locations, of patches, and of pages that have a
// manifest's in them. errs.Invalid says why another is none.
func (a *Addresses) Read(text string) (Manifest, error) {
	return a.read(strings.TrimSpace(text), nested)
}

func (a *Addresses) read(text string, depth int) (Manifest, error) {
	u, err := url.Parse(text)
	if err != nil {
		return Manifest{}, errs.Errorf(errs.Invalid, "%q is no URL: %w", text, err)
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, ";", "%3B") // a character like any other (WHATWG URL, 5.1)
	if rest, ok := strings.CutPrefix(u.Path, "/cdn/"); ok {
		_, rest, _ = strings.Cut(rest, "/")
		u.Path = "/" + rest
	}
	if rest, ok := strings.CutPrefix(u.Path, "/patch/livesim2/"); ok {
		u.Path = "/livesim2/" + rest
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	switch {
	case first == "livesim2":
		return a.ofLivesim2(u)
	case first == "play" && u.Query().Has("url") && depth > 0:
		return a.read(u.Query().Get("url"), depth-1)
	case (first == "play" || first == "streams") && rest != "" && !strings.Contains(rest, "/"):
		return Manifest{Mode: "vod", Stream: rest, Look: standard, Query: url.Values{}}, nil
	case first == "mps", first == "play":
		u.Path = "/dash/" + rest
	case first == "patch":
		parts := strings.Split(rest, "/")
		if len(parts) != 3 {
			return Manifest{}, none(text)
		}
		u.Path = "/dash/live/" + parts[0] + "/" + strings.TrimSuffix(parts[1], ".mpd") + ".mpp"
	case first != "dash":
		return Manifest{}, none(text)
	}
	if strings.Count(u.Path, "/") < 4 && strings.HasSuffix(u.Path, ".mpd") {
		if to, ok := delivery.OfFirstVersions(u, a.streams()); ok {
			u = to
		}
	}
	return a.ours(text, u)
}

const standard = "manifest.mpd"

// none says that an address is none of a manifest of this server.
func none(text string) error {
	return errs.Errorf(errs.Invalid, "%q is no manifest of a stream of ours: those are at /dash/{vod|live|odvod}/{stream}/manifest.mpd and, in the forms of livesim2 and dashlive, below /livesim2/, /mps/ and /dash/. "+
		"The player, at /play, takes those of other servers too", text)
}

// ours reads /dash/{mode}/{stream}/{look}.
func (a *Addresses) ours(text string, u *url.URL) (Manifest, error) {
	parts := strings.Split(strings.TrimPrefix(u.Path, "/dash/"), "/")
	if len(parts) < 3 || !slices.Contains([]string{"vod", "live", "odvod"}, parts[0]) || parts[1] == "" {
		return Manifest{}, none(text)
	}
	look, isManifest := manifestName(parts[2])
	if len(parts) > 3 || !isManifest {
		return Manifest{}, errs.Errorf(errs.Invalid, "%q is a part of a stream; its manifest is at /dash/%s/%s/manifest.mpd", text, parts[0], url.PathEscape(parts[1]))
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Manifest{}, errs.Errorf(errs.Invalid, "query %q: %w", u.RawQuery, err)
	}
	m := Manifest{Mode: parts[0], Stream: parts[1], Look: look, Query: query}
	m.strip(parts[2])
	return m, nil
}

// ofLivesim2 reads /livesim2/{option}_{value}/…/{stream}/{look}. What the query says goes before the path.
func (a *Addresses) ofLivesim2(u *url.URL) (Manifest, error) {
	at, err := a.livesim2.place(u.Path)
	if err != nil {
		return Manifest{}, err
	}
	if at.Stream == "" {
		return Manifest{}, none(u.Path)
	}
	look, isManifest := manifestName(at.What)
	if !isManifest {
		return Manifest{}, errs.Errorf(errs.Invalid, "%q is a part of a stream; its manifest is at %s/manifest.mpd", u.Path, strings.TrimSuffix(u.Path, "/"+at.What))
	}
	m := Manifest{Mode: string(at.Mode), Stream: at.Stream, Look: look}
	if m.Query, err = url.ParseQuery(at.Options); err != nil {
		return Manifest{}, errs.Errorf(errs.Invalid, "options of %s: %w", u.Path, err)
	}
	over, err := url.ParseQuery(clockQuery(u.RawQuery))
	if err != nil {
		return Manifest{}, errs.Errorf(errs.Invalid, "query %q: %w", u.RawQuery, err)
	}
	for name, values := range over {
		for _, other := range a.options.Names(name) {
			m.Query.Del(other)
		}
		m.Query[name] = values
	}
	m.strip(at.What)
	return m, nil
}

// manifestName returns the manifest's name of a patch's or its own.
func manifestName(what string) (name string, ok bool) {
	name = strings.TrimSuffix(what, ".mpp")
	if name != what {
		name += ".mpd"
	}
	return name, strings.HasSuffix(name, ".mpd") && !strings.Contains(name, "/")
}

// strip takes out what is of one answer: the version of the stream, and where a patch begins.
func (m *Manifest) strip(what string) {
	m.Query.Del("v")
	if strings.HasSuffix(what, ".mpp") {
		m.Query.Del("from")
		m.Query.Del("publishTime")
		m.Query.Set("patch", "1")
	}
}
