package option

import (
	"fmt"
	"strings"
)

// Parameter is a name and a value in the queries of URLs.
type Parameter struct{ Name, Value string }

// mostParameters is how many Parameters requests have to have at most.
const mostParameters = 16

// Parameters is what the queries of requests for video segments have to have.
var Parameters = declare(Info{
	Key: "annexi", Group: "Addressing", Title: "Query parameters", Type: "list",
	Help: "Parameters that requests for video segments have to have in their query, or get 400. Each video AdaptationSet says so in a UrlQueryInfo; players add them to the URLs. " +
		"Where the path of the URL has this option, as livesim2's annexI, the manifest has to be asked for with them, and players are told to take them from there.",
	Syntax:  "name=value, several with commas: letters, digits, - . _ ~ in both",
	Choices: []Choice{{"token=abc", "one parameter"}, {"a=1,b=2", "two"}},
	Modes:   anywhere(), Scope: Video, Clause: "ISO/IEC 23009-1, Annex I",
}, readParameters, printParameters)

func readParameters(s string) ([]Parameter, error) {
	var list []Parameter
	for item := range strings.SplitSeq(s, ",") {
		name, value, ok := strings.Cut(item, "=")
		switch {
		case !ok || name == "" || value == "":
			return nil, about(item, fmt.Errorf("not name=value"))
		case !unreserved(name) || !unreserved(value) || len(item) > 256:
			return nil, about(item, fmt.Errorf("has other characters than those, or more than 256"))
		case name == "v" || name == "from" || name == "annexi":
			return nil, about(item, fmt.Errorf("that name is taken"))
		}
		for _, other := range list {
			if other.Name == name {
				return nil, fmt.Errorf("%s is there twice", name)
			}
		}
		list = append(list, Parameter{name, value})
	}
	if len(list) > mostParameters {
		return nil, fmt.Errorf("%d parameters, at most %d are taken", len(list), mostParameters)
	}
	return list, nil
}

// unreserved says whether s stands in a URL as it is (RFC 3986, 2.3).
func unreserved(s string) bool {
	return strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-._~") == ""
}

func printParameters(list []Parameter) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = p.Name + "=" + p.Value
	}
	return strings.Join(words, ",")
}

// Demand is what players are told to add to the queries of segments' URLs (ISO/IEC 23009-1, Annex I).
type Demand struct {
	FromMPD bool   // the query of the MPD's URL
	Query   string // else: "a=1&b=2"
}

// Demanded returns what s demands; nil: nothing.
func Demanded(s *Set) *Demand {
	all := Parameters.From(s)
	if len(all) == 0 {
		return nil
	}
	return &Demand{FromMPD: Parameters.Known(s), Query: strings.ReplaceAll(printParameters(all), ",", "&")}
}
