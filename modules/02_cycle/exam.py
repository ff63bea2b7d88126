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
# 28 points are marked by the machine, 16 by people with a rubric. To pass: 70 % of all points.

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
# An inspection went through the unit and wrote down six findings.

# %% tags=["words"]
UNITS = {
    "P1": "the unit in Zolovan; fuel is stolen from parked lorries",
    "P2": "the unit in Narshumet; copper is stolen from the mine's yards",
    "P3": "the unit in Dulkobor; sheep are stolen from summer pastures",
    "P4": "the unit in Zimtel; parcels are stolen from lockers",
    "P5": "the unit in Oshkogan; tools are stolen from building sites",
    "P6": "the unit in Terzemir; telephones are stolen at bus stations",
    "P7": "the unit in Palrigan; goods are stolen from containers",
    "P8": "the unit in Shimedun; freight is stolen from standing trains",
}
FINDINGS = {
    "F01": "Each month the analyst draws a chart of all calls of the year. It is on no agenda, and nobody can say who wanted it.",
    "F02": "The weekly picture is complete and correct. It goes out on Thursday; officers are assigned on Monday.",
    "F03": "The railway police and the district have both noted the same van since spring. Neither can search the other's book.",
    "F04": "Before anybody was sent out, the head of unit named the decision, its day, and three questions.",
    "F05": "A question of March stands in the plan with no task beside it. In June nobody had been asked to look.",
    "F06": "Two answers disagreed. The product gave both, and said which one more source could tell them apart.",
    "F07": "At every stop patrols fill in forty fields. Nobody could name a decision that needs them.",
    "F08": "Officers wrote eleven reports. None has heard what became of them, and since August nobody writes.",
    "F09": "A report of sixty pages went to nine offices. None of them had ordered it, and none has used it.",
    "F10": "Each report that was used got an answer within a week: what it was worth, and what is asked next.",
    "F11": "The border post keeps its reports in a folder of its own. The unit, which works on the same goods, learned of them from a newspaper.",
    "F12": "The chief asked where the stolen goods are sold. The product describes how they are stolen.",
    "F13": "Lamps were put up on the unit's advice. Since then nobody has counted whether fewer thefts happen.",
    "F14": "The unit copies the guest lists of all hotels each week. “They may be useful one day.”",
    "F15": "One report was set aside: nobody could say how it was obtained. The product says so.",
    "F16": "The answer was right. It reached the chief two days after the meeting that had asked for it.",
}
QUESTIONS = {
    "K1": "At which places does it happen, and does it come back to the same ones?",
    "K2": "At what hours and on which days does it happen?",
    "K3": "Through which markets and yards do the stolen goods pass?",
    "K4": "What share is never reported, and why?",
    "K5": "What has been tried so far, and what came of it?",
    "K6": "How do the thieves get in: what is open, what is forced?",
    "K7": "Does it happen in the neighbouring towns in the same way?",
}
LOOKS = {
    "L1": "register of offences: extract with place and time",
    "L2": "patrols: note what is open and what is lit, in public places",
    "L3": "owners: short survey without names",
    "L4": "trade office: joint inspection of traders",
    "L5": "neighbouring units: standard request",
    "L6": "guards' log-books, with the consent of the firms",
    "L7": "insurers: figures by month, without names",
    "L8": "a talk with Velkopil Arshumet, guard, 14 Tamirvan Street",
    "L9": "what Dornilek Kamtubor tells his handler",
}
BASES = {
    "B1": "order of the head of unit, by telephone",
    "B2": "Police Service Act, section 12",
    "B3": "none yet; will be settled later",
    "B4": "Police Service Act, section 14",
    "B5": "Police Service Act, section 18",
    "B6": "usual practice of the unit",
    "B7": "Police Service Act, section 30",
}
STEPS = {
    "S1": "Direction: requirement agreed",
    "S2": "Collection: last report in",
    "S3": "Evaluation: all reports graded",
    "S4": "Collation: picture put together",
    "S5": "Analysis: draft ready",
    "S6": "Dissemination: product handed over",
}
SHOWN = {
    "finding": "no.",
    "words": "what was found",
    "step": "no.",
    "name": "step",
    "planned": "planned",
    "done": "done",
    "question": "question",
    "task": "task",
    "look": "source and method",
    "due": "due",
    "basis": "lawful basis",
}
ABOUT = "Your unit: {unit}. Requirement asked on {asked}; the analyst needs all reports by {needed}."

# %%
import pandas as pd

pd.set_option("display.max_colwidth", None)


def shown(file, columns, **words):
    """Return a table of your unit, with codes put into words."""
    table = pd.read_csv(course.data(file), dtype=str, keep_default_na=False)
    for column, (code, meanings) in words.items():
        table[column] = table[code].map(meanings)
    return table[columns].rename(columns=SHOWN).set_index(SHOWN[columns[0]])


unit = pd.read_csv(course.data("unit.csv"), dtype=str).iloc[0]
about = ABOUT.format(unit=UNITS[unit["unit"]], asked=unit["asked_on"], needed=unit["needed_by"])
print(about)
shown("findings.csv", ["finding", "words"], words=("code", FINDINGS))

# %% item="q3"

# %% [markdown]
# <a id="days"></a>
# ## 4. Where the days went
#
# The calendar of the last product of the unit.

# %%
shown("steps.csv", ["step", "name", "planned", "done"], name=("step", STEPS))

# %% item="q4"

# %% [markdown]
# <a id="planned"></a>
# ## 5. The plan of your unit
#
# First the questions of the requirement, then the tasks. All sections named here are in force and allow what stands beside them.

# %%
print(about)
shown("questions.csv", ["question", "words"], words=("code", QUESTIONS))

# %%
shown("tasks.csv", ["task", "question", "look", "due", "basis"], look=("look", LOOKS), basis=("basis", BASES))

# %% item="q5"

# %% item="q6"

# %% [markdown]
# <a id="write"></a>
# ## 6. Write a requirement
#
# Two people mark this text with a rubric: the question; decision, user and day; law and proportion; whether a plan could follow from it.
# Style does not count. Write in the language in which you work.

# %% item="w1"
