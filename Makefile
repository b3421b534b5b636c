# `make demo` runs the main job, `make test` everything the project is held to. Both need Python 3.11 or newer, make and
# a package registry; whatever else they use they set up in .venv.

PYTHON ?= python3
CASE ?= korea-2024
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SOURCES := src tests benchmarks docs

.PHONY: demo test bench lint types floors unit plain docs picture clean

demo: .venv/.run
	$(BIN)/detente run $(CASE)

test: lint types floors unit plain docs

lint: .venv/.dev
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)

types: .venv/.dev
	$(BIN)/mypy

floors: .venv/.dev
	$(BIN)/lint-imports

unit: .venv/.dev
	$(BIN)/python -m pytest --numprocesses 2

# The kernels once more as plain Python: what is compiled must be what is written.
plain: .venv/.dev
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest --numprocesses 2 tests/solvers tests/game \
		-k "not storm and not halving and not one_plan and not one_observation and not sheets and not rivals and not fragility and not many_actors"

docs: .venv/.dev
	$(BIN)/python -m sphinx --quiet --fail-on-warning --builder html docs docs/_build/html

# The picture of the terminal summary in the README, of a run made before: make picture RUN=runs/korea-2024-3f2a90cd
picture: .venv/.dev
	$(BIN)/python docs/picture.py $(RUN)

bench: .venv/.dev
	$(BIN)/python -m pytest benchmarks --benchmark-only --override-ini python_files='bench_*.py'

# What the report is held to look like, made anew: look at it first.
pictures: .venv/.dev
	DETENTE_RENEW_PICTURES=1 $(BIN)/python -m pytest tests/browser/test_pictures.py -k looks_as_it_did

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache docs/_build
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# The package alone, for running it.
.venv/.run: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --upgrade pip
	$(PIP) --editable .
	$(BIN)/python -c "import detente.kernels"  # compiles them, once
	touch $@

# And what checks it.
.venv/.dev: .venv/.run
	$(PIP) --group dev
	touch $@
