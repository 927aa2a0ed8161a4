# %% [markdown]
# # DuckDB and Polars
#
# What was found hands over Arrow itself, so SQL and frames read it without a copy.
# %%
import duckdb
import polars as pl

import samestory

clusters = samestory.cluster("samples")
duckdb.sql("select relation, count(*) as articles, avg(similarity) as similarity from clusters group by relation order by articles desc")
# %%
pl.DataFrame(clusters).group_by("source").agg(pl.len().alias("articles"), (pl.col("copy_id") != pl.col("article_id")).sum().alias("copies")).sort("articles", descending=True).head()
# %% [markdown]
# A relation is data too: choose with SQL what is clustered.
# %%
recent = duckdb.sql("select * from read_json_auto('samples/wire.jsonl') limit 20")
samestory.cluster(recent)
# %% [markdown]
# And a relation comes back.
# %%
kept = samestory.dedup(recent)
duckdb.sql("select count(*) as kept from kept").fetchall()
# %% [markdown]
# For a pipeline of your own: furniture by itself, and the numbers that stand for a text.
# %%
furniture = samestory.Furniture.learn("samples")
prints = samestory.fingerprint("samples", furniture).to_polars()
prints.select("id", "tokens", "shingles").head()
# %%
a, b = prints["signature"][0], prints["signature"][1]
agreement = (a == b).mean()
f"the first two articles are about {agreement:.2f} alike"
