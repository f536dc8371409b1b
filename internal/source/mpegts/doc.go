// Package mpegts reads MPEG-2 transport streams (ISO/IEC 13818-1) as broadcast, HLS, cameras and discs have them: packets of
// 188 bytes, of 192 (M2TS: 4 bytes of arrival time in front) and of 204 (16 bytes of error correction behind).
//
// The nouns: a packet carries a piece of one PID. A section (PAT, PMT) says which PIDs a program has. A PES packet spans many
// packets and gives the time of the first access unit that begins in it. A run is a stretch of the file in which packets follow each other at
// a fixed stride; damage ends a run and the next begins where packets are found again. An epoch is a stretch of time on one clock; where the
// clock jumps, a new epoch is spliced to the end of the last, so that the time line of the program goes on.
//
// A Sample is one access unit: for video with 4-byte lengths in place of start codes, for audio one raw frame. Its Offset is the first
// elementary byte, its Span reaches to the last, packets of other PIDs in between included. Read takes the same packets apart by
// the same code as Scan, which is what makes the sizes agree.
//
// Comes from: demux.File. Goes to: demux.Sink. The rule: every byte is looked at once, and memory does not grow with the file.
package mpegts
