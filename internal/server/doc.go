// Package server is the listener, the routes, and the table from errors to HTTP statuses.
//
// Comes from: app, which hands it the handlers. Goes to: the network. The rule: it decides nothing about media; an error becomes a
// status, a sentence and, where it is ours, a log line, here and nowhere else.
package server
