package option

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// choice declares an Option whose values are listed; the first is the default unless info says another.
func choice(info Info) *Option[string] {
	info.Type = "choice"
	if info.Default == "" {
		info.Default = info.Choices[0].Value
	}
	values := make([]string, len(info.Choices))
	for i, c := range info.Choices {
		values[i] = c.Value
	}
	info.Syntax = strings.Join(values, ", ")
	return &Option[string]{info, info.Default, func(s string) (string, error) {
		for _, v := range values {
			if v == s {
				return v, nil
			}
		}
		return "", fmt.Errorf("no such value")
	}}
}

// flag declares an Option that is on or off.
func flag(info Info, on bool) *Option[bool] {
	info.Type, info.Default = "flag", "0"
	if on {
		info.Default = "1"
	}
	info.Syntax = "1, true or on; 0, false or off"
	return &Option[bool]{info, on, func(s string) (bool, error) {
		switch strings.ToLower(s) {
		case "1", "true", "on":
			return true, nil
		case "0", "false", "off", "":
			return false, nil
		}
		return false, fmt.Errorf("neither on nor off")
	}}
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

// seconds declares an Option that is a duration, given in seconds with up to three decimals. The default text may be empty: then none is given. "none" takes a given one back.
func seconds(info Info, least, most time.Duration) *Option[Seconds] {
	info.Type = "duration"
	info.Syntax = fmt.Sprintf("seconds from %v to %v, with up to three decimals; none", least.Seconds(), most.Seconds())
	read := func(s string) (Seconds, error) {
		if s == "" || s == "none" {
			return Seconds{}, nil
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(f) {
			return Seconds{}, fmt.Errorf("not a number")
		}
		if f < least.Seconds() || f > most.Seconds() {
			return Seconds{}, fmt.Errorf("out of range")
		}
		return Seconds{true, time.Duration(math.Round(f*1000)) * time.Millisecond}, nil
	}
	initial, err := read(info.Default)
	if err != nil {
		panic("option " + info.Key + ": its default " + info.Default + " is " + err.Error())
	}
	return &Option[Seconds]{info, initial, read}
}

// number declares an Option that is a whole number.
func number(info Info, least, most int64) *Option[int64] {
	info.Type = "number"
	info.Syntax = fmt.Sprintf("a whole number from %d to %d", least, most)
	read := func(s string) (int64, error) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("not a whole number")
		}
		if n < least || n > most {
			return 0, fmt.Errorf("out of range")
		}
		return n, nil
	}
	initial, err := read(info.Default)
	if err != nil {
		panic("option " + info.Key + ": its default " + info.Default + " is " + err.Error())
	}
	return &Option[int64]{info, initial, read}
}
