package option

import (
	"strings"
	"testing"
)

func TestProtectionOptions(t *testing.T) {
	r := NewRegistry(Common()...)
	for query, want := range map[string]string{
		"drm=playready-pro-cenc,clearkey-moov": "?drm=playready-cenc-pro,clearkey-moov", "drm=none": "", "drm=": "", "drm=ALL": "?drm=all",
		"playready__version=2.000000": "?playready__version=2.0", "pvn=4": "?playready__version=4.0", "playready__version=none": "", "playready__header=4.3": "?playready__header=4.3",
		"playready__la_url=https%253A%252F%252Fa.example%252F%253Fcfg%253D%257Bcfgs%257D": "?playready__la_url=https://a.example/%3Fcfg%3D%7Bcfgs%7D",
		"clearkey_la_url=http://a.example/x":                                              "?clearkey_la_url=http://a.example/x", "pff=0": "?playready__piff=0", "playready__piff=1": "",
	} {
		o, err := r.Parse(query)
		if err != nil || o.Query(Init|Video, nil) != want || len(o.Unknown()) > 0 {
			t.Errorf("%s: %q %v, want %q", query, o.Query(Init|Video, nil), err, want)
		}
	}
	o, err := r.Parse("drm=all&licence=403@try=1%3Bdelay=2&fault=video:404@n=1&session=a&now=2026-09-06T12:00:00Z")
	if got := o.Query(Licence, nil); err != nil || got != "?fault=video:404%40n%3D1&licence=403%40try%3D1%3Bdelay%3D2&now=2026-09-06T12:00:00Z&session=a" {
		t.Errorf("licence URLs carry %q, %v", got, err)
	}
	for query, want := range map[string]string{
		"drm=nagra": "no system", "playready__version=1.5": "no such value", "playready__la_url=ftp://x": "http", "marlin__la_url=x": "http", "widevine__la_url=http://": "http", "licence=video:404": "no effect",
		"licence=404@n=1": "media segments", "clearkey__la_url=http://a.example/%22": "http", "rotate=0": "from 1 to 100000", "rotate=-1": "from 1 to 100000",
	} {
		if _, err := r.Parse(query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", query, err, want)
		}
	}
}
