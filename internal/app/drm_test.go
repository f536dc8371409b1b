package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// licence asks for the keys of IDs in hexadecimal digits, and returns the status and the answer's keys likewise.
func licence(t testing.TB, url string, kids ...string) (int, map[string]string) {
	t.Helper()
	ask := map[string]any{"type": "temporary"}
	list := []string{}
	for _, kid := range kids {
		b, err := hex.DecodeString(strings.ReplaceAll(kid, "-", ""))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, base64.RawURLEncoding.EncodeToString(b))
	}
	ask["kids"] = list
	body, err := json.Marshal(ask)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var got struct {
		Keys []struct{ KID, K string }
	}
	keys := map[string]string{}
	if res.StatusCode == http.StatusOK {
		if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range got.Keys {
		id, err := base64.RawURLEncoding.DecodeString(k.KID)
		value, err2 := base64.RawURLEncoding.DecodeString(k.K)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		keys[hex.EncodeToString(id)] = hex.EncodeToString(value)
	}
	return res.StatusCode, keys
}

var (
	defaultKID = regexp.MustCompile(`cenc:default_KID="([0-9A-F-]{36})"`)
	laurlText  = regexp.MustCompile(`<dashif:Laurl [^>]*>([^<]*)</dashif:Laurl>`)
)

// Whoever has a manifest gets the keys by what it says, in any mode and look that can say it, and they decrypt: FFmpeg shows the pictures of the clear stream.
func TestClearKey(t *testing.T) {
	base := start(t)
	clear := append(get(t, base+"/dash/vod/demo/demo_360/init.mp4"), get(t, base+"/dash/vod/demo/demo_360/2.m4s")...)
	want := pictures(t, clear)
	for _, query := range []string{"drm=clearkey", "drm=clearkey&enc=cbcs", "drm=all&keyper=resolution", "drm=clearkey-moov&enc=cbcs&keyper=kind&licence=delay=0.01"} {
		mpd := string(get(t, base+"/dash/vod/demo/manifest.mpd?"+query))
		kid, url := defaultKID.FindStringSubmatch(mpd), laurlText.FindStringSubmatch(mpd)
		if kid == nil || url == nil || !strings.HasPrefix(url[1], base+"/clearkey") || strings.Contains(query, "licence") != strings.Contains(url[1], "?licence=") {
			t.Fatalf("%s: %q %q", query, kid, url)
		}
		id := strings.ToLower(strings.ReplaceAll(kid[1], "-", ""))
		status, keys := licence(t, strings.ReplaceAll(url[1], "&amp;", "&"), id)
		if status != 200 || keys[id] == "" {
			t.Fatalf("%s: status %d, %d keys", query, status, len(keys))
		}
		sealed := append(get(t, base+"/dash/vod/demo/demo_360/init.mp4?"+query), get(t, base+"/dash/vod/demo/demo_360/2.m4s?"+query)...)
		if bytes.Equal(sealed, clear) {
			t.Errorf("%s: not encrypted", query)
		}
		if got := pictures(t, sealed, "-decryption_key", keys[id]); !slices.Equal(got, want) {
			t.Errorf("%s: %d pictures are not the %d of the clear stream", query, len(got), len(want))
		}
	}
}

// pictures returns hashes of what FFmpeg sees in a stream of segments. It comes through a pipe: FFmpeg 5.1 decrypts nothing that it can seek in.
func pictures(t testing.TB, b []byte, args ...string) []string {
	t.Helper()
	cmd := exec.Command("ffmpeg", append(append([]string{"-v", "error"}, args...), "-i", "pipe:0", "-f", "framemd5", "-")...)
	cmd.Stdin = bytes.NewReader(b)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("ffmpeg: %v %s", err, &stderr)
	}
	var hashes []string
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "#") {
			hashes = append(hashes, strings.TrimSpace(line))
		}
	}
	if len(hashes) == 0 {
		t.Fatal("no pictures")
	}
	return hashes
}

// shelf is a log that is kept.
type shelf struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shelf) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(b)
}

const (
	hiddenKey = "9f3c51d0a7e2486b8d15f06c2e7ab934"
	publicKey = "4be0716f3a5d4c92b6f8e21d07c953aa"
)

// Content keys are in licences, and nowhere else: in no manifest of any look, no page, no API answer, no error, no segment and no log.
func TestKeysStayInside(t *testing.T) {
	log := &shelf{}
	data := t.TempDir()
	file := filepath.Join(t.TempDir(), "keys.yaml")
	text := `keys:
  - {kid: 10101010101010101010101010101010, key: ` + hiddenKey + `, stream: demo, kind: video}
  - {kid: 20202020202020202020202020202020, key: ` + publicKey + `, stream: demo, kind: audio, public: true}
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	base := startConfig(t, app.Config{Data: data, Keys: file, Log: slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	var looks struct{ Looks []struct{ Name string } }
	if err := json.Unmarshal(get(t, base+"/api/v1/looks"), &looks); err != nil || len(looks.Looks) < 5 {
		t.Fatal(len(looks.Looks), err)
	}
	computed := map[string]string{}
	paths := []string{
		"/", "/play/demo", "/streams/demo", "/api/v1/streams", "/api/v1/options", "/api/v1/drm", "/api/v1/faults", "/api/v1/looks", "/api/v1/openapi.json",
		"/dash/vod/demo/demo_360/init.mp4?drm=all&keyper=kind", "/dash/vod/demo/demo_360/1.m4s?drm=all&keyper=kind", "/dash/vod/demo/demo_360/1.m4s?drm=all&keyper=kind&rotate=1",
		"/dash/vod/demo/manifest.mpd?drm=all&playready__header=4.0&enc=cbcs", "/dash/vod/none/manifest.mpd?drm=all", "/dash/vod/demo/manifest.mpd?drm=x", "/clearkey",
		"/dash/live/demo/manifest.mpd?drm=all&periods=60&rotate=period&depth=120",
	}
	for _, look := range looks.Looks {
		for _, mode := range []string{"vod", "live", "odvod"} {
			paths = append(paths, "/dash/"+mode+"/demo/"+look.Name+"?drm=all&keyper=kind", "/dash/"+mode+"/demo/"+look.Name+"?drm=all&enc=cbcs&keyper=kind", "/dash/"+mode+"/demo/"+look.Name+"?drm=clearkey")
		}
	}
	answers := map[string][]byte{}
	kids := map[string]bool{}
	for _, path := range paths {
		res, body := fetch(t, base+path, map[string]string{"Accept": "text/html, application/dash+xml"})
		answers[path] = append(fmt.Append(nil, res.Header), body...)
		for _, m := range defaultKID.FindAllSubmatch(body, -1) {
			kids[strings.ToLower(strings.ReplaceAll(string(m[1]), "-", ""))] = true
		}
	}
	for kid := range kids {
		_, keys := licence(t, base+"/clearkey", kid)
		for id, value := range keys {
			computed[id] = value
		}
	}
	if computed[strings.Repeat("10", 16)] != hiddenKey || computed[strings.Repeat("20", 16)] != publicKey || len(computed) < 3 {
		t.Fatal("licences have ", len(computed), " keys")
	}
	for _, bad := range []string{"?licence=x", "?licence=403", "?licence=wrongkey"} {
		licence(t, base+"/clearkey"+bad, strings.Repeat("10", 16))
	}
	if err := os.WriteFile(file, []byte(text+"  - {kid: 1, key: "+hiddenKey+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	log.mu.Lock()
	answers["the log"] = bytes.Clone(log.b.Bytes())
	log.mu.Unlock()
	told := 0
	for path, body := range answers {
		texts := readings(body)
		for id, value := range computed {
			if form := holds(t, texts, value); form != "" {
				if value == publicKey && strings.Contains(path, ".mpd") || value == publicKey && strings.Contains(path, "init.mp4") {
					told++
					continue
				}
				t.Errorf("%s has the key %s (%s)", path, id, form)
			}
		}
	}
	if told == 0 {
		t.Error("the key that may be told is not: this test would find none")
	}
}

// inBase64 is long stretches of base64.
var inBase64 = regexp.MustCompile(`[A-Za-z0-9+/]{64,}={0,2}`)

// readings returns a body, and what else can be read in it: PlayReady headers are UTF-16 in base64.
func readings(body []byte) [][]byte {
	narrow := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte{0}, nil) }
	texts := [][]byte{body, narrow(body)}
	for _, m := range inBase64.FindAll(body, -1) {
		if b, err := base64.StdEncoding.DecodeString(string(m)); err == nil {
			texts = append(texts, b, narrow(b))
		}
	}
	return texts
}

// holds says in which form one of texts has a key, "" for none.
func holds(t *testing.T, texts [][]byte, key string) string {
	raw, err := hex.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	for form, b := range map[string][]byte{
		"bytes": raw, "hexadecimal": []byte(key), "upper case": []byte(strings.ToUpper(key)), "base64": []byte(base64.RawStdEncoding.EncodeToString(raw)), "base64url": []byte(base64.RawURLEncoding.EncodeToString(raw)),
	} {
		if slices.ContainsFunc(texts, func(text []byte) bool { return bytes.Contains(text, b) }) {
			return form
		}
	}
	return ""
}

// A stream that is stored encrypted is announced with its key ID; systems are named when they are asked for, and the licence server gives the computed key to whoever comes from its manifest.
func TestStoredKeys(t *testing.T) {
	const id, key = "1ab45440532c439994dc5c5ad9584bac", "d6d39cedee9024c88b64eb1bdd617a47"
	base := start(t, mediatest.FFmpeg(t, "stored.mp4", "-i", mediatest.Clip(t), "-map", "0:v", "-c", "copy", "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", id))
	mpd := string(get(t, base+"/dash/vod/stored/manifest.mpd"))
	if n := strings.Count(mpd, "<ContentProtection "); n != 1 || !strings.Contains(mpd, `schemeIdUri="urn:mpeg:dash:mp4protection:2011" value="cenc" cenc:default_KID="1AB45440-532C-4399-94DC-5C5AD9584BAC"`) {
		t.Errorf("%d elements: %s", n, mpd)
	}
	mpd = string(get(t, base+"/dash/vod/stored/manifest.mpd?drm=clearkey&licence=503@try=1"))
	url := laurlText.FindStringSubmatch(mpd)
	if url == nil {
		t.Fatal(mpd)
	}
	there := strings.ReplaceAll(url[1], "&amp;", "&")
	if status, _ := licence(t, there, id); status != 503 {
		t.Error(there, status)
	}
	if status, keys := licence(t, there, id); status != 200 || keys[id] != key {
		t.Error(there, status, keys)
	}
	if _, keys := licence(t, there, strings.Repeat("00", 16)); len(keys) != 0 {
		t.Error("a key that the stream has not:", keys)
	}
	if _, keys := licence(t, base+"/clearkey", id); len(keys) != 0 {
		t.Error("a key that nobody has named:", keys)
	}
	if status, _ := licence(t, base+"/clearkey?stream=none", id); status != 404 {
		t.Error("status of a stream that there is not:", status)
	}
}

func TestListSystems(t *testing.T) {
	var got struct {
		Systems []struct {
			Name, Title, Help, UUID string
			Options, Locations      []string
		}
	}
	if err := json.Unmarshal(get(t, start(t)+"/api/v1/drm"), &got); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range got.Systems {
		names = append(names, s.Name+" "+strings.Join(s.Locations, "-"))
		if s.Title == "" || s.Help == "" || len(s.UUID) != 36 || len(s.Options) == 0 {
			t.Errorf("%+v", s)
		}
	}
	if want := "marlin ,playready cenc-moov-pro,clearkey cenc-moov,widevine cenc-moov,fairplay cenc-moov"; strings.Join(names, ",") != want {
		t.Error(names)
	}
}

// Keys that change in the file change the stream: what was announced with the old ones is gone.
func TestKeysChange(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.yaml")
	write := func(kid string) {
		t.Helper()
		if err := os.WriteFile(file, []byte("keys: [{kid: "+strings.Repeat(kid, 16)+", key: "+hiddenKey+", stream: demo}]"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("aa")
	base := startConfig(t, app.Config{Data: t.TempDir(), Keys: file})
	version := regexp.MustCompile(`v=([0-9a-f-]+)`)
	mpd := string(get(t, base+"/dash/vod/demo/manifest.mpd?drm=clearkey"))
	if kid := defaultKID.FindStringSubmatch(mpd); kid == nil || !strings.HasPrefix(kid[1], "AAAA") {
		t.Fatal(kid)
	}
	v := version.FindStringSubmatch(mpd)[1]
	old := base + "/dash/vod/demo/demo_360/1.m4s?drm=clearkey&v=" + v
	clear := version.FindStringSubmatch(string(get(t, base+"/dash/vod/demo/manifest.mpd")))[1]
	get(t, old)
	write("bb")
	for end := time.Now().Add(10 * time.Second); !strings.Contains(string(get(t, base+"/dash/vod/demo/manifest.mpd?drm=clearkey")), `default_KID="BBBB`); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the keys stay")
		}
	}
	if res, body := fetch(t, old, nil); res.StatusCode != http.StatusGone {
		t.Errorf("%s: %s", res.Status, body)
	}
	get(t, base+"/dash/vod/demo/demo_360/1.m4s?v="+clear)
	if strings.Contains(clear, "-") || !strings.Contains(v, "-") {
		t.Error("versions", clear, v)
	}
}

// Whatever is signalled, in any look: manifests stay valid.
func TestProtectionSchema(t *testing.T) {
	base := start(t)
	var looks struct{ Looks []struct{ Name string } }
	if err := json.Unmarshal(get(t, base+"/api/v1/looks"), &looks); err != nil {
		t.Fatal(err)
	}
	var mpds [][]byte
	protected := 0
	for _, look := range looks.Looks {
		for _, query := range []string{
			"vod/demo/%s?drm=all&keyper=kind&widevine__la_url=https://a.example/wv%%26x&marlin_la_url=https://a.example/m", "vod/demo/%s?drm=all&enc=cbcs&playready__version=1.0&keyper=resolution",
			"live/demo/%s?drm=all&rotate=2&depth=60", "live/demo/%s?drm=all-pro&periods=240&depth=60", "odvod/demo/%s?drm=clearkey-cenc",
		} {
			res, body := fetch(t, base+"/dash/"+fmt.Sprintf(query, look.Name), nil)
			if res.StatusCode == http.StatusOK {
				mpds = append(mpds, body)
				protected += min(1, bytes.Count(body, []byte("<ContentProtection")))
			} else if res.StatusCode != http.StatusNotFound && res.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %s: %s", look.Name, res.Status, body)
			}
		}
	}
	if protected < 2*len(looks.Looks) {
		t.Errorf("%d of %d manifests signal protection", protected, len(mpds))
	}
	mediatest.Schema(t, mpds...)
}
