package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// poster says, for the script that decodes one, where a picture of a stream is: the folder of its
// least video Representation, its codecs, and a time in seconds at which to look. It is empty
// where a browser cannot: no video, encrypted, or a programme, whose Periods have folders of their own.
func poster(s Stream) string {
	var videos []Track
	for _, t := range s.Tracks {
		if t.Kind == "video" && !t.Encrypted && !strings.Contains(t.ID, "/") {
			videos = append(videos, t)
		}
	}
	if s.Error != "" || s.Pending || len(videos) == 0 {
		return ""
	}
	least := slices.MinFunc(videos, func(a, b Track) int { return cmp.Compare(a.Bandwidth, b.Bandwidth) })
	at := min(s.Duration.Seconds()/5, 60) // past the black that films begin with
	query := url.Values{"name": {s.Name}, "track": {least.ID}, "codecs": {least.Codecs}, "at": {strconv.FormatFloat(at, 'f', 3, 64)}}
	return query.Encode()
}
