#!/usr/bin/env bash
# Times whole runs of `samestory cluster` on a dump of one's own, with one thread and with two, four ... up to all.
#
#   benches/end_to_end.sh dump.jsonl.zst [RUNS]
#
# Needs hyperfine (apt-get install hyperfine). Flags for samestory go into the variable FLAGS.
set -euo pipefail

if [ $# -lt 1 ]; then
    sed -n '2,6s/^# \{0,1\}//p' "$0"
    exit 2
fi
dump=$(realpath "$1")
runs=${2:-5}
cd "$(dirname "$0")/.."

cargo build --release --locked
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

threads=1
for ((count = 2; count < $(nproc); count *= 2)); do
    threads+=,$count
done
[ "$(nproc)" -gt 1 ] && threads+=,$(nproc)

# One run before the clock starts brings the dump into the page cache, so that this measures the tool and not the disk.
hyperfine --warmup 1 --runs "$runs" --parameter-list threads "$threads" \
    --command-name "{threads} threads" \
    "target/release/samestory cluster --quiet --threads {threads} ${FLAGS:-} '$dump' -o '$out/clusters.csv'"
target/release/samestory cluster --verbose ${FLAGS:-} "$dump" -o "$out/clusters.csv"
