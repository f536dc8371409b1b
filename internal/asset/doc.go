// Package asset is what is stored, as a value: the tracks of one or more files that play together on one time line.
//
// An Asset (a user sees it as a stream) has Tracks in Sets: the Tracks of a Set are the same content in several qualities, cut at the same
// instants, and become one AdaptationSet. Cuts are the Asset cut into segments for one wanted duration: video on random access points, the rest
// where the video is cut. An Asset never changes; a changed file makes a new one.
//
// Comes from: library (indexes, and what the user says of them). Goes to: presentation, segment. The rule: no open file, no request, no clock.
package asset
