# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **Seven questions and one text.** About fifty minutes. Lesson and lab may lie open beside you, and you may copy commands from them.
#
# **Your file is your own.** The two markets are those of the lesson; sellers, listings and prices are drawn for your card. Your neighbour's numbers are wrong on yours.
#
# 37 points are marked by the machine, 8 by people with a rubric. To pass: 70 % of all points.
#
# **In code:** put your commands in place of `None  # your code here`, run the cell, then run the cell below it, which takes the answer. Each question stands by itself: if you cannot do one, go on
# with the next. Your notebook is run anew when it is marked, from top to bottom.

# %% [markdown]
# <a id="market"></a>
# ## 1. How a market works

# %% item="q1"

# %% [markdown]
# <a id="data"></a>
# ## 2. Your listings
#
# Lunimet and Gorkosul from January to August 2025; Lunimet closes on 12 April. This crawl saved no days of comments, only how many a page showed, 20 at most.

# %%
import ilp_toolkit as ilp

intake = ilp.read_listings(course.data("listings.csv"), rates=course.data("rates.csv"))
table = intake.table
intake.report[["check", "n"]]

# %%
table[["market", "snapshot_date", "substance", "quantity_g", "price_usd", "ships_from", "n_feedback"]].head()

# %% item="q2"
### BEGIN SOLUTION
q2 = ilp.darknet.price_per_gram(table, bands=[0, 5, 25]).bands
### END SOLUTION

# %% item="q3"
### BEGIN SOLUTION
sales = ilp.darknet.sales_from_feedback(table, cap=20)
q3 = sales.totals
### END SOLUTION

# %% item="q4"
### BEGIN SOLUTION
q4 = ilp.darknet.shipping(table, substance="heroin").flows
### END SOLUTION

# %% [markdown]
# <a id="links"></a>
# ## 3. Links

# %%
links = ilp.darknet.link_vendors(table, rng=1)
links.expected.round(1)

# %% item="q5"
### BEGIN SOLUTION
q5 = links.expected.loc["leads", "wrong_per_100"]
### END SOLUTION

# %% [markdown]
# <a id="closure"></a>
# ## 4. The closure
#
# Accounts on Gorkosul, brought to full coverage: `level` is the jump on 12 April (0.3 is about a third more). Below it, links by market. You need both for your note.

# %%
seen = ilp.darknet.coverage(table)
study = ilp.darknet.event_study(
    table, markets=["Gorkosul"], date="2025-04-12", measure="vendors", share_seen=seen.snapshots, log=True
)
study.effects[["estimate", "low", "high", "p_value"]].round(2)

# %%
moved = ilp.darknet.migration(table, links, date="2025-04-12", use="match")
moved[["origin", "destination", "before", "after", "accounts", "expected_wrong"]]

# %% [markdown]
# <a id="drafts"></a>
# ## 5. Sentences from drafts

# %% item="q6"

# %% [markdown]
# <a id="few"></a>
# ### How much the largest hold
#
# The listings are those of section 2.

# %% item="q7"
### BEGIN SOLUTION
sold = ilp.darknet.sales_from_feedback(table, cap=20).listings
q7 = ilp.darknet.market_concentration(sold, amount="n_feedback", top=[0.1], samples=0)
### END SOLUTION

# %% [markdown]
# <a id="note"></a>
# ## 6. A note for the head of the unit
#
# People mark this one, by the rubric that stands with it.

# %% item="w1"
