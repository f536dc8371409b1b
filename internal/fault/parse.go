package fault

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dashwright/dashwright/internal/errs"
)

// Syntax is how rules are written.
const Syntax = "rules with ; between them, each target:effect@condition, with commas where there are several of one: video:404@n=12-14;audio:delay=3@every=5;manifest:503,retry=10@t=30-40/60"

const (
	maxRules = 64
	maxText  = 8 << 10
)

// piece is a part of the text, and where it begins.
type piece struct {
	text string
	at   int
}

// cut cuts p around the first of the separators. found is 0 when there is none.
func (p piece) cut(separators string) (before, after piece, found byte) {
	i := strings.IndexAny(p.text, separators)
	if i < 0 {
		return p, piece{"", p.at + len(p.text)}, 0
	}
	return piece{p.text[:i], p.at}, piece{p.text[i+1:], p.at + i + 1}, p.text[i]
}

func (p piece) trim() piece {
	text := strings.TrimLeft(p.text, " \t\r")
	return piece{strings.TrimRight(text, " \t\r"), p.at + len(p.text) - len(text)}
}

// list cuts p at the separators; pieces are trimmed.
func (p piece) list(separators string) []piece {
	var pieces []piece
	for {
		before, after, found := p.cut(separators)
		pieces = append(pieces, before.trim())
		if found == 0 {
			return pieces
		}
		p = after
	}
}

// parser makes rules of a text.
type parser struct {
	text    string
	targets []Target
	kinds   []Kind
	tests   []Test
	implied string // the target of all rules; "": they say theirs
}

// wrong says what is wrong with a piece.
func (ps *parser) wrong(p piece, format string, args ...any) error {
	place := 1 + utf8.RuneCountInString(ps.text[:p.at])
	if p.text == "" {
		return errs.Errorf(errs.Invalid, "at character %d: "+format, append([]any{place}, args...)...)
	}
	return errs.Errorf(errs.Invalid, "at character %d, %q: "+format, append([]any{place, p.text}, args...)...)
}

// Parse reads rules: see Syntax and docs/faults.md. They are separated by semicolons or line ends; spaces around words do not count. The error, of kind errs.Invalid, says at which
// character of the text what is wrong, and what may stand there.
func Parse(text string) ([]Rule, error) { return parse(text, "") }

func parse(text, target string) ([]Rule, error) {
	ps := &parser{text, Targets(), Kinds(), Tests(), target}
	if len(text) > maxText {
		return nil, errs.Errorf(errs.Invalid, "%d bytes; rules may have %d", len(text), maxText)
	}
	if !utf8.ValidString(text) {
		return nil, errs.Errorf(errs.Invalid, "not UTF-8")
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7F }); i >= 0 {
		return nil, ps.wrong(piece{text[i : i+1], i}, "a control character")
	}
	var rules []Rule
	for _, p := range (piece{text, 0}).list(";\n") {
		if p.text == "" {
			continue
		}
		if len(rules) == maxRules {
			return nil, ps.wrong(p, "more than %d rules", maxRules)
		}
		r, err := ps.rule(p)
		if err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	return rules, nil
}

func (ps *parser) rule(p piece) (Rule, error) {
	var r Rule
	targets, rest, found := p.cut(":")
	if ps.implied != "" {
		targets, rest, found = piece{ps.implied, p.at}, p, ':'
	}
	if found == 0 {
		return r, ps.wrong(p, "a rule is target:effect or target:effect@condition, such as video:404@n=12-14")
	}
	effects, conditions, conditional := rest.cut("@")
	if err := ps.readTargets(&r, targets); err != nil {
		return r, err
	}
	if err := ps.readEffects(&r, effects); err != nil {
		return r, err
	}
	if conditional != 0 {
		if err := ps.readConditions(&r, conditions); err != nil {
			return r, err
		}
	}
	written := r.String()
	for i := range r.Effects {
		r.Effects[i].Rule = written
	}
	return r, nil
}

func (ps *parser) readTargets(r *Rule, p piece) error {
	for _, word := range p.list(",") {
		i := slices.IndexFunc(ps.targets, func(t Target) bool { return t.Key == word.text })
		switch {
		case i < 0:
			return ps.wrong(word, "no target; there are %s", keys(ps.targets, func(t *Target) string { return t.Key }))
		case slices.ContainsFunc(r.Targets, func(t Target) bool { return t.Key == word.text }):
			return ps.wrong(word, "this target is there twice")
		}
		r.Targets = append(r.Targets, ps.targets[i])
	}
	return nil
}

func (ps *parser) readEffects(r *Rule, p piece) error {
	for _, word := range p.list(",") {
		key, arg, found := word.cut("=")
		key, arg = key.trim(), arg.trim()
		if found == 0 && key.text != "" && strings.Trim(key.text, "0123456789") == "" {
			key, arg = piece{statusKey, key.at}, key
		}
		i := slices.IndexFunc(ps.kinds, func(k Kind) bool { return k.Key == key.text })
		if i < 0 {
			return ps.wrong(word, "no effect; there are statuses (404), %s", keys(ps.kinds, func(k *Kind) string { return k.Key }))
		}
		if err := ps.effect(r, &ps.kinds[i], word, arg); err != nil {
			return err
		}
	}
	return nil
}

func (ps *parser) effect(r *Rule, k *Kind, word, arg piece) error {
	if k.extends != "" {
		i := slices.IndexFunc(r.Effects, func(e Effect) bool { return e.Kind == k.extends })
		if i < 0 {
			return ps.wrong(word, "%s says more about a %s, which must stand before it: %s", k.Key, k.extends, k.Example)
		}
		action, err := k.extend(r.Effects[i].Action, arg.text)
		if err != nil {
			return ps.wrong(arg, "%w; allowed: %s", err, k.Syntax)
		}
		r.Effects[i].Action = action
		return nil
	}
	action, err := k.read(arg.text)
	if err != nil {
		return ps.wrong(arg, "%w; allowed: %s", err, k.Syntax)
	}
	for _, e := range r.Effects {
		switch {
		case e.Kind == k.Key:
			return ps.wrong(word, "this effect is there twice")
		case e.Stage == Instead && k.Stage >= Instead, k.Stage == Instead && e.Stage == Within:
			return ps.wrong(word, "%s and %s cannot happen to the same answer", e.Kind, k.Key)
		}
	}
	if k.picture && !slices.ContainsFunc(r.Targets, func(t Target) bool { return t.picture }) {
		return ps.wrong(word, "%s happens to pictures only: the target must be video, media or all", k.Key)
	}
	if k.licence && !slices.ContainsFunc(r.Targets, func(t Target) bool { return t.matches(&Request{Type: Licence}) }) {
		return ps.wrong(word, "%s happens to licences only: the target must be licence or all", k.Key)
	}
	r.Effects = append(r.Effects, Effect{Kind: k.Key, Stage: k.Stage, Action: action})
	return nil
}

func (ps *parser) readConditions(r *Rule, p piece) error {
	if before, after, found := p.cut("@"); found != 0 {
		return ps.wrong(piece{after.text, before.at + len(before.text)}, "a rule has one @; several conditions stand after it with commas between them")
	}
	var test *Test
	for _, word := range p.list(",") {
		item := word
		if key, value, found := word.cut("="); found != 0 || test == nil {
			key = key.trim()
			i := slices.IndexFunc(ps.tests, func(t Test) bool { return t.Key == key.text })
			switch {
			case i < 0:
				return ps.wrong(word, "no condition; there are %s", keys(ps.tests, func(t *Test) string { return t.Key + "=" }))
			case found == 0:
				return ps.wrong(word, "%s has a value: %s=…", key.text, key.text)
			case slices.ContainsFunc(r.Conditions, func(c Condition) bool { return c.Key == key.text }):
				return ps.wrong(word, "this condition is there twice")
			}
			test, item = &ps.tests[i], value.trim()
			if test.segment && !slices.ContainsFunc(r.Targets, func(t Target) bool { return t.segment }) {
				return ps.wrong(word, "%s is about media segments; the target must be media, video, audio, text or all", test.Key)
			}
			r.Conditions = append(r.Conditions, Condition{Key: test.Key})
		}
		it, err := test.read(item.text)
		if err != nil {
			return ps.wrong(item, "%w; allowed: %s", err, test.Syntax)
		}
		c := &r.Conditions[len(r.Conditions)-1]
		c.Items = append(c.Items, it)
	}
	return nil
}

func keys[T any](list []T, key func(*T) string) string {
	words := make([]string, len(list))
	for i := range list {
		words[i] = key(&list[i])
	}
	return strings.Join(words, ", ")
}
