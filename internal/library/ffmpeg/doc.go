// Package ffmpeg runs the program of that name: to describe files that nothing else reads, and to make MP4 of them.
//
// A File is what FFmpeg says of a file; Remux and Bare return the arguments that make of it what can be served, and Run runs them.
//
// Comes from: library, which decides what is imported. Goes to: a child process, which may read local files only. The rule: video is copied, never encoded.
package ffmpeg
