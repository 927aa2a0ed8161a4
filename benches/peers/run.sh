#!/usr/bin/env bash
# Runs samestory and other tools on one invented corpus, and prints a table: time, memory, pair F1. A second table has
# the same articles without what their sites put around them.
#
#   benches/peers/run.sh [ARTICLES] [SEED]       default: 20000 articles, seed 7
#
# Needs Python 3.9 or newer with its venv module, and a package index that pip can reach. Everything it makes is in
# target/peers. A tool that cannot be installed or run stands in the table with the reason.
set -euo pipefail
articles=${1:-20000}
seed=${2:-7}
cd "$(dirname "$0")/../.."
work=$PWD/target/peers
mkdir -p "$work"

cargo build --release --locked --bin samestory --example corpus

[ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
for package in datasketch rensa gaoya daft text-dedup; do
    "$work/venv/bin/pip" install --quiet "$package" >"$work/$package.log" 2>&1 ||
        echo "$package: not installed: $(tail -n 1 "$work/$package.log")" >&2
done
for bare in "" --bare; do
    echo "${bare:+The same articles, without menus, rankings and prompts: }"
    target/release/examples/corpus --articles "$articles" --seed "$seed" $bare \
        -o "$work/corpus.jsonl" --copies "$work/copies.csv"
    "$work/venv/bin/python" -B benches/peers/compare.py --work "$work" --samestory target/release/samestory
done
