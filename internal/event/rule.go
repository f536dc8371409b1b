package event

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
)

// Rule is what somebody asks for: a Kind, and words. Its texts are valid.
type Rule struct {
	Kind  string
	words []pair // in the order of their declaration, each once
}

type pair struct{ key, value string }

// RuleSyntax says in words what a Rule is written as.
const RuleSyntax = `a kind, then words: "scte35 every=60 for=15 ahead=7", which may be written as "scte35 every 60 s for 15 s, announced 7 s ahead"; ; between rules; a value with spaces stands in quotes`

// ScheduleSyntax says in words what the words of a Rule are written as.
const ScheduleSyntax = `words: "every=60 for=15 ahead=7", which may be written as "every 60 s for 15 s, announced 7 s ahead"; a value with spaces stands in quotes`

const mostRules = 16

// Read reads Rules: "scte35 every=60 for=15; callback every=30".
func Read(text string) ([]Rule, error) {
	var rules []Rule
	sentences, err := split(text)
	if err != nil {
		return nil, err
	}
	for _, tokens := range sentences {
		r, err := readRule(tokens[0].text, tokens[1:])
		if err != nil {
			return nil, err
		}
		if rules = append(rules, r); len(rules) > mostRules {
			return nil, errs.Errorf(errs.Invalid, "more than %d rules", mostRules)
		}
	}
	return rules, nil
}

// ReadSchedule reads a Rule of a Kind without that.
func ReadSchedule(kind, text string) (Rule, error) {
	sentences, err := split(text)
	if err != nil {
		return Rule{}, err
	}
	switch len(sentences) {
	case 0:
		return Rule{Kind: kind}, nil
	case 1:
		return readRule(kind, sentences[0])
	}
	return Rule{}, errs.Errorf(errs.Invalid, "one rule is wanted, there are %d", len(sentences))
}

// Print returns Rules as they are written: what Read reads.
func Print(rules []Rule) string {
	var all []string
	for i := range rules {
		all = append(all, strings.TrimSuffix(rules[i].Kind+" "+rules[i].Schedule(), " "))
	}
	return strings.Join(all, "; ")
}

// Schedule returns a Rule without its Kind, as ReadSchedule reads it.
func (r *Rule) Schedule() string {
	var b strings.Builder
	for i, w := range r.words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.key + "=" + quote(w.value))
	}
	return b.String()
}

// Apply has a Spec be as the Rule says. What the Rule does not say stays.
func (r *Rule) Apply(s *Spec) {
	common := Words()
	for _, w := range r.words {
		if w.key == "timescale" {
			to := media.Timescale(number(w.value))
			s.Interval, s.Start = s.Interval.In(s.Timescale, to), s.Start.In(s.Timescale, to)
			if s.Duration > 0 {
				s.Duration = s.Duration.In(s.Timescale, to)
			}
			s.Timescale = to
		}
	}
	for _, w := range r.words {
		if i := index(common, w.key); i >= 0 {
			common[i].apply(s, w.value)
			continue
		}
		if s.Words == nil {
			s.Words = map[string]string{}
		}
		s.Words[w.key] = w.value
	}
}

func index(words []Word, key string) int {
	return slices.IndexFunc(words, func(w Word) bool { return strings.EqualFold(w.Key, key) })
}

// token is a word of a text; quoted ones are values, whatever they look like.
type token struct {
	text   string
	quoted bool
}

// split takes a text apart: into sentences at semicolons, and those into tokens at spaces. Quotes keep what is between them together.
func split(text string) ([][]token, error) {
	const most = 4096
	if len(text) > most {
		return nil, errs.Errorf(errs.Invalid, "%d bytes, at most %d can be given", len(text), most)
	}
	var sentences [][]token
	var sentence []token
	var b strings.Builder
	some, quoted, inside := false, false, false
	end := func() {
		t := token{b.String(), quoted}
		if !quoted {
			t.text = strings.TrimRight(t.text, ",")
		}
		if some && (t.text != "" || quoted) {
			sentence = append(sentence, t)
		}
		b.Reset()
		some, quoted = false, false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inside && c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case c == '"':
			inside, some, quoted = !inside, true, true
		case inside:
			b.WriteByte(c)
		case c == ' ' || c == '\t':
			end()
		case c == ';':
			if end(); len(sentence) > 0 {
				sentences, sentence = append(sentences, sentence), nil
			}
		default:
			b.WriteByte(c)
			some = true
		}
	}
	if inside {
		return nil, errs.Errorf(errs.Invalid, "a quote is not closed")
	}
	if end(); len(sentence) > 0 {
		sentences = append(sentences, sentence)
	}
	return sentences, nil
}

func quote(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t;\"\\") && !strings.HasSuffix(s, ",") {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// readRule reads the tokens of a Rule.
func readRule(kind string, tokens []token) (Rule, error) {
	k, err := Find(kind)
	if err != nil {
		return Rule{}, err
	}
	words := append(Words(), k.Words...)
	values := map[string]string{}
	for len(tokens) > 0 {
		key, value, used, err := phrase(tokens, words)
		if err != nil {
			return Rule{}, errs.Errorf(errs.Invalid, "events of kind %s: %w", k.Key, err)
		}
		tokens = tokens[used:]
		w := &words[index(words, key)]
		if value, err = w.read(value); err != nil {
			return Rule{}, errs.Errorf(errs.Invalid, "events of kind %s: %s: %w", k.Key, key, err)
		}
		if _, twice := values[w.Key]; twice {
			return Rule{}, errs.Errorf(errs.Invalid, "events of kind %s: %s is there twice", k.Key, key)
		}
		values[w.Key] = value
	}
	if _, late := values["late"]; late && values["ahead"] != "" {
		return Rule{}, errs.Errorf(errs.Invalid, "events of kind %s: either ahead or late", k.Key)
	}
	r := Rule{Kind: k.Key}
	for _, w := range words {
		if v, ok := values[w.Key]; ok {
			r.words = append(r.words, pair{w.Key, v})
		}
	}
	return r, nil
}

// phrase reads the next name and value, and says how many tokens those are: name=value; "name value" with a unit maybe; "announced 7 s ahead"; "3 times".
func phrase(tokens []token, words []Word) (key, value string, used int, err error) {
	text := tokens[0].text
	lower := strings.ToLower(text)
	if name, v, ok := strings.Cut(text, "="); ok && index(words, name) >= 0 {
		return name, v, 1, nil
	}
	switch lower {
	case "inband":
		return "in", "segments", 1, nil
	case "manifest":
		return "in", "manifest", 1, nil
	case "repeated":
		return "repeated", "1", 1, nil
	case "announced":
		if len(tokens) > 2 {
			v, n := measure(tokens[1:])
			if n+1 < len(tokens) {
				if last := strings.ToLower(tokens[n+1].text); last == "ahead" || last == "late" {
					return last, v, n + 2, nil
				}
			}
		}
		return "", "", 0, fmt.Errorf("announced is followed by a time and ahead or late: announced 7 s ahead")
	}
	if index(words, text) >= 0 {
		if len(tokens) == 1 {
			return "", "", 0, fmt.Errorf("%s is followed by a value", text)
		}
		v, n := measure(tokens[1:])
		return text, v, n + 1, nil
	}
	if len(tokens) > 1 && strings.EqualFold(tokens[1].text, "times") {
		return "count", text, 2, nil
	}
	var names []string
	for _, w := range words {
		names = append(names, w.Key)
	}
	return "", "", 0, fmt.Errorf("%q is no word of it; there are %s", text, strings.Join(names, ", "))
}

// measure returns a value, with the unit that follows it if one does, and how many tokens those are.
func measure(tokens []token) (value string, used int) {
	if len(tokens) > 1 && !tokens[1].quoted {
		for _, u := range units() {
			if tokens[1].text == u.name {
				return tokens[0].text + u.name, 2
			}
		}
	}
	return tokens[0].text, 1
}
