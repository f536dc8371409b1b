// Package webvtt makes samples of cues: WebVTT in ISO BMFF (ISO/IEC 14496-30:2018, clause 7).
//
// A Cue of media is text with a start and an end, and may overlap others. A sample of a wvtt track is what is shown during one
// interval: the intervals follow each other without a gap, so a cue that begins or ends inside of one cuts it in two, and a cue that is shown over
// several stands in each of them, with the same source identifier. A sample that shows nothing says so.
//
// Comes from: an asset's cues. Goes to: segment. Imports media and errs only.
package webvtt
