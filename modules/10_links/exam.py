# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **Ten questions and one text.** About an hour and a half. Lesson and lab may lie open beside you, and you may copy commands from them.
#
# **Your file is your own.** The network is of the same kind as in the lesson; who has which number, which links were collected, what may not be used, the calls and the decision of the court are drawn
# for your card. Your neighbour's answers are wrong on yours.
#
# 46 points are marked by the machine, 8 by people with a rubric. To pass: 70 % of all points.
#
# **In code:** put your commands in place of `None  # your code here`, run the cell, then run the cell below it, which takes the answer. Each question stands by itself: if you cannot do one, go on
# with the next. Your notebook is run anew when it is marked, from top to bottom.

# %% [markdown]
# <a id="data"></a>
# ## 1. Your network
#
# Links, entities, and the items that must not be used. The commands make the network `graph` for the next questions, too.

# %%
import json

import pandas as pd

import ilp_toolkit as ilp

net = ilp.read_links(course.data("links.csv"), entities=course.data("entities.csv"))
refused = pd.read_csv(course.data("refused.csv"))["item"]
usable = net.table[~net.table["item_ids"].str[0].isin(refused)]
graph = ilp.networks.graph_from_links(usable, entities=net.entities)
net.report[["check", "n"]]

# %%
_ = ilp.charts.link_chart(graph)

# %% item="q1"
### BEGIN SOLUTION
q1 = ilp.networks.timeline(usable, kinds=["seen with"])
### END SOLUTION

# %% [markdown]
# <a id="position"></a>
# ## 2. Positions

# %% item="q2"
### BEGIN SOLUTION
q2 = ilp.networks.centralities(graph, measures=["betweenness"])
### END SOLUTION

# %% item="q3"

# %% [markdown]
# <a id="cut"></a>
# ## 3. Cut points

# %% item="q4"
### BEGIN SOLUTION
q4 = ilp.networks.cut_points(graph).query("cut_off >= 3")
### END SOLUTION

# %% [markdown]
# <a id="firm"></a>
# ## 4. Missing links

# %% item="q5"
### BEGIN SOLUTION
q5 = ilp.networks.rank_stability(
    graph, measures=["betweenness"], errors=["missing_edges"], levels=[0.2], top=5, draws=100, rng=1
).network
### END SOLUTION

# %% [markdown]
# <a id="calls"></a>
# ## 5. Calls
#
# The decision of the court, line by line. Read it slowly: not all that was asked for was granted.

# %%
court = json.loads(course.data("court.json").read_text(encoding="utf-8"))
pd.DataFrame({"": court})

# %% item="q6"
### BEGIN SOLUTION
allowed = ilp.calls.Authorisation(
    court["id"],
    court["numbers"],
    court["granted_from"],
    court["granted_to"],
    authority=court["authority"],
    basis=court["basis"],
)
q6 = len(ilp.calls.read_calls(course.data("calls.csv"), authorisation=allowed).table)
### END SOLUTION

# %% [markdown]
# A colleague has read calls under **another** decision: two numbers are authorised, all others stand under pseudonyms.

# %%
read = pd.read_csv(course.data("read.csv"), dtype={"caller": str, "called": str})
read["started"] = pd.to_datetime(read["started"])
read[["caller", "called", "started", "cell"]].head()

# %% item="q7"
### BEGIN SOLUTION
q7 = ilp.networks.call_patterns(read, within="10 min").together
### END SOLUTION

# %% [markdown]
# <a id="drafts"></a>
# ## 6. Charts and drafts

# %% item="q8"

# %% item="q9"

# %% item="q10"

# %% [markdown]
# <a id="note"></a>
# ## 7. A note for the tasking meeting
#
# People mark this one, by the rubric that stands with it.

# %% item="w1"
