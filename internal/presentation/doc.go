// Package presentation is the junction: what is stored, what was asked and what time it is become a Presentation here, in Build, and nowhere else.
//
// A Presentation is what is announced: Periods of AdaptationSets of Representations (ISO/IEC 23009-1, 5.2), each with its timeline. It is a value; Build is a
// pure function. A manifest and its segments come from equal Presentations, so that what is announced can be fetched.
//
// Comes from: asset, option. Goes to: manifest, which writes it down, and segment, which makes what it announces. The rule: before Build nothing
// knows the request, after it nothing knows the options.
package presentation
