// Package proof has only tests: of what the whole promises over a day and over years of clock, and over all combinations of looks, modes and options.
//
// Comes from: the whole program, from the outside where that is fast enough. Goes to: nobody. The rule: nothing is listed here that describes itself elsewhere, so that a new look or option
// is tested by being there.
package proof
