// Package option declares what may be asked of a stream, parses it, prints it and describes it.
//
// An Option is declared once, in a file named after what it is about, as a typed handle; its place in Common is its place in forms. Everything else (the query, the
// command line, the URL builder, the documentation, the combination tests) comes from the declaration. A Set is what one request asked; a handle
// reads its value out of it: option.Timeline.From(set).
//
// Comes from: the query of a URL, or a stream's defaults. Goes to: presentation, and delivery. The rule: an Option that nobody reads fails a test.
package option
