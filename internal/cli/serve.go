package cli

import (
	"fmt"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"unicode"

	"github.com/dashwright/dashwright/demo"
	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/errs"
)

type serveCmd struct {
	Path        []string `arg:"" optional:"" help:"Media files and folders; without one, the built-in demo stream is served."`
	Listen      string   `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to answer at (${default}); port 0 takes a free one."`
	Data        string   `default:"${data}" placeholder:"DIR" help:"Folder for indexes and imports (${default})."`
	Keys        string   `type:"existingfile" placeholder:"FILE" help:"Content keys (keys.yaml); by default keys.yaml in the data folder, if there is one."`
	Templates   string   `type:"existingdir" placeholder:"DIR" help:"Folder of manifest templates: its *.mpd files add looks or stand for built-in ones."`
	AllowOrigin string   `default:"*" placeholder:"ORIGIN" help:"Access-Control-Allow-Origin of all answers (${default}); empty sends none."`
	FFmpeg      string   `name:"ffmpeg" placeholder:"PATH" help:"The ffmpeg to import with what cannot be read or played directly; by default the one on the PATH, \"none\" uses none."`
	AAC         bool     `name:"aac" help:"Convert MP3, AC-3 and E-AC-3 to AAC too, which Chromium does not decode in DASH. Needs ffmpeg."`
}

// garbage is how much the heap may grow before it is collected, per cent. What is kept is small and what a request takes is pooled: the default of 100 spends a tenth
// of the time of small answers on marking, to save a few megabytes.
const garbage = 400

func (c *serveCmd) Run(s *scope) error {
	if err := findFFmpeg(c.FFmpeg, c.AAC); err != nil {
		return err
	}
	if strings.ContainsFunc(c.AllowOrigin, unicode.IsControl) {
		return errs.Errorf(errs.Invalid, "--allow-origin %q: a header field is one line of text", c.AllowOrigin)
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return errs.Errorf(errs.Invalid, "--listen %s: an address is HOST:PORT, as in 127.0.0.1:8080 or :8080", c.Listen)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	a, err := app.New(app.Config{
		Paths: c.Path, Builtin: demo.Files(), Listen: c.Listen, Data: c.Data, Keys: c.Keys, Templates: c.Templates, AllowOrigin: c.AllowOrigin, FFmpeg: c.FFmpeg, AAC: c.AAC,
		Version: version(), Log: s.log,
	})
	if err != nil {
		return err
	}
	defer a.Close()
	fmt.Fprintf(s.env.Stdout, "dashwright %s: open %s\n", version(), a.URL())
	return a.Run(s.ctx)
}
