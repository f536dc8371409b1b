// Package survey says what is stored in a Track, in numbers that people read: its segments, its groups of pictures, its samples, and what it is as a whole.
//
// A Segment is one that a static manifest announces, with its payload. A GOP is the samples from one random access point to the next, in decode order. A Frame is one
// sample. Times are seconds of the presentation.
//
// Comes from: asset. Goes to: api, and so to the page and to scripts. The rule: arithmetic on an index only; no byte of media is read, and no answer is longer than its Window
// allows.
package survey
