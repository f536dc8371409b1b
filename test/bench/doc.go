// Command bench measures dashwright as a process among processes: it builds the command, makes media with FFmpeg, and compares what
// requests cost with what nginx takes for files of the same bytes, in the same run. "make bench" prints the table; with UPDATE=1 it goes into
// docs/performance.md. It needs ffmpeg, nginx, wrk and cp, Linux for /proc, and 7 GB in the folder for temporary files.
//
// The rule: nothing in the program is there for the benchmark. It is started as a user starts it, and seen from outside only.
package main
