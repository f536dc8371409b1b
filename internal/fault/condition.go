package fault

import (
	"strings"
	"time"
)

// Test is a kind of Condition.
type Test struct {
	Info
	segment bool // only segments have what is tested
	read    func(item string) (Item, error)
}

// Item is one of the values of a Condition.
type Item struct {
	Text  string // as it is printed
	dated bool   // it is about a date
	holds func(q *Request, now time.Time) bool
}

// Condition is a Test with values, one of which must hold.
type Condition struct {
	Key   string
	Items []Item
}

// String returns the Condition as it is written in a Rule.
func (c Condition) String() string {
	texts := make([]string, len(c.Items))
	for i, it := range c.Items {
		texts[i] = it.Text
	}
	return c.Key + "=" + strings.Join(texts, ",")
}

func (c *Condition) holds(q *Request, now time.Time) bool {
	for i := range c.Items {
		if c.Items[i].holds(q, now) {
			return true
		}
	}
	return false
}

// Tests returns the kinds of Condition that there are. A new one is a file and a line here.
func Tests() []Test {
	return []Test{numberTest(), everyTest(), nthTest(), edgeTest(), timeTest(), arrivalTest(), tryTest(), updateTest(), representationTest(), locationTest(), ageTest()}
}
