package steering

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
)

const (
	// mostNames is how many streams and sessions a Desk knows; the one that was not heard of for the longest time goes first.
	mostNames = 1 << 12
	// mostPathways is how many pathways an order has at most.
	mostPathways = 32
	// longestName is how long the name of a pathway, stream or session is at most.
	longestName = 200
)

// Order is what was decided for a stream or a session.
type Order struct {
	// Priority is the pathways to use, the best first. It takes the place of all that the URL says.
	Priority []string
	// TTL is after how many seconds players are to ask again; 0: as the URL says.
	TTL int64
	// Clones are added to those that the URL says.
	Clones []Clone
}

// Report is what a player said of itself when it asked.
type Report struct {
	At         time.Time
	Pathways   []string // that it uses (_DASH_pathway)
	Throughput []int64  // of each, in bits per second (_DASH_throughput)
	// Mistakes are what is not as the standard has it.
	Mistakes []string
}

// Record is what a Desk knows of a stream or a session.
type Record struct {
	Name  string
	Order *Order // nil: nothing was decided
	Asked int64  // how often players have asked
	Last  *Report
	// Said is the first pathway of the last answer, and Ignored how many times in a row a player has come back that used another one.
	Said    string
	Ignored int64

	heard time.Time
}

// Desk keeps Records. It may be used by several goroutines.
type Desk struct {
	mu    sync.Mutex
	names map[string]*Record
}

// NewDesk returns an empty Desk.
func NewDesk() *Desk { return &Desk{names: map[string]*Record{}} }

// Decide sets what players of a stream or session are told from now on. errs.Invalid when the order cannot be one.
func (d *Desk) Decide(name string, order Order, now time.Time) (Record, error) {
	if err := order.check(); err != nil {
		return Record{}, err
	}
	if name == "" || len(name) > longestName {
		return Record{}, errs.Errorf(errs.Invalid, "a stream or session has a name of 1 to %d bytes", longestName)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.record(name, now)
	r.Order = &order
	return *r, nil
}

func (o *Order) check() error {
	if len(o.Priority) == 0 || len(o.Priority) > mostPathways {
		return errs.Errorf(errs.Invalid, "priority: %d pathways; there are 1 to %d, the best first", len(o.Priority), mostPathways)
	}
	for i, p := range o.Priority {
		if p == "" || len(p) > longestName || slices.Contains(o.Priority[:i], p) {
			return errs.Errorf(errs.Invalid, "priority: %q is empty, too long or there twice", p)
		}
	}
	if o.TTL < 0 || o.TTL > 86400 {
		return errs.Errorf(errs.Invalid, "ttl: %d s; it is from 1 to 86400, or 0 for what the URL says", o.TTL)
	}
	if len(o.Clones) > mostPathways {
		return errs.Errorf(errs.Invalid, "clones: %d; there are at most %d", len(o.Clones), mostPathways)
	}
	for _, c := range o.Clones {
		if c.ID == "" || c.Base == "" || c.Replacement.Host == "" && len(c.Replacement.Params) == 0 {
			return errs.Errorf(errs.Invalid, "clones: %q of %q: each has an ID, the ID of the pathway that it is made of, and a host or parameters", c.ID, c.Base)
		}
	}
	return nil
}

// Forget takes back what was decided. errs.NotFound when nothing was.
func (d *Desk) Forget(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.names[name]
	if r == nil || r.Order == nil {
		return errs.Errorf(errs.NotFound, "nothing was decided for %q", name)
	}
	r.Order = nil
	return nil
}

// Record returns what is known of a stream or session. errs.NotFound when nothing is.
func (d *Desk) Record(name string) (Record, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r := d.names[name]; r != nil {
		return *r, nil
	}
	return Record{}, errs.Errorf(errs.NotFound, "nothing was decided for %q, and no player has asked", name)
}

// Records returns all that is known, by name.
func (d *Desk) Records() []Record {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := make([]Record, 0, len(d.names))
	for _, r := range d.names {
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b Record) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Apply returns the answer to a player that asks for name: a, unless something was decided. pathway and throughput are what it said.
func (d *Desk) Apply(name string, a Answer, pathway, throughput string, now time.Time) Answer {
	report := read(pathway, throughput)
	report.At = now
	d.mu.Lock()
	defer d.mu.Unlock()
	r := d.record(name, now)
	if o := r.Order; o != nil {
		a.Priority = o.Priority
		if o.TTL > 0 {
			a.TTL = o.TTL
		}
		a.Clones = append(slices.Clip(a.Clones), o.Clones...)
	}
	if used := report.Pathways; len(used) > 0 && r.Said != "" {
		if r.Ignored++; slices.Contains(used, r.Said) {
			r.Ignored = 0
		}
	}
	r.Asked++
	r.Last, r.Said = &report, ""
	if len(a.Priority) > 0 {
		r.Said = a.Priority[0]
	}
	return a
}

// record returns the Record of name, a new one if there is none.
func (d *Desk) record(name string, now time.Time) *Record {
	r := d.names[name]
	if r == nil {
		if len(d.names) >= mostNames {
			d.drop()
		}
		r = &Record{Name: name}
		d.names[name] = r
	}
	r.heard = now
	return r
}

// drop forgets the Record that was not heard of for the longest time.
func (d *Desk) drop() {
	var oldest *Record
	for _, r := range d.names {
		if oldest == nil || r.heard.Before(oldest.heard) {
			oldest = r
		}
	}
	delete(d.names, oldest.Name)
}

// read reads what a player says: names in quotes and bits per second, both with commas between several.
func read(pathway, throughput string) Report {
	var r Report
	if len(pathway) > 1000 || len(throughput) > 1000 {
		r.Mistakes = append(r.Mistakes, "more than a thousand bytes")
		return r
	}
	if pathway != "" {
		inner, quoted := strings.CutPrefix(pathway, `"`)
		inner, closed := strings.CutSuffix(inner, `"`)
		if !quoted || !closed {
			r.Mistakes = append(r.Mistakes, "_DASH_pathway is not in double quotes")
		}
		r.Pathways = strings.Split(strings.Trim(inner, `"`), ",")
	}
	if throughput == "" {
		return r
	}
	for text := range strings.SplitSeq(throughput, ",") {
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || n < 0 || n > math.MaxInt64/2 {
			r.Mistakes = append(r.Mistakes, "_DASH_throughput is not bits per second: "+text)
			continue
		}
		if n != math.Trunc(n) {
			r.Mistakes = append(r.Mistakes, "_DASH_throughput is not a whole number: "+text)
		}
		r.Throughput = append(r.Throughput, int64(n))
	}
	if len(r.Throughput) != len(r.Pathways) && len(r.Mistakes) == 0 {
		r.Mistakes = append(r.Mistakes, "_DASH_pathway and _DASH_throughput do not have as many items")
	}
	return r
}
