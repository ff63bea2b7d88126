# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# ## Practice
#
# Hints come one after the other; the worked solution comes after an attempt. Where to read again:
# [counting](lesson.ipynb#counting).

# %% item="p6"

# %% item="p7"

# %% item="p8"

# %% [markdown]
# ## Your own file
#
# `course.data` names a file of the learner's variant.

# %%
import pandas as pd

calls = pd.read_csv(course.data("calls.csv"))
calls.head()

# %% item="p9"
### BEGIN SOLUTION
p9 = len(calls)
### END SOLUTION
