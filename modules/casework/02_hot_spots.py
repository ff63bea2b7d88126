# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Hot spots: where, and how sure
#
# **What you get:** maps of where one kind of offence was recorded, and an answer to the questions that a good chief asks
# next. Is it more than chance? Would it be there on another map? Is it new? On how few streets is it?
#
# **How long:** fifteen minutes with the invented city, an hour with your own file. The computer needs half a minute, or some minutes with
# 100,000 incidents.
#
# **How to use it:** copy this notebook, change the next cell, then choose *Run → Run All Cells*. Nothing else has to be
# changed. If your file cannot answer a question, a sentence says why, and the rest runs on. Everything stays on this
# computer, and nothing here writes a file.

# %% tags=["parameters"]
LANGUAGE = "en"  # "en" or "ru"
INCIDENTS = "../../datasets/kelovar/incidents.csv"  # your file: CSV, Excel, GeoPackage, ...
COLUMNS = None  # e.g. {"offence": "Article", "datetime": "Committed"}
CRS = None  # e.g. "EPSG:32642" where the file has X and Y in metres
TIMEZONE = "Indian/Maldives"  # e.g. "Asia/Dushanbe"
WALL_CLOCK = False  # True: the file marks local time as UTC ("Z")
OFFENCE = "Theft from vehicle"  # None: all offences
BOUNDARY = "../../datasets/kelovar/boundary.geojson"  # None: the districts, or a box around the points
AREAS = "../../datasets/kelovar/districts.geojson"  # None: no districts
STREETS = "../../datasets/kelovar/streets.geojson"  # None: no streets
CELL_SIZE = 250  # metres
PLACE_ERROR = 50  # metres by which a recorded place is typically wrong
STEP = "28 days"  # length of a step when hot spots are followed through time
SOURCE = "Kelovar register (invented data)"  # stands under each figure

# %%
import geopandas as gpd
from IPython.display import display

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.dissemination.product.profile_facts import select

i18n.use(LANGUAGE)

# %% [markdown]
# ## 1. One kind of offence, and how well its places are known
#
# The first notebook, *From a crime file to a problem profile*, looks at the file as a whole. Here we take one kind of
# offence: different offences gather in different places for different reasons, and a map of all of them answers nothing.

# %%
intake = ilp.read_incidents(INCIDENTS, columns=COLUMNS, crs=CRS, timezone=TIMEZONE, wall_clock=WALL_CLOCK)
incidents = select(intake.table, () if OFFENCE is None else (OFFENCE,))
incidents["place_precision"].value_counts().to_frame("n")

# %% [markdown]
# `exact` is a place of its own, `snapped` a point shared by many (the middle of a street, a crossing), `area` only a
# district, `none` nothing at all. Rows without a point are on no map below, but each result counts them. **With fewer than
# about a hundred points, read the counts and stop there:** chance draws hot spots, too.
#
# The next question decides what all the maps show: who noticed these offences?

# %%
incidents["origin"].value_counts().to_frame("n")

# %% [markdown]
# `reported` was noticed by the public. `discovered` was noticed by the police, so its map is a map of where the police
# were. Treat `unknown` as `discovered`. Where most rows are not `reported`, nothing below is about crime.

# %% [markdown]
# ## 2. How many, by district
#
# Rows with a point are placed by it, all others by the name of their district: this works without coordinates, too.
# **How it misleads:** districts differ in people, homes and parked cars, and in how readily people call the police.

# %%
areas = None if AREAS is None else ilp.places.read_areas(AREAS, language=LANGUAGE)
boundary = areas if BOUNDARY is None else gpd.read_file(BOUNDARY)
streets = None if STREETS is None else gpd.read_file(STREETS)
if incidents.crs is not None:
    areas, boundary, streets = (
        None if layer is None else layer.to_crs(incidents.crs) for layer in (areas, boundary, streets)
    )

# %%
if areas is not None:
    with ilp.in_words():
        located = ilp.places.locate(incidents, areas=areas)
        by_district = ilp.hotspots.count_by_area(located.table, areas)
        _ = ilp.charts.area_map(by_district, foot=f"{SOURCE}.")

# %% [markdown]
# ## 3. How many, by cell
#
# A grid over the whole area, quiet parts included: a grid over the points alone would make every street look hot. Each
# incident counts once, in one cell.

# %%
grid = None
with ilp.in_words():
    ilp.enough_points(incidents, least=1)
    grid = ilp.grids.square_grid(incidents if boundary is None else boundary, cell_size=CELL_SIZE)
    counts = ilp.hotspots.count(incidents, grid=grid)
    print(ilp.explain(counts, "cell_size", "cells", "crs", "n_used", "left_out", "outside"))
    _ = ilp.charts.hotspot_map(counts, boundary=boundary, areas=areas, foot=f"{SOURCE}.")

# %% [markdown]
# **How it misleads:** a cell can be high because a register puts a whole street on one point, because a border of the grid
# happens to fall well, or by chance. Sections 5 to 7 ask about each of these.

# %% [markdown]
# ## 4. How dense
#
# A density map smooths the points with a bell of a certain width, the bandwidth. The width decides what you see. Below,
# the same points with two rules: *Scott's rule* looks at the spread of all points and smooths much; *likelihood* asks which
# width best foretells points that were left out.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    smooth = ilp.hotspots.kde(incidents, grid=grid, bandwidth="scott")
    print(ilp.explain(smooth, "bandwidth", "bandwidth_rule"))
    _ = ilp.charts.density_map(smooth, boundary=boundary, foot=f"{SOURCE}.")

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    sharp = ilp.hotspots.kde(incidents, grid=grid, bandwidth="likelihood")
    print(ilp.explain(sharp, "bandwidth", "bandwidth_rule"))
    _ = ilp.charts.density_map(sharp, boundary=boundary, foot=f"{SOURCE}.")

# %% [markdown]
# **How it misleads:** any bandwidth makes a handsome map, of pure chance too, and no test comes with it. It also paints
# ground where nothing happened. Never compare two density maps with different bandwidths, and never cut one at a colour and
# call the piece a hot spot. For a hot spot you need the next section.

# %% [markdown]
# ## 5. Is it more than chance?
#
# First one question about the whole map: do busy cells lie next to busy cells? *Moran's I* is near 0 where they lie
# anywhere, and rises towards 1 as they gather. A small `p_value` is hardly news, since crime nearly always gathers.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    whole = ilp.hotspots.moran(incidents, grid=grid)
    print(
        f"I = {whole.i:.2f}", "p_value < 0.001" if whole.p_value < 0.001 else f"p_value = {whole.p_value:.3f}"
    )

# %% [markdown]
# Then one question about each cell: do it and its neighbours hold more than a shuffled map would give them? That is *Gi\**;
# the map is really shuffled, 99,999 times. Hundreds of cells are hundreds of questions, and of a hundred, five come out
# "significant" by luck alone. The `q_value` allows for that. Compare the two numbers of cells:

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    cells = ilp.hotspots.gi_star(incidents, grid=grid, permutations=99_999, rng=1)
    hot = cells[cells["gi_z"] > 0]
    print(
        "p_value < 0.05:", (hot["p_value"] < 0.05).sum(), "  q_value < 0.05:", (hot["q_value"] < 0.05).sum()
    )
    _ = ilp.charts.gi_star(cells, boundary=boundary, foot=f"{SOURCE}.")

# %% [markdown]
# **How it misleads:** it compares with an even spread over the whole area, and people, cars and shops are not spread
# evenly. A hot spot of thefts from vehicles may be a car park. It is a place to ask about, not a place that is to blame.
#
# The same on a map to explore on the screen; click a cell for its numbers.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    cells = ilp.hotspots.gi_star(incidents, grid=grid, permutations=99_999, rng=1)
    display(ilp.maps.gi_star(cells, boundary=boundary, source=SOURCE))

# %% [markdown]
# ## 6. Would it be there on another map?
#
# The grid could have begun 100 m further east, the cells could be larger, other weeks could have been recorded. Here the
# map is made a few hundred times with such changes. *Stability* is the share of these maps in which the cell is hot. (Here and
# in section 7 the maps are not shuffled but taken by a quick approximation, so there are more cells than in section 5.)

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    stable = ilp.hotspots.stability(incidents, grid=grid, rng=1)
    _ = ilp.charts.stability(stable, boundary=boundary, foot=f"{SOURCE}.")

# %% [markdown]
# Near 1 the hot spot is in the events; near 0.5 it is in your settings. **How it misleads:** it is no probability that
# something will happen there, and a mistake in the register is perfectly stable.

# %% [markdown]
# ## 7. What if the places are a little wrong?
#
# A clerk's pin is rarely on the spot. Here every incident is moved about by the error you gave as `PLACE_ERROR`, again and
# again, and each cell keeps the whole range of its results.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    uncertain = ilp.hotspots.uncertain(incidents, grid=grid, error=PLACE_ERROR, rng=1)
    _ = ilp.charts.uncertainty(uncertain, boundary=boundary, foot=f"{SOURCE}.")

# %% [markdown]
# **How it misleads:** it knows only the error that you told it. Ask the people who keep the register how places are entered,
# and try twice your first guess.

# %% [markdown]
# ## 8. New, lasting or fading?
#
# The period is cut into steps, Gi\* is asked in each, and a test looks for a rise or a fall. It needs ten steps at least;
# whole weeks keep the weekends alike.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    in_time = ilp.hotspots.classify(incidents, grid=grid, step=STEP)
    _ = ilp.charts.spot_classes(in_time, boundary=boundary, foot=f"{SOURCE}.")

# %% [markdown]
# **How it misleads:** with less than two years a season passes for a trend, and steps remember each other, so the test is
# too ready to find something. *New* means new in the records: ask first whether recording changed.

# %% [markdown]
# ## 9. Its outline
#
# Cells cut a hot spot where their edges fall. Here a dense area is outlined where it lies: at least 20 incidents, each
# within 100 m of the next.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    outlines = ilp.hotspots.areas(incidents, distance=100, min_points=20)
    _ = ilp.charts.hot_areas(outlines, boundary=boundary, foot=f"{SOURCE}.")

# %% [markdown]
# **How it misleads:** the areas were sought where incidents are dense, so no fair test of them is possible; with another
# distance there are other areas. Look at `places`: many incidents at one or two places are an address with a problem, not a
# quarter.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    outlines = ilp.hotspots.areas(incidents, distance=100, min_points=20)
    display(outlines[["area", "n", "places", "km2"]].round(3).head(10))

# %% [markdown]
# ## 10. How concentrated?
#
# "Half of it on a few per cent of the city" sounds strong, but few incidents on many cells are concentrated by arithmetic.
# So each share stands beside what chance alone would give: a `value` between `expected_low` and `expected_high` is no
# finding.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    counts = ilp.hotspots.count(incidents, grid=grid)
    concentration = ilp.concentration.summary(counts["n"], rng=1)
    display(concentration[["measure", "share", "value", "expected_low", "expected_high"]].round(3))

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    counts = ilp.hotspots.count(incidents, grid=grid)
    curve = ilp.concentration.lorenz(counts["n"])
    _ = ilp.charts.lorenz(curve, summary=ilp.concentration.summary(counts["n"], rng=1), foot=f"{SOURCE}.")

# %% [markdown]
# **How it misleads:** cells differ. Some are half river or field, and a large car park has more of everything.

# %% [markdown]
# ## 11. Along which streets?
#
# Crime lies along streets, so a street is often the better place to talk about. This needs a layer of street segments.

# %%
if streets is not None:
    with ilp.in_words():
        ilp.enough_points(incidents)
        segments = ilp.streets.hot_streets(incidents, streets)
        print(ilp.explain(segments, "snapped", "too_far_from_streets", "ties"))
        _ = ilp.charts.hot_streets(segments, foot=f"{SOURCE}.")

# %% [markdown]
# **How it misleads:** long segments lead by length alone, and incidents at crossings (equally near to several streets) belong to no
# street more than to another.

# %% [markdown]
# ## 12. What to say, and what not
#
# Say it only if you can answer yes to each:
#
# 1. The cell is hot by `q_value` (section 5), **and** stable (section 6), **and** hot in most of the maps with moved points
#    (section 7).
# 2. The offences were reported by the public (section 1).
# 3. Somebody who knows the place agrees that it exists, and can say what is there: a car park, a bus stop, a bar.
# 4. You say "recorded", you say for which dates, and you say what would make you change your mind.
#
# Say "more is recorded here than elsewhere, and this holds however we draw the map". Do not say "thieves live here", "it will
# happen here", or "send the patrol here". A map of the past allots no patrol. That takes a test of reporting
# bias, and a decision by somebody who answers for it.
#
# **To pass something on**, make a profile with the first notebook, or take it through a case (*The whole cycle*). What
# leaves this room goes through a gate that hides small counts and exact points; nothing on this page has passed it.
