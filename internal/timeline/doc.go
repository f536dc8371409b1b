// Package timeline says where each segment is in time.
//
// A List is the segments of one Representation on its presentation time line: start times, durations, and for each the ranges of stored Samples that it is made of. A List is
// either stored once, from the start to the end of a Track, or looped: a Loop is a stretch of time that comes again and again, for ever. Segment n of every looped List of an
// Asset starts at the same instant, to within one frame of audio.
//
// A Loop's length is the reference Track's, as an exact number of its ticks, so that loop n starts at exactly n lengths and nothing drifts, however long it runs. Video starts again with each loop.
// Audio runs on one frame clock across all loops: frame f is always at f times its duration, and which stored frame it carries is the one nearest to the
// picture that it belongs to, so that nothing overlaps and no hole is left at any frame rate.
//
// Comes from: asset cuts. Goes to: presentation, and through it manifest and segment, which so cannot disagree. The rule: arithmetic only; no option, no request, no clock here.
package timeline
