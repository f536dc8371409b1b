// Package event makes timed events (ISO/IEC 23009-1, 5.10): what happens in a stream, when, and what is said about it.
//
// A Kind makes the messages of one scheme, and has a file of its own. A Rule is what somebody asks for: a Kind, a schedule, and words of the Kind's. A Stream is a Rule with all that it needs to say which
// Events begin when; an Event is one of them, with its Message. Where an Event is carried, and whether in segments or in the manifest, makes no difference to it.
//
// Comes from: option, whose texts are Rules. Goes to: presentation, which places Events in Periods and segments; manifest and segment, which write them. The rule: no clock, and no enumeration from the
// beginning: what begins in a stretch of time is arithmetic, however old the stream is.
package event
