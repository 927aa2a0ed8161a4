#!/usr/bin/env bash
# Times whole runs of `samestory cluster`, and holds them against only parsing the file.
#
#   benches/end_to_end.sh dump.jsonl [RUNS]     a dump of one's own: JSON lines with id, title, text, date, source
#   benches/end_to_end.sh [ARTICLES]            an invented one; 50000 articles, and ten times as many for growth
#
# Prints Markdown. Times are medians of RUNS runs (3): hyperfine's, or those of a plain loop where it is not installed.
# Flags for samestory go into the variable FLAGS; it looks for copies alone unless that says otherwise. Invented dumps are kept in target/end_to_end.
set -euo pipefail
export LC_ALL=C

input=${1:-50000}
runs=${2:-3}
if [ -f "$input" ]; then
    input=$(realpath "$input")
elif [[ ! $input =~ ^[0-9]+$ ]]; then
    echo "$input: no such file, and no number of articles" >&2
    exit 2
fi
cd "$(dirname "$0")/.."
cargo build --release --locked --bin samestory --example corpus --example parse_only
bin=$PWD/target/release
work=$PWD/target/end_to_end
mkdir -p "$work"

# Median seconds and processor seconds of a command.
measure() {
    if command -v hyperfine >/dev/null; then
        hyperfine --shell=none --warmup 1 --runs "$runs" --export-csv "$work/times.csv" "$1" >/dev/null
        awk -F, 'NR == 2 { print $(NF - 4), $(NF - 3) + $(NF - 2) }' "$work/times.csv"
        return
    fi
    local TIMEFORMAT='%R %U %S'
    for ((run = 0; run <= runs; run++)); do # The first run brings the file into the page cache.
        { time $1 >/dev/null 2>&1; } 2>&1
    done | tail -n "$runs" | awk '{ print $1, $2 + $3 }' | sort -n | awk '{ at[NR] = $0 } END { print at[int((NR + 1) / 2)] }'
}

megabytes() { awk -v bytes="$(stat -c %s "$1")" 'BEGIN { printf "%.0f", bytes / 1e6 }'; }

# A row: what was run, on how many megabytes of JSON, its times, and how many times those of parsing they are.
row() {
    awk -v name="$1" -v mb="$2" -v parse="$3" -v times="$4" 'BEGIN {
        split(parse, p, " "); split(times, t, " ")
        printf "| %s | %.2f s | %.2f s | %.0f | %.1f | %.1f |\n", name, t[1], t[2], mb / t[1], t[1] / p[1], t[2] / p[2]
    }'
}

cluster() { echo "$bin/samestory cluster --quiet --threads $1 ${FLAGS---copies-only} $2 -o $work/clusters.csv"; }

# One and all threads, plain and compressed, against parsing.
against_parsing() {
    local dump=$1 mb parse
    mb=$(megabytes "$dump")
    parse=$(measure "$bin/examples/parse_only $dump")
    printf '\n%s: %s MB of JSON lines\n\n' "$(basename "$dump")" "$mb"
    echo "| what | time | processor time | MB/s | times parsing | in processor time |"
    echo "|---|---|---|---|---|---|"
    row "parsing, one thread" "$mb" "$parse" "$parse"
    for threads in 1 $(($(nproc) > 1 ? $(nproc) : 0)); do
        [ "$threads" = 0 ] && continue
        row "samestory, threads: $threads" "$mb" "$parse" "$(measure "$(cluster "$threads" "$dump")")"
        [ -f "$dump.zst" ] || continue
        row "samestory, .zst, threads: $threads" "$mb" "$parse" "$(measure "$(cluster "$threads" "$dump.zst")")"
    done
}

# What one run over a dump does for each article.
growth_row() {
    local TIMEFORMAT='processor %U %S'
    { time "$bin/samestory" cluster --verbose ${FLAGS---copies-only} "$2" -o "$work/clusters.csv"; } 2>&1 | awk -v articles="$1" '
        /^candidates/ { for (at = 2; at <= NF; at++) if ($at == "an") found = $(at - 1) }
        /^time/ { seconds = $2 }
        /^processor/ { printf "| %d | %s | %.0f | %.0f |\n", articles, found, ($2 + $3) / articles * 1e6, articles / seconds }
    '
}

if [ -f "$input" ]; then
    against_parsing "$input"
    exit
fi
for articles in "$input" $((input * 10)); do
    dump=$work/$articles.jsonl
    [ -f "$dump" ] || "$bin/examples/corpus" --articles "$articles" --seed 7 -o "$dump"
done
small=$work/$input.jsonl
[ -f "$small.zst" ] || "$bin/examples/corpus" --articles "$input" --seed 7 -o "$small.zst"
against_parsing "$small"
printf '\n| articles | candidates an article | processor time an article, µs | articles/s |\n|---|---|---|---|\n'
for articles in "$input" $((input * 10)); do
    growth_row "$articles" "$work/$articles.jsonl"
done
