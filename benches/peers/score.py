"""Holds groups against the planted copies, pair by pair, and by kind of edit:

    python3 benches/peers/score.py clusters.csv copies.csv
"""

import csv
import sys
from collections import Counter, defaultdict


def read_groups(path, name, cluster):
    """The cluster of each article."""
    with open(path, newline="", encoding="utf-8") as table:
        return {row[name]: row[cluster] for row in csv.DictReader(table)}


def pairs(sizes):
    return sum(size * (size - 1) // 2 for size in sizes)


def pair_scores(found, truth):
    """Precision, recall and F1 of the pairs of articles that are together. Articles not found are alone."""
    found = {article: found.get(article, f"\0{article}") for article in truth}
    together = pairs(Counter(found.values()).values())
    true = pairs(Counter(truth.values()).values())
    right = pairs(Counter((found[article], truth[article]) for article in truth).values())
    precision = right / together if together else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * right / (together + true) if together + true else 1.0
    return precision, recall, f1


def by_edit(found, truth, edits):
    """For each edit: its copies, the share of them found with their original, and how right what they are with is."""
    groups = defaultdict(list)
    for article in truth:
        groups[found.get(article, f"\0{article}")].append(article)
    count, recalled, together, right = Counter(), Counter(), Counter(), Counter()
    for members in groups.values():
        for article in members:
            edit = edits[article]
            if not edit:
                continue
            count[edit] += 1
            recalled[edit] += truth[article] in members
            together[edit] += len(members) - 1
            right[edit] += sum(truth[other] == truth[article] for other in members) - 1
    for edit in sorted(count):
        precision = right[edit] / together[edit] if together[edit] else 1.0
        yield edit, count[edit], recalled[edit] / count[edit], precision


def main():
    found = read_groups(sys.argv[1], "article_id", "copy_id")
    truth = read_groups(sys.argv[2], "id", "cluster")
    edits = read_groups(sys.argv[2], "id", "edit")
    precision, recall, f1 = pair_scores(found, truth)
    print(f"all pairs: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}\n")
    print("| edit | copies | found with their original | pair precision |\n|---|---|---|---|")
    for edit, count, recall, precision in by_edit(found, truth, edits):
        print(f"| {edit} | {count:,} | {recall:.4f} | {precision:.4f} |")


if __name__ == "__main__":
    main()
