package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Track is one track of a Stream, as a person reads it. Bandwidth is in bit/s,
// FrameRate "25" or "30000/1001", Language a BCP 47 tag or empty. Fields that
// do not apply to Kind are zero.
type Track struct {
	ID, Kind, Codecs, Language, Title string
	Bandwidth, Width, Height          int
	FrameRate                         string
	SampleRate, Channels              int
	Roles                             []string // of urn:mpeg:dash:role:2011
	Encrypted                         bool
}

// Stream is one line of the list. A Pending one has not been read yet: it can
// be played, but its tracks are not known. One with an Error cannot be played.
type Stream struct {
	Name, Title, Path    string
	Duration             time.Duration
	ManifestURL, PlayURL string
	PageURL              string
	Options              map[string]string // values that options have where its URLs do not say otherwise
	Poster               string            // URL of a picture, or empty
	Files                []File
	Tracks               []Track
	Warnings             []string
	Error                string
	Pending              bool
}

// StreamsPage is the front page. Building says that files are still being
// read, so that the list will change.
//
// Streams holds the ones to show, Matching of all Total. NewStreamsPage fills
// in everything but Version, Assets and News.
type StreamsPage struct {
	Version  string
	Assets   Assets
	Building bool

	Streams         []Stream
	Total, Matching int
	Query, Sort     string
	Page, Pages     int
	Folders         []string // names of what is served
	News            string   // what /api/v1/events/streams says while the list is as it is here
}

// ErrorPage says in words what went wrong: Title in a few, Detail in a sentence
// that says what to do. Form, where there is one, is what it can be mended in.
type ErrorPage struct {
	Version string
	Assets  Assets
	Status  int
	Title   string
	Detail  string
	Form    *ErrorForm
}

// ErrorForm asks again for an address that was wrong: Value is it, and goes as
// the parameter url to Action.
type ErrorForm struct{ Action, Label, Value, Button string }

// perPage streams are shown at once: a folder of 10,000 must open on a phone.
const perPage = 60

// Order is one way to sort the list.
type Order struct {
	Key, Title string
	compare    func(a, b Stream) int
}

// Orders lists the ways to sort; the first is the default.
func Orders() []Order {
	return []Order{
		{"name", "Name", byTitle},
		{"longest", "Longest first", func(a, b Stream) int { return cmp.Compare(b.Duration, a.Duration) }},
		{"shortest", "Shortest first", func(a, b Stream) int { return cmp.Compare(a.Duration, b.Duration) }},
		{"bitrate", "Highest bitrate first", func(a, b Stream) int { return cmp.Compare(peak(b), peak(a)) }},
		{"problems", "Problems first", func(a, b Stream) int { return cmp.Compare(trouble(b), trouble(a)) }},
	}
}

// NewStreamsPage chooses what to show of all streams by the query of the page's
// URL: q (words that must all occur in name, title, path, codecs or language),
// sort (a key of Orders) and page (from 1). Unknown or damaged values fall back
// to the defaults: a link from elsewhere still shows the list. streams is not
// changed.
func NewStreamsPage(streams []Stream, query url.Values) StreamsPage {
	page := StreamsPage{Total: len(streams), Query: strings.TrimSpace(query.Get("q"))}
	orders := Orders()
	order := orders[0]
	if i := slices.IndexFunc(orders, func(o Order) bool { return o.Key == query.Get("sort") }); i >= 0 {
		order = orders[i]
	}
	page.Sort = order.Key

	words := strings.Fields(strings.ToLower(page.Query))
	found := make([]Stream, 0, len(streams))
	for _, s := range streams {
		if matches(s, words) {
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(a, b Stream) int {
		return cmp.Or(order.compare(a, b), byTitle(a, b))
	})

	page.Matching = len(found)
	page.Pages = max(1, (len(found)+perPage-1)/perPage)
	number, err := strconv.Atoi(query.Get("page"))
	if err != nil {
		number = 1
	}
	page.Page = min(max(number, 1), page.Pages)
	first := (page.Page - 1) * perPage
	page.Streams = found[first:min(first+perPage, len(found))]
	return page
}

// Orders lists the ways to sort, for the form.
func (StreamsPage) Orders() []Order { return Orders() }

// PageURL returns the address of page number n with the same query.
func (p StreamsPage) PageURL(n int) string {
	values := url.Values{}
	if p.Query != "" {
		values.Set("q", p.Query)
	}
	if p.Sort != "" && p.Sort != Orders()[0].Key {
		values.Set("sort", p.Sort)
	}
	if n > 1 {
		values.Set("page", strconv.Itoa(n))
	}
	if len(values) == 0 {
		return "/"
	}
	return "/?" + values.Encode()
}

// Next and Previous return the neighbouring page's number, or 0.
func (p StreamsPage) Next() int {
	if p.Page >= p.Pages {
		return 0
	}
	return p.Page + 1
}

// Previous returns the number of the page before, or 0.
func (p StreamsPage) Previous() int { return max(0, p.Page-1) }

func matches(s Stream, words []string) bool {
	if len(words) == 0 {
		return true
	}
	var text strings.Builder
	for _, part := range []string{s.Name, s.Title, s.Path} {
		text.WriteString(part + "\n")
	}
	for _, t := range s.Tracks {
		text.WriteString(codecName(t.Codecs) + "\n" + t.Codecs + "\n" + t.Language + "\n" + t.Title + "\n")
	}
	all := strings.ToLower(text.String())
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(all, word) })
}

func byTitle(a, b Stream) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.label()), strings.ToLower(b.label())), cmp.Compare(a.Name, b.Name))
}

func (s Stream) label() string { return cmp.Or(s.Title, s.Name) }

// peak is the highest bandwidth of a track, in bit/s.
func peak(s Stream) int {
	highest := 0
	for _, t := range s.Tracks {
		highest = max(highest, t.Bandwidth)
	}
	return highest
}

func trouble(s Stream) int {
	switch {
	case s.Error != "":
		return 2
	case len(s.Warnings) > 0:
		return 1
	}
	return 0
}
