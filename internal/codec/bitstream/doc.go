// Package bitstream reads the headers inside coded video: bits and Exp-Golomb codes, parameter sets and slice headers of AVC and
// HEVC, sequence headers of AV1, frame headers of VP9, and the picture order counts that follow from them.
//
// Nothing here knows of containers or tracks; every field is read as its standard names it, in its order, and only as far as packaging
// needs. Input is hostile: a Reader gives zeros past its end and says so, counts are bounded by the standard, and nothing panics.
//
// Comes from: NAL units, OBUs and frames that codec finds. Goes to: codec alone.
package bitstream
