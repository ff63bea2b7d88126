# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# **How long:** 45 minutes here, then the lab, then a trial of the exam. No internet is needed, now or later.
#
# **What comes afterwards:** modules 01 to 07 are answered by clicking and choosing. From module 08 on there is code, explained line by line.

# %% [markdown]
# <a id="start"></a>
# ## 1. Start
#
# The course is a folder, `ilp-course`. It came on a USB stick, or somebody copied it to your computer. **On Windows:** open the folder and
# double-click `start-windows.cmd` (Windows may show it as *start-windows*). If Windows warns, choose *More info → Run anyway*. **On Linux:** open a
# terminal in the folder and type `sh start-linux.sh`. It needs no administrator and no internet. A black window opens, and then the browser
# with JupyterLab; the first time this takes some minutes. Leave the black window open: it is the engine. Close it when you are done.
#
# The page in the browser is not on the internet. Its address begins with `localhost` or `127.0.0.1`: that is your own computer. You can
# pull out the cable and switch off the radio, and everything goes on.
#
# You work in a copy on the computer's disk: the start puts it into the folder `ILP-course` among your documents. Nothing is written on the stick.
# Leave it in while you work, and start from it again another day. You have to give the stick back? Copy `ilp-course` to the disk before
# the first start, and start from there.

# %% [markdown]
# <a id="run"></a>
# ## 2. Run a notebook
#
# A notebook is a page of **cells**. Some hold text, like this one. Others hold code. In this part of the course code is folded away: three dots stand
# in its place, and a click on them shows it. You need not understand it. You only run it:
#
# - **All at once, and best as the first thing:** menu *Run → Run All Cells*.
# - **One cell:** click into it, then press **Shift + Enter**.
#
# To the left of a code cell stands `[ ]` before it ran, `[*]` while it works, and a number when it is done.
#
# Try it with the next cell: click on the three dots. Three districts reported 12, 9 and 15 thefts; their sum stands below.

# %%
thefts = [12, 9, 15]
sum(thefts)

# %% [markdown]
# If you see **36**, it works. Change 15 to 20, press Shift + Enter, and see what happens. You cannot break anything: *File → Reload Notebook from
# Disk* brings back the page as it was last saved.

# %% [markdown]
# <a id="save"></a>
# ## 3. What is kept, and where
#
# **Your answers** are written at the moment in which you give them, to a file of their own in the folder `notebooks/course/answers`, one file for
# each module. You need not save them. Close the lid, come back tomorrow, choose *Run → Run All Cells*: they are there.
#
# **The page** is saved by Ctrl + S, or by itself every two minutes. It holds the text and what the cells printed.
#
# **Two people, one computer?** Each one enters their own card (see 7); the answers are kept apart by it. To take your work to another computer, copy the
# folder `answers`.
#
# **Nothing is sent.** The trainer sees your answers only when you hand in a file.

# %% item="p1"

# %% [markdown]
# <a id="marks"></a>
# ## 4. The marks on the screen
#
# Below each question stand buttons. **Check** tells at once how right the answer is, and why. **Hint** gives a nudge, then a stronger one.
# **Worked solution** opens after an attempt. In the exam there is no *Check*.
#
# | Mark | It means |
# |---|---|
# | ✓ | right |
# | ◐ | partly right; the lines below say which part |
# | ✗ | not right yet; read why, then try again |
# | ○ | no answer yet |
# | ● | answered; in the exam nothing more is told |
# | ✎ | a person reads this answer |
# | `[*]` | this cell is still at work |
# | ⚠ | this passage is not translated yet, or its translation is older than the text |
#
# Practice costs nothing. A wrong answer, a hint, a solution: none of them takes a point from you.

# %% item="p2"

# %% [markdown]
# <a id="language"></a>
# ## 5. Another language
#
# Each language has a folder of its own: `notebooks/course/en` and `notebooks/course/ru`. The notebooks have the same names, the same questions
# and the same code. Open the notebook of the other folder whenever you like: your answers are the same in both. The exam may be handed in
# in either language.
#
# The Russian text was not yet reviewed by a lawyer or a translator of the field. Where it matters, compare it with the English one, and tell the
# trainer what is wrong.

# %% [markdown]
# <a id="protected"></a>
# ## 6. What the course knows about you, and what must stay out
#
# - You are a **number**: the id of your card, such as `kg-014`. Who that is stands in a list that only the examiner has; it is kept apart from the
#   marks.
# - The file that you hand in holds your id and card code, your answers, how often you tried and which hints you opened, the day and hour, and the exam's
#   notebook. Nothing else of the computer.
# - The certificate says *passed*. It shows no points.
# - Class results are shown without ids.
#
# **What must stay out of every answer:** names of real people, your own as well; real cases, plates, telephone numbers, sources, places of
# operations. Everything in this course is invented, so nothing real is needed. Whoever reads your text is a trainer, not a colleague who may know of your cases.

# %% item="p3"

# %% [markdown]
# <a id="hand"></a>
# ## 7. The card, and handing in
#
# Your **card** carries an id and a code: `kg-014`, `ABCD-2345-K`. The code decides which data you get in an exam, so your neighbour's
# answers do not fit yours. Small and capital letters do not matter, nor do dashes. The last letter notices a slip of the finger.
#
# To hand in:
#
# 1. Enter the card. It is kept on this computer; you do it once. Then *Kernel → Restart Kernel and Run All Cells* fetches your own data.
# 2. Answer the questions of the exam.
# 3. Press **Make the file to hand in**. A file ending in `.ilpsub` is made, and the screen says where it lies.
# 4. Write down the **receipt**, ten letters and digits.
# 5. Bring the file to the trainer: USB stick, chat or e-mail. Do not open or rename it.
# 6. The trainer reads out the receipt of what arrived. If it is yours, all is well.
#
# You may hand in again. Nothing is overwritten; each attempt is kept.

# %% [markdown]
# <a id="fails"></a>
# ## 8. When something fails
#
# | What you see | What to do first |
# |---|---|
# | a question without buttons | *Run → Run All Cells* |
# | `[*]` for minutes | *Kernel → Restart Kernel and Run All Cells*; answers stay |
# | “Kernel disconnected”, or the page is grey | is the black window still open? If not, start again as in 1 |
# | a red text, *ModuleNotFoundError* or *ImportError* in its last line | the **doctor** (below) |
# | the card is not taken | compare each character; then ask the trainer |
# | no file on the USB stick | make it on the computer's disk, then copy |
# | squares instead of letters on a map | the doctor: fonts |
# | the browser asks for a password or token | close the page, start again with the start file |
#
# **The doctor** tries all that the course needs, really runs it, and names the fix. In the lab it is one cell. If notebooks fail, open *File → New →
# Terminal* and type `ilp doctor`. If not even JupyterLab opens, ask the start file: open the folder `ilp-course`, type `cmd` into the address bar
# above it and press Enter; a black window comes. Type there:
#
# ```
# start-windows.cmd --check
# ```
#
# On Linux it is `sh start-linux.sh --check`.
#
# **Read a red text from below.** The last line says what happened; the rest says where. Show the last line to the trainer, not a photograph
# of the first page.
#
# Now go to the **lab**.
