#!/usr/bin/env python3
"""Builds words.bin, the table of how common words are in the languages whose articles samestory tells apart.

    pip install wordfreq==3.1.1
    python3 build.py

The table is made of the word lists of wordfreq (Robyn Speer, https://github.com/rspeer/wordfreq), which are licensed under
Creative Commons Attribution-ShareAlike 4.0 (https://creativecommons.org/licenses/by-sa/4.0/), and so is the table. It holds no
words: for each language the hashes of the grams and stems of its commonest words, with how often each is met.

Words are cut as the program cuts them: `cut` and `hashed` say in Python what `lexicon.rs` and `features.rs` say in Rust. Where
those change, this has to change with them, and a test of `common.rs` fails until it does.

The file: how many languages there are (u8); for each its code of three letters, and how many bytes it takes (u32, little
endian). Behind that the languages: for each class, from 0 up, how many entries it has (u16, little endian), and their keys of 20
bits, ascending, as differences in Rice codes, each class from a byte on. An entry of class c is 2^-c to 2^-(c+1) of all words.
"""
import math
import os
import struct
import unicodedata
from collections import Counter

import wordfreq

# The codes that wordfreq has, and those that guessers of languages have.
LANGUAGES = dict(
    pair.split("=")
    for pair in """ar=ara bg=bul bn=ben ca=cat cs=ces da=dan de=deu el=ell en=eng es=spa fa=pes fi=fin fil=tgl fr=fra he=heb hi=hin
    hu=hun id=ind is=isl it=ita ja=jpn ko=kor lt=lit lv=lav mk=mkd ms=msa nb=nob nl=nld pl=pol pt=por ro=ron ru=rus sh=hrv sk=slk
    sl=slv sv=swe ta=tam tr=tur uk=ukr ur=urd vi=vie zh=cmn""".split()
)
ENTRIES = 14_000
LEAST = 2 ** -17
CLASSES = 17
KEY_BITS = 20
MASK = (1 << 64) - 1
GRAM, STEM = 0, 2


def normal(word):
    word = unicodedata.normalize("NFKC", word).lower()
    drop = set("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
    return "".join(c for c in word if c not in drop).replace("ß", "ss").replace("ς", "σ")


def is_spaceless(c):
    c = ord(c)
    ranges = [(0xE01, 0xEFF), (0x1000, 0x109F), (0x1780, 0x17D3), (0x3005, 0x3007), (0x3041, 0x309F), (0x30A1, 0x30FA),
              (0x30FC, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)]
    return any(first <= c <= last for first, last in ranges)


def runs(text):
    """The words of a text, and whether each is in a script without spaces."""
    word, kind = "", None
    for c in text + " ":
        is_letter = c.isalnum() or (word and unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Mc"))
        if not is_letter or (word and is_spaceless(c) != kind):
            if word:
                yield word, kind
            word, kind = "", None
        if is_letter:
            kind = is_spaceless(c) if not word else kind
            word += c


def cut(word, spaceless):
    """The grams and the stems of a word."""
    if spaceless:
        pieces = [word[at:at + 2] for at in range(max(1, len(word) - 1))]
        return pieces, pieces
    word = normal(word)
    if word.isascii() and word.isdigit():
        return ["_" + word + "_"], [word]
    marked = "_" + word + "_"
    n = min(2 if "가" <= word[0] <= "힣" else 4, len(marked))
    return [marked[at:at + n] for at in range(len(marked) - n + 1)], [word[:5]]


def mix(x):
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def hashed(kind, letters):
    """The key of a feature: the upper bits of its hash, and whether it is a stem."""
    hash = len(letters)
    for letter in letters:
        hash = (hash ^ ord(letter)) * 0x9E3779B97F4A7C15 & MASK
        hash = (hash << 29 | hash >> 35) & MASK
    feature = mix(hash ^ kind << 60) >> 32
    return feature >> (32 - KEY_BITS + 1) << 1 | kind >> 1


def shares(language):
    """Of each gram and stem, which share of all words has it."""
    words = Counter()
    begins, ends, letters = Counter(), Counter(), 0.0
    for text, share in wordfreq.get_frequency_dict(language, "small").items():
        for word, spaceless in runs(text):
            grams, stems = cut(word, spaceless)
            if spaceless:
                word = normal(word)
                begins[word[0]] += share
                ends[word[-1]] += share
                letters += share * len(word)
                if len(word) == 1:
                    continue
            for gram in grams:
                words[GRAM, gram] += share
            for stem in stems:
                words[STEM, stem] += share
    if letters > 0.5:
        # In a script without spaces pieces reach over from word to word, and are counted by the letter.
        common = begins.most_common(400)
        for end, before in ends.most_common(400):
            for begin, behind in common:
                words[GRAM, end + begin] += before * behind
                words[STEM, end + begin] += before * behind
        for word in words:
            words[word] /= letters
    return words


def packed(language):
    keys = Counter()
    for (kind, letters), share in shares(language).items():
        if share > LEAST:
            keys[hashed(kind, letters)] += share
    classes = [[] for _ in range(CLASSES)]
    for key, share in keys.most_common(ENTRIES):
        at = min(int(-math.log2(min(share, 0.999))), CLASSES)
        if at < CLASSES:
            classes[at].append(key)
    return b"".join(struct.pack("<H", len(own)) + rice(sorted(own)) for own in classes)


def rice(keys):
    if not keys:
        return b""
    low = max(0, ((1 << KEY_BITS) // len(keys)).bit_length() - 1)
    bits, before = [], -1
    for key in keys:
        delta, before = key - before - 1, key
        bits += [1] * (delta >> low) + [0] + [delta >> bit & 1 for bit in reversed(range(low))]
    bits += [0] * (-len(bits) % 8)
    return bytes(sum(bit << 7 - at for at, bit in enumerate(bits[start:start + 8])) for start in range(0, len(bits), 8))


def main():
    tables = [(code, packed(language)) for language, code in sorted(LANGUAGES.items(), key=lambda pair: pair[1])]
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "words.bin"), "wb") as to:
        to.write(struct.pack("B", len(tables)))
        for code, table in tables:
            to.write(code.encode() + struct.pack("<I", len(table)))
        for _, table in tables:
            to.write(table)


main()
