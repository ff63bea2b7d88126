# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **How long:** an hour and a half here, an hour in the lab, an hour for the exam. You can stop at any time.
#
# **How to use it:** as in module 09 you do not write programs. Run a cell (*Shift+Enter*), look, change **one word or one number**, run it again.
# *Kernel → Restart Kernel and Run All Cells* begins anew.
#
# **The data:** three years of drug seizures in three invented countries. Tolvania (**XA**) lies in the middle, Belzavat (**XB**) in the south, where opium poppy grows,
# Ruzmara (**XC**) in the north, where the demand is. Because they are invented, we know what truly moved. In your own work you never will.

# %% [markdown]
# <a id="seizures"></a>
# ## 1. Seizures are not flows
#
# A seizure is what was **found**. Three things stand in it at once:
#
# **seizures = what passes × the share that is found × the share that is reported**
#
# More seizures at a post may mean more traffic, more officers, better dogs, or a new rule for reporting. The number does not say which. So in this module no
# table of seizures
# is called a flow, and each figure says so below it.
#
# The next cell makes the tools ready, as in [module 09](../09_hot_spots/lesson.ipynb#code). Command 3 says where the files lie.

# %%
import pandas as pd

import ilp_toolkit as ilp

FOLDER = "../../../../datasets/seizures/"

# %% [markdown]
# Look at one border post, Murgosin. In July 2024 it got more officers. Below are the seizures that Tolvania made there in 18 months before and 18 months after,
# and the hours worked.
# The code is folded; you need not read it.

# %% tags=["hide"]
register = ilp.read_seizures(FOLDER + "seizures_ru.csv").table
places = pd.read_csv(FOLDER + "places.csv")
register["post"] = register["place"].map(places.set_index("name_ru")["node"])
effort = pd.read_csv(FOLDER + "effort.csv").query("country == 'XA'")
late = (register["date"] >= "2024-07-01").map({False: "before", True: "after"})
later = (effort["month"] >= "2024-07").map({False: "hours_before", True: "hours_after"})
work = pd.crosstab(register["post"], late).join(
    effort.pivot_table(index="post", columns=later, values="hours", aggfunc="sum")
)
roles = {"Murgosin": "treated", "Umrilek": "near", "Ishzemir": "near"}
roles |= {"Salvamet": "control", "Dorsunok": "control"}
work = work.loc[list(roles), ["before", "after", "hours_before", "hours_after"]]
work.insert(0, "role", pd.Series(roles))
capitals = places[places["node"].isin(["Terzemir", "Velshurak", "Ruvalek"])]
capitals = capitals.assign(code=capitals["country"])[["code", "lon", "lat"]]

# %%
work.loc[["Murgosin"], ["before", "after", "hours_before", "hours_after"]]

# %% item="p1"

# %% [markdown]
# <a id="reading"></a>
# ## 2. Reading a file, and what it hides
#
# The file has the layout of UNODC's *individual drug seizures*. Command 1 reads it. Command 2 keeps the table of seizures. Command 3 shows the report: which
# check, how many rows. (The column `remedy` would say what to do.)

# %%
intake = ilp.read_seizures(FOLDER + "seizures.csv")
table = intake.table
intake.report[["check", "n"]]

# %% [markdown]
# Nothing was thrown away; rows are **flagged**. What the flags mean:
#
# - `unit_twin`: one seizure written twice, in kilograms and in grams. 24 pairs, so 48 rows. `unit_slip`: the same number with two units; one of them is wrong
#   by a thousand.
# - `duplicate`: the same row again. `no_unit`: 32 amounts that nobody can weigh. **A missing unit is not guessed.**
# - `unknown_country`: “Unknown” and “Other” are no countries. Who counts them as one finds that most drugs go to Other.
# - `self_loop`: the record names its own country as departure. A third of the rows; they say nothing about a border.
# - `kg_outlier`: one weight ten times above all others of its drug.
# - `not_reported`: a country and a year without a record.
# - The rest matters less here: `date_missing` (rejected, among `intake.rejected`), `year_only`, `amount_missing`, `kg_by_factor` (tablets, weighed by a factor),
#   `id_missing` (the file numbers nothing).
#
# Now each seizure once. Command 1 marks the second rows of twins and slips, those in grams (`|` means *or*). Command 2 marks repeats. Command 3 keeps what is
# neither (`~` means *not*). Command 4 chooses
# heroin.

# %%
double = table["flags"].str.contains("unit_twin|unit_slip") & (table["unit"] == "g")
repeat = table["flags"].str.contains("duplicate")
clean = table[~double & ~repeat]
heroin = clean[clean["drug_class"] == "heroin"]
print(len(table), len(clean), len(heroin))

# %% [markdown]
# **Not reported is not zero.** `coverage` shows each country and year. Belzavat sent nothing for 2024: the cells are empty, and no sum may put a nought there.

# %%
ilp.seizures.coverage(heroin)[["country", "year", "reported", "n", "kg"]].round(0)

# %% [markdown]
# **One seizure can turn a year.** `leave_one_out` says what a total rests on. Look at `largest_share` and at the two ranks, with and without the largest seizure.

# %%
rests = ilp.seizures.leave_one_out(heroin[heroin["year"] == 2025], by="country")
rests[["country", "n", "kg", "largest_share", "kg_without", "rank", "rank_without"]].round(2)

# %% [markdown]
# In 2025 Ruzmara leads with 2,435 kg, and 88 % of that is **one** seizure in the port. Give the number of cases beside the kilograms, always.

# %% item="p2"

# %% [markdown]
# <a id="edges"></a>
# ## 3. From records to edges: the two-edge rule
#
# Which border did it cross? A record names up to three countries: departure, country of the seizure, destination. That gives up to **two edges**: departure →
# country, and country → destination. The command
# does it for all records. Change `leave_out=[]` to `leave_out=["kg_outlier"]` and run it again.

# %%
edges = ilp.flows.from_seizures(heroin, leave_out=[])
edges[["origin", "destination", "n", "kg", "share_of_destination", "largest_share", "transit_kg"]].round(2)

# %% [markdown]
# - **XB → XC** has 2,215 kg and seems to be a third of what reaches Ruzmara. `largest_share` is 0.97: it is one record. The load came by road through Tolvania;
#   the clerk wrote where it was *made*. Without it: 75 kg.
# - **`transit_kg`**: a load found on its way through stands on two edges, in full on each. **Never add up edges.**
# - A quarter of the records, 292 of 1,149, name no border at all. What is left is not a sample of all.
#
# **How it misleads.** The next stop is written as the origin, the country of production as the departure, a guess as the destination. A line on a map looks as
# sure as the next one.

# %% item="p3"

# %% [markdown]
# <a id="solve"></a>
# ## 4. Share and solve
#
# Seizures show who supplies whom, in shares. Surveys show what a country uses. Together they give kilograms: *what comes into a country is what it uses, what
# is seized there, and what goes on.*
# Command 1 reads what surveys say for 2023, command 2 keeps kilograms with the ends of what is known. Command 3 estimates: who makes the drug, which year,
# which flag is left out; 500 draws for the interval.

# %%
demand = pd.read_csv(FOLDER + "demand.csv").query("drug == 'Heroin' and year == 2023 and country != 'XB'")
demand = demand.set_index("country")[["kg", "low", "high"]]
flows = ilp.flows.estimate(
    heroin, demand, producers=["XB"], year=2023, leave_out=["kg_outlier"], bootstrap=500, rng=1
)
flows[["origin", "destination", "kg", "low", "high", "share", "n"]].round(2)

# %%
_ = ilp.maps.flow_map(flows, places=capitals)

# %% [markdown]
# An arc says from where to where and **nothing of the way between**. Its light band is the interval.
#
# Here we know the truth for 2023: XB → XA 19.1 tonnes, XA → XC 14.6, **XB → XC 2.0**. The first two lie in their intervals. The third does not: heroin flown to
# Ruzmara is rarely found, so its
# share of the seizures is 3 %, and of the flow 12 %. **The interval holds the luck of the cases and the doubt about demand. It does not hold the border where
# nobody looks.**

# %% [markdown]
# <a id="interception"></a>
# ## 5. “We catch about 15 %”
#
# Then 1,756 kg seized mean 11,706 kg that passed, it seems. But nobody has measured the 15 %. The command takes it as a guess with its doubt: as good as having
# seen `a=3` loads caught and `b=17` missed.

# %%
seized = heroin[(heroin["country"] == "XA") & (heroin["year"] == 2023)]["kg"].sum()
behind = ilp.flows.interception(seized, a=3, b=17)
_ = ilp.charts.interception(behind)
behind.round(0)

# %% [markdown]
# From 5.3 to 51.9 tonnes: **the two ends are ten times apart**. That is what the guess is worth. Change it to `a=30, b=170`: the same 15 %, and a narrow
# interval. Nothing was learnt; only the confidence of the one
# who guessed has grown. (The truth of 2023: 19.1 tonnes.)
#
# **How it misleads.** One share for all countries makes the busiest police look like the busiest route. And the naive number hides that the flow can be far
# larger, hardly smaller.

# %% item="p4"

# %% [markdown]
# <a id="effort"></a>
# ## 6. Seizures by the hour
#
# Where hours of work are known, divide by them. The first cell does it for the 18 months before, the second for those after: cases for every 1,000 hours
# (`rate`), with an interval.

# %%
before = ilp.flows.effort_rate(work["before"], work["hours_before"] / 1000)
before[["rate", "low", "high"]].round(1)

# %%
after = ilp.flows.effort_rate(work["after"], work["hours_after"] / 1000)
after[["rate", "low", "high"]].round(1)

# %% [markdown]
# At Murgosin the cases rose from 312 to 456, and by the hour they **fell** from 8.4 to 5.0. At Umrilek and Ishzemir, where the hours stayed, they rose.
#
# **How it misleads.** Hours must be of one kind: an hour of searching lorries on a tip finds more than an hour at the barrier. One operation with twenty
# arrests is one case and not twenty. And a post with few hours has a wide interval,
# whatever its rate.

# %% [markdown]
# <a id="prices"></a>
# ## 7. The price gradient
#
# A second witness that knows nothing of seizures. A drug goes from where it is cheap to where it is dear, and when the price jumps at the source, it jumps
# along the road. Command 1 keeps wholesale prices of heroin. Command 2 makes a
# table: a row for each quarter, a column for each town. Command 3 looks at all pairs of towns. Command 4 draws.

# %%
prices = pd.read_csv(FOLDER + "prices.csv").query("drug == 'Heroin' and level == 'wholesale'")
wide = prices.pivot_table(index=["year", "quarter"], columns="place", values="usd")
gradient = ilp.flows.price_gradient(wide)
_ = ilp.charts.price_ladder(wide, gradient=gradient)

# %%
linked = gradient[gradient["linked"]]
linked[["origin", "destination", "markup", "r", "q_value"]].round(2)

# %% [markdown]
# 12 of 36 pairs are linked, and they fall into two families: Osgonok–Kelovar–Zolovan–Ruvalek (road R1) and Velshurak–Narshumet–Terzemir–Shimedun (road R2).
# What moves **all** prices was taken out first, and `q_value` allows for 36 questions.
# Palrigan is hollow: ten times too dear, **a wrong unit**. It is suspected and links to nobody.
#
# **How it misleads.** Two towns with one supplier move together without trading. Retail beside wholesale makes a step of its own. Prices that somebody copied
# from last year make links out of nothing.

# %% [markdown]
# <a id="corridors"></a>
# ## 8. Corridors with shares, never a best route
#
# On a map of roads and posts, which ways are there? Commands 1 to 4 read roads, posts and towns. Command 5 makes the graph: `hours` on the road and at the
# posts. Command 6 finds up to five ways that **differ**, command 7 splits a flow over
# them, command 8 draws. `beta` says how much an hour counts. **Nobody has measured it.** Change 0.2 to 0, then to 0.5.

# %%
roads = pd.read_csv(FOLDER + "roads.csv")
posts = places[places["kind"] == "post"]
posts = posts.assign(post_id=posts["node"])
towns = places[places["kind"] == "town"]["node"]
graph = ilp.routes.corridor_graph(roads, posts, keep=towns)
ways = ilp.routes.corridors(graph, "Osgonok", "Ruvalek", k=5)
shares = ilp.routes.assign(ways, beta=0.2)
_ = ilp.maps.corridor_map(shares, graph, places=places)

# %%
shares[["cost", "km", "posts", "share"]].round(2)

# %% [markdown]
# The way by Murgosin and Salvamet has 15 % at `beta` 0, 32 % at 0.2 and 57 % at 0.5. So write: *“between a seventh and more than a half, as far as roads alone tell”*.
#
# What costs here is **time and distance**. How likely somebody is to be found is never part of it: a map of the ways with the lowest risk would serve one kind
# of reader only. For the same reason the toolkit gives several corridors and refuses a
# single best one.
#
# **How it misleads.** Model kilometres, not observed ways. What is not on the map has no share: air, post, footpaths. And mountain roads are longer than the model says.

# %% [markdown]
# <a id="chokepoints"></a>
# ## 9. Chokepoints with intervals, posts by name
#
# What share of the estimated flow passes which post? Command 1 writes down three flows in kilograms. Command 2 sends them through the graph 200 times; costs
# and flows differ each time, since nobody knows them exactly. Command 3 draws.

# %%
loads = pd.DataFrame(
    [["Osgonok", "Ruvalek", 9000], ["Velshurak", "Ruvalek", 4000], ["Osgonok", "Kelovar", 2500]],
    columns=["origin", "destination", "kg"],
)
passed = ilp.routes.chokepoints(graph, loads, rng=1)
_ = ilp.charts.chokepoints(passed)

# %% [markdown]
# Murgosin 69 %, and the interval reaches from 12 to 100 %. The intervals of nearly all posts overlap: **the model does not tell them apart.** Posts come in the
# order of their names. A high share says where the model's flow passes, and not
# that a post is weak, corrupt, or due for the next patrol. Ishzemir has nothing, and that is the model's error: a track that takes some hours more is used by
# those who have a reason to avoid the others.

# %% [markdown]
# <a id="displacement"></a>
# ## 10. Did it move?
#
# Murgosin was reinforced in July 2024. Did the traffic go elsewhere? We need the reinforced post (`treated`), its neighbours (`near`), and posts far away that
# would have changed alike (`control`). The folded cell makes two tables: `as_counted`, and
# `by_hour`, in which the cases after are brought to **the hours of before**. In the next cell command 1 compares, command 2 draws, command 3 prints the reading
# and the quotient with its interval.

# %% tags=["hide"]
as_counted = work.rename_axis("segment").reset_index()
same_hours = as_counted["after"] * as_counted["hours_before"] / as_counted["hours_after"]
by_hour = as_counted.assign(after=same_hours.round().astype(int))

# %%
moved = ilp.routes.displacement_ratio(by_hour, rng=1)
_ = ilp.charts.displacement(moved)
print(moved.reading, round(moved.wdq, 2), round(moved.low, 2), round(moved.high, 2))

# %% [markdown]
# By the hour: 312 became 182 at the post, 131 became 210 next to it, the control stayed. **Displacement**: of what went from the post some 39 % are found next
# door, between 9 and 92 %.
#
# Now put `as_counted` in place of `by_hour` in command 1. The reading is `no_effect`: more officers found more, and that hid the move. Hours first, then conclusions.
#
# **How it misleads.** Where nobody works, nothing is found: traffic that moved to a path without a post is in no number. A control too near takes part in the
# move. And a post that was chosen because of its worst month falls by itself.

# %% [markdown]
# <a id="publish"></a>
# ## 11. What may be published, and what not
#
# A route assessment is read by the wrong people, too. And it is about places where many people live and drive who have done nothing.
#
# | May leave, with its limits | Never leaves the case |
# |---|---|
# | flows between countries, with interval, cases and method | what a single post finds, its hours, gaps and shifts |
# | corridors with shares, from roads everybody can see | posts in an order of weakness, in any wording |
# | that traffic moved when a post was reinforced | where and when the next controls are |
# | who did not report, and what that does to the result | single seizures with day and place, where a source or a running case could be told from them |
# | prices by country and year | a way that avoids controls, a “safest route”, the chance to be found |
#
# - **Rights.** Driving a lorry on a corridor is no suspicion; nor is the passport of a country where poppy grows. A control needs its own ground in law (module 03).
# - **Others' data.** UNODC's Drugs Monitoring Platform does not allow single seizures to be passed on (dmp.unodc.org; read the terms in force). Figures of a
#   neighbour need the neighbour's yes.
# - **Fairness to those who report.** A country that reports everything looks worst. Say so in the figure, or it will report less next year.

# %% item="p5"

# %% [markdown]
# <a id="misleads"></a>
# ## 12. How each method misleads
#
# | Method | What goes wrong | What to do |
# |---|---|---|
# | **Totals** | one seizure, a unit, a twin | cases beside kilograms; leave the largest out |
# | **Coverage** | not reported taken for zero | leave the cell empty, and say it |
# | **Two edges** | transit counted twice; production taken for departure | never add up edges; look at `largest_share` |
# | **Share and solve** | borders where nobody looks | a second method that knows nothing of seizures |
# | **Interception** | a guess taken for a measurement | give both ends |
# | **Effort** | hours of different kinds | the same kind of work, or none |
# | **Prices** | common shocks, units, retail | take out what all share; suspect jumps |
# | **Corridors** | modelled, not seen; one best way | several, with shares, for several `beta` |
# | **Chokepoints** | a share taken for a weakness | intervals; order of names |
# | **Displacement** | more work finds more | by the hour, with neighbours and control |
#
# Where two ways that share no data agree, you may begin to believe. Where they differ, the question is why. Now go to the [lab](lab.ipynb).
