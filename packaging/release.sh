#!/usr/bin/env bash
# Builds what a release consists of into a folder: static binaries of six systems with the version, a list of components
# (CycloneDX) for each, the licences, and the SHA-256 of all. The same commit, version and Go give the same bytes.
# Usage: release.sh FOLDER VERSION
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?usage: release.sh FOLDER VERSION}
version=${2:?usage: release.sh FOLDER VERSION}
cyclonedx=github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
systems=${SYSTEMS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64}
export CGO_ENABLED=0 GOFLAGS='-trimpath -tags=nomsgpack -mod=readonly' LC_ALL=C
export GOAMD64=v1 GOARM64=v8.0 # whatever the environment says

mkdir -p "$out"
out=$(cd "$out" && pwd)
if [ -n "$(ls -A "$out")" ]; then
	echo "release.sh: $out is not empty" >&2
	exit 1
fi
for system in $systems; do
	name=kindred-${system%/*}-${system#*/}
	if [ "${system%/*}" = windows ]; then name=$name.exe; fi
	# The build id of the linker is left empty, and the state of the checkout stays out: version names the commit.
	GOOS=${system%/*} GOARCH=${system#*/} go build -buildvcs=false -ldflags "-s -w -buildid= -X main.version=$version" -o "$out/$name" ./cmd/kindred
	packaging/licences.sh "$out/$name"
	if [ "${SBOM:-yes}" = yes ]; then
		go run "$cyclonedx" bin -json -noserial -version "$version" -output "$out/$name.cdx.json" "$out/$name"
		sed -i '/^ *"timestamp":/d' "$out/$name.cdx.json" # the only line that a second run would change
	fi
done
cp LICENSE NOTICE "$out/"
chmod 0644 "$out"/*
chmod 0755 "$out"/kindred-*-amd64 "$out"/kindred-*-arm64 "$out"/kindred-*.exe 2>/dev/null || true
(cd "$out" && sha256sum -- * >SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS)
ls -l "$out"
