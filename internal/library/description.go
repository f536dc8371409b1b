package library

import (
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/library/describe"
)

// maxDescription is how large a NAME.stream.yaml may be.
const maxDescription = 1 << 20

// description is what a NAME.stream.yaml says.
type description struct {
	file
	title    string
	parts    []part   // their files not looked at yet
	periods  []period // instead of parts
	timing   string   // ID of the track that is the timing reference
	defaults map[string]string
}

// period is one Period of a programme; its part has a path when it is of a file.
type period struct {
	describe.Period
	part
}

// parsed is a description, or what is wrong with it, remembered.
type parsed struct {
	stamp
	desc *description
	err  error
}

// readDescription returns what a description says, its parts with the files that they name. It is called under l.mu.
func (l *Library) readDescription(f file) (*description, error) {
	p := l.descriptions[f.path]
	if p == nil || p.stamp != f.stamp {
		p = &parsed{stamp: f.stamp}
		var b []byte
		if f.size > maxDescription {
			p.err = errs.Errorf(errs.Invalid, "%s: %d bytes are more than a description may have (%d)", f.base(), f.size, maxDescription)
		} else if b, p.err = os.ReadFile(f.path); p.err == nil {
			p.desc, p.err = l.parseDescription(f, b)
		}
		l.descriptions[f.path] = p
	}
	if p.err != nil {
		return nil, p.err
	}
	d := *p.desc
	d.parts, d.periods = slices.Clone(d.parts), slices.Clone(d.periods)
	for i := range d.parts {
		if err := l.locate(&d.parts[i], &f); err != nil {
			return nil, err
		}
	}
	for i := range d.periods {
		if d.periods[i].File == "" {
			continue
		}
		if err := l.locate(&d.periods[i].part, &f); err != nil {
			return nil, err
		}
	}
	return &d, nil
}

// parseDescription reads YAML.
func (l *Library) parseDescription(f file, b []byte) (*description, error) {
	said, err := describe.Parse(f.base(), b)
	if err != nil {
		return nil, err
	}
	if l.cfg.Option != nil {
		for _, name := range slices.Sorted(maps.Keys(said.Options)) {
			if err := l.cfg.Option(name, said.Options[name]); err != nil {
				return nil, errs.Errorf(errs.Invalid, "%s: %w", said.Where[name], err)
			}
		}
	}
	d := &description{file: f, title: said.Title, timing: said.Timing, defaults: said.Options}
	for _, s := range said.Files {
		d.parts = append(d.parts, part{file: file{path: s.Path}, id: s.ID, language: s.Language, label: s.Label, roles: s.Roles, track: s.Track, where: s.Where})
	}
	for _, s := range said.Periods {
		d.periods = append(d.periods, period{s, part{file: file{path: s.File}, where: s.Where}})
	}
	return d, nil
}

// query returns the defaults as a query.
func (d *description) query() string {
	if d == nil {
		return ""
	}
	q := url.Values{}
	for name, value := range d.defaults {
		q.Set(name, value)
	}
	return q.Encode()
}

// locate looks for the file of a part: among those that count, else on disk.
func (l *Library) locate(p *part, desc *file) error {
	rel := p.path
	if strings.HasPrefix(rel, "/") || filepath.IsAbs(rel) || filepath.VolumeName(rel) != "" {
		return errs.Errorf(errs.Invalid, "%s: %q is an absolute path, which is not taken; names are relative to the folder of the description", p.where, rel)
	}
	path := filepath.Join(filepath.Dir(desc.path), filepath.FromSlash(rel))
	if !l.within(path, desc) {
		return errs.Errorf(errs.Invalid, "%s: %q is outside of the folder that is served; serve a folder that has both, or put a link to it beside the description", p.where, rel)
	}
	for _, list := range l.tree {
		if list.path == filepath.Dir(path) {
			for _, files := range [][]file{list.media, list.texts} {
				for i := range files {
					if files[i].path == path {
						p.file = files[i]
						return nil
					}
				}
			}
		}
	}
	i, err := os.Stat(path)
	switch {
	case err != nil:
		return errs.Errorf(errs.Invalid, "%s: there is no file %q; names are relative to the folder of the description", p.where, rel)
	case !i.Mode().IsRegular():
		return errs.Errorf(errs.Invalid, "%s: %q is not a file", p.where, rel)
	}
	p.file = file{path: path, rel: rel, stamp: stampOf(i)}
	return nil
}

// within says whether a path is in the folder that a description is served with: the one that was given, or the description's own when that was given itself.
func (l *Library) within(path string, desc *file) bool {
	return inside(filepath.Dir(desc.path), path) || slices.ContainsFunc(l.roots, func(root string) bool { return inside(root, desc.path) && inside(root, path) })
}

// inside says whether path is in the folder root.
func inside(root, path string) bool {
	rel, err := filepath.Rel(root, path)
	return err == nil && filepath.IsLocal(rel)
}

// describedDraft makes the stream of a description. The files that it names are not streams of their own.
func describedDraft(f file, read func(file) (*description, error), taken map[string]bool) draft {
	name := strings.TrimSuffix(f.base(), descriptionSuffix)
	d := draft{shape: described, plain: streamName(name), title: name, path: f.path, files: []file{f}}
	d.desc, d.err = read(f)
	if d.err != nil {
		d.desc = nil
		return d
	}
	if d.desc.title != "" {
		d.title = d.desc.title
	}
	for _, p := range d.desc.parts {
		d.files = append(d.files, p.file)
		taken[p.path] = true
	}
	for _, p := range d.desc.periods {
		if p.File != "" {
			d.files = append(d.files, p.file)
			taken[p.path] = true
		}
	}
	return d
}
