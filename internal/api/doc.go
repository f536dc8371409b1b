// Package api is JSON for scripts and for the page: a file per resource, under /api/v1, described by OpenAPI at /api/v1/openapi.json.
//
// Comes from: library. Goes to: server, which routes to it, and to the page. Errors are problem documents (RFC 9457). The rule: no arithmetic of DASH here;
// what a list says of a stream was found out when it was indexed.
package api
