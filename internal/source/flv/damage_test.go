package flv

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/dashwright/dashwright/internal/media"
)

// TestDamage: files that are not as they should be, and what is made of them.
func TestDamage(t *testing.T) {
	src := newSource(t)
	tags := src.tags(func(ms int64) int64 { return ms })
	good := flvOf(tags...)
	whole := len(tags) - 2
	with := func(at int, extra ...tagOf) []byte { return flvOf(slices.Insert(slices.Clone(tags), at, extra...)...) }
	encrypted := flvOf(tags...)
	encrypted[13] |= 0x20
	config := concat([]byte{0x17, 0, 0, 0, 0}, src.video.extra)
	for _, test := range []struct {
		name    string
		file    []byte
		samples int
		says    string // of the error, or of a warning
	}{
		{"whole", good, whole, ""},
		{"cut in a payload", good[:len(good)-10], whole - 1, "past the end"},
		{"cut in a header", append(slices.Clone(good), 9, 0, 0), whole, "inside a tag header"},
		{"no last tag size", good[:len(good)-4], whole, ""},
		{"zeros", append(slices.Clone(good), make([]byte, 100)...), whole, "there is no tag"},
		{"unknown tag", with(20, tagOf{15, 0, []byte("anything")}), whole, ""},
		{"empty tags", with(20, tagOf{9, 0, nil}, tagOf{8, 0, nil}, tagOf{18, 0, nil}), whole, ""},
		{"short payloads", with(20, tagOf{9, 0, []byte{0x17}}, tagOf{8, 0, []byte{0xaf}}, tagOf{9, 0, []byte{0x97, 'a'}}, tagOf{8, 0, []byte{0x97, 255}}), whole, ""},
		{"command frame", with(20, tagOf{9, 0, []byte{0x57, 0}}), whole, ""},
		{"end of sequence", with(20, tagOf{9, 0, []byte{0x17, 2, 0, 0, 0}}), whole, ""},
		{"repeated headers", with(20, tagOf{9, 0, config}, tagOf{8, 0, concat([]byte{0xaf, 0}, src.audio.extra)}), whole, ""},
		{"multitrack", with(20, tagOf{9, 0, []byte{0x96, 0, 'a', 'v', 'c', '1'}}, tagOf{8, 0, []byte{0x95, 0}}), whole, "multitrack"},
		{"other video codec", with(20, tagOf{9, 0, []byte{0x12, 0, 1, 2}}), -2, "turns from"},
		{"other audio configuration", with(20, tagOf{8, 0, []byte{0xaf, 0, 0x12, 0x08}}), -2, "configuration changes"},
		{"bad header size", slices.Replace(slices.Clone(good), 5, 9, 0, 0, 0, 0), whole, "9 are assumed"},
		{"encrypted", encrypted, -1, "encrypted"},
		{"no configuration", flvOf(tags[2:]...), -1, "without a sequence header"},
		{"damaged configuration", flvOf(tagOf{9, 0, []byte{0x17, 0, 0, 0, 0, 1, 100}}), -1, "sequence header at byte 29"},
		{"damage at once", []byte("FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00garbage, and more of it"), -1, "damaged"},
		{"no tags", flvOf(), -1, "no audio or video tag"},
		{"not FLV", []byte("FLW\x01\x05\x00\x00\x00\x09"), -1, "not an FLV file"},
		{"empty", nil, -1, "not an FLV file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := scan(fileOf(test.file))
			if test.samples == -1 {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Fatalf("error is %v, it should say %q", err, test.says)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if n := len(c.samples[0]) + len(c.samples[1]); n != test.samples && (test.samples != -2 || n >= whole) {
				t.Errorf("%d samples, not %d", n, test.samples)
			}
			if says := strings.Join(c.result.Warnings, "; "); says != "" && test.says == "" || !strings.Contains(says, test.says) {
				t.Errorf("warnings %q, they should say %q", says, test.says)
			}
		})
	}
}

// TestEnds: an error of the sink or of the context ends the scan as it is.
func TestEnds(t *testing.T) {
	src := newSource(t)
	b := flvOf(src.tags(func(ms int64) int64 { return ms })...)
	stop := errors.New("stop")
	if _, err := Scan(context.Background(), fileOf(b), failing{stop}); !errors.Is(err, stop) {
		t.Errorf("the sink's error became %v", err)
	}
	big := tagOf{18, 0, make([]byte, 1<<24-1)}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Scan(ctx, fileOf(flvOf(big, big, big)), &collected{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled scan ended with %v", err)
	}
}

type failing struct{ err error }

func (f failing) Samples(int, []media.Sample) error { return f.err }
func (f failing) Cues(int, []media.Cue) error       { return f.err }
func (f failing) Restart()                          {}
