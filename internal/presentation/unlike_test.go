package presentation

import "testing"

// What two Representations could be is neither, unless it is one of them to the letter.
func TestUnlike(t *testing.T) {
	e := Entry{sets: []AdaptationSet{{Representations: []Representation{{ID: "Film_V1"}, {ID: "film_v1"}, {ID: "B"}}}}}
	for id, want := range map[string]string{"film_v1": "film_v1", "Film_V1": "Film_V1", "FILM_V1": "", "b": "B", "c": ""} {
		got := ""
		if r := e.Find(id); r != nil {
			got = r.ID
		}
		if got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
}
