# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---
# %% [markdown]
# # Links: who and what is connected in what was collected
#
# **What you get:** from a file of links to a chart, what each link rests on, cut-points and brokers, how firm all of that is if links
# are missing, ways between two points with their evidence, a timeline, calls if a court allowed them, and files for i2 that may leave.
#
# **How long:** twenty minutes with the invented network, an hour with your own file. The computer needs half a minute.
#
# **How to use it:** copy this notebook, change the next cell, then choose *Run → Run All Cells*. Nothing else has to be
# changed. If your file cannot answer a question, a sentence says why, and the rest runs on. Everything stays on this computer,
# and nothing is written but the product of the last section.
#
# **The one sentence to keep:** position in collected data, not culpability. Who was watched has more links. Tables come in the order of
# ids, and victims, witnesses and people whose role nobody wrote stay out of their rows.

# %% tags=["parameters"]
LANGUAGE = "en"  # "en" or "ru"
LINKS = "../../datasets/network/links.csv"  # your file: a list, a matrix, GraphML, GEXF, ANX, statements
COLUMNS = None  # e.g. {"source": "Who", "target": "Whom"}
ENTITIES = "../../datasets/network/entities.csv"  # types and roles; None: not known
NOT_USABLE = ["R25-025", "R25-042", "R25-047"]  # items that must not be used (ill-treatment, unlawful)
WEIGHT = None  # "weight" where it counts as a strength; None: each link is one step
GROUP = "role"  # what brokers stand between: "role", "type", or a column of the entities
ENDS = ["P-03", "P-26"]  # two ids to look for ways between; None: none
ONTO = "person"  # what stays when a network of two kinds is folded onto one
CALLS = "../../datasets/network/calls.csv"  # None: no calls
AUTHORISATION = "../../datasets/network/authorisation.json"  # who allowed which numbers, from when to when
NAMES = False  # True: names on the chart, for those who may see them
DRAWS = 100  # how often gaps are drawn at random
CASE = "training"  # the folder of your case; "training": an invented one
HANDLING = "internal"  # marking of the file: of each item that has none of its own
AUDIENCE = "agency"  # for whom the product is
SOURCE = "Reports and statements of the invented world"  # stands under each figure
OUT = "../../products/links"  # where the product goes; None: look only

# %%
import json
from pathlib import Path

import pandas as pd
from IPython.display import display

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.errors import DisclosureError, InputError

i18n.use(LANGUAGE)
pd.set_option("display.max_colwidth", None)
FOOT = f"{SOURCE}."


def listed(table):
    """Write items and grades one after the other, as a reader would."""
    return table.map(lambda cell: ", ".join(map(str, cell)) if isinstance(cell, tuple) else cell)


# %% tags=["words"]
NO_ENDS = "No two ids were given."
NO_CALLS = "No calls were given, or no authorisation for them."
NO_DATES = "No link has a date."

# %% [markdown]
# ## 1. Read the links, keep what they rest on
#
# Each row keeps its items, its grade, its day and its handling; nothing is merged at reading. What is odd is counted:

# %%
intake = ilp.read_links(LINKS, columns=COLUMNS, entities=ENTITIES)
intake.report[["check", "n", "share", "first_row", "remedy"]]

# %%
print(ilp.explain(intake, "layout", "columns", "scale", "directed", "directed_by", "set_aside"))

# %% [markdown]
# What rests on nothing but items that must not be used goes out first: information obtained by ill-treatment or unlawfully is used for
# nothing, and no grade mends it.

# %%
links = intake.table
entities = intake.entities


def usable(items):
    """Say whether something stands on any item that may be used, or on none that is known."""
    return not (isinstance(items, tuple) and items) or not set(items) <= set(NOT_USABLE)


links = links[links["item_ids"].map(usable)]
entities = entities[entities["item_ids"].map(usable)]
print(len(intake.table), "→", len(links), " ", len(intake.entities), "→", len(entities))
graph = ilp.networks.graph_from_links(links, entities=entities)
pd.crosstab(entities["type"], entities["role"])

# %% [markdown]
# ## 2. The chart
#
# A sign for each type, a line by how firm the link is. Nobody is drawn larger for having more links. Large networks are drawn as parts.

# %%
with ilp.in_words():
    _ = ilp.charts.link_chart(graph, names=NAMES, foot=FOOT)

# %%
grades = links["grade"].fillna("–").astype(str).value_counts().sort_index()
grades.to_frame("n")

# %% [markdown]
# **When not to trust it:** no line means that none was collected. A middle place is where those stand who were watched most. Three links
# from one mouth are one source: look at the items, not at the number of lines.

# %% [markdown]
# ## 3. Positions, in the order of ids
#
# `degree` counts links, `betweenness` how many shortest ways pass, `closeness` how near all others are, `constraint` how much the
# contacts know each other. The choices below say who has no row; of networks with persons in them only these are shown here.

# %%
with ilp.in_words():
    central = ilp.networks.centralities(graph, weight=WEIGHT, weight_is="strength")
    print(ilp.explain(central, "warning", "rows_in_order", "roles", "left_out", "n", "n_edges"))
    shown = ["degree", "betweenness_normalised", "closeness_normalised", "constraint"]
    persons = central["entity_id"].isin(entities.loc[entities["type"] == "person", "entity_id"])
    rows = persons if persons.any() else ~persons
    display(central[rows].set_index("entity_id")[shown].round(3).head(30))

# %% [markdown]
# **When not to trust it:** a stolen passport makes a victim the most connected of all, and those who give orders keep away from
# telephones. No table of these numbers is a list of people to look for.

# %% [markdown]
# ## 4. How firm is that?
#
# Links and vertices are taken away at random. `top_overlap` is the share of the first ten that stay among the first ten;
# `correlation` compares all.

# %%
with ilp.in_words():
    firm = ilp.networks.rank_stability(graph, draws=DRAWS, rng=1)
    print(ilp.explain(firm, "draws", "top", "not_shown"))
    display(firm.network.round(2))

# %% [markdown]
# And single positions: how often a vertex stays in its band (first ten, upper half, lower half) when a tenth of the links is missing.
# Those that stay in fewer than eight of ten draws have no position to speak of:

# %%
with ilp.in_words():
    single = firm.vertices.query("measure == 'betweenness' and error == 'missing_edges' and level == 0.1")
    loose = single[single["band_kept"] < 0.8].set_index("entity_id")
    print(len(loose), "/", len(single))
    display(loose[["band_kept", "rank_low", "rank_high"]].round(2).head(15))

# %% [markdown]
# **When not to trust it:** here gaps are random. Real ones are not: who is not watched is missing whole. So real positions are less firm.

# %% [markdown]
# ## 5. Cut-points and bridges
#
# Without which a part of the network falls off. `n` is on how many links a bridge stands: one is one report.

# %%
with ilp.in_words():
    cuts = ilp.networks.cut_points(graph)
    print(min(30, len(cuts)), "/", len(cuts))
    display(cuts.set_index("entity_id")[["parts", "cut_off"]].head(30))

# %%
with ilp.in_words():
    bridges = ilp.networks.cut_points(graph, of="edges")
    print(min(15, len(bridges)), "/", len(bridges))
    display(bridges.head(15))

# %% [markdown]
# **When not to trust it:** one more report, and a cut-point may be none. It says what to collect next, not whom to arrest.

# %% [markdown]
# ## 6. Between which groups
#
# Open two-step ways by group (`GROUP`): *coordinator* inside one, *gatekeeper* into one's own, *representative* out of it, *liaison* between
# two others. Beside each stands what chance would give.

# %%
with ilp.in_words():
    between = ilp.networks.brokers(graph, group=GROUP)
    print(ilp.explain(between, "group", "n_groups", "without_group", "expected"))
    columns = ["group", "coordinator", "coordinator_expected", "liaison", "liaison_expected", "total"]
    display(between[between["total"] > 0].set_index("entity_id")[columns].round(1).head(20))

# %% [markdown]
# **When not to trust it:** the missing link between the two others is often one that nobody collected.

# %% [markdown]
# ## 7. Ways between two points, with their evidence
#
# All shortest ways, a row a link, with items and grades. A way is no better than its weakest link, and grades are never added up.

# %%
with ilp.in_words():
    if ENDS is None:
        raise InputError(NO_ENDS)
    ways = ilp.networks.paths(graph, ENDS[0], ENDS[1], most=20)
    print(ilp.explain(ways, "paths", "more_paths", "length", "grades"))
    display(listed(ways[["path", "step", "source", "target", "kind", "n", "item_ids", "grades"]].head(15)))

# %% [markdown]
# **When not to trust it:** in most networks anybody reaches anybody in a few steps. A way in a file is no chain of orders, of knowledge or
# of guilt, and the shortest is not the likeliest.

# %% [markdown]
# ## 8. What happened when
#
# Dated links in order, each with what it rests on. A gap may be a pause of theirs, or of those who watched.

# %%
with ilp.in_words():
    order = ilp.networks.timeline(links)
    if order.empty:
        raise InputError(NO_DATES)
    print(ilp.explain(order, "links", "without_date", "quiet", "quiet_gaps", "longest_gap", "not_shown"))
    months = order["date"].dt.to_period("M").value_counts().sort_index().rename_axis("month")
    display(months.to_frame("n").T)
    display(listed(order[["date", "source", "target", "kind", "item_ids", "grade"]].tail(8)))

# %%
with ilp.in_words():
    _ = ilp.charts.timeline(order, foot=FOOT)

# %% [markdown]
# ## 9. Folded onto one kind
#
# Who meets at the same events, firms, vehicles. A meeting of many counts little for each pair.

# %%
with ilp.in_words():
    folded = ilp.networks.two_mode(graph, onto=ONTO)
    print(ilp.explain(folded))

# %% [markdown]
# **When not to trust it:** to be at one place is no tie, and one crowd makes a cluster by itself. The last lines above say how much of the
# picture the folding makes alone.

# %% [markdown]
# ## 10. Calls, if a court allowed them
#
# Without an authorisation no call is read. With one, rows outside its numbers and dates are refused and counted, and all other numbers
# stay pseudonyms.

# %%
with ilp.in_words():
    if CALLS is None or AUTHORISATION is None:
        raise InputError(NO_CALLS)
    allowed = ilp.calls.Authorisation(**json.loads(Path(AUTHORISATION).read_text(encoding="utf-8")))
    calls = ilp.calls.read_calls(CALLS, authorisation=allowed)
    display(calls.report[["check", "n", "remedy"]])

# %%
patterns = None
with ilp.in_words():
    if CALLS is None or AUTHORISATION is None:
        raise InputError(NO_CALLS)
    patterns = ilp.networks.call_patterns(calls)
    print(ilp.explain(patterns, "n", "authorised_numbers", "within_time", "burst_times", "not_shown"))
    _ = ilp.charts.call_hours(patterns, foot=FOOT)
    _ = ilp.charts.call_bursts(patterns, foot=FOOT)

# %%
if patterns is not None:
    display(patterns.together)

# %% [markdown]
# **When not to trust it:** a call says that two devices were connected, not who spoke or of what. One cell is not one place. The number
# that all call may be a taxi firm.

# %% [markdown]
# ## 11. What may leave
#
# Nothing above has passed a gate. From a case links go out as GraphML, GEXF, CSV, for i2 and as a page to click on (`chart.html`), each with
# its grade and handling, and only to those who may see single records. Items whose marking forbids it, or sets conditions that somebody must meet first, are left out here and
# counted; what has no marking gets that of the file.
#
# The texts below are yours to write: how good the file is, for what the product is made, and who else has seen it (`SECOND`).

# %% tags=["words"]
QUALITY = "links taken from reports and statements by one analyst; what nobody reported is not in it"
PURPOSE = "tasking"
STATEMENT = ""
SECOND = ""


# %%
def marked(table):
    """Give the marking of the file to what has none, and keep what may go to the audience."""
    marks = table.get("handling", pd.Series("", index=table.index)).fillna("").astype(str).str.strip()
    table = table.assign(handling=marks.where(marks != "", HANDLING))
    read = table["handling"].map(lambda mark: ilp.handling.parse(mark, originator=""))
    return table[read.map(lambda one: one.permits(AUDIENCE) and "conditions_apply" not in one.conditions)]


if OUT is not None:
    things = marked(entities)
    going = marked(links)
    going = going[going["source"].isin(things["entity_id"]) & going["target"].isin(things["entity_id"])]
    print(len(links), "→", len(going))
    case = ilp.open_case(CASE)
    material = case.collect(
        going,
        reader=ilp.read_links,
        entities=things,
        quality=QUALITY,
        handling=HANDLING,
        name=Path(LINKS).name,
    )
    with ilp.in_words():
        try:
            product = ilp.release_links(
                material,
                OUT,
                audience=AUDIENCE,
                author=case.owner,
                purpose=PURPOSE,
                statement=STATEMENT,
                source=SOURCE,
                second_person=SECOND,
            )
            print(*sorted(path.name for path in product.iterdir()))
        except DisclosureError as refusal:
            print(refusal)

# %% [markdown]
# **Before you hand it over:** for each line, could you say which item it rests on, and would you say it to the person at its end?
