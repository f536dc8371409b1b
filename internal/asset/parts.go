package asset

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/errs"
)

// Part is a stretch of an Asset that another one shows as a Period.
type Part struct {
	ID    string // in URLs, unique in its programme
	Asset *Asset // has Sets
	// In and Out are presentation times of the Asset; Out is its end when 0. They mean the nearest segment boundaries, unless Exact.
	In, Out time.Duration
	Exact   bool
}

// Programme returns an Asset that has Parts and no Sets: they are shown one after another. The error, of kind errs.Invalid, says which part cannot be.
func Programme(name, title string, parts []Part, warnings []string) (*Asset, error) {
	a := &Asset{Name: name, Title: title, Parts: parts, Warnings: warnings}
	version := ""
	for i := range parts {
		p := &parts[i]
		if len(p.Asset.Parts) > 0 {
			return nil, errs.Errorf(errs.Invalid, "%s: %s consists of Periods itself; name what those are made of", p.ID, p.Asset.Name)
		}
		out := p.Out
		if out == 0 {
			out = p.Asset.Duration
		}
		if p.In < 0 || p.In >= out || p.In >= p.Asset.Duration {
			return nil, errs.Errorf(errs.Invalid, "%s: nothing is between %v and %v of %s, which lasts %v", p.ID, p.In, out, p.Asset.Name, p.Asset.Duration.Round(time.Millisecond))
		}
		if out > p.Asset.Duration+time.Second {
			return nil, errs.Errorf(errs.Invalid, "%s: %s lasts %v, its out-point is %v", p.ID, p.Asset.Name, p.Asset.Duration.Round(time.Millisecond), out)
		}
		a.Duration += min(out, p.Asset.Duration) - p.In
		version += fmt.Sprintf("%s|%s|%s|%d|%d|%v\n", p.ID, p.Asset.Name, p.Asset.Version, p.In, p.Out, p.Exact)
	}
	if len(parts) == 0 {
		return nil, errs.Errorf(errs.Invalid, "%s has no part", name)
	}
	sum := sha256.Sum256([]byte(version))
	a.Version = hex.EncodeToString(sum[:8])
	return a, nil
}

// Keep returns an Asset that has those Tracks of a alone that have one of the IDs, or are of one of the kinds (video, audio, text) that are among them. The error, of kind errs.Invalid,
// names what a has not.
func (a *Asset) Keep(ids []string) (*Asset, error) {
	kept := &Asset{Name: a.Name, Title: a.Title, Version: a.Version + "-" + strings.Join(ids, "+"), Duration: a.Duration, Warnings: a.Warnings}
	found := map[string]bool{}
	var all []string
	for _, set := range a.Sets {
		s := Set{Kind: set.Kind}
		for _, t := range set.Tracks {
			all = append(all, t.ID)
			byID, byKind := slices.Contains(ids, t.ID), slices.Contains(ids, set.Kind.String())
			if byID {
				found[t.ID] = true
			}
			if byKind {
				found[set.Kind.String()] = true
			}
			if byID || byKind {
				s.Tracks = append(s.Tracks, t)
			}
		}
		if len(s.Tracks) > 0 {
			kept.Sets = append(kept.Sets, s)
		}
	}
	for _, id := range ids {
		if !found[id] {
			return nil, errs.Errorf(errs.Invalid, "%s has no track %q; it has %s", a.Name, id, strings.Join(all, ", "))
		}
	}
	return kept, nil
}
