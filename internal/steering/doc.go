// Package steering says which service locations players are to use (ETSI TS 103 998): an Answer is what a steering server says, and a Desk is where people and scripts decide.
//
// Comes from: option, for what URLs say, and api, for what was decided. Goes to: delivery, which answers players. The rule: URLs say everything but decisions; those, and what players
// have said of themselves, are in the memory of one Desk, bounded, and gone when the program ends.
package steering
