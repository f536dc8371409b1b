package library

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/source"
)

// descriptionSuffix ends the names of files that say explicitly what a stream is made of.
const descriptionSuffix = ".stream.yaml"

// stamp is by what a file's content is known to be unchanged.
type stamp struct {
	size  int64
	mtime int64 // nanoseconds since 1970
}

func stampOf(i fs.FileInfo) stamp { return stamp{i.Size(), i.ModTime().UnixNano()} }

// file is a file as a walk saw it.
type file struct {
	path string // absolute
	rel  string // from the given path, with "/": the same wherever the same files are
	stamp
}

func (f *file) base() string { return filepath.Base(f.path) }

// stem returns the file's name without its extension.
func (f *file) stem() string { return strings.TrimSuffix(f.base(), filepath.Ext(f.path)) }

// folder is a folder as it was read, or, with only, one file of it that was given as a path.
type folder struct {
	path    string
	real    string   // path without symbolic links
	parents []string // names of the folders from the given path down to this one, itself included
	only    string

	media, texts, descriptions []file
	folders, links             []string // names of subfolders, and of symbolic links to folders
}

// key tells the folders of a tree apart.
func (f *folder) key() string { return f.path + "\x00" + f.only }

// tree is what a walk found: folders, those above before those in them.
type tree []*folder

// kinds says what files are by their extensions.
type kinds struct{ media, texts map[string]bool }

func newKinds() kinds {
	k := kinds{map[string]bool{}, map[string]bool{}}
	for _, f := range source.Formats() {
		for _, e := range f.Extensions {
			switch f.Name {
			case "webvtt", "srt", "ass", "ttml":
				k.texts[e] = true
			default:
				k.media[e] = true
			}
		}
	}
	for _, e := range source.ByFFmpeg() {
		k.media[e] = true
	}
	return k
}

// walker reads folders.
type walker struct {
	kinds kinds
	skip  string             // the data folder
	old   map[string]*folder // of the former walk: taken over when not in dirty
	dirty map[string]bool    // nil: all
	seen  map[string]bool    // real paths
	out   tree
	later []*folder // behind symbolic links: read when all others are, so that a folder has its own name where it has one
	// problems are folders that could not be read.
	problems []error
}

// checkPath returns the absolute form of a path given by the user. The error, of kind errs.NotFound, says that there is nothing.
func checkPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", errs.Errorf(errs.Invalid, "%s: %w", path, err)
	}
	i, err := os.Stat(abs)
	switch {
	case os.IsNotExist(err):
		return "", errs.Errorf(errs.NotFound, "%s does not exist", path)
	case err != nil:
		return "", errs.Errorf(errs.Unavailable, "%s cannot be read: %w", path, err)
	case !i.IsDir() && !i.Mode().IsRegular():
		return "", errs.Errorf(errs.Unsupported, "%s is neither a file nor a folder", path)
	}
	return abs, nil
}

// walk reads all that is under roots. What has gone meanwhile is not in the tree.
func (w *walker) walk(roots []string) tree {
	w.seen = map[string]bool{}
	for _, r := range roots {
		i, err := os.Stat(r)
		if err != nil {
			continue
		}
		if !i.IsDir() {
			w.read(&folder{path: filepath.Dir(r), only: filepath.Base(r)})
			continue
		}
		real, err := filepath.EvalSymlinks(r)
		if err != nil {
			real = r
		}
		w.descend(&folder{path: r, real: real})
	}
	for len(w.later) > 0 {
		next := w.later[0]
		w.later = w.later[1:]
		w.descend(next)
	}
	return w.out
}

func (w *walker) descend(f *folder) {
	if w.seen[f.real] || f.path == w.skip {
		return
	}
	w.seen[f.real] = true
	f = w.read(f)
	for _, name := range f.folders {
		w.descend(&folder{path: filepath.Join(f.path, name), real: filepath.Join(f.real, name), parents: append(slices.Clip(f.parents), name)})
	}
	for _, name := range f.links {
		path := filepath.Join(f.path, name)
		if real, err := filepath.EvalSymlinks(path); err == nil {
			w.later = append(w.later, &folder{path: path, real: real, parents: append(slices.Clip(f.parents), name)})
		}
	}
}

// read lists one folder, or takes the former walk's list where nothing happened.
func (w *walker) read(f *folder) *folder {
	if old := w.old[f.key()]; old != nil && w.dirty != nil && !w.dirty[f.path] {
		w.out = append(w.out, old)
		return old
	}
	w.out = append(w.out, f)
	list, err := os.ReadDir(f.path)
	if err != nil {
		if !os.IsNotExist(err) {
			w.problems = append(w.problems, errs.Errorf(errs.Unavailable, "%s is left out: %w", f.path, err))
		}
	}
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), ".") || e.Name() == f.only {
			w.take(f, e)
		}
	}
	return f
}

func (w *walker) take(f *folder, e fs.DirEntry) {
	name := e.Name()
	if e.IsDir() {
		if f.only == "" {
			f.folders = append(f.folders, name)
		}
		return
	}
	ext := source.Extension(name)
	text, description := w.kinds.texts[ext], strings.HasSuffix(name, descriptionSuffix)
	link := e.Type()&fs.ModeSymlink != 0
	switch {
	case f.only != "" && name != f.only && !text:
		return
	case f.only == "" && !w.kinds.media[ext] && !text && !description && !link:
		return
	}
	path := filepath.Join(f.path, name)
	info, err := e.Info()
	if link {
		info, err = os.Stat(path)
	}
	switch {
	case err != nil:
		return
	case link && info.IsDir():
		if f.only == "" {
			f.links = append(f.links, name)
		}
		return
	case !info.Mode().IsRegular():
		return
	}
	found := file{path: path, rel: strings.Join(append(slices.Clip(f.parents), name), "/"), stamp: stampOf(info)}
	switch {
	case description:
		f.descriptions = append(f.descriptions, found)
	case name == f.only || w.kinds.media[ext]:
		f.media = append(f.media, found)
	case text:
		f.texts = append(f.texts, found)
	}
}
