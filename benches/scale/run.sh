#!/bin/sh
# Measures what stages exchange at three sizes and two numbers of shares, and what follows for others: run.sh [ARTICLES]
# The largest size is ten times the smallest.
set -eu
cd "$(dirname "$0")/../.."
least=${1:-10000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cargo build --release --locked --example corpus --example shares
for times in 1 3 10; do
    articles=$((least * times))
    target/release/examples/corpus --articles "$articles" -o "$folder/all.jsonl"
    # Each file is a task.
    rm -f "$folder"/part-*
    split -n l/4 --additional-suffix=.jsonl "$folder/all.jsonl" "$folder/part-"
    for shares in 8 512; do
        target/release/examples/shares "$shares" "$folder"/part-*.jsonl >> "$folder/runs.jsonl"
    done
done
python3 benches/scale/simulate.py "$folder/runs.jsonl"
