# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# <a id="counting"></a>
# ## Counting
#
# Prose stands in cells like this one, as markdown. The build writes the title above it, so headings begin with two
# signs. An anchor, as above this heading, is where an item's `read` leads.
#
# A count holds what was registered. It says nothing of what nobody saw, and nothing of what nobody wrote down.

# %% [markdown]
# An example with the toolkit: the code is shown as it stands here, and is the same in every language.

# %%
calls = {"Tesvar": 12, "Lomiran": 7}
sum(calls.values())

# %% [markdown]
# Texts that code shows stand in a cell of their own with the tag `words`, so that they can be translated:

# %% tags=["words"]
HEADING = "Calls by district"

# %%
print(HEADING, calls)

# %% [markdown]
# An item is a cell with its id and nothing else; what it asks stands in `items.toml`.

# %% item="p1"

# %% item="p2"

# %% item="p3"

# %% [markdown]
# <a id="leaving"></a>
# ## What may leave the office
#
# **How this misleads:** a table without names can still lead to a person, where a count is small and a total stands
# beside it. Back to [counting](#counting).

# %% item="p4"

# %% item="p5"
