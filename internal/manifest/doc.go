// Package manifest writes a Presentation down as an MPD (ISO/IEC 23009-1, 5.2 and annex B).
//
// A vendor's Look is one file in templates, embedded by pattern, or in a folder of the user's: a text/template over the Presentation, with a header that says which modes it has and which
// options it asks for. Whatever a template prints is escaped for XML: its parse tree is rewritten when it is loaded, so that escaping is not the author's job. What a
// Presentation can have in any look is printed by the parts that all share (templates/parts.tmpl). Templates are compiled to programs, which write what text/template would in a tenth of the time.
//
// Comes from: presentation. Goes to: delivery. The rule: everything was decided before; nothing here knows options. The validator has its own idea of an MPD (package mpd)
// on purpose: the writer must not be able to vouch for itself.
package manifest
