package drm

import (
	"fmt"
	"slices"
	"strings"
)

// Syntax is how a Selection is written.
const Syntax = "all or none; or names of systems with commas between them; each, and all, may be followed by - and the locations at which it is signalled, of cenc, moov and pro, with - between them: playready-pro-cenc,clearkey-moov"

// Parse reads a Selection without its Settings: dashlive's grammar. Without locations it is all that a system has.
func Parse(text string) ([]Selected, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || strings.HasPrefix(text, "none") {
		return nil, nil
	}
	all := Systems()
	var chosen []Selected
	for item := range strings.SplitSeq(text, ",") {
		name, words, located := strings.Cut(strings.TrimSpace(item), "-")
		if name != "all" && !slices.ContainsFunc(all, func(s System) bool { return s.Key == name }) {
			return nil, fmt.Errorf("no system is called %q; there are %s", name, names(all))
		}
		at := everywhere
		if located {
			var err error
			if at, err = readLocations(words); err != nil {
				return nil, fmt.Errorf("%q: %w", item, err)
			}
		}
		if name == "all" {
			if len(text) != len(item) {
				return nil, fmt.Errorf("all stands alone")
			}
			for _, s := range all {
				chosen = append(chosen, Selected{s.Key, at})
			}
			return chosen, nil
		}
		if slices.ContainsFunc(chosen, func(d Selected) bool { return d.System == name }) {
			return nil, fmt.Errorf("%s is there twice", name)
		}
		chosen = append(chosen, Selected{name, at})
	}
	order := func(d Selected) int { return slices.IndexFunc(all, func(s System) bool { return s.Key == d.System }) }
	slices.SortFunc(chosen, func(a, b Selected) int { return order(a) - order(b) })
	return chosen, nil
}

func readLocations(words string) (Location, error) {
	var at Location
	for word := range strings.SplitSeq(words, "-") {
		i := slices.IndexFunc(places(), func(p place) bool { return p.word == word })
		if i < 0 {
			return 0, fmt.Errorf("no location is called %q; there are cenc, moov and pro", word)
		}
		at |= places()[i].at
	}
	return at, nil
}

func names(all []System) string {
	var keys []string
	for _, s := range all {
		keys = append(keys, s.Key)
	}
	return strings.Join(keys, ", ")
}

// Print returns what Parse reads.
func Print(chosen []Selected) string {
	if len(chosen) == len(Systems()) && !slices.ContainsFunc(chosen, func(d Selected) bool { return d.At != chosen[0].At }) {
		return "all" + suffix(chosen[0].At)
	}
	words := make([]string, len(chosen))
	for i, d := range chosen {
		words[i] = d.System + suffix(d.At)
	}
	return strings.Join(words, ",")
}

func suffix(at Location) string {
	if at == everywhere {
		return ""
	}
	return "-" + at.word()
}
