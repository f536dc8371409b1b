package main

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// template is a SegmentTemplate (ISO/IEC 23009-1, 5.3.9.4), as far as our manifests use it.
type template struct {
	Media string `xml:"media,attr"`
	First int64  `xml:"startNumber,attr"`
	Last  int64  `xml:"endNumber,attr"`
	S     []struct {
		T *int64 `xml:"t,attr"`
		D int64  `xml:"d,attr"`
		R int64  `xml:"r,attr"`
	} `xml:"SegmentTimeline>S"`
}

type mpd struct {
	Sets []struct {
		Kind     string    `xml:"contentType,attr"`
		Template *template `xml:"SegmentTemplate"`
		Reps     []struct {
			ID       string    `xml:"id,attr"`
			Template *template `xml:"SegmentTemplate"`
		} `xml:"Representation"`
	} `xml:"Period>AdaptationSet"`
}

func manifestOf(stream string) string { return "/dash/vod/" + stream + "/manifest.mpd" }

// segments returns the paths of all segments of a stream's first Representation of a kind ("video", "audio"), as its manifest announces them.
func (b *bench) segments(p *process, stream, kind string) ([]string, error) {
	body, _, err := b.get(p, manifestOf(stream))
	if err != nil {
		return nil, err
	}
	return announced(body, manifestOf(stream), kind)
}

func announced(manifest []byte, at, kind string) ([]string, error) {
	var m mpd
	if err := xml.Unmarshal(manifest, &m); err != nil {
		return nil, err
	}
	for _, set := range m.Sets {
		if set.Kind != kind || len(set.Reps) == 0 {
			continue
		}
		t := set.Template
		if t == nil {
			t = set.Reps[0].Template
		}
		if t == nil {
			return nil, fmt.Errorf("%s: no SegmentTemplate for %s", at, kind)
		}
		paths := t.expand(path.Dir(at), url.PathEscape(set.Reps[0].ID))
		if len(paths) == 0 {
			return nil, fmt.Errorf("%s: no segment of %s is announced", at, kind)
		}
		return paths, nil
	}
	return nil, fmt.Errorf("%s: no %s", at, kind)
}

func (t *template) expand(dir, id string) []string {
	number := max(t.First, 1)
	var paths []string
	add := func(time int64) {
		name := strings.NewReplacer("$RepresentationID$", id, "$Number$", strconv.FormatInt(number, 10), "$Time$", strconv.FormatInt(time, 10)).Replace(t.Media)
		paths = append(paths, dir+"/"+name)
		number++
	}
	if len(t.S) == 0 {
		for number <= t.Last {
			add(0)
		}
	}
	var time int64
	for _, s := range t.S {
		if s.T != nil {
			time = *s.T
		}
		for range s.R + 1 {
			add(time)
			time += s.D
		}
	}
	return paths
}
