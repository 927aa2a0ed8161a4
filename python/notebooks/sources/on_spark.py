# %% [markdown]
# # On Spark
#
# `samestory.spark` takes a DataFrame and gives one back. Sail stands in for a cluster here: it speaks Spark Connect and needs no Java.
# With a cluster of your own, `session` is your session.
# %%
import json
import os
import tempfile

import pysail.spark
from pyspark.sql import SparkSession

import samestory.spark

server = pysail.spark.SparkConnectServer()
server.start()
session = SparkSession.builder.remote(f"sc://localhost:{server.listening_address[1]}").getOrCreate()
# %% [markdown]
# The frame: any columns that `samestory.cluster` knows the names of. Workers and driver see `work` under one path.
# %%
names = ["id", "title", "text", "source", "published", "url"]
rows = [json.loads(line) for line in open("samples/wire.jsonl", encoding="utf-8")]
frame = session.createDataFrame([tuple(row.get(name) for name in names) for row in rows], ", ".join(f"{name} string" for name in names))
work = os.path.join(tempfile.mkdtemp(), "work")
# %% [markdown]
# What stages are expected to take, before anything runs.
# %%
stages = samestory.spark.describe(frame, shares=4)
stages
# %% [markdown]
# In stages, and in one task: the same groups.
# %%
staged = samestory.spark.cluster(frame, work=work, mode="staged", shares=4)
one = samestory.spark.cluster(frame, work=work + "-one", mode="one")
found = [sorted((row["article_id"], row["copy_id"], row["story_id"]) for row in each.collect()) for each in (staged, one)]
assert found[0] == found[1]
len(found[0])
# %%
kept = samestory.spark.dedup(frame, work=work, mode="staged", shares=4)
kept.count()
# %%
session.stop()
server.stop()
