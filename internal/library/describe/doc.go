// Package describe reads NAME.stream.yaml: what says explicitly what a stream consists of.
//
// A Description is what the file says and nothing else: paths and names are not looked at. Everything that is wrong has a place: file, line and column.
//
// Comes from: bytes. Goes to: library. The rule: no file is opened here.
package describe
