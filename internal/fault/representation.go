package fault

import (
	"fmt"
	"path"
	"strings"
	"time"
)

func representationTest() Test {
	return Test{
		Info: Info{
			Key: "rep", Title: "Representation", Type: "text", Syntax: "IDs, in which * stands for any characters and ? for one; several with commas", Example: "video:404@rep=v1",
			Help: "The ID of the Representation.",
		},
		read: func(item string) (Item, error) {
			if _, err := path.Match(item, ""); err != nil || item == "" || strings.ContainsAny(item, "/\\ ") {
				return Item{}, fmt.Errorf("not the ID of a Representation")
			}
			return Item{Text: item, holds: func(q *Request, _ time.Time) bool {
				ok, _ := path.Match(item, q.Representation) // it is well-formed
				return ok && q.Representation != ""
			}}, nil
		},
	}
}
