"""text-dedup: its MinHash command, as many processes as there are processors. Nothing decides the candidates."""

import pickle
import subprocess
import sys
import tempfile

from articles import HASHES, SHINGLE, Groups, read

corpus, out, threshold = sys.argv[1:4]
with tempfile.TemporaryDirectory() as work:
    options = {
        "path": "json",
        "data_files": corpus,
        "split": "train",
        "column": "text",
        "cache_dir": f"{work}/cache",
        "output": f"{work}/output",
        "ngram": SHINGLE,
        "num_perm": HASHES,
        "threshold": threshold,
        "hash_func": "xxh3",
    }
    flags = [part for option, value in options.items() for part in (f"--{option}", str(value))]
    subprocess.run([sys.executable, "-m", "text_dedup.minhash", "--debug", *flags], check=True)
    with open(f"{work}/output/uf.pkl", "rb") as saved:
        found = pickle.load(saved)
ids, _ = read(corpus)
groups = Groups(len(ids))
for article in found.parent:
    groups.join(article, found.find(article))
groups.write(out, ids)
