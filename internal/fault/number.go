package fault

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// readNumber reads a whole number, not negative, digits only.
func readNumber(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || s[0] < '0' || s[0] > '9' {
		return 0, fmt.Errorf("not a whole number")
	}
	return n, nil
}

// bounds is an item that is a number or time, or a range of them, perhaps again and again: a, a-b, a-, a/c, a-b/c. A range may be written with two points too, which dates need.
type bounds struct {
	from, to string
	ranged   bool // to is given, or open
	every    string
}

func readBounds(item string) bounds {
	body, every, _ := strings.Cut(item, "/")
	b := bounds{every: every}
	if b.from, b.to, b.ranged = strings.Cut(body, ".."); b.ranged || strings.Contains(body, "T") {
		return b
	}
	b.from, b.to, b.ranged = strings.Cut(body, "-")
	return b
}

// numbers is the whole numbers from from to to; with every, those that leave such a remainder.
type numbers struct{ from, to, every int64 }

func (s numbers) has(n int64) bool {
	if s.every > 0 {
		if n %= s.every; n < 0 {
			n += s.every
		}
	}
	return s.from <= n && n <= s.to
}

func (s numbers) String() string {
	b := strconv.AppendInt(nil, s.from, 10)
	if s.to != s.from {
		b = append(b, '-')
		if s.to != math.MaxInt64 {
			b = strconv.AppendInt(b, s.to, 10)
		}
	}
	if s.every > 0 {
		b = strconv.AppendInt(append(b, '/'), s.every, 10)
	}
	return string(b)
}

// numberItem reads numbers, and has of a request looked for among them.
func numberItem(item string, of func(q *Request) (int64, bool)) (Item, error) {
	b := readBounds(item)
	var s numbers
	var err error
	if s.from, err = readNumber(b.from); err != nil {
		return Item{}, fmt.Errorf("%w; write 12, 12-14, 12- (and so on), 2/5 (2, 7, 12 …)", err)
	}
	switch {
	case !b.ranged:
		s.to = s.from
	case b.to == "":
		s.to = math.MaxInt64
	default:
		if s.to, err = readNumber(b.to); err != nil {
			return Item{}, fmt.Errorf("the end of the range is %w", err)
		}
	}
	if s.to < s.from {
		return Item{}, fmt.Errorf("the range ends before it begins")
	}
	if strings.Contains(item, "/") {
		if s.every, err = readNumber(b.every); err != nil || s.every < 1 {
			return Item{}, fmt.Errorf("what stands after the / is not a whole number from 1 on")
		}
		if s.from >= s.every || s.to >= s.every && s.to != math.MaxInt64 {
			return Item{}, fmt.Errorf("of every %d there are 0 to %d", s.every, s.every-1)
		}
	}
	return Item{Text: s.String(), holds: func(q *Request, _ time.Time) bool {
		n, ok := of(q)
		return ok && s.has(n)
	}}, nil
}

const numberSyntax = "whole numbers: 12, 12-14, 12- (and so on), 2/5 (2, 7, 12 …), 0-1/5; several with commas"

func numberTest() Test {
	return Test{
		Info: Info{
			Key: "n", Title: "Segment number", Type: "number", Syntax: numberSyntax, Example: "video:404@n=12-14,20",
			Help: "The segment's number, as in the manifest, however segments are addressed: the first has startnr.",
		},
		segment: true,
		read: func(item string) (Item, error) {
			return numberItem(item, func(q *Request) (int64, bool) { return q.Number, q.Segment })
		},
	}
}

func everyTest() Test {
	return Test{
		Info: Info{
			Key: "every", Title: "Every n-th segment", Type: "number", Syntax: "a whole number from 1 on", Example: "audio:delay=3@every=5",
			Help: "Segments whose number is a multiple: every=5 is n=0/5.",
		},
		segment: true,
		read: func(item string) (Item, error) {
			every, err := readNumber(item)
			if err != nil || every < 1 {
				return Item{}, fmt.Errorf("not a whole number from 1 on")
			}
			return Item{Text: strconv.FormatInt(every, 10), holds: func(q *Request, _ time.Time) bool { return q.Segment && q.Number%every == 0 }}, nil
		},
	}
}

func edgeTest() Test {
	return Test{
		Info: Info{
			Key: "edge", Title: "Distance from the live edge", Type: "number", Syntax: numberSyntax, Example: "video:404@edge=0-1",
			Help: "How many newer segments there are at the moment of the request: 0 is the newest that is available.",
		},
		segment: true,
		read: func(item string) (Item, error) {
			return numberItem(item, func(q *Request) (int64, bool) { return q.Edge, q.Segment && q.Live && q.Edge >= 0 })
		},
	}
}

const tryKey = "try"

func tryTest() Test {
	return Test{
		Info: Info{
			Key: tryKey, Title: "Try", Type: "number", Syntax: numberSyntax, Example: "video:503@n=7,try=1-2",
			Help: "How often the client has asked for the same URL, this time included: try=1-2 fails twice, and then works. Counts are forgotten five minutes after the last try.",
		},
		read: func(item string) (Item, error) {
			return numberItem(item, func(q *Request) (int64, bool) { return q.Try, q.Try > 0 })
		},
	}
}

func updateTest() Test {
	return Test{
		Info: Info{
			Key: "update", Title: "Update of the manifest", Type: "number", Syntax: numberSyntax, Example: "manifest:504@update=3",
			Help: "The value of the option update, which counts how often the manifest has been loaded before.",
		},
		read: func(item string) (Item, error) {
			return numberItem(item, func(q *Request) (int64, bool) { return q.Update, q.Type == Manifest })
		},
	}
}
