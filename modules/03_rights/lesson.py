# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **How long:** about 75 minutes for this lesson, 45 for the lab, 45 for the exam.
#
# **How to use it:** run all cells once, then read from the top. There is no code to type: it is folded away, and a click on it
# shows what the toolkit does. Each question answers at once and says where to read again.
#
# Everything in it is invented: the city of Kelovar, its districts, its law, its people. So you can speak freely about it.

# %% [markdown]
# <a id="why"></a>
# ## Why rights make the work possible
#
# Intelligence-led policing runs on two things that nobody can order: people who tell the police something, and courts that
# believe what the police bring. Both stop when rights are broken.
#
# - **People stop talking.** A witness from Tesvar told the desk what she saw. Her name went round on a list. Nobody on that
#   street has told the desk anything since.
# - **Courts stop believing.** A telephone was read without an order. The robber was the right man. He walked out, and the
#   order for the next telephone took longer.
# - **The wrong people are watched.** A victim was entered in the list of "persons linked to robbery". Two years later she
#   was stopped at the border post of Salvamet.
# - **The picture becomes false.** A statement that was beaten out of somebody says what the beater wanted to hear. It is
#   wrong *and* it is a crime.
#
# Intelligence also makes mistakes large. An officer who errs on the street harms one person. A list that errs harms
# everybody on it, every day, in every office that got a copy.

# %% [markdown]
# <a id="failures"></a>
# ## What went wrong elsewhere
#
# No country is named here, and none is safe from any of it.
#
# | What was built | What came of it | The safeguard that was missing |
# |---|---|---|
# | One list for victims, suspects and friends of suspects | Victims were treated as suspects for years | roles kept apart |
# | An official list with a clean-up, and private copies without | People who had been removed came back | one record, one door out, recipients told |
# | A score for each person: "likely to offend" | More arrests of those listed, no fewer victims | problems and places are ranked, persons never |
# | A public map with a dot for each offence | Neighbours knew whose house it was | small counts hidden, places made coarse |
# | Telephone data of a whole quarter "for later" | Nobody could say which case it served; the court threw all of it out | necessity; one question, one authorisation |
# | Patrols sent where most drugs had been found | They found drugs there, and were sent there again | who looked? a test for bias |
# | "Get it done, the paper comes later" | The paper never came; the junior officer answered for it | refuse in writing, name the lawful way |
#
# Read the last column again. It is the programme of this module.

# %% [markdown]
# <a id="frame"></a>
# ## The legal frame, on one page
#
# **This is training, not legal advice. Nothing in the table has been verified for your country.** Read the originals, and
# check with your legal department: the last line is for you to fill in.
#
# | Source | What it asks, in short | At your desk |
# |---|---|---|
# | ICCPR, Art. 7 | Nobody is tortured or treated cruelly, inhumanly or degradingly; not in an emergency either (Art. 4(2)) | No report that came out of ill-treatment is used; it is passed to those who prosecute it |
# | ICCPR, Art. 9 | No arbitrary arrest; reasons at once; promptly before a judge | A product never says "arrest him"; it says what is known, and how well |
# | ICCPR, Art. 14 | Innocent until proved guilty; a lawyer; no forced testimony against oneself | "Suspect", never "the thief"; how each statement was obtained stands beside it |
# | ICCPR, Art. 17 | No arbitrary or unlawful interference with private life, home, correspondence | The law and the reason are written down before you collect |
# | ICCPR, Arts. 2, 18, 26 | A remedy for all; freedom of belief; no discrimination | Belief, origin and opinion are not suspicion |
# | UNCAT, Art. 15 | A statement made as a result of torture is no evidence, except against the one accused of torture | The toolkit does not let such a report in |
# | UNCAT, Art. 2(3) | An order from above is no justification of torture | "I was told to" does not help |
# | UN Code of Conduct for Law Enforcement Officials (General Assembly resolution 34/169) | Art. 2 dignity and rights; Art. 4 confidential matters stay so; Art. 5 no torture, no superior orders; Art. 8 oppose violations and report them | Your duty to refuse and to report stands in it. No treaty, but a common standard |
# | UN Declaration of Basic Principles of Justice for Victims (resolution 40/34) | Victims are informed, treated with respect, their privacy and safety protected | No victim in anything that leaves |
# | Council of Europe, Convention 108+ (principles) | Lawful, for a stated purpose, no more than needed, accurate, not longer than needed; special categories protected; access and correction | Binds its parties only. Here it teaches |
# | **Your national law** | criminal procedure, operational-search activity, personal data, police act, retention periods | **Check with your legal department. Write the articles here: …** |
#
# The toolkit holds such rules as packs. Each rule says where it stands, and whether a person has held it against the
# original. So far nobody has:

# %% tags=["words"]
RULE, PLACE, COMPARED = "rule", "where it stands", "compared with the original"
YES, NO = "yes", "no"

# %%
import pandas as pd

import ilp_toolkit as ilp
from ilp_toolkit.direction import rules


def shown(table):
    left = {"selector": "th, td", "props": "text-align: left"}
    return table.style.hide(axis="index").set_table_styles([left]).set_properties(**{"text-align": "left"})


packs = [rules.load("iccpr17"), rules.load("uncat15")]
lines = [(rule.text, rule.citation, YES if rule.verified else NO) for pack in packs for rule in pack.rules]
shown(pd.DataFrame(lines, columns=[RULE, PLACE, COMPARED]))

# %% [markdown]
# **How it can mislead:** a rule in a table looks like the law. It is a reminder of the law. A pack that says `verified` only
# says that one person compared it once; and no pack knows the order that came out last week.

# %% [markdown]
# <a id="test"></a>
# ## The test: four questions before you start
#
# Ask them in this order. At the first *no*, stop.
#
# 1. **Law.** Which article allows it, and who must authorise it? Is the authorisation there, in writing, now?
# 2. **Aim.** Which offence or danger is it about? Is that a matter for the police at all?
# 3. **Necessity.** Could a milder way answer the question? *Useful* is not *necessary*.
# 4. **Proportionality.** What does it cost the people it touches, the innocent ones too? Is that fair beside what it brings?
#    Can it be made smaller: fewer people, fewer days, fewer columns, fewer readers?
#
# Then write one line for each, the date, and the day on which you will ask again. If it is not written down, you did not ask.
#
# **A case.** Four robberies in Tesvar, all between 20:00 and 21:00, two streets apart. Somebody proposes: all calls of all
# telephones at the two masts of Tesvar, for March.
#
# | Question | Answer | |
# |---|---|---|
# | Law | The code of Tolvania (invented) allows mast data with a judge's order. There is none yet | ask for it first |
# | Aim | Four robberies, numbers of the cases named | yes |
# | Necessity | Two victims remember that the robber telephoned. The cameras of the tram stop have not been asked for | cameras first |
# | Proportionality | A month of two masts: about 27,000 people, most of them asleep at home | no |
#
# **Made smaller:** the cameras first. If they do not answer: an order for the two masts, for the four hours of the four
# evenings, to find numbers that appear in all four. Other numbers stay pseudonyms and are erased after 30 days.
# The question is the same. 27,000 people became the few who were there four times.
#
# **How it can mislead:** the test becomes a formula. Three signs: the same sentence on every file; a necessity that was
# written *after* the collection; ten small measures, each of them fair, that together follow a man all day. Test the sum, too.

# %% item="p1"

# %% [markdown]
# <a id="roles"></a>
# ## Who is who: roles and rights
#
# A person is in your material in a *role*. The role is a fact about this case, on this day. It is no trait of the person, and
# it can change: a suspect is cleared, a witness turns out to be a victim.
#
# | Role | What this person can expect from you |
# |---|---|
# | **Suspect, accused** | told of the reasons at once; a lawyer; silence; innocent until a court says otherwise; entries reviewed |
# | **Convicted** | what the judgment says, no more; an end: a record is not for ever |
# | **Acquitted, cleared** | out of the list of suspects the same day, and every recipient told |
# | **Victim, complainant** | privacy and safety; information on the case; never in one list with the suspect |
# | **Witness** | safety; own language; the record read and corrected before it is signed |
# | **Contact, other** | somebody who telephoned, was a neighbour, sold a car: no suspicion follows from it |
# | **Child** | all of it, and more care: fewer readers, shorter periods |
# | **Unknown** | *unknown* is a role of its own. It is never filled up to "suspect" |
#
# And those who are in no file at all: the **citizens** of the district on your map. They have a right not to be watched
# without reason (Art. 17), to be treated alike (Art. 26), and to complain and be heard (Art. 2).
#
# ### What the toolkit does with roles
#
# A list of the desk, four people. We try to hand it to the other units of our own agency:

# %% tags=["words"]
CASE = "Robberies in Kelovar"
BASIS = "Police Service Act of Tolvania, section 12 (invented)"
NECESSITY = "Bags are robbed at tram stops; without hours and places nobody can be advised."
PROPORTIONALITY = "Offences, days and districts only; nobody is named in what leaves."
DESK = "list of the desk, written by hand"

# %%
import tempfile

folder = tempfile.mkdtemp()
case = ilp.Case(
    CASE,
    folder=f"{folder}/case",
    key_folder=f"{folder}/keys",
    purpose=["prevention", "tasking"],
    legal_basis=BASIS,
    owner="analyst-07",
    necessity=NECESSITY,
    proportionality=PROPORTIONALITY,
    retention="90 days",
)
desk = pd.DataFrame(
    {
        "person": ["T-11", "T-12", "T-13", "T-14"],
        "role": ["suspect", "victim", "witness", "suspect"],
        "area": ["Tesvar", "Tesvar", "Lomiran", "Tesvar"],
    }
)
people = case.collect(desk, reader=lambda table, **rest: table, quality=DESK, handling="internal")
as_it_is = case.analyse(lambda table: table, people, kind="fact")
to_units = {"audience": "agency", "author": "analyst-07", "purpose": "tasking", "columns": ["role", "area"]}
print(ilp.preview(as_it_is, confidence="moderate", **to_units))

# %% [markdown]
# `roles: refused`. The victim and the witness stood in one list with two suspects. Now one list, one role:

# %%
suspects = case.analyse(lambda table: table[table["role"] == "suspect"], people, kind="fact")
print(ilp.preview(suspects, confidence="moderate", **to_units))

# %% [markdown]
# **How it can mislead:** the machine reads the column `role`. If somebody wrote "suspect" beside a victim, it believes it. And
# a column `role` is easily left out. The safeguard is the person who enters the role, and the second one who looks.
#
# Now you. A report from Tesvar:
#
# > On 14 March **Tarimet** was robbed of her bag at the tram stop. **Kemetel**, who sells bread there, saw two men run to
# > Ossumir Street. A patrol stopped **Dorlosul** with the bag. His telephone had called **Palvadun** twice that day; nothing
# > else is known of her. **Zimkonok**, named by mistake on the first day, was at work: his shift list shows it, and the
# > investigator closed the suspicion. The second man has a **scar**; nobody knows who he is.

# %% item="p2"

# %% [markdown]
# <a id="retention"></a>
# ## No more than needed, no longer than needed
#
# **Minimisation** is the cheapest safeguard: what you did not take cannot leak, go stale, or be asked for by somebody else.
# For the question "at what hours are bags robbed in Tesvar?" you need the hour and the district. You need no name, no age, no
# house number, no telephone. Go through the columns and ask of each: *which sentence of the product needs you?*
#
# **Retention** is a date, not an intention. Each entry has a day on which somebody looks at it again, or it goes. In this
# course the invented *Regulation 31 of the Tolvanian Police Service* holds:
#
# | Role | Rule |
# |---|---|
# | **Acquitted or cleared** | erase at once, however new the entry; tell whoever received it |
# | **Victim, witness** | keep while the case is open, however old; erase when the case has been closed for more than six months (183 days) |
# | **Suspect** | last review up to one year (365 days) ago: keep · more than one year ago: review now · more than two years (730 days) ago: erase |
#
# A first entry counts as a review. Real periods differ from country to country: **not verified for yours, ask your legal
# department.**
#
# The toolkit gives every case such a day, ninety days from today for the one that we opened above. After it, nothing of the case
# leaves:

# %% tags=["words"]
THE_CASE, SAYS = "the case", "says"
TITLE, LAW, WHY = "title", "on what law it rests", "why it is needed"
SMALLER, GOES = "why no more is taken", "goes on"

# %%
case_says = {
    TITLE: case.name,
    LAW: case.legal_basis,
    WHY: case.necessity,
    SMALLER: case.proportionality,
    GOES: case.expires.date().isoformat(),
}
shown(pd.DataFrame(list(case_says.items()), columns=[THE_CASE, SAYS]))

# %% [markdown]
# **If an entry is wrong,** mending the entry is half of the work. Whoever got a product with it must hear of it. The record of
# what left, to whom and when is what makes that possible; `ilp.retention.rectify` writes the notices.
#
# **How it can mislead:** erased in the register and alive in a spreadsheet, a chat, a backup, a printed list in a car. And
# "review" can become a click: the same officer, the same reason, four hundred entries in one afternoon.

# %% [markdown]
# <a id="redaction"></a>
# ## Blacking out a text
#
# The manuals of UNODC and the OSCE speak of *sanitisation*: a text is sanitised when nobody can work out from it who the source is,
# or whom it is about. It then goes to those who *need to know*, and to no others. The name is only the first step:
#
# 1. **Direct:** names, numbers, addresses, plates, telephones.
# 2. **Indirect:** "the only pharmacist of Zimtel", "the brother of the man convicted in May", "the officer on the night desk".
# 3. **The source:** what only one person could have seen. "From the stall next to it" names the one who has that stall.
# 4. **Together:** a day, an hour and a corner, each harmless. Together one event, and who was there.
#
# Imagine a *neighbour with time*: somebody who lives there, reads the paper, and wants to know. If this neighbour finds the
# person, the text is not ready. Leave what the reader needs to act: the district, the kind of hour, how it was done.
#
# The toolkit makes a first pass. Watch what it takes, and what it leaves:

# %% tags=["words"]
TEXT = (
    "Mr. Dornilek Salvarak, driver of the white van XA-0041-KV, lives at 12 Palrinok Lane. His wife, the only "
    "pharmacist of Zimtel, telephoned from +992 900 12 34 56. The caretaker of the school saw the van on 3 March."
)
NAME = "Dornilek Salvarak"

# %%
import textwrap

print(textwrap.fill(ilp.redaction.redact(TEXT, names=[NAME]).text, 90))

# %% [markdown]
# The name and the telephone are gone. The plate, the house, the pharmacist and the caretaker stayed. **A machine finds
# patterns; it does not know that Zimtel has one pharmacist. You do.** So the machine goes first, a person goes second, and a
# second person reads the result as the neighbour would.
#
# **How it can mislead:** black bars look like safety. A bar drawn over a picture of text leaves the text below it. A file keeps
# earlier versions, comments, the author's name. And three texts, each well redacted, can be laid over each other.

# %% [markdown]
# <a id="counts"></a>
# ## Small counts: how somebody comes back by subtraction
#
# A count of 2 in a district with one school is two children whom everybody knows. So small counts are hidden before a table
# leaves. Here: **1 to 4 are hidden, 0 and 5 or more are shown.** The limit is a rule of the agency, not a law of nature.
#
# But a hidden number is not gone. Robberies of pupils in three districts:
#
# | District | January | February | March | Total |
# |---|---|---|---|---|
# | Tesvar | 11 | 9 | 14 | 34 |
# | Lomiran | 8 | ■ | 7 | 18 |
# | Umtelor | 6 | 12 | 10 | 28 |
# | **Total** | **25** | **24** | **31** | **80** |

# %% item="p3"

# %% [markdown]
# One black square protects nobody: the row gives it back, and so does the column. Company in the *row* is not enough either,
# because the column still gives it back. You need **company in the row, company in the column, and a fourth cell that closes
# the rectangle**:
#
# | District | January | February | March | Total |
# |---|---|---|---|---|
# | Tesvar | 11 | 9 | 14 | 34 |
# | Lomiran | ■ | ■ | 7 | 18 |
# | Umtelor | ■ | ■ | 10 | 28 |
# | **Total** | **25** | **24** | **31** | **80** |
#
# Now the two in Lomiran are 11 together, and many pairs fit. Choose the rectangle that costs the least information: small
# numbers first. Check it as an attacker: *take each row and each column, and try.*
#
# ### The same with two products
#
# The total need not stand in the same table. It can stand in last month's report. The toolkit remembers what left. Here are the
# robberies of one quarter of 2025, by district, as they stand in the register, and as the public would see them:

# %% tags=["words"]
QUALITY = "extract from the register of offences; what nobody reported is not in it"
QUARTER = "Robberies by district, January to March 2025"
MONTHS = "Robberies by district, January and February 2025"
SOURCE = "Unified Register, extract (invented)"
OBTAINED = "extract, asked for in writing; lawful"
NAMES = "area"
AREA, INSIDE, OUTSIDE = "district", "in the register", "what the public would see"

# %%
import geopandas as gpd

register = case.collect(
    course.data("robberies.csv"),
    timezone="Indian/Maldives",
    quality=QUALITY,
    handling="internal",
    obtained=OBTAINED,
)
districts = gpd.read_file(course.data("districts.geojson")).to_crs(register.table.crs)


def by_district(until):
    rows = case.analyse(lambda table: table[table["occurred_from"] < until], register, kind="fact")
    return case.analyse(ilp.hotspots.count_by_area, rows, areas=districts)


def side_by_side(finding, seen):
    public = ["■" if pd.isna(n) else int(n) for n in seen.tables["districts"]["n"]]
    return shown(pd.DataFrame({AREA: finding.table[NAMES], INSIDE: finding.table["n"], OUTSIDE: public}))


quarter = by_district("2025-04-01")
public = {"audience": "public", "author": "analyst-07", "purpose": "prevention", "confidence": "moderate"}
side_by_side(quarter, ilp.preview(quarter, statement=QUARTER, **public))

# %% [markdown]
# Four small counts are hidden. There are four of them, so no total gives one of them away. It leaves:

# %%
left = ilp.release(quarter, f"{folder}/quarter", statement=QUARTER, title=QUARTER, source=SOURCE, **public)
print(left.name)

# %% [markdown]
# A week later the council asks for January and February alone. A harmless wish. But *quarter less two months is March*:

# %%
months = by_district("2025-03-01")
side_by_side(months, ilp.preview(months, statement=MONTHS, **public))

# %% [markdown]
# Gumrel had 8 in the quarter and 7 by the end of February. Shown side by side they would say: **one robbery in March, in
# Gumrel.** One victim, whom the street knows. So the second product loses that number, and others that would lead back to it.
#
# **How it can mislead:** the memory knows this case only. What another unit, another agency or the newspaper published, it does
# not know. The neighbour who knows one of the two victims needs no subtraction. And hiding costs: a table full of black squares
# helps nobody, so ask first whether the reader needs months *and* districts.

# %% [markdown]
# <a id="bias"></a>
# ## The biased indicator
#
# A register shows what was **recorded**. Between an offence and a record stand two doors: somebody *reported* it, or an officer
# *discovered* it. Ask three questions of every number:
#
# 1. **Who reported?** In Golvir people report three offences of four, in Dashvar two of five. Equal counts are not equal crime.
# 2. **Who looked?** What the police find by themselves (drugs, weapons, papers) follows the patrol. Twice the hours, twice the
#    finds. Sending the patrol where the finds are closes the circle.
# 3. **Who is missing?** People who do not call the police: because of language, fear, distance, or what happened last time.
#
# And of every *feature* that is to explain something: is it a stand-in for origin, belief or poverty? A street, a first name, a
# type of telephone contract can be.
#
# **What helps:** the column `origin` (reported or discovered) in every table; finds *per hour of patrol*; a survey of residents
# beside the register; the sentence "this is where we looked" in the product. The toolkit asks for a bias audit before it lets
# out anything that ranks places for future attention. Persons are not ranked at all.
#
# **How it can mislead:** correcting a number by a reporting rate puts a guess in the place of a bias. Show both. And a test that
# finds no bias in the column that you have says nothing of the column that you have not.

# %% item="p4"

# %% [markdown]
# <a id="refuse"></a>
# ## The unlawful request
#
# It seldom looks like one. It comes by telephone, from somebody who is in a hurry and above you: *"Just give me the list. I
# answer for it."* Two requests that you will meet:
#
# - **a list of people by what they believe, where they come from or what they think**: no offence, no suspicion;
# - **data of a great many people without an authorisation**: "all calls of the quarter, the paper comes later".
#
# Three answers that feel safe and are not:
#
# | Answer | Why it fails |
# |---|---|
# | Do it and say nothing | You broke the law; the one who asked on the telephone will not remember |
# | Say no, and nothing else | Nothing is on record; the next officer is asked within the hour |
# | Do half of it | A short unlawful list is an unlawful list |
#
# What works has five steps:
#
# 1. **Stop, and get it in writing.** Touch no data. Ask for the request on paper. If none comes, write down yourself: who, when,
#    which words.
# 2. **Check.** Which article, which authorisation would it need? Is it there?
# 3. **Answer in writing.** "I cannot carry this out, because …". Polite, short, without reproach.
# 4. **Name the lawful way.** What is the question behind it? What can you give today? Who can authorise the rest?
# 5. **Escalate and keep.** The request and your answer go to the legal department and the supervising prosecutor. Keep a copy and
#    make an entry in the log. If the pressure goes on: the ombudsman, or whoever your law names.
#
# Step 4 is what makes you a professional and not a nuisance. Behind most unlawful requests is a real problem.
#
# > To: head of the operations unit · From: analyst-07 · 3 March, 10:40 · Copy: legal department
# >
# > You asked me by telephone at 10:15 for all calls of all telephones in Tesvar in February. I cannot carry this out: it needs an
# > order of a judge under the code of procedure, and none is named. I have taken no data.
# > What I can do: today, the hours and places of the four robberies from our own register; by tomorrow, a draft of an application
# > for the two masts and the four hours in question, for the prosecutor. If an order exists, please send me its number and I begin
# > at once. I have entered your request and this answer in the log of the case.
#
# **How it can mislead:** a written refusal can hide an unwillingness to work; that is why the lawful way stands in it. The person
# to whom you escalate can be part of the problem; that is why the law names more than one. And there are *lawful* orders that you
# do not like: those you carry out, and complain afterwards.

# %% [markdown]
# <a id="limits"></a>
# ## How each safeguard fails
#
# | Safeguard | How it fails or misleads | What you do about it |
# |---|---|---|
# | The four questions | become a formula, written afterwards | date and author; a second person asks "what would be milder?" |
# | Roles apart | the wrong role was entered | enter *unknown*; review; a second pair of eyes |
# | Retention | copies live on | one record; ask recipients to confirm |
# | Black bars | meaning stays, layers stay | read as the neighbour; pass on a new file, not a covered one |
# | Hidden counts | subtraction, other products, local knowledge | attack your own table; coarser is better than blacker |
# | Bias audit | tests only what is in the table | ask who is missing |
# | A refusal in writing | goes into a drawer | copy to legal department; entry in the log |
# | The toolkit's gate | whoever can run Python can go round it; it believes what people state | it is a habit and a record, no wall. The wall is law and supervision |

# %% [markdown]
# <a id="six"></a>
# ## Six sentences for tomorrow
#
# Say them aloud. Tomorrow morning you should still be able to.
#
# 1. **Before I collect, I can name the law, the aim, and who authorised it.**
# 2. **I take the least that answers the question, and I write down the day on which it goes.**
# 3. **A victim, a witness and a suspect never stand in one list, and unknown is not suspect.**
# 4. **What I hide must not come back: not by subtraction, and not from what stands around it.**
# 5. **A record shows who reported and who looked, before it shows where crime is.**
# 6. **I refuse an unlawful request in writing, name the lawful way, and pass it to those who watch over the law.**
#
# Next: the lab. There you do each of these once, with help. Then the exam, alone.
