package fault

import (
	"fmt"
	"strconv"
)

// Corrupt damages pictures.
type Corrupt struct {
	Units int // at most so many of a segment's NAL units
}

func (c Corrupt) String() string { return "corrupt=" + strconv.Itoa(c.Units) }

func corruptKind() Kind {
	return Kind{
		Info: Info{
			Key: "corrupt", Title: "Damaged pictures", Type: "number", Default: "4", Syntax: "a number of NAL units from 1 to 10000; 4 if nothing is said", Example: "video:corrupt=2@n=5",
			Help: "Writes junk over the end of pictures that others refer to, without the random access points: in the first so many NAL units of a video segment. Sizes and headers stay right.",
		},
		Stage:   Within,
		picture: true,
		read: func(arg string) (Action, error) {
			if arg == "" {
				arg = "4"
			}
			n, err := readNumber(arg)
			if err != nil || n < 1 || n > 10_000 {
				return nil, fmt.Errorf("not a number from 1 to 10000")
			}
			return Corrupt{int(n)}, nil
		},
	}
}
