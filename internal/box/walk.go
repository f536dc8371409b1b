package box

import (
	"encoding/binary"

	"github.com/dashwright/dashwright/internal/errs"
)

// Box is one box in memory. Body aliases the bytes it was found in.
type Box struct {
	Type   string
	Offset int // of the header, from the start of the walked bytes
	Body   []byte
}

// Walk calls yield with each of the sibling boxes in b, until yield returns false or an error. Malformed sizes give an error of kind
// errs.Invalid that names the box and its offset.
func Walk(b []byte, yield func(Box) error) error {
	for at := 0; at < len(b); {
		rest := b[at:]
		if len(rest) < 8 {
			return errs.Errorf(errs.Invalid, "box header at byte %d: %d bytes left, 8 needed", at, len(rest))
		}
		size, head := uint64(binary.BigEndian.Uint32(rest)), 8
		typ := string(rest[4:8])
		switch size {
		case 0:
			size = uint64(len(rest))
		case 1:
			if len(rest) < 16 {
				return errs.Errorf(errs.Invalid, "box %q at byte %d: no room for its 64-bit size", typ, at)
			}
			size, head = binary.BigEndian.Uint64(rest[8:]), 16
		}
		if size < uint64(head) || size > uint64(len(rest)) {
			return errs.Errorf(errs.Invalid, "box %q at byte %d: size %d, %d bytes left", typ, at, size, len(rest))
		}
		if err := yield(Box{typ, at, rest[head:size]}); err != nil {
			return err
		}
		at += int(size)
	}
	return nil
}

// Find returns the body of the first box with that path below b ("moov", "trak", "mdia"), or nil.
func Find(b []byte, path ...string) []byte {
	for _, typ := range path {
		var found []byte
		// A malformed sibling after the one looked for does no harm; before it, there is nothing to find.
		_ = Walk(b, func(x Box) error {
			if x.Type == typ && found == nil {
				found = x.Body
			}
			return nil
		})
		if found == nil {
			return nil
		}
		b = found
	}
	return b
}
