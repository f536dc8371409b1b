package presentation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/option"
)

// set makes an AdaptationSet of Representations that are written "id codecs bandwidth".
func set(kind media.Kind, language, roles string, reps ...string) AdaptationSet {
	as := AdaptationSet{Kind: kind, Language: language, Roles: strings.Fields(roles), SAP: 1}
	for i, text := range reps {
		r := Representation{Width: uint32(100 * (i + 1)), Height: uint32(50 * (i + 1)), FrameRate: fmt.Sprint(25 * (i + 1)), Leading: i > 0}
		if _, err := fmt.Sscan(text, &r.ID, &r.Codecs, &r.Bandwidth); err != nil {
			panic(err)
		}
		as.Representations = append(as.Representations, r)
		as.MaxWidth, as.MaxHeight, as.MaxFrameRate = r.Width, r.Height, r.FrameRate
		if r.Leading {
			as.SAP = 3
		}
	}
	return as
}

// film is what a well-equipped stream has.
func film() []AdaptationSet {
	return []AdaptationSet{
		set(media.Video, "en", "", "v1 avc1.64001f 3000", "v2 avc1.640028 1000", "v3 avc1.640028 5000"),
		set(media.Video, "", "", "h1 hvc1.1.6.L93.B0 900"),
		set(media.Audio, "en", "", "a1 mp4a.40.2 96", "a2 mp4a.40.2 192"),
		set(media.Audio, "de", "", "a3 ec-3 384"),
		set(media.Audio, "de", "", "a4 ac-3 448"),
		set(media.Audio, "en", "commentary", "a5 mp4a.40.2 64"),
		set(media.Text, "de-AT", "subtitle", "t1 stpp.ttml.im1t|etd1 1"),
		set(media.Text, "en", "subtitle", "t2 wvtt 1"),
		set(media.Text, "", "", "t3 stpp 1"),
	}
}

// chosen says in words what choose leaves.
func chosen(t *testing.T, sets []AdaptationSet, query string) string {
	t.Helper()
	o, err := option.NewRegistry(option.Common()...).Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	sets, err = choose(sets, o)
	if err != nil {
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", query, err)
		}
		return "error " + err.Error()
	}
	var words []string
	for _, as := range sets {
		var ids []string
		for _, r := range as.Representations {
			ids = append(ids, r.ID)
		}
		w := strings.Join(ids, "+")
		if len(as.Roles) > 0 {
			w += ":" + strings.Join(as.Roles, "+")
		}
		for _, d := range as.Accessibility {
			w += "!" + d.Value
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

func TestChoose(t *testing.T) {
	const video, text = "v1+v2+v3 h1 ", " t1:subtitle t2:subtitle t3"
	const audio = "a1+a2:main a3:alternate a4:alternate a5:commentary"
	for query, want := range map[string]string{
		"":      video + audio + text,
		"abr=1": video + audio + text,
		"abr=0": "v2 h1 " + audio + text,
		// acodec
		"acodec=any":   video + audio + text,
		"acodec=mp4a":  video + "a1+a2:main a5:commentary" + text,
		"acodec=MP4A":  video + "a1+a2:main a5:commentary" + text,
		"acodec=ec-3":  video + "a3:main a4:alternate" + text,
		"acodec=ac-3":  video + "a4:main" + text,
		"acodec=opus":  strings.TrimSpace(video + text[1:]),
		"acodec=mp4a.": video + "a1+a2:main a5:commentary" + text,
		// tcodec, tlang
		"tcodec=stpp":            video + audio + " t1:subtitle t3",
		"tcodec=wvtt":            video + audio + " t2:subtitle",
		"tcodec=im1t%7Cetd1":     video + audio + " t1:subtitle",
		"tcodec=im1t":            video + audio + " t1:subtitle",
		"tcodec=etd1":            video + audio,
		"tlang=de":               video + audio + " t1:subtitle",
		"tlang=ger":              video + audio + " t1:subtitle",
		"tlang=de-at":            video + audio + " t1:subtitle",
		"tlang=de-DE":            video + audio,
		"tlang=d":                video + audio,
		"tlang=en,deu":           video + audio + " t1:subtitle t2:subtitle",
		"tlang=en&tcodec=stpp":   video + audio,
		"tlang=fr,eng&acodec=no": video + "t2:subtitle",
		// roles
		"main_audio=a3":               video + "a3:main a1+a2:alternate a4:alternate a5:alternate+commentary" + text,
		"main_audio=a2":               video + "a1+a2:main a3:alternate a4:alternate a5:alternate+commentary" + text,
		"main_audio=a5":               video + "a5:main+commentary a1+a2:alternate a3:alternate a4:alternate" + text,
		"main_audio=a1&acodec=ec-3":   video + "a3:main a4:alternate" + text,
		"ad_audio=a3":                 video + "a1+a2:main a3:alternate!1 a4:alternate a5:commentary" + text,
		"ad_audio=a1":                 video + "a1+a2:alternate!1 a3:main a4:alternate a5:commentary" + text,
		"main_audio=a1&ad_audio=a2":   video + audio[:len(audio)-len("a5:commentary")] + "a5:alternate+commentary" + text,
		"main_audio=a4&ad_audio=a3":   video + "a4:main a1+a2:alternate a3:alternate!1 a5:alternate+commentary" + text,
		"main_text=t2":                video + audio + " t2:main+subtitle!2 t1:alternate+subtitle t3:alternate",
		"main_text=t1":                video + audio + " t1:main+subtitle t2:alternate+subtitle t3:alternate",
		"main_text=t1&tlang=en":       video + audio + " t2:subtitle",
		"main_text=t3":                video + audio + " t3:main t1:alternate+subtitle t2:alternate+subtitle",
		"main_text=t1&main_audio=a3":  video + "a3:main a1+a2:alternate a4:alternate a5:alternate+commentary t1:main+subtitle t2:alternate+subtitle t3:alternate",
		"abr=0&acodec=ac-3&tcodec=no": "v2 h1 a4:main",
	} {
		if got := chosen(t, film(), query); got != want {
			t.Errorf("%s:\n%s, not\n%s", query, got, want)
		}
	}
}

func TestChooseFromFew(t *testing.T) {
	alone := []AdaptationSet{set(media.Audio, "", "", "a1 mp4a.40.2 96")}
	for query, want := range map[string]string{
		"":                          "a1:main",
		"ad_audio=a1":               "a1:alternate!1",
		"ad_audio=a1&main_audio=a1": "a1:main",
		"acodec=ec-3":               "error option acodec: acodec, tcodec and tlang leave nothing of the stream, which has audio in mp4a.40.2",
		"main_audio=a2":             `error option main_audio: "a2": the stream has no audio of that id; it has a1`,
		"ad_audio=v1":               `error option ad_audio: "v1": the stream has no audio of that id; it has a1`,
		"main_text=t1":              `error option main_text: "t1": the stream has no text of that id; it has none`,
	} {
		if got := chosen(t, alone, query); got != want {
			t.Errorf("%s: %s, not %s", query, got, want)
		}
	}
	// Roles that are given stay.
	given := []AdaptationSet{set(media.Audio, "", "dub", "a1 mp4a.40.2 1"), set(media.Audio, "", "", "a2 mp4a.40.2 1"), set(media.Audio, "", "main", "a3 mp4a.40.2 1")}
	if got := chosen(t, given, ""); got != "a3:main a1:dub a2:alternate" && got != "a1:dub a2:alternate a3:main" {
		t.Errorf("roles that are given: %s", got)
	}
}

// What is chosen from is not changed, and the extremes are those of what is left.
func TestChooseLeavesAlone(t *testing.T) {
	sets := film()
	o, err := option.NewRegistry(option.Common()...).Parse("abr=0&main_audio=a3&ad_audio=a1&main_text=t2")
	if err != nil {
		t.Fatal(err)
	}
	got, err := choose(sets, o)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(sets) != fmt.Sprint(film()) {
		t.Errorf("changed: %v", sets)
	}
	if v := got[0]; v.MaxWidth != 200 || v.MaxHeight != 100 || v.MaxFrameRate != "50" || v.SAP != 3 || len(v.Representations) != 1 {
		t.Errorf("abr=0: %+v", v)
	}
}
