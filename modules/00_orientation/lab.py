# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **What you will do:** let the doctor look at this computer, draw a map of an invented city, and practise what to do when something fails.
#
# **How long:** half an hour.

# %% [markdown]
# <a id="doctor"></a>
# ## 1. The doctor
#
# The next cell tries what the toolkit needs and takes a few seconds. In the second column should stand **good**. Where **mend** stands, the last column
# says what to do; **look** names something that most work does without.

# %% tags=["words"]
HEADS = ["what was tried", "verdict", "what was found", "what to do"]

# %%
import pandas as pd

from ilp_toolkit.cli.doctor import VERDICTS, examine
from ilp_toolkit.i18n import _


def left(table):
    """Show a table with its words to the left."""
    return table.style.hide(axis="index").set_table_styles(
        [{"selector": "th, td", "props": "text-align: left"}]
    )


rows = [(one.name, _(VERDICTS[one.verdict]), one.found, one.fix) for one in examine()]
left(pd.DataFrame(rows, columns=HEADS))

# %% item="p4"

# %% [markdown]
# <a id="map"></a>
# ## 2. A first map
#
# Kelovar is a city that does not exist, in the middle of an ocean. Its register counts thefts from vehicles. The next cell reads the districts and the
# counts from your folder and draws them. It takes a few seconds.

# %% tags=["words"]
TITLE = "Thefts from vehicles: most are recorded in Gumrel"
SUBTITLE = "Recorded thefts by district, Kelovar, 2025"
FOOT = "Source: invented register. What nobody reported is not in it."
LEGEND = "Recorded thefts"
TABLE = ["district", "recorded thefts", "households", "per 1,000 households"]
LEFT_OUT = "Without a district, and therefore not on the map: {n}"

# %%
import geopandas as gpd

from ilp_toolkit import i18n
from ilp_toolkit.views import static

districts = gpd.read_file(course.data("districts.geojson")).to_crs("EPSG:32742")
counts = pd.read_csv(course.data("thefts.csv"), keep_default_na=False).set_index("area")["n"]
districts["n"] = districts["area"].map(counts)
districts["name"] = districts["name_ru"] if i18n.current() == "ru" else districts["area"]
_axes = static.area_map(districts, name="name", title=TITLE, subtitle=SUBTITLE, foot=FOOT, legend=LEGEND)

# %%
districts["rate"] = 1000 * districts["n"] / districts["households"]
table = districts.sort_values("n", ascending=False)[["name", "n", "households", "rate"]].set_axis(
    TABLE, axis="columns"
)
written = {TABLE[2]: i18n.number, TABLE[3]: lambda share: i18n.number(share, 1)}
left(table).format(written).set_caption(LEFT_OUT.format(n=counts.get("", 0)))

# %% [markdown]
# **How a map misleads:** it shows what was recorded, not what happened. It shows counts, unless somebody divides them. And whoever looks at a dark
# district begins to look for reasons there, before any question was asked.

# %% item="p5"

# %% [markdown]
# <a id="trial"></a>
# ## 3. Hand in
#
# First in the head, then for real: after this question open the notebook **exam**. It is a trial without points.

# %% item="p6"
