package option

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

// Scope says in which URLs an Option counts besides the manifest's: it is carried into those, so that whoever answers them knows it.
type Scope uint16

// The scopes. Manifest is every Option's.
const (
	Manifest Scope = 1 << iota // the manifest's own URL, when it names itself
	Init                       // initialization segments of the kinds that stand beside it
	Video                      // media segments, by what is in them
	Audio
	Text
	Clock    // time servers
	Steering // content steering servers
	Image    // thumbnails
	Licence  // the licence server

	Media = Init | Video | Audio | Text | Image
)

// Words returns the names of the scopes: manifest, init, video, audio, text, clock, steering, image, licence.
func (s Scope) Words() []string {
	var words []string
	for i, w := range [...]string{"manifest", "init", "video", "audio", "text", "clock", "steering", "image", "licence"} {
		if s&(1<<i) != 0 {
			words = append(words, w)
		}
	}
	return words
}

// SomeStream stands in a Choice's Value for the name of a stream: whoever offers it writes that of one that there is.
const SomeStream = "{stream}"

// Choice is one of an Option's values, with what it means.
type Choice struct {
	Value string `json:"value"`
	Help  string `json:"help"`
}

// Info is an Option described for people and programs.
type Info struct {
	Key     string   `json:"name"`
	Short   string   `json:"short,omitempty"` // another name, which dashlive's stored options have
	Title   string   `json:"title"`
	Help    string   `json:"help"` // the first sentence is the short form
	Type    string   `json:"type"` // flag, choice, number, duration, time, text, list
	Default string   `json:"default"`
	Choices []Choice `json:"choices,omitempty"` // all values of a choice or a flag; of other types some that are worth offering
	Syntax  string   `json:"syntax"`            // what is allowed, in words
	Modes   []string `json:"modes"`             // vod, live, odvod: where it has an effect
	Group   string   `json:"group"`             // of forms
	Clause  string   `json:"clause,omitempty"`
	Scope   Scope    `json:"-"`
	URLs    []string `json:"urls"` // Scope in words: Describe fills it in
}

// Brief returns the first sentence of the Help.
func (i *Info) Brief() string {
	if end := strings.Index(i.Help, ". "); end >= 0 {
		return i.Help[:end+1]
	}
	return i.Help
}

// Any is an Option of whatever type.
type Any interface {
	Describe() Info
	about() *Info
	// parse returns the value of a text, and the text that the value is printed as.
	parse(text string) (value any, canonical string, err error)
}

// Option is a typed handle: what is declared, and the key to a Set.
type Option[T any] struct {
	info    Info
	initial T
	read    func(string) (T, error)
	write   func(T) string
	// none says that "none" is a value of its own. Otherwise it means the default, and so does an empty text.
	none bool
	// blank says the same of an empty text.
	blank bool
}

// declare returns a handle whose initial value is that of the default text.
func declare[T any](info Info, read func(string) (T, error), write func(T) string) *Option[T] {
	o := &Option[T]{info: info, read: read, write: write}
	if info.Default != "" {
		var err error
		if o.initial, err = read(info.Default); err != nil {
			panic("option " + info.Key + ": its default " + info.Default + " is " + err.Error())
		}
	}
	return o
}

// Describe returns the Option's description.
func (o *Option[T]) Describe() Info {
	info := o.info
	info.URLs = (info.Scope | Manifest).Words()
	return info
}

func (o *Option[T]) about() *Info { return &o.info }

// From returns the Option's value in s, its default when s does not have it or is nil.
func (o *Option[T]) From(s *Set) T {
	if it := s.find(o.info.Key); it != nil {
		return it.value.(T)
	}
	return o.initial
}

// Given says whether s has a value that is not the default.
func (o *Option[T]) Given(s *Set) bool { return s.find(o.info.Key) != nil }

// Known says whether whoever gets URLs out of s knows the Option anyway, so that they need not carry it.
func (o *Option[T]) Known(s *Set) bool {
	it := s.find(o.info.Key)
	return it != nil && it.known
}

// Text returns a value as it is written in a URL.
func (o *Option[T]) Text(v T) string { return o.write(v) }

// In returns a Set that has v, and else what s has.
func (o *Option[T]) In(s *Set, v T) *Set {
	return s.with(item{key: o.info.Key, text: o.write(v), value: v, scope: o.info.Scope | Manifest, modes: o.info.Modes})
}

// about returns err with the text that it is about in front, unless it says that itself.
func about(text string, err error) error {
	if strings.Contains(err.Error(), strconv.Quote(text)) {
		return err
	}
	return fmt.Errorf("%q: %w", text, err)
}

func (o *Option[T]) parse(text string) (any, string, error) {
	if text == "" && !o.blank || !o.none && strings.EqualFold(text, "none") {
		return o.initial, o.info.Default, nil
	}
	v, err := o.read(text)
	if err != nil {
		return nil, "", errs.Errorf(errs.Invalid, "option %s: %w; allowed: %s", o.info.Key, about(text, err), o.info.Syntax)
	}
	if text = o.write(v); text == "" { // a list of nothing
		return o.initial, o.info.Default, nil
	}
	return v, text, nil
}
