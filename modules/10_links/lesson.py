# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **How long:** two hours here, an hour in the lab, an hour and a half for the exam. You can stop at any time.
#
# **How to use it:** as in module 09 you do not write programs. Run a cell (*Shift+Enter*), look, change **one word or one number**, run it again.
# *Kernel → Restart Kernel and Run All Cells* begins anew.
#
# **The data:** an invented network around Kelovar: people, companies, telephones, lorries. Nobody in it exists. Because it is invented, we know what is true and
# **which links nobody ever collected**. In your own work you never will.

# %% [markdown]
# <a id="statements"></a>
# ## 1. From statements to links
#
# A link is not a fact. It is **somebody's word** that two things have to do with each other: *who, did what, with whom, when, who says so*. The first cell makes the
# tools ready. Command 2 says where the files lie.

# %%
import ilp_toolkit as ilp

FOLDER = "../../../../datasets/network/"

# %% [markdown]
# Command 1 reads a sheet of statements: one row, one statement. Command 2 shows six columns of the first rows. The reader knows the headers, in English and in
# Russian; it changes no number and no name.

# %%
said = ilp.read_links(FOLDER + "statements.csv")
said.table[["source", "kind", "target", "date", "item_ids", "grade"]].head()

# %% [markdown]
# What a good link carries: **two ends, a verb, a day, the item** it rests on (ST-001 is a statement, R25-019 a report), **the grade** of that item, and **the
# handling**. If one of these is missing, nobody can check the line when the chart hangs on a wall.
#
# Two more rules. A **source of information is never an entity**: its number must not stand on a chart. And “met”, “called”, “is the brother of” are different verbs:
# write the verb, not “connected with”.

# %% item="p1"

# %% [markdown]
# <a id="evidence"></a>
# ## 2. The evidence stays with the link
#
# The centre collated reports and statements into one file: 120 links, one row an item. Beside it stands the list of entities with types and, of people, the **role in
# the case**: suspect, victim, witness, contact, minor… Command 1 reads both. Command 2 counts the grades.

# %%
net = ilp.read_links(FOLDER + "links.csv", entities=FOLDER + "entities.csv")
net.table["grade"].value_counts(dropna=False)

# %% [markdown]
# Some links rest on reports that **must not be used**: two were taken under ill-treatment, one telephone was read without a court (module 04). Command 1 names them.
# Command 2 keeps the links that rest on none of them (`~` means *not*). Command 3 makes the network. Command 4 prints how many links are left, and whether the
# driver P-08 still has one.

# %%
refused = ["R25-025", "R25-042", "R25-047"]
links = net.table[~net.table["item_ids"].str[0].isin(refused)]
graph = ilp.networks.graph_from_links(links, entities=net.entities)
print(len(net.table), len(links), list(graph.neighbors("P-08")))

# %% [markdown]
# P-08 stands alone now: *the only thing against him was beaten out of him*. A chart that had kept the line would have kept the blows.
#
# Links between the same two ends become one line that keeps **all its evidence**. Look at the rumour about the guard P-02: three reports, three grades. Are there three
# sources?

# %%
ilp.networks.timeline(links, of=["P-02"])[["date", "source", "target", "item_ids", "grade"]]

# %% [markdown]
# No. All three go back to **one** dismissed colleague (module 04, circular reporting). Grades are not added up, and three repeats do not make one confirmation. And a
# B2 may be false: R25-020 has that grade and comes from a rival.
#
# **How it misleads.** On the wall a line from a rumour looks like a line from a court file. The more often a rumour is copied, the thicker the line.

# %% item="p2"

# %% [markdown]
# <a id="chart"></a>
# ## 3. Reading and drawing a link chart
#
# The conventions of i2 charts, which most agencies share:
#
# - **a sign for each type**: person, organisation, telephone, vehicle, account, place, event, document;
# - **a full line** for a link of good grade, **broken** where only one half of the grade is good, **dotted** where neither is, **grey dots** for what nobody has graded; an arrow where
#   the link has a direction;
# - a **legend**, a date, a source, and who made it.
#
# The command draws the neighbourhood of the repair yard C-01. It writes numbers, not names, since not everybody who sees the chart may see the names. Those whom nobody
# has a reason to suspect are grey, all alike. Change `"C-01"` to `"C-02"`.

# %%
around = graph.subgraph(["C-01", *graph.neighbors("C-01")])
_ = ilp.charts.link_chart(around)

# %% [markdown]
# Now all of it. The same network always gets the same drawing.

# %%
_ = ilp.charts.link_chart(graph)

# %% [markdown]
# **How it misleads.** Who stands in the middle of the drawing was put there by a rule of drawing. A long line is no weak line. Two charts with the same links can look
# quite different. **Read lines, never places.**

# %% item="p3"

# %% [markdown]
# <a id="events"></a>
# ## 4. The event chart
#
# A link chart has no time. An event chart puts what was stated in order, with the gaps. Command 1 takes all dated links of the haulier C-02 and of the driver P-23,
# command 2 draws them, command 3 shows the table: `gap` is the time since the one before.

# %%
events = ilp.networks.timeline(links, of=["C-02", "P-23"])
_ = ilp.charts.timeline(events)
events[["date", "source", "kind", "target", "grade", "gap"]]

# %% [markdown]
# - A **date** is that of the observation or the paper, not always of what happened. Say which.
# - Several links on one day: **nobody knows their order**.
# - A **gap** may be a pause of theirs, or a pause of those who watched.
#
# **How it misleads.** After is not because. “The money came five days after the load” is an order, and no cause.

# %% item="p4"

# %% [markdown]
# <a id="calls"></a>
# ## 5. Records of calls: only what the court allowed
#
# Who called whom says more about a life than most files. So the reader wants the decision **first**: number, telephone numbers, dates, court, law. Without it, it reads
# nothing. Commands 1 and 2 fetch tools for files, command 3 opens the decision, command 4 makes the authorisation of it, command 5 reads, command 6 shows what happened to the rows.

# %%
import json
from pathlib import Path

decision = json.loads(Path(FOLDER + "authorisation.json").read_text(encoding="utf-8"))
allowed = ilp.calls.Authorisation(**decision)
intake = ilp.calls.read_calls(FOLDER + "calls.csv", authorisation=allowed)
intake.report[["check", "n"]]

# %% [markdown]
# The operator sent 560 rows; the court allowed three numbers for March and April. **241 were read.** Of 182 outside the dates and 132 between other numbers nothing is
# kept, not even to “have a look”. Whoever else was on the line stands under a **pseudonym**, and the place of their telephone is dropped.

# %%
intake.table[["caller", "called", "started", "seconds", "cell"]].head()

# %% item="p5"

# %% [markdown]
# <a id="patterns"></a>
# ## 6. Patterns of calls
#
# Command 1 looks for patterns. Command 2 shows **bursts**, times in which calls come many times as fast as usual.

# %%
patterns = ilp.networks.call_patterns(intake.table)
patterns.bursts

# %% [markdown]
# Three bursts, each on the eve of a night on which lorries were seen at the lay-by. That is worth a question. Now two **authorised** numbers in one cell within half an
# hour; `expected` says how often their habits alone would bring that about.

# %%
patterns.together

# %% [markdown]
# And the numbers that are called most:

# %%
patterns.pairs[["number_a", "number_b", "n", "days"]]

# %% [markdown]
# One pseudonym has a row with **each** of the three numbers. The head of the ring? It is a **taxi firm**.
#
# **How it misleads.** A number is not a person: this telephone is in the name of a woman who has never held it. A call is not what was said. A cell covers thousands of
# people: two numbers in one cell did not “meet”. Who is called by everybody may be the taxi, the pharmacy or the school.

# %% item="p6"

# %% [markdown]
# <a id="centrality"></a>
# ## 7. Centrality, and its limits
#
# Measures of how a vertex stands in the network. **Degree**: how many links. **Betweenness**: how many of the shortest ways between others pass it. **Closeness**: how
# near to all others. Command 1 fetches a general library that knows no roles, command 2 computes the betweenness of every vertex, command 3 prints that of **P-31** and the highest of all.

# %%
import networkx as nx

raw = nx.betweenness_centrality(graph)
print(round(raw["P-31"], 3), round(max(raw.values()), 3))

# %% [markdown]
# The same. Who is P-31?

# %%
net.entities.set_index("entity_id").loc[["P-31"], ["type", "role", "item_ids"]]

# %% [markdown]
# A **victim**. Her passport was stolen in 2024; telephones, two lorries, a company and an account stand in her name. She has the most links of all and knows nobody of
# them. A list “by importance” would have sent the search team to her door.
#
# So `centralities` works differently. Victims, witnesses, minors, contacts and all whose role is unknown **stay in the network and out of the table**. The rows come **in
# the order of their ids**. And the choices say what it is.

# %%
table = ilp.networks.centralities(graph, measures=["degree", "betweenness"])
table.query("role.notna() and role != 'unknown'")[
    ["entity_id", "role", "degree", "betweenness_normalised"]
].round(2)

# %%
print(ilp.explain(table))

# %% [markdown]
# Read the first line again: **position in collected data, not culpability.** Look at P-26: two links, betweenness 0.02, hardly there. In truth P-26 gives the orders and
# keeps away from everything that can be seen: **eight more links** that nobody collected. Whoever is careful is on the edge of your chart; whoever was watched is in the
# middle.
#
# **How it misleads.** It measures whom *we* looked at. It counts family, work and stolen names as links. It is no ground for a measure against anybody: that needs a fact
# about what the person did (module 03).

# %% item="p7"

# %% [markdown]
# <a id="missing"></a>
# ## 8. What if links are missing?
#
# Some always are. `rank_stability` takes a share of the links away at random, many times, and looks what is left of the first five. `levels`: 10 % and 25 % missing.
# `top_1_kept`: how often the first stayed first. `top_overlap`: how much the first five before and after have in common (1 is all).

# %%
firm = ilp.networks.rank_stability(
    graph, errors=["missing_edges"], levels=[0.1, 0.25], top=5, draws=100, rng=1
)
firm.network.round(2)

# %% [markdown]
# With a quarter of the links missing the first stays first in 67 % of the draws, and **about two of the “first five” by betweenness are others** (overlap 0.45). And in truth the
# gaps are not random: the careful are missing whole. So the truth is worse than this table. The intervals of single places say the same:

# %%
places = firm.vertices.query("measure == 'betweenness' and level == 0.25").set_index("entity_id")
places.loc[["P-01", "P-26", "P-30"], ["rank_low", "rank_high", "n"]]

# %% [markdown]
# P-30: from 1 to 63 of 85. **Read it as no rank at all.** Change `top=5` to `top=10`.
#
# What to do with it: write down **what was not collected** (numbers never asked for, a country that did not answer) and make an intelligence requirement of it (module 02).

# %% [markdown]
# <a id="brokers"></a>
# ## 9. Cut points and brokers
#
# A **cut point** is a vertex without which the network falls into parts. `parts` says into how many, `cut_off` how many vertices lose the rest.

# %%
ilp.networks.cut_points(graph).query("cut_off > 2")

# %% [markdown]
# P-01 cuts off twelve, the haulier C-02 eight: among them a flatmate, and a bookkeeper of two hours a week. A cut point shows where **our knowledge hangs on one thread**. It is
# a question for collection before it is anything else.
#
# A **broker** stands between groups. The command counts ways that pass a vertex by the *type* of its neighbours; `liaison` links two other types, `coordinator` stays in
# its own. `…_expected` is what chance would give.

# %%
brokers = ilp.networks.brokers(graph, group="type").set_index("entity_id")
brokers.loc[
    ["P-01", "P-26", "P-30"], ["coordinator", "coordinator_expected", "liaison", "liaison_expected"]
].round(1)

# %% [markdown]
# P-30 links people with people more often than chance would: the yard with the haulier. In truth P-30 is the broker between the two groups. P-01 has more still, and is a man
# who sells radios: he was watched every week.
#
# **How it misleads.** “Take out the broker and the network dies” is a sentence about a drawing. Real networks close the gap, and the links that would do it are those we
# do not have. That is why `removal` gives the curve of a network and no names.

# %% [markdown]
# <a id="leave"></a>
# ## 10. What may leave the office, and how to exchange with i2
#
# A link chart is the most talkative thing that we make: names, roles, addresses, who spoke. As a rule **it does not leave**.
#
# | May go out | Under what | Never |
# |---|---|---|
# | numbers: how many links, from when to when, of what grade | as a product, for the audience that it names | a table of people in the order of a measure |
# | a chart with numbers instead of names | to those who may see single records | victims, witnesses, minors by name on a chart for the wall |
# | links as data for i2 (ANX), Gephi or a spreadsheet | from the case, through the gate, grades and handling on **every** line | lines without a grade, “confirmed” by the program |
# | the question what was not collected | to those who collect | call records beyond the decision of the court |
#
# `ilp.release_links(material, folder, audience="agency", author="…")` writes ANX for i2 Analyst's Notebook, GraphML, GEXF and CSV out of a **case** (module 03) and refuses
# what the handling forbids. `ilp.read_links("chart.anx")` reads a chart of i2 back; nothing in it is run. The handling of a chart is the **strictest** of its lines: look what that
# is here.

# %%
links["handling"].fillna("").value_counts()

# %% [markdown]
# A line with a code H binds the whole chart, and the line without any mark binds it most: nobody beyond the case may see it. Either ask, or make a chart without that line and say so.

# %% [markdown]
# <a id="misleads"></a>
# ## 11. How each method misleads
#
# | Method | What goes wrong | What to do |
# |---|---|---|
# | **Link chart** | a rumour looks like a fact; places look like power | grade on every line; read lines |
# | **Event chart** | after is taken for because; gaps of watching | say what the date is of |
# | **Calls** | number taken for person, cell for meeting | the decision first; expected beside found |
# | **Bursts** | a holiday, a new contract | compare with usual weeks |
# | **Degree** | who was watched has links | ask who collected, and about whom |
# | **Betweenness** | stolen names, registers, taxi firms | look at every link by hand |
# | **Cut points** | our knowledge hangs there, not the group | collect beside it |
# | **Brokers** | groups that we made up | compare with chance |
# | **All ranks** | missing links | `rank_stability`; or no rank |
#
# What a chart is good for: to see what is known, **from whom**, and what to ask next. Now go to the [lab](lab.ipynb).
