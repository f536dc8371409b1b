package fault

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// licenceTarget is the key of the target whose requests are for licences.
const licenceTarget = "licence"

// LicenceSyntax is how rules about licences are written where nothing else can be meant.
const LicenceSyntax = "rules of faults without their target, with ; between them: 403@try=1;delay=3@age=30-;only=sd;wrongkey;expire=60,renew=40"

// ParseLicence reads rules that have no target, because they are about licences.
func ParseLicence(text string) ([]Rule, error) {
	rules, err := parse(text, licenceTarget)
	if err != nil {
		return nil, err
	}
	return rules, nil
}

// PrintLicence returns rules as ParseLicence reads them.
func PrintLicence(rules []Rule) string {
	texts := make([]string, len(rules))
	for i := range rules {
		texts[i] = strings.TrimPrefix(rules[i].String(), licenceTarget+":")
	}
	return strings.Join(texts, ";")
}

// WrongKey gives other keys than those that media is encrypted with.
type WrongKey struct{}

func (WrongKey) String() string { return "wrongkey" }

func wrongKeyKind() Kind {
	return Kind{
		Info: Info{
			Key: "wrongkey", Title: "Wrong keys", Type: "flag", Syntax: "nothing", Example: "licence:wrongkey@try=1",
			Help: "Gives the licence with keys that decrypt nothing. The key IDs are right.",
		},
		Stage: Within, licence: true,
		read: func(arg string) (Action, error) {
			if arg != "" {
				return nil, fmt.Errorf("it has no value")
			}
			return WrongKey{}, nil
		},
	}
}

// OnlyKeys gives the keys of audio, and of pictures up to a height.
type OnlyKeys struct {
	Height uint32 // 0: audio only
	word   string
}

func (k OnlyKeys) String() string { return "only=" + k.word }

// heights are the words for heights.
var heights = [...]struct {
	word string
	most uint32
}{{"audio", 0}, {"sd", 576}, {"hd", 1080}}

func onlyKind() Kind {
	return Kind{
		Info: Info{
			Key: "only", Title: "Only some keys", Type: "choice", Syntax: "sd (up to 576 lines), hd (up to 1080 lines), audio, or a number of lines", Example: "licence:only=sd",
			Help: "Leaves the keys of higher pictures out of the licence, as a server does for a device that may not have them. It needs keys that differ by resolution: " +
				"those that are known for no resolution are given, but with audio.",
			Choices: []Choice{{"sd", "audio, and pictures up to 576 lines"}, {"hd", "audio, and pictures up to 1080 lines"}, {"audio", "no pictures"}},
		},
		Stage: Within, licence: true,
		read: func(arg string) (Action, error) {
			for _, h := range heights {
				if arg == h.word {
					return OnlyKeys{h.most, h.word}, nil
				}
			}
			n, err := readNumber(arg)
			if err != nil || n < 1 || n > 1<<14 {
				return nil, fmt.Errorf("not sd, hd, audio or a number of lines")
			}
			return OnlyKeys{uint32(n), strconv.FormatInt(n, 10)}, nil
		},
	}
}

// Expire has licences end. A client that asks from Renew on gets a new one; when the licence has ended it is refused.
type Expire struct{ After, Renew time.Duration }

func (e Expire) String() string {
	text := "expire=" + printSeconds(e.After)
	if e.Renew > 0 {
		text += ",renew=" + printSeconds(e.Renew)
	}
	return text
}

// MaxExpire is how long a licence that ends lasts at most.
const MaxExpire = time.Hour

const expireKey = "expire"

func expireKind() Kind {
	return Kind{
		Info: Info{
			Key: expireKey, Title: "Licence that ends", Type: "duration", Syntax: "seconds from 1 to 3600", Example: "licence:expire=60,renew=40",
			Help: "Licences last so long, counted from the client's first. Whoever asks for one later is refused with 403. " +
				"Answers say when in the header Dashwright-Licence-Expires and in the member expiration (milliseconds since 1970): Clear Key itself has no word for it.",
		},
		Stage: Within, licence: true,
		read: func(arg string) (Action, error) {
			d, err := readSeconds(arg)
			if err != nil || d < time.Second || d > MaxExpire {
				return nil, fmt.Errorf("not seconds from 1 to 3600")
			}
			return Expire{After: d}, nil
		},
	}
}

func renewKind() Kind {
	return Kind{
		Info: Info{
			Key: "renew", Title: "Renewal", Type: "duration", Syntax: "seconds from 1 to less than those of expire, after it", Example: "licence:expire=60,renew=40",
			Help: "A client that asks again so long after its licence began, and before it ends, gets a new one that lasts as long. Earlier it gets the one that it has.",
		},
		extends: expireKey, licence: true,
		extend: func(to Action, arg string) (Action, error) {
			e := to.(Expire)
			d, err := readSeconds(arg)
			if err != nil || d < time.Second || d >= e.After {
				return nil, fmt.Errorf("not seconds from 1 to less than %s", printSeconds(e.After))
			}
			e.Renew = d
			return e, nil
		},
	}
}

const ageKey = "age"

func ageTest() Test {
	return Test{
		Info: Info{
			Key: ageKey, Title: "Time since the first licence", Type: "duration", Example: "licence:403@age=60-",
			Syntax: "seconds (30.5): a range; 30-40/60 is from 30 s to 40 s of every 60; several with commas",
			Help:   "How long ago the client asked for the same licence for the first time. It is forgotten as tries are.",
		},
		read: func(item string) (Item, error) {
			s, err := readTimes(item)
			if err == nil && (s.point || s.form != elapsed) {
				return Item{}, fmt.Errorf("not a range of seconds, such as 60- or 30-40/60")
			}
			return Item{Text: s.String(), holds: func(q *Request, _ time.Time) bool {
				return q.Type == Licence && q.Try > 0 && s.meets(q.Age, q.Age+1)
			}}, err
		},
	}
}
