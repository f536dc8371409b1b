// Package order gives the pictures of an imported film their presentation times where the container that it came from has none: ASF and OGM store when a picture is decoded, FFmpeg copies
// that, and pictures that are decoded before others which are shown earlier would be shown too soon.
//
// Comes from: library, with an MP4 that FFmpeg has made. Goes to: the same file. The rule: samples stay where they are, and when they are decoded; only a CompositionOffsetBox is added.
package order
