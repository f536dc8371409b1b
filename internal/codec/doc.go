// Package codec knows how each coding describes itself: configuration records, sample entries, RFC 6381 strings, and the
// little of the bitstream that packaging needs (parameter sets, random access points, picture order, frame headers).
//
// Comes from: configuration records and elementary streams that source finds. Goes to: source, presentation, segment.
// It knows neither containers (except the ISO BMFF sample entry, which is the common form) nor requests. The headers inside coded
// video are read by the package bitstream below it, for it alone.
package codec
