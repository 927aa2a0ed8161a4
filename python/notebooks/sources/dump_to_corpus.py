# %% [markdown]
# # From a dump to a corpus
#
# A folder of scraped news becomes a corpus without copies and without menus: what a language model should be trained on. The samples of
# the repository stand in for the dump; put your own folder in their place.
# %%
import samestory

DUMP = "samples"
# %% [markdown]
# `cluster` reads JSON lines, CSV, Parquet, archives and plain text, compressed or not. What it could not read is counted.
# %%
clusters = samestory.cluster(DUMP)
clusters
# %%
told = clusters.summary
told["fields"], told["rejected"], f"{100 * told['furniture_bytes'] / told['text_bytes']:.0f}% of the text is furniture"
# %% [markdown]
# A row an article. `copy_id` names the article that stands for its copies, `relation` says how it relates to `matched_id`.
# %%
clusters.table
# %% [markdown]
# Look before you drop: why are these two one text?
# %%
copy = next(row for row in clusters.table.rows() if row["relation"] == "near")
samestory.explain(copy["article_id"], copy["matched_id"], data=DUMP)
# %% [markdown]
# `dedup` writes the records that are kept, shard for shard under the names they had; with `clean=True` their texts are without what
# sites repeat around them.
# %%
import os
import tempfile

folder = tempfile.mkdtemp()
corpus = os.path.join(folder, "corpus", "")
samestory.dedup(DUMP, output=corpus, removed=os.path.join(folder, "removed.csv"), drop=["notice"], clean=True)
# %%
sorted(os.listdir(corpus))
# %%
again = samestory.cluster(corpus, copies_only=True)
assert len(again) < len(clusters)
again
