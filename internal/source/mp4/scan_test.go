package mp4

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
	"github.com/dashwright/dashwright/internal/media"
	"github.com/dashwright/dashwright/internal/source/demux"
)

// refuser is a sink that takes nothing.
type refuser struct {
	counter
	err error
}

func (r *refuser) Samples(int, []media.Sample) error { return r.err }
func (r *refuser) Cues(int, []media.Cue) error       { return r.err }

// TestStopped returns the sink's error as it is, whatever its kind, and the context's.
func TestStopped(t *testing.T) {
	cut := newFilm()
	cut.edts = elst(200, 5*3600)
	edited := newFilm()
	edited.edts = elst(120, 0, 200, 4*3600)
	stopped, cancel := context.WithCancel(context.Background())
	cancel()
	for name, data := range map[string][]byte{
		"progressive": newFilm().bytes(),
		"cut":         cut.bytes(),
		"edited":      edited.bytes(),
		"fragmented":  join(two(), simple(2, nil)),
		"text":        textFilm(tx3gEntry(0, 0), join(uint16(1), "a")).bytes(),
	} {
		f := demux.File{ReaderAt: bytes.NewReader(data), Size: int64(len(data))}
		full := errs.Errorf(errs.Invalid, "full")
		if _, err := Scan(context.Background(), f, &refuser{err: full}); err != full {
			t.Errorf("%s: the sink's error became %v", name, err)
		}
		if _, err := Scan(stopped, f, &counter{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: cancelled, and the error is %v", name, err)
		}
	}
}
