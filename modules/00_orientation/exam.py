# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# Everybody makes this trial, so that nobody makes a file for the first time in a real exam.
#
# 1. Choose *Run → Run All Cells*.
# 2. Enter your course card, if the screen asks for it, and do what it then says.
# 3. Answer the one question.
# 4. Press **Make the file to hand in**, and write down the receipt.
# 5. Bring the file to the trainer. Compare the receipts.

# %% item="q1"

# %% [markdown]
# If the receipts are the same, you are ready for the course. Delete nothing: the trial shows later that your card and this computer work together.
