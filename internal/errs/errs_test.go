package errs_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/dashwright/dashwright/internal/errs"
)

func TestKindOf(t *testing.T) {
	inner := errs.Errorf(errs.Invalid, "byte %d: %w", 7, io.ErrUnexpectedEOF)
	for name, c := range map[string]struct {
		err  error
		want errs.Kind
		text string
	}{
		"nothing":           {nil, errs.Internal, ""},
		"not one of ours":   {io.EOF, errs.Internal, "EOF"},
		"ours":              {inner, errs.Invalid, "byte 7: unexpected EOF"},
		"wrapped":           {fmt.Errorf("film.mp4: %w", inner), errs.Invalid, "film.mp4: byte 7: unexpected EOF"},
		"another kind":      {errs.Errorf(errs.Unavailable, "later: %w", inner), errs.Unavailable, "later: byte 7: unexpected EOF"},
		"one of two":        {errors.Join(io.EOF, inner), errs.Invalid, "EOF\nbyte 7: unexpected EOF"},
		"the cause is lost": {errs.Errorf(errs.Gone, "was: %v", inner), errs.Gone, "was: byte 7: unexpected EOF"},
	} {
		if got := errs.KindOf(c.err); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if c.err != nil && c.err.Error() != c.text {
			t.Errorf("%s: %q, want %q", name, c.err, c.text)
		}
	}
	if !errors.Is(fmt.Errorf("x: %w", inner), io.ErrUnexpectedEOF) {
		t.Error("the cause cannot be found")
	}
}

func TestKindNames(t *testing.T) {
	seen := map[string]errs.Kind{}
	for k := errs.Internal; k <= errs.Unavailable; k++ {
		name := k.String()
		if other, ok := seen[name]; ok || name == "" {
			t.Errorf("kinds %d and %d are called %q", k, other, name)
		}
		seen[name] = k
	}
	if got := errs.Kind(200).String(); got != "internal" {
		t.Errorf("a kind that there is not is %q", got)
	}
}
