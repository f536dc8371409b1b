// Package arch holds the shape of the program: tests only, over the source text.
//
// Who may import whom (imports_test.go), how large a thing may become (sizes_test.go), where work may run on its own, where the clock is read and
// where state may live (goroutines_test.go), and that every option has a reader (options_test.go). Each check is a function over a tree of parsed files
// that returns sentences about what breaks the rule, with a test of its own on small trees that do.
//
// Comes from: all Go files of the repository. Goes to: whoever broke a rule. The rule: a limit is moved here, visibly, or not at all.
package arch
