# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# ## Questions
#
# Answers are kept as you give them. Hand in with the last cell; you may hand in again, every attempt is kept.

# %% item="q1"

# %% item="q2"

# %% [markdown]
# ## In code
#
# Write between the lines of each cell; the next cell takes your answer.

# %%
import geopandas as gpd
import networkx as nx
import pandas as pd

calls = pd.read_csv(course.data("calls.csv"))

# %% item="q3"
### BEGIN SOLUTION
q3 = calls.dropna(subset="district").groupby("district").size().rename("n").reset_index()
### END SOLUTION

# %% item="q4"
### BEGIN SOLUTION
q4 = gpd.GeoDataFrame(calls[["call"]], geometry=gpd.points_from_xy(calls.x, calls.y), crs="EPSG:32742")
### END SOLUTION

# %% item="q5"
### BEGIN SOLUTION
q5 = nx.Graph()
for _, group in calls.dropna(subset="district").groupby("caller"):
    places = sorted(set(group.district))
    q5.add_edges_from((a, b) for i, a in enumerate(places) for b in places[i + 1 :])
### END SOLUTION

# %% [markdown]
# ## In writing

# %% item="w1"
