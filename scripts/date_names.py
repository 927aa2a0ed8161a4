#!/usr/bin/env python3
"""Writes src/corpus/record/date/names.rs: what months, days, halves of the day and times past are called.

The source is the Unicode Common Locale Data Repository (CLDR), as the Python package babel carries it, for the languages that
whatlang tells apart. Run it in the root of the repository, with babel 2.18 installed: python3 scripts/date_names.py
"""

import collections
import re
import unicodedata

from babel import Locale

# The languages of whatlang, and other ways to write or speak some of them.
LOCALES = """eo en ru zh es pt it bn fr de uk ka ar hi ja he yi pl am jv ko nb da sv fi tr nl hu cs el bg be mr kn ro sl hr sr mk lt lv
et ta vi ur th gu uz pa az id te fa ml or my ne si km tk ak zu sn af la sk ca fil hy cy
zh_Hant pt_PT sr_Latn uz_Cyrl az_Cyrl ar_SY ar_DZ ar_MA nn es_MX de_AT en_GB en_AU fr_CA""".split()
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000, "year": 31536000}
WIDTHS = ("wide", "abbreviated")
# Short words beside dates and times that the repository has no place for.
SMALL = "um uhr klo alle ore las ob в о у г года року год jam pukul saat luc gio ngay nam vom le il el la das dos klokken".split()
# These languages give one word to two months; the second of them gives it the later meaning here.
WEST, SOUTH = {"pl", "cs"}, {"hr"}


def plain(word):
    """A word as dates are compared: without case, points, and accents of scripts that have them as accents."""
    letters = unicodedata.normalize("NFKD", word).casefold()
    kept = (c for c in letters if unicodedata.category(c)[0] != "M" or ord(c) > 0x900)
    words = "".join(kept).replace(".", " ").replace("\u200f", "").replace("\u200e", "")
    return " ".join(words.replace("\u200d", "").replace("\u200c", "").split())


def main():
    months, days, halves = collections.defaultdict(lambda: collections.defaultdict(set)), set(), ({}, {})
    fillers, past = set(), {}
    for name in LOCALES:
        data = Locale.parse(name)
        for context in data.months:
            for width in WIDTHS:
                for number, word in data.months[context].get(width, {}).items():
                    if not re.search(r"\d", word):
                        months[plain(word)][number].add(name)
        for context in data.days:
            for width in WIDTHS:
                days.update(plain(word) for word in data.days[context].get(width, {}).values())
        for context in data.day_periods:
            for width in WIDTHS:
                for half, period in enumerate(("am", "pm")):
                    word = data.day_periods[context].get(width, {}).get(period)
                    if word:
                        halves[half][plain(word)] = None
        formats = [data.date_formats[width].pattern for width in ("full", "long", "medium")]
        formats += [str(data.datetime_formats[width]) for width in ("full", "long", "medium")]
        formats += [data.time_formats[width].pattern for width in ("full", "long", "medium", "short")]
        for pattern in formats:
            quoted = re.findall(r"'([^']+)'", pattern)
            bare = re.findall(r"[^\W\d_]+", re.sub(r"'[^']*'|[A-Za-z{}]", " ", pattern))
            fillers.update(word for text in quoted + bare for word in plain(text).split())
        for unit, seconds in UNITS.items():
            for width in ("", "-short"):
                patterns = data._data["date_fields"].get(unit + width, {}).get("past", {})
                for count, pattern in patterns.items():
                    times = {"one": 1, "two": 2}.get(count)
                    if "{0}" in pattern or times:
                        times = "" if "{0}" in pattern else times
                        past.setdefault(plain(pattern.replace("{0}", "#")), f"{times}{unit[:2]}")
    rows = []
    for number in range(1, 13):
        words = [word for word, meanings in months.items() if list(meanings) == [number]]
        rows.append(words)
    two = {}
    for word, meanings in months.items():
        if len(meanings) > 1:
            west = [n for n, of in meanings.items() if of & WEST]
            south = [n for n, of in meanings.items() if of & SOUTH]
            assert len(meanings) == 2 and len(west) == len(south) == 1, (word, dict(meanings))
            two[word] = (west[0], south[0])
    only = lambda of: sorted(w for w, m in months.items() if len(m) == 1 and next(iter(m.values())) <= of)
    known = set(months) | days | set(halves[0]) | set(halves[1])
    write(rows, two, only(WEST), only(SOUTH), days, halves, (fillers | set(SMALL)) - known - {""}, past)


def string(words):
    """A Rust string of words with bars between, over as many lines as it takes."""
    lines, line = [], ""
    for word in sorted(set(words)):
        if len(line) + len(word) > 110:
            lines.append(line)
            line = ""
        line += word + "|"
    return '"' + "\\\n    ".join(lines + [line.rstrip("|")]) + '"'


def write(months, two, west, south, days, halves, fillers, past):
    units = collections.defaultdict(list)
    for pattern, unit in past.items():
        units[unit].append(pattern)
    with open("src/corpus/record/date/names.rs", "w", encoding="utf-8") as out:
        print('''//! What months, days, halves of the day and times past are called, in the languages that are told apart.
//!
//! Made by scripts/date_names.py from the Unicode Common Locale Data Repository; do not edit. Words are without case, points and
//! accents, with bars between.
''', file=out)
        print("/// The words for each month.\npub(super) const MONTHS: [&str; 12] = [", file=out)
        for words in months:
            print("    " + string(words) + ",", file=out)
        print("];\n\n/// Words that are one month in Polish or Czech and another in Croatian.", file=out)
        print("pub(super) const TWO_MONTHS: &[(&str, [u8; 2])] = &[", file=out)
        for word, (a, b) in sorted(two.items()):
            print(f'    ("{word}", [{a}, {b}]),', file=out)
        print("];\n\n/// Months that are called so in Polish or Czech alone, and in Croatian alone.", file=out)
        print(f"pub(super) const WEST: &str = {string(west)};\npub(super) const SOUTH: &str = {string(south)};\n", file=out)
        print(f"pub(super) const DAYS: &str = {string(days)};\n", file=out)
        print(f"pub(super) const MORNING: &str = {string(halves[0])};\npub(super) const AFTERNOON: &str = {string(halves[1])};\n", file=out)
        print(f"/// Words that stand in dates and mean nothing.\npub(super) const FILLERS: &str = {string(fillers)};\n", file=out)
        print("/// How times past are told, by how many seconds one of them has, and how many there are where no number says so.", file=out)
        print("pub(super) const PAST: &[(i64, i64, &str)] = &[", file=out)
        for unit, patterns in sorted(units.items()):
            times = int(unit[0]) if unit[0].isdigit() else 0
            seconds = next(s for u, s in UNITS.items() if u[:2] == unit.lstrip("12"))
            print(f"    ({seconds}, {times}, {string(patterns)}),", file=out)
        print("];", file=out)


if __name__ == "__main__":
    main()
