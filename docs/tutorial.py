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
# This page is a notebook: `docs/tutorial.py`, a plain script that Jupyter opens with jupytext. What it shows was
# computed when the page was built. It takes the bundled case `korea-2001`, an assessment as of the day after the
# summit of 7 March 2001 in Washington, and asks of it what an analyst would.
#
# ## Read a case
#
# A case is one YAML file: actors, what each can do, what each wants, what the assessment claims. `load` takes a
# bundled case's name, a file or a folder, and reports every mistake in it at once.

# %%
import tempfile
from pathlib import Path

import detente

scenario = detente.load("korea-2001")
print(f"{scenario.title}, as of {scenario.as_of}: {len(scenario.actors)} actors, {len(scenario.claims)} claims")

# %% [markdown]
# `compile` makes the game: every combination of the levers' levels is a state. In a notebook a result is shown as
# its tables, with its chart where it has one; long tables are folded. `print` gives the text that a terminal shows.

# %%
game = detente.compile(scenario)
game

# %% [markdown]
# ## Where does it settle?
#
# A state is stable for an actor when it has no move worth making. What it reckons with is the concept's: under Nash
# only what the move itself brings, under SEQ also how others would then improve their own lot. The values are
# central: every input at its median, every actor as it most likely is.

# %%
stability = detente.find_equilibria(game, ["nash", "seq"])
print(repr(stability))
stability.chart()

# %% [markdown]
# The status quo is not among them. Who would leave it, and by how many of its moves?

# %%
detente.explain(scenario)

# %% [markdown]
# Where from here, by moves that gain whoever makes them, or by moves that several make together?

# %%
detente.find_paths(scenario, most=2)

# %% [markdown]
# ## What happens, by when?
#
# Stability says where things could rest, not when they get there. A forecast gives probabilities by a date, exact
# for given inputs. Beside each stands the same question with all preferences switched off, the coin toss: what the
# argument adds is the distance between the two.

# %%
queries = [
    "P(us.approach = talk by 2001-12-31)",
    "P(us.approach = press by 2002-03-31)",
    "P(rok.sunshine = off by 2002-12-31)",
]
detente.forecast(scenario, queries)

# %% [markdown]
# Nobody knows how much an actor wants something, so the case states ranges. Over draws from all of them a
# probability gets an interval, which is wide; the error beside it is that of the mean over draws, and shrinks with
# their number.

# %%
detente.forecast(scenario, queries, draws=32)

# %%
detente.trace(scenario, ["us.approach = press"], draws=16)

# %% [markdown]
# ## Does the argument hold?
#
# A run puts every claim of the assessment to every draw and keeps the draws in a folder. 32 draws are enough to
# look, not to publish. The same seed gives the same draws.

# %%
folder = Path(tempfile.mkdtemp())
ensemble = detente.run(scenario, draws=32, seed=0, folder=folder / "run")
findings = detente.assess(scenario, ensemble)
findings

# %% [markdown]
# Each word is a range: “likely” stands for 55-80 %. A claim is supported when the model's mean lies in the range,
# and robust when four draws in five say the same. One claim over time, with the day on which it came out:

# %%
claim = findings.claim("k06")
claim

# %% [markdown]
# P is the model's probability, averaged over the ranges that the case states. It has not been calibrated on past
# crises, and this case was written after its outcomes were known.
#
# ## What drives it?
#
# Where draws disagree about a claim, some input makes the difference.

# %%
detente.api.rank_inputs(scenario, ensemble, findings, claims=["k06", "k08"])

# %% [markdown]
# Two worlds side by side, draw by draw: what if Washington held to its review, and neither talked nor pressed?

# %%
detente.compare_suppositions(scenario, ["us.approach = review"], draws=16)

# %% [markdown]
# ## A picture for a slide
#
# Whatever has something to draw has a `chart()`: a Vega-Lite specification, and words for those who cannot see it.
# `save` writes what the file's suffix says, without a browser and without asking the network for anything.

# %%
chart = claim.chart()
for name in ("k06.svg", "k06.png", "k06.pdf"):
    chart.save(folder / name)
chart

# %% [markdown]
# All charts of the report, or some, as files with an index of what they show. On the command line the same is
# `detente export RUN --format svg`.

# %%
pieces = detente.api.draw_run(scenario, ensemble)
detente.api.write_pictures(pieces, folder / "charts", "svg", only=["fan-k06", "stability"])

# %% [markdown]
# And the report itself, one file to send to somebody:

# %%
report = folder / "report.html"
report.write_text(detente.render(scenario, ensemble, findings), encoding="utf-8")
print(f"{report.name}: {report.stat().st_size / 1e6:.1f} MB")
