# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **Ten questions and one text.** About an hour. The lesson may lie open beside you.
#
# **Your reports are your own.** Which of the sixty you get, what is known of each source, and who said it first are drawn for your card. The grade that
# your neighbour gives to the same words may be wrong on yours. Answers are kept as you give them; you may hand in again, and each attempt is kept.
#
# 52 points are marked by the machine, 8 by people with a rubric. To pass: 70 % of all points, and **both hurdles in full** (questions 2 and 3).

# %% [markdown]
# <a id="twenty"></a>
# ## 1. Twenty reports
#
# Take your time: this is the work of a morning in a real unit. Column by column is quicker than row by row, and better.

# %% item="q1"

# %% [markdown]
# <a id="desk"></a>
# ## 2. What may enter

# %% item="q2"

# %% [markdown]
# <a id="matter"></a>
# ## 3. Origins

# %% item="q3"

# %% [markdown]
# <a id="reading"></a>
# ## 4. Reading grades

# %% item="q4"

# %% item="q5"

# %% item="q6"

# %% item="q7"

# %% item="q8"

# %% [markdown]
# <a id="passing-on"></a>
# ## 5. Passing on

# %% item="q9"

# %% item="q10"

# %% [markdown]
# <a id="note"></a>
# ## 6. A note to your head of unit
#
# People mark this one, by the rubric that stands with it.

# %% item="w1"
