// Package cenc encrypts samples by Common Encryption (ISO/IEC 23001-7), and decrypts them.
//
// A Scheme (cenc, cens, cbc1, cbcs) says how blocks are encrypted and which of them. A Mapper divides the samples of a track into Subsamples: what a player must read before it decrypts, as NAL unit
// and slice headers are, stays in the clear. A Stream encrypts the payload of a segment in place while it passes by, in pieces of whatever size, by the same auxiliary information (initialization vectors
// and Subsamples, as they stand in a senc box) that goes to the player. An IV comes from key, track and position, never from chance: the same URL is the same bytes.
//
// Comes from: presentation, which has decided what is protected with which key. Goes to: segment. The rule: nothing is allocated for a sample but what AES needs.
package cenc
