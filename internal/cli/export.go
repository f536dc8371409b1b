package cli

import (
	"errors"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/dashwright/dashwright/internal/app"
)

type exportCmd struct {
	Path   string   `arg:"" help:"Media file, or folder whose files are one stream."`
	Dir    string   `arg:"" help:"Folder to write to; made when missing, must be empty."`
	Option []string `short:"o" placeholder:"NAME=VALUE" help:"Option of the stream, as in a URL: timeline=1, segdur=2."`
	Look   string   `default:"manifest.mpd" placeholder:"NAME" help:"Look of the manifest (${default})."`
	Data   string   `default:"${data}" placeholder:"DIR" help:"Folder for indexes and imports (${default})."`
	FFmpeg string   `name:"ffmpeg" placeholder:"PATH" help:"The ffmpeg to import with; \"none\" uses none."`
	AAC    bool     `name:"aac" help:"Convert MP3, AC-3 and E-AC-3 to AAC too, which Chromium does not decode in DASH. Needs ffmpeg."`
	Quiet  bool     `short:"q" help:"Show no progress."`
}

func (c *exportCmd) Run(s *scope) error {
	if err := findFFmpeg(c.FFmpeg, c.AAC); err != nil {
		return err
	}
	e := app.Export{
		Path: c.Path, Dir: c.Dir, Query: strings.Join(c.Option, "&"), Template: c.Look, Data: c.Data, FFmpeg: c.FFmpeg, AAC: c.AAC, Log: s.quiet,
	}
	if c.Quiet {
		return e.Run(s.ctx)
	}
	var bar *progressbar.ProgressBar
	e.Progress = func(done, total int64) {
		if bar == nil {
			bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(s.env.Stderr), progressbar.OptionShowBytes(true),
				progressbar.OptionSetDescription("writing"), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true))
		}
		_ = bar.Set64(done) // a bar that cannot be drawn stops nothing
	}
	err := e.Run(s.ctx)
	if bar != nil {
		err = errors.Join(err, bar.Exit())
	}
	return err
}
