// Package protection decides how each segment is encrypted: with which key, from which position of a counter on, or not at all.
//
// Rules are what was asked for: the scheme, what has a key of its own, when keys change, what stays in the clear. A Protection is what they come to for one Representation: the Key that its init segment names, and
// the Domain of its initialization vectors. A Sealing is what they come to for one segment.
//
// Comes from: presentation, which reads the options. Goes to: segment, by way of presentation. The rule: it depends on nothing but the Rules and the position, so any server gives the same bytes.
package protection
