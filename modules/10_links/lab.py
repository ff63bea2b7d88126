# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **What you do here:** the same network, from a sheet in Russian to a chart that can be checked. About an hour, best in pairs: one types, the other says what the line will
# do, **before** it is run.
#
# **How to answer in code:** in the cell under the question put your commands in place of `None  # your code here`, run it, then run the cell below it, which takes the answer and
# checks it. If something red appears, read its **last** line.

# %% [markdown]
# <a id="start"></a>
# ## 1. A sheet in Russian
#
# Headers, dates and the old encoding are Russian; the reader knows them. Commands 1 to 3 fetch tools. Command 5 reads the sheet with the list of entities beside it, command 6 shows what it found.

# %%
import json
from pathlib import Path

import ilp_toolkit as ilp

FOLDER = "../../../../datasets/network/"
intake = ilp.read_links(FOLDER + "statements_ru.csv", entities=FOLDER + "entities.csv")
intake.report[["check", "n"]]

# %% [markdown]
# **Talk about it in pairs.** `scale_assumed`: the sheet does not say which scale its grades are from, and the reader took 4x4. What would be wrong if it were 6x6? (Module 04.)

# %% item="p8"
### BEGIN SOLUTION
p8 = len(intake.table.query("grade == '4x4:A1'"))
### END SOLUTION

# %% [markdown]
# <a id="time"></a>
# ## 2. An event chart

# %% item="p9"
### BEGIN SOLUTION
p9 = ilp.networks.timeline(intake.table, of=["P-30"])
### END SOLUTION

# %% [markdown]
# <a id="calls"></a>
# ## 3. A new decision
#
# The court has allowed two numbers only, and for April alone. The list `two` holds them.

# %%
decision = json.loads(Path(FOLDER + "authorisation.json").read_text(encoding="utf-8"))
two = decision["numbers"][1:]
print(two)

# %% item="p10"
### BEGIN SOLUTION
allowed = ilp.calls.Authorisation(
    "W-31/2025", two, "2025-04-01", "2025-04-30", authority="District court of Kelovar", basis="art. 112"
)
p10 = len(ilp.calls.read_calls(FOLDER + "calls.csv", authorisation=allowed).table)
### END SOLUTION

# %% [markdown]
# <a id="firm"></a>
# ## 4. How firm is it?

# %%
graph = ilp.networks.graph_from_links(intake.table, entities=intake.entities)
_ = ilp.charts.link_chart(graph)

# %% item="p11"
### BEGIN SOLUTION
p11 = ilp.networks.rank_stability(
    graph, measures=["betweenness"], errors=["missing_vertices"], levels=[0.25], top=5, draws=100, rng=1
).network
### END SOLUTION

# %% [markdown]
# <a id="wall"></a>
# ## 5. The wall

# %% item="p12"

# %% [markdown]
# **Ready for the exam?** If a line of code was a riddle, go back to it in the lesson, change one word, and see what happens. Then go to the [exam](exam.ipynb).
