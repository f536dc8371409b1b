package arch

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"
)

// policy says who may import whom: a package may import what stands behind its colon, and nothing else of ours. A package that is not listed may not exist, and
// one that is listed must. Words and leaves first, the command last. Tests may import anything.
const policy = `
# Words, which import nothing or other words.
errs      :
atomicfile :
media     :
box       : errs                            # bytes know no policy: no option, no drm
codec/bitstream : media errs
codec     : codec/bitstream media errs      # no source: a codec does not know where it came from
mediatest :                                 # makes test media: for tests only, so it is behind no colon
arch      :
proof     :                                 # tests of the whole, over years of clock and all combinations

# Files in. A container knows no request, no catalogue and no other container; the text of subtitle blocks is shared.
source/demux    : media errs
source/subtitle : source/demux media errs
source/mp4      : source/demux source/subtitle codec media errs
source/matroska : source/demux source/subtitle codec media errs
source/avi      : source/demux codec media errs
source/flv      : source/demux codec media errs
source/mpegts   : source/demux codec media errs
source          : source/demux source/mp4 source/matroska source/avi source/flv source/mpegts source/subtitle

# What is stored, and when it is. No option and no presentation: arithmetic only.
index    : media errs                       # no source: it takes Samples from whoever has them
asset    : index webvtt media errs
timeline : media index errs
periods  : media timeline
survey   : asset timeline media errs

# What is asked, and the junction: the only package that knows all three.
fault        : media errs                   # rules as values: counts nothing, sends nothing
drm          : media errs                   # signals: knows no request
cenc         : codec codec/bitstream media errs             # encrypts: knows neither request nor system
drm/keys     : drm media errs               # keys.yaml and CPIX: files, but no request
scte35       : errs
event        : scte35 media errs             # messages and schedules: no clock, no place
option       : drm fault event errs                   # imports none of those that read it
event/asked  : event option media errs        # from what is asked to numbers
steering     : option errs                  # decides; delivery and api speak
protection   : cenc drm media errs           # how each segment is encrypted
presentation : protection drm event event/asked asset codec errs index media option periods timeline

# What goes out. No option: decided already.
manifest : event presentation media errs
webvtt   : media errs
segment  : cenc protection event presentation timeline box codec webvtt media errs   # no source: payload comes through an interface of its own

# Files and requests.
library/ffmpeg : errs
library/indexing : index codec media source source/demux   # knows neither streams nor folders
library/order    : library/indexing source source/demux index box codec media errs   # mends what FFmpeg made
library/describe : media errs                # no file: what a description says, and nothing else
library/images : asset atomicfile errs                  # no presentation: a sheet is times and a grid
library  : atomicfile library/images library/ffmpeg library/describe library/indexing library/order source source/demux source/subtitle index asset media codec errs   # no presentation: it knows no request
delivery : drm event steering asset option fault presentation timeline manifest segment codec media errs
compat   : delivery option errs               # reads URLs: nothing is served but through delivery
api      : drm event scte35 steering fault library option asset survey media errs                     # no delivery, no segment
server   : api compat delivery errs web                               # a way in, nothing below

# Wiring and the command.
app/apptest    : app                          # runs the whole for tests, so it is behind no other colon
app            : drm/keys api asset delivery errs library library/images manifest media option presentation segment server steering timeline   # the only place that joins
cli            : app asset codec demo errs library media survey   # no server: through app
web            :
demo           :
cmd/dashwright : cli
`

// thirdParties says which package may import which module. One owner each: it can be replaced there.
const thirdParties = `
github.com/alecthomas/kong      : cli
github.com/lmittmann/tint       : cli
github.com/schollz/progressbar/v3 : cli
github.com/goccy/go-yaml        : library/describe drm/keys
github.com/Eyevinn/mp4ff        : cenc segment   # their tests: a second decryptor, another packager
github.com/fsnotify/fsnotify    : library
golang.org/x/term               : cli
golang.org/x/sys                : cenc   # which instructions the processor has
github.com/danielgtaylor/huma/v2 : api
`

// never says which packages of the standard library a package may not import, however convenient: what is pure stays pure.
const never = `
media        : net/http os
box          : net/http os
codec        : net/http os
codec/bitstream : net/http os
index        : net/http os database/sql
asset        : net/http os database/sql   # what is stored, as a value: no open files
timeline     : net/http os
periods      : net/http os
survey       : net/http os
option       : net/http os
drm          : net/http os
fault        : net/http os
steering     : net/http os
presentation : net/http os database/sql
protection   : net/http os
cenc         : net/http os
manifest     : net/http os database/sql
webvtt       : net/http os
segment      : net/http                   # it writes to whatever it is given
library      : net/http
library/describe : net/http os
source/mp4      : net/http
source/matroska : net/http
source/avi      : net/http
source/flv      : net/http
source/mpegts   : net/http
source/subtitle : net/http
`

// rules is a block of lines "a : b c  # why": what stands before the colon, and for each what stands behind it.
type rules map[string][]string

func parseRules(t *testing.T, block string) rules {
	t.Helper()
	r := rules{}
	for line := range strings.Lines(block) {
		line, _, _ = strings.Cut(line, "#")
		name, list, ok := strings.Cut(line, ":")
		if strings.TrimSpace(line) == "" {
			continue
		}
		name = strings.TrimSpace(name)
		if _, twice := r[name]; !ok || name == "" || twice {
			t.Fatalf("a line of the policy is malformed or there twice: %q", line)
		}
		r[name] = strings.Fields(list)
	}
	return r
}

// checkImports compares the packages of a tree and what they import of ours with the policy.
func checkImports(tr *tree, policy rules) []string {
	var bad []string
	packages := tr.packages()
	for _, name := range slices.Sorted(maps.Keys(packages)) {
		allowed, ok := policy[name]
		if !ok {
			bad = append(bad, sentence("package %s is not in the import policy: add a line for it", name))
			continue
		}
		for _, f := range packages[name] {
			f.imports(func(_, p string, spec *ast.ImportSpec) {
				p, ours := strings.CutPrefix(p, module+"/")
				if p = packageName(p); ours && !slices.Contains(allowed, p) {
					bad = append(bad, sentence("%s: %s may not import %s", tr.at(spec.Pos()), name, p))
				}
			})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(policy)) {
		if packages[name] == nil {
			bad = append(bad, sentence("package %s is in the import policy and does not exist: take its line out", name))
		}
		for _, p := range policy[name] {
			if _, ok := policy[p]; !ok {
				bad = append(bad, sentence("%s may import %s by the policy, which has no line for that", name, p))
			}
		}
	}
	return bad
}

// checkThirdParties compares imports that are neither ours nor the standard library's with the list of owners. Tests count too.
func checkThirdParties(tr *tree, owners rules) []string {
	var bad []string
	used := map[string]bool{}
	for _, f := range tr.files {
		f.imports(func(_, p string, spec *ast.ImportSpec) {
			first, _, _ := strings.Cut(p, "/")
			if !strings.Contains(first, ".") || p == module || strings.HasPrefix(p, module+"/") {
				return
			}
			for m, packages := range owners {
				if p == m || strings.HasPrefix(p, m+"/") {
					used[m] = true
					if !slices.Contains(packages, f.pkg) {
						bad = append(bad, sentence("%s: %s may not import %s: it belongs to %s", tr.at(spec.Pos()), f.pkg, p, strings.Join(packages, ", ")))
					}
					return
				}
			}
			bad = append(bad, sentence("%s: %s has no owner", tr.at(spec.Pos()), p))
		})
	}
	for _, m := range slices.Sorted(maps.Keys(owners)) {
		if !used[m] {
			bad = append(bad, sentence("nobody imports %s: take its line out", m))
		}
	}
	return bad
}

// checkNever looks for imports that are forbidden.
func checkNever(tr *tree, forbidden rules) []string {
	var bad []string
	packages := tr.packages()
	for _, name := range slices.Sorted(maps.Keys(forbidden)) {
		if packages[name] == nil {
			bad = append(bad, sentence("package %s must never import something and does not exist: take its line out", name))
		}
		for _, f := range packages[name] {
			f.imports(func(_, p string, spec *ast.ImportSpec) {
				for _, no := range forbidden[name] {
					if p == no || strings.HasPrefix(p, no+"/") {
						bad = append(bad, sentence("%s: %s must never import %s", tr.at(spec.Pos()), name, no))
					}
				}
			})
		}
	}
	return bad
}

func TestImports(t *testing.T) {
	tr := repository(t)
	report(t, checkImports(tr, parseRules(t, policy)))
	report(t, checkThirdParties(tr, parseRules(t, thirdParties)))
	report(t, checkNever(tr, parseRules(t, never)))
}

func TestImportsCheck(t *testing.T) {
	tr := memory(t, map[string]string{
		"internal/errs/errs.go":         ``,
		"internal/media/time.go":        `import "net/http/httptest"`,
		"internal/source/mp4/scan.go":   `import ("fmt"; e "` + module + `/internal/errs"; _ "` + module + `/internal/index")`,
		"internal/source/mp4/a_test.go": `import "` + module + `/internal/media"`,
		"internal/index/index.go":       `import "golang.org/x/term"`,
		"internal/index/sql.go":         `import "example.org/sql/driver"`,
		"internal/only/only_test.go":    `import "example.org/assert"`,
		"cmd/x/main.go":                 `import "` + module + `/web"`,
		"web/embed.go":                  ``,
	})
	wants(t, checkImports(tr, parseRules(t, "errs :\nmedia:\n# comment\nsource/mp4 : errs # why\nindex : errs\ngone : errs nothing\ncmd/x : web")),
		"internal/source/mp4/scan.go:2: source/mp4 may not import index", "package web is not in", "package gone is in", "gone may import nothing by", "cmd/x may import web by")
	wants(t, checkThirdParties(tr, parseRules(t, "golang.org/x : cli\nexample.org/sql : index\ngithub.com/a/b : index")),
		"internal/index/index.go:2: index may not import golang.org/x/term: it belongs to cli", "only_test.go:2: example.org/assert has no owner", "nobody imports github.com/a/b")
	wants(t, checkNever(tr, parseRules(t, "media : os net/http\nindex : os\ngone : os")), "internal/media/time.go:2: media must never import net/http", "package gone")
}
