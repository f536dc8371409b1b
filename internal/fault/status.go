package fault

import (
	"fmt"
	"strconv"
	"time"
)

// Status answers with an HTTP status of an error.
type Status struct {
	Code  int
	Retry time.Duration // Retry-After; 0: none
}

func (s Status) String() string {
	text := strconv.Itoa(s.Code)
	if s.Retry > 0 {
		text += ",retry=" + printSeconds(s.Retry)
	}
	return text
}

const statusKey = "status"

func statusKind() Kind {
	return Kind{
		Info: Info{
			Key: statusKey, Title: "Error status", Type: "number", Syntax: "an HTTP status from 400 to 599", Example: "video:404@n=12-14",
			Help: "Answers with that HTTP status. The number alone does: 404 is status=404.",
			Choices: []Choice{
				{"403", "forbidden"}, {"404", "not found"}, {"410", "gone"}, {"425", "too early"}, {"429", "too many requests"}, {"500", "internal error"}, {"503", "unavailable"}, {"504", "gateway timeout"},
			},
		},
		Stage: Instead,
		read: func(arg string) (Action, error) {
			code, err := readCode(arg)
			return Status{Code: code}, err
		},
	}
}

// readCode reads a status of an error.
func readCode(s string) (int, error) {
	code, err := strconv.Atoi(s)
	switch {
	case err != nil || len(s) != 3 || code < 100:
		return 0, fmt.Errorf("not an HTTP status; errors have 400 to 599")
	case code > 599:
		return 0, fmt.Errorf("there is no such HTTP status; errors have 400 to 599")
	case code < 400:
		return 0, fmt.Errorf("not the status of an error: those are 400 to 599")
	}
	return code, nil
}

func retryKind() Kind {
	return Kind{
		Info: Info{
			Key: "retry", Title: "Retry-After", Type: "duration", Syntax: "whole seconds from 1 to 86400, after a status", Example: "manifest:503,retry=10@t=30-40/60",
			Help: "Adds a Retry-After header to the error that stands before it (RFC 9110, 10.2.3).",
		},
		extends: statusKey,
		extend: func(to Action, arg string) (Action, error) {
			n, err := readNumber(arg)
			if err != nil || n < 1 || n > 86400 {
				return nil, fmt.Errorf("not whole seconds from 1 to 86400")
			}
			s := to.(Status)
			s.Retry = time.Duration(n) * time.Second
			return s, nil
		},
	}
}
