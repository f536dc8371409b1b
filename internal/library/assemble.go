package library

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/index"
	"github.com/dashwright/dashwright/internal/media"
)

// assembly makes an entry's asset from the indexes of its files.
type assembly struct {
	l *Library
	e *entry

	inputs   []asset.Input
	title    string   // of a file's own metadata
	version  []string // what the asset's version depends on
	warnings []string
	imports  []*importJob
	describe bool     // audio that would have to be converted is described only
	others   []Other  // which it is
	later    []func() // converts it after all
	counts   map[media.Kind]int
	used     map[string]bool // track IDs
	refused  string          // the name of a video codec that is not served
	from     string          // and of the file that it is in
	video    bool
	waiting  bool // for an import, without which there is nothing
	changed  bool // a file is being written
}

// part is what is asked of one file.
type part struct {
	file
	id       string // "": v1, a1, t1 and so on
	language string
	label    string
	roles    []string
	track    string // "": all; else a number from 1, or a kind
	where    string // of the part in its description, for errors
}

// assemble returns the asset. errMoved says that the entry is a folder that has just been decided about.
func (b *assembly) assemble(ctx context.Context) (*asset.Asset, error) {
	b.begin()
	a, err := b.make(ctx)
	if err == nil {
		a.Default(b.e.desc.query())
	}
	b.changed = errors.Is(err, errChanged)
	return a, err
}

func (b *assembly) begin() { b.counts, b.used = map[media.Kind]int{}, map[string]bool{} }

func (b *assembly) make(ctx context.Context) (*asset.Asset, error) {
	e := b.e
	if e.draft.err != nil {
		return nil, e.draft.err
	}
	switch e.shape {
	case undecided:
		d, err := b.l.decide(ctx, e.files)
		if err != nil {
			return nil, err
		}
		b.l.decided(e.path, d)
		return nil, errMoved
	case single:
		if err := b.add(ctx, part{file: e.files[0]}, ""); err != nil {
			return nil, err
		}
	case group:
		for _, f := range e.files {
			if err := b.add(ctx, part{file: f, id: trackID(f.stem()), language: newSidecar(f).language}, f.path); err != nil {
				return nil, err
			}
		}
	case described:
		if e.isProgramme() {
			return b.programme(ctx)
		}
		for _, p := range e.desc.parts {
			if err := b.add(ctx, p, p.path); err != nil {
				return nil, err
			}
		}
	}
	for _, t := range e.texts {
		b.addText(ctx, t)
	}
	return b.together()
}

// together makes an asset of what has been added.
func (b *assembly) together() (*asset.Asset, error) {
	if len(b.inputs) == 0 && len(b.later) > 0 {
		b.describe, b.others = false, nil
		for _, convert := range b.later {
			convert()
		}
	}
	if err := b.playable(); err != nil {
		return nil, err
	}
	b.share()
	title := b.e.title
	if b.e.shape == single && b.title != "" {
		title = b.title
	}
	return asset.New(b.e.name, title, b.versionHash(), b.inputs, b.warnings)
}

// playable says why what there is cannot be served, if so.
func (b *assembly) playable() error {
	if b.refused != "" && !b.video {
		return errs.Errorf(errs.Unsupported, "%s: its video is %s, which DASH players cannot play; H.264, HEVC, AV1 and VP9 are served", b.from, b.refused)
	}
	if len(b.inputs) == 0 {
		return b.empty()
	}
	return nil
}

// empty says why there is nothing to serve.
func (b *assembly) empty() error {
	for _, j := range b.imports {
		if !j.finished() {
			b.waiting = true
			return unavailable("%s: %s", filepath.Base(b.e.path), j.sentence())
		}
	}
	why := "there is neither video nor audio nor text in it that can be served"
	if len(b.warnings) > 0 {
		why = strings.Join(b.warnings, "; ")
	} else if len(b.imports) > 0 {
		why = b.imports[0].sentence()
	}
	return errs.Errorf(errs.Unsupported, "%s: %s", filepath.Base(b.e.path), why)
}

// indexOf returns the index of a file, or of what FFmpeg makes of it, and the file that it is the index of.
func (b *assembly) indexOf(ctx context.Context, f *file) (*index.File, *file, error) {
	idx, err := b.l.fileIndex(ctx, f)
	if !errors.Is(err, errForeign) {
		return idx, f, err
	}
	job, err := b.l.imports.whole(f, b.e)
	if err != nil {
		return nil, nil, err
	}
	if !job.finished() {
		b.waiting = true
		b.imports = append(b.imports, job)
		return nil, nil, unavailable("%s", job.sentence())
	}
	made, err := job.result()
	if err != nil {
		return nil, nil, err
	}
	b.warnings = append(b.warnings, job.notes()...)
	idx, err = b.l.fileIndex(ctx, made)
	return idx, made, err
}

// add takes the tracks of a file that are wanted and can be served. clock names the file's time line.
func (b *assembly) add(ctx context.Context, p part, clock string) error {
	idx, f, err := b.indexOf(ctx, &p.file)
	if err != nil {
		return err
	}
	return b.take(&p, idx, f, clock)
}

// take takes the tracks of an index, which is that of f, that are wanted and can be served.
func (b *assembly) take(p *part, idx *index.File, f *file, clock string) error {
	if idx.Title != "" && b.title == "" {
		b.title = idx.Title
	}
	b.version = append(b.version, fmt.Sprintf("%s|%d|%d|%s|%s|%s|%v|%s", p.rel, p.size, p.mtime, p.id, p.language, p.label, p.roles, p.track))
	for _, w := range idx.Warnings {
		b.warn(&p.file, w)
	}
	before := len(b.inputs)
	for i, t := range idx.Tracks {
		if p.wants(i, t) {
			b.track(p, f, idx, i, clock)
		}
	}
	if p.track != "" && len(b.inputs) == before && b.refused == "" {
		return errs.Errorf(errs.Invalid, "%s: %s has no track %q", p.where, p.base(), p.track)
	}
	return nil
}

// wants says whether a part asks for the track at position i.
func (p *part) wants(i int, t *index.Track) bool {
	return t.Kind != media.Other && (p.track == "" || p.track == t.Kind.String() || p.track == fmt.Sprint(i+1))
}

// warn keeps a sentence; where several files make a stream it says which one is meant.
func (b *assembly) warn(f *file, sentence string) {
	if b.e.shape != single {
		sentence = f.base() + ": " + sentence
	}
	b.warnings = append(b.warnings, sentence)
}

// track adds one track of a file, or what FFmpeg makes of it.
func (b *assembly) track(p *part, f *file, idx *index.File, i int, clock string) {
	t := *idx.Tracks[i]
	token := fileToken(f, idx.Format)
	switch {
	case b.l.plays(&t.Track):
		if t.Count == 0 && len(t.Cues) == 0 {
			b.warn(f, fmt.Sprintf("track %d (%s, %s) is empty", t.ID, t.Kind, t.Codec))
			return
		}
	case t.Kind == media.Video:
		b.refused, b.from = string(t.Codec), p.base()
		b.warn(f, fmt.Sprintf("track %d is left out: it is %s, which DASH players cannot play", t.ID, t.Codec))
		return
	case t.Kind == media.Audio && t.Encryption == nil:
		if b.describe {
			b.others = append(b.others, b.l.imports.other(p, &t))
			b.later = append(b.later, func() { b.track(p, f, idx, i, clock) })
			return
		}
		made, madeToken := b.convert(f, idx, i)
		if made == nil {
			return
		}
		made.ID, made.Language, made.Title, made.Default, made.Original = t.ID, t.Language, t.Title, t.Default, t.Original
		made.Commentary, made.HearingImpaired, made.VisualImpaired = t.Commentary, t.HearingImpaired, t.VisualImpaired
		t, token = *made, madeToken
	default:
		b.warn(f, fmt.Sprintf("track %d is left out: %s of the kind %s is not served", t.ID, t.Kind, t.Codec))
		return
	}
	// A word in a file's name may be a language, or anything else: the pictures need none.
	if p.language != "" && (t.Language == "" && t.Kind != media.Video || b.e.shape == described) {
		t.Language = p.language
	}
	b.video = b.video || t.Kind == media.Video
	in := asset.Input{Track: &t, ID: b.id(p.id, t.Kind), File: token, Label: p.label, Roles: p.roles, Clock: clock}
	if in.Roles == nil {
		in.Roles = roles(&t.Track)
	}
	b.inputs = append(b.inputs, in)
}

// convert returns the AAC form of an audio track, nil while there is none.
func (b *assembly) convert(f *file, idx *index.File, i int) (*index.Track, string) {
	job := b.l.imports.audio(f, idx, i, b.e)
	b.imports = append(b.imports, job)
	if !job.finished() {
		return nil, ""
	}
	made, err := job.result()
	if err != nil {
		return nil, "" // the job's sentence says it
	}
	done, err := b.l.fileIndex(b.l.ctx, made)
	if err != nil || len(done.Tracks) != 1 {
		b.warn(f, fmt.Sprintf("track %d is left out: its AAC form cannot be read: %v", idx.Tracks[i].ID, err))
		return nil, ""
	}
	b.version = append(b.version, fmt.Sprintf("import %d", made.size))
	t := *done.Tracks[0]
	return &t, fileToken(made, done.Format)
}

// addText adds a subtitle file; what is wrong with it is a warning.
func (b *assembly) addText(ctx context.Context, s sidecar) {
	idx, err := b.l.fileIndex(ctx, &s.file)
	switch {
	case errors.Is(err, errForeign):
		b.warnings = append(b.warnings, s.base()+": there are no subtitles in it that can be read")
		return
	case err != nil:
		b.warnings = append(b.warnings, fmt.Sprintf("subtitles are left out: %v", err))
		return
	}
	b.version = append(b.version, fmt.Sprintf("%s|%d|%d", s.rel, s.size, s.mtime))
	for _, w := range idx.Warnings {
		b.warnings = append(b.warnings, s.base()+": "+w)
	}
	for _, found := range idx.Tracks {
		if !served(&found.Track) || found.Count == 0 && len(found.Cues) == 0 {
			b.warnings = append(b.warnings, s.base()+": there are no subtitles in it")
			continue
		}
		t := *found
		if s.language != "" {
			t.Language = s.language
		}
		t.Forced, t.HearingImpaired = t.Forced || s.forced, t.HearingImpaired || s.sdh
		id := ""
		if b.e.shape == group {
			id = trackID(s.stem())
		}
		b.inputs = append(b.inputs, asset.Input{
			Track: &t, ID: b.id(id, media.Text), File: fileToken(&s.file, idx.Format), Roles: roles(&t.Track), Clock: besideClock + s.path,
		})
	}
}

// besideClock begins the names of the time lines of subtitle files: their times are those of the stream.
const besideClock = "beside:"

// id returns a track ID that is not used yet.
func (b *assembly) id(wanted string, k media.Kind) string {
	if wanted != "" {
		return unique(b.used, wanted)
	}
	b.counts[k]++
	return unique(b.used, fmt.Sprintf("%c%d", k.String()[0], b.counts[k]))
}

// share puts the files of a stream on one time line when they begin within a second of each other: then the distances are meant. Otherwise each begins at 0.
func (b *assembly) share() {
	var first, last time.Duration
	n := 0
	for i := range b.inputs {
		in := &b.inputs[i]
		if in.Count == 0 || in.Kind == media.Text {
			continue
		}
		at := (in.FirstPTS + in.Priming).Duration(in.Timescale)
		if n == 0 {
			first, last = at, at
		}
		first, last = min(first, at), max(last, at)
		n++
	}
	if last-first > time.Second {
		return
	}
	for i := range b.inputs {
		if in := &b.inputs[i]; in.Count > 0 && !strings.HasPrefix(in.Clock, besideClock) {
			in.Clock = ""
		}
	}
}

// versionHash is the same wherever the same files make the same stream.
func (b *assembly) versionHash() string {
	lines := slices.Clone(b.version)
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(fmt.Sprintf("%d\n%s", index.Version, strings.Join(lines, "\n"))))
	return hex.EncodeToString(sum[:8])
}

// plays says whether a track is served as it is by this library.
func (l *Library) plays(t *media.Track) bool {
	if l.cfg.AAC && t.Encryption == nil && (t.Codec == media.MP3 || t.Codec == media.AC3 || t.Codec == media.EAC3) {
		return false
	}
	return served(t)
}

// served says whether a track can be served as it is.
func served(t *media.Track) bool {
	switch t.Codec {
	case media.AVC, media.HEVC, media.AV1, media.VP9:
		return t.Kind == media.Video
	case media.AAC, media.MP3, media.AC3, media.EAC3, media.Opus, media.FLAC:
		return t.Kind == media.Audio
	case media.WVTT, media.STPP:
		return t.Kind == media.Text
	}
	return false
}

// roles returns what a file says of a track's purpose, in the words of urn:mpeg:dash:role:2011 (ISO/IEC 23009-1, 5.8.5.5).
func roles(t *media.Track) []string {
	switch {
	case t.Kind == media.Text && t.Forced:
		return []string{"forced-subtitle"}
	case t.Kind == media.Text && t.HearingImpaired:
		return []string{"caption"}
	case t.Kind == media.Text:
		return []string{"subtitle"}
	case t.Commentary:
		return []string{"commentary"}
	case t.VisualImpaired:
		return []string{"description"}
	}
	return nil
}
