# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **What you do here:** two questions on the data of the lesson. Half an hour, best in pairs: one types, the other says what the line will do, **before** it is run.
#
# **How to answer in code:** in the cell under the question put your commands in place of `None  # your code here`, run it, then run the cell below it, which takes the answer and
# checks it. If something red appears, read its **last** line.

# %% [markdown]
# <a id="prices"></a>
# ## 1. Like with like
#
# The commands are those of the lesson: tools, the folder, the listings.

# %%
import pandas as pd

import ilp_toolkit as ilp

FOLDER = "../../../../datasets/markets/"
table = ilp.read_listings(FOLDER + "listings.csv", rates=FOLDER + "rates.csv").table

# %% [markdown]
# A draft says: “On Arzerak hashish costs 3.90 dollars a gram, on Lunimet 4.80; Arzerak is a fifth cheaper.” The next cell shows where the numbers come from: one median over **all** sizes. Command 1
# keeps hashish, each listing once; command 2 divides price by grams; command 3 takes the middle value by market, of the price and of the size.

# %%
hashish = table[table["substance"] == "cannabis_resin"].drop_duplicates("listing_id")
hashish = hashish.assign(usd_per_gram=hashish["price_usd"] / hashish["quantity_g"])
hashish.groupby("market")[["usd_per_gram", "quantity_g"]].median().round(2)

# %% [markdown]
# Arzerak again, in three bands of size: below 5 g, 5 to below 50 g, 50 g and more. Command 1 makes the bands, command 2 shows them.

# %%
arzerak = ilp.darknet.price_per_gram(hashish[hashish["market"] == "Arzerak"], bands=[0, 5, 50])
arzerak.bands[["grams_from", "n", "vendors", "median"]].round(2)

# %% item="p5"
### BEGIN SOLUTION
lunimet = ilp.darknet.price_per_gram(hashish[hashish["market"] == "Lunimet"], bands=[0, 5, 50])
p5 = lunimet.bands
### END SOLUTION

# %% [markdown]
# <a id="finds"></a>
# ## 2. Who searches, finds
#
# The finds of September and October 2025, as in the [lesson](lesson.ipynb#drops).

# %%
finds = ilp.read_incidents(FOLDER + "finds.csv", timezone="Indian/Maldives").table
autumn = finds[finds["occurred_from"] >= "2025-09-01"]
autumn = autumn[autumn["occurred_from"] < "2025-11-01"]
autumn[["occurred_from", "area", "substance_class", "parcels", "origin"]].head()

# %% item="p6"
### BEGIN SOLUTION
p6 = pd.crosstab(autumn["area"], autumn["origin"])
### END SOLUTION

# %% [markdown]
# **Talk about it in pairs.** A colleague asks for the places of the finds, “to see the pattern within the district”. What do you answer, and what can you offer?
#
# **Ready for the exam?** If a line of code was a riddle, go back to it in the lesson, change one word, and see what happens. Then go to the [exam](exam.ipynb).
