// Package flv reads Flash Video files (Adobe Flash Video File Format Specification 10.1, Annex E) and its successor's additions
// (Enhanced RTMP v2: codecs by four-character code).
//
// A file is a run of tags: an 11-byte header (type, size, time in milliseconds), a payload, and the tag's size again. An audio or video
// payload begins with a few bytes that name the codec and say whether a sequence header (a decoder configuration) or a frame follows. A tag is one Sample,
// except that MP3 tags may hold several.
//
// Times. The file's milliseconds are wrapped to 32 bits, and begin anew where recordings were joined: they are unwrapped and go on. Audio is put
// back on its exact sample clock as long as the file agrees to half a frame. Video is put back on its frame grid when every time in
// the file lies within a millisecond of it, and is counted in milliseconds otherwise.
//
// The rule: Scan reads tag headers and first bytes, never payload. Where a video's parameter sets change, Samples that begin a
// sequence are served with theirs in front (Read puts them there); all other Samples stand in the file as they are served.
//
// Comes from: files. Goes to: source. Imports codec, demux, errs and media.
package flv
