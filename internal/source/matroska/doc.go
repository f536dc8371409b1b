// Package matroska reads Matroska and WebM files (RFC 9559, on top of EBML, RFC 8794).
//
// An element is an ID, a size and a payload; a master element's payload is elements. A file is an EBML header and a Segment, whose children are
// the level-1 elements: Info (the TimestampScale), Tracks (one TrackEntry each), and Clusters. A Cluster has a Timestamp and Blocks, either
// SimpleBlock or Block in a BlockGroup; a Block has one frame of one track, or several (lacing). Live recorders leave the size of
// Segment and Cluster unknown: such a Cluster ends where the next level-1 element begins.
//
// A Block's time is a presentation time, rounded to the TimestampScale, as a rule one millisecond. What was meant is restored: video goes on
// its frame grid (grid.go), audio on its sample clock (audio.go); decode times come from demux.Reorder. Time 0 is the file's own; the encoder delay
// (CodecDelay) stands before it, so that the first decode time of such a track is negative and the first sample that is heard is at its Block's own time.
//
// A frame is served as it stands in the file, unless it is stored with zlib or without a common header (ContentEncodings), or as a byte
// stream with start codes (Video for Windows): Read makes those.
//
// Comes from: files. Goes to: source. Imports media, errs, demux, codec and subtitle.
package matroska
