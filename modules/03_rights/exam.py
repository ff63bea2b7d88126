# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **Time:** 45 minutes. Eight tasks and one text. You may open the lesson. You may not ask anybody.
#
# **To pass:** 70 % of the points, and each **hurdle** in full. There are four: task 5 (refuse), 6 (black out), 7
# (hide), 8 (separate). Who misses a hurdle takes another variant.
#
# Everything is invented. Law of Tolvania, as far as you need it, stands with the task.

# %% [markdown]
# <a id="exam-1"></a>
# ## 1. Six measures

# %% item="q1"

# %% [markdown]
# <a id="exam-2"></a>
# ## 2. Whose right?

# %% item="q2"

# %% [markdown]
# <a id="exam-3"></a>
# ## 3. Records on 2 March 2026
#
# Regulation 31 of the Tolvanian Police Service (invented). **Acquitted or cleared:** erase at once. **Victim, witness:** keep while the case is
# open; erase when it has been closed for more than 183 days. **Suspect:** last review up to 365 days ago keep, more than 365 review now, more
# than 730 erase. A first entry counts as a review.

# %% item="q3"

# %% [markdown]
# <a id="exam-4"></a>
# ## 4. "The safest district"
#
# A memo to the council of Kelovar: *"With 2.8 recorded burglaries per 1000 residents Dashvar is safer than Golvir with 3.4. We propose
# to move one night patrol from Dashvar to Golvir."* Below the memo you find:
#
# | | Dashvar | Golvir |
# |---|---|---|
# | Residents | 21,700 | 41,200 |
# | Burglaries recorded | 60 | 140 |
# | Of ten burglaries people say (survey) they report | 4 | 7 to 8 |
# | Calls that a patrol answered within 20 minutes | 35 % | 80 % |
# | Residents whose first language the control room does not speak | 38 % | 6 % |

# %% item="q4"

# %% [markdown]
# <a id="exam-5"></a>
# ## 5. Hurdle: a request
#
# Thursday, 17:40. The deputy head of the city police telephones: *"There was graffiti on the town hall. Make me a list of everybody who goes
# to the two prayer houses in Gumrel: names, addresses, cars. You have the registers. By eight tomorrow. And nothing on paper."*

# %% item="q5"

# %% [markdown]
# <a id="exam-6"></a>
# ## 6. Hurdle: black out
#
# The report below goes to the Customs and Border Office of Ruzmara, which wants to know how stolen tools are carried over the border, and
# in what kind of vehicle. It is not authorised to learn who anybody in it is. Black out what leads to a person, also for a reader who knows
# the place. Leave what the office needs.

# %% item="q6"

# %% [markdown]
# <a id="exam-7"></a>
# ## 7. Hurdle: hide
#
# Victims of violence in the home who asked for protection, by district and month, for the annual report to the public. Totals are printed.

# %% item="q7"

# %% [markdown]
# <a id="exam-8"></a>
# ## 8. Hurdle: separate
#
# Report R-417, Lomiran: *"On 2 June the flat of **Rusumet** was burgled. Her daughter **Lukomir** (9) was at home, was pushed and bruised.
# **Velkopil**, a neighbour, wrote down the plate of a van. The van belongs to the firm where **Gorlomir** works; he was found with two of the
# rings and is under investigation. **Osvasin** sold him the van's tyres in May. **Ruzegan** was convicted of a burglary in Lomiran in 2023 and
# has served his sentence; nothing connects him with this one. **Shimetel**, held for an hour at first, was on duty at the clinic; the prosecutor
# ended the suspicion. A second voice was heard in the flat; **nobody knows whose**."*
#
# The unit of Nartul asks for **the list of suspects** in this case.

# %% item="q8"

# %% [markdown]
# <a id="exam-9"></a>
# ## 9. In your own words
#
# The deputy head of task 5 has called again: *"Then help me properly. The graffiti is the third in a month. What can you do?"*

# %% item="w1"
