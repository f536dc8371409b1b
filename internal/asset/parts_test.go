package asset_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dashwright/dashwright/internal/asset"
	"github.com/dashwright/dashwright/internal/media"
)

func TestProgramme(t *testing.T) {
	film := &asset.Asset{Name: "film", Version: "1", Duration: 20 * time.Second, Sets: []asset.Set{
		{Kind: media.Video, Tracks: []*asset.Track{{ID: "v1"}, {ID: "v2"}}}, {Kind: media.Audio, Tracks: []*asset.Track{{ID: "a1"}}}, {Kind: media.Text, Tracks: []*asset.Track{{ID: "t1"}}},
	}}
	parts := []asset.Part{{ID: "a", Asset: film, Out: 5 * time.Second}, {ID: "b", Asset: film, In: 12 * time.Second}, {ID: "c", Asset: film, Out: 20500 * time.Millisecond}}
	a, err := asset.Programme("show", "Show", parts, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Duration != 33*time.Second || len(a.Sets) != 0 || a.Version == "" {
		t.Errorf("made %+v", a)
	}
	changed := &asset.Asset{Name: film.Name, Version: "2", Duration: film.Duration, Sets: film.Sets}
	for what, other := range map[string][]asset.Part{
		"an out-point": {{ID: "a", Asset: film, Out: 6 * time.Second}, parts[1], parts[2]}, "a version": {{ID: "a", Asset: changed, Out: 5 * time.Second}, parts[1], parts[2]},
		"an id": {{ID: "x", Asset: film, Out: 5 * time.Second}, parts[1], parts[2]}, "the number": parts[:2],
	} {
		if b, err := asset.Programme("show", "Show", other, nil); err != nil || b.Version == a.Version {
			t.Errorf("with another %s: %v, version %s", what, err, b.Version)
		}
	}
	for want, parts := range map[string][]asset.Part{
		"show has no part": nil, "p: show consists of Periods itself": {{ID: "p", Asset: a}}, "p: nothing is between 20s": {{ID: "p", Asset: film, In: 20 * time.Second}},
		"p: nothing is between 6s and 5s": {{ID: "p", Asset: film, In: 6 * time.Second, Out: 5 * time.Second}}, "p: film lasts 20s, its out-point is 22s": {{ID: "p", Asset: film, Out: 22 * time.Second}},
	} {
		if _, err := asset.Programme("show", "", parts, nil); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for want, ids := range map[string][]string{"video:v1 v2 ": {"video"}, "video:v2 audio:a1 ": {"audio", "v2"}, "text:t1 ": {"t1", "text"}} {
		k, err := film.Keep(ids)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, s := range k.Sets {
			got += s.Kind.String() + ":"
			for _, x := range s.Tracks {
				got += x.ID + " "
			}
		}
		if got != want || k.Version == film.Version || k.Duration != film.Duration {
			t.Errorf("Keep(%v) has %s, version %s", ids, got, k.Version)
		}
	}
	if _, err := film.Keep([]string{"v1", "a2"}); err == nil || err.Error() != `film has no track "a2"; it has v1, v2, a1, t1` {
		t.Errorf("got %v", err)
	}
}
