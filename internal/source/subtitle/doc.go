// Package subtitle reads timed text: side-car files, and the text of subtitle blocks inside other containers.
//
// Whatever the dialect (SubRip, WebVTT, SubStation Alpha, TTML), the result is one: Cues whose text and settings are WebVTT's
// (W3C Candidate Recommendation of 4 April 2019), in milliseconds, in one Track of codec media.WVTT whose Config is a WebVTT
// header. What WebVTT has no word for (fonts, sizes, karaoke, drawings, animation) is dropped; italics, bold, underline, the named
// colours and the anchor of a line (top, middle, bottom; left, centre, right) are kept.
//
// Comes from: text files, and blocks that mp4 and matroska find. Goes to: source (the Formats) and library (which pairs a
// side-car with a film by Language). The rule: it knows no boxes; how Cues become samples is package webvtt's.
package subtitle
