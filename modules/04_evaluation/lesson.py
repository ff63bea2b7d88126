# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **How long:** an hour and a half here, an hour and a half in the lab, an hour for the exam. You can stop at any time.
#
# **How to use it:** read from the top. You type no code; the grey cells are worked examples, and each is explained. Where a
# question stands, answer it, press *Check*, and read what it says, also when you were right. Every report here is invented.

# %% [markdown]
# <a id="why"></a>
# ## 1. Why grade at all
#
# A report reaches somebody who was not there. He cannot see the source's face, does not know what the source was right about last
# year, and has six more reports of the same day. A grade tells him in two signs what the collector knows and he does not.
#
# It is given **once, early, by whoever knows most**, and it travels with the report. Three rules hold for every scale:
#
# - **One item of information, one grade.** A page with four statements is four reports.
# - **The source and the information are graded apart**, in this order.
# - **No grade is not a middle grade.** It is no grade.
#
# A grade says nothing on whether the content is true. It says on what it rests.

# %% [markdown]
# <a id="two-questions"></a>
# ## 2. The 4x4: two questions
#
# The default of this course is the 4x4 that the UNODC manuals teach and that Europol uses. One letter, one digit: two questions.
#
# **First question: what do we know of the source?** Not of the story. Look at the record: how many earlier reports were checked,
# how many held?
#
# | Code | What is known of the source | For example |
# |---|---|---|
# | **A** | no doubt at all, or right in all instances | an officer on duty who saw it; a checked register; 12 of 12 |
# | **B** | right in most instances | 16 of 20 |
# | **C** | wrong in most instances | 3 of 14 |
# | **X** | nobody can judge | a first contact; an anonymous caller; nothing was ever checked |
#
# **Second question: how is it known?** The next section takes it up. The cells below show the words of the scale as the toolkit holds
# them; the first one only names columns.

# %% tags=["words"]
NAMES = {
    "source": "Source",
    "information": "Information",
    "report_id": "Report",
    "path": "Through whom",
    "origin_id": "First source",
    "report_ids": "Reports",
    "n": "How many",
    "paths": "Paths",
    "source_grade": "Source",
    "information_grade": "Information",
    "how_obtained": "How obtained",
    "text": "As reported",
    "sanitised": "Sanitised",
    "handling": "Handling",
    "source_row": "Row of the file",
    "reason": "Why refused",
    "reports": "Reports",
    "origins": "First sources",
    "repeats": "Repeats",
    "origin_unknown": "First source not known",
}

# %%
import pandas as pd

import ilp_toolkit as ilp


def show(table):
    """Show a table with names in words, texts from the left."""
    styled = table.rename(columns=NAMES).style.hide(axis="index")
    styled.set_properties(**{"text-align": "left", "vertical-align": "top"})
    return styled.set_table_styles([{"selector": "th", "props": "text-align: left"}])


def scale(name):
    """Show the codes of one scale, the source first."""
    rows = [
        [NAMES[axis], code, words]
        for axis in ("source", "information")
        for code, words in ilp.grades.codes(name, axis).items()
    ]
    return show(pd.DataFrame(rows, columns=[name, "", " "]))


scale("4x4")

# %% [markdown]
# **Which words these are.** The wording is UNODC's (*Criminal Intelligence: Manual for Analysts*, 2011, chapter 4) as others quote it;
# Europol's, in Regulation (EU) 2016/794, Article 29, is close to it. **Nobody has compared either with the original for this toolkit yet**,
# and the Russian is our own. If your agency has its form printed, the form goes first.

# %% item="p1"

# %% [markdown]
# <a id="information"></a>
# ## 3. The information: saw it, or heard it?
#
# Three short questions lead to the digit, always in this order:
#
# 1. **Did the officer who reports see or find it himself, so that its accuracy is not in doubt?** Then **1**.
# 2. **Does the source know it at first hand?** Then **2**. The officer was not there, so it is not 1.
# 3. The source does not know it at first hand, or does not say how it knows. **Is the same already recorded, from another first
#    source?** Then **3**, otherwise **4**.
#
# An entry in a checked register can be called 1 or 2, and both can be defended: the book knows it, the officer read it. Where what
# the source saw is recorded independently as well, 1 can be defended beside 2. The exam accepts both in such cases.
#
# **3 is no step on a ladder between 2 and 4.** It is another kind of knowledge: hearsay that something else supports. A 3 with
# strong support may well be better ground than a 2.

# %% item="p2"

# %% [markdown]
# <a id="separate"></a>
# ## 4. Source and content, apart
#
# The two most useful reports for learning this are the two that feel wrong:
#
# | Report | Grade | Why it feels wrong |
# |---|---|---|
# | A registered source, right in 17 of 20, repeats what people say in a bar | **B4** | a good source, so one wants to believe |
# | A former worker, wrong in 7 of 9, says what a search has since shown | **C3** | a poor source, so one wants to wave it away |
#
# The **halo effect** makes the second grade follow the first: A comes with 1, C comes with 4. You can see it in a file: when nearly
# all grades are A1, B2 or C3, somebody graded once and wrote it twice.
#
# **What helps:** go down the column of the source for all reports first. Then cover it, and go down the other one.

# %% item="p4"

# %% [markdown]
# <a id="unknown"></a>
# ## 5. Unknown is not medium
#
# X, F, and the E of the 5x5x5 say: *nobody can judge*. That is a statement about us. It has no place in the order of the scale, neither
# in the middle nor at the end.
#
# - A witness who makes a good impression, and whom nobody has met before, is **X**. The first checked report changes that.
# - An anonymous caller is **X**, not C. C is a finding: it was wrong in most instances.
# - A report without a grade is counted apart.
#
# Software gets this wrong. One widely used table for exchanging indicators gives F and 6 the number 50 of 100: *unknown* became *half
# reliable*. Another gives 6 no number at all. Their numbers for the other codes differ as well. The toolkit makes no number of any grade, and takes no word for one:

# %%
try:
    ilp.grades.parse("medium")
except ValueError as refusal:
    print(refusal)

# %% item="p3"

# %% [markdown]
# <a id="scales"></a>
# ## 6. Three other scales you will meet
#
# Partners grade on other scales. Read them; grade on your own.

# %%
scale("6x6")

# %%
scale("5x5x5")

# %%
scale("3x5x2")

# %% [markdown]
# - The **6x6** (Admiralty, NATO) asks of the information: is it confirmed, is it logical, does it fit? It does not ask how the source knows.
# - The **5x5x5** (United Kingdom, earlier) asks nearly what the 4x4 asks, and has a code for *suspected to be false*. Its third part is the
#   handling code.
# - The **3x5x2** (United Kingdom, now) writes the **digit first**: 2B, not B2. Untested is the middle digit, and is still no middle.
#
# **Not verified:** the wording of all three is as others reproduce it. None has been compared with its original, and a new version of
# the practice behind the 3x5x2 has been published since.

# %% item="p5"

# %% [markdown]
# <a id="convert"></a>
# ## 7. Why grades of two scales are never converted
#
# Three of the four scales have a B2. Read what it says on each:

# %%
show(pd.DataFrame({"B2": [ilp.grades.parse("B2", scale=name).words() for name in ("4x4", "6x6", "5x5x5")]}))

# %% [markdown]
# The 4x4 says **who knows it**. The 6x6 says **whether it is confirmed and makes sense**. A report can be known personally to the source and
# be contradicted by everything else: 2 on one, 5 on the other. A table of conversion would have to answer a question that the first grader
# never asked.
#
# So: **the scale is written before the grade** (`6x6:B2`), a grade is passed on as it was given, and a grade whose scale is not known
# counts as not graded until the partner has said which one is meant. Who needs a grade on the own scale grades the report anew, from what
# is known, and says so. The toolkit asks rather than converts:

# %%
try:
    ilp.grades.parse("2B", scale="4x4")
except ValueError as refusal:
    print(refusal)

# %% [markdown]
# <a id="circular"></a>
# ## 8. Circular reporting: count origins
#
# One person says something. A patrol writes it down; a manager tells it to another officer; a newspaper prints that “people say so”; a
# partner sends it back to us. Four reports, one origin. Each seems to confirm the others, and none does.
#
# **How to find it.** Ask of every report *who said it first* and *through whom it came*, and write both down when the report is made:
# afterwards nobody knows. Signs of a circle:
#
# - the same unusual word or figure in all of them (“forty kilograms”, never “about thirty-eight”);
# - each newer report has less detail than the one before;
# - “partners say”, “it has become known”, “according to information received”.
#
# Then ask: **if the first source had lied, would this report still exist?**
#
# The cell reads fourteen of the invented reports, leaves out what is not stated to be lawful, and looks for first sources that came by
# several paths.

# %% tags=["words"]
EXAMPLE = "example.en.csv"

# %%
intake = ilp.read_reports(course.data(EXAMPLE), timezone="Indian/Maldives")
usable = ilp.reports.lawful(intake.table)
circles = ilp.grades.circular(usable)
circles["report_ids"] = circles["report_ids"].map(", ".join)
show(circles[["origin_id", "n", "paths", "report_ids"]])

# %%
guard = usable[usable["origin_id"] == "O-31"]
show(guard[["report_id", "path", "source_grade", "information_grade", "text"]])

# %%
show(pd.DataFrame([ilp.grades.corroboration(guard)]))

# %% [markdown]
# Three reports, one origin, two repeats. Look at the information grades that the officers gave: **two of them wrote 3, corroborated.** Each took
# the other one's report for support, and nobody asked who said it first. The right code is 4, all three times.
#
# A report whose first source nobody knows corroborates nothing. It may be the same person again.
#
# **How the method misleads.** It finds only what somebody wrote down. Two codes for one person, or a first source that kept silent about his
# own, and the circle looks like two origins.

# %% item="p6"

# %% [markdown]
# <a id="false"></a>
# ## 9. A good grade, and false
#
# One of the reports was planted false. Its source is registered, was right in most instances, and said that he knew it at first hand. **B2
# was the right grade on that day.** Here it is, with what came later:

# %%
warehouse = usable[usable["report_id"].isin(["R25-020", "R25-031", "R25-043"])]
show(warehouse[["report_id", "how_obtained", "source_grade", "information_grade", "text"]])

# %% [markdown]
# What could have warned us stands in the original: the source trades in the same market as the man he spoke of. **A motive is no grade.** It is
# written down beside it, and it leads to a task: *what would we see if it were not so?* Here: who rents the warehouse, and who has been inside?
#
# Afterwards the report **stays, with its grade**. The contradiction is noted beside it. The collector hears of it. The source's record now holds one
# report that failed, and the next grade rests on that record.

# %% [markdown]
# <a id="tainted"></a>
# ## 10. What must not enter
#
# Before any grading: **how was it obtained?** What was obtained by torture or ill-treatment does not enter, whatever it says and however well it fits
# (Convention against Torture, Article 15). It may serve only against whoever is accused of the ill-treatment. What was obtained unlawfully in another
# way is refused, too; the legal adviser says what is to be done. What nobody stated waits outside until the collector states it.
#
# The toolkit's reader does this by itself, and withholds the words:

# %%
show(intake.rejected[["source_row", "reason"]])

# %% [markdown]
# On one of these forms **both boxes say yes**, and the line above them says that the man was beaten. The words go before the boxes.
#
# **How this misleads.** The reader knows what was written. A form on which nobody wrote of the beating passes. Ask the collector; ask for the
# medical record; look who else was in the room.

# %% item="p7"

# %% [markdown]
# <a id="handling"></a>
# ## 11. Who may see it: a first glance
#
# The grade says how good a report is. The **handling code** says who may have it and on what conditions. The two are not linked: an A1 may be for
# four eyes, an X4 may stand in the newspaper. Europol's codes:
#
# | Code | What the provider says |
# |---|---|
# | **H0** | only to prevent and combat crime, as the law allows |
# | **H1** | not to be disclosed in court proceedings without the provider's permission |
# | **H2** | not to be passed on without the provider's permission |
# | **H3** | other restrictions, written in words |
#
# They are conditions, not a ladder: H1 and H2 can stand together. No code means **nobody beyond the case**, not everybody. (Wording
# not compared with Europol's own text. Module 05 goes on from here.)
#
# **Sanitised text.** Beside the original stands a text from which everything is taken out that leads to the source **or to a person who is
# named**. It is the text that leaves. Look at four reports, the original beside it:

# %%
beside = usable[usable["report_id"].isin(["R25-002", "R25-005", "R25-007", "R25-020"])]
show(beside[["report_id", "handling", "text", "sanitised"]])

# %% [markdown]
# A name goes, and so does “the source has the stall next to it”, which names without a name. The street and the day stay: they are what the report
# is for. The last one has no sanitised text, so **it cannot leave**.

# %% [markdown]
# <a id="kappa"></a>
# ## 12. Two graders, and kappa
#
# Grades are judgements, so two careful people differ. How much is too much? Let two grade the same reports alone, then compare. Counting the same
# grades is not enough: if both write B all day, they agree without reading. **Kappa** is the agreement beyond what chance alone would give: 1 is full
# agreement, 0 is no more than chance.
#
# Two graders and fifty of the invented reports:

# %%
pair = pd.read_csv(course.data("two_graders.csv"))
first, second = pair["first"].map(ilp.grades.parse), pair["second"].map(ilp.grades.parse)
both = ilp.grades.agreement(first, second, axis="source")
print(
    f"n = {both.n}   observed = {both.observed:.2f}   kappa = {both.kappa:.2f} ± {1.96 * both.kappa_se:.2f}"
)
both.table

# %%
both = ilp.grades.agreement(first, second, axis="information")
print(
    f"n = {both.n}   observed = {both.observed:.2f}   kappa = {both.kappa:.2f} ± {1.96 * both.kappa_se:.2f}"
)
both.table

# %% [markdown]
# Rows are the first grader, columns the second; the diagonal is agreement. On the source they agreed on 40 of 50, kappa 0.66. **Where** they differ says
# more than the figure: seven reports are A for one and B for the other. That is a rule to talk about (is a checked register an A?), not a careless person.
#
# **How kappa misleads.** It measures the graders, not the reports: two can agree and both be wrong. It falls where one code is rare, so two sets of
# reports are not compared by it. Under some thirty reports it is a rough figure: look at the ±.

# %% [markdown]
# <a id="misleads"></a>
# ## 13. How each scale misleads
#
# | Scale | What goes wrong | What to do |
# |---|---|---|
# | **4x4** | 3 is read as “so-so”. It is hearsay with support, and the support may be the same person | ask for the first source before writing 3 |
# | **6x6** | F and 6 stand last and are read as worst, or are given the number 50 and become the middle | count them apart |
# | **5x5x5** | E looks like the lowest grade of the source and means untested; 4 looks like the last but one of the information and means that it cannot be judged | read the words, not the order |
# | **3x5x2** | 2B looks like B2 turned round; three codes for the source force “a bit unsure” into untested | write the scale before the grade |
# | **All** | **halo**: the second grade follows the first | grade column by column |
# | **All** | **the first report wins**: later ones are measured against it | grade each as if it had come alone |
# | **All** | **arithmetic**: means, sums, colours from green to red | count grades, unknown ones apart |
# | **All** | **a good grade is taken for the truth** | put beside it what would have to be seen if it were false |
#
# **In one minute.** May it enter? One item. The source by its record. The content by how it is known. If heard: who said it first? Handling, sanitised
# text, and an answer to the officer who wrote it. Now go to the [lab](lab.ipynb).
