# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **What you do here:** the same tools, on another file: the register of Tolvania itself, in Russian. It holds **all** seizures that Tolvania made, also those it did not send to others. About an hour, best in pairs: one types,
# the other says what the line will do, **before** it is run.
#
# **How to answer in code:** in the cell under the question put your commands in place of `None  # your code here`, run it, then run the cell below it, which takes the answer and
# checks it. If something red appears, read its **last** line.

# %% [markdown]
# <a id="start"></a>
# ## 1. A register in Russian
#
# Command 1 fetches tables, command 2 the toolkit. The reader knows Russian headers, the decimal comma and the old encoding by itself. `places` says which Russian name is which post.

# %%
import pandas as pd

import ilp_toolkit as ilp

FOLDER = "../../../../datasets/seizures/"
intake = ilp.read_seizures(FOLDER + "seizures_ru.csv")
register = intake.table
places = pd.read_csv(FOLDER + "places.csv")
intake.report[["check", "n"]]

# %% [markdown]
# **Talk about it in pairs.** The file that was sent to others has 1,872 seizures of Tolvania, this register 1,981. What would you ask before you say that 109 were “concealed”?

# %% [markdown]
# <a id="guess"></a>
# ## 2. A guess and its price
#
# Command 1 chooses the hashish of 2024, command 2 adds up its kilograms.

# %%
hashish = register[(register["drug_class"] == "cannabis_resin") & (register["year"] == 2024)]
seized = hashish["kg"].sum()
round(seized)

# %% item="p6"
### BEGIN SOLUTION
p6 = ilp.flows.interception(seized, a=2, b=18)
### END SOLUTION

# %% [markdown]
# <a id="ways"></a>
# ## 3. Ways to the railway
#
# From Osgonok, where poppy grows, to Shimedun, the railway junction of Ruzmara. As in the [lesson](lesson.ipynb#corridors): roads, posts, graph, ways, shares.

# %%
roads = pd.read_csv(FOLDER + "roads.csv")
posts = places[places["kind"] == "post"]
posts = posts.assign(post_id=posts["node"])
towns = places[places["kind"] == "town"]["node"]
graph = ilp.routes.corridor_graph(roads, posts, keep=towns)
ways = ilp.routes.corridors(graph, "Osgonok", "Shimedun", k=5)
shares = ilp.routes.assign(ways, beta=0.2)
_ = ilp.maps.corridor_map(shares, graph, places=places)
shares[["cost", "km", "posts", "share"]].round(3)

# %% item="p7"
### BEGIN SOLUTION
other = ilp.routes.assign(ways, beta=0.1)
p7 = other["share"].iloc[0]
### END SOLUTION

# %% [markdown]
# You asked for five ways and got four. That is an answer, not a failure: `print(ilp.explain(ways))` in a cell of your own gives the reason. A map that shows five lines where there are four would be invention.

# %% [markdown]
# <a id="moved"></a>
# ## 4. Did the heroin move?
#
# The next cell counts heroin at the five posts, before and after July 2024, and adds the hours. It is folded; below it are two tables: as counted, and by the hour.

# %% tags=["hide"]
register["post"] = register["place"].map(places.set_index("name_ru")["node"])
heroin = register[register["drug_class"] == "heroin"]
effort = pd.read_csv(FOLDER + "effort.csv").query("country == 'XA'")
when = (heroin["date"] >= "2024-07-01").map({False: "before", True: "after"})
month = (effort["month"] >= "2024-07").map({False: "hours_before", True: "hours_after"})
hours = effort.pivot_table(index="post", columns=month, values="hours", aggfunc="sum")
roles = {"Murgosin": "treated", "Umrilek": "near", "Ishzemir": "near"}
roles |= {"Salvamet": "control", "Dorsunok": "control"}
as_counted = pd.crosstab(heroin["post"], when).join(hours).loc[list(roles)]
as_counted = as_counted.assign(role=pd.Series(roles)).rename_axis("segment").reset_index()
after = (as_counted["after"] * as_counted["hours_before"] / as_counted["hours_after"]).round()
by_hour = as_counted.assign(after=after.astype(int))

# %%
as_counted[["segment", "role", "before", "after", "hours_before", "hours_after"]]

# %%
by_hour[["segment", "role", "before", "after"]]

# %% item="p8"
### BEGIN SOLUTION
moved = ilp.routes.displacement_ratio(by_hour, rng=1)
p8 = moved.wdq
### END SOLUTION

# %% [markdown]
# Draw it in a cell of your own: `_ = ilp.charts.displacement(moved)`. Would you write “half of the heroin moved”? What would you write?
#
# **Ready for the exam?** If a line of code was a riddle, go back to it in the lesson, change one word, and see what happens. Then go to the [exam](exam.ipynb).
