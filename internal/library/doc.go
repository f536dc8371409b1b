// Package library brings files in and keeps them open.
//
// A walk finds Files under the paths that it is given, without opening one. A plan makes Streams of them: a media file with the
// subtitles beside it, a folder of one-track files that belong together, or what a NAME.stream.yaml says. An entry is one planned stream and what
// has been found out about it: its files are scanned when somebody first asks, or by one worker in the background, and what a
// scan finds is kept in the data folder. What cannot be served as it is goes through FFmpeg once: an import. A Handle is a media file opened for payload.
//
// Comes from: paths. Goes to: delivery (Asset, OpenFile, ReadSample) and api (Streams). The rule: files that are being written do not count yet, and
// a file that is not what it was when it was indexed is never served.
package library
