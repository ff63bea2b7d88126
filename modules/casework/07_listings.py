# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---
# %% [markdown]
# # Listings: what online markets offer, and what that cannot tell
#
# **What you get:** from a file of saved listings to prices per gram, a lower bound of sales, concentration, how long accounts last,
# from where to where is offered, what a closure did, how many links between accounts would be wrong, and an assessment that may leave.
#
# **How long:** twenty minutes with the invented markets, an hour with your own file. The computer needs half a minute.
#
# **How to use it:** copy this notebook, change the next cell, then choose *Run → Run All Cells*. Nothing else has to be
# changed. If your file cannot answer a question, a sentence says why, and the rest runs on. Nothing here goes online, nothing is
# written but the product of the last section, and **no account is ever shown**: accounts are counted.
#
# **The one sentence to keep:** a listing is no parcel, feedback no sale, claimed purity no measurement, an account no person.

# %% tags=["parameters"]
LANGUAGE = "en"  # "en" or "ru"
LISTINGS = "../../datasets/markets/listings.csv"  # your file: CSV, Excel, ...
COLUMNS = None  # e.g. {"listing_id": "Item", "price": "Cost"}
RATES = "../../datasets/markets/rates.csv"  # date, currency, usd; None: what is not in dollars has no price
MARKET = None  # its name, where no column says
SUBSTANCE = "heroin"  # the class in the figure of prices
CLOSED = ["Lunimet", "2025-04-12"]  # a market that closed, and the first day without it; None: none
ELSEWHERE = ["Gorkosul"]  # where an effect is looked for
CONTROL = None  # markets that the closure did not touch, e.g. ["Arzerak"]
DRAWS = 200  # how often chance is drawn anew for an interval
CASE = "training"  # the folder of your case; "training": an invented one
AUDIENCE = "agency"  # for whom the product is
SOURCE = "Saved pages of three markets (invented data)"  # stands under each figure
WITHOUT = []  # parts to leave out of the product
OUT = "../../products/listings"  # where the product goes; None: look only

# %%
import datetime as dt

import pandas as pd
from IPython.display import display

import ilp_toolkit as ilp
from ilp_toolkit import i18n
from ilp_toolkit.errors import DisclosureError, InputError

i18n.use(LANGUAGE)
pd.set_option("display.max_colwidth", None)
FOOT = f"{SOURCE}."

# %% tags=["words"]
NO_CLOSURE = "No closure was given."
NO_FEEDBACK = "There is no feedback to count."
ONE_MARKET = "All accounts are of one market; links between markets are not looked for."

# %% [markdown]
# ## 1. Read the file, keep no text
#
# Names of accounts become codes under a key; here the key is thrown away, so that codes agree within this reading only. Titles are read
# for substance and amount and then dropped; addresses, keys and e-mails are refused and counted.

# %%
intake = ilp.read_listings(LISTINGS, columns=COLUMNS, rates=RATES, market=MARKET)
intake.report[["check", "n", "share", "first_row", "remedy"]]

# %%
print(ilp.explain(intake, "columns", "codes_under", "feedback_cap", "rates_of", "holding_rules", "set_aside"))

# %% [markdown]
# One page on many days is many rows. **Count listings, not rows.** What is no drug is left out and counted.

# %%
everything = intake.table
listings = everything[~everything["flags"].str.contains("not_drug")]
by_market = listings.groupby("market", dropna=False)
size = by_market.agg(
    rows=("listing_id", "size"),
    listings=("listing_id", "nunique"),
    accounts=("vendor_id", "nunique"),
    days=("snapshot_date", "nunique"),
    first=("snapshot_date", "min"),
    last=("snapshot_date", "max"),
)
print(len(everything), "→", len(listings))
size

# %%
listings.drop_duplicates(["market", "listing_id"])["substance"].value_counts().to_frame("listings")

# %% [markdown]
# **When not to trust it:** `unknown` is a class. Where it is large, all shares below are of what could be told.

# %% [markdown]
# ## 2. What was not seen
#
# A snapshot misses pages. A listing that was seen before a day and after it was there on that day; of these, the share that was seen:

# %%
seen = None
with ilp.in_words():
    seen = ilp.darknet.coverage(listings)
    print(ilp.explain(seen, "unit", "share_seen_of", "cannot_show"))
    display(seen.markets[["snapshots", "seen", "share_seen", "low", "high", "share_seen_twice"]].round(2))

# %% [markdown]
# **When not to trust it:** pages that nobody could open are in no estimate. A market with fewer listings than last week may only have
# been saved badly.

# %% [markdown]
# ## 3. What a gram costs
#
# Ten grams never cost ten times one gram, so prices are compared within a band of sizes. Prices that only hold a page open
# (“out of stock”) are left out by rules that are named.

# %%
prices = None
with ilp.in_words():
    prices = ilp.darknet.price_per_gram(listings)
    print(ilp.explain(prices, "unit", "holding_rules", "n", "left_out", "cannot_show"))
    _ = ilp.charts.unit_prices(prices, substance=SUBSTANCE, foot=FOOT)

# %%
if prices is not None and len(prices.discount):
    display(prices.discount[["b", "low", "high", "per_doubling", "usd_at_1g", "n", "vendors"]].round(2))

# %% [markdown]
# `per_doubling` −0.11: twice the amount, 11 % less for each gram. **When not to trust it:** a price asked is no price paid; purity is
# what the seller claims; one listing that says kilograms and means grams is enough for a wrong mean.

# %% [markdown]
# ## 4. Feedback: a lower bound of sales
#
# Some buyers leave a comment, so there were at least so many orders. A page that shows the last twenty says “twenty or more”;
# `censored` counts where that happened.

# %%
sales = None
with ilp.in_words():
    sales = ilp.darknet.sales_from_feedback(listings, cap=intake.choices.get("feedback_cap") or 20)
    print(ilp.explain(sales, "cap", "price_of_feedback", "interval", "cannot_show"))
    display(sales.totals[["listings", "n_feedback", "censored", "without_price", "revenue_usd"]].round(0))

# %% [markdown]
# What do the dollars hang on? One rule is changed at a time; `ratio` compares with the first row. Never quote a revenue without it.

# %%
if sales is not None:
    moved = sales.sensitivity
    moved = moved[(moved.index == 0) | ((moved["ratio"] - 1).abs() > 0.01)]
    display(moved[["words", "prices_left_out", "revenue_usd", "ratio"]].round(2))

# %% [markdown]
# **When not to trust it:** sellers write comments for themselves, most buyers write none, and what was sold elsewhere stands nowhere.

# %% [markdown]
# ## 5. How concentrated
#
# Do a few accounts hold most of the feedback? The index beside what equal shares would give, with intervals; nobody is named.

# %%
held = None
with ilp.in_words():
    if sales is None:
        raise InputError(NO_FEEDBACK)
    held = ilp.darknet.market_concentration(sales.listings, samples=DRAWS, rng=1)
    _ = ilp.charts.concentration_of_markets(held, foot=FOOT)

# %%
if held is not None:
    shown = held[held["measure"] != "hhi"]
    display(shown[["market", "measure", "share", "value", "low", "high", "equal", "holders"]].round(2))

# %% [markdown]
# **When not to trust it:** counts that stop at twenty understate the largest first. A seller with five accounts looks like five.

# %% [markdown]
# ## 6. How long accounts last
#
# Only accounts whose beginning was seen; those still there at the end count as long as they were seen.

# %%
with ilp.in_words():
    activity = ilp.darknet.vendor_activity(listings)
    lives = ilp.darknet.vendor_survival(activity, by="market")
    print(ilp.explain(lives, "unit", "n", "left_out", "gap_days", "cannot_show"))
    _ = ilp.charts.account_lives(lives, foot=FOOT)

# %% [markdown]
# **When not to trust it:** no longer seen is not stopped. An account may go on under another name, or on a page that was not saved.

# %% [markdown]
# ## 7. From where to where: offers, not parcels
#
# Each listing counts once; one that ships to three countries gives a third to each.

# %%
with ilp.in_words():
    offers = ilp.darknet.shipping(listings)
    print(ilp.explain(offers, "unit", "n", "undeclared", "to_worldwide", "cannot_show"))
    _ = ilp.charts.offers_by_country(offers, foot=FOOT)

# %% [markdown]
# **When not to trust it:** an origin is what the seller writes, and who is careful writes another country. These numbers may be laid
# beside seizures (`ilp.darknet.beside_flows`), never added to them.

# %% [markdown]
# ## 8. A market closes
#
# Did others grow? Accounts before and after, brought to full coverage, with an interval; with `CONTROL`, beside markets that it did not
# touch.

# %%
with ilp.in_words():
    if CLOSED is None:
        raise InputError(NO_CLOSURE)
    study = ilp.darknet.event_study(
        listings,
        markets=ELSEWHERE,
        date=CLOSED[1],
        control=CONTROL,
        measure="vendors",
        share_seen=None if seen is None else seen.snapshots,
        log=CONTROL is None,
    )
    _ = ilp.charts.closure(study, foot=FOOT)
    display(study.effects[["estimate", "low", "high", "p_value"]].round(3))

# %% [markdown]
# **When not to trust it:** where the interval holds zero it may be nothing. Other things happen in the same weeks. And a date that you
# look for in the curve always finds a jump: fix the date first.

# %% [markdown]
# ## 9. If we linked accounts, how many links would be wrong?
#
# Accounts on different markets may be one seller's. The pairs are compared, nothing is merged, and no pair is shown here: only how many
# leads there would be, and how many of a hundred are expected to be wrong.

# %%
with ilp.in_words():
    if listings["market"].nunique() < 2:
        raise InputError(ONE_MARKET)
    leads = ilp.darknet.link_vendors(listings, draws=max(20, DRAWS // 4), rng=1)
    print(ilp.explain(leads, "compared", "nothing_in_common", "outcomes", "merged", "cannot_show"))
    display(leads.expected.round(1))

# %% [markdown]
# **When not to trust it:** `wrong_per_100` is a least value: it knows chance and not somebody who imitates well. And leads of a good
# test are mostly wrong where true pairs are rare: of pairs of which one in 1,000 is true, a test that finds nine of ten and errs in one
# of a hundred gives leads of which this share is right:

# %%
round(ilp.darknet.ppv(0.001, 0.9, 0.99), 2)

# %% [markdown]
# A lead becomes a link when a person signs it, with a reason (`ilp.darknet.sign_off`), in a case and under a law.

# %% [markdown]
# ## 10. What may leave
#
# Nothing above has passed a gate. The product is made anew from the file, in a case. Markets stand in it as letters, accounts are
# counted, small counts are hidden. The command line does the same: `ilp darknet FILE --out DIR --case FOLDER`.
#
# The texts below are yours to write: how good the file is, and for what the product is made.

# %% tags=["words"]
QUALITY = "pages as somebody saved them; pages that were missed or hidden are not in it"
PURPOSE = "tasking"

# %%
if OUT is not None:
    from ilp_toolkit.dissemination.product import darknet
    from ilp_toolkit.dissemination.release_darknet import release_darknet

    case = ilp.open_case(CASE)
    material = case.collect(
        LISTINGS,
        reader=ilp.read_listings,
        columns=COLUMNS,
        rates=RATES,
        market=MARKET,
        quality=QUALITY,
        handling="internal",
    )
    request = darknet.Request(
        closures=() if CLOSED is None else ((CLOSED[0], dt.date.fromisoformat(CLOSED[1])),),
        control=tuple(CONTROL or ()),
        source=SOURCE,
        without=frozenset(WITHOUT),
    )
    with ilp.in_words():
        try:
            product = release_darknet(
                material, OUT, audience=AUDIENCE, author=case.owner, purpose=PURPOSE, request=request
            )
            print(*sorted(path.name for path in product.iterdir()))
        except DisclosureError as refusal:
            print(refusal)

# %% [markdown]
# Open the page in the folder named in `OUT`; the PDF is the same on paper. A refusal names the check and the line that mends it.
# **Before you hand it over:** is there a sentence in it that a journalist could read as “the police know who this is”?
