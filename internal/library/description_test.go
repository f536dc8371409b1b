package library

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestDescription(t *testing.T) {
	low, high, audio := film(t)
	dir := t.TempDir()
	copyTo(t, low, filepath.Join(dir, "a.mp4"))
	copyTo(t, high, filepath.Join(dir, "parts", "b.mp4"))
	copyTo(t, audio, filepath.Join(dir, "c.m4a"))
	copyTo(t, small(t), filepath.Join(dir, "other.mp4"))
	put(t, filepath.Join(dir, "d.vtt"), "WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n")
	put(t, filepath.Join(dir, "My Stream.stream.yaml"), `# all there is to say
title: "The title: a film"
files:
  - a.mp4
  - file: parts/b.mp4
    id: hd
  - {file: c.m4a, id: sound, language: ger, roles: [main, dub], label: Deutsch, track: audio}
  - file: other.mp4
    track: 2
    language: en
    role: alternate
  - file: d.vtt
    language: fr
timing: hd
options:
  timeline: 1
  segdur: "6"
`)
	l, _ := open(t, Config{Paths: []string{dir}})
	a := mustAsset(t, l, "my-stream")
	if got := trackIDs(a); got != "video:v1+hd audio:sound/de audio:a1/en text:t1/fr" {
		t.Errorf("tracks are %s", got)
	}
	if a.Title != "The title: a film" {
		t.Errorf("title %q", a.Title)
	}
	if s := a.Sets[1].Tracks[0]; s.Label != "Deutsch" || strings.Join(s.Roles, " ") != "main dub" {
		t.Errorf("audio is %+v", s)
	}
	l.Settle(within(t, 5*time.Second))
	if got := streamNames(l); got != "my-stream" {
		t.Errorf("streams are %s: a file of a description is no stream of its own", got)
	}
	if s := stream(t, l, "my-stream"); s.Defaults["timeline"] != "1" || s.Defaults["segdur"] != "6" || len(s.Defaults) != 2 || s.Timing != "hd" {
		t.Errorf("defaults %v, timing %q", s.Defaults, s.Timing)
	}
	// Given by itself; and the version depends on what it says.
	l, _ = open(t, Config{Paths: []string{filepath.Join(dir, "My Stream.stream.yaml")}})
	b := mustAsset(t, l, "my-stream")
	if trackIDs(b) != trackIDs(a) || streamNames(l) != "my-stream" {
		t.Errorf("by its path: %s in %s", trackIDs(b), streamNames(l))
	}
}

func TestDescriptionErrors(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "folder.mp4"), 0o755); err != nil {
		t.Fatal(err)
	}
	copyTo(t, small(t), filepath.Join(dir, "a.mp4"))
	path := filepath.Join(dir, "x.stream.yaml")
	for text, want := range map[string]string{
		"":                                     `x.stream.yaml:1:1: a description has a list of files under the key files:, or of Periods under the key periods:`,
		"title: x":                             `x.stream.yaml:1:1: a description needs a list of files under the key files:, or of Periods under the key periods:`,
		"- a.mp4":                              `x.stream.yaml:1:1: here keys with values are expected`,
		"files: a.mp4":                         `x.stream.yaml:1:8: here a list is expected, each item after "- "`,
		"files:\n  - a.mp4\nlanguage: en":      `x.stream.yaml:3:1: unknown key "language"; allowed are files, options, periods, timing, title`,
		"files:\n  - file: a.mp4\n    lang: x": `x.stream.yaml:3:5: unknown key "lang"; allowed are file, id, label, language, role, roles, track`,
		"files:\n  - id: x":                    `x.stream.yaml:2:5: an item of files needs the key file: with a path`,
		"files:\n  - b.mp4":                    `x.stream.yaml:2:5: there is no file "b.mp4"; names are relative to the folder of the description`,
		"files:\n  - folder.mp4":               `x.stream.yaml:2:5: "folder.mp4" is not a file`,
		"files: [{file: a.mp4, language: xx}]": `x.stream.yaml:1:33: "xx" is no language; write one as in BCP 47: en, de, pt-BR, zh-Hans`,
		"files: [{file: a.mp4, role: hero}]":   `x.stream.yaml:1:29: unknown role "hero"; known are alternate, caption, `,
		"files: [{file: a.mp4, id: a b}]":      `x.stream.yaml:1:27: an id has letters, digits, "-", "_" and "." only; not "a b"`,
		"files: [{file: a.mp4, track: 0}]":     `x.stream.yaml:1:30: track is a number from 1, or video, audio or text; not "0"`,
		"files: [{file: a.mp4, track: 5}]":     `x.stream.yaml:1:16: a.mp4 has no track "5"`,
		"files: [a.mp4]\ntiming: v":            `x.stream.yaml:2:9: timing is the id of one of the files; none has the id "v"`,
		"files: [a.mp4]\noptions: [x]":         `x.stream.yaml:2:10: here keys with values are expected`,
		"files: [a.mp4]\ntitle: {x: y}":        `x.stream.yaml:2:9: here a text or a number is expected`,
		"files: [a.mp4\ntitle: x":              `x.stream.yaml:`,
		"files: [a.mp4]\nfiles: [a.mp4]":       `x.stream.yaml:2:1: mapping key "files" already defined at [1:1]`,
		"files: [/etc/passwd]":                 `x.stream.yaml:1:9: "/etc/passwd" is an absolute path, which is not taken; names are relative to the folder of the description`,
		"files: [../x.mp4]":                    `x.stream.yaml:1:9: "../x.mp4" is outside of the folder that is served; serve a folder that has both`,
		"files: [a/../../x.mp4]":               `x.stream.yaml:1:9: "a/../../x.mp4" is outside of the folder that is served; serve a folder that has both`,
		"files: [a.mp4]\n---\nfiles: [a.mp4]":  `x.stream.yaml:2:1: a second document begins here; a description is one document only`,
		"\ufefffiles: [b.mp4]":                 `x.stream.yaml:1:9: there is no file "b.mp4"; names are relative`,
		"files:\n- {file: a.mp4, id: a}\n- {file: a.mp4, track: 1, id: a}": `x.stream.yaml:3:31: the id "a" is that of a.mp4 already (x.stream.yaml:2:10); every file needs its own`,
		"files: [*x]": `x.stream.yaml:1:9: here a text or a number is expected`,
	} {
		put(t, path, text)
		l, _ := open(t, Config{Paths: []string{path}})
		_, err := l.Asset(within(t, 5*time.Second), "x")
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
		if s := stream(t, l, "x"); s.State != Failed {
			t.Errorf("%q: state %s", text, s.State)
		}
	}
}

// What a description names may be anywhere in the folder that is served, and nowhere else.
func TestDescriptionPaths(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "served")
	copyTo(t, small(t), filepath.Join(top, "secret.mp4"))
	copyTo(t, small(t), filepath.Join(dir, "a.mp4"))
	put(t, filepath.Join(dir, "sub", "in.stream.yaml"), "files: [../a.mp4]")
	put(t, filepath.Join(dir, "sub", "out.stream.yaml"), "files: [../../secret.mp4]")
	l, _ := open(t, Config{Paths: []string{dir}})
	if a := mustAsset(t, l, "in"); len(a.Sets) == 0 {
		t.Error("a file in the folder above, which is served, is not found")
	}
	if _, err := l.Asset(within(t, 5*time.Second), "out"); err == nil || !strings.Contains(err.Error(), "outside of the folder that is served") {
		t.Errorf("a file outside: %v", err)
	}
	l, _ = open(t, Config{Paths: []string{filepath.Join(dir, "sub", "in.stream.yaml")}})
	if _, err := l.Asset(within(t, 5*time.Second), "in"); err == nil || !strings.Contains(err.Error(), "outside of the folder that is served") {
		t.Errorf("a description given by itself: %v", err)
	}
}
