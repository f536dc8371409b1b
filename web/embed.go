// Package web is the page that people use: templates that the server fills in,
// and what the browser loads beside them.
//
// Comes from templates/ and src/, which `make` bundles into dist/; goes to
// server, which renders the templates and serves Files under "/". The rule: a
// page is complete without script, and without Node. Where dist/ is empty, the
// style sheets are served as they are written and no script is linked.
package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
)

//go:embed all:dist
var dist embed.FS

//go:embed src/main.css src/icon.svg src/style/*.css src/parts/*.css src/pages/*/*.css
var plain embed.FS

//go:embed templates/*.html
var templates embed.FS

// Assets are the URL paths of what every page links to. JS and Licences (of
// the players inside) are empty where the page was not bundled.
type Assets struct {
	JS, CSS, Icon, Licences string
}

// Files returns what is served under "/assets/" (its paths start with
// "assets/"), and whether the page was bundled. When it was, every name holds
// a hash of the content and may be cached for ever; when not, the files are the
// plain style sheets and none may.
func Files() (files fs.FS, built bool) {
	bundled, err := fs.Sub(dist, "dist")
	if err == nil {
		if _, err = fs.Stat(bundled, "assets.json"); err == nil {
			return bundled, true
		}
	}
	return assetsOf{plain}, false
}

// LinkedAssets returns the paths to link, read from dist/assets.json when the
// page was bundled.
func LinkedAssets() (Assets, error) {
	files, built := Files()
	if !built {
		return Assets{CSS: "/assets/main.css", Icon: "/assets/icon.svg"}, nil
	}
	text, err := fs.ReadFile(files, "assets.json")
	if err != nil {
		return Assets{}, fmt.Errorf("web: %w", err)
	}
	var names map[string]string
	if err := json.Unmarshal(text, &names); err != nil {
		return Assets{}, fmt.Errorf("web: assets.json: %w", err)
	}
	for _, name := range []string{"main.js", "main.css", "icon.svg", "licences.txt"} {
		if names[name] == "" {
			return Assets{}, fmt.Errorf("web: assets.json does not name %s; run make to bundle the page again", name)
		}
	}
	return Assets{
		JS: "/" + names["main.js"], CSS: "/" + names["main.css"],
		Icon: "/" + names["icon.svg"], Licences: "/" + names["licences.txt"],
	}, nil
}

// Templates returns the parsed pages: "streams.html" takes a StreamsPage,
// "play.html" a PlayPage and "error.html" an ErrorPage.
func Templates() (*template.Template, error) {
	parsed, err := template.New("").Funcs(funcs()).ParseFS(templates, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return parsed, nil
}

// assetsOf shows the folder src of a file system as "assets".
type assetsOf struct{ fs.FS }

func (a assetsOf) Open(name string) (fs.File, error) {
	rest, ok := strings.CutPrefix(name, "assets/")
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return a.FS.Open("src/" + rest)
}
