# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **What you do here:** the same tools, on burglaries. Each question has hints, and after your first try a worked solution. About an hour and a half, best in
# pairs: one types, the other reads aloud what the line will do, **before** it is run.
#
# **How to answer in code:** in the cell under the question put your commands in place of `None  # your code here`, run it, then run the cell below it, which takes the answer and
# checks it. If something red appears, read its **last** line: it says what is wrong.

# %% [markdown]
# <a id="start"></a>
# ## 1. The data
#
# As in the [lesson](lesson.ipynb#code): three tools, the register, the districts. Then the burglaries of 2025.

# %%
from functools import partial

import geopandas as gpd

import ilp_toolkit as ilp

FOLDER = "../../../../datasets/kelovar/"
register = ilp.read_incidents(FOLDER + "incidents.csv", timezone="Indian/Maldives").table
districts = gpd.read_file(FOLDER + "districts.geojson").to_crs(register.crs)
boundary = districts.dissolve()

# %%
burglaries = register[
    (register["offence"] == "Residential burglary") & (register["occurred_from"] >= "2025-01-01")
]
len(burglaries)

# %% [markdown]
# <a id="rates"></a>
# ## 2. Rates
#
# The counts are ready. Look at the columns: what can be burgled?

# %%
by_district = ilp.hotspots.count_by_area(burglaries, districts)
by_district[["area", "n", "population", "households", "area_km2"]]

# %% item="p8"
### BEGIN SOLUTION
p8 = by_district.assign(rate=1000 * by_district["n"] / by_district["households"])
### END SOLUTION

# %% [markdown]
# <a id="cells"></a>
# ## 3. Hot cells
#
# Run the cell, look at the map, then answer.

# %%
grid = ilp.grids.square_grid(districts, cell_size=250)
cells = ilp.hotspots.gi_star(burglaries, grid=grid)
_ = ilp.charts.gi_star(cells, boundary=boundary)

# %% item="p9"
### BEGIN SOLUTION
coarse = ilp.grids.square_grid(districts, cell_size=500)
cells = ilp.hotspots.gi_star(burglaries, grid=coarse)
p9 = len(cells[(cells["q_value"] <= 0.05) & (cells["gi_z"] > 0)])
### END SOLUTION

# %% [markdown]
# **Talk about it in pairs.** On 250 metres no cell is hot. What did you find on the other grid? Is there a hot spot of burglaries? Say it in one sentence that names both cell sizes.

# %% [markdown]
# <a id="repeats"></a>
# ## 4. Near repeats, in half a year
#
# A ratio may come from a problem that moved through the city. So: does it hold in one half of the year? Below is the table for the whole year.

# %%
metres = [0, 1, 100, 200, 400]
days = ["0 days", "7 days", "14 days", "28 days"]
pairs = ilp.near_repeat.knox(burglaries, distances=metres, durations=days, permutations=199, rng=1)
_ = ilp.charts.knox(pairs)

# %% item="p10"
### BEGIN SOLUTION
later = burglaries[burglaries["occurred_from"] >= "2025-07-01"]
pairs = ilp.near_repeat.knox(later, distances=metres, durations=days, permutations=199, rng=1)
p10 = pairs["ratio"].iloc[0]
### END SOLUTION

# %% [markdown]
# <a id="null"></a>
# ## 5. Forecast and null model
#
# The forecast is a density of 300 metres, as in the [lesson](lesson.ipynb#forecast), now for burglaries.

# %%
by_density = partial(ilp.forecasts.retrospective_kde, bandwidth=300)
with ilp.in_words():
    scores = ilp.forecasts.score(
        burglaries, by_density, split="2025-10-01", duration="92 days", grid=grid, shares=[0.05]
    )
scores[["method", "area_share", "hits", "n", "hit_rate", "pai"]].round(2)

# %% item="p11"
### BEGIN SOLUTION
p11 = scores["pai"].iloc[0] / scores["pai"].iloc[1]
### END SOLUTION

# %% [markdown]
# <a id="moved"></a>
# ## 6. Did it move?
#
# In one quarter of the city victims were visited within two days, and locks were repaired. Burglaries in the quarter: 60 before, 41 after. In a quarter like it, without visits: 55 and 52. In
# the streets around the first: 30 and 33. Around the second: 28 and 27.

# %% item="p12"
### BEGIN SOLUTION
moved = ilp.change.weighted_displacement_difference((55, 52), (60, 41), (28, 27), (30, 33))
p12 = moved["estimate"].iloc[2]
### END SOLUTION

# %% [markdown]
# Show `moved` in a cell of your own and look at `low` and `high`. Would you write “the visits prevented twelve burglaries”? What would you write?
#
# **Ready for the exam?** If a line of code was a riddle, go back to it in the lesson, change one word, and see what happens. Then go to the [exam](exam.ipynb).
