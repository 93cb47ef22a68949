#!/bin/sh
# Holds NOTICE against the modules that binaries are linked from: every one has to be named there with its version.
# Usage: licences.sh BINARY...
set -eu
cd "$(dirname "$0")/.."
status=0
for binary in "$@"; do
	modules=$(go version -m "$binary" | awk '$1 == "dep" { print $2 " " $3 }')
	if [ -z "$modules" ]; then
		echo "licences.sh: $binary names no modules" >&2
		exit 1
	fi
	missing=$(printf '%s\n' "$modules" | while read -r module; do grep -qF "$module" NOTICE || echo "$module"; done)
	if [ -n "$missing" ]; then
		printf 'licences.sh: %s is linked from these, and NOTICE does not name them:\n%s\n' "$binary" "$missing" >&2
		status=1
	fi
done
exit $status
