# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # From a crime file to a problem profile
#
# **What you get:** a report of what is wrong with your file, when and where the problem is, and a product folder that a
# decision-maker can read without the internet.
#
# **How long:** ten minutes with the invented city, half an hour with your own file.
#
# **How to use it:** copy this notebook, change the next cell, then choose *Run → Run All Cells*. Nothing else has to be
# changed. Everything stays on this computer.

# %% tags=["parameters"]
LANGUAGE = "en"  # "en" or "ru"
INCIDENTS = "../../datasets/kelovar/incidents.csv"  # your file: CSV, Excel, GeoPackage, ...
COLUMNS = None  # e.g. {"offence": "Article", "datetime": "Committed"}
CRS = None  # e.g. "EPSG:32642" where the file has X and Y in metres
TIMEZONE = "Indian/Maldives"  # e.g. "Asia/Dushanbe"
WALL_CLOCK = False  # True: the file marks local time as UTC ("Z")
OFFENCE = "Residential burglary"  # None: all offences
BOUNDARY = "../../datasets/kelovar/boundary.geojson"  # None: no boundary
AREAS = "../../datasets/kelovar/districts.geojson"  # None: no districts
CELL_SIZE = None  # metres; None: chosen for you
SOURCE = "Kelovar register (invented data)"  # stands under each figure
OUT = "../../products/notebook"  # where the product goes

# %%
import geopandas as gpd

import ilp_toolkit as ilp
from ilp_toolkit import i18n

i18n.use(LANGUAGE)

# %% [markdown]
# ## Which column is what
#
# What the headers of your file were taken for. If something is wrong or missing, choose the right column from the list,
# then go on with the next cell. The line at the end is for the first cell: with it, the next run needs no choosing.

# %%
chosen = ilp.column_mapping(INCIDENTS, columns=COLUMNS)
chosen

# %% [markdown]
# ## 1. Read the file, lose nothing
#
# Rows that cannot be used are kept apart and counted: rows read plus rows rejected always equal the rows of the file.
# Columns that look like identity (names, national ids, phones, birth dates) or special categories are set aside unless
# you ask for them by name.

# %%
intake = ilp.read_incidents(
    INCIDENTS, columns=chosen.columns, crs=CRS, timezone=TIMEZONE, wall_clock=WALL_CLOCK
)
intake

# %%
intake.report

# %% [markdown]
# Each line above is a check that found something: how many rows, where the first one stands in your spreadsheet, and what
# to do about it. **A finding is no reason to stop. It is a sentence for the limits of your product.**

# %%
intake.rejected.head(10)

# %% [markdown]
# What the reader decided for you, in words. If one of these is wrong, set it in the parameter cell and run again.

# %%
print(ilp.explain(intake))

# %% [markdown]
# ## 2. Choose the problem
#
# A map of all offences together answers no question: shop theft drowns burglary. Choose one.

# %%
intake.table["offence"].value_counts().to_frame("n")

# %%
incidents = intake.table
if OFFENCE is not None:
    incidents = incidents[incidents["offence"].str.casefold() == OFFENCE.casefold()]
len(incidents)

# %% [markdown]
# ## 3. When
#
# Hours need a known hour. Rows that know only the day, or span a night away from home, are left out of the first table and
# counted; the second spreads each of them over the hours in which it can have happened (aoristic analysis).

# %%
profile = ilp.patterns.time_profile(incidents)
print(ilp.explain(profile))
_ = ilp.charts.time_profile(profile)

# %%
aoristic = ilp.patterns.aoristic(incidents)
print(ilp.explain(aoristic))
_ = ilp.charts.time_profile(aoristic)

# %%
_ = ilp.charts.monthly_counts(ilp.patterns.month_series(incidents))

# %% [markdown]
# **Ask yourself:** does the pattern follow the crime, or the moment when it was noticed and written down?

# %% [markdown]
# ## 4. Where
#
# Each incident is counted once, in one cell. *Gi\** then asks of each cell: are there more incidents in it and its
# neighbours than an even spread would give? The *q value* allows for the fact that hundreds of cells were asked.

# %%
boundary = None if BOUNDARY is None else gpd.read_file(BOUNDARY).to_crs(incidents.crs)
cell_size = CELL_SIZE or 250
grid = ilp.grids.square_grid(incidents if boundary is None else boundary, cell_size=cell_size)
cells = ilp.hotspots.gi_star(incidents, grid=grid)
print(ilp.explain(cells))
cells.sort_values("cell_id").query("q_value < 0.05 and gi_z > 0")[["cell_id", "n", "gi_z", "q_value"]].head(
    15
)

# %%
_ = ilp.charts.hotspot_map(cells, boundary=boundary)

# %% [markdown]
# The same as a map to explore: click a cell for its numbers. It works without the internet. **This is for your screen.**
# What leaves this room goes through the next step, which hides small counts and exact points.

# %%
ilp.maps.hotspots(cells, boundary=boundary, source=SOURCE)

# %% [markdown]
# **What this does not show:** crime that was never reported; districts where people do not trust the police; and, for
# offences that the police discover themselves, it shows where the police look.

# %% [markdown]
# ## 5. The product
#
# The same command that `ilp profile` runs: the page, the PDF, tables, figures and a record of how it was made. Without a
# case it is a marked draft under public rules: small counts are suppressed and no exact point leaves.

# %%
from ilp_toolkit.collection.places import read_areas
from ilp_toolkit.direction import policy
from ilp_toolkit.dissemination.product.profile import Request, publish

request = Request(
    offences=() if OFFENCE is None else (OFFENCE,),
    boundary=boundary,
    areas=None if AREAS is None else read_areas(AREAS, language=LANGUAGE),
    cell_size=CELL_SIZE,
    source=SOURCE,
)
product = publish(intake, OUT, policy=policy.load(), request=request, source=INCIDENTS)
print(product.title, product.number, sep="\n")

# %% [markdown]
# Open `profile.html` in the folder named in `OUT`. **Before you hand it over:** read page one aloud. Would you say each
# sentence to the person whose street it is about?
