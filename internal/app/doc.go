// Package app is where the parts are joined: the only package that knows all of them. An App is a struct that a test can start.
//
// Comes from: cli, with a Config. Goes to: nowhere; it runs. Parts are started in order and stopped in reverse.
package app
