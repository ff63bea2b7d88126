# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Near repeats: does one burglary bring the next?
#
# **What you get:** whether an offence raises the risk at the same address and next door, how near, and for how long; which
# incidents hang together; and what may be done with that.
#
# **How long:** ten minutes with the invented city, half an hour with your own file. The computer needs some seconds.
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
OFFENCE = "Residential burglary"  # None: all offences
DISTANCES = [0, 1, 100, 200, 300, 400]  # metres; the first band, below 1 m, is the same address
DURATIONS = ["0 days", "7 days", "14 days", "21 days", "28 days", "35 days", "42 days", "49 days", "56 days"]
NEAR = 200  # metres: what counts as near in sections 3 to 5
SOON = "28 days"  # what counts as soon in sections 4 and 5
SOURCE = "Kelovar register (invented data)"  # stands under each figure

# %%
import pandas as pd
from IPython.display import display

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.dissemination.product.profile_facts import select

i18n.use(LANGUAGE)

# %% [markdown]
# ## 1. Are places and times known well enough?
#
# The question is about one street and one week. So the file must know places to the house, and times to the day.

# %%
intake = ilp.read_incidents(INCIDENTS, columns=COLUMNS, crs=CRS, timezone=TIMEZONE, wall_clock=WALL_CLOCK)
incidents = select(intake.table, () if OFFENCE is None else (OFFENCE,))
pd.crosstab(incidents["place_precision"], incidents["time_precision"])

# %% [markdown]
# Rows of this table are places, columns are times.
#
# - Most rows `snapped`: the register, or whoever published the file, put many addresses on one point. "The same address"
#   then means "the same street", and the first band below is worth nothing. Believe only bands much wider than the street.
# - `month`: nothing about days is known, so these rows are left out below. Where most rows are `month`, stop here.
# - Rows `area` or `none`: no place, so they are left out and counted.
#
# Many burglaries are known only as a span: out at eight, home at six. Each is put in the middle of its span. The table shows
# how long the spans are, in hours: if a tenth are longer than your first band of time, make that band wider.

# %%
incidents = incidents[incidents["time_precision"] != "month"]
hours = (incidents["occurred_to"] - incidents["occurred_from"]) / pd.Timedelta(hours=1)
hours.quantile([0.5, 0.75, 0.9]).round(1).to_frame("hours")

# %% [markdown]
# ## 2. More than chance?
#
# Every incident is paired with every other. How many pairs are both near and soon? Then the dates are dealt anew among the
# places, 999 times: that is what chance would make. The *ratio* in each box is recorded pairs to chance pairs, and 1 means
# as chance. (This is the Knox test.)

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    table = ilp.near_repeat.knox(incidents, distances=DISTANCES, durations=DURATIONS, rng=1)
    _ = ilp.charts.knox(table, foot=f"{SOURCE}.")

# %% [markdown]
# **How to read it:** start at the top left, the same address within a week. Follow the row to the right: how long until the
# ratio is back at 1? Follow the column down: how far does it reach?
#
# **How it misleads:**
#
# - *Pairs are counted, not households.* Five burglaries in one stairwell within a week are ten pairs.
# - *A moving problem looks alike.* Where a whole quarter was hit in spring and another in autumn, near pairs abound, though no
#   burglary brought the next. Run it again for each half of the period: the ratio should stay.
# - *Small excesses are "significant" in big files.* Below a ratio of 1.2, shrug, whatever the stars say.
# - *It does not say why.* The same burglars coming back, or a house that is easy for anybody: both look like this.

# %% [markdown]
# What was decided on the way, and how many rows could not take part:

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    pairs = ilp.near_repeat.knox(incidents, distances=DISTANCES, durations=DURATIONS, permutations=0)
    print(ilp.explain(pairs, "n_used", "left_out", "time", "bands", "metric", "spans_longer_than_first_band"))

# %% [markdown]
# ## 3. How soon does it fade?
#
# The half-life is the time in which the excess falls by half. It says how long a warning or a repaired lock is urgent.
# Before it comes `low`, after it `high`: the ends of its 95 % interval.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    pairs = ilp.near_repeat.knox(incidents, distances=DISTANCES, durations=DURATIONS, permutations=0)
    fading = ilp.near_repeat.half_life(pairs, within=NEAR)
    days = pd.Series({"low": fading.low, "half_life": fading.half_life, "high": fading.high})
    display((days / pd.Timedelta(days=1)).round(1).to_frame("days"))

# %% [markdown]
# **How it misleads:** the bands of time must reach well past the fading: a half-life longer than half of your last band is no
# answer, and an empty cell means that the bands cannot tell. Pairs share incidents, so the true interval is wider than this one.

# %% [markdown]
# ## 4. Which incidents hang together?
#
# Two incidents are linked if they are near *and* soon, as you set in the first cell; links make series. An incident that is
# over before another begins, nearby, is its forerunner.

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    series = ilp.near_repeat.chains(incidents, distance=NEAR, duration=SOON)
    print(ilp.charts.describe_chains(series))
    _ = ilp.charts.chains(series, foot=f"{SOURCE}.")

# %% [markdown]
# One series as an example, the longest:

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    series = ilp.near_repeat.chains(incidents, distance=NEAR, duration=SOON)
    longest = series[series["series_n"].eq(series["series_n"].max()).fillna(False)].sort_values(
        "occurred_from"
    )
    display(longest[["incident_id", "occurred_from", "occurred_to", "role"]].head(12))

# %% [markdown]
# Where the longest series holds hundreds, the links are too loose for so dense a city: lower `NEAR` or `SOON`.
#
# **How it misleads:** a series is a way of drawing lines, no evidence that one person did it. Chance makes series, too: that is
# what section 2 is for. Links join to links, so the ends of a long series can be far apart.

# %% [markdown]
# ## 5. Where and when did they come thick?
#
# Groups of at least five incidents, each near and soon to enough others (ST-DBSCAN). Good for looking back at a spate: when
# did it begin, when did it end?

# %%
with ilp.in_words():
    ilp.enough_points(incidents)
    grouped = ilp.near_repeat.st_dbscan(incidents, distance=NEAR, duration=SOON, min_points=5)
    groups = grouped.dropna(subset="cluster").groupby("cluster")["occurred_from"].agg(["size", "min", "max"])
    display(groups.rename(columns={"size": "n", "min": "first", "max": "last"}).head(15))

# %% [markdown]
# **How it misleads:** in a dense quarter chance makes such groups all the time. Try half and double the distance: a spate that
# vanishes was never there.

# %% [markdown]
# ## 6. What to do with it, and what not
#
# **Do.** Whoever was burgled is the one most likely to be burgled next, and the neighbours come after. So:
#
# - visit victims within the half-life, best within a day or two: lock, light, key, a word on what was taken and may be
#   replaced;
# - tell the neighbours within the distance at which the ratio stays above 1.2, in words that cause no panic;
# - measure it: how many victims were visited in time, and how many were burgled again, against an area without visits.
#
# **Do not.**
#
# - Do not send patrols after yesterday's points. No list of "addresses at risk" and no forecast leaves this screen: records
#   follow reporting and patrols, and a test of that comes first.
# - Do not suspect who lives there, or who happens to be there. Nearness in space and time says nothing about a person.
# - Do not publish series or their points: two dates and a street name a household. What leaves goes through the gate of a
#   case (*The whole cycle*).
