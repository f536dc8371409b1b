package presentation

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
)

// choose returns what of AdaptationSets is announced, in which order and with which roles. Nothing else depends on it: where segments are is decided by all that is stored.
func choose(sets []AdaptationSet, o *option.Set) ([]AdaptationSet, error) {
	var kept []AdaptationSet
	for _, as := range sets {
		if wanted(&as, o) {
			kept = append(kept, as)
		}
	}
	if len(kept) == 0 {
		return nil, errs.Errorf(errs.Invalid, "option %s: acodec, tcodec and tlang leave nothing of the stream, which has %s", o.First(option.AudioCodec, option.TextLanguage, option.TextCodec), inventory(sets))
	}
	if !option.Adaptive.From(o) {
		for i := range kept {
			if kept[i].Kind == media.Video {
				kept[i].lowest()
			}
		}
	}
	main, err := pick(sets, kept, media.Audio, "main_audio", option.MainAudio.From(o))
	if err != nil {
		return nil, err
	}
	described, err := pick(sets, kept, media.Audio, "ad_audio", option.DescriptiveAudio.From(o))
	if err != nil {
		return nil, err
	}
	text, err := pick(sets, kept, media.Text, "main_text", option.MainText.From(o))
	if err != nil {
		return nil, err
	}
	spoken := languages(kept, main)
	assign(kept, media.Audio, main, described)
	if described >= 0 && !slices.Contains(kept[described].Roles, "main") {
		kept[described].purpose("1")
	}
	if text >= 0 {
		assign(kept, media.Text, text, -1)
		if slices.Contains(spoken, kept[text].Language) {
			kept[text].purpose("2")
		}
	}
	first := func(i int) int {
		if i == main || i == text {
			return 0
		}
		return 1
	}
	order := make([]int, len(kept))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(kept[a].Kind, kept[b].Kind), cmp.Compare(first(a), first(b)))
	})
	sorted := make([]AdaptationSet, len(kept))
	for i, k := range order {
		sorted[i] = kept[k]
	}
	return sorted, nil
}

// wanted says whether codec and language of an AdaptationSet are among those that were asked for.
func wanted(as *AdaptationSet, o *option.Set) bool {
	codecs := as.Representations[0].Codecs
	switch as.Kind {
	case media.Audio:
		want := option.AudioCodec.From(o)
		return want == "any" || begins(codecs, want) || strings.EqualFold(want, "ec-3") && begins(codecs, "ac-3")
	case media.Text:
		if want := option.TextCodec.From(o); want != "" {
			_, profile, _ := strings.Cut(codecs, "stpp.ttml.")
			if !begins(codecs, want) && !begins(profile, want) {
				return false
			}
		}
		tags := option.TextLanguage.From(o)
		return len(tags) == 0 || slices.ContainsFunc(tags, func(tag string) bool { return speaks(as.Language, tag) })
	}
	return true
}

func begins(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// speaks says whether a language tag is within a range: equal to it, or beginning with it and a hyphen (RFC 4647, 3.3.1). Of several codes of the same language the one that
// tags are written with is compared.
func speaks(tag, within string) bool {
	if norm := media.Language(within); norm != "" {
		within = norm
	}
	return begins(tag, within) && (len(tag) == len(within) || tag[len(within)] == '-')
}

// lowest leaves the Representation of the lowest bandwidth alone.
func (a *AdaptationSet) lowest() {
	r := slices.MinFunc(a.Representations, func(x, y Representation) int { return cmp.Compare(x.Bandwidth, y.Bandwidth) })
	a.Representations = []Representation{r}
	a.MaxWidth, a.MaxHeight, a.MaxFrameRate = r.Width, r.Height, r.FrameRate
	a.SAP = 1
	if r.Leading {
		a.SAP = 3
	}
}

// pick returns the position in kept of the AdaptationSet that has a Representation of that id; -1 when none is asked for, or the one that is is not announced.
func pick(all, kept []AdaptationSet, kind media.Kind, name, id string) (int, error) {
	if id == "" {
		return -1, nil
	}
	has := func(as AdaptationSet) bool {
		return as.Kind == kind && slices.ContainsFunc(as.Representations, func(r Representation) bool { return r.ID == id })
	}
	if !slices.ContainsFunc(all, has) {
		var ids []string
		for _, as := range all {
			for _, r := range as.Representations {
				if as.Kind == kind {
					ids = append(ids, r.ID)
				}
			}
		}
		if ids == nil {
			ids = []string{"none"}
		}
		return -1, errs.Errorf(errs.Invalid, "option %s: %q: the stream has no %s of that id; it has %s", name, id, kind, strings.Join(ids, ", "))
	}
	return slices.IndexFunc(kept, has), nil
}

// assign gives the AdaptationSets of a kind the roles main and alternate. The one at main is what its name says and the others are not. Without one, those that have a role keep it; of those
// that have none the first is main if no other is, and is not the one at but.
func assign(sets []AdaptationSet, kind media.Kind, main, but int) {
	chosen := main >= 0
	for i := range sets {
		if as := &sets[i]; as.Kind == kind && !chosen && slices.Contains(as.Roles, "main") {
			main = i
		}
	}
	for i := range sets {
		as := &sets[i]
		if as.Kind != kind || !chosen && len(as.Roles) > 0 {
			continue
		}
		if main < 0 && i != but {
			main = i
		}
		role := "alternate"
		if i == main {
			role = "main"
		}
		kept := slices.DeleteFunc(slices.Clone(as.Roles), func(r string) bool { return r == "main" || r == "alternate" })
		as.Roles = append([]string{role}, kept...)
	}
}

// languages returns the languages of the video and of the main audio, as far as they are known.
func languages(sets []AdaptationSet, main int) []string {
	var tags []string
	heard := false
	for i, as := range sets {
		audio := as.Kind == media.Audio && (i == main || main < 0 && !heard)
		heard = heard || audio
		if (audio || as.Kind == media.Video) && as.Language != "" {
			tags = append(tags, as.Language)
		}
	}
	return tags
}

// purpose adds an Accessibility descriptor (TV-Anytime: 1 for the visually impaired, 2 for the hard of hearing).
func (a *AdaptationSet) purpose(value string) {
	d := Descriptor{"urn:tva:metadata:cs:AudioPurposeCS:2007", value}
	if !slices.Contains(a.Accessibility, d) {
		a.Accessibility = append(slices.Clone(a.Accessibility), d)
	}
}

// inventory says in words what codecs and languages there are.
func inventory(sets []AdaptationSet) string {
	var words []string
	for _, as := range sets {
		w := as.Kind.String() + " in " + as.Representations[0].Codecs
		if as.Language != "" {
			w += " (" + as.Language + ")"
		}
		words = append(words, w)
	}
	return strings.Join(words, ", ")
}
