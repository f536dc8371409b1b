package presentation_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/app/apptest"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// player knows of the program what a player knows: URLs.
type player struct {
	t    testing.TB
	base string // of the stream: http://…/dash/%s/name/
}

// play runs the program on files that are one stream.
func play(t testing.TB, paths ...string) player {
	t.Helper()
	base, _ := apptest.Start(t, app.Config{Paths: paths, AllowOrigin: "*", FFmpeg: "none"})
	p := player{t, base}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		var list struct {
			Streams []struct {
				Name, State string
				Error       *string
			}
		}
		if err := json.Unmarshal(p.get(base+"/api/v1/streams"), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Streams) == 1 && list.Streams[0].State == "ready" {
			p.base = base + "/dash/%s/" + url.PathEscape(list.Streams[0].Name) + "/"
			return p
		}
		if time.Now().After(end) || len(list.Streams) == 1 && list.Streams[0].Error != nil {
			t.Fatalf("%v: %+v", paths, list.Streams)
		}
	}
}

func (p player) get(u string) []byte {
	p.t.Helper()
	res, err := http.Get(u)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %s: %s", u, res.Status, b)
	}
	return b
}

// manifest returns an MPD, read and as it is.
func (p player) manifest(mode, query string) (mediatest.MPD, []byte) {
	p.t.Helper()
	b := p.get(fmt.Sprintf(p.base, mode) + "manifest.mpd?" + query)
	return mediatest.ReadMPD(p.t, b), b
}

// file returns what an MPD's relative URL names.
func (p player) file(mode, relative string) []byte {
	p.t.Helper()
	base, err := url.Parse(fmt.Sprintf(p.base, mode) + "manifest.mpd")
	if err != nil {
		p.t.Fatal(err)
	}
	u, err := base.Parse(relative)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.get(u.String())
}

func kind(mime string) string { return strings.SplitN(mime, "/", 2)[0] }
