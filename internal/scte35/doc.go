// Package scte35 reads and writes splice_info_sections (ANSI/SCTE 35 2023, 9): the cues of advertisement breaks and programme boundaries.
//
// A Section has a Command and Descriptors. Its forms are bytes, the XML of the 2016 schema, and a Signal around either.
//
// Comes from: event, which makes them; bytes from anywhere, for inspection. Goes to: event. The rule: what is written and read again is the same, and what cannot be
// written as it should be is an error.
package scte35
