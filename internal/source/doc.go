// Package source recognises containers. Formats lists them: a new container is a folder beside this file and one line in that list.
//
// Each container's package describes files through the words of demux: Sniff, Scan, and Read where samples are not contiguous.
//
// Comes from: files. Goes to: library, which indexes what Scan says. The rule: a container knows no request.
package source
