#!/bin/sh
# Draws the pictures of the documents anew, from the embedded sample papers, with a headless Chromium.
# Usage: docs/pictures.sh, or make pictures.
set -eu
cd "$(dirname "$0")/.."
browser=$(command -v chromium || command -v google-chrome) || { echo "no chromium: apt-get install chromium" >&2; exit 1; }
data=$(mktemp -d)
site=http://127.0.0.1:${PORT:-8099}
./bin/kindred serve --sample --data "$data" --addr "${site#http://}" 2>"$data.log" &
server=$!
trap 'kill $server; rm -rf "$data" "$data.log"' EXIT
until ./bin/kindred health --ready --url "$site" >/dev/null 2>&1; do
  kill -0 $server 2>/dev/null || { cat "$data.log" >&2; exit 1; }
  sleep 0.2
done
picture() { # name, size, address
  "$browser" --headless=new --no-sandbox --hide-scrollbars --force-prefers-reduced-motion --virtual-time-budget=6000 \
    --user-data-dir="$data/browser" --window-size="$2" --screenshot="$PWD/docs/$1.png" "$site$3" 2>/dev/null
}
picture paper 1200,860 /papers/arxiv:2306.05544
picture map 1200,900 /map
picture month 1200,640 '/months/2025-12?view=dense'
picture compare 1200,700 '/topics/compare?a=2&b=6'
picture search 1200,640 '/search?q=distillation&order=newest&view=dense'
