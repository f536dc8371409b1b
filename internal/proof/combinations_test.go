package proof_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/api"
	"github.com/dashwright/dashwright/internal/app"
	"github.com/dashwright/dashwright/internal/app/apptest"
	"github.com/dashwright/dashwright/internal/mediatest"
	"github.com/dashwright/dashwright/internal/option"
)

// serve runs the whole program on a folder with a film in two qualities with two languages and subtitles, and a programme of it.
func serve(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	film := mediatest.FFmpeg(t, "rich.mkv", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=24", "-f", "lavfi", "-i", "sine=r=48000:d=24", "-f", "lavfi", "-i", "sine=f=660:r=44100:d=24", "-i", mediatest.Subtitles(t),
		"-map", "0:v", "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s", "-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-sc_threshold", "0", "-b:v:0", "60k", "-s:v:1", "160x90",
		"-c:a:0", "aac", "-c:a:1", "ac3", "-metadata:s:a:1", "language=ger", "-metadata:s:s:0", "language=eng", "-c:s", "srt")
	b, err := os.ReadFile(film)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"rich.mkv":          string(b),
		"film.stream.yaml":  "title: \"A & B <c> \\\"d\\\"\"\nfiles: [rich.mkv]\n",
		"parts.stream.yaml": "periods:\n  - {id: one, stream: film, in: 2, out: 10}\n  - {id: two, stream: film, in: 10, out: 20, keep: [video, audio]}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	base, _ := apptest.Start(t, app.Config{Paths: []string{dir}, FFmpeg: "none"})
	return base
}

// plain asks for nothing compressed.
var plain = &http.Client{Transport: &http.Transport{DisableCompression: true}}

func get(t *testing.T, u string) (int, []byte) {
	t.Helper()
	res, err := plain.Get(u)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, b
}

// values returns values that an option takes: what it offers, and of what fits most types whatever it allows.
func values(r *option.Registry, info *option.Info) []string {
	var list []string
	for _, c := range info.Choices {
		list = append(list, strings.ReplaceAll(c.Value, option.SomeStream, "film"))
	}
	if info.Type == "number" || info.Type == "duration" || len(list) == 0 {
		list = append(list, "0", "1", "2", "7", "10", "60", "3.5", "1000", "-20", "eng", "de", "v1", "a1", "t1", "here", "stpp", "2026-09-06T11:13:00Z", "https://licences.example/a?b=c&d=e", "video", "ABCDEF0123456789ABCDEF0123456789", "x y", info.Default)
	}
	list = slices.DeleteFunc(list, func(v string) bool { return v == "" || r.Check(info.Key, v) != nil })
	slices.Sort(list)
	return slices.Compact(list)
}

// taken says whether manifests are asked for with an option: not if it has something else answered, an error or a Period by itself, or another time.
func taken(info *option.Info) bool {
	return info.Group != "Faults" && info.Key != "period" && info.Key != "now"
}

// combinations is how many are tried of every look in every mode.
const combinations = 200

// Every look in every mode with whatever options is a valid MPD, or a refusal that names the option. They are drawn from the descriptions of looks and options, with a seed that does not change.
func TestCombinations(t *testing.T) {
	base := serve(t)
	var list struct{ Looks []api.Look }
	if _, b := get(t, base+"/api/v1/looks"); json.Unmarshal(b, &list) != nil || len(list.Looks) < 20 {
		t.Fatalf("looks: %s", b)
	}
	registry := option.NewRegistry(option.Common()...)
	infos := registry.Describe()
	random := rand.New(rand.NewPCG(20260906, 1))
	offered := make([][]string, len(infos))
	for i := range infos {
		if offered[i] = values(registry, &infos[i]); len(offered[i]) == 0 {
			t.Errorf("option %s takes none of the values that are tried", infos[i].Key)
		}
	}
	var docs [][]byte
	used := map[string]int{}
	seen := map[string]bool{}
	refused := 0
	for _, look := range list.Looks {
		for _, mode := range look.Modes {
			valid := 0
			for range combinations {
				u := fmt.Sprintf("/dash/%s/%s/%s?now=2026-09-06T11:13:27.3Z", mode, []string{"film", "film", "parts"}[random.IntN(3)], look.Name)
				var keys []string
				for _, i := range random.Perm(len(infos))[:1+random.IntN(8)] {
					info := &infos[i]
					if !slices.Contains(info.Modes, mode) || !taken(info) {
						continue
					}
					u += "&" + info.Key + "=" + url.QueryEscape(offered[i][random.IntN(len(offered[i]))])
					keys = append(keys, info.Key)
				}
				if !slices.Contains(keys, "depth") {
					u += "&depth=30" // long lists prove no more than short ones
				}
				status, body := get(t, base+u)
				switch {
				case status == http.StatusOK:
					valid++
					for _, k := range keys {
						used[k]++
					}
					if !seen[string(body)] {
						seen[string(body)] = true
						docs = append(docs, body)
					}
				case (status == http.StatusBadRequest || status == http.StatusUnprocessableEntity) && slices.ContainsFunc(keys, func(k string) bool { return strings.Contains(string(body), k) }):
					refused++
				default:
					t.Errorf("%s: %d %s", u, status, body)
				}
			}
			if valid < combinations*6/10 {
				t.Errorf("%s of %s: only %d combinations can be", look.Name, mode, valid)
			}
		}
	}
	for i := range infos {
		if used[infos[i].Key] == 0 && taken(&infos[i]) {
			t.Errorf("option %s was in no manifest", infos[i].Key)
		}
	}
	t.Logf("%d different manifests, %d refusals", len(docs), refused)
	mediatest.Schema(t, docs...)
}
