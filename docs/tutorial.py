# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # An hour with a case
#
# This page is a notebook: [`docs/tutorial.py`](https://jupytext.readthedocs.io), a plain script that Jupyter opens with
# jupytext. Everything on it was computed when the page was built. It takes the bundled case `korea-2001`, an assessment
# written as of the day after the summit of 7 March 2001 in Washington, and asks of it what an analyst would.
#
# ## Read a case
#
# A case is one YAML file: actors, what each can do, what each wants, what the assessment claims. `load` takes a bundled
# case's name, a file or a folder, and reports every mistake in it at once.

# %%
import tempfile
from pathlib import Path

import detente

scenario = detente.load("korea-2001")
scenario

# %% [markdown]
# The numbers in it are ranges, since nobody knows how much an actor wants something. `compile` makes the game: every
# combination of levels of the levers is a state. In a notebook a result is shown as its tables, with its chart where it
# has one; `print` gives the text that a terminal shows.

# %%
game = detente.compile(scenario)
game

# %% [markdown]
# ## Where does it settle?
#
# A state is stable for an actor when it has no move worth making. How far it looks ahead is the concept's: under Nash
# it asks only what the move brings, under SEQ also how others would then improve their own lot. These are central values:
# every input at its median, every actor as it most likely is.

# %%
stability = detente.find_equilibria(game, ["nash", "seq"])
stability

# %% [markdown]
# Only one state is stable for everybody. Why is the status quo none? Japan has a move that gains and that nobody answers.

# %%
detente.explain(scenario)

# %%
detente.find_paths(scenario, most=2)

# %% [markdown]
# ## What happens, by when?
#
# Stability says where things could rest, not when they get there. A forecast asks for probabilities by a date. They are
# exact for given inputs, and beside each stands the same question with all preferences switched off: the coin toss. What
# the argument adds is the distance between the two.

# %%
queries = [
    "P(us.approach = talk by 2001-12-31)",
    "P(us.approach = press by 2002-03-31)",
    "P(rok.sunshine = off by 2002-12-31)",
]
detente.forecast(scenario, queries)

# %% [markdown]
# Central values hide how far the answer hangs on the inputs. Over draws of all inputs there is an interval; the error is
# that of the mean, and shrinks with the number of draws.

# %%
detente.forecast(scenario, queries, draws=32)

# %%
detente.trace(scenario, ["us.approach = press"], draws=16)

# %% [markdown]
# ## Does the argument hold?
#
# A run puts every claim of the assessment to every draw and keeps the draws in a folder. 32 draws are few: enough to look,
# not enough to publish. The same seed gives the same draws.

# %%
folder = Path(tempfile.mkdtemp())
ensemble = detente.run(scenario, draws=32, seed=0, folder=folder / "run")
findings = detente.assess(scenario, ensemble)
findings

# %% [markdown]
# Each claim's word is a range: “likely” means 55-80 %. A claim is supported when the model's mean lies in it, and robust
# when four draws in five say the same. One claim, over time:

# %%
claim = findings.claim("k06")
claim

# %% [markdown]
# P is the model's probability, averaged over the ranges that the case states. It has not been calibrated on past crises,
# and this case was written after its outcomes were known.
#
# ## What drives it, and what should be done?
#
# Where a claim is sensitive one wants to know to what.

# %%
detente.api.rank_inputs(scenario, ensemble, findings, claims=["k06", "k08"])

# %% [markdown]
# Two worlds side by side, draw by draw: what if Washington kept to its review and held no talks?

# %%
detente.compare_suppositions(scenario, ["us.approach = review"], draws=16)

# %% [markdown]
# ## A picture for a slide
#
# Every result with something to draw has a `chart()`. A chart is a Vega-Lite specification with words for those who
# cannot see it; `save` writes what the file's suffix says, without a browser and without asking the network for anything.

# %%
chart = claim.chart()
for name in ("k06.svg", "k06.png", "k06.pdf"):
    chart.save(folder / name)
chart

# %% [markdown]
# All charts of the report, as files with an index of what they show; on a command line the same is
# `detente export RUN --format svg`.

# %%
detente.api.write_pictures(
    detente.api.draw_run(scenario, ensemble), folder / "charts", "svg", only=["fan-k06", "stability"]
)

# %% [markdown]
# And the report itself, one file to send to somebody:

# %%
report = folder / "report.html"
report.write_text(detente.render(scenario, ensemble, findings), encoding="utf-8")
f"{report.stat().st_size / 1e6:.1f} MB"
