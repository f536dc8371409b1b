package index

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"slices"

	"github.com/dashwright/dashwright/internal/errs"
)

// Version is of the form of an index on disk and of what the demuxers say: an index of another version is made again.
const Version = 5

// magic starts an index on disk; its last byte is Version.
const magic = "DWINDEX"

// File is the index of one media file.
type File struct {
	Format   string // the demuxer's name
	Title    string
	Tracks   []*Track
	Warnings []string
}

// header is what stands as JSON between the magic and the Samples.
type header struct {
	Key      []byte // of the media file this belongs to: path, size, modification time. A path need not be UTF-8, which a string of JSON is
	Format   string
	Title    string
	Warnings []string
	Tracks   []stored
}

// stored is a Track without its Samples, and how many bytes, marks and changes of groups those take.
type stored struct {
	Track       Track
	Blob, Marks int
	Groups      int `json:",omitzero"`
}

// Encode returns f as bytes to keep: the magic with the version, header length and header, the Samples, and a CRC-32C of all before it. key is whatever must be equal for
// the index to be valid when it is read again.
func Encode(f *File, key string) ([]byte, error) {
	h := header{Key: []byte(key), Format: f.Format, Title: f.Title, Warnings: f.Warnings}
	size := 0
	for _, t := range f.Tracks {
		h.Tracks = append(h.Tracks, stored{*t, len(t.blob), len(t.marks), len(t.groups)})
		size += len(t.blob) + len(t.marks)*markSize + len(t.groups)*groupSize
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(magic)+5+len(head)+size+4)
	b = append(append(b, magic...), Version)
	b = binary.BigEndian.AppendUint32(b, uint32(len(head)))
	b = append(b, head...)
	for _, t := range f.Tracks {
		b = append(b, t.blob...)
		for _, m := range t.marks {
			b = binary.BigEndian.AppendUint32(b, m.Blob)
			b = binary.BigEndian.AppendUint32(b, m.Duration)
			b = binary.BigEndian.AppendUint64(b, uint64(m.Offset))
			b = binary.BigEndian.AppendUint64(b, uint64(m.DTS))
			b = binary.BigEndian.AppendUint64(b, uint64(m.Aux))
			b = binary.BigEndian.AppendUint64(b, m.Bytes)
			b = binary.BigEndian.AppendUint32(b, m.AuxBytes)
		}
		b = t.appendGroups(b)
	}
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli())), nil
}

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// Decode reads what Encode wrote. An error of kind errs.Conflict says that it belongs to another file or version; errs.Invalid that it is damaged.
// Either way the answer is to scan again.
func Decode(b []byte, key string) (*File, error) {
	const fixed = len(magic) + 5
	if len(b) < fixed+4 || string(b[:len(magic)]) != magic {
		return nil, errs.Errorf(errs.Invalid, "not an index")
	}
	if b[len(magic)] != Version {
		return nil, errs.Errorf(errs.Conflict, "index of version %d, this program writes %d", b[len(magic)], Version)
	}
	body, sum := b[:len(b)-4], binary.BigEndian.Uint32(b[len(b)-4:])
	if crc32.Checksum(body, castagnoli()) != sum {
		return nil, errs.Errorf(errs.Invalid, "index is damaged: its checksum differs")
	}
	n := int(binary.BigEndian.Uint32(body[len(magic)+1:]))
	if n > len(body)-fixed {
		return nil, errs.Errorf(errs.Invalid, "index is damaged: header of %d bytes in %d", n, len(body))
	}
	var h header
	if err := json.Unmarshal(body[fixed:fixed+n], &h); err != nil {
		return nil, errs.Errorf(errs.Invalid, "index is damaged: %w", err)
	}
	if string(h.Key) != key {
		return nil, errs.Errorf(errs.Conflict, "index is of %q", h.Key)
	}
	return decodeTracks(&h, slices.Clone(body[fixed+n:])) // the header is not kept in memory with them
}

func decodeTracks(h *header, b []byte) (*File, error) {
	f := &File{Format: h.Format, Title: h.Title, Warnings: h.Warnings}
	for i := range h.Tracks {
		s := &h.Tracks[i]
		if s.Blob < 0 || s.Marks < 0 || s.Groups < 0 || s.Blob > len(b) || s.Marks > (len(b)-s.Blob)/markSize || s.Groups > (len(b)-s.Blob-s.Marks*markSize)/groupSize {
			return nil, errs.Errorf(errs.Invalid, "index is damaged: track %d is longer than the file", i)
		}
		t := s.Track
		t.blob = b[:s.Blob:s.Blob]
		b = b[s.Blob:]
		t.marks = make([]mark, s.Marks)
		for j := range t.marks {
			p := b[j*markSize:]
			t.marks[j] = mark{
				binary.BigEndian.Uint32(p), binary.BigEndian.Uint32(p[4:]), int64(binary.BigEndian.Uint64(p[8:])),
				int64(binary.BigEndian.Uint64(p[16:])), int64(binary.BigEndian.Uint64(p[24:])),
				binary.BigEndian.Uint64(p[32:]), binary.BigEndian.Uint32(p[40:]),
			}
			if int64(t.marks[j].Blob) > int64(len(t.blob)) {
				return nil, errs.Errorf(errs.Invalid, "index is damaged: a mark of track %d points past its samples", i)
			}
		}
		b = b[s.Marks*markSize:]
		if err := t.readGroups(b, s.Groups); err != nil {
			return nil, err
		}
		b = b[s.Groups*groupSize:]
		if (t.Count+markEvery-1)/markEvery != s.Marks || t.Timescale == 0 {
			return nil, errs.Errorf(errs.Invalid, "index is damaged: track %d has %d samples and %d marks", i, t.Count, s.Marks)
		}
		if t.Syncs < 0 || t.Syncs > t.Count {
			return nil, errs.Errorf(errs.Invalid, "index is damaged: track %d has %d samples and %d random access points", i, t.Count, t.Syncs)
		}
		t.settle()
		f.Tracks = append(f.Tracks, &t)
	}
	return f, nil
}

// Samples returns how many Samples all Tracks have.
func (f *File) Samples() int {
	n := 0
	for _, t := range f.Tracks {
		n += t.Count
	}
	return n
}
