package keys

import (
	"path"

	"github.com/dashwright/dashwright/internal/drm"
	"github.com/dashwright/dashwright/internal/media"
)

// entry is a key, and what it is for.
type entry struct {
	key    drm.Key
	stream string // a pattern; "": no stream, it is found by its ID alone
	kinds  []media.Kind
	// Pictures have at least so many lines, and at most; pixels likewise. 0 at the top: no end.
	lines, pixels span
	period        period
	line          int // of the keys.yaml that names it
}

// span is from from to to, both included; to is 0 where there is no end.
type span struct{ from, to uint64 }

func (s span) has(n uint64) bool { return n >= s.from && (s.to == 0 || n <= s.to) }

func (s span) all() bool { return s == span{} }

// period is which key periods: the one with that number; with every, those that leave that remainder; any. The zero period is number 0, which is all that does not rotate.
type period struct {
	number, every int64
	any           bool
}

func (p period) has(n int64) bool {
	switch {
	case p.any:
		return true
	case p.every > 0:
		return n%p.every == p.number
	}
	return n == p.number
}

// fits says whether the entry's key is for a use.
func (e *entry) fits(u *drm.Use) bool {
	if e.stream == "" || !e.period.has(u.Period) {
		return false
	}
	if ok, err := path.Match(e.stream, u.Stream); err != nil || !ok {
		return false
	}
	if len(e.kinds) > 0 {
		found := false
		for _, k := range e.kinds {
			found = found || k == u.Kind
		}
		if !found {
			return false
		}
	}
	if e.lines.all() && e.pixels.all() {
		return true
	}
	width := uint64(u.Width)
	if width == 0 {
		width = uint64(u.Height) * 16 / 9
	}
	return u.Kind == media.Video && e.lines.has(uint64(u.Height)) && e.pixels.has(width*uint64(u.Height))
}

// use returns what is known of the uses of the entry's key: the highest pictures count.
func (e *entry) use() drm.Use {
	var u drm.Use
	if len(e.kinds) == 1 {
		u.Kind = e.kinds[0]
	}
	const tallest = 1 << 14
	switch {
	case !e.lines.all() && e.lines.to == 0, !e.pixels.all() && e.pixels.to == 0 && e.lines.all():
		u.Kind, u.Height = media.Video, tallest
	case !e.lines.all():
		u.Kind, u.Height = media.Video, uint32(min(e.lines.to, tallest))
	case !e.pixels.all():
		u.Kind = media.Video
		for u.Height = 1; u.Height < tallest && uint64(u.Height)*uint64(u.Height)*16/9 < e.pixels.to; u.Height++ {
		}
	}
	return u
}
