#!/bin/sh
# Prints the table of docs/performance.md; with UPDATE=1 it is written there too. Arguments go to the program: scripts/bench.sh -only first
set -eu

cd "$(dirname "$0")/.."
[ -z "${UPDATE:-}" ] || set -- -update docs/performance.md "$@"
# Not by go run, which would leave it behind when it is ended from outside.
program=${TMPDIR:-/tmp}/dashwright-bench/bench
mkdir -p "${program%/*}"
go build -o "$program" ./test/bench
exec "$program" "$@"
