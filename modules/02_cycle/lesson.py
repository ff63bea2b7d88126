# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **How long:** about an hour and a half here, then an hour in the lab. You can stop at any time: answers are kept as you give them.
#
# **How to use it:** read from the top. You type no code; the cells that draw and count are folded. Where a question stands, answer it, press
# *Check*, and read what it says, also when you were right. Everything here is invented: the city, the law, the thefts.

# %% [markdown]
# <a id="words"></a>
# ## 1. Three words: information, intelligence, evidence
#
# The UNODC manuals begin with these words, and so does every misunderstanding between units.
#
# | Word | What it is | Who may lean on it |
# |---|---|---|
# | **Information** | knowledge in raw form: a report, a call, a register, a rumour | nobody yet |
# | **Intelligence** | information that was evaluated, put beside other information, and understood; it answers somebody's question and says how sure it is | who has to decide |
# | **Evidence** | what was obtained and recorded in the form that the law of procedure demands | a court |
#
# **The difference is not how secret it is.** A newspaper can be the raw material of intelligence, and a secret report can be worth
# nothing. Nor does a large table become intelligence by being large.
#
# Intelligence is no evidence. It can show where evidence may lawfully be looked for. Whoever puts it before a court as it
# stands harms the case, and perhaps a source.

# %% item="p1"

# %% [markdown]
# <a id="loop"></a>
# ## 2. The cycle is a loop
#
# A question comes in, an answer goes out, and then somebody says what became of it. That last step makes it a loop.

# %% tags=["words"]
STEPS = [
    "Direction",
    "Collection",
    "Evaluation",
    "Collation",
    "Analysis",
    "Dissemination",
    "Review",
]
TITLE = "One question on its way"

# %%
import math

import matplotlib.pyplot as plt

from ilp_toolkit.views import style

figure, axes = plt.subplots(figsize=(7, 4))
boxes = []
for n, name in enumerate(STEPS):
    angle = math.pi * (0.5 - 2 * n / len(STEPS))
    last = n == len(STEPS) - 1
    look = {
        "boxstyle": "round,pad=0.5",
        "edgecolor": style.ACCENT,
        "facecolor": style.ACCENT if last else style.PAPER,
    }
    ink = style.PAPER if last else style.INK
    text = axes.text(
        math.cos(angle), math.sin(angle), f"{n + 1}. {name}", ha="center", va="center", color=ink, bbox=look
    )
    boxes.append(text)
figure.canvas.draw()
for one, other in zip(boxes, [*boxes[1:], boxes[0]], strict=True):
    ends = {"patchA": one.get_bbox_patch(), "patchB": other.get_bbox_patch(), "shrinkA": 3, "shrinkB": 3}
    bent = {"arrowstyle": "-|>", "color": style.MUTED, "connectionstyle": "arc3,rad=-0.15"}
    axes.annotate("", other.get_position(), one.get_position(), arrowprops={**bent, **ends})
axes.set(xlim=(-1.5, 1.5), ylim=(-1.25, 1.25), title=TITLE)
axes.axis("off")
plt.show()

# %% [markdown]
# | Step | What happens | What it leaves behind |
# |---|---|---|
# | 1. **Direction** | somebody who has to decide says what must be known, and by when | a requirement |
# | 2. **Collection** | units look where the plan says, on a lawful basis | reports, extracts |
# | 3. **Evaluation** | source and content of each report are graded; who may see it is marked | a grade and a handling code on each report |
# | 4. **Collation** | graded material is sorted, linked and made findable | one governed picture |
# | 5. **Analysis** | what it means, what else it could mean, how sure we are | findings and options |
# | 6. **Dissemination** | the answer reaches those who need it, in time, marked | a product |
# | 7. **Review** | what the decision-maker did with it, what came of it, what follows | an answer to collectors, the next requirement |
#
# **Names differ, work does not.** UNODC's manual for analysts gives the development of inferences a chapter of its own; here it is part
# of analysis. Others say *tasking* or *planning* for direction, and *feedback* or *evaluation* for review. That last word is the trap:
# *evaluation* of a report (step 3) and *evaluation* of what a measure brought (step 7) are two different things.
#
# **Evaluate before you collate.** A grade belongs to one report. Once three reports are melted into one sentence, nobody can
# see any more that two of them were rumours.

# %% item="p2"

# %% [markdown]
# <a id="more"></a>
# ## 3. Intelligence-led policing is more than the cycle
#
# A unit can run a faultless cycle and write for the drawer. In the OSCE's guidebook intelligence-led policing is a **model of management**, led from the
# top: intelligence is there to set priorities and to spend officers, hours and money where they matter most. So three things come after the
# answer, and none of them is the analyst's:
#
# 1. **Decision.** Somebody chooses among options, with the product on the table, and the record says why.
# 2. **Implementation.** Each measure has an owner, a day and a number that will be counted.
# 3. **Evaluation.** After a fixed time somebody looks at what came of it, other causes included. It gives the next question.
#
# **A test for your own unit:** name the last decision that came out differently because of a product. If nobody can, you have a
# cycle, but policing is not led by it.

# %% item="p3"

# %% [markdown]
# <a id="roles"></a>
# ## 4. Who owes what
#
# | Role | Gives | Gets |
# |---|---|---|
# | **Decision-maker** | the question and the decision behind it; afterwards, what was done | an answer in time, with options and doubts |
# | **Tasking and coordination group** | priorities among several problems; tasks and officers; a record | the picture of all problems, and reviews that are due |
# | **Analyst** | grades, joins, explains; says how sure; proposes options, never decides | a clear question, access to material, word of what was done |
# | **Collector** | looks where the plan says, lawfully, and says how it was obtained | a task with a deadline and a basis; an answer to each report |
# | **Front-line officer** | notices, reports in the agreed form, carries measures out | what to look for, and what became of it |
#
# In a small unit one person holds several roles. Then keep them apart in time and on paper: who collected a report does not grade it
# alone, and who asked the question does not write the answer. The reason is simple: each of us believes our own report.
#
# **The group meets at a fixed hour**, weekly or monthly. It puts problems, places and groups in order, never persons. What it decides stands in
# a record: which problem, which measure, who, by when, how anybody will see that it worked, and when it is looked at again.

# %% item="p4"

# %% [markdown]
# <a id="direction"></a>
# ## 5. Direction: a requirement is no wish
#
# “Find out all about car thieves” is a wish. No answer can end it, so collection never ends either. A **requirement** has five parts:
#
# 1. **One question** (or up to three that belong together), limited in place, time and kind of offence. It must be able to come out either way.
# 2. **The decision** that waits for the answer. No decision, no requirement.
# 3. **Who asks**: a role or unit.
# 4. **By when**: early enough for the decision, with days left for the work on the answers.
# 5. **How urgent**, compared with what else is asked.
#
# And two lines that keep it lawful: where one may look and on what basis, and **what will not be collected**.
#
# **The analyst asks back.** Most chiefs speak in wishes, and it is part of the work to turn them round: “What will you decide with it? When? What would you
# do if the answer were the opposite?” If the last question has no answer, nothing depends on this one.
#
# ### The same, with the toolkit
# Here is the requirement that runs through this module, as the toolkit keeps it. (Whoever is curious unfolds the cells with a click on
# the three dots.)

# %% tags=["words"]
QUESTION = "On which streets of Gumrel, and at what hours, are cars broken into?"
DECISION = "which streets to light and to patrol, at what hours, from 1 July"
CHIEF = "deputy head of city police"
WISH = "Find out all you can about car thieves."
PARTS = ["question", "decision that waits", "asked by", "asked on", "needed by", "priority"]
URGENCY = {"immediate": "immediate", "priority": "priority", "routine": "routine"}

# %%
import datetime as dt

import pandas as pd

from ilp_toolkit import i18n
from ilp_toolkit.direction.requirements import CollectionPlan, Requirement, Task


def left(table):
    """Show a table with its words to the left."""
    return table.style.hide(axis="index").set_table_styles(
        [{"selector": "th, td", "props": "text-align: left"}]
    )


asked, needed = dt.date(2025, 6, 2), dt.date(2025, 6, 30)
requirement = Requirement("R-7", QUESTION, DECISION, CHIEF, asked, needed, priority="priority")
values = [QUESTION, DECISION, CHIEF, i18n.date(asked), i18n.date(needed), URGENCY[requirement.priority]]
left(pd.DataFrame({"R-7": PARTS, "": values}))

# %% [markdown]
# Now the wish. It names no decision, and the toolkit does not take it:

# %%
from ilp_toolkit.errors import InputError

try:
    Requirement("R-8", WISH, "", CHIEF, asked, needed)
except InputError as refusal:
    print(refusal)

# %% [markdown]
# A machine can only see that a line is empty. Whether the decision is a real one, people have to say.

# %% item="p5"

# %% [markdown]
# <a id="plan"></a>
# ## 6. Collection: the plan
#
# A collection plan cuts the requirement into questions and says for each one who looks where. One line a task:
#
# | Column | Ask |
# |---|---|
# | **Source** | Who knows the answer already? First what you hold, then open sources and partners, then new collection. A kind of source or a number, never a name: plans go through many hands. |
# | **Method** | What is the mildest way that answers the question? |
# | **Deadline** | Count back from the day on which the decision falls, and leave days for grading, joining and writing. |
# | **Lawful basis** | Which section allows this unit to do this, here, for this purpose? “We always do it so” is none. |
# | **Priority** | Can the decision be taken without this answer? |
#
# **Two sources that copy from each other are one source.** A newspaper that quotes a rumour does not confirm it. Plan for a second voice that
# knows from somewhere else.
#
# **What no question needs is not collected.** It costs officers, it buries what matters, and it keeps data on people without need.
# Necessity and proportion are module 03.
#
# <a id="gaps"></a>
# ### The register of gaps
# A plan also shows what is **not** being looked for. That list is what a chief should see first. Three questions of our
# requirement, and two tasks:

# %% tags=["words"]
LAMPS = "Which street lamps in Gumrel are out, since when, until when?"
BUYERS = "Through which stalls and yards do stolen radios and tools pass?"
EXTRACT = "extract of the register with place and time"
LETTER = "letter with a list of lamps"
REGISTER, OFFICE = "register of offences", "lighting office"
UNIT, DISTRICT = "analysis unit", "district unit"
POLICE_12 = "Police Service Act of Tolvania, section 12 (invented)"
POLICE_18 = "Police Service Act of Tolvania, section 18 (invented)"
SEEN = ["no.", "question", "state", "days left", "tasks"]

# %%
questions = (
    requirement,
    Requirement("R-7.2", LAMPS, DECISION, CHIEF, asked, needed, priority="priority"),
    Requirement("R-7.3", BUYERS, DECISION, CHIEF, asked, needed),
)
extract = Task("T-1", "R-7", EXTRACT, REGISTER, UNIT, dt.date(2025, 6, 6), POLICE_12)
letter = Task("T-2", "R-7.2", LETTER, OFFICE, DISTRICT, dt.date(2025, 6, 20), POLICE_18)
plan = CollectionPlan(questions, (extract, letter))


def gaps(plan, day):
    """Return the register of gaps with headings in words."""
    table = plan.gaps(at=day)[["requirement", "question", "gap_words", "days_left", "tasks"]]
    return left(table.set_axis(SEEN, axis="columns"))


gaps(plan, dt.date(2025, 6, 10))

# %% [markdown]
# Nobody looks for the buyers. Perhaps that is right: the deputy head said that the decision does not hang on it. But then somebody
# **decided** it, and it did not just happen. Two weeks later the lighting office has answered that it knows nothing, and the extract
# has brought half an answer:

# %%
from dataclasses import replace

later = plan.with_requirement(replace(requirement, status="partly"))
later = later.with_task(replace(extract, status="done", done_on=dt.date(2025, 6, 5)))
later = later.with_task(replace(letter, status="failed"))
gaps(later, dt.date(2025, 6, 24))

# %% [markdown]
# A task that found nothing leaves a gap, and the register says so. **An empty answer is not the answer “no”.** Go on, or tell the
# decision-maker what will not be known on the day.

# %% [markdown]
# <a id="evaluation"></a>
# ## 7. Evaluation and collation, in short
#
# **Evaluation** gives each report two grades that are kept apart: how reliable the source is, and how good the information. UNODC's scale has four
# steps each (A, B, C, X and 1 to 4). Grades are never added up, averaged, or carried over from one scale to another. How it is done is module 04.
# To the grade belongs the handling code: who may see it, and for what.
#
# **Collation** puts graded material together so that it can be found and compared: by place, by time, by matter. Three
# reports that go back to one mouth are one report. What is no longer needed or was never lawful goes out.
#
# <a id="analysis"></a>
# ## 8. Analysis
#
# Analysis answers the question of the requirement. It says what the picture means, **what else it could mean**, how sure that is, and what is not known.
# It ends in options, not in orders. A map is not an analysis; neither is a chart of links. Both are pictures until somebody says what follows from
# them, and what would speak against it.
#
# **Hold the draft against the requirement**, line by line. If it answers another question, because that was the one with data, say so on page one.
#
# <a id="dissemination"></a>
# ## 9. Dissemination
#
# The answer goes to those who need it and may have it, in time, in a form that they can use: the answer first, then why, then how sure. It is marked
# with who may see it and for what. Who gets it is written down, so that a correction can reach the same people.
#
# **A right answer after the decision is a wrong answer.** Half a page on the day before helps more than twenty pages on the day after.

# %% [markdown]
# <a id="review"></a>
# ## 10. Review: where the loop closes
#
# A review asks four things, on a day that was fixed when the decision was taken:
#
# 1. **Used?** What did the decision-maker do with the product?
# 2. **Done?** Were the measures carried out?
# 3. **Changed?** What happened to the number that was to be counted, and what happened where nothing was done?
# 4. **Next?** Close, go on, change, or ask again?
#
# And it answers those who collected. Who never hears what a report was worth stops writing them.
#
# In our case the deputy head decided on lamps and patrols. In October it is looked at:

# %% tags=["words"]
PROBLEM = "Thefts from cars around the works in Gumrel"
REASON = "most thefts on two streets, between 19:30 and 21:30, where the lamps are out"
LIGHT = "have the lamps on two streets mended"
WATCH = "patrol the two streets on foot from 19:30 to 21:30"
COUNTED = "thefts from cars a month on the two streets"
USED = "read in the coordination group; both options adopted"
OUTCOME = "22 a month before, 14 after; in the rest of the city a fifth less as well, so part of it may have other causes"
ASK = "Did thefts move to the streets next to the lit ones?"
COLUMNS = ["measure", "owner", "before", "after", "carried out"]
STATES = {"done": "yes", "partly": "in part", "not done": "no"}

# %%
from ilp_toolkit.direction import tasking

day, checked = dt.date(2025, 7, 1), dt.date(2025, 10, 1)
measures = (
    tasking.Measure("M-1", LIGHT, OFFICE, dt.date(2025, 7, 15), COUNTED, baseline=22, target=15),
    tasking.Measure("M-2", WATCH, DISTRICT, dt.date(2025, 7, 15), COUNTED, baseline=22, target=15),
)
decision = tasking.Decision("D-3", PROBLEM, "problem", "adopted", REASON, CHIEF, day, checked, measures)
reviewed = tasking.review(
    decision,
    on=checked,
    by=UNIT,
    done={"M-1": "done", "M-2": "done"},
    results={"M-1": 14, "M-2": 14},
    used=USED,
    outcome=OUTCOME,
    then="ask again",
    review_on=dt.date(2026, 1, 15),
)
table = tasking.to_table([reviewed])[["what", "owner", "baseline", "result", "done"]]
left(table.assign(done=table["done"].map(STATES)).set_axis(COLUMNS, axis="columns")).format(precision=0)

# %% [markdown]
# **A number that moved after a measure does not show that the measure moved it.** Two measures at once on the same streets cannot be told
# apart at all. So the review asks again, and the new question goes into the plan. The loop has turned once:

# %%
from IPython.display import Markdown, display

display(Markdown(f"*{reviewed.reviews[-1].outcome}*"))
following = tasking.follow_up(
    reviewed, id="R-9", question=ASK, asked_by=CHIEF, needed_by=dt.date(2025, 11, 15)
)
answered = [replace(one, status="answered", answer="P-25-31") for one in questions[:2]]
closed = CollectionPlan((*answered, replace(questions[2], status="withdrawn"), following), (extract, letter))
gaps(closed, checked)

# %% [markdown]
# <a id="breaks"></a>
# ## 11. Where cycles break
#
# Most cycles do not fail at analysis. They fail where one hand passes to the next.
#
# | Break | How you notice | What mends it |
# |---|---|---|
# | **Stovepipes** | two units each hold a part; neither sees the other's | a lawful way to share, one place that collates, somebody who owns it |
# | **Collect everything** | data without a question: “one day we shall need it” | ask for the decision; without one, stop and delete |
# | **Analysis without a question** | a product that nobody asked for and nobody would miss | ask the receivers which decision it serves; if none, stop |
# | **Unanswered requirement** | asked, and no task, no answer, or the answer to another question | the register of gaps on the chief's table; hold drafts against the question |
# | **Late product** | right, and after the decision | deadline before the decision; look at which step ate the days |
# | **No feedback, no review** | collectors hear nothing; nobody counts what came of measures | an answer to each report; a fixed day for the review |
#
# Collecting without a question and analysing without a question look alike. In the first, **data** pile up; in the second, **products** do.
#
# **How to diagnose.** Go back from the trouble, step by step, until you find the last step that was sound. The break lies right behind it.
# The step that hurts is seldom the step that broke: a thin product can come from a plan that had no task for the question.
#
# <a id="late"></a>
# ### Which step ate the days?
# When a product is late, look at each step: planned for when, done when? **Count only what the step itself added.** If collection was four days late
# and evaluation was four days late as well, evaluation lost nothing; it only handed the delay on. If analysis was then nine days late, it lost five.
#
# | Step | Planned | Done | Late by | Lost in this step |
# |---|---|---|---|---|
# | Collection | 6 June | 10 June | 4 | 4 |
# | Evaluation | 10 June | 14 June | 4 | 0 |
# | Analysis | 17 June | 26 June | 9 | 5 |

# %% [markdown]
# <a id="misleads"></a>
# ## 12. How the picture misleads
#
# - **It is drawn in order; real work jumps.** The analyst goes back to a collector before lunch, a grade changes when a second report comes, and a
#   question changes when half of it is answered. The circle says what must not be *missing*. It is no timetable.
# - **It seems to run by itself.** No arrow moves without a person. Ask at each arrow: who hands over to whom, when, in what form?
# - **It seems to begin with data.** It begins with a decision. In many offices it begins with what happens to be in the register, so the picture
#   shows where the police were looking before.
# - **It shows no time.** All steps are of the same size on paper. In real life collection takes most of the days, and the decision falls on a day that
#   nobody can move.
# - **It has no place for “no”.** Not to collect, not to keep, not to pass on are decisions as well. The law comes in at every step, not at one.
# - **A full turn is no success.** A cycle can turn on time and on paper and change nothing. Only a review shows that.

# %% [markdown]
# <a id="sources"></a>
# ## Where to read on
#
# - UNODC, *Criminal Intelligence Manual for Analysts* (2011): the intelligence process, chapter 2.
# - UNODC, *Criminal Intelligence Manual for Managers* (2011): types of analysis, security and management of a unit.
# - UNODC, *Criminal Intelligence Manual for Front-line Law Enforcement* (2010): the same process, for officers on the beat.
# - OSCE, *Guidebook on Intelligence-Led Policing* (2017): the model, human rights and data protection, structures, tasking.
#
# Go on with the **lab**: diagnose six units, build a plan, close the loop. Then take the **exam**.
