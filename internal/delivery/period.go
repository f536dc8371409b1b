package delivery

import (
	"net/url"
	"strings"
)

// unfold returns the query that a reference to a Period stands for: one whose only parameter is period has, behind the ID, the query of the manifest that it is of.
func unfold(raw string) string {
	folded, ok := strings.CutPrefix(raw, "period=")
	if !ok || strings.Contains(folded, "&") {
		return raw
	}
	text, err := url.QueryUnescape(folded)
	if err != nil {
		return raw
	}
	id, query, ok := strings.Cut(text, "&")
	if !ok {
		return raw
	}
	return "period=" + url.QueryEscape(id) + "&" + query
}
