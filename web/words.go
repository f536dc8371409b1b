package web

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// funcs are the words and numbers that the templates need.
func funcs() template.FuncMap {
	return template.FuncMap{
		"bitrate":  bitrate,
		"channels": channels,
		"codec":    codecName,
		"duration": duration,
		"facts":    facts,
		"fps":      fps,
		"head":     newHead,
		"hertz":    hertz,
		"hue":      hue,
		"isoTime":  isoTime,
		"label":    Stream.label,
		"lasting":  lasting,
		"moment":   moment,
		"menu":     menu,
		"number":   number,
		"plural":   plural,
		"poster":   poster,
		"sentence": sentence,
		"size":     size,
		"spoken":   spoken,
	}
}

// head is what every page's frame needs: Page picks the script of the page.
type head struct {
	Page, Title, Version string
	Assets               Assets
}

func newHead(page, title, version string, assets Assets) head {
	return head{page, title, version, assets}
}

// duration writes d as a clock does: "1:02:03", "4:05", "0:09".
func duration(d time.Duration) string {
	s := int64(d.Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// isoTime writes d for the datetime attribute: "PT62.5S".
func isoTime(d time.Duration) string {
	return "PT" + strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "S"
}

// spoken writes d in words, for screen readers: "1 hour 2 minutes".
func spoken(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	parts := []string{}
	for _, unit := range []struct {
		n    int
		name string
	}{{s / 3600, "hour"}, {s / 60 % 60, "minute"}, {s % 60, "second"}} {
		if unit.n > 0 {
			parts = append(parts, plural(unit.n, unit.name))
		}
	}
	if len(parts) == 0 {
		return "less than a second"
	}
	return strings.Join(parts[:min(2, len(parts))], " ")
}

// bitrate writes bit/s with two or three digits: "187 kbit/s", "2.4 Mbit/s".
func bitrate(bits int) string {
	switch {
	case bits <= 0:
		return ""
	case bits < 1_000_000:
		return strconv.Itoa(max(1, (bits+500)/1000)) + " kbit/s"
	case bits < 10_000_000:
		return strconv.FormatFloat(float64(bits)/1e6, 'f', 1, 64) + " Mbit/s"
	}
	return strconv.Itoa((bits+500_000)/1_000_000) + " Mbit/s"
}

// rates writes a range of bit/s: "187 kbit/s", "187 to 900 kbit/s", "187 kbit/s to 2.4 Mbit/s".
func rates(least, most int) string {
	from, to := bitrate(least), bitrate(most)
	number, unit, _ := strings.Cut(from, " ")
	switch {
	case from == to:
		return to
	case strings.HasSuffix(to, unit):
		return number + " to " + to
	}
	return from + " to " + to
}

// fps writes a frame rate, which may be a fraction: "25", "29.97".
func fps(rate string) string {
	above, below, isFraction := strings.Cut(rate, "/")
	if !isFraction {
		return rate
	}
	n, errN := strconv.ParseFloat(above, 64)
	d, errD := strconv.ParseFloat(below, 64)
	if errN != nil || errD != nil || d == 0 {
		return rate
	}
	text := strconv.FormatFloat(n/d, 'f', 3, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// hertz writes a sampling rate: "48 kHz", "44.1 kHz".
func hertz(rate int) string {
	return strconv.FormatFloat(float64(rate)/1000, 'f', -1, 64) + " kHz"
}

func channels(n int) string {
	switch n {
	case 1:
		return "mono"
	case 2:
		return "stereo"
	case 6:
		return "5.1"
	case 8:
		return "7.1"
	}
	return plural(n, "channel")
}

// codecName says what an RFC 6381 string stands for, in the word people use.
// What it does not know it returns as it is.
func codecName(codecs string) string {
	for _, known := range []struct{ prefix, name string }{
		{"avc", "H.264"}, {"hvc1", "HEVC"}, {"hev1", "HEVC"}, {"dvh", "Dolby Vision"}, {"vvc1", "VVC"}, {"vvi1", "VVC"},
		{"av01", "AV1"}, {"vp08", "VP8"}, {"vp09", "VP9"},
		{"mp4a.40.29", "HE-AAC v2"}, {"mp4a.40.5", "HE-AAC"}, {"mp4a.40.42", "xHE-AAC"}, {"mp4a.40.34", "MP3"},
		{"mp4a.40", "AAC"}, {"mp4a.6b", "MP3"}, {"mp4a.69", "MP3"}, {"ac-3", "AC-3"}, {"ec-3", "E-AC-3"}, {"ac-4", "AC-4"},
		{"opus", "Opus"}, {"flac", "FLAC"}, {"wvtt", "WebVTT"}, {"stpp", "TTML"},
	} {
		if strings.HasPrefix(strings.ToLower(codecs), known.prefix) {
			return known.name
		}
	}
	return codecs
}

// facts sums a stream up in a few short phrases: size, frame rate, codecs,
// number of qualities and languages.
func facts(s Stream) []string {
	var out, codecs, languages []string
	var best Track
	measured := "video" // whose bitrates are said
	if !slices.ContainsFunc(s.Tracks, func(t Track) bool { return t.Kind == "video" }) {
		measured = "audio"
	}
	least, most := 0, 0 // bit/s
	count := map[string]int{}
	for _, t := range s.Tracks {
		count[t.Kind]++
		if name := codecName(t.Codecs); name != "" && !slices.Contains(codecs, name) {
			codecs = append(codecs, name)
		}
		if t.Language != "" && t.Language != "und" && !slices.Contains(languages, t.Language) {
			languages = append(languages, t.Language)
		}
		if t.Kind == "video" && t.Width*t.Height >= best.Width*best.Height {
			best = t
		}
		if t.Kind == measured && t.Bandwidth > 0 {
			if least == 0 || t.Bandwidth < least {
				least = t.Bandwidth
			}
			most = max(most, t.Bandwidth)
		}
	}
	if best.Width > 0 {
		out = append(out, fmt.Sprintf("%d × %d", best.Width, best.Height))
	}
	if best.FrameRate != "" {
		out = append(out, fps(best.FrameRate)+" fps")
	}
	if len(codecs) > 0 {
		out = append(out, strings.Join(codecs, ", "))
	}
	if most > 0 {
		out = append(out, rates(least, most))
	}
	if count["video"] > 1 {
		out = append(out, plural(count["video"], "quality"))
	}
	if len(languages) > 1 {
		out = append(out, plural(len(languages), "language"))
	}
	if n := count["text"]; n > 0 {
		out = append(out, plural(n, "subtitle track"))
	}
	return out
}

// hue picks one of six tints for a stream's tile, always the same for a name.
func hue(name string) int {
	sum := uint32(2166136261) // FNV-1a
	for _, b := range []byte(name) {
		sum = (sum ^ uint32(b)) * 16777619
	}
	return int(sum % 6)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "ty"); ok {
		return number(n) + " " + stem + "ties"
	}
	return number(n) + " " + noun + "s"
}

// number writes a count with commas: 10000 is "10,000".
func number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// sentence writes an error as a page does: with a capital and a full stop.
func sentence(text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	// A file's name stays as it is, and so does what was typed.
	if word, _, _ := strings.Cut(text, " "); !strings.ContainsAny(strings.TrimRight(word, ".:,"), "./_=:") {
		first, size := utf8.DecodeRuneInString(text)
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if last, _ := utf8.DecodeLastRuneInString(text); !unicode.IsPunct(last) || strings.ContainsRune(`)"”/`, last) {
		text += "."
	}
	return text
}
