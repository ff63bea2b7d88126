# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # The whole cycle: from a question to a product, and back
#
# **What you get:** one case, walked through from end to end: a question, what was collected, how good it is, what it means,
# a product that leaves, a refusal, the record of it all, the answer to those who collected, and a correction afterwards.
#
# **How long:** forty minutes to read and try. The computer needs about half a minute.
#
# **How to use it:** choose *Run → Run All Cells*, then read from the top. Everything in it is invented: the city, the law, the
# reports. Afterwards copy it, and open a case of your own with `ilp.Case(…)`.
#
# The cycle has six rooms, and this notebook goes through them in order: **direction** (what is asked) → **collection** →
# **evaluation** (how good is it, who may see it) → **collation** (one picture) → **analysis** → **dissemination** (the one
# door out), and by review back to direction.

# %% tags=["parameters"]
import ilp_toolkit as ilp

LANGUAGE = "en"  # "en" or "ru"
DATA = "../../datasets"
OUT = "../../products/cycle"  # where the product goes
case = ilp.open_case("training")

# %% [markdown]
# That line opened a case: a folder with a purpose, a legal basis, an owner and a date after which nothing in it may be kept.
# It holds no data, only the record of what comes in, what is made of it, and what leaves.

# %%
import pandas as pd

from ilp_toolkit import i18n

i18n.use(LANGUAGE)
pd.set_option("display.max_colwidth", None)
terms = ["name", "legal_basis", "necessity", "proportionality", "owner", "expires"]
pd.Series({term: getattr(case, term) for term in terms}).to_frame("case")

# %% [markdown]
# ## 1. Direction: a question, and the decision that waits for it
#
# A collection without a question collects everything. So a requirement names the decision that waits for its answer, who
# asked, and by when. A task says who looks where, on what basis.

# %% tags=["words"]
QUESTION = (
    "Where and at what hours are homes in Kelovar burgled, and what lies behind the burglaries in Lomiran?"
)
DECISION = "which residents to advise, of what, before the winter"
CHIEF = "head of city police"
LOOK = "extract the register and place it on the map"
READ = "collect the information reports on the matter"
BASIS = "Police Service Act of Tolvania, section 12(2) (invented)"

# %%
import datetime as dt

from ilp_toolkit.direction.requirements import CollectionPlan, Requirement, Task

today = case.now().date()
soon = today + dt.timedelta(days=14)
question = Requirement("R-1", QUESTION, DECISION, CHIEF, today, soon, priority="priority")
plan = CollectionPlan(
    requirements=(question,),
    tasks=(
        Task("T-1", "R-1", LOOK, "register", "analysis unit", soon, BASIS),
        Task("T-2", "R-1", READ, "reports", "district units", soon, BASIS),
    ),
)
plan.gaps(at=today)[["requirement", "question", "decision", "gap_words", "days_left", "tasks"]]

# %% [markdown]
# **This register of gaps is what a chief should see first:** what is asked, what is not known yet, and how long there is.

# %% [markdown]
# ## 2. Collection: what comes in, comes in with its rules
#
# The register of offences first. `quality` is one honest sentence on how good it is; `handling` says who may see it.

# %% tags=["words"]
REGISTER = "register of offences, placed to the address; what nobody reported is not in it"
OBTAINED = "extract from the Unified Register, asked for in writing; lawful"
REPORTS = "sixty information reports, graded by those who wrote them"
FILE = "reports.csv"

# %%
register = case.collect(
    f"{DATA}/kelovar/incidents.csv",
    timezone="Indian/Maldives",
    quality=REGISTER,
    handling="internal",
    originator="XA-TPS",
    obtained=OBTAINED,
)
register.intake.report[["check", "n", "first_row", "remedy"]].head(6)

# %% [markdown]
# Then the information reports: each is one item, with its own grade and its own handling. Not all of them came in.

# %%
reports = case.collect(
    f"{DATA}/reports/{FILE}", reader=ilp.read_reports, timezone="Indian/Maldives", quality=REPORTS
)
reports.intake.rejected[["source_row", "reason"]]

# %% [markdown]
# **What is said to have been obtained by ill-treatment does not enter, and its words are withheld.** That is no matter of
# policy: the Convention against Torture, Article 15, forbids its use, except against the one who did it. What nobody stated is
# kept, but outside of what may be used:

# %%
usable = ilp.reports.lawful(reports.table)
print(len(reports.table), "→", len(usable))

# %% [markdown]
# ## 3. Evaluation: how good is it, and is it one voice or three?
#
# A grade has two halves: the source, and the information. They are never added up, averaged, or carried from one scale to
# another. So this is a count, with the unknown as unknown:

# %%
grades = ilp.grades.of_reports(usable, invalid="unknown")
pd.Series(ilp.grades.histogram(grades)).to_frame("n")

# %% [markdown]
# Three reports that say the same look like corroboration. Here two of the rumours come from one mouth each, by three ways:

# %%
ilp.grades.circular(usable)[["origin_id", "n", "paths", "report_ids"]]

# %% [markdown]
# **How it misleads:** only a noted origin can be found again. And a good grade is no truth: the report of a warehouse in Zolovan
# (R25-020) has a B2, and two later reports speak against it.
#
# Now the reports on our matter, in the text that was written for passing on:

# %%
ABOUT = ["R25-006", "R25-015", "R25-026", "R25-037", "R25-045", "R25-050"]
matter = usable[usable["report_id"].isin(ABOUT)].assign(grade=grades.astype(str))
matter[["report_id", "grade", "origin_id", "sanitised", "handling"]]

# %% [markdown]
# ## 4. Collation: one picture, under the strictest of its rules
#
# Each material has a passport: who may see it, for what, until when. What is made of several materials carries what they allow
# *in common*. Nobody has to remember it.

# %%
case.materials()[["name", "rows", "expires", "handling"]]

# %%
together = case.combine(register, reports, function=lambda register, reports: register.groupby("area").size())
passports = {"register": register.passport, "reports": reports.passport, "together": together.passport}
pd.DataFrame(
    {
        name: [", ".join(sorted(p.handling.audiences)), ", ".join(sorted(p.handling.conditions))]
        for name, p in passports.items()
    },
    index=["audiences", "conditions"],
).T

# %% [markdown]
# Two reports have no marking, so nobody beyond the case may see anything made of all the reports together. That is the default:
# what nobody decided is closed. For our product the register is enough.

# %% [markdown]
# ## 5. Analysis: where, and when
#
# The same functions as in the other notebooks; `case.analyse` only notes what went in, and hands the passport on. Analysis is
# never blocked.

# %%
import geopandas as gpd

boundary = gpd.read_file(f"{DATA}/kelovar/boundary.geojson").to_crs(register.table.crs)


def only(table, offence):
    return table[table["offence"] == offence]


burglaries = case.analyse(only, register, offence="Residential burglary", kind="fact")
grid = ilp.grids.square_grid(boundary, cell_size=500)
hot = case.analyse(ilp.hotspots.gi_star, burglaries, grid=grid)
_ = ilp.charts.gi_star(hot.table, boundary=boundary)

# %%
hours = case.analyse(ilp.patterns.aoristic, burglaries)
_ = ilp.charts.time_profile(hours.table)

# %% [markdown]
# From any cell of the map the way leads back to the rows of the register. The look is noted in the log.

# %%
busiest = hot.table["gi_z"].idxmax()
hot.rows(busiest).head(5)

# %% [markdown]
# ## 6. Analysis: three stories, and what tells them apart
#
# The reports tell of a furniture van whose firm does not exist. It is tempting to stop there. So: what else could it be, and what
# speaks *against* each? First what the register says of Lomiran, by year. It has not risen:

# %%
lomiran = burglaries.table[burglaries.table["area"] == "Lomiran"]
lomiran["occurred_from"].dt.year.value_counts().sort_index().to_frame("n").T

# %% tags=["words"]
PLANNED, CHANCE, REPORTED = "looked over beforehand", "whatever stands open", "only more is reported"
EVIDENCE = {
    "a van of no real firm asks for empty flats (B2, B2)": ["medium", "high", "C", "I", "I"],
    "a locksmith is asked how long a lock holds (B1)": ["high", "medium", "C", "N", "N"],
    "rings from Lomiran pledged each Friday (A2, B2)": ["high", "medium", "C", "I", "I"],
    "no rise in the register": ["high", "high", "I", "C", "II"],
    "mostly by day": ["high", "low", "C", "C", "N"],
}

# %%
from ilp_toolkit.analysis import hypotheses

columns = ["credibility", "relevance", PLANNED, CHANCE, REPORTED]
evidence = pd.DataFrame.from_dict(EVIDENCE, orient="index", columns=columns)
evidence

# %% [markdown]
# C is consistent, I inconsistent, II very inconsistent, N neutral. Only what speaks against a story counts. Read first which single
# judgement would turn the order over:

# %%
weighed = hypotheses.ach(evidence)
for sentence in weighed.sentences():
    print(sentence)

# %%
weighed.items[["weight", "diagnosticity"]].round(2)

# %% [markdown]
# **How it misleads:** it gives no probability, and a story that nobody tested leads by default. An item with a diagnosticity of 0
# fits all stories alike: it feels like support and tells nothing. Gather more of what stands on top, not more of what fits.

# %% [markdown]
# ## 7. Words: what may be said, and how
#
# *Likely* means something: in the yardstick of ICD 203, from 55 to 80 %. A linter reads the sentence before a chief does. First a
# sentence as it is often written:

# %% tags=["words"]
LOOSE = "It is very likely, with high confidence, that a gang might be behind the burglaries."
SAID = (
    "Homes in the centre of Kelovar are burgled more often than elsewhere, mostly by day. "
    "It is likely that this pattern will hold through the winter."
)
TITLE = "Burglary of homes in Kelovar, 2023 to 2025"
SOURCE = "Unified Register, extract for the city police (invented)"
CONSENT = "letter 41/7 of the keeper of the register"
COUNCIL = "city council of Kelovar"

# %%
from ilp_toolkit.dissemination import language

for remark in language.lint(LOOSE):
    print(remark.found or remark.sentence, "→", remark.fix)

# %% [markdown]
# And the sentence that we stand for. Nothing to remark:

# %%
print(SAID)
language.lint(SAID)

# %% [markdown]
# ## 8. Dissemination: look before it leaves
#
# `ilp.preview` makes every check of the gate and writes nothing. It says what would be lost on the way: what the public sees of
# this map is not what the analyst sees.

# %%
ilp.preview(
    hot, audience="public", author="analyst-07", purpose="prevention", statement=SAID, confidence="moderate"
)

# %%
seen = ilp.preview(hot, audience="public", purpose="prevention").tables["cells"][["cell_id", "n", "spot"]]
held = hot.table[["cell_id", "n", "gi_z", "q_value"]]
held.merge(seen, on="cell_id", suffixes=("", "_public")).drop(columns="cell_id").round(3).head(8)

# %% [markdown]
# ## 9. Dissemination: the one door out
#
# First in a hurry. The gate refuses, leaves nothing behind, and names for each check the line that mends it:

# %%
from ilp_toolkit.errors import DisclosureError

try:
    ilp.release(hot, OUT, audience="public", author="analyst-07")
except DisclosureError as refusal:
    print(refusal)

# %% [markdown]
# Then as it should be: one purpose, the consent of whoever gave the register, a sentence somebody stands for, and how sure it is.
# The gate cannot see the letter. It keeps the number as *claimed*, with the name of who claims it.

# %%
root = case.audit.root()
product = ilp.release(
    hot,
    OUT,
    audience="public",
    author="analyst-07",
    purpose="prevention",
    title=TITLE,
    source=SOURCE,
    statement=SAID,
    confidence="moderate",
    second_person="analyst-11",
    consent={"XA-TPS": CONSENT},
    recipients=[COUNCIL],
    boundary=boundary,
)
sorted(path.relative_to(product).as_posix() for path in product.rglob("*") if path.is_file())

# %%
from IPython.display import Image

Image(product / "figures" / "map.png", width=640)

# %% [markdown]
# Open `finding.html` in the folder named in `OUT`. It opens without the internet, and it carries the root of the audit log as it
# was when the product left.
#
# ## 10. The record: what was done, and that nobody changed it
#
# Every line of the log holds the hash of the one before. Whoever changes, drops or adds a line later is found out.

# %%
log = [(entry.n, entry.event, entry.subject, entry.hash[:12]) for entry in case.audit.entries()]
pd.DataFrame(log, columns=["n", "event", "subject", "hash"]).set_index("n")

# %%
print(root)
print(root in (product / "finding.html").read_text(encoding="utf-8"))
print(case.audit.verify())

# %% [markdown]
# No problems is an empty list. `ilp audit verify FOLDER` on the command line says the same to somebody who does not trust this
# notebook. With the root on the product an ombudsman can check that this log is the one of that day.
#
# ## 11. Answer those who collected
#
# A collector who never hears what became of a report stops writing them. So each report that was used is answered: what it was
# worth, and what is asked next.

# %% tags=["words"]
ANSWER = "Used in the profile of burglary. Did anybody note the hours at which the van came?"

# %%
answered = ilp.reports.answer(usable, "R25-006", ANSWER, by="analyst-07", at=case.now())
case.audit.append("feedback", subject="R25-006")
print(len(ilp.reports.unanswered(usable)), "→", len(ilp.reports.unanswered(answered)))

# %% [markdown]
# ## 12. Direction again: the decision, and what came of it
#
# The decision-maker decides, and the record says what, why, and how anybody will see that it worked. A measure has an owner, a
# day, and a number to be counted. Problems stand in it, never persons. (What came of it is invented here, like all the rest.)

# %% tags=["words"]
PROBLEM = "Residential burglary in the centre of Kelovar"
REASON = "more burglaries than elsewhere, on the same map however it is drawn"
MEASURE = "advise residents and house managers on locks, and on movers without papers"
COUNTED = "burglaries a month in the hot cells"
USED = "read in the weekly meeting; the first of two options adopted"
OUTCOME = "two fewer a month; in the rest of the city it fell as well, so the advice may not be the cause"
NEXT = "Did burglaries fall more where residents were advised than where they were not?"

# %%
from ilp_toolkit.direction import tasking

inside = hot.table[(hot.table["q_value"] < 0.05) & (hot.table["gi_z"] > 0)]
a_month = round(inside["n"].sum() / 36, 1)
advice = tasking.Measure(
    "M-1", MEASURE, "prevention unit", soon, COUNTED, baseline=a_month, target=a_month - 2
)
decision = tasking.Decision(
    "D-1", PROBLEM, "problem", "adopted", REASON, CHIEF, today, soon, measures=(advice,), findings=(hot.id,)
)
later = soon + dt.timedelta(days=90)
reviewed = tasking.review(
    decision,
    on=later,
    by="analysis unit",
    done={"M-1": "done"},
    results={"M-1": a_month - 2},
    used=USED,
    outcome=OUTCOME,
    then="ask again",
    review_on=later + dt.timedelta(days=90),
)
case.audit.append("review", subject="D-1")
tasking.to_table([reviewed])[["decision", "what", "indicator", "baseline", "result", "outcome", "next"]].T

# %% [markdown]
# **A number that moved after a measure does not show that the measure moved it.** That is why the review asks again; and with the
# next question the cycle begins anew.

# %%
following = tasking.follow_up(
    reviewed, id="R-2", question=NEXT, asked_by=CHIEF, needed_by=later + dt.timedelta(days=60)
)
answered_question = Requirement(
    "R-1", QUESTION, DECISION, CHIEF, today, soon, priority="priority", status="answered", answer=hot.id
)
plan = plan.with_requirement(answered_question).with_requirement(following)
plan.gaps(at=later)[["requirement", "question", "decision", "gap_words", "days_left"]]

# %% [markdown]
# ## 13. A record was wrong
#
# Months later a resident writes: the burglary was not in that house. The record is put right in the register, and the case is told
# so. It says which findings are stale, and who must be told. Nobody has to remember who got the product.

# %% tags=["words"]
WRONG = "the address was that of another house"
LETTER = "letter, by hand"

# %%
correction = ilp.retention.rectify(case, "K24-05917", by="analyst-07", reason=WRONG)
correction

# %%
for reason in case.stale(hot):
    print(reason)

# %% [markdown]
# A stale finding does not leave again:

# %%
try:
    ilp.release(hot, OUT, audience="public", author="analyst-07", purpose="prevention")
except DisclosureError as refusal:
    print(refusal)

# %% [markdown]
# And each past recipient gets a notice. It names the product and what to do with it, never the record: a notice that repeats the
# error spreads it.

# %%
for notice in ilp.retention.open_notices(case):
    print(notice.text())
    ilp.retention.sent(case, notice, by="analyst-07", how=LETTER)
print(len(ilp.retention.open_notices(case)))

# %% [markdown]
# ## 14. And now a case of your own
#
# ```python
# case = ilp.Case(
#     "…", folder="…", purpose="…", legal_basis="…", owner="…", necessity="…", proportionality="…", retention="90 days"
# )
# ```
#
# The folder holds the record, not the data; the key lies elsewhere. Three things this notebook cannot give you: a law that allows
# it, a question worth asking, and somebody who reads the review.
