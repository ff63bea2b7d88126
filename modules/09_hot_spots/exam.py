# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **Ten questions and one text.** About an hour. Lesson and lab may lie open beside you, and you may copy commands from them.
#
# **Your town is your own.** You work on Dulkobor, an invented town with two years of thefts from vehicles. Where its hot spots lie, at what hour of the night cars are broken into, and
# which district is which are drawn for your card. Your neighbour's numbers are wrong on yours.
#
# 40 points are marked by the machine, 8 by people with a rubric. To pass: 70 % of all points.
#
# **In code:** put your commands in place of `None  # your code here`, run the cell, then run the cell below it, which takes the answer. Each question stands by itself: if you cannot do one, go on
# with the next. Your notebook is run anew when it is marked, from top to bottom.

# %% [markdown]
# <a id="data"></a>
# ## 1. Your data
#
# The coordinates are metres already. `cars` is how many cars are kept in a district, `survey_victims` how many victims of a theft from a vehicle a survey of all districts found.

# %%
from functools import partial

import geopandas as gpd

import ilp_toolkit as ilp

register = ilp.read_incidents(course.data("incidents.csv"), crs="EPSG:32742", timezone="Indian/Maldives")
incidents = register.table
districts = gpd.read_file(course.data("districts.geojson"))
boundary = districts.dissolve()
len(incidents)

# %% [markdown]
# <a id="rates"></a>
# ## 2. Counts, rates, and who is missing

# %%
counts = ilp.hotspots.count_by_area(incidents, districts)
counts[["area", "n", "cars", "population", "survey_victims"]]

# %% item="q1"
### BEGIN SOLUTION
q1 = counts.assign(rate=1000 * counts["n"] / counts["cars"])
### END SOLUTION

# %% [markdown]
# The next table puts the share of recorded thefts (`attention_share`) beside the share of cars (under the name `population_share`) and the share of victims that the survey found.

# %%
table = counts.set_index("area")
ilp.bias.exposure(table["n"], population=table["cars"], survey=table["survey_victims"]).round(2)

# %% item="q2"

# %% [markdown]
# <a id="time"></a>
# ## 3. Time
#
# Some rows have a minute, some a span, some only a day.

# %%
incidents["time_precision"].value_counts()

# %% item="q3"
### BEGIN SOLUTION
q3 = ilp.patterns.peak(ilp.patterns.aoristic(incidents), width=4).start
### END SOLUTION

# %% [markdown]
# <a id="cells"></a>
# ## 4. Hot cells
#
# This is the map on cells of 250 metres.

# %%
grid = ilp.grids.square_grid(districts, cell_size=250)
cells = ilp.hotspots.gi_star(incidents, grid=grid)
_ = ilp.charts.gi_star(cells, boundary=boundary, areas=districts)

# %% item="q4"
### BEGIN SOLUTION
fine = ilp.grids.square_grid(districts, cell_size=200)
fine_cells = ilp.hotspots.gi_star(incidents, grid=fine)
q4 = fine_cells[(fine_cells["q_value"] <= 0.05) & (fine_cells["gi_z"] > 0)]
### END SOLUTION

# %% item="q5"

# %% [markdown]
# <a id="stable"></a>
# ## 5. Stability
#
# Back to the cells of 250 metres.

# %%
stable = ilp.hotspots.stability(incidents, grid=grid, draws=29, rng=1)
_ = ilp.charts.stability(stable, boundary=boundary, areas=districts)

# %% item="q6"
### BEGIN SOLUTION
q6 = len(stable[stable["hot"] & (stable["stability"] >= 0.9)])
### END SOLUTION

# %% [markdown]
# <a id="change"></a>
# ## 6. From 2024 to 2025

# %%
first = incidents[incidents["occurred_from"] < "2025-01-01"]
second = incidents[incidents["occurred_from"] >= "2025-01-01"]
n_first = ilp.hotspots.count_by_area(first, districts).set_index("area")["n"]
n_second = ilp.hotspots.count_by_area(second, districts).set_index("area")["n"]
ilp.change.compare_periods(n_first, n_second, exposure=(366, 365)).round(3)

# %% item="q7"

# %% [markdown]
# <a id="methods"></a>
# ## 7. How methods mislead

# %% item="q8"

# %% [markdown]
# <a id="forecast"></a>
# ## 8. Forecast and null model

# %%
by_density = partial(ilp.forecasts.retrospective_kde, bandwidth=300)

# %% item="q9"
### BEGIN SOLUTION
q9 = ilp.forecasts.score(
    incidents, by_density, split="2025-10-01", duration="92 days", grid=grid, shares=[0.05]
)
### END SOLUTION

# %% item="q10"

# %% [markdown]
# <a id="note"></a>
# ## 9. A note to your head of unit
#
# People mark this one, by the rubric that stands with it.

# %% item="w1"
