// Package box writes and walks ISO BMFF boxes (ISO/IEC 14496-12).
//
// Writing appends to a byte slice: Begin a box, append its fields, End it; the length is filled in then. Walking steps over
// sibling boxes in memory. A Box here is bytes: it knows neither policy, nor vendors, nor requests.
//
// Comes from: bytes. Goes to: codec, segment, validate. Imports media and errs only.
package box
