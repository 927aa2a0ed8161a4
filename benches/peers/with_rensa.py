"""rensa: all shingles (R-MinHash, its LSH, its estimate decides), or with `rho` the path of its published speed.

`rho` samples some of the shingles and says only which articles have a duplicate, not of what: it makes no groups.
"""

import sys

from rensa import RMinHash, RMinHashLSH

from articles import HASHES, Groups, read, shingles

SEED = 42
# Bands must divide the hashes: the ones nearest to what datasketch takes for the threshold.
BANDS = {0.5: 32, 0.7: 16}
BATCH = 2_000

corpus, out, threshold = sys.argv[1], sys.argv[2], float(sys.argv[3])
ids, texts = read(corpus)
lsh = RMinHashLSH(threshold=threshold, num_perm=HASHES, num_bands=BANDS[threshold])
if sys.argv[4:] == ["rho"]:
    matrix = RMinHash.digest_matrix_from_token_sets_rho([shingles(text) for text in texts], HASHES, SEED)
    print(sum(lsh.query_duplicate_flags_matrix_one_shot(matrix)), "articles flagged")
    sys.exit()
sketches = []
for start in range(0, len(texts), BATCH):
    batch = [shingles(text) for text in texts[start : start + BATCH]]
    sketches.extend(RMinHash.from_token_sets(batch, HASHES, SEED))
lsh.insert_pairs(list(enumerate(sketches)))
groups = Groups(len(ids))
for article, candidates in enumerate(lsh.query_all(sketches)):
    for other in candidates:
        if other < article and sketches[article].jaccard(sketches[other]) >= threshold:
            groups.join(article, other)
groups.write(out, ids)
