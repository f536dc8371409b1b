package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/mediatest"
)

// Faults of licences from which nothing comes are said, and why: where no licence of this server is announced, and where none of its keys is for high pictures alone.
func TestLicenceNotes(t *testing.T) {
	const id, key = "1ab45440532c439994dc5c5ad9584bac", "d6d39cedee9024c88b64eb1bdd617a47"
	hd := []string{"-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=4", "-f", "lavfi", "-i", "sine=r=48000:d=4", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac"}
	base := start(t, mediatest.FFmpeg(t, "high.mp4", hd...), mediatest.FFmpeg(t, "stored.mp4", append(hd, "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key, "-encryption_kid", id)...))
	const unlicensed, whole = "drm=clearkey, without clearkey__la_url, announces it", "keyper=resolution has a key for each resolution"
	for query, want := range map[string]string{
		"high?licence=403": unlicensed, "high?licence=403&drm=playready": unlicensed, "high?licence=403&drm=clearkey&clearkey__la_url=https://example.org/licences": unlicensed, "high?fault=licence:403": unlicensed,
		"stored?licence=403": unlicensed, "high?licence=only=sd&drm=widevine": unlicensed,
		"high?licence=403&drm=clearkey": "", "high?fault=licence:403&drm=clearkey,playready": "", "high?fault=video:404": "", "stored?licence=403&drm=clearkey": "",
		"high?licence=only=sd&drm=clearkey": whole, "high?licence=only=sd&drm=clearkey&keyper=kind": whole, "high?fault=licence:only=sd&drm=clearkey": whole, "stored?licence=only=sd&drm=clearkey&keyper=resolution": whole,
		"high?licence=only=sd&drm=clearkey&keyper=resolution": "", "high?licence=only=hd&drm=clearkey": "", "high?licence=only=audio&drm=clearkey": "", "stored?licence=only=sd&drm=clearkey": whole,
	} {
		name, options, _ := strings.Cut(query, "?")
		for _, mode := range []string{"vod", "live"} {
			for range 2 { // remembered ones too
				res, _ := fetch(t, base+"/dash/"+mode+"/"+name+"/manifest.mpd?"+options+"&now="+frozen, nil)
				note := res.Header.Get("Dashwright-Note")
				if res.StatusCode != http.StatusOK || want == "" && strings.Contains(note, "licence") || !strings.Contains(note, want) {
					t.Errorf("%s, %s: %s, %q, want %q", mode, query, res.Status, note, want)
				}
			}
		}
	}
	// A key that everything is stored with is no key of high pictures alone.
	mpd := string(get(t, base+"/dash/vod/stored/manifest.mpd?drm=clearkey&licence=only=sd"))
	there := strings.ReplaceAll(laurlText.FindStringSubmatch(mpd)[1], "&amp;", "&")
	if status, keys := licence(t, there, id); status != http.StatusOK || keys[id] != key {
		t.Error(status, keys)
	}
}

// A key of a CPIX document that is for one scheme alone is for no other.
func TestKeysOfAScheme(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"keys.yaml": "keys: [{cpix: x.xml, stream: demo}]",
		"x.xml":     `<CPIX><ContentKeyList><ContentKey kid="01010101-0101-0101-0101-010101010101" commonEncryptionScheme="cbcs"><Data><Secret><PlainValue>AAAAAAAAAAAAAAAAAAAAAA==</PlainValue></Secret></Data></ContentKey></ContentKeyList></CPIX>`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	base := startConfig(t, app.Config{Data: t.TempDir(), Keys: filepath.Join(dir, "keys.yaml")})
	for query, want := range map[string]int{"": 200, "enc=cbcs": 200, "drm=clearkey&enc=cbcs": 200, "drm=fairplay": 200, "enc=cenc": 422, "drm=clearkey": 422, "drm=clearkey&enc=cenc&rotate=4": 422} {
		res, body := fetch(t, base+"/dash/live/demo/manifest.mpd?"+query, nil)
		if res.StatusCode != want || want == 422 && !strings.Contains(string(body), "ask for enc=cbcs") {
			t.Errorf("%s: %s: %s", query, res.Status, body)
		}
	}
}
