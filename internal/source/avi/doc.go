// Package avi reads RIFF AVI files: AVI 1.0, OpenDML 1.02 (several RIFF segments, any size) and what is left of either when its recording was interrupted.
//
// A file is a flat run of chunks: four-character code, 32-bit size, data, a pad byte after odd sizes. RIFF and LIST chunks hold
// others. hdrl describes the streams (strh, strf, …), movi holds their data in chunks named after the stream: 00dc, 01wb. A video chunk is
// one Sample of a Track, or none (a dropped frame: the one before it stays), or rarely two (packed). An audio chunk is one frame
// (VBR) or any stretch of the byte stream (CBR), so that a frame may begin in one chunk and end in another.
//
// The rule: the walk over the chunks is the truth. The indexes (idx1, indx, ix##) hold nothing that it does not find, are often
// wrong, and H.264 has to be looked at in any case, for its picture order and its random access points; so they are stepped over, and a
// file whose index is broken, cut off or absent is like any other. Chunk n of a video stream is decoded in time slot n; AVI knows no
// presentation times, so pictures take the slots in the order of their picture order counts.
//
// H.264 as Annex B is read whole: how many bytes a Sample has as served depends on every start code in it. H.264 with length
// prefixes needs the slice headers only.
//
// Comes from: files. Goes to: source. Imports codec, demux, errs and media.
package avi
