# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **What you do here:** grade eight reports and see how far you agree with others; find second origins; put the work in order; sanitise a
# text. Each question has hints, and after your first try a worked solution. About an hour and a half, best in pairs: **grade alone, then compare.**
#
# **What you need:** the table of the 4x4 in the [lesson](lesson.ipynb#two-questions), open beside you.

# %% [markdown]
# <a id="order"></a>
# ## 1. In which order
#
# Each step protects the one after it.

# %% item="p10"

# %% [markdown]
# <a id="eight"></a>
# ## 2. Eight reports
#
# After *Form:* stands what the form says of the source and of how it knows. All eight lie before you; nothing else is recorded.
#
# After *Check* you see for each of the two columns how often you gave the grade of the reference, and **kappa**, the agreement beyond chance. With eight
# reports it is a rough figure. Read what is said about the kind of your slips; that is what you can mend.
#
# Grades are judgements. Where the words of the scale allow two, both are right.

# %% item="p8"

# %% [markdown]
# **With a partner.** Compare only now. For every row on which you differ, each says which *words of the scale* led to the grade, not how it felt. You
# will find that most differences are about a rule that nobody wrote down. Write it down.

# %% [markdown]
# <a id="second-origin"></a>
# ## 3. A second origin, or the first one again?

# %% item="p9"

# %% [markdown]
# <a id="sanitise"></a>
# ## 4. The sanitised text
#
# Both texts stand side by side in the file. The original stays; the sanitised one travels.

# %% item="p11"

# %% [markdown]
# <a id="codes"></a>
# ## 5. What the provider says

# %% item="p12"

# %% [markdown]
# **Ready for the exam?** If p8 showed you a slip more than once, read the section it names, and do p8 again. Then go to the [exam](exam.ipynb).
