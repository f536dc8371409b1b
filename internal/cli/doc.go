// Package cli is the command line: a file per subcommand. It turns arguments into a Config, errors into sentences and exit codes.
//
// Comes from: cmd/dashwright. Goes to: app (serve), library (probe, export). The rule: nothing is decided here that a request could ask.
package cli
