package app_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// FFmpeg plays every look in every mode that it has: a few seconds of picture and sound, nothing to complain of.
func TestFFmpegPlaysEveryLook(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	name := streams(t, base)[0].Name
	var list struct{ Looks []api.Look }
	if err := json.Unmarshal(get(t, base+"/api/v1/looks"), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Looks) < 20 {
		t.Fatalf("%d looks", len(list.Looks))
	}
	for _, look := range list.Looks {
		if look.Error != nil || look.Title == "" || look.Help == "" || len(look.Modes) == 0 || look.User {
			t.Errorf("%+v", look)
		}
		for _, mode := range look.Modes {
			t.Run(mode+"/"+look.Name, func(t *testing.T) {
				t.Parallel()
				query := map[string]string{
					"vod":   "?segdur=2",
					"live":  "?segdur=2&ato=4", // of looks that suggest no delay FFmpeg wants the segment that runs
					"odvod": "",                // FFmpeg cannot read an ampersand in a BaseURL
				}[mode]
				u := base + "/dash/" + mode + "/" + name + "/" + look.Name + query
				ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
				defer cancel()
				args := []string{"-v", "warning", "-nostdin", "-i", u, "-t", "2", "-map", "0:v:0", "-map", "0:a:0", "-c", "copy", "-f", "framecrc", "-"}
				cmd := exec.CommandContext(ctx, "ffmpeg", args...)
				var complaints strings.Builder
				cmd.Stderr = &complaints
				out, err := cmd.Output()
				frames := map[byte]int{}
				for line := range strings.Lines(string(out)) {
					if line[0] != '#' {
						frames[line[0]]++
					}
				}
				if err != nil || complaints.Len() > 0 || frames['0'] < 40 || frames['1'] < 60 {
					t.Errorf("%s: %v; %d pictures, %d frames of sound\n%s", u, err, frames['0'], frames['1'], complaints.String())
				}
			})
		}
	}
}

// A look that does not have a mode says which it has; what it requires is said where it is not what was asked.
func TestLookThatHasNotTheMode(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	name := streams(t, base)[0].Name
	for path, want := range map[string]string{
		"/dash/live/" + name + "/manifest_b.mpd":      "manifest manifest_b.mpd has no mode live: it has vod",
		"/dash/vod/" + name + "/manifest_vod_aiv.mpd": "has no mode vod: it has odvod",
		"/dash/vod/" + name + "/manifest_zzz.mpd":     "no manifest is called manifest_zzz.mpd; there are aws_mediapackage.mpd, bento4.mpd,",
		"/dash/odvod/" + name + "/manifest_a.mpd":     "has no mode odvod: it has live, vod",
	} {
		res, body := fetch(t, base+path, nil)
		if res.StatusCode != http.StatusNotFound || !strings.Contains(string(body), want) {
			t.Errorf("%s: %s: %s", path, res.Status, body)
		}
	}
	res, body := fetch(t, base+"/dash/live/"+name+"/manifest_a.mpd?timeline=0", nil)
	if note := res.Header.Get("Dashwright-Note"); note != "timeline=1: manifest_a.mpd has nothing else" || !strings.Contains(string(body), "$Time$") {
		t.Errorf("note %q", note)
	}
	if res, body = fetch(t, base+"/dash/vod/"+name+"/ffmpeg.mpd", nil); res.Header.Get("Dashwright-Note") != "" || !strings.Contains(string(body), "<S ") || !strings.Contains(string(body), "$Number$") {
		t.Errorf("a default is noted, or does not hold: %v", res.Header)
	}
	if _, body = fetch(t, base+"/dash/vod/"+name+"/ffmpeg.mpd?st=1", nil); !strings.Contains(string(body), "$Time$") {
		t.Error("what is asked by a short name does not go before a default")
	}
}

// The addresses of dashlive's first versions lead to today's.
func TestOldAddresses(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	name := streams(t, base)[0].Name
	for path, want := range map[string]string{
		"/dash/hand_made.mpd": "/dash/vod/" + name + "/hand_made.mpd",
		"/dash/" + name + "/hand_made.mpd?mode=live&depth=60&abr": "/dash/live/" + name + "/hand_made.mpd?abr=&depth=60",
		"/dash/nothing/enc.mpd?mode=odvod":                        "/dash/odvod/" + name + "/hand_made.mpd?drm=all",
		"/dash/manifest_vod.mpd?mode=live":                        "/dash/vod/" + name + "/hand_made.mpd",
	} {
		res, _ := fetch(t, base+path, nil)
		if res.StatusCode != http.StatusFound || res.Header.Get("Location") != want {
			t.Errorf("%s: %s to %s, want %s", path, res.Status, res.Header.Get("Location"), want)
		}
	}
	for _, path := range []string{"/dash/manifest.mpd", "/dash/" + name + "/manifest_a.mpd", "/dash/x.mpd"} {
		if res, body := fetch(t, base+path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s: %s", path, res.Status, body)
		}
	}
}

// A template of the user's is served, and shown with its line when it is wrong; what is absolute in a manifest follows the client's view of the server.
func TestTemplatesFolder(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"mine.mpd": "<MPD>{{.Name}} {{.Base}}</MPD>", "wrong.mpd": "<MPD>\n{{range .Periods}}\n{{.Wrong}}{{end}}</MPD>"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	base := startConfig(t, app.Config{Paths: []string{mediatest.Clip(t)}, Data: t.TempDir(), Templates: dir})
	name := streams(t, base)[0].Name
	res, body := fetch(t, base+"/dash/vod/"+name+"/mine.mpd", map[string]string{"X-Forwarded-Proto": "https"})
	host := strings.TrimPrefix(base, "http://")
	if want := "<MPD>" + name + " https://" + host + "/dash/vod/" + name + "/</MPD>"; res.StatusCode != http.StatusOK || string(body) != want {
		t.Errorf("%s: %s, want %s", res.Status, body, want)
	}
	res, body = fetch(t, base+"/dash/vod/"+name+"/wrong.mpd", nil)
	if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(body), "wrong.mpd:3:") {
		t.Errorf("%s: %s", res.Status, body)
	}
	var list struct{ Looks []api.Look }
	if err := json.Unmarshal(get(t, base+"/api/v1/looks"), &list); err != nil {
		t.Fatal(err)
	}
	users := 0
	for _, l := range list.Looks {
		if l.User {
			users++
		}
	}
	if users != 2 {
		t.Errorf("%d looks are the user's", users)
	}
}
