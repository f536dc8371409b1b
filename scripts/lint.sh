#!/bin/sh
# Formatters and linters of the Go side; any finding fails.
set -eu

unformatted=$(gofmt -l cmd demo internal test web/*.go)
if [ -n "$unformatted" ]; then
	echo "not gofmt-ed:" "$unformatted"
	exit 1
fi
go mod tidy -diff
go vet ./...
"$(go env GOPATH)/bin/staticcheck" ./...
