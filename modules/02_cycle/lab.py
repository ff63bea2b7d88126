# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **What you will do:** find the break in six units, build a collection plan, and judge what a review may say.
#
# **How long:** about an hour. Alone or in pairs; in pairs, argue before you press *Check*.
#
# **Help:** each task has hints that go from a nudge to nearly the answer. Try first. After an attempt the worked solution opens.
# A wrong answer costs nothing here.

# %% [markdown]
# <a id="diagnose"></a>
# ## 1. Diagnose
#
# Six units of the invented world. Read all six before you choose: two of them look alike. Each break is used once.

# %% item="p6"

# %% [markdown]
# **For your notebook on paper:** which of the six is nearest to your own unit? What would be the smallest step to mend it, and who could take it?

# %% [markdown]
# <a id="build"></a>
# ## 2. Build a plan
#
# In Gumrel, around the works, windows of parked cars are broken. Much is told about who does it. The requirement does not ask
# who. It asks what has to be known to decide on lamps and patrols.

# %% item="p7"

# %% [markdown]
# **Compare with what happened.** In an earlier plan of the same unit stood: “call data of the whole district; section: none yet”. Nobody could say
# which question they would answer. The task was struck out, and nothing was missing in the product. What a plan leaves out
# is part of its quality.
#
# The next cell puts two of your four tasks into the toolkit and asks it on 25 June what is still open. On that day the letter has
# been answered and the extract lies on the table; the two routine questions have no task yet.

# %% tags=["words"]
QUESTIONS = [
    "On which streets, and at what hours, are cars broken into?",
    "Which lamps are out there, since when, and when will they be mended?",
    "Through which stalls and yards do stolen radios and tools pass?",
    "Why do many owners not report a broken window?",
]
DECISION = "which streets to light and to patrol, at what hours, from 1 July"
CHIEF = "deputy head of city police"
LOOK = ["extract with place and time", "letter with a list of lamps"]
SOURCE = ["register of offences", "lighting office"]
BASIS = ["section 12", "section 18"]
UNIT = "analysis unit"
SEEN = ["no.", "question", "state", "days left"]

# %%
import datetime as dt
from dataclasses import replace

from ilp_toolkit.direction.requirements import CollectionPlan, Requirement, Task

asked, needed, today = dt.date(2025, 6, 2), dt.date(2025, 6, 30), dt.date(2025, 6, 25)
urgent = ["priority", "priority", "routine", "routine"]
questions = [
    Requirement(f"R-7.{n}", text, DECISION, CHIEF, asked, needed, priority=urgent[n - 1])
    for n, text in enumerate(QUESTIONS, 1)
]
days = [dt.date(2025, 6, 6), dt.date(2025, 6, 20)]
tasks = tuple(
    Task(
        f"T-{n}", f"R-7.{n}", LOOK[n - 1], SOURCE[n - 1], UNIT, days[n - 1], BASIS[n - 1], "done", days[n - 1]
    )
    for n in (1, 2)
)
answered = [replace(one, status="answered", answer="P-25-30") for one in questions[:2]]
plan = CollectionPlan((*answered, *questions[2:]), tasks)
table = plan.gaps(at=today)[["requirement", "question", "gap_words", "days_left"]].set_axis(
    SEEN, axis="columns"
)
table.style.hide(axis="index").set_table_styles([{"selector": "th, td", "props": "text-align: left"}])

# %% [markdown]
# The decision can be taken. The two open questions stand in the register with the days that are left, so that nobody forgets them
# silently. Either they get a task, or somebody withdraws them and says so.

# %% [markdown]
# <a id="close"></a>
# ## 3. Close the loop
#
# The product was read, two measures were adopted, three months have passed. Now comes the step that most units skip.

# %% item="p8"

# %% [markdown]
# <a id="yours"></a>
# ## 4. Your own unit
#
# Five questions to take home. Write no names and no real cases into this notebook.
#
# 1. Which decision is due in your unit within the next two months?
# 2. What would have to be known for it? Write it as a requirement, on paper.
# 3. Who knows it already?
# 4. Which of your regular products would nobody miss?
# 5. When did an officer on the beat last get an answer to a report?
