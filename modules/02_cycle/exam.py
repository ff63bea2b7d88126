# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **Six questions and one text.** About 45 minutes. The lesson may lie open beside you.
#
# **Your data are your own.** Questions 3 to 6 are about a unit that is drawn for your card; your neighbour's is another one. Answers are kept as you
# give them. Hand in at the end; you may hand in again, and each attempt is kept.
#
# 29 points are marked by the machine, 16 by people with a rubric. To pass: 70 % of all points.

# %% [markdown]
# <a id="order"></a>
# ## 1. In order

# %% item="q1"

# %% [markdown]
# <a id="requirement"></a>
# ## 2. The better requirement

# %% item="q2"

# %% [markdown]
# <a id="unit"></a>
# ## 3. Your unit
#
# This is the unit that was drawn for your card.

# %%
import pandas as pd

from ilp_toolkit import i18n


def shown(name):
    """Return a table of your unit, in your language."""
    table = pd.read_csv(course.data(f"{name}.{i18n.current()}.csv"), dtype=str, keep_default_na=False)
    return table.style.hide(axis="index").set_table_styles(
        [{"selector": "th, td", "props": "text-align: left"}]
    )


shown("unit")

# %% item="q3"

# %% [markdown]
# <a id="days"></a>
# ## 4. Where the days went

# %% item="q4"

# %% [markdown]
# <a id="planned"></a>
# ## 5. The plan of your unit
#
# First the questions of the requirement, then the tasks. Every section of the law that is named here is in force and allows what stands beside it.

# %%
shown("questions")

# %%
shown("tasks")

# %% item="q5"

# %% item="q6"

# %% [markdown]
# <a id="write"></a>
# ## 6. Write a requirement
#
# Two people mark this text with a rubric: the question; decision, user and day; law and proportion; whether a plan could follow from it.
# Style does not count. Write in the language in which you work.

# %% item="w1"
