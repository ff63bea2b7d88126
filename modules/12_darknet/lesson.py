# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **How long:** an hour and a half here, half an hour in the lab, three quarters of an hour for the exam. You can stop at any time.
#
# **How to use it:** you do not write programs. Run a cell (*Shift+Enter*), look, change **one word or one number**, run it again.
# *Kernel → Restart Kernel and Run All Cells* begins anew.
#
# **The data are invented**: three markets, a coin and a city that exist nowhere. Nothing here goes online, and you do not either: this module holds no address,
# no name of a real market and no text of a seller, and it does not say how one gets there. Because the data are invented we know what truly happened. In your own work you never will.

# %% [markdown]
# <a id="layers"></a>
# ## 1. Three layers, and what a listing is
#
# | Layer | What it is | An example |
# |---|---|---|
# | **surface web** | what a search engine finds | a newspaper |
# | **deep web** | what it does not find: behind a password, a form, a payment | your bank account, a hospital's register |
# | **dark web** (darknet) | what needs special software, which hides who speaks with whom | a newspaper's letter box for sources; also markets |
#
# The deep web is most of the web, and nearly all of it is lawful. The dark web is small, and lawful in part: journalists, and people who are persecuted, need it.
# **Having the software is no suspicion.** And much of what is sold in our region is not sold there at all but in channels of ordinary messengers.
#
# A **listing** is an offer on a page: what, how much, at what price, from where to where. A **snapshot** is what somebody saved of the market on one day. So a row
# of our table says: *on this day this page said this.* It does not say that the goods exist, that they were sold, or who wrote it.

# %% [markdown]
# <a id="roles"></a>
# ## 2. Who does what
#
# | Role | Does | What of it can be seen |
# |---|---|---|
# | **market** | runs the pages, settles quarrels, takes a commission | its pages, as long as it is there |
# | **vendor account** | offers, sends | listings, a key, a way of writing; **not** a person |
# | **buyer** | orders, pays, comments | a comment with a day, no name |
# | **escrow** | holds the money until the buyer says that the parcel came | nothing |
# | **feedback** | the buyer's comment, by which others choose | the last ones (here 20) |
# | **key** | a long number by which a vendor proves to be the same as yesterday | the key; who has it can be several people |
# | **shop in a messenger** | a channel or robot that sells in one city | posts, prices, districts |
# | **courier** | lays small parcels in hiding places (*dead drops*); the buyer gets the place after paying | what is found |
#
# Escrow explains how a market ends. If the police close it, the money in escrow is seized. If those who run it take the money and go, it is an **exit scam**:
# listings stay for weeks, only the feedback dries up. Seen from outside, both look alike at first.
#
# Couriers are often young, recruited by an advertisement for work, and the first to be caught. They know little of those who pay them.

# %% item="p1"

# %% [markdown]
# <a id="reading"></a>
# ## 3. Reading listings
#
# The first cell makes the tools ready. Its last command says where the files lie. In the second cell command 1 reads the listings; `rates` says what a coin was worth on each
# day. Command 2 keeps the table, command 3 shows the report.

# %%
import pandas as pd

import ilp_toolkit as ilp

FOLDER = "../../../../datasets/markets/"

# %%
intake = ilp.read_listings(FOLDER + "listings.csv", rates=FOLDER + "rates.csv")
table = intake.table
intake.report[["check", "n"]]

# %% [markdown]
# - 5,540 rows, but only 460 listings of 121 accounts: the same page on many days. **Count listings, not rows.**
# - `key_thrown_away`: names of accounts became codes under a key that nobody keeps. Read the file again and the codes are others. Titles, texts, addresses and keys
#   would have been dropped or refused; a list of names is not needed to learn what a gram costs.
# - `feedback_censored`: the page shows 20 comments and no more. `holding_price?`, `unit_slip?`: flags with a question mark are suspicions; the rows stay.
#
# The next cell shows the first five rows.

# %%
table[["market", "snapshot_date", "substance", "quantity_g", "price_usd", "ships_from", "n_feedback"]].head()

# %% [markdown]
# <a id="prices"></a>
# ## 4. What a gram costs
#
# Ten grams never cost ten times one gram. So prices are compared **within a band of sizes**. Command 1 does it for all substances, command 2 draws; the cell below shows the discount for quantity. Change
# `"heroin"` to `"opium"`.

# %%
prices = ilp.darknet.price_per_gram(table)
_ = ilp.charts.unit_prices(prices, substance="heroin")

# %%
prices.discount[["b", "low", "high", "per_doubling", "usd_at_1g", "n", "vendors"]].round(2)

# %% [markdown]
# `per_doubling` is −0.11 for heroin: twice the amount, 11 % less for each gram. `b` says the same in another way: 1 would be no discount.
#
# **Holding prices.** A vendor who has nothing to sell keeps the page, because of its comments, and asks a price that nobody pays. Command 1
# finds the first page that asks more than 50,000 dollars, commands 2 and 3 show its last seven snapshots. Look for the jump:

# %%
held = table.loc[table["price_usd"] > 50000, "listing_id"].iloc[0]
page = table[table["listing_id"] == held]
page[["snapshot_date", "substance", "quantity_g", "price_usd", "n_feedback"]].tail(7).round({"price_usd": 0})

# %% [markdown]
# 25 g for 51,509 dollars, for two snapshots, and no new comment. The command leaves such prices out by rules that you can read and change: `print(ilp.explain(prices))`.
#
# **How it misleads.** A price asked is no price paid. *Purity* is what the vendor claims: here 84 % on average, 50 % in truth, and the two have nothing to do with each other.
# Only a laboratory measures. A median over all sizes says which sizes were on offer. And one listing says kilograms and means grams.

# %% [markdown]
# <a id="sales"></a>
# ## 5. Comments as a lower bound of sales
#
# Who bought writes a comment, sometimes. So the number of comments says how many orders there were **at least**. Two things make it smaller still: buyers who write nothing, and the
# page that shows only the last 20. Command 1 puts all snapshots together and multiplies with the price near each day. Command 2 shows the totals.

# %%
sales = ilp.darknet.sales_from_feedback(table, cap=20)
sales.totals[["listings", "n_feedback", "censored", "revenue_usd"]].round(0)

# %% [markdown]
# On Gorkosul at least 4,771 orders and 840,000 dollars. The last page of each listing alone would show 2,177 comments: **twenty means “twenty or more”**. In
# truth there were 6,195 orders for 1.1 million.
#
# What do the totals hang on? `sensitivity` changes one rule at a time; `ratio` compares with the first row. Command 1 takes five of its rows (counted from 0), command 2 shows
# them.

# %%
rules = sales.sensitivity.iloc[[0, 2, 4, 18, 19]]
rules[["words", "prices_left_out", "revenue_usd", "ratio"]].round(2)

# %% [markdown]
# Without the rules the revenue of all markets is a quarter higher, because of 106 prices that nobody paid. For Gorkosul that happens to be nearer the truth: **an error that goes the right way is still an error.**
# A rule that is too strict (nothing above 1,000 dollars) takes 44 % away. Never quote a revenue without its rule.
#
# **How it misleads.** Vendors write comments for themselves. One comment may stand for a large order or a small one. And what was sold elsewhere stands nowhere.

# %% item="p2"

# %% [markdown]
# <a id="coverage"></a>
# ## 6. What was not seen
#
# A snapshot misses pages. Who was seen before a day and after it **was there** on that day; of these, how many were seen? Command 1 works it out, command 2
# shows it by market.

# %%
seen = ilp.darknet.coverage(table)
seen.markets[["snapshots", "seen", "share_seen", "low", "high"]].round(2)

# %% [markdown]
# About six of ten. A market on which 20 listings are seen on one day and 12 on the next has not shrunk: somebody saved fewer pages. Pages that nobody *could* open are in no estimate.

# %% [markdown]
# <a id="lives"></a>
# ### How long accounts last
#
# What was not seen also hides how long an account lasts. Who was there on the first snapshot began earlier: nobody saw when. Who is there on the last one has not ended yet. Command 1 notes the first and the last day of each
# account, command 2 counts what is not over as far as it was seen (*survival*), command 3 shows the middle.

# %%
activity = ilp.darknet.vendor_activity(table)
lives = ilp.darknet.vendor_survival(activity)
lives.medians[["n", "ended", "median", "low"]]

# %% [markdown]
# Of 121 accounts 60 were there from the first day and are left out. Of the other 61 only 17 ended while somebody looked. These 17 lasted 99 days in the middle, and a report that counts **them alone** writes “an account lasts three
# months”. The table leaves the middle empty: after a year and a half more than half are still there. `low` says that it is 295 days at least.
#
# **How it misleads.** Short lives are the ones that end while one looks. And an account that ends is no seller who stops.

# %% [markdown]
# <a id="few"></a>
# ### Who holds the trade
#
# Do a few accounts hold most of it? Command 1 adds up the comments of each account, on each market, and takes the largest tenth; command 2 shows its share. `equal` is what it would be if all had the same.

# %%
held = ilp.darknet.market_concentration(sales.listings, amount="n_feedback", top=[0.1], rng=1)
held[held["measure"] == "top_share"][["market", "holders", "value", "low", "high", "equal"]].round(2)

# %% [markdown]
# On Gorkosul 5 of 50 accounts hold 48 % of the comments, somewhere between about 35 and 60; equal shares would give 10. So who asks “how many sellers are there?” has not asked how the trade is spread. On Arzerak the tenth is **two** accounts of 15: there a
# single account moves the number.
#
# **How it misleads.** Twenty comments a page cut off the largest most. One seller with three accounts looks like three small ones. And it names nobody: it is a figure of the market.

# %% [markdown]
# <a id="shipping"></a>
# ## 7. From where to where: offers, not parcels
#
# Command 1 counts each listing once; one that ships to three countries gives a third to each. Command 2 draws.

# %%
offers = ilp.darknet.shipping(table)
_ = ilp.charts.offers_by_country(offers)

# %% [markdown]
# **How it misleads.** *Ships from* is what the vendor writes; 7 % write nothing, and who is careful writes another country. “Worldwide” costs nothing to write. An offer
# from XB to XC is no parcel, and an arrow on the map of [module 11](../11_routes/lesson.ipynb#edges) is another thing altogether. The two may be laid side by side, never added.

# %% [markdown]
# <a id="vendors"></a>
# ## 8. Same key, same person?
#
# Accounts on two markets may belong to one seller. What they have in common: the **key**, the **way of writing**, goods and sizes, price level, weeks with comments. Everything on a page can be copied, the key too.
# Here four accounts pass themselves off as sellers who had gone, two of them with the key of the other. And two sellers share one key.
#
# **Why a good test gives bad leads.** Take 10,000 pairs of accounts. In 10 of them one seller stands behind both. A test finds 9 of these 10, and errs in only **1 of 100** of the others.

# %% item="p3"

# %% [markdown]
# The toolkit says it for any such test: the first number is the share of true pairs, the second how many of them are found, the third how many of the others are *not* flagged. The result is the share of leads
# that are right. Change `0.001` to `0.01`.

# %%
round(ilp.darknet.ppv(0.001, 0.9, 0.99), 2)

# %% [markdown]
# Now the listings. Command 1 compares all pairs that have something in common; `rng=1` fixes the dice. There are three outcomes: *match*, *possible*, *no*. A match needs two kinds of evidence, and one of them must be hard
# to copy. Command 2 says how many links of a hundred are wrong, as far as the model knows.

# %%
links = ilp.darknet.link_vendors(table, rng=1)
links.expected.round(1)

# %% [markdown]
# 24 leads, some 8 of 100 wrong, with an interval from 0 to about 20. The truth, which you have only here: all 18 matches are right, one of the 6 possible ones is wrong, and 3 true pairs were missed. 19 pairs show the same key, and
# **2 of these are copycats**; their way of writing gave them away.
#
# **Nothing is merged.** A lead becomes a link when a person signs it, with a reason (`darknet.sign_off`). Two wrong links in a row join two people who never heard of each other.
#
# **How it misleads.** The model knows chance; it does not know somebody who imitates well. Its “8 of 100” is a least value. From few words a way of writing says little. And one account may be run by several people.

# %% [markdown]
# <a id="closure"></a>
# ## 9. A market closes
#
# Lunimet was gone on 12 April 2025. Did Gorkosul grow? Command 1 compares the accounts seen on Gorkosul before and after, brought to full coverage (`share_seen`); with `log=True` the effects are shares. `level` is the jump,
# `slope` the change from one fortnight to the next.

# %%
study = ilp.darknet.event_study(
    table, markets=["Gorkosul"], date="2025-04-12", measure="vendors", share_seen=seen.snapshots, log=True
)
study.effects[["estimate", "low", "high", "p_value"]].round(2)

# %% [markdown]
# The jump is 0.29, about a third more, and the interval reaches from −0.04 to 0.63: **it may be nothing.** Six of ten pages are not enough to be sure. Change `"vendors"` to `"price"`: the level is −0.01. Prices did not rise
# though a whole market had gone.
#
# Who moved? Command 1 counts links by market, and names no account; command 2 shows the columns that matter.

# %%
moved = ilp.darknet.migration(table, links, date="2025-04-12", use="match")
moved[["origin", "destination", "before", "after", "accounts"]]

# %% [markdown]
# Of 39 accounts lately seen on Lunimet 5 turn up on Gorkosul afterwards; 9 were on both before. In truth 12 sellers opened there because of the closure, 5 of them **a month earlier**: they knew. At the same time shops in the messenger grew.
# What goes from one place and turns up in another is **displacement**.
#
# **How it misleads.** *No longer seen* is not *stopped*. Another event falls on the same weeks (here the exit scam of Arzerak in September, which makes that market a bad control). And a date that you look for in the
# curve always finds a jump.

# %% [markdown]
# <a id="coins"></a>
# ## 10. Coins spent together
#
# Payments in a public ledger can be read by all, names cannot. The oldest rule: **addresses that pay together belong to one owner.** Here is a toy ledger with letters for addresses: three
# ordinary payments and one in which three people put their coins together and get equal amounts back, a *CoinJoin*. Command 1 writes it down, command 2 groups: `naive` follows the rule blindly, `cluster` leaves out what looks joint.

# %%
ledger = pd.DataFrame(
    {
        "tx": [1, 2, 3, 4],
        "inputs": [("A", "B"), ("B", "C"), ("D", "E"), ("C", "E", "F")],
        "outputs": [(5,), (4,), (1,), (2, 2, 2)],
    }
)
owners = ilp.darknet.crypto_clusters(ledger)
owners.addresses[["address", "naive", "cluster"]]

# %% [markdown]
# One joint payment, and the naive rule makes **six addresses of three owners into one person**. Change `(2, 2, 2)` to `(2, 2, 3)`: now the careful rule is deceived, too.
#
# **How it misleads.** An exchange pays out for thousands of customers at once; its cluster is no person. There are joint payments that cannot be told from ordinary ones. A cluster is a lead to a firm that must be asked
# by law, never a name. The toolkit looks nothing up and takes no real address.

# %% [markdown]
# <a id="drops"></a>
# ## 11. Shops in a messenger, and dead drops
#
# In our region much is sold by shops in messengers: the buyer pays and gets the place of a hiding place. **A find is an incident**, with a day and a district. It is analysed by **district and never finer**: a map of hiding
# places would show where to search for drugs, and whose windows look onto them.
#
# Command 1 reads the offers of nine shops, command 2 marks what came after the closure, command 3 shows the posts of a shop in a week, for each substance.

# %%
shops = pd.read_csv(FOLDER + "shops.csv")
after = shops["week"] >= "2025-04-12"
shops.groupby(after)["posts"].mean().round(1)

# %% [markdown]
# From 6.0 to 9.6 after the market had gone. Now what the police found in September and October 2025. Command 1 reads, commands 2 and 3 choose the two months, command 4 counts by district.

# %%
finds = ilp.read_incidents(FOLDER + "finds.csv", timezone="Indian/Maldives").table
autumn = finds[finds["occurred_from"] >= "2025-09-01"]
autumn = autumn[autumn["occurred_from"] < "2025-11-01"]
autumn["area"].value_counts().sort_index()

# %% [markdown]
# Dashvar leads with 15. Before you say why, look at **who found them**: that is in the [lab](lab.ipynb#finds).

# %% [markdown]
# <a id="limits"></a>
# ## 12. What it proves, and what is lawful
#
# A saved page proves that a page said something. The chain from there to a person is long, and each step needs its own evidence:
#
# | Claim | A page shows | What is needed |
# |---|---|---|
# | It was offered | yes, if the saving is documented | who saved it, when (with the time zone), with what; hash; log |
# | It exists, and is heroin | no | a seizure and a laboratory |
# | It was sent | no | a parcel, a record of the post |
# | It was sold so often | a lower bound | payments, a device, lawfully obtained |
# | This account is this person | no | devices, payments, deliveries, statements; a link signed with its reason |
#
# - **Who may look.** Opening a page, registering, writing to a seller and buying are four different things, and the last three interfere more. Each needs its own ground in **your** law, and often the permission of a prosecutor or a court, *before* it is done. Nobody does it out of
#   curiosity, and not on this course. Pages and firms often lie in another State: then its law counts as well, and the way is a request (module 05). Look the articles up with your legal adviser; what stands here is no legal advice.
# - **Chain of custody.** The original is kept untouched, its hash written down on the same day; one works on copies; every step is in the log. What cannot be repeated (the market is gone) stands or falls with its documentation.
# - **Rights.** Necessity and proportionality as in [module 03](../03_rights/lesson.ipynb). Buyers, people who only wrote a comment, and young couriers stand in the same data. Lists of buyers “for later” are not made; names become codes; what is not needed is deleted in time. Provoking an offence
#   spoils the case and the right to a fair trial.
# - **Wrong links harm people.** A search at the wrong door cannot be undone. So: a lead, its error, a person who signs.

# %% item="p4"

# %% [markdown]
# <a id="misleads"></a>
# ## 13. How each method misleads
#
# | Method | What goes wrong | What to do |
# |---|---|---|
# | **Counting rows** | one page on many days | count listings |
# | **Price per gram** | sizes, holding prices, a unit, claimed purity | bands; rules that are named; a laboratory |
# | **Comments** | twenty means “or more”; own praise | “at least”; several snapshots; sensitivity |
# | **Coverage** | fewer pages taken for fewer offers | share seen, with interval |
# | **Survival** | only what ended is counted | what is not over counts as far as it was seen |
# | **Concentration** | accounts taken for sellers; few accounts | interval; beside equal shares |
# | **Shipping** | an offer taken for a parcel | “offered”; *undeclared* stays |
# | **Links** | base rate, copycats, shared keys | two kinds of evidence, errors of 100, a signature |
# | **Closure** | *gone* taken for *stopped*; two events at once | interval; other markets; shops as well |
# | **Coins** | joint payments, exchanges | a lead to a firm, never a name |
# | **Finds** | who searches, finds | reported and discovered apart; district, no finer |
#
# Where to read on: each function says in its help what it cannot show, with its sources, for example `help(ilp.darknet.link_vendors)`. Now go to the [lab](lab.ipynb).
