// Package compat reads the URLs of systems that dashwright stands in for, so that scripts and players which hold them need not change.
//
// Comes from: server, which routes their paths here. Goes to: delivery, which answers as ever. The rule: a URL means options and a stream that other URLs can name too; nothing
// is served here that is not served there.
package compat
