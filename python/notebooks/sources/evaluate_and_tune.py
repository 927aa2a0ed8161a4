# %% [markdown]
# # Evaluate and tune
#
# How right are the groups? That takes a gold standard: here a dump that is made up, so that its copies are known.
# %%
import random

import samestory

chance = random.Random(3)
LEXICON = ["".join(chance.choice(["ba", "ko", "ri", "lu", "te", "no", "sa", "mi"]) for _ in range(chance.randint(1, 4))) for _ in range(3000)]


def text(words):
    return " ".join(chance.choice(LEXICON) for _ in range(words))


rows, gold = [], []
for event in range(150):
    paragraphs = [text(40) for _ in range(4)]
    for version in range(chance.choice([1, 2, 3])):
        changed = paragraphs if version == 0 else [*paragraphs[:3], text(40)]
        rows.append({"id": f"{event}-{version}", "text": "\n".join(changed)})
        gold.append({"id": f"{event}-{version}", "cluster": str(event)})
len(rows)
# %% [markdown]
# Anything that hands over Arrow is data: Polars here, which needs no pyarrow.
# %%
import polars as pl

dump, truth = pl.DataFrame(rows), pl.DataFrame(gold)
scores = samestory.evaluate(samestory.cluster(dump), truth)
scores
# %%
scores.bcubed, scores.worst_split[:1]
# %% [markdown]
# What would other thresholds do? The default serves most dumps; a threshold of 0.9 keeps versions of which a quarter was rewritten
# apart.
# %%
tried = []
for threshold in (0.2, 0.4, 0.6, 0.8, 0.9):
    found = samestory.cluster(dump, copy_threshold=threshold, copies_only=True)
    judged = samestory.evaluate(found, truth)
    tried.append({"threshold": threshold, **judged.bcubed, "groups": found.summary["copy_groups"]})
pl.DataFrame(tried)
# %% [markdown]
# The pairs that were alike, with exact similarities, show where a threshold would cut.
# %%
samestory.cluster(dump, copies_only=True).pairs.to_polars()["jaccard"].describe()
# %% [markdown]
# `samestory tune` on the command line tries thresholds on a sample and measures what finding candidates misses.
