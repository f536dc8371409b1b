// Package manifest writes a Presentation down as an MPD (ISO/IEC 23009-1, 5.2 and annex B).
//
// A vendor's look is one file in templates, embedded by pattern: a text/template over the Presentation. Whatever a template prints is escaped for XML: its parse tree is
// rewritten when it is loaded, so that escaping is not the author's job.
//
// Comes from: presentation. Goes to: delivery. The rule: everything was decided before; nothing here knows options. The validator has its own idea of an MPD (package mpd)
// on purpose: the writer must not be able to vouch for itself.
package manifest
