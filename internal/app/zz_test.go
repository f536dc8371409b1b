package app_test
import ("testing";"fmt")
func TestZZ(t *testing.T){ _, mpd := faultFilm(t); fmt.Println(string(get(t, mpd+"?timeline=1&segdur=2"))); fmt.Println(string(get(t, mpd+"?timeline=1"))) }
