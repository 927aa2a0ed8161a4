# %% [markdown]
# # A newsroom's day
#
# Which events were covered, by whom, and in how many reports that do not repeat one another?
# %%
import samestory

clusters = samestory.cluster("samples", story_window="3d")
stories = clusters.stories.to_pandas()
stories.sort_values("story_independent", ascending=False)[["label", "title", "articles", "story_sources", "story_independent"]].head(8)
# %% [markdown]
# `articles` counts pages, `story_sources` outlets, and `story_independent` copy groups: a wire story that thirty papers print is one
# report.
# %%
table = clusters.to_pandas()
largest = stories.sort_values("articles").iloc[-1]
table[table.story_id == largest.story_id].sort_values("published")[["published", "source", "relation", "similarity", "title"]]
# %% [markdown]
# Who prints what others wrote? A copy that is not the first of its group was taken from somewhere.
# %%
reprints = table[table.relation.isin(["exact", "near", "excerpt"])]
reprints.groupby("source").size().sort_values(ascending=False).head()
# %% [markdown]
# Two reports of one event in words of their own are `related`, and `explain` says by what they were known.
# %%
related = table[table.relation == "related"].iloc[0]
for sentence in samestory.explain(related.article_id, related.matched_id, data="samples", story_window="3d").sentences:
    print(sentence)
# %% [markdown]
# A feed of the stories, for readers of news and for other programs.
# %%
import os
import tempfile

feed = os.path.join(tempfile.mkdtemp(), "stories.atom")
clusters.write(feed)
print(open(feed, encoding="utf-8").read()[:200])
