"""gaoya: its string index, all threads; it decides candidates by their signatures."""

import sys

from gaoya.minhash import MinHashStringIndex

from articles import HASHES, SHINGLE, Groups, read

corpus, out, threshold = sys.argv[1], sys.argv[2], float(sys.argv[3])
ids, texts = read(corpus)
index = MinHashStringIndex(
    hash_size=32,
    jaccard_threshold=threshold,
    num_bands=None,
    band_size=None,
    num_hashes=HASHES,
    analyzer="word",
    lowercase=True,
    ngram_range=(SHINGLE, SHINGLE),
)
index.par_bulk_insert_docs(list(range(len(ids))), texts)
groups = Groups(len(ids))
for article, others in enumerate(index.par_bulk_query(texts)):
    for other in others:
        groups.join(article, other)
groups.write(out, ids)
