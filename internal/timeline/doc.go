// Package timeline says where each segment is in time.
//
// A List is the segments of one Representation on the presentation time line: numbers, start times, durations, and for each the ranges of stored
// Samples that it is made of (a list, because a segment of a looped stream takes Samples from both sides of the wrap). It is arithmetic over an index.Cut and holds nothing
// of its own.
//
// Comes from: asset cuts. Goes to: presentation, and through it manifest and segment, which so cannot disagree. The rule: no option, no request, no clock here.
package timeline
