# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **Four tasks with help,** about ten minutes each.
#
# **How it works:** try first. *Hint* gives a step, then another. *Check* says what was wrong,
# why, and where to read. After an attempt you may open the worked solution. Nothing here counts: make your mistakes here.
#
# The tables are your own: another card has other numbers.

# %% [markdown]
# <a id="lab-records"></a>
# ## 1. Looking through records
#
# It is **2 March 2026**. Before you lie six entries of persons. Regulation 31 (invented) stands in the lesson under *No more than
# needed*. *Last review* is the day of entry where there was none since; *closed* is the day on which the case was closed, or the
# suspicion of this person ended.

# %% item="p5"

# %% [markdown]
# <a id="lab-request"></a>
# ## 2. A telephone call at 10:15
#
# The head of operations calls: *"The robberies in Tesvar. I need all calls of all telephones in the quarter for February, today.
# The paper comes later, I answer for it."* The robberies are real, and so is the hurry. What do you do, in which order?

# %% item="p6"

# %% [markdown]
# <a id="lab-report"></a>
# ## 3. A report for the city council
#
# The council of Kelovar wants to know how bags are robbed at tram stops, so that it can move lamps and change timetables. You may
# pass on the report below, sanitised. Black out what leads to a person: the victim, a witness, a source, a suspect. Leave what the
# council needs. Read it as *the neighbour with time*.

# %% item="p7"

# %% [markdown]
# <a id="lab-table"></a>
# ## 4. A table for the public
#
# A table of the victims of violence in the home who asked for protection, by district and month. It is to be printed in the report
# to the public, totals and all. Counts from 1 to 4 must not be read *and not be worked out*. The attacker of this check knows
# everything that you leave, and that counts are whole numbers.

# %% item="p8"

# %% [markdown]
# ## And now
#
# Go through the six sentences once more (lesson, last section). Then open `exam.ipynb`. Four of its eight tasks are *hurdles*: they
# must be right in full, because in work a half-hidden victim is not hidden. You may try again on another variant.
