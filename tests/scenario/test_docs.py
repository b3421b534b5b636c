"""docs/language.md is executed: its scenarios load, its tables and its grammar are the code's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from detente.scenario.amounts import (
    FORESIGHT_WORDS,
    NOISE_WORDS,
    PAYOFF_WORDS,
    TEMPO_WORDS,
    WEIGHT,
    read_quantity,
)
from detente.scenario.parser import parse
from detente.scenario.reader import loads
from detente.scenario.schema import RawActor, RawClaim, RawScenario
from detente.scenario.words import SCALES, write_range

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
COMPLETE = re.findall(r"```yaml\n# complete\n(.*?)```", PAGE, re.S)


def test_there_are_complete_examples():
    assert len(COMPLETE) >= 2


@pytest.mark.parametrize("text", COMPLETE)
def test_complete_example_loads_without_a_warning(text):
    assert loads(text)[1] == ()


def test_grammar_is_shown_word_for_word():
    grammar = (ROOT / "src" / "detente" / "scenario" / "grammar.lark").read_text(encoding="utf-8").strip()
    assert f"```text\n{grammar}\n```" in PAGE


@pytest.mark.parametrize("shape", [RawScenario, RawActor, RawClaim])
def test_every_key_is_described(shape):
    assert [key for key in shape.key_names() if f"`{key}`" not in PAGE] == []


@pytest.mark.parametrize("words", [PAYOFF_WORDS, TEMPO_WORDS, FORESIGHT_WORDS, NOISE_WORDS])
def test_every_word_is_described(words):
    assert [word for word in words if f"`{word}`" not in PAGE] == []


@pytest.mark.parametrize("word", PAYOFF_WORDS)
def test_payoff_words_have_the_range_shown(word):
    shown = re.search(rf"\| `{word}` \| ([\d.]+ to [\d.]+) \|", PAGE)
    assert shown is not None
    assert read_quantity(shown[1], WEIGHT).parameters == PAYOFF_WORDS[word]


@pytest.mark.parametrize(("words", "unit"), [(TEMPO_WORDS, "a month"), (FORESIGHT_WORDS, "months")])
def test_behaviour_words_have_the_range_shown(words, unit):
    for word, ends in words.items():
        shown = re.search(rf"\| `{word}` \| ([\d.]+) to ([\d.]+) {unit} \|", PAGE)
        assert shown is not None
        assert [float(end) for end in shown.groups()] == pytest.approx(ends, rel=0.01)


@pytest.mark.parametrize("scale", SCALES)
def test_scales_have_the_ranges_shown(scale):
    for word in SCALES[scale]:
        variants = ["probably", "improbably", "certainly", "roughly", "even"]
        if word.word.split()[-1] in variants and word.word not in ("almost certainly not",):
            # The adverb of a word that is shown, with the same range.
            continue
        assert re.search(rf"\|[^|\n]*\b{word.word}\b[^|\n]*\| {re.escape(write_range(word))} \|", PAGE), word


def test_queries_of_the_tables_are_read():
    rows = re.findall(
        r"^\| (`(?:P|E|value|stable|reachable|divergence|opposed|terms|in )(?:[^|\\]|\\.)*)\|", PAGE, re.M
    )
    found = [query.replace("\\|", "|") for row in rows for query in re.findall(r"`([^`]+)`", row)]
    queries = [re.sub(r"\bD2?\b", "2025-12-31", query) for query in found if not query.startswith("given")]
    assert len(queries) >= 18
    for query in queries:
        parse(query, "query")


def test_conditions_of_the_table_are_read():
    table = PAGE[PAGE.index("## Conditions") : PAGE.index("## Numbers")]
    rows = re.findall(r"^\| (`.*?) \|", table, re.M)
    conditions = [text for row in rows for text in re.findall(r"`([^`]+)`", row) if re.search(r"\w", text)]
    assert len(conditions) >= 9
    for condition in conditions:
        parse(condition, "condition")
