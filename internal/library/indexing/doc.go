// Package indexing makes the index of a file of what its container's reader finds in it: Samples are packed while the next ones are being found, and random access points are looked at in the bitstream.
//
// Comes from: library, with a file that is open. Goes to: index. The rule: it knows neither streams nor folders.
package indexing
