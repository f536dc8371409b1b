package fault

import (
	"fmt"
	"path"
	"strings"
	"time"
)

func locationTest() Test {
	return Test{
		Info: Info{
			Key: "location", Title: "Service location", Type: "text", Syntax: "names of service locations, in which * stands for any characters and ? for one; several with commas", Example: "media:503@location=b",
			Help: "The service location that the request came to, as the option cdns names them.",
		},
		read: func(item string) (Item, error) {
			if _, err := path.Match(item, ""); err != nil || item == "" || strings.ContainsAny(item, "/\\ ") {
				return Item{}, fmt.Errorf("not the name of a service location")
			}
			return Item{Text: item, holds: func(q *Request, _ time.Time) bool {
				ok, _ := path.Match(item, q.Location) // it is well-formed
				return ok && q.Location != ""
			}}, nil
		},
	}
}
