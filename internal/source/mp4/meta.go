package mp4

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// maxName bounds a title.
const maxName = 1024

// text returns the text of p, which ends at a zero or is counted as in Pascal (QuickTime); "" when it is not UTF-8.
func text(p []byte) string {
	if len(p) > 1 && int(p[0]) == len(p)-1 {
		p = p[1:]
	}
	if i := bytes.IndexByte(p, 0); i >= 0 {
		p = p[:i]
	}
	if !utf8.Valid(p) {
		return ""
	}
	return strings.TrimSpace(string(p))
}

// international returns the text of QuickTime's user data: length, language, characters.
func international(p []byte) string {
	n := int(be16(p, 0))
	if len(p) < 4+n {
		return ""
	}
	return text(append([]byte{}, p[4:4+n]...))
}

// userData reads a track's udta: its name and what it is for.
func (t *track) userData(v *view, b box) error {
	v = v.quiet()
	return v.children(b.body, b.end, func(b box) error {
		p := v.content(b, 0, maxName)
		switch string(b.name[:]) {
		case "name":
			t.media.Title = text(p)
		case "\xa9nam":
			t.media.Title = international(p)
		case "kind":
			if len(p) > 4 {
				scheme, value, _ := bytes.Cut(p[4:], []byte{0})
				t.role(text(scheme), text(value))
			}
		case "tagc":
			t.role("", text(p))
		case "meta":
			if s := itemList(v, b); s != "" {
				t.media.Title = s
			}
		}
		return nil
	})
}

// role takes note of a kind box (ISO/IEC 14496-12, 8.10.4) with a value of DASH's or HTML's scheme, or of a characteristic that QuickTime files
// carry.
func (t *track) role(scheme, value string) {
	switch value {
	case "commentary":
		t.media.Commentary = true
	case "caption", "captions", "enhanced-audio-intelligibility", "public.accessibility.transcribes-spoken-dialog", "public.accessibility.describes-music-and-sound":
		t.media.HearingImpaired = true
	case "description", "descriptions", "main-desc", "public.accessibility.describes-video":
		t.media.VisualImpaired = true
	case "forced-subtitle", "forced_subtitle", "public.subtitles.forced-only":
		t.media.Forced = true
	case "public.auxiliary-content":
		t.media.Commentary = true
	case "public.original-content":
		t.media.Original = true
	}
}

// title returns what the file calls the track: its name, or its handler's unless every file of the writer has the same.
func (t *track) title() string {
	if t.media.Title != "" {
		return t.media.Title
	}
	low := strings.ToLower(t.name)
	for _, word := range []string{"handle", "core media", "produced by", "google", "(c) ", "gpac", "l-smash", "bento4", "mainconcept", "iso media", "apple ", "media data", "#track", "*id", ".264", ".265", ".h26", ".aac", ".mp4", ".ac3"} {
		if strings.Contains(low, word) {
			return ""
		}
	}
	switch low {
	case "video", "audio", "sound", "subtitle", "subtitles", "text", "vide", "soun", "sbtl", "video track", "audio track", "sound track", "text track", "subtitle track",
		"video media", "audio media", "mp4 video", "mp4 audio", "twitter-vork muxer", "vork":
		return ""
	}
	return t.name
}

// movieTitle returns the title that a udta or meta box of moov has, "" when it has none.
func movieTitle(v *view, b box) string {
	v = v.quiet()
	if string(b.name[:]) == "meta" {
		return itemList(v, b)
	}
	title := ""
	_ = v.children(b.body, b.end, func(b box) error {
		switch string(b.name[:]) {
		case "\xa9nam":
			if s := international(v.content(b, 0, maxName)); s != "" {
				title = s
			}
		case "titl":
			if p := v.content(b, 6, maxName); title == "" {
				title = text(p)
			}
		case "meta":
			if s := itemList(v, b); s != "" {
				title = s
			}
		}
		return nil
	})
	return title
}

// itemList returns the title in a meta box: iTunes' ©nam, or QuickTime's key for it.
func itemList(v *view, b box) string {
	body := b.body + 4
	if p := v.content(b, 4, 4); string(p) == "hdlr" {
		body = b.body // QuickTime's meta is no full box
	}
	title := ""
	key := uint32(0)
	_ = v.children(body, b.end, func(b box) error {
		switch string(b.name[:]) {
		case "keys":
			key = titleKey(v, b)
		case "ilst":
			return v.children(b.body, b.end, func(b box) error {
				if string(b.name[:]) != "\xa9nam" && (key == 0 || be32(b.name[:], 0) != key) {
					return nil
				}
				return v.children(b.body, b.end, func(b box) error {
					if p := v.content(b, 0, maxName); string(b.name[:]) == "data" && len(p) > 8 && be32(p, 0) == 1 {
						title = text(p[8:])
					}
					return nil
				})
			})
		}
		return nil
	})
	return title
}

// titleKey returns the number of the key for the title in a keys box, from 1; 0 when there is none.
func titleKey(v *view, b box) uint32 {
	key, n := uint32(0), uint32(0)
	_ = v.children(b.body+8, b.end, func(b box) error {
		n++
		if s := string(v.content(b, 0, 64)); s == "com.apple.quicktime.title" || s == "com.apple.quicktime.displayname" && key == 0 {
			key = n
		}
		return nil
	})
	return key
}
