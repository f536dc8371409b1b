// Package media has the words for streams that every other package shares.
//
// A Track is one elementary stream of a file, made of Samples in decode order (ISO/IEC 14496-12: the words are its own).
// A text track may instead be a list of Cues. Time is counted in Ticks of a Timescale; a time.Duration is for people and
// for the wall clock, and the conversions between the two live here only, because the obvious formula
// (nanoseconds × timescale) overflows 64 bits after 28.5 hours at 90 kHz.
//
// Comes from: source (which makes Tracks and Samples). Goes to: everything. Imports nothing of ours.
package media
