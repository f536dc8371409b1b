package compat

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
)

// This file turns what livesim2 has for failures and several CDNs into service locations and rules of faults.

// statusCodes reads [{cycle:30,rsq:0,code:404,rep:v1},…]: the rsq-th segment of every cycle is an error. rep is one Representation or several, or a kind of media; all when it is not there.
func statusCodes(value string, into url.Values) error {
	inner, ok := strings.CutPrefix(strings.TrimSpace(value), "[")
	inner, ok2 := strings.CutSuffix(inner, "]")
	if !ok || !ok2 {
		return errs.Errorf(errs.Invalid, "%q: its form is [{cycle:30,rsq:0,code:404,rep:v1},…]", value)
	}
	var rules []string
	for rest := strings.TrimSpace(inner); rest != ""; {
		body, after, closed := strings.Cut(rest, "}")
		body, opened := strings.CutPrefix(strings.TrimLeft(body, ", "), "{")
		if !opened || !closed {
			return errs.Errorf(errs.Invalid, "%q: its form is [{cycle:30,rsq:0,code:404,rep:v1},…]", value)
		}
		rule, err := statusCode(body)
		if err != nil {
			return errs.Errorf(errs.Invalid, "{%s}: %w", body, err)
		}
		rules, rest = append(rules, rule), strings.TrimLeft(after, ", ")
	}
	into.Set("fault", strings.Join(rules, ";"))
	return nil
}

// statusCode returns the rule for what stands between braces.
func statusCode(body string) (string, error) {
	said := map[string][]string{"rsq": {"0"}}
	name := ""
	for part := range strings.SplitSeq(body, ",") {
		key, v, found := strings.Cut(part, ":")
		if !found { // another Representation
			v = key
			if name != "rep" {
				return "", fmt.Errorf("%q has no value", part)
			}
		} else if name = strings.TrimSpace(key); !slices.Contains([]string{"cycle", "rsq", "code", "rep"}, name) {
			return "", fmt.Errorf("%q: there are cycle, rsq, code and rep", name)
		} else {
			said[name] = nil
		}
		said[name] = append(said[name], strings.TrimSpace(v))
	}
	if said["cycle"] == nil || said["code"] == nil {
		return "", fmt.Errorf("cycle and code are needed")
	}
	targets, conditions := []string{"media"}, "nth="+said["rsq"][0]+"/"+said["cycle"][0]
	reps := slices.DeleteFunc(said["rep"], func(s string) bool { return s == "" || s == "*" })
	kinds := slices.DeleteFunc(slices.Clone(reps), func(s string) bool { return s != "video" && s != "audio" && s != "text" })
	switch {
	case len(kinds) > 0 && len(kinds) < len(reps):
		return "", fmt.Errorf("rep names kinds of media and Representations: write an item for each")
	case len(kinds) > 0:
		targets = kinds
	case len(reps) > 0:
		conditions += ",rep=" + strings.Join(reps, ",")
	}
	return strings.Join(targets, ",") + ":" + said["code"][0] + "@" + conditions, nil
}

// traffic reads u30d10,d10u30: a BaseURL for each item, and how it behaves for how many seconds, again and again since 1970: up, down (404), slow (2 s) or hanging (503 after 10 s).
func traffic(value string, into url.Values) error {
	effects := map[byte]string{'d': "404", 's': "delay=2", 'h': "delay=10,503"}
	var names, rules []string
	for item := range strings.SplitSeq(value, ",") {
		name := "bu" + strconv.Itoa(len(names))
		names = append(names, name)
		stretches, total, err := readTraffic(item)
		if err != nil {
			return errs.Errorf(errs.Invalid, "%q: %w", item, err)
		}
		for _, state := range []byte("dsh") {
			var times []string
			for _, s := range stretches {
				if s.state == state {
					times = append(times, fmt.Sprintf("%d-%d/%d", s.from, s.to, total))
				}
			}
			if times != nil {
				rules = append(rules, "init,media:"+effects[state]+"@location="+name+",at="+strings.Join(times, ","))
			}
		}
	}
	into.Set("cdns", strings.Join(names, ","))
	if rules != nil {
		into.Set("fault", strings.Join(rules, ";"))
	}
	return nil
}

// stretch is how a BaseURL behaves from a second until before another one.
type stretch struct {
	state    byte
	from, to int
}

func readTraffic(item string) (list []stretch, total int, err error) {
	for rest := item; rest != ""; {
		state := rest[0]
		if !strings.Contains("udsh", string(state)) {
			return nil, 0, fmt.Errorf("%q: u is up, d down, s slow and h hanging, each followed by seconds: u30d10", rest)
		}
		digits := len(rest) - 1 - len(strings.TrimLeft(rest[1:], "0123456789"))
		seconds, err := strconv.Atoi(rest[1 : 1+digits])
		if err != nil || seconds < 1 || seconds > 86400 {
			return nil, 0, fmt.Errorf("%q: how many seconds, from 1 to 86400? u30d10", rest)
		}
		list = append(list, stretch{state, total, total + seconds})
		total, rest = total+seconds, rest[1+digits:]
	}
	if total == 0 {
		return nil, 0, fmt.Errorf("it is empty; u30d10 is up for 30 s and down for 10 s")
	}
	return list, total, nil
}

// steer reads a,b;ttl=10;mode=rotate;qbs=1;default=b: service locations, and how they are steered between: in turns of a TTL each, or by the API. What has the form of our option of that name is
// that.
func steer(value string, into url.Values) error {
	if strings.Contains(value, ":") || slices.Contains([]string{"on", "none", "0", "1"}, value) {
		into.Set("steer", value)
		return nil
	}
	locations, settings, _ := strings.Cut(value, ";")
	into.Set("cdns", locations)
	ttl, mode := "10", "rotate"
	for one := range strings.SplitSeq(settings, ";") {
		name, v, _ := strings.Cut(one, "=")
		switch name {
		case "":
		case "ttl":
			ttl = v
		case "mode":
			mode = v
		case "qbs":
			into.Set("steerbefore", v)
		case "default":
			into.Set("steerdefault", v)
		default:
			return errs.Errorf(errs.Invalid, "%q: there are ttl, mode, qbs and default", name)
		}
	}
	into.Set("steerttl", ttl)
	switch mode {
	case "trigger":
		into.Set("steer", "on")
	case "rotate":
		slots := strings.Split(locations, ",")
		for i := range slots {
			slots[i] += ":" + ttl
		}
		into.Set("steer", strings.Join(slots, ","))
	default:
		return errs.Errorf(errs.Invalid, "mode=%s: there are rotate and trigger", mode)
	}
	return nil
}

// clocks reads the value of utc: keep is what the asset's own manifest has, and there is none.
func clocks(value string, into url.Values) error {
	if rest := slices.DeleteFunc(strings.Split(value, "-"), func(s string) bool { return s == "keep" }); len(rest) > 0 {
		into.Set("time", strings.Join(rest, "-"))
	}
	return nil
}
