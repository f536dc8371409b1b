package delivery

import (
	"errors"
	"strconv"
	"time"

	"github.com/dashwright/dashwright/internal/option"
	"github.com/dashwright/dashwright/internal/presentation"
)

// cacheControl says how long the manifest of p, which is as it is at the instant of the request, may be given to others without asking (RFC 9111, 5.2.2): until it changes, and no longer than
// players are told to keep it. What only the entity tag can tell to be the same is asked for every time.
func (q *request) cacheControl(p *presentation.Presentation) string {
	d := p.Live
	switch {
	case d == nil, rulesOf(q.opts) != nil, option.Now.Given(q.opts), option.StartOffset.Given(q.opts), option.StopOffset.Given(q.opts):
		return "no-cache"
	case d.Instantaneous():
		return "no-store"
	}
	age := time.Minute
	if d.Update > 0 {
		age = d.Update
	}
	if !d.Until.IsZero() {
		age = min(age, d.Until.Sub(d.Now))
	}
	// A start that has a name is another one some day.
	for age >= time.Second && !presentation.StartOf(q.mode, q.opts, q.now.Add(age)).Equal(q.start) {
		age /= 2
	}
	if age < time.Second {
		return "no-cache"
	}
	return maxAge(age)
}

// maxAge returns a Cache-Control of whole seconds.
func maxAge(d time.Duration) string {
	return "public, max-age=" + strconv.FormatInt(int64(d/time.Second), 10)
}

// goneAge is how long it may be remembered that a segment has gone: it does not come back, but the clock may be set.
const goneAge = time.Minute

// remembered returns the error of a request, with how long that may be remembered: that a segment is too early until it is there, so that no cache says so when it is.
func remembered(err error) error {
	var window *presentation.WindowError
	var said *cacheable
	if errors.As(err, &said) || !errors.As(err, &window) || window.Code < 400 || window.Code >= 500 {
		return err
	}
	age := window.Until
	if age < 0 {
		age = goneAge
	}
	if age < time.Second {
		return err
	}
	return &cacheable{err, maxAge(age)}
}

// unremembered returns the error of a request for which there are rules of what goes wrong: the next one may end otherwise.
func unremembered(err error) error {
	var window *presentation.WindowError
	if !errors.As(err, &window) {
		return err
	}
	return &cacheable{err, "no-store"}
}

// cacheable is an error that may be remembered.
type cacheable struct {
	err     error
	control string
}

func (e *cacheable) Error() string { return e.err.Error() }
func (e *cacheable) Unwrap() error { return e.err }

// CacheControl returns the value of the header field.
func (e *cacheable) CacheControl() string { return e.control }
