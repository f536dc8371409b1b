// Package demux has the words between a container's reader and whoever indexes the file.
//
// A container package (mp4, matroska, mpegts, …) has up to three functions:
//
//	Sniff(head []byte) bool                  recognises the first bytes of a file (up to SniffSize of them)
//	Scan(ctx, File, Sink) (Result, error)    describes it: every Track, every Sample, never the payload
//	Outline(ctx, File, Sink) (Result, error) describes it roughly, and soon; absent where Scan is soon done
//	Read(File, *Track, Sample, dst)          appends one Sample's bytes as served; absent where they are contiguous
//
// Scan runs once per file; Read for ever after, and only with what Scan said, so that nothing need be kept open.
//
// Comes from: files. Goes to: source, which lists the containers, and index. Imports media and errs only.
package demux

import (
	"context"
	"io"

	"github.com/dashwright/dashwright/internal/media"
)

// SniffSize is how many bytes from the start of a file Sniff is given at most.
const SniffSize = 4096

// File is an open file: its bytes, and how many there are. Size is the size when it was opened;
// a file that is still growing is not scanned.
type File struct {
	io.ReaderAt
	Size int64
}

// Sink takes what Scan finds, as it finds it. An error from it ends the scan and is returned as it is.
//
// A track is the index of a Track in the Result that Scan returns in the end; a Scan may hand over Samples before
// it knows the Track wholly. Samples of one track come in decode order; tracks may be interleaved as in the file.
// The slice is the caller's again after the call.
type Sink interface {
	Samples(track int, s []media.Sample) error
	Cues(track int, c []media.Cue) error
	// Restart throws away all that was handed over: Scan begins again, knowing more.
	Restart()
}

// Taker is a Sink that Samples need not be copied to: it keeps the slice, and returns another one to fill, which is no shorter.
type Taker interface {
	Take(track int, s []media.Sample) (next []media.Sample, err error)
}

// Result is what Scan learned besides Samples. Warnings are sentences for people: what was skipped or mended, where.
type Result struct {
	Tracks   []media.Track
	Title    string // of the file's own metadata
	Warnings []string
}

// ScanFunc is the type of a container's Scan. It checks ctx at least every 16 MiB of progress. Malformed input gives an error of kind
// errs.Invalid (or errs.Unsupported, when it is sound but not for us) that says what is wrong at which byte offset.
// Damage after at least one usable Sample is a warning instead: what was read up to there is served.
type ScanFunc func(ctx context.Context, f File, sink Sink) (Result, error)

// OutlineFunc is the type of a container's Outline, for those whose Scan takes long: it finds in a fraction of the time what a manifest says. Times, counts of Samples and random access points are those that Scan
// finds; sizes and composition offsets of Samples are estimates. Any error means that Scan must be waited for.
type OutlineFunc = ScanFunc

// ReadFunc is the type of a container's Read: it appends exactly s.Size bytes to dst, or returns an error.
type ReadFunc func(f File, t *media.Track, s *media.Sample, dst []byte) ([]byte, error)
