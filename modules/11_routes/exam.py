# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **Seven questions and one text.** About an hour. Lesson and lab may lie open beside you, and you may copy commands from them.
#
# **Your file is your own.** The three countries are those of the lesson; the seizures of heroin, the post that was reinforced, when, and by how much are drawn for your card. Your neighbour's numbers are wrong on yours.
#
# 34 points are marked by the machine, 8 by people with a rubric. To pass: 70 % of all points.
#
# **In code:** put your commands in place of `None  # your code here`, run the cell, then run the cell below it, which takes the answer. Each question stands by itself: if you cannot do one, go on
# with the next. Your notebook is run anew when it is marked, from top to bottom.

# %% [markdown]
# <a id="data"></a>
# ## 1. Your data
#
# The file holds heroin only. Read it, look at the report, count each seizure once (as in the lesson, section 2).

# %%
import pandas as pd

import ilp_toolkit as ilp

intake = ilp.read_seizures(course.data("seizures.csv"))
table = intake.table
double = table["flags"].str.contains("unit_twin|unit_slip") & (table["unit"] == "g")
repeat = table["flags"].str.contains("duplicate")
clean = table[~double & ~repeat]
intake.report[["check", "n"]]

# %% item="q1"
### BEGIN SOLUTION
q1 = ilp.seizures.leave_one_out(clean[clean["year"] == 2025], by="country")
### END SOLUTION

# %% [markdown]
# <a id="edges"></a>
# ## 2. Edges

# %% item="q2"
### BEGIN SOLUTION
q2 = ilp.flows.from_seizures(clean, leave_out=["kg_outlier"])
### END SOLUTION

# %% [markdown]
# <a id="solve"></a>
# ## 3. An estimate
#
# Share and solve for 2023, with the survey of demand of your file. Which country and year were not reported, the second table says.

# %%
demand = pd.read_csv(course.data("demand.csv")).set_index("country")
flows = ilp.flows.estimate(
    clean, demand, producers=["XB"], year=2023, leave_out=["kg_outlier"], bootstrap=300, rng=1
)
flows[["origin", "destination", "kg", "low", "high", "share", "n"]].round(2)

# %%
ilp.seizures.coverage(clean)[["country", "year", "reported", "n"]]

# %% item="q3"

# %% [markdown]
# <a id="effort"></a>
# ## 4. Seizures and hours
#
# All drugs, at the posts of Tolvania, before and after one of them was reinforced (`treated`).

# %%
work = pd.read_csv(course.data("work.csv")).set_index("post")
work

# %% item="q4"
### BEGIN SOLUTION
q4 = ilp.flows.effort_rate(work["after"], work["hours_after"] / 1000)
### END SOLUTION

# %% [markdown]
# <a id="posts"></a>
# ## 5. Chokepoints
#
# Roads and posts are those of the lesson; the flows in kilograms are yours.

# %%
roads = pd.read_csv(course.data("roads.csv"))
places = pd.read_csv(course.data("places.csv"))
loads = pd.read_csv(course.data("loads.csv"))
posts = places[places["kind"] == "post"]
posts = posts.assign(post_id=posts["node"])
towns = places[places["kind"] == "town"]["node"]
graph = ilp.routes.corridor_graph(roads, posts, keep=towns, per_km=0.05)
loads

# %% item="q5"
### BEGIN SOLUTION
q5 = ilp.routes.chokepoints(graph, loads, weight="hours", confidence=0.8, rng=1)
### END SOLUTION

# %% [markdown]
# <a id="moved"></a>
# ## 6. Did it move?

# %%
as_counted = work.rename_axis("segment").reset_index()
after = (as_counted["after"] * as_counted["hours_before"] / as_counted["hours_after"]).round()
by_hour = as_counted.assign(after=after.astype(int))
by_hour[["segment", "role", "before", "after"]]

# %% item="q6"
### BEGIN SOLUTION
moved = ilp.routes.displacement_ratio(by_hour, rng=1)
q6 = moved.table
### END SOLUTION

# %% [markdown]
# <a id="drafts"></a>
# ## 7. Sentences from drafts

# %% item="q7"

# %% [markdown]
# <a id="note"></a>
# ## 8. A note for three countries
#
# People mark this one, by the rubric that stands with it.

# %% item="w1"
