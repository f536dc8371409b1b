package compat

import (
	"net/url"

	"github.com/dashwright/dashwright/internal/errs"
)

// breaks turns livesim2's scte35_n into a rule: the last digit is how many breaks there are in a minute, the one before it how they are said.
func breaks(v string, into url.Values) error {
	if len(v) == 1 {
		v = "0" + v
	}
	commands := map[byte]string{
		'0': " command=plain", '1': " command=signal segtype=52 upid=0: value=timesignal", '2': " command=signal segtype=54 upid=0: value=timesignal",
	}
	times := map[byte]string{'1': "at=10 for=20", '2': "at=10,40 for=10", '3': "at=10,36,46 for=10"}
	if len(v) != 2 || commands[v[0]] == "" || times[v[1]] == "" {
		return errs.Errorf(errs.Invalid, "%q: there are 1, 2 and 3 breaks in a minute; 11 to 13 say them by time_signal as the provider's, 21 to 23 as the distributor's", v)
	}
	into.Set("event", "scte35 every=60 "+times[v[1]]+" ahead=7 version=1 timescale=90000"+commands[v[0]]+" form=bin program=0")
	return nil
}
