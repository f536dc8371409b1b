package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/mediatest"
)

// A body that does not say that it is JSON, as curl's do not, is refused with what to do.
func TestBodiesAreJSON(t *testing.T) {
	base := start(t, mediatest.Clip(t))
	for contentType, want := range map[string]int{
		"application/x-www-form-urlencoded": 415, "text/plain": 415, "nonsense;": 415, "application/json": 200, "application/json; charset=utf-8": 200, "application/merge-patch+json": 200, "": 200,
	} {
		req, err := http.NewRequest(http.MethodPut, base+"/api/v1/steering/me", strings.NewReader(`{"priority":["b","a"]}`))
		if err != nil {
			t.Fatal(err)
		}
		if req.Header["Content-Type"] = []string{contentType}; contentType == "" {
			req.Header.Del("Content-Type")
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != want || want == 415 && !strings.Contains(string(body), "Content-Type: application/json") {
			t.Errorf("%q: %s: %s", contentType, res.Status, body)
		}
	}
}

// Names of files are found in whatever letter case, as dashlive finds them; what the manifest says goes first.
func TestLetterCase(t *testing.T) {
	base := start(t, mediatest.Clip(t)) + "/dash/vod/clip/"
	want := get(t, base+"v1/init.mp4")
	if got := get(t, base+"V1/init.mp4"); string(got) != string(want) {
		t.Error("V1 is not v1")
	}
	if got := get(t, base+"V1/1.m4s"); string(got) != string(get(t, base+"v1/1.m4s")) {
		t.Error("segments of V1 are not those of v1")
	}
	if res, body := fetch(t, base+"V2/init.mp4", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("V2: %s: %s", res.Status, body)
	}
}
