package library

import (
	"context"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
)

// use is a stream that a programme shows, as it was when its asset was made.
type use struct {
	name    string
	entry   *entry
	version string
}

// isProgramme says whether the entry's stream consists of Periods.
func (e *entry) isProgramme() bool { return e.desc != nil && len(e.desc.periods) > 0 }

// outdated says whether a stream that a programme shows has become another since its asset was made.
func (e *entry) outdated(v *view) bool {
	uses := e.uses.Load()
	if uses == nil {
		return false
	}
	for _, u := range *uses {
		if v.byName[u.name] != u.entry {
			return true
		}
		if u.entry == nil {
			continue // there is none still
		}
		if a := u.entry.asset.Load(); a != nil && a.Version != u.version {
			return true
		}
	}
	return false
}

// current returns the entry's asset if it is in memory and what it depends on is as it was.
func (l *Library) current(e *entry, v *view) *asset.Asset {
	a := e.asset.Load()
	if a != nil && e.outdated(v) {
		l.cache.remove(e)
		return nil
	}
	return a
}

// revive has programmes looked at again whose streams have become others: those that there were not, too.
func (v *view) revive(l *Library) {
	now := l.now()
	for _, e := range v.order {
		if !e.isProgramme() || e.is(Pending) || !e.outdated(v) {
			continue
		}
		l.cache.remove(e)
		e.mu.Lock()
		e.stale, e.err = true, nil
		e.retry.Store(0)
		e.become(Pending, now)
		e.mu.Unlock()
	}
}

// programme makes the asset of a stream that consists of Periods.
func (b *assembly) programme(ctx context.Context) (*asset.Asset, error) {
	made := map[string]*asset.Asset{} // so that Periods of the same are known to be
	var uses []use
	defer func() { b.e.uses.Store(&uses) }()
	var parts []asset.Part
	for i := range b.e.desc.periods {
		p := &b.e.desc.periods[i]
		key := p.Stream + "\x00" + p.path
		a := made[key]
		if a == nil {
			var err error
			if p.Stream != "" {
				var u use
				u, a, err = b.stream(ctx, p.Stream)
				uses = append(uses, u)
			} else {
				a, err = b.alone(ctx, p.part)
			}
			if err != nil {
				return nil, errs.Errorf(errs.KindOf(err), "%s: %w", p.Where, err)
			}
			made[key] = a
		}
		if len(p.Keep) > 0 {
			key += "\x00" + strings.Join(p.Keep, "\x00")
			if made[key] == nil {
				kept, err := a.Keep(p.Keep)
				if err != nil {
					return nil, errs.Errorf(errs.Invalid, "%s: %w", p.Where, err)
				}
				made[key] = kept
			}
			a = made[key]
		}
		parts = append(parts, asset.Part{ID: p.ID, Asset: a, In: p.In, Out: p.Out, Exact: p.Exact})
	}
	return asset.Programme(b.e.name, b.e.title, parts, b.warnings)
}

// stream returns the asset of another stream; in use there is, if there is no asset, what it depends on that there is none.
func (b *assembly) stream(ctx context.Context, name string) (use, *asset.Asset, error) {
	e := b.l.view.Load().byName[name]
	if e != nil && e.isProgramme() { // it would wait for itself, perhaps
		return use{name, e, ""}, nil, errs.Errorf(errs.Invalid, "%s consists of Periods itself; name the streams that those are made of", name)
	}
	a, err := b.l.Asset(ctx, name)
	e = b.l.view.Load().byName[name]
	if err != nil {
		if errs.KindOf(err) == errs.NotFound { // of a part, not of what was asked for
			err = errs.Errorf(errs.Invalid, "%w", err)
		}
		return use{name, e, ""}, nil, err
	}
	if e == nil || e.isProgramme() {
		return use{}, nil, unavailable("%s is changing", name)
	}
	for _, w := range a.Warnings {
		b.warnings = append(b.warnings, name+": "+w)
	}
	return use{name, e, a.Version}, a, nil
}

// alone makes an asset of one file.
func (b *assembly) alone(ctx context.Context, p part) (*asset.Asset, error) {
	one := assembly{l: b.l, e: b.e}
	one.begin()
	err := one.add(ctx, p, "")
	b.imports, b.waiting, b.changed = append(b.imports, one.imports...), b.waiting || one.waiting, b.changed || one.changed
	if err != nil {
		return nil, err
	}
	if err := one.playable(); err != nil {
		b.waiting = b.waiting || one.waiting
		return nil, err
	}
	one.share()
	b.warnings = append(b.warnings, one.warnings...)
	return asset.New(streamName(p.stem()), p.stem(), one.versionHash(), one.inputs, slices.Clone(one.warnings))
}
