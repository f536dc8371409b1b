package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/web"
)

// descriptions is what the API says of what may be asked of a stream, or of any, for pages.
func (p *pages) descriptions(stream string) web.Descriptions {
	d := web.Descriptions{}
	d.FaultOption, d.SystemOption, d.EventOption = p.api.Composed()
	for _, o := range p.api.Options(stream) {
		one := web.Option{
			Name: o.Key, Short: o.Short, Title: o.Title, Help: o.Help, Type: o.Type, Default: o.Default, Syntax: o.Syntax,
			Modes: o.Modes, Group: o.Group, Clause: o.Clause, URLs: o.URLs,
		}
		for _, c := range o.Choices {
			one.Choices = append(one.Choices, web.Choice(c))
		}
		d.Options = append(d.Options, one)
	}
	for _, l := range p.api.Looks() {
		one := web.Look{Name: l.Name, Title: l.Title, Help: l.Help, Modes: l.Modes, Requires: l.Requires, Defaults: l.Defaults, User: l.User}
		if l.Error != nil {
			one.Error = *l.Error
		}
		d.Looks = append(d.Looks, one)
	}
	f := p.api.Faults()
	for _, t := range f.Targets {
		d.Faults.Targets = append(d.Faults.Targets, web.FaultPart{Name: t.Key, Title: t.Title, Help: t.Help, Type: t.Type, Example: t.Example})
	}
	for _, k := range f.Kinds {
		one := web.FaultPart{Name: k.Key, Title: k.Title, Help: k.Help, Type: k.Type, Syntax: k.Syntax, Default: k.Default, Example: k.Example}
		for _, c := range k.Choices {
			one.Choices = append(one.Choices, web.Choice(c))
		}
		d.Faults.Kinds = append(d.Faults.Kinds, one)
	}
	for _, c := range f.Conditions {
		d.Faults.Conditions = append(d.Faults.Conditions, web.FaultPart{Name: c.Key, Title: c.Title, Help: c.Help, Type: c.Type, Syntax: c.Syntax, Default: c.Default, Example: c.Example})
	}
	for _, s := range p.api.Systems() {
		d.Systems = append(d.Systems, web.System{Name: s.Key, Title: s.Title, Help: s.Help, UUID: s.UUID, Schemes: s.Schemes, Options: s.Options, Locations: s.Locations})
	}
	p.describeEvents(&d)
	return d
}

func (p *pages) describeEvents(d *web.Descriptions) {
	e := p.api.Events()
	words := func(all []api.Word) []web.FaultPart {
		var list []web.FaultPart
		for _, w := range all {
			one := web.FaultPart{Name: w.Key, Title: w.Title, Help: w.Help, Type: w.Type, Default: w.Default}
			for _, c := range w.Choices {
				one.Choices = append(one.Choices, web.Choice(c))
			}
			list = append(list, one)
		}
		return list
	}
	d.Events.Words = words(e.Words)
	for _, k := range e.Kinds {
		d.Events.Kinds = append(d.Events.Kinds, web.EventKind{
			Name: k.Key, Title: k.Title, Help: k.Help, Clause: k.Clause, Scheme: k.Scheme, Value: k.Value, Example: k.Example, Words: words(k.Words),
		})
	}
}

// build shows the URL builder: /build/{stream}, or without a stream. What a form sends, which is every field, leads to the address that says the same in short.
func (p *pages) build(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if given := query.Get("url"); given != "" {
		to, err := p.buildAddress(given)
		if err != nil {
			p.fail(w, r, mend{err, web.ErrorForm{Action: "/build", Label: "Manifest", Value: given, Button: "Open in the builder"}})
			return
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	var streams []web.Stream
	known, chosen := false, ""
	name := r.PathValue("stream")
	if name == "" {
		name = query.Get("stream")
	}
	for _, s := range p.api.List(r.Context()) {
		streams = append(streams, view(s))
		known = known || s.Name == name
		if chosen == "" && s.Error == nil || s.Name == name {
			chosen = s.Name
		}
	}
	if name != "" && !known {
		p.fail(w, r, errs.Errorf(errs.NotFound, "there is no stream %q; the streams are listed at /", name))
		return
	}
	page := web.NewBuildPage(p.descriptions(chosen), streams, name, query, p.api.Check)
	if query.Has("stream") {
		http.Redirect(w, r, page.Self, http.StatusSeeOther)
		return
	}
	page.Version, page.Assets, page.Origin = p.version, p.assets, originOf(r)
	p.render(w, http.StatusOK, "build.html", page)
}

// buildAddress is the builder's address for that of a manifest, in any form that this server answers. The builder's own is that already.
func (p *pages) buildAddress(given string) (string, error) {
	if u, err := url.Parse(given); err == nil && strings.HasPrefix(u.Path, "/build") {
		query := u.Query()
		query.Del("url")
		return (&url.URL{Path: u.Path, RawQuery: query.Encode()}).String(), nil
	}
	m, err := p.addresses.Read(given)
	if err != nil {
		return "", err
	}
	for name := range m.Query {
		if slices.Contains(web.BuildWords(), name) || strings.HasPrefix(name, "rule.") {
			m.Query.Del(name) // no option
		}
	}
	m.Query.Set("mode", m.Mode)
	m.Query.Set("look", m.Look)
	return "/build/" + url.PathEscape(m.Stream) + "?" + m.Query.Encode(), nil
}

// reference shows a page of the reference: what may be asked, to read.
func (p *pages) reference(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("page")
	for _, page := range web.ReferencePages(p.descriptions("")) {
		if page.Key == key {
			page.Version, page.Assets = p.version, p.assets
			p.render(w, http.StatusOK, "reference.html", page)
			return
		}
	}
	p.fail(w, r, errs.Errorf(errs.NotFound, "there is no reference of %q; there is one of options at /reference/options", key))
}

// originOf returns scheme and host of a request as the client sees them.
func originOf(r *http.Request) string {
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
