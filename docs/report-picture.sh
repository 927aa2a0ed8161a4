#!/usr/bin/env bash
# Makes docs/report.png: the report on the English samples, as Chromium shows it.
#
#   docs/report-picture.sh [SAMESTORY]     the program; target/release/samestory by default
#
# It needs Chromium. With pngquant the picture is smaller.
set -euo pipefail
cd "$(dirname "$0")/.."
samestory=${1:-target/release/samestory}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Those that any machine has letters for.
inputs=(samples/wire.jsonl samples/local.jsonl samples/regional.csv samples/text)
"$samestory" cluster "${inputs[@]}" -o "$work/clusters.csv" --quiet
"$samestory" report "$work/clusters.csv" --input "${inputs[@]}" -o "$work/report.html" --quiet
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" --virtual-time-budget=4000 \
    --window-size=1200,860 --screenshot="$work/report.png" "file://$work/report.html" >/dev/null 2>&1
if command -v pngquant >/dev/null; then
    pngquant --force --output "$work/report.png" 64 "$work/report.png"
fi
cp "$work/report.png" docs/report.png
wc -c docs/report.png
