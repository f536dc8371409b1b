package library

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/source"
	"github.com/dashwright/dashwright/internal/source/subtitle"
)

// shape is what a stream is made of.
type shape uint8

const (
	single    shape = iota // a media file, and subtitles beside it
	group                  // all files of a folder
	undecided              // a folder whose files must be scanned to know whether it is a group
	described              // what a description says
)

// maxGroup is how many files a folder may have to be one stream.
const maxGroup = 64

// draft is a stream as planned from names alone.
type draft struct {
	shape     shape
	plain     string // the name it would have if no other wanted it
	extension string // appended when one does; "" for folders
	name      string
	title     string
	path      string
	files     []file    // media
	texts     []sidecar // subtitles of a single file, and text files of a group
	decision  *decision // group
	desc      *description
	err       error // of the description
}

// sidecar is a subtitle file.
type sidecar struct {
	file
	language string
	forced   bool
	sdh      bool
}

func newSidecar(f file) sidecar {
	_, lang, forced, sdh := subtitle.Language(f.base())
	return sidecar{f, lang, forced, sdh}
}

// id tells entries apart from one plan to the next: all that they depend on.
func (d *draft) id() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n%s\n%s\n", d.shape, d.name, d.title, d.path)
	add := func(f *file) { fmt.Fprintf(&b, "%s|%d|%d\n", f.path, f.size, f.mtime) }
	for i := range d.files {
		add(&d.files[i])
	}
	for i := range d.texts {
		add(&d.texts[i].file)
	}
	if d.desc != nil {
		add(&d.desc.file)
	}
	if d.err != nil {
		b.WriteString(d.err.Error())
	}
	return b.String()
}

// plan makes streams of what a walk found. decisions says which folders are groups; read reads a description.
func plan(t tree, decisions map[string]*decision, read func(file) (*description, error)) []draft {
	var drafts []draft
	taken := map[string]bool{} // by descriptions, or found already
	for _, f := range t {
		for _, y := range f.descriptions {
			drafts = append(drafts, describedDraft(y, read, taken))
		}
		if strings.HasSuffix(f.only, descriptionSuffix) {
			taken[filepath.Join(f.path, f.only)] = true
		}
	}
	free := func(f file) bool { return !taken[f.path] }
	for _, f := range t {
		media, texts := keep(f.media, free), keep(f.texts, free)
		for i := range media {
			taken[media[i].path] = true
		}
		if f.only == "" && len(media) >= 2 && len(media) <= maxGroup {
			d := decisions[f.path]
			if d == nil || !d.holds(media, texts) {
				drafts = append(drafts, folderDraft(f, undecided, media, texts))
				continue
			}
			if d.group {
				g := folderDraft(f, group, media, texts)
				g.decision = d
				drafts = append(drafts, g)
				continue
			}
		}
		drafts = append(drafts, singles(f, media, texts)...)
	}
	slices.SortStableFunc(drafts, func(a, b draft) int { return cmp.Compare(a.path, b.path) })
	return drafts
}

func keep(files []file, ok func(file) bool) []file {
	var out []file
	for _, f := range files {
		if ok(f) {
			out = append(out, f)
		}
	}
	return out
}

func folderDraft(f *folder, s shape, media, texts []file) draft {
	parts := f.parents
	if len(parts) == 0 {
		parts = []string{filepath.Base(f.path)}
	}
	d := draft{shape: s, plain: streamName(parts...), title: parts[len(parts)-1], path: f.path, files: media}
	for _, t := range texts {
		d.texts = append(d.texts, newSidecar(t))
	}
	return d
}

// singles makes a stream of each media file, with the subtitles beside it.
func singles(f *folder, media, texts []file) []draft {
	byStem := make(map[string][]int, len(media))
	drafts := make([]draft, len(media))
	for i, m := range media {
		drafts[i] = singleDraft(f, m)
		byStem[m.stem()] = append(byStem[m.stem()], i)
	}
	for _, t := range texts {
		// "the.man.srt": the film may be called "the.man", or "the" and this is Mandingo.
		owners, car := byStem[t.stem()], sidecar{file: t}
		if owners == nil {
			base, _, _, _ := subtitle.Language(t.base())
			owners, car = byStem[base], newSidecar(t)
		}
		for _, i := range owners {
			drafts[i].texts = append(drafts[i].texts, car)
		}
	}
	return drafts
}

func singleDraft(f *folder, m file) draft {
	return draft{
		shape: single, plain: streamName(append(slices.Clip(f.parents), m.stem())...), extension: slug(strings.TrimPrefix(source.Extension(m.path), ".")),
		title: m.stem(), path: m.path, files: []file{m},
	}
}

// names returns the names that the files of an undecided folder would have as streams of their own.
func (d *draft) names(f *folder) []string {
	var out []string
	for _, m := range d.files {
		s := singleDraft(f, m)
		out = append(out, s.plain, s.plain+"-"+s.extension)
	}
	return out
}
