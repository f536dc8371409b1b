package option

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

func same(s string) string { return s }

// choice declares an Option whose values are listed; the first is the default unless info says another. Where 0 and 1 are among them, the words of a flag are understood.
func choice(info Info) *Option[string] {
	info.Type = "choice"
	if info.Default == "" {
		info.Default = info.Choices[0].Value
	}
	values := values(info.Choices)
	info.Syntax = strings.Join(values, ", ")
	o := declare(info, func(s string) (string, error) {
		for _, v := range values {
			if strings.EqualFold(v, s) {
				return v, nil
			}
		}
		if on, ok := word(s); ok {
			for v, is := range map[string]bool{"1": true, "0": false} {
				if on == is && slices.Contains(values, v) {
					return v, nil
				}
			}
		}
		return "", fmt.Errorf("no such value")
	}, same)
	o.none = slices.Contains(values, "none")
	return o
}

func values(choices []Choice) []string {
	var list []string
	for _, c := range choices {
		list = append(list, c.Value)
	}
	return list
}

// offers returns "; for example 1800, 30" for what is worth offering.
func offers(choices []Choice) string {
	if len(choices) == 0 {
		return ""
	}
	return "; for example " + strings.Join(values(choices), ", ")
}

// word reads a word that means on or off.
func word(s string) (on, ok bool) {
	switch strings.ToLower(s) {
	case "1", "true", "on", "yes":
		return true, true
	case "0", "false", "off", "no", "none":
		return false, true
	}
	return false, false
}

// flag declares an Option that is on or off. The choices say what that means. An empty text is off, as "none" is, whatever the default: dashlive's users write that.
func flag(info Info, on bool, whenOn, whenOff string) *Option[bool] {
	info.Type, info.Default = "flag", printFlag(on)
	info.Choices = []Choice{{"1", whenOn}, {"0", whenOff}}
	info.Syntax = "1, true, on or yes; 0, false, off, no, none or nothing"
	o := declare(info, func(s string) (bool, error) {
		on, ok := word(s)
		if !ok && s != "" {
			return false, fmt.Errorf("neither on nor off")
		}
		return on, nil
	}, printFlag)
	o.none, o.blank = true, true
	return o
}

func printFlag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// Seconds is a duration that may not have been given.
type Seconds struct {
	Given bool
	time.Duration
}

// Or returns the duration, or other when none was given.
func (s Seconds) Or(other time.Duration) time.Duration {
	if s.Given {
		return s.Duration
	}
	return other
}

// seconds declares an Option that is a duration, given in seconds with up to three decimals. The default text may be empty: then none is given.
func seconds(info Info, least, most time.Duration) *Option[Seconds] {
	info.Type = "duration"
	info.Syntax = fmt.Sprintf("seconds from %s to %s, with up to three decimals%s", printSeconds(least), printSeconds(most), offers(info.Choices))
	return declare(info, func(s string) (Seconds, error) {
		d, err := readSeconds(s, least, most)
		return Seconds{err == nil, d}, err
	}, func(s Seconds) string { return printSeconds(s.Duration) })
}

func readSeconds(s string, least, most time.Duration) (time.Duration, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) {
		return 0, fmt.Errorf("not a number of seconds")
	}
	if f < least.Seconds() || f > most.Seconds() {
		return 0, fmt.Errorf("out of range")
	}
	return time.Duration(math.Round(f*1000)) * time.Millisecond, nil
}

func printSeconds(d time.Duration) string {
	return strconv.FormatFloat(float64(d/time.Millisecond)/1000, 'f', -1, 64)
}

// number declares an Option that is a whole number.
func number(info Info, least, most int64) *Option[int64] {
	info.Type = "number"
	info.Syntax = fmt.Sprintf("a whole number from %d to %d%s", least, most, offers(info.Choices))
	return declare(info, func(s string) (int64, error) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("not a whole number")
		}
		if n < least || n > most {
			return 0, fmt.Errorf("out of range")
		}
		return n, nil
	}, func(n int64) string { return strconv.FormatInt(n, 10) })
}

// text declares an Option that is a line of text. accept may refuse one.
func text(info Info, most int, accept func(string) error) *Option[string] {
	info.Type = "text"
	info.Syntax += offers(info.Choices)
	return declare(info, func(s string) (string, error) { return s, line(s, most, accept) }, same)
}

// list declares an Option that is a comma-separated list. accept may refuse an item. "none" and empty items are passed over.
func list(info Info, most int, accept func(string) error) *Option[[]string] {
	info.Type = "list"
	info.Syntax += offers(info.Choices)
	return declare(info, func(s string) ([]string, error) {
		var items []string
		for item := range strings.SplitSeq(s, ",") {
			item = strings.TrimSpace(item)
			if item == "" || strings.EqualFold(item, "none") {
				continue
			}
			if err := line(item, most, accept); err != nil {
				return nil, about(item, err)
			}
			items = append(items, item)
		}
		if len(items) > 32 {
			return nil, fmt.Errorf("%d items, at most 32 are taken", len(items))
		}
		return items, nil
	}, func(items []string) string { return strings.Join(items, ",") })
}

func line(s string, most int, accept func(string) error) error {
	if len(s) > most {
		return fmt.Errorf("longer than %d bytes", most)
	}
	for _, r := range s {
		if r < ' ' || r == 0x7F || r == 0xFFFD {
			return fmt.Errorf("has a control character, or is no UTF-8")
		}
	}
	if accept == nil {
		return nil
	}
	return accept(s)
}
