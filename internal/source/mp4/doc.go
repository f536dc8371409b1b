// Package mp4 describes files of the ISO base media file format (ISO/IEC 14496-12) and of its parent, QuickTime: MP4, M4V,
// 3GP, MOV, and their fragmented forms CMAF, ISMV and PIFF.
//
// A box has a four-letter name and a size. The moov box has one trak per Track; its sample tables (stbl) are run-length
// columns that a cursor walks side by side, a batch of Samples at a time, without ever holding a table that is large. A
// moof box has the same for one movie fragment (traf, trun). An edit list (elst) says how a Track's own time becomes the
// movie's: the times handed over are the movie's, so that presentation time 0 is the same moment in all Tracks.
//
// Comes from: files. Goes to: source, and through it index. Samples stand in the file as they are served, so there is no
// Read; timed text in samples (tx3g, wvtt) is read while scanning and handed over as Cues.
//
// The rule: nothing that a file declares (a size, a count, an offset) is believed before it was compared with the bytes that
// are there.
package mp4
