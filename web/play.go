package web

import (
	"fmt"
	"net/url"
	"path"
	"strings"
)

// PlayPage is the player. Origin is the scheme and host that the visitor used
// ("http://127.0.0.1:8080"), for the commands to copy; Player what the page's URL
// says of players, or empty. Stream is empty where ManifestURL is of none of this
// server's; where ManifestURL is empty too, the page asks for one, and offers
// Streams, of all Total that can be played.
type PlayPage struct {
	Version     string
	Assets      Assets
	Stream      Stream
	ManifestURL string
	Origin      string
	Player      string
	Streams     []Stream
	Total       int
}

// offered streams are on a page that has nothing to play yet.
const offered = 12

// Offer takes over the first few of the streams that can be played, as the list has them.
func (p *PlayPage) Offer(streams []Stream) {
	for _, s := range NewStreamsPage(streams, url.Values{}).Streams {
		if s.Error == "" && len(p.Streams) < offered {
			p.Streams = append(p.Streams, s)
		}
	}
	for _, s := range streams {
		if s.Error == "" {
			p.Total++
		}
	}
}

// Mode is a way to play a Stream that is one press away.
type Mode struct {
	Title, URL string
	Current    bool
}

// Title is the page's heading.
func (p PlayPage) Title() string {
	switch {
	case p.Stream.Name != "":
		return p.Stream.label()
	case p.ManifestURL == "":
		return "Player"
	}
	u, err := url.Parse(p.ManifestURL)
	if err != nil {
		return p.ManifestURL
	}
	name := strings.TrimSuffix(path.Base(u.Path), ".mpd")
	switch strings.ToLower(name) {
	case "manifest", "stream", "index", "main", "master", "dash", "playlist":
		// What they all are called says less than the folder.
		if dir := path.Base(path.Dir(u.Path)); len(dir) > 1 {
			name = dir
		}
	}
	if u.Host != "" {
		return name + " on " + u.Host
	}
	return name
}

// Absolute is ManifestURL with scheme and host.
func (p PlayPage) Absolute() string {
	if strings.HasPrefix(p.ManifestURL, "/") {
		return p.Origin + p.ManifestURL
	}
	return p.ManifestURL
}

// Argument is Absolute as a shell takes it for one word.
func (p PlayPage) Argument() string {
	text := p.Absolute()
	if !strings.ContainsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/:.-_%,=@+", r))
	}) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", "%27") + "'"
}

// Modes lists the ways to play Stream; none where it is not one of this server's.
func (p PlayPage) Modes() []Mode {
	if p.Stream.Name == "" {
		return nil
	}
	return p.ModesOf(p.Stream)
}

// ModesOf lists the ways to play a stream in the page's players.
func (p PlayPage) ModesOf(s Stream) []Mode {
	name := url.PathEscape(s.Name)
	modes := []Mode{}
	for _, m := range []struct{ title, manifest string }{
		{"On demand", s.ManifestURL},
		{"Live", "/dash/live/" + name + "/manifest.mpd"},
		{"Low latency", "/dash/live/" + name + "/manifest.mpd?chunkdur=0.5"},
	} {
		values := url.Values{}
		if m.manifest != s.ManifestURL {
			values.Set("url", m.manifest)
		}
		if p.Player != "" {
			values.Set("player", p.Player)
		}
		address := s.PlayURL
		if len(values) > 0 {
			address += "?" + values.Encode()
		}
		modes = append(modes, Mode{m.title, address, m.manifest == p.ManifestURL})
	}
	return modes
}

// CheckManifestURL says what is wrong with an address that somebody wants to
// play: it has to be a path of this server or a whole http or https URL.
func CheckManifestURL(text string) error {
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("url=%s is no URL: %w", text, err)
	}
	switch {
	case u.Scheme == "" && u.Host == "" && strings.HasPrefix(u.Path, "/"):
		return nil
	case (u.Scheme == "http" || u.Scheme == "https") && u.Host != "":
		return nil
	}
	return fmt.Errorf("url=%s cannot be played: it has to begin with http://, https:// or, for a manifest of this server, /", text)
}

// StreamOf returns the name of the stream that a manifest's address on this
// server (/dash/live/NAME/manifest.mpd, with or without origin) is of, or "".
func StreamOf(manifest, origin string) string {
	u, err := url.Parse(strings.TrimPrefix(manifest, origin))
	if err != nil || u.Host != "" {
		return ""
	}
	parts := strings.Split(u.EscapedPath(), "/")
	if len(parts) < 5 || parts[0] != "" || parts[1] != "dash" {
		return ""
	}
	name, err := url.PathUnescape(parts[3])
	if err != nil {
		return ""
	}
	return name
}
