package fault

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Cut ends the answer before all of it is sent, and breaks the connection.
type Cut struct {
	// Bytes is after how many; where it is negative, Share says it: thousandths of the answer.
	Bytes int64
	Share int64
}

func (c Cut) String() string {
	if c.Bytes < 0 {
		return "cut=" + printSeconds(time.Duration(c.Share)*time.Second/10) + "%"
	}
	return "cut=" + strconv.FormatInt(c.Bytes, 10)
}

// After returns after how many bytes an answer of so many is cut; total is negative when that is not known beforehand, and then a share of it is 0.
func (c Cut) After(total int64) int64 {
	switch {
	case c.Bytes >= 0:
		return c.Bytes
	case total < 0:
		return 0
	}
	return total/1000*c.Share + total%1000*c.Share/1000
}

func cutKind() Kind {
	return Kind{
		Info: Info{
			Key: "cut", Title: "Body cut short", Type: "text", Default: "50%", Syntax: "bytes (1000), or a part of the body, less than all of it (50%, or 0.5, which needs no escaping in a URL); 50% if nothing is said", Example: "video:cut=50%@every=6",
			Help: "Ends the body before all of what Content-Length says is sent, and breaks the connection. Where the length is not known beforehand, as of low latency segments, a part of it is nothing.",
		},
		Stage: Within,
		read: func(arg string) (Action, error) {
			if arg == "" {
				arg = "50%"
			}
			if share, percent := strings.CutSuffix(arg, "%"); percent || strings.Contains(arg, ".") {
				f, err := readSeconds(share) // the same decimals
				unit := 100 * time.Millisecond
				if !percent {
					unit = time.Millisecond
				}
				if err != nil || f >= 1000*unit {
					return nil, fmt.Errorf("not a part of the body from 0%% to 99.9%%, or from 0.0 to 0.999")
				}
				return Cut{-1, int64(f / unit)}, nil
			}
			n, err := readNumber(arg)
			if err != nil {
				return nil, fmt.Errorf("neither bytes nor a part of the body such as 50%%")
			}
			return Cut{Bytes: n}, nil
		},
	}
}
