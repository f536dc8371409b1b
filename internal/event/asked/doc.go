// Package asked makes Streams of events of what options ask for.
//
// Comes from: option. Goes to: presentation. The rule: the names of dashlive's options end here; after it there are Rules in numbers alone.
package asked
