// Package delivery is HTTP for players: manifests, init segments, media segments, and whole Representations as files.
//
// A request is a path (mode, stream, what), a query of options, and the clock. It becomes a Presentation, and that an answer. Nothing is
// kept per client, except, for faults that ask for it, how often it has tried; what is remembered (rendered manifests, Presentations) could be made again at any time and is bounded.
//
// Comes from: server. Goes to: players. It asks a Source, which it declares, for assets and open files: it does not know where they come from.
package delivery
