"""What the scripts of all tools need: the articles, their shingles, and the groups that pairs make."""

import csv
import json
import re

HASHES = 128
SHINGLE = 5
WORD = re.compile(r"\w+")


def read(path):
    """The ids and the texts of a dump."""
    with open(path, encoding="utf-8") as dump:
        records = [json.loads(line) for line in dump]
    return [record["id"] for record in records], [record["text"] for record in records]


def shingles(text):
    """Every five consecutive words."""
    words = WORD.findall(text.lower())
    if len(words) < SHINGLE:
        return [" ".join(words)]
    return [" ".join(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)]


class Groups:
    """The connected parts of the pairs that are joined."""

    def __init__(self, count):
        self.parents = list(range(count))

    def find(self, article):
        while self.parents[article] != article:
            self.parents[article] = self.parents[self.parents[article]]
            article = self.parents[article]
        return article

    def join(self, one, other):
        self.parents[self.find(one)] = self.find(other)

    def write(self, path, ids):
        with open(path, "w", newline="", encoding="utf-8") as table:
            rows = csv.writer(table)
            rows.writerow(["id", "cluster"])
            rows.writerows((name, ids[self.find(article)]) for article, name in enumerate(ids))
