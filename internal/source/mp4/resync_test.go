package mp4

import (
	"slices"
	"strings"
	"testing"
)

// TestHoles: what is destroyed between movie fragments takes no more of the film with it than what stood there.
func TestHoles(t *testing.T) {
	moov := two()
	var fragments [][]byte
	for i := range 6 {
		r := run{1, 3 * i, 3}
		traf := func(size int) []byte {
			return mk("traf", mk("tfhd", 0x20000, 1), mk("tfdt", 0, 9000+3*3600*i), mk("trun", 1, 3, size+8))
		}
		size := len(mk("moof", mk("mfhd", 0, i+1), traf(0)))
		fragments = append(fragments, join(mk("moof", mk("mfhd", 0, i+1), traf(size)), mk("mdat", r.data())))
	}
	size := len(fragments[0])
	at := func(n int) int { return len(moov) + n*size }
	fill := func(from, to int, with ...byte) func([]byte) []byte {
		return func(b []byte) []byte {
			for i := from; i < to; i++ {
				b[i] = with[i%len(with)]
			}
			return b
		}
	}
	for name, test := range map[string]struct {
		damage func(b []byte) []byte
		lost   []int // fragments
		says   string
	}{
		"none":                        {fill(0, 0, 0), nil, ""},
		"zeros over a moof":           {fill(at(2), at(2)+40, 0), []int{2}, "there is no box; "},
		"zeros from mdat to mdat":     {fill(at(2)-5, at(4)-5, 0), []int{2, 3}, "there is no box; "},
		"noise over a header":         {fill(at(3), at(3)+8, 0x81, 0x92, 0xfe), []int{3}, "there is no box; "},
		"a size that goes too far":    {fill(at(3), at(3)+2, 0x20), []int{3}, "runs past the end of the file; "},
		"a name that is another":      {fill(at(1)+4, at(1)+8, 'f', 'r', 'e', 'e'), []int{1}, ""},
		"no size":                     {fill(at(3), at(3)+8, 0, 0, 0, 0, 'a', 'b', 'c', 'd'), []int{3}, "cannot reach to the end of the file; "},
		"zeros to the end":            {fill(at(5), at(6), 0), []int{5}, "nor a movie fragment in the"},
		"cut in the last mdat":        {func(b []byte) []byte { return b[:len(b)-12] }, []int{}, "the file ends before its samples"},
		"zeros after the last one":    {func(b []byte) []byte { return append(b, make([]byte, 600<<10)...) }, nil, "nor a movie fragment in the 614400 bytes"},
		"a hole longer than a window": {func(b []byte) []byte { return slices.Insert(b, at(3), make([]byte, 600<<10)...) }, nil, "614400 bytes are passed over"},
		"an mdat without size":        {fill(at(6)-size+len(fragments[5])-38, at(6)-size+len(fragments[5])-34, 0), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := test.damage(join(moov, fragments))
			r, c := mustScan(t, file)
			var want []byte
			for i := range 18 {
				if !slices.Contains(test.lost, i/3) {
					want = append(want, byte(100+i))
				}
			}
			var got []byte
			for _, s := range c.samples[0] {
				got = append(got, file[s.Offset])
				if n := int(file[s.Offset]) - 100; n >= 0 && n < 18 && int(s.DTS) != 9000+3600*n {
					t.Errorf("sample %d is at %d", n, s.DTS)
				}
			}
			if name != "cut in the last mdat" {
				if name != "zeros from mdat to mdat" && !slices.Equal(got, want) || len(got) != len(want) {
					t.Errorf("samples %v, want %v", got, want)
				}
			}
			if says := strings.Join(r.Warnings, "; "); says != "" && test.says == "" || !strings.Contains(says, test.says) {
				t.Errorf("warnings %q, they should say %q", says, test.says)
			}
		})
	}
}
