package subtitle

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// SniffTTML recognises TTML (DFXP, IMSC, EBU-TT) by its root element.
func SniffTTML(head []byte) bool {
	text := sniffText(head)
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\n"), "<") {
		return false
	}
	d := newXMLDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if err != nil {
			return false
		}
		if e, ok := token.(xml.StartElement); ok {
			return e.Name.Local == "tt"
		}
	}
}

func newXMLDecoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(&markupLimit{r: r})
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now, whatever it says
	d.Entity = xml.HTMLEntity                                                          // not XML's, but written
	return d
}

// maxMarkup is how many bytes there may be from one ">" to the next.
const maxMarkup = 256 << 10

var errMarkup = errors.New("a tag or text has no end")

// markupLimit ends text in which no ">" comes for too long: the XML decoder would hold all of it.
type markupLimit struct {
	r     io.Reader
	since int
}

// Read implements io.Reader.
func (m *markupLimit) Read(p []byte) (int, error) {
	n, err := m.r.Read(p[:min(len(p), 4096)])
	for _, b := range p[:n] {
		m.since++
		if b == '>' {
			m.since = 0
		}
	}
	if m.since > maxMarkup {
		return 0, errMarkup
	}
	return n, err
}

// ScanTTML is the Scan of TTML 1 and 2 (a demux.ScanFunc). Kept are text and times (nested and relative ones too), bold, italics, underline, named
// colours, and whether the region is at the top, in the middle or at the bottom. Pictures, animation and the rest of layout are dropped.
func ScanTTML(ctx context.Context, f demux.File, sink demux.Sink) (demux.Result, error) {
	o, err := open(ctx, f)
	if err != nil {
		return demux.Result{}, err
	}
	d := newXMLDecoder(o.Reader)
	p := ttml{out: &found{warnings: o.warnings}, rate: ttmlRate{frames: media.Rational{Num: 30, Den: 1}}}
	for tokens := 0; ; tokens++ {
		if tokens%4096 == 0 && ctx.Err() != nil {
			return demux.Result{}, ctx.Err()
		}
		token, err := d.Token()
		if err == nil {
			p.line, _ = d.InputPos()
			err = p.token(token)
		}
		if err == io.EOF {
			return p.out.finish(sink)
		}
		if err != nil {
			return p.damaged(err, sink)
		}
	}
}

// damaged ends the scan where the XML is broken: what was read up to there is served.
func (p *ttml) damaged(err error, sink demux.Sink) (demux.Result, error) {
	var syntax *xml.SyntaxError
	// The decoder has no type for a version or an encoding that it does not know.
	foreign := strings.HasPrefix(err.Error(), "xml: ")
	if !errors.As(err, &syntax) && !foreign && !errors.Is(err, errMarkup) && errs.KindOf(err) != errs.Invalid {
		return demux.Result{}, err
	}
	if len(p.out.cues) == 0 {
		return demux.Result{}, errs.Errorf(errs.Invalid, "the XML is broken after line %d: %w", p.line, err)
	}
	p.out.warnings = append(p.out.warnings, fmt.Sprintf("what comes after line %d is left out: %v", p.line, err))
	return p.out.finish(sink)
}
