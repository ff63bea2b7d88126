# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---
# %% [markdown]
# # Seizures: how a drug moves, and how sure that is
#
# **What you get:** from a file of drug seizures to links between countries, estimated flows with intervals, prices as a second
# witness, corridors and posts, what a reinforced post moved, and a route assessment that may leave.
#
# **How long:** twenty minutes with the invented world, an hour or two with your own file. The computer needs half a minute.
#
# **How to use it:** copy this notebook, change the next cell, then choose *Run → Run All Cells*. Nothing else has to be
# changed. If your file cannot answer a question, a sentence says why, and the rest runs on. Everything stays on this computer,
# and nothing is written but the product of the last section.
#
# **The one sentence to keep:** seizures are not flows. What is seized is what passes × what is found of it × what is reported of that.

# %% tags=["parameters"]
LANGUAGE = "en"  # "en" or "ru"
SEIZURES = "../../datasets/seizures/seizures.csv"  # your file: CSV, Excel, an export of UNODC, ...
COLUMNS = None  # e.g. {"date": "Day", "country": "State", "amount": "Weight"}
DRUG = "heroin"  # a group, a wording of your file, "opiates" together, or "": chosen for you
YEARS = None  # first and last, e.g. [2011, 2013]; None: all
PRODUCERS = ["XB"]  # codes of the countries that make it, as "AF"; []: a list of the toolkit's
DEMAND = "../../datasets/seizures/demand.csv"  # what countries use in a year: country, kg; None: not known
PRICES = "../../datasets/seizures/prices.csv"  # None: no prices
EFFORT = "../../datasets/seizures/effort.csv"  # hours of work by post and month; None: not known
ROADS = "../../datasets/seizures/roads.csv"  # source, target, km, hours; None: the package's, of Central Asia
PLACES = "../../datasets/seizures/places.csv"  # what lies on those roads; goes with ROADS
REINFORCED = ["Murgosin", "2024-07-01"]  # a post of PLACES, and from when; None: none
DRAWS = 500  # how often chance is drawn anew for an interval
CASE = "training"  # the folder of your case; "training": an invented one
AUDIENCE = "agency"  # for whom the product is
SOURCE = "Registers of the Three Borders (invented data)"  # stands under each figure
WITHOUT = []  # parts to leave out of the product, as "posts"
OUT = "../../products/routes"  # where the product goes; None: look only

# %%
import datetime as dt

import networkx as nx
import pandas as pd
from IPython.display import display

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.collection import sidetables
from ilp_toolkit.direction import policy
from ilp_toolkit.dissemination.product import routes_facts, routes_network
from ilp_toolkit.errors import InputError

i18n.use(LANGUAGE)
pd.set_option("display.max_colwidth", None)
FOOT = f"{SOURCE}."

# %% tags=["words"]
NO_PRICES = "No prices were given."
NO_HOURS = "No hours of work were given."
NO_ROADS = "No roads were given, and those of the package do not cover these countries."
NO_LINK = "None of the links leads between countries on these roads."
NO_POST = "No reinforced post was given."

# %% [markdown]
# ## 1. Read the file, and count its traps
#
# Rows read plus rows rejected are the rows of the file, always. Rows that look wrong are flagged and stay: the same seizure in grams
# and in kilograms, an amount without a unit, “Other” for a country, a record that names its own country as departure.

# %%
intake = ilp.read_seizures(SEIZURES, columns=COLUMNS)
intake.report[["check", "n", "share", "first_row", "remedy"]]

# %% [markdown]
# Each line is a check that found something: how many rows, where the first one stands in your spreadsheet, what to do. What the reader
# decided for you, in words:

# %%
print(
    ilp.explain(
        intake,
        "columns",
        "decimal",
        "month_first",
        "unit_from_header",
        "units_without_weight",
        "countries_unresolved",
        "drugs_unlisted",
        "set_aside",
    )
)

# %% [markdown]
# Now one drug, each seizure once. Second entries of one seizure in another unit and weights far beyond all others are left out; the
# counts say how many. With `DRUG = "opiates"` heroin, morphine and opium are taken together as heroin equivalent.

# %%
request = routes_facts.Request(
    drug=DRUG,
    producers=tuple(PRODUCERS),
    years=None if YEARS is None else (YEARS[0], YEARS[1]),
    demand=None if DEMAND is None else sidetables.read_demand(DEMAND, drug=DRUG),
    prices=None if PRICES is None else ilp.read_prices(PRICES),
    effort=None if EFFORT is None else sidetables.read_effort(EFFORT),
    roads=None if ROADS is None else sidetables.read_roads(ROADS),
    places=None if ROADS is None else sidetables.read_places(PLACES),
    reinforced=() if REINFORCED is None else ((REINFORCED[0], dt.date.fromisoformat(REINFORCED[1])),),
    source=SOURCE,
    without=frozenset(WITHOUT),
)
facts = routes_facts.gather(intake, request, policy=policy.load())
table = facts.table
print(facts.what, facts.period, facts.measure, sep=" · ")
counts = {"rows": facts.rows, "seizures": facts.n, "name_another_country": int(facts.crossing.sum())}
counts |= {"second_entries": facts.twins, "kg_outlier": facts.outliers, "duplicate": facts.repeats}
pd.Series(counts).to_frame("n")

# %% [markdown]
# **When not to trust it:** where `name_another_country` is a small part of `seizures`. All that follows rests on these rows, and
# they are no sample of the others: a departure is written down where somebody talked.

# %% [markdown]
# ## 2. Who reported at all?
#
# Not reported is not zero. Below are the countries that reported in some years and not in others: `False` is silence, and no sum
# may put a nought there.

# %%
known = ilp.seizures.coverage(intake.table, years=list(range(facts.years[0], facts.years[1] + 1)))
reported = known.pivot_table(index="country", columns="year", values="reported", aggfunc="any", observed=True)
print(ilp.explain(known))
reported[~reported.all(axis=1)].head(15)

# %% [markdown]
# ## 3. What does a total rest on?
#
# One seizure can make a year. `largest_share` is the part of the largest one, and the two ranks stand with and without it.

# %%
rests = ilp.seizures.leave_one_out(table, by="country")
near_top = (rests["rank"] <= 10) | (rests["rank_without"] <= 10)
rests[near_top][["country", "n", "kg", "largest_share", "kg_without", "rank", "rank_without"]].round(2)

# %% [markdown]
# **When not to trust it:** a country with much on one seizure has no place in a table of countries. Give the number of cases beside
# the kilograms. A country with many may have more drugs, more officers, or a better habit of reporting.

# %% [markdown]
# ## 4. From records to links
#
# A record names a departure, the country of the seizure and a destination: up to two links. Below are those with enough cases, the
# heaviest first, in cases and kilograms.

# %%
least = policy.load().cells.minimum_count
edges = ilp.flows.from_seizures(table)
enough = edges[edges["n"] >= least].nlargest(15, "kg")
print(ilp.explain(edges, "warning", "n", "self_loops", "without_edge", "without_kg", "transit", "legs"))
enough[["origin", "destination", "n", "kg", "share_of_destination", "largest_share"]].round(2)

# %% [markdown]
# **When not to trust it:** a link whose `largest_share` is near 1 is one record, and perhaps one slip of the pen. A load found on its
# way through stands on two links, so **never add links up**. The next stop is often written as the origin, and the country where it
# was made as the departure.

# %% [markdown]
# ## 5. How much flows: share and solve
#
# Seizures say who supplies whom, in shares; surveys say what a country uses. Together: *what comes in is what is used, what is seized,
# and what goes on.* Where no demand is given, kilograms are proportions only. Countries where the drug is made (`PRODUCERS`) have no
# supplier; if one of them is missing there, loads seem to circle, and a sentence says so.

# %%
flows = heaviest = enough  # where no estimate can be made: kilograms seized
estimated = False
with ilp.in_words():
    flows = ilp.flows.estimate(
        facts.yearly,
        pd.Series(dtype=float) if request.demand is None else request.demand.set_index("country"),
        producers=list(facts.producers),
        least_cases=least,
        bootstrap=DRAWS,
        rng=1,
    )
    circling = flows.attrs["choices"]["circling"]
    flows = flows[(flows["kg"] > 0) & ~flows["destination"].isin(circling)].reset_index(drop=True)
    heaviest, estimated = flows.nlargest(12, "kg"), True
    display(heaviest[["origin", "destination", "kg", "low", "high", "share", "n"]].round(2))

# %%
country_places = None
if request.places is not None:
    at = request.places[request.places["kind"] == "town"].drop_duplicates("country")
    country_places = pd.DataFrame({"country": at["country"], "lon": at["x"], "lat": at["y"]})
with ilp.in_words():
    _ = ilp.maps.flow_map(flows, places=country_places, most=25, foot=FOOT)

# %% [markdown]
# An arc says from where to where, and **nothing of the way between**. The dark core is the low end of the interval, the light band
# the high end. The same as a ladder, from source to market:

# %%
with ilp.in_words():
    _ = ilp.charts.flow_ladder(flows, most=12, foot=FOOT)

# %% [markdown]
# **When not to trust it:** the interval holds the luck of the cases and the doubt about demand. It does not hold the border where
# nobody looks, nor a country that does not report. A narrow interval is no proof.

# %% [markdown]
# ## 6. “We catch so many per cent”
#
# Nobody has measured the share that is caught. Three guesses, each with its doubt (*a* loads caught, *b* missed), and what a year's
# seizures of all countries in the file would then mean:

# %%
GUESSES = {"Beta(1.5, 28.5)": (1.5, 28.5), "Beta(3, 17)": (3, 17), "Beta(6, 14)": (6, 14)}
seized = float(facts.yearly["kg"].sum())
behind = pd.concat([ilp.flows.interception(seized, a=a, b=b) for a, b in GUESSES.values()])
with ilp.in_words():
    _ = ilp.charts.interception(behind.set_axis(list(GUESSES)), foot=FOOT)

# %% [markdown]
# **When not to trust it:** always, as a number. Read how far the ends are apart: that is what the guess is worth. Never use one
# share for all countries, or the busiest police will look like the busiest route.

# %% [markdown]
# ## 7. Prices: a witness that knows nothing of seizures
#
# A drug goes from where it is cheap to where it is dear, and a jump at the source travels along the road. What moves all prices is
# taken out first; `q_value` allows for the number of pairs. Retail and wholesale are never mixed.

# %%
gradient = None
with ilp.in_words():
    if request.prices is None:
        raise InputError(NO_PRICES)
    priced = request.prices.table.dropna(subset=["usd_per_g", "year"])
    wanted = "heroin" if facts.drug == "opiates" else facts.drug
    odd = priced["flags"].str.contains("price_outlier|price_unit_slip")
    priced = priced[(priced["drug_class"] == wanted) & (priced["level"] == "wholesale") & ~odd]
    priced = priced.assign(
        market=priced["place"].fillna(priced["country"]),
        period=priced["year"].astype(int) * 10 + priced["quarter"].fillna(0).astype(int),
    )
    wide = priced.pivot_table(index="period", columns="market", values="usd_per_g", observed=True)
    gradient = ilp.flows.price_gradient(wide)
    print(ilp.explain(gradient, "pairs", "not_tested", "common", "suspect"))
    shown = gradient[gradient["linked"]].head(12)
    if len(shown):
        display(shown[["origin", "destination", "markup", "r", "q_value"]].round(3))
    order = wide.median().sort_values().index
    few = (
        order
        if len(order) <= 12
        else [name for name in order if name in {*heaviest["origin"], *heaviest["destination"]}]
    )
    words = i18n._("US dollars a gram")
    _ = ilp.charts.price_ladder(wide[list(few)], gradient=gradient, order=list(few), unit=words, foot=FOOT)

# %% [markdown]
# **When not to trust it:** with fewer than some ten periods nothing is linked, and that proves nothing. Two towns with one supplier
# move together without trading. A price ten times too high is a wrong unit.

# %% [markdown]
# ## 8. Seizures by the hour of work
#
# More officers find more. Where hours are known, divide by them: seizures for every 1,000 hours, in the order of names.

# %%
spellings = {}
if request.places is not None:
    posts = request.places[request.places["kind"] == "post"]
    names = posts["name_ru"] if "name_ru" in posts else posts["node"]
    spellings = dict(zip(posts["node"], zip(posts["node"], names, strict=True), strict=True))
where = table["place"].astype("string").str.strip()
with ilp.in_words():
    if request.effort is None:
        raise InputError(NO_HOURS)
    hours = request.effort.groupby("place")["hours"].sum()
    cases = pd.Series(
        {
            place: int((where.isin(spellings.get(place, [place])) | (table["country"] == place)).sum())
            for place in hours.index
        }
    )
    display(ilp.flows.effort_rate(cases, hours / 1000)[["n", "effort", "rate", "low", "high"]].round(2))

# %% [markdown]
# **When not to trust it:** an hour of searching lorries on a tip finds more than an hour at the barrier. Compare only hours of one
# kind.

# %% [markdown]
# ## 9. Do the witnesses agree?
#
# The same links by kilograms seized, by cases, as estimated, and by prices where they speak of countries. 1 is agreement, 0 is none.

# %%
strong = edges[edges["n"] >= least]
with ilp.in_words():
    given = {"seized": strong, "cases": strong.assign(kg=strong["n"].astype(float))}
    if estimated:
        given["solved"] = flows
    if gradient is not None and set(gradient["origin"]) <= set(strong["origin"]) | set(strong["destination"]):
        given["prices"] = gradient
    fused = ilp.flows.fuse(given)
    words = {"seized": i18n._("by kilograms"), "cases": i18n._("by seizures"), "solved": i18n._("estimated")}
    _ = ilp.charts.agreement(fused, names=words | {"prices": i18n._("prices")}, most=12, foot=FOOT)

# %% [markdown]
# **When not to trust it:** estimates made of the same seizures agree because of it. Only prices, surveys or a laboratory are a second
# witness. There is no average on purpose: where they differ, the question is why.

# %% [markdown]
# ## 10. What is worth finding out?
#
# Which missing field, or which silent country, would change the heaviest links most, at most the first ten, if it were filled like what is known?

# %%
with ilp.in_words():
    first = min(10, max(1, len(enough) // 2))
    gaps = ilp.flows.value_of_information(table, top=first, draws=max(20, DRAWS // 5), rng=1)
    display(
        gaps[gaps["n"] >= least][["country", "field", "year", "n", "change", "low", "high"]].head(8).round(2)
    )

# %% [markdown]
# This is a list of questions to colleagues, the most useful first. **When not to trust it:** fields are rarely empty by chance.

# %% [markdown]
# ## 11. Corridors, with shares
#
# The heaviest link that the roads cover, laid on the map: ways that differ, with the share each would have if only hours counted
# (`beta`: nobody has measured it). Time and distance count, **never how likely somebody is to be found**, and there is no best route.

# %%
graph, lines, nodes = None, request.roads, request.places
named = {*edges["origin"], *edges["destination"]}
if lines is None and (own := routes_network.own_roads(named)) is not None:
    lines, nodes = own
with ilp.in_words():
    if lines is None:
        raise InputError(NO_ROADS)
    on_roads = nodes[nodes["node"].isin([*lines["source"], *lines["target"]])].assign(post_id=nodes["node"])
    posts, towns = on_roads[on_roads["kind"] == "post"], on_roads[on_roads["kind"] == "town"]
    graph = ilp.routes.corridor_graph(
        lines,
        posts[[c for c in ("post_id", "node", "country", "hours") if c in posts]],
        keep=towns["node"],
        nodes=nodes[["node", "x", "y", "country"]],
    )
    display(pd.Series(nx.get_node_attributes(graph, "kind")).value_counts().to_frame("n"))

# %%
at_town = {} if graph is None else towns.groupby("country")["node"].apply(list).to_dict()
loads = strong.iloc[:0]
with ilp.in_words():
    base = strong if flows.empty else flows
    loads = base[base["origin"].isin(at_town) & base["destination"].isin(at_town)].nlargest(6, "kg")
    if loads.empty:
        raise InputError(NO_LINK)
    link = loads.iloc[0]
    ways = ilp.routes.corridors(graph, at_town[link["origin"]][0], at_town[link["destination"]][0], k=4)
    shares = ilp.routes.assign(ways, beta=0.2)
    half, double = (ilp.routes.assign(ways, beta=beta)["share"] for beta in (0.1, 0.4))
    told = shares[["posts", "km", "cost", "share"]].assign(share_low_beta=half, share_high_beta=double)
    display(told.assign(posts=[", ".join(map(str, way)) for way in told["posts"]]).round(2))
    _ = ilp.maps.corridor_map(shares, graph, places=nodes, foot=FOOT)

# %% [markdown]
# **When not to trust it:** these are modelled ways, not observed ones. Air, post and footpaths are on no road map. Say the share as a
# range: between the columns for a low and a high `beta`.

# %% [markdown]
# ## 12. Which posts the modelled flow passes
#
# The flows are spread over the towns of both countries and sent through the graph again and again, costs and amounts different each
# time. Posts stand in the order of their names.

# %%
with ilp.in_words():
    if graph is None or loads.empty:
        raise InputError(NO_LINK)
    pairs = [
        (start, end, flow.kg / len(at_town[flow.origin]) / len(at_town[flow.destination]))
        for flow in loads.itertuples()
        for start in at_town[flow.origin]
        for end in at_town[flow.destination]
    ]
    passed = ilp.routes.chokepoints(
        graph,
        pd.DataFrame(pairs, columns=["origin", "destination", "kg"]),
        measures=("bridges",),
        bootstraps=max(20, DRAWS // 5),
        rng=1,
    )
    _ = ilp.charts.chokepoints(passed[passed["high"] >= 0.005], places=nodes, foot=FOOT)

# %% [markdown]
# **When not to trust it:** where intervals overlap, the model does not tell posts apart. A high share says where the model's flow
# passes. It does not say that a post is weak, and it allots no patrol.

# %% [markdown]
# ## 13. Did it move when a post was reinforced?
#
# The post, its neighbours on the same border, and posts of other borders as control; before and after, brought to **the hours of
# before** where hours are known. More officers find more, and that hides a move.

# %%
with ilp.in_words():
    if REINFORCED is None or request.places is None:
        raise InputError(NO_POST)
    from ilp_toolkit.dissemination.product.routes_ways import segments_of

    segments = segments_of(facts, REINFORCED[0]).set_index("segment")
    moment = pd.Timestamp(REINFORCED[1])
    home = where.map({name: node for node, names in spellings.items() for name in names})
    late = table["date"] >= moment
    segments["before"] = home[~late].value_counts().reindex(segments.index, fill_value=0)
    segments["after"] = home[late].value_counts().reindex(segments.index, fill_value=0)
    if request.effort is not None and request.effort["month"].notna().all():
        worked = request.effort.assign(late=request.effort["month"] >= moment)
        worked = worked.pivot_table(index="place", columns="late", values="hours", aggfunc="sum")
        factor = (worked[False] / worked[True]).reindex(segments.index).fillna(1)
        segments["after"] = (segments["after"] * factor).round().astype(int)
    display(segments.sort_index())
    moved = ilp.routes.displacement_ratio(segments.reset_index(), rng=1)
    _ = ilp.charts.displacement(moved, foot=FOOT)
    print(ilp.charts.describe_displacement(moved))

# %% [markdown]
# **When not to trust it:** where nobody works nothing is found, so what moved to a path without a post is in no number. A post that was
# reinforced after its worst month falls by itself.

# %% [markdown]
# ## 14. What may leave
#
# Nothing above has passed a gate. The product is made anew from the file, in a case: with its purpose, its legal basis and its record.
# Single seizures, posts with few cases and numbers that one seizure makes stay inside. The command line does the same:
# `ilp routes FILE --out DIR --case FOLDER`.
#
# The texts below are yours to write: how good the file is, and for what the product is made.

# %% tags=["words"]
QUALITY = "what countries sent of their seizures; what nobody found or reported is not in it"
PURPOSE = "tasking"
TITLE = ""

# %%
from ilp_toolkit.dissemination.release_routes import release_routes
from ilp_toolkit.errors import DisclosureError

if OUT is not None:
    case = ilp.open_case(CASE)
    material = case.collect(
        SEIZURES, reader=ilp.read_seizures, columns=COLUMNS, quality=QUALITY, handling="internal"
    )
    with ilp.in_words():
        try:
            product = release_routes(
                material, OUT, audience=AUDIENCE, author=case.owner, purpose=PURPOSE, request=request
            )
            print(*sorted(path.name for path in product.iterdir()))
        except DisclosureError as refusal:
            print(refusal)

# %% [markdown]
# Open `routes.html` in the folder named in `OUT`; `routes.pdf` is the same on paper. A refusal names the check and the line that mends
# it. **Before you hand it over:** read page one aloud. Would you say each sentence to a colleague from the country it speaks of?
