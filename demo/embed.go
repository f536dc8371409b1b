// Package demo holds the stream that plays where no path is given: a test card
// with a running clock, the frame number, and a beep in sync with a flash.
//
// Comes from make.sh, by ffmpeg; goes to app, which hands it to the library as
// any other folder. The rule: one track a file, as packagers lay them out, and
// at most 3 MB altogether.
package demo

import (
	"embed"
	"io/fs"
)

//go:embed files/*.mp4 files/*.m4a
var files embed.FS

// Files is the folder of the demo stream: demo_360.mp4, demo_720.mp4 and
// demo_audio.m4a at its root.
func Files() fs.FS {
	sub, err := fs.Sub(files, "files")
	if err != nil {
		return files // "files" is a valid path: fs.Sub cannot refuse it
	}
	return sub
}
