#!/bin/sh
# Fuzzes every parser, one after the other: TIME each (60s). What fails is kept under testdata/fuzz of its package, and fails in every later test run.
# Arguments choose packages: scripts/fuzz.sh ./internal/source/...
set -eu

cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- ./...
for package in $(go list "$@"); do
	for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
		echo "$package $target"
		# Minimising what is merely new takes longer than finding it.
		go test -run '^$' -fuzz "^$target\$" -fuzztime "${TIME:-60s}" -fuzzminimizetime 1x "$package"
	done
done
