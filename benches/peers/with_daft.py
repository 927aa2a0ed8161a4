"""Daft: its MinHash column, all threads; for groups, bands of it are joined here. Nothing decides the candidates."""

import sys

import daft
import numpy

from articles import HASHES, SHINGLE, Groups

# What datasketch takes for a threshold of 0.7.
BANDS, ROWS = 14, 9

corpus, out, what = sys.argv[1:4]
text = daft.col("text").normalize(remove_punct=True, lowercase=True, white_space=True)
frame = daft.read_json(corpus).select("id", text.minhash(num_hashes=HASHES, ngram_size=SHINGLE).alias("sketch"))
table = frame.to_arrow().combine_chunks()
if what == "column":
    sys.exit()
ids = table["id"].to_pylist()
sketches = table["sketch"].combine_chunks().flatten().to_numpy().reshape(len(ids), HASHES)
groups = Groups(len(ids))
for band in range(BANDS):
    first = {}
    rows = numpy.ascontiguousarray(sketches[:, band * ROWS : (band + 1) * ROWS])
    for article, row in enumerate(rows):
        groups.join(article, first.setdefault(row.tobytes(), article))
groups.write(out, ids)
