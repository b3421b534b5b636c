"""Signs that an encoding lacks: spelled, never an error, and the same text where it lacks none."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.report import signs, text

ENCODINGS = ("ascii", "cp437", "cp850", "cp1252", "latin-1", "utf-8", "utf-16")


@given(st.text(), st.sampled_from(ENCODINGS))
def test_every_text_can_be_written(words: str, encoding: str) -> None:
    told = signs.spell(words, encoding)
    told.encode(encoding)
    kept = [sign for sign in words if sign.encode(encoding, "ignore").decode(encoding) == sign]
    if len(kept) == len(words):
        assert told == words


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_marks_stay_apart_and_one_column_wide(encoding: str) -> None:
    marks = sorted(set(text.MARKS.values()))
    told = [signs.spell(mark, encoding) for mark in marks]
    assert all(len(mark) == 1 for mark in told)
    assert len(set(told)) == len(marks), told
    assert "?" not in [one for one, mark in zip(told, marks, strict=True) if mark != "?"]


def test_a_figure_keeps_its_error() -> None:
    assert signs.spell("78 % ±1.2", "ascii") == "78 % +-1.2"
    assert signs.spell("Détente → “so”", "ascii") == 'Detente -> "so"'
    assert signs.spell("서울", "ascii") == "??"


def test_an_unknown_encoding_counts_as_ascii() -> None:
    assert signs.spell("±", "no-such-thing") == signs.spell("±", None) == "+-"


def test_a_stream_may_name_the_handler() -> None:
    assert "± …".encode("ascii", signs.HANDLER) == b"+- ..."
    with pytest.raises(UnicodeDecodeError):
        codecs.decode(b"\xff", "ascii", signs.HANDLER)
