// Package fault says what goes wrong on purpose: which requests, when, and what happens to them.
//
// A Rule is targets (which requests), Conditions (which of those, and when) and Effects (what happens). Rules are written as a line of text that fits a URL and a file alike, and
// Decide says what they do to one Request at one time. Targets, Conditions and Kinds of effect describe themselves: each is a file and a line in its list.
//
// Comes from: option, which reads Rules out of URLs. Goes to: delivery, which has Effects happen. The rule: pure functions of Rules, Request and time; nothing is counted, waited for
// or sent here.
package fault
