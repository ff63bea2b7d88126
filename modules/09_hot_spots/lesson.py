# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **How long:** two hours here, an hour and a half in the lab, an hour for the exam. You can stop at any time.
#
# **How to use it:** this is the first module with code. You do not write programs. You run a cell (*Shift+Enter*), look at what it shows,
# change **one word or one number**, and run it again. Nothing can break: to begin anew, choose *Kernel → Restart Kernel and Run All Cells*.
#
# **The data:** three years of recorded offences in Kelovar, an invented city of 310,000. No place and no person in it exists.

# %% [markdown]
# <a id="code"></a>
# ## 1. How to read code
#
# Code is a list of **commands**. Most look like this: `name = something`. The computer works out what stands on the right and keeps it under the
# name on the left. Later commands use the name. A long command runs over several lines, until its last bracket closes.
#
# - A **dot** goes into a drawer: `ilp.hotspots.count` is the tool *count* in the drawer *hotspots* of the toolkit *ilp*.
# - **Round brackets** use a tool: what stands in them is what the tool gets.
# - **Square brackets** choose from a table: `incidents["offence"]` is the column *offence*.
# - Text stands in **quotation marks**, numbers do not. Capitals matter.
# - Small additions: `.round(1)` rounds, `.head(6)` shows the first six rows; `_ =` before a chart only keeps a useless line from being shown.
#
# The next cell makes the tools ready. Command 1 fetches a program for maps, command 2 one for tables, command 3 our toolkit.

# %%
import geopandas as gpd
import pandas as pd

import ilp_toolkit as ilp

# %% [markdown]
# Now the data. Command 1 says where the files lie. Command 2 reads the register and keeps its table; the time zone belongs to it, since an hour without a
# zone means nothing. Command 3 reads the districts and brings them to the same metres as the incidents (`to_crs`). Command 4 melts them into one shape, the
# edge of the city.

# %%
FOLDER = "../../../../datasets/kelovar/"
register = ilp.read_incidents(FOLDER + "incidents.csv", timezone="Indian/Maldives").table
districts = gpd.read_file(FOLDER + "districts.geojson").to_crs(register.crs)
boundary = districts.dissolve()
len(register)

# %% [markdown]
# `len` counts rows. What the last command of a cell gives is shown below it.
#
# Next we choose: thefts from vehicles, first all of them, then those from 2025 on. Read command 1 as: *of the register, the rows whose offence is
# theft from vehicle*. `==` asks whether two things are the same; one `=` alone gives a name. Change the offence to `"Robbery"`, run the cell, look at the number, change it back.

# %%
all_thefts = register[register["offence"] == "Theft from vehicle"]
thefts = all_thefts[all_thefts["occurred_from"] >= "2025-01-01"]
len(thefts)

# %% [markdown]
# <a id="counting"></a>
# ## 2. Counts and rates
#
# How many in each district? Command 1 counts. Command 2 makes a new column: thefts for every 1,000 households (`/` divides, `*` multiplies). Command 3
# keeps three columns and puts the largest count on top.

# %%
by_district = ilp.hotspots.count_by_area(thefts, districts)
by_district["rate"] = 1000 * by_district["n"] / by_district["households"]
by_district[["area", "n", "rate"]].sort_values("n", ascending=False).round(1)

# %% [markdown]
# Change `sort_values("n"` to `sort_values("rate"`. **Gumrel leads by count, Tesvar by rate.** Neither is *the* answer. They answer two questions:
#
# - The **count** says where the work is: how many victims are to be visited, how many files opened.
# - The **rate** says where one household, or one car, is worst off. What you divide by (the **denominator**) should be what can be stolen from:
#   parked cars, best of all those parked there at night. Households are only near to that.
#
# **How it misleads.** Below the line stands who lives there; above it may stand who came to work or to the market. A city centre has few households
# and many cars, so its rate by households is always high. And above the line stands only what was **recorded**: a district whose people do not call looks safe.

# %% item="p1"

# %% item="p2"

# %% [markdown]
# <a id="time"></a>
# ## 3. When? Hours that nobody knows
#
# A burglary is found in the evening; the flat was empty since the morning. The register has two times: *from* and *to*. Which hour counts?
# Let us do what many do and take the *from*. Command 1 chooses the burglaries from 2025 on, command 2 makes a copy, command 3
# overwrites the end with the beginning, command 4 asks for the busiest four hours of the day.

# %%
burglaries = register[
    (register["offence"] == "Residential burglary") & (register["occurred_from"] >= "2025-01-01")
]
wrong = burglaries.copy()
wrong["occurred_to"] = wrong["occurred_from"]
ilp.patterns.peak(ilp.patterns.time_profile(wrong), width=4)

# %% [markdown]
# `start` and `end` are the hours, `share` is the part of all that falls between them. So: *from 5 to 9, 48 % of all.* That is no burglar. It is when people leave home.
#
# The **aoristic** way spreads each burglary evenly over its span: out from 8 to 18 gives each of the ten hours one tenth. Command 1 makes the table of
# weekdays and hours, command 2 draws it, command 3 asks for the busiest stretch.

# %%
hours = ilp.patterns.aoristic(burglaries)
_ = ilp.charts.time_profile(hours)
ilp.patterns.peak(hours, width=4)

# %% [markdown]
# Now it is 15 to 19, and only 22 %: a gentle rise, not a peak. **Longer spans flatten the picture**, so a flat table may mean *always* or *nobody knows*.
#
# Three more traps:
#
# - **Only exact times.** Cases known to the minute are those that somebody noticed at once, often by day. They do not stand for the rest. Of these burglaries some 30 have one.
# - **Typed-in times.** A tower at 00:00 or 12:00 is often a clerk who had to type something.
# - **The day alone.** Such rows carry no hour and are left out. Ask how many: `ilp.explain` says what a tool decided.

# %%
print(ilp.explain(hours))

# %% item="p3"

# %% [markdown]
# <a id="grid"></a>
# ## 4. A grid, and what its size does (MAUP)
#
# A grid cuts the city into squares. Command 1 makes squares of 500 metres over the whole city, quiet parts included. Command 2 counts. Command 3 draws. **Change
# 500 to 250, then to 1000**, and watch the darkest place. Before you run it: say what you expect.

# %%
squares = ilp.grids.square_grid(districts, cell_size=500)
counts = ilp.hotspots.count(thefts, grid=squares)
_ = ilp.charts.hotspot_map(counts, boundary=boundary)

# %% [markdown]
# The thefts did not move, the map did. This is the **modifiable areal unit problem (MAUP)**: results depend on size and position of the units.
#
# The next cell does it for four sizes. The word `for` repeats the lines below it. For each size it makes a grid, asks which cells are hot (section
# 6), and keeps size, number of cells, number of hot ones and their area in km².

# %%
rows = []
for size in [150, 250, 500, 1000]:
    squares = ilp.grids.square_grid(districts, cell_size=size)
    found = ilp.hotspots.gi_star(thefts, grid=squares)
    hot = found[(found["q_value"] <= 0.05) & (found["gi_z"] > 0)]
    rows.append([size, len(squares), len(hot), len(hot) * size**2 / 1_000_000])
pd.DataFrame(rows, columns=["cell_size", "cells", "hot", "hot_km2"])

# %% [markdown]
# From 150 to 1,000 metres: 48 hot cells, or 2. About one square kilometre of the city, or two. With too large a cell the hot spot drowns in quiet streets around it; with
# too small a one most cells hold nought or one, and the result hangs on single cases.
#
# **What to do:** choose the size for what is to be done there (a car park: 150; a patrol area: 500) **before** you look, try half and double, and say so.

# %% item="p4"

# %% [markdown]
# <a id="density"></a>
# ## 5. Density (KDE)
#
# A density map puts a small hill on each theft and adds the hills up. The **bandwidth** is how wide each hill is. Command 1 makes a grid, command 2 the density in
# events per km², command 3 the map. **Change 300 to 100, then to 1000.**

# %%
grid = ilp.grids.square_grid(districts, cell_size=250)
density = ilp.hotspots.kde(thefts, grid=grid, bandwidth=300)
_ = ilp.charts.density_map(density, boundary=boundary)

# %% [markdown]
# Narrow: many spots, each a few cases. Wide: one great cloud, and the highest value falls from some 970 to 240 per km². Same thefts.
#
# **How it misleads.** Every bandwidth makes a smooth, convincing picture, **also out of pure chance**, and no number on it says whether it is
# chance. It colours the river and the field next to a busy street. Two density maps may be compared only with the same bandwidth and the same colours.

# %% item="p5"

# %% [markdown]
# <a id="gi-star"></a>
# ## 6. Gi\*: more than chance?
#
# **Gi\*** (say *gee-eye-star*) looks at each cell **with its neighbours** and asks: if the counts were dealt out anew over the map, how often would so many
# come together here?
#
# - `gi_z`: how far from ordinary. Above 0: more than usual; below 0: less.
# - `p_value`: how often chance alone gives this.
# - `q_value`: the same, corrected for having asked 844 cells.
#
# Why the correction? With p up to 0.05, **chance alone makes one cell in twenty look special**: some 42 of 844. That is what **FDR** (false discovery rate) is
# for: of the cells with q up to 0.05, about one in twenty is expected to be a false find.
#
# Command 1 asks. Command 2 keeps the cells where both things hold (`&` means *and*): q at most 0.05, and more than usual. Commands 3 and 4 show how many, and the map. Change `q_value` in command 2 to `p_value`: how many more?

# %%
cells = ilp.hotspots.gi_star(thefts, grid=grid)
hot = cells[(cells["q_value"] <= 0.05) & (cells["gi_z"] > 0)]
print(len(hot))
_ = ilp.charts.gi_star(cells, boundary=boundary)

# %%
hot[["cell_id", "n", "gi_z", "q_value"]].sort_values("gi_z", ascending=False).head(6).round(2)

# %% [markdown]
# The second row holds 26 thefts only, and is nearly as hot as the first with 80: it has the first for a neighbour.
#
# **What a hot spot is not:**
#
# - **Not a place where it will happen.** It is a place where more was recorded, in the past.
# - **Not a place of bad people.** A car park, a bus stop, a school: many targets, so many thefts.
# - **Not risk.** Gi\* does not know how many cars stand there.
# - **Not one cell.** Each cell counts with its neighbours; a hot cell may hold little itself.
#
# **How it misleads.** Ask often enough (other weeks, other offences, other sizes) and something turns hot. The correction knows only the cells of one map.

# %% item="p6"

# %% [markdown]
# <a id="stability"></a>
# ## 7. Would it be there on another map?
#
# The grid could have begun 100 metres further east. The cells could be larger. Other cars could have been hit by chance. Command 1 makes 29 maps with
# such changes. **Stability** is the share of them in which the place is hot. `rng=1` fixes the dice, so that everybody gets the same. Command 2 draws, command 3
# keeps the hot cells that stay hot in at least 80 of 100 maps and counts them.

# %%
stable = ilp.hotspots.stability(thefts, grid=grid, draws=29, rng=1)
_ = ilp.charts.stability(stable, boundary=boundary)
len(stable[stable["hot"] & (stable["stability"] >= 0.8)])

# %% [markdown]
# Near 1: the hot spot is in the events. Near 0.5: it is in your settings. **How it misleads:** it is no probability that something will happen, and a
# mistake in the register is perfectly stable.

# %% [markdown]
# <a id="near-repeat"></a>
# ## 8. Near repeats
#
# After a burglary, is the risk higher next door for a while? The **Knox test** counts pairs that are both near and soon, and compares with dates dealt anew.
# Command 1 gives the bands of distance in metres; the first, below 1 metre, is the same address. Command 2 gives the bands of time. Command 3 tests, command 4 draws.

# %%
metres = [0, 1, 100, 200, 400]
days = ["0 days", "7 days", "14 days", "28 days"]
pairs = ilp.near_repeat.knox(burglaries, distances=metres, durations=days, permutations=199, rng=1)
_ = ilp.charts.knox(pairs)

# %% [markdown]
# Top left: at the same address within a week there are ten times as many pairs as chance would make. Down and to the right it fades. So: **visit the victim within
# days, repair the lock, tell the neighbours.**
#
# **How it misleads.** Pairs are counted, not homes: five burglaries in one stairwell are ten pairs. A problem that moved through the city in spring looks alike. And
# it says nothing of who did it: a person who happens to live nearby is no suspect by that.

# %% [markdown]
# <a id="change"></a>
# ## 9. Did it change?
#
# “Up 50 %” may be 4 and then 6. Chance does that all the time. Command 1 takes the thefts of 2024, commands 2 and 3 count both years by district, command 4
# compares, command 5 shows four columns. `exposure` says how many days each year had; `q_value` is read as in section 6.

# %%
before = all_thefts[
    (all_thefts["occurred_from"] >= "2024-01-01") & (all_thefts["occurred_from"] < "2025-01-01")
]
n_before = ilp.hotspots.count_by_area(before, districts).set_index("area")["n"]
n_after = ilp.hotspots.count_by_area(thefts, districts).set_index("area")["n"]
compared = ilp.change.compare_periods(n_before, n_after, exposure=(366, 365))
compared[["before", "after", "ratio", "q_value"]].round(2)

# %% [markdown]
# **One** district changed: Gumrel, from 103 to 366. Nartul fell “by 22 %”, and chance can do that. The test (the E-test) knows that both counts are luck in part.
#
# **How it misleads.** A new form, a campaign, a new register change the records and not the crime. Ask first whether **recording** changed. Compare like with like:
# the same months, no month that is not over.

# %% [markdown]
# <a id="displacement"></a>
# ## 10. Did it move?
#
# Light was put up in a car park. Thefts there fell from 40 to 18. In a car park like it, without new light (the **control**), from 38 to 34. In the streets around: from
# 20 to 27, and around the control from 22 to 21. The **weighted displacement difference** takes from each change that of its control, and adds what happened next door. Each pair is
# (before, after), in this order: control, treated, around the control, around the treated.

# %%
ilp.change.weighted_displacement_difference((38, 34), (40, 18), (22, 21), (20, 27)).round(1)

# %% [markdown]
# Local: 18 fewer than the control would make one expect. Displacement: 8 more in the streets around. Total: **10 fewer**, and the interval from `low` to `high` holds 0: with such
# numbers *nothing* and *a great success* are both possible. Say: “fewer at the car park, some of it perhaps next door; too few to be sure”.
#
# **How it misleads.** A place chosen because it was at its worst falls by itself (regression to the mean). Crime can move to other hours and other offences, which
# nobody counted. A control that is not alike makes any answer you wish.

# %% item="p7"

# %% [markdown]
# <a id="forecast"></a>
# ## 11. How concentrated, and how good a forecast?
#
# “Half of it on a few per cent of the city.” With 1,300 thefts on 844 cells, chance concentrates, too. So each share stands beside what chance alone would give (`expected`).
# Row `share_of_places` 0.50: half of all thefts lie on 8.5 % of the cells; strewn at random it would be 24 %.

# %%
concentration = ilp.concentration.summary(ilp.hotspots.count(thefts, grid=grid)["n"], rng=1)
concentration[["measure", "share", "value", "expected"]].round(3)

# %% [markdown]
# A map of the past is used as a forecast the moment somebody acts on it. Then it must be scored, like any forecast:
#
# - **hit rate**: what share of later events fell in the area that was marked;
# - **PAI** (prediction accuracy index): hit rate divided by the share of the city that was marked. Guessing gives 1.
#
# A PAI alone says little. It must be compared with a **null model**, a forecast that costs nothing. Here it is `last_period`: mark the cells that had
# most in the 92 days before. `best` is what nobody could beat: it knew the future.
#
# Command 1 fetches a helper, command 2 makes the forecast: a density of 300 metres. In command 3 the forecast sees what happened **before** 1 October and is scored on the 92
# days after; 0.05 means that 5 % of the city are marked. (`in_words` puts warnings into a sentence.)

# %%
from functools import partial

by_density = partial(ilp.forecasts.retrospective_kde, bandwidth=300)
with ilp.in_words():
    scores = ilp.forecasts.score(
        thefts, by_density, split="2025-10-01", duration="92 days", grid=grid, shares=[0.05]
    )
scores[["method", "area_share", "hit_rate", "pai"]].round(2)

# %% [markdown]
# PAI 7.9 sounds grand. The null model has 7.2. **What the method added to looking at last quarter's map is the difference, not 7.9.** Change 0.05 to 0.01: the PAI grows to 27, the
# hits shrink. At 1 % the null model even wins. A PAI without its share of the area says nothing.

# %% [markdown]
# <a id="bias"></a>
# ## 12. Why a good score is no reason for a patrol
#
# A forecast of records is scored on records. If patrols **make** records, it predicts the patrols. Look at drug possession. Command 2 asks who noticed the cases: the public
# (`reported`) or the police (`discovered`).

# %%
drugs = register[(register["offence"] == "Drug possession") & (register["occurred_from"] >= "2025-01-01")]
ilp.bias.by_origin(drugs)[["n", "reported", "discovered", "share_discovered"]].round(2)

# %% [markdown]
# Nearly all were found by the police. The map of these finds is a map of police work. Send patrols there, and they will find more **there**, and the next map will say that the first was right: a
# **feedback loop**.
#
# The toolkit tests it. Command 1 makes the forecast, command 2 takes the 42 highest cells, command 3 the population of each district. Command 4 audits. The last ones print the verdict (`failed`: not passed)
# and its reasons.

# %%
with ilp.in_words():
    ranking = ilp.forecasts.retrospective_kde(drugs, grid=grid, at="2025-10-01", bandwidth=300)
top = ranking.nlargest(42, "risk")
people = districts.set_index("area")["population"]
checked = ilp.bias.audit(drugs, top, districts=districts, population=people)
print(checked.verdict)
for _name, reason in checked.problems:
    print("-", reason)

# %% [markdown]
# Thefts from vehicles are reported by the public, and pass this test. **Passing does not make them fair.** In Dashvar people report 40 of 100 offences, in Golvir 75
# (this is an invented city: we know). No record shows the other 60. A survey of victims does, if there is one. The next cell puts, for six districts, the share of recorded thefts beside
# the share of victims that a survey found; the numbers of the survey are an example. A `ratio_survey` of 0.6 means: recorded only 0.6 times what its victims would give.

# %%
survey = pd.Series({"Tesvar": 58, "Lomiran": 44, "Nartul": 18, "Golvir": 17, "Gumrel": 99, "Dashvar": 44})
recorded = n_after[survey.index]
beside = ilp.bias.exposure(recorded, population=people[survey.index], survey=survey)
beside[["attention_share", "survey_share", "ratio_survey"]].round(2)

# %% [markdown]
# **So what is a hot spot good for?** For a question to somebody who knows the place; for light, locks, and a word with the owner of the car park; for a project whose effect is
# measured. To send officers to search people there, it is no ground: suspicion is about what a person did, not about where he stands (module 03).

# %% [markdown]
# <a id="misleads"></a>
# ## 13. How each method misleads
#
# | Method | What goes wrong | What to do |
# |---|---|---|
# | **Counts** | the largest district leads | give a rate beside it, and say divided by what |
# | **Rates** | the denominator is not what can be stolen; nobody calls | ask for cars, for a survey |
# | **Aoristic hours** | weights are read as counts; long spans flatten | say how many rows had a usable span |
# | **Grid** | another size, another hot spot (MAUP) | choose before looking; try half and double |
# | **Density** | chance looks smooth, too | give the bandwidth; never alone |
# | **Gi\*** | taken for risk, for a forecast, for one cell | judge by q; ask who knows the place |
# | **Stability** | taken for a probability | “holds however we draw the map”, no more |
# | **Near repeat** | pairs are counted, and the neighbour is suspected | visit victims; name nobody |
# | **Change** | per cent of small numbers; recording changed | E-test; ask about the register first |
# | **Displacement** | no control; the worst place falls by itself | count around it, and beside a control |
# | **PAI** | tiny area, no null model, records scored on records | name the share, the null model, who noticed |
#
# Now go to the [lab](lab.ipynb).
