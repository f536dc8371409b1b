// Package segment makes init segments, media segments and segment indexes (ISO/IEC 14496-12, 8.8 and 8.16; ISO/IEC 23009-1, 6.3) of what a Presentation announces.
//
// A media segment is a header that is made on the spot (styp, moof, the mdat's own) and a payload that stands in the source file. How long both are is known before the first
// byte: a Plan says so, and where the payload is: in Pieces of the file where a track is contiguous, sample by sample where it must be converted, or in
// memory for text.
//
// Comes from: presentation, timeline. Goes to: delivery, which sends it. The rule: it opens no file, waits for nothing and knows no clock.
package segment
