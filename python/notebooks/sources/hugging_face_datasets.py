# %% [markdown]
# # Hugging Face datasets
#
# A `datasets.Dataset` is Arrow on disk: it is handed over as it is, and comes back as a dataset.
# %%
import datasets
import json

import samestory

with open("samples/wire.jsonl", encoding="utf-8") as wire, open("samples/local.jsonl", encoding="utf-8") as local:
    rows = [json.loads(line) for line in [*wire, *local]]
names = sorted({name for row in rows for name in row})
ds = datasets.Dataset.from_list([{name: str(row.get(name) or "") for name in names} for row in rows])
ds
# %% [markdown]
# The columns are found by their common names; `summary["fields"]` says which were. Name them where they have others, as in
# `text="body"`.
# %%
clusters = samestory.cluster(ds)
clusters.summary["fields"]
# %%
kept = samestory.dedup(ds, clean=True)
print(len(ds), "records,", len(kept), "kept")
kept[0]
# %% [markdown]
# `keep_mask` says which rows those are, for whoever selects them by other means.
# %%
mask = samestory.keep_mask(ds)
assert len(ds.select(mask.nonzero()[0])) == len(kept)
# %% [markdown]
# With `mark=True` all rows stay, and say what they are.
# %%
marked = samestory.dedup(ds, mark=True)
marked.select_columns(["article_id", "copy_id", "relation", "similarity"]).to_pandas().head()
# %% [markdown]
# A stream (`load_dataset(..., streaming=True)`) is read once, and kept in a temporary file.
# %%
assert len(samestory.cluster(ds.to_iterable_dataset())) == len(ds)
