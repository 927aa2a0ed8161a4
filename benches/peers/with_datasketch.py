"""datasketch: its LSH finds candidates, its estimate decides them. One process; it has no way to use more."""

import sys

from datasketch import MinHash, MinHashLSH

from articles import HASHES, Groups, read, shingles

corpus, out, threshold = sys.argv[1], sys.argv[2], float(sys.argv[3])
ids, texts = read(corpus)
lsh, sketches, groups = MinHashLSH(threshold=threshold, num_perm=HASHES), [], Groups(len(ids))
for article, text in enumerate(texts):
    sketch = MinHash(num_perm=HASHES)
    sketch.update_batch([shingle.encode() for shingle in set(shingles(text))])
    for other in lsh.query(sketch):
        if sketch.jaccard(sketches[other]) >= threshold:
            groups.join(article, other)
    lsh.insert(article, sketch)
    sketches.append(sketch)
groups.write(out, ids)
