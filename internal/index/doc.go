// Package index keeps what a scan found in a few bytes a sample, and cuts tracks into segments.
//
// A File is the index of one media file: a Track per elementary stream. A Track holds its Samples as variable-length integers,
// six to ten bytes each, in memory as on disk, with a mark every 64 so that any Sample is found at once. A Cut is a list of Segments:
// where each begins and what it holds, made from random access points for video and from given times for the rest. A Cut is made per
// wanted duration and costs one walk.
//
// Comes from: source, through Builder. Goes to: asset. The rule: nothing here opens a file, knows a request or asks the time.
package index
