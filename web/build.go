package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
)

// standardLook is the name of the look that is meant where none is named.
const standardLook = "manifest.mpd"

// buildWords are the parameters of the builder's own address that are no
// options. No option may be called so.
const buildWords = "stream mode look q set url rule"

// BuildWords returns the parameters of the builder's address that are no
// options of streams.
func BuildWords() []string { return strings.Fields(buildWords) }

// BuildPage is the URL builder: a form that has every option, and the URL that
// it makes. NewBuildPage fills in everything but Version, Assets and Origin.
type BuildPage struct {
	Version string
	Assets  Assets
	Origin  string // "http://127.0.0.1:8080", for the URL to copy

	Streams []Stream // to choose from
	Stream  Stream   // the chosen one; without a Name when there is none
	Modes   []BuildMode
	Mode    string
	Looks   []BuildLook
	Look    Look
	LookOff string // why the look cannot be had, in a sentence
	Query   string // what is searched for
	Groups  []BuildGroup
	Found   int // fields that match Query
	Chosen  []Field
	Unknown []string // parameters that are no option

	Path string // of the manifest, with its query: all that differs from the defaults
	Self string // the address of this page in this state
}

// BuildMode is one mode to choose.
type BuildMode struct{ Key, Title, Help string }

// BuildLook is one look to choose. Off says that it does not have the mode, or
// has a mistake.
type BuildLook struct {
	Look
	Off bool
}

// BuildGroup is the fields of a group of options.
type BuildGroup struct {
	ID, Title string
	Fields    []Field
	Chosen    int // fields with a value that counts
	Idle      int // fields without an effect in the mode
	Shown     int // fields to be seen
	Open      bool
}

// NewBuildPage makes the form of an address /build/{stream}?query. Of streams
// the one called name is chosen, or the first that can be played when name is
// empty. One that cannot be played is among those to choose from while it is
// the chosen one: no other choice may change the stream. check says what is
// wrong with an option's value.
func NewBuildPage(d Descriptions, streams []Stream, name string, query url.Values, check func(option, value string) error) BuildPage {
	p := BuildPage{Query: strings.TrimSpace(query.Get("q"))}
	for _, s := range streams {
		if s.Error == "" || s.Name == name {
			p.Streams = append(p.Streams, s)
		}
		if s.Name == name || name == "" && p.Stream.Name == "" && s.Error == "" {
			p.Stream = s
		}
	}
	p.chooseLook(d.Looks, query)
	values := p.read(d, query)
	for _, o := range d.Options {
		p.add(d, o, values[o.Name], check)
	}
	p.finish()
	return p
}

// chooseLook reads mode and look.
func (p *BuildPage) chooseLook(looks []Look, query url.Values) {
	name := cmp.Or(query.Get("look"), standardLook)
	p.Look = Look{Name: name}
	for _, l := range looks {
		if l.Name == name {
			p.Look = l
		}
		for _, m := range l.Modes {
			if !slices.ContainsFunc(p.Modes, func(b BuildMode) bool { return b.Key == m }) {
				p.Modes = append(p.Modes, BuildMode{m, modeTitle(m), modeHelp(m)})
			}
		}
	}
	slices.SortFunc(p.Modes, func(a, b BuildMode) int {
		return cmp.Or(cmp.Compare(modeRank(a.Key), modeRank(b.Key)), cmp.Compare(a.Key, b.Key))
	})
	isMode := func(key string) bool {
		return slices.ContainsFunc(p.Modes, func(b BuildMode) bool { return b.Key == key })
	}
	p.Mode = query.Get("mode")
	if !isMode(p.Mode) {
		p.Mode = "live"
		if len(p.Look.Modes) > 0 && !slices.Contains(p.Look.Modes, p.Mode) {
			p.Mode = p.Look.Modes[0]
		}
	}
	for _, l := range looks {
		p.Looks = append(p.Looks, BuildLook{l, l.Error != "" || !slices.Contains(l.Modes, p.Mode)})
	}
	slices.SortStableFunc(p.Looks, func(a, b BuildLook) int {
		rank := func(l BuildLook) int {
			switch {
			case l.Name == standardLook:
				return 0
			case !l.Off:
				return 1
			}
			return 2
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)))
	})
	switch {
	case p.Look.Title == "":
		p.LookOff = "There is no look " + name + "."
	case p.Look.Error != "":
		p.LookOff = sentence(p.Look.Error)
	case !slices.Contains(p.Look.Modes, p.Mode):
		p.LookOff = p.Look.Title + " is there for " + strings.ToLower(modeTitles(p.Look.Modes)) + " only."
	}
}

// read returns the options' values by name. A button "set" of the form gives
// one option another value; so does adding a rule.
func (p *BuildPage) read(d Descriptions, query url.Values) map[string]string {
	values := map[string]string{}
	names := map[string]string{}
	for _, o := range d.Options {
		names[o.Name] = o.Name
		if o.Short != "" {
			names[o.Short] = o.Name
		}
	}
	for key := range query {
		name, known := names[key]
		switch {
		case known:
			if _, both := query[name]; key == name || !both {
				values[name] = query.Get(key)
			}
		case !slices.Contains(BuildWords(), key) && !strings.HasPrefix(key, "rule."):
			p.Unknown = append(p.Unknown, key)
		}
	}
	slices.Sort(p.Unknown)
	if name, value, ok := strings.Cut(query.Get("set"), "="); ok && name != "" && names[name] == name {
		i := slices.IndexFunc(d.Options, func(o Option) bool { return o.Name == name })
		values[name] = pressed(values[name], value, d.separator(d.Options[i]))
	}
	if name := query.Get("rule"); names[name] == name && name != "" {
		values[name] = d.composed(name, values[name], query)
	}
	for name, value := range values {
		values[name] = strings.TrimSpace(value)
	}
	return values
}

// add puts an option into its group.
func (p *BuildPage) add(d Descriptions, o Option, value string, check func(option, value string) error) {
	f := Field{Option: o, ID: anchor("o", o.Name), Value: value, Standard: o.Default, Composer: d.composer(o.Name), separator: d.separator(o)}
	if v, ok := p.Look.Defaults[o.Name]; ok {
		f.Standard, f.From = v, "look"
	}
	for _, name := range []string{o.Short, o.Name} {
		if v, ok := p.Stream.Options[name]; ok && name != "" {
			f.Standard, f.From = v, "stream"
		}
	}
	if v, ok := p.Look.Requires[o.Name]; ok {
		f.Standard, f.From, f.Fixed = v, "look", true
	}
	f.Idle = !slices.Contains(o.Modes, p.Mode)
	f.Chosen = value != "" && value != f.Standard && !f.Fixed && !f.Idle
	if f.Chosen {
		if err := check(o.Name, value); err != nil {
			f.Error = sentence(strings.TrimPrefix(err.Error(), "option "+o.Name+": "))
		}
	}
	found := f.matches(strings.Fields(strings.ToLower(p.Query)))
	f.Hidden = f.Idle || !found
	if n := len(p.Groups); n == 0 || p.Groups[n-1].Title != o.Group {
		p.Groups = append(p.Groups, BuildGroup{ID: anchor("g", o.Group), Title: o.Group})
	}
	g := &p.Groups[len(p.Groups)-1]
	if f.Idle {
		g.Idle++
	}
	if !f.Hidden {
		g.Shown++
		p.Found++
	}
	if f.Chosen {
		g.Chosen++
	}
	g.Open = g.Open || f.Chosen || p.Query != "" && !f.Hidden
	g.Fields = append(g.Fields, f)
}

// finish writes the addresses.
func (p *BuildPage) finish() {
	var asked, kept [][2]string
	for _, g := range p.Groups {
		for _, f := range g.Fields {
			if f.Chosen {
				asked = append(asked, [2]string{f.Name, f.Value})
				p.Chosen = append(p.Chosen, f)
			}
			if f.Value != "" && (f.Chosen || f.Idle || f.Fixed) {
				kept = append(kept, [2]string{f.Name, f.Value})
			}
		}
	}
	p.Path = "/dash/" + p.Mode + "/" + url.PathEscape(p.Stream.Name) + "/" + url.PathEscape(p.Look.Name) + queryOf(asked)
	p.Self = p.self(kept, "")
	for i, f := range p.Chosen {
		p.Chosen[i].Without = p.self(kept, f.Name)
	}
}

// self returns the builder's address with the given values but that of one option.
func (p *BuildPage) self(values [][2]string, without string) string {
	all := [][2]string{{"mode", p.Mode}}
	if p.Look.Name != standardLook {
		all = append(all, [2]string{"look", p.Look.Name})
	}
	for _, v := range values {
		if v[0] != without {
			all = append(all, v)
		}
	}
	if p.Query != "" {
		all = append(all, [2]string{"q", p.Query})
	}
	return "/build/" + url.PathEscape(p.Stream.Name) + queryOf(all)
}

// queryOf writes a query that stays readable: what it may hold is not escaped
// (RFC 3986, 3.4), but for what other programs take for something else.
func queryOf(pairs [][2]string) string {
	var b strings.Builder
	readable := strings.NewReplacer("%3A", ":", "%2C", ",", "%2F", "/", "%40", "@", "%3D", "=", "%2A", "*")
	for i, p := range pairs {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(url.QueryEscape(p[0]) + "=" + readable.Replace(url.QueryEscape(p[1])))
	}
	return b.String()
}

// Shared is the address to open elsewhere.
func (p BuildPage) Shared() string { return p.Origin + p.Self }

// URL is the manifest's, with scheme and host.
func (p BuildPage) URL() string { return p.Origin + p.Path }

// PlayURL is the address of the player on this manifest.
func (p BuildPage) PlayURL() string { return "/play" + queryOf([][2]string{{"url", p.Path}}) }

// Refused counts the values that the server does not take.
func (p BuildPage) Refused() int {
	n := 0
	for _, f := range p.Chosen {
		if f.Error != "" {
			n++
		}
	}
	return n
}

// ShownMode returns the chosen mode's title.
func (p BuildPage) ShownMode() string { return modeTitle(p.Mode) }
