"""Formulas: one tree, three writings that hold the same signs in the same order, and nothing that acts."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.report.methods.mathematics import (
    Cases,
    Formula,
    Fraction,
    Large,
    Piece,
    Root,
    Script,
    Words,
    escape_latex,
    formula,
    sub,
)

#: LaTeX names of the letters that the trees below use
GREEK = {"λ": r"\lambda", "σ": r"\sigma", "ν": r"\nu"}

leaves = st.sampled_from(["a", "b", "λ", "σ", "ν", "7", "12", "x", "(t)", "a b", "exp", "−", "≤"]) | st.sampled_from(
    [Words("if"), Words("us"), Words("a & b"), Words("50 % {of} it"), Words("<b>")]
)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.builds(Fraction, inner, inner)
        | st.builds(Root, inner)
        | st.builds(Script, inner, inner)
        | st.builds(lambda base, high: Script(base, None, high), inner, inner)
        | st.builds(Script, inner, inner, inner)
        | st.builds(Large, st.sampled_from(["∑", "∏", "min", "max"]), inner, st.none() | inner)
        | st.tuples(inner, inner)
        | st.builds(lambda one, other: Cases(((one, Words("if so")), (other, Words("if not")))), inner, inner)
    ),
    max_leaves=12,
)


def list_signs(tree: Piece) -> list[str]:
    """Letters, numbers and words of a tree from left to right, as the page has them."""
    root = ElementTree.fromstring(f"<all>{formula(tree).mathml}</all>")
    found = [item.text or "" for item in root.iter() if item.tag in ("mi", "mn", "mtext")]
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in found]


def stand_in_order(signs: list[str], text: str) -> bool:
    place = 0
    for sign in signs:
        place = text.find(sign, place)
        if place < 0:
            return False
        place += len(sign)
    return True


@given(trees)
def test_three_writings_hold_the_same_signs_in_the_same_order(tree: Piece) -> None:
    signs = list_signs(tree)
    assert stand_in_order(signs, formula(tree).plain)
    assert stand_in_order([GREEK.get(sign, escape_latex(sign)) for sign in signs], formula(tree).latex)


@given(st.lists(trees, min_size=1, max_size=4))
def test_every_writing_is_well_formed(parts: list[Piece]) -> None:
    made = Formula(tuple(parts))
    root = ElementTree.fromstring(f"<all>{made.mathml}</all>")
    assert [item.tag for item in root] == ["math"] * len(parts)
    assert all(item.get("alttext") is not None for item in root)
    counts = {"msub": 2, "msup": 2, "mfrac": 2, "munder": 2, "msubsup": 3, "munderover": 3}
    assert all(len(item) == counts[item.tag] for item in root.iter() if item.tag in counts)
    bare = re.sub(r"\\[{}]", "", made.latex)
    depth = 0
    for sign in bare:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert "\n" not in made.plain + made.latex


@pytest.mark.parametrize(
    ("made", "plain", "latex"),
    [
        (formula((sub("u", "i"), "(s) = 0")), "u_i(s) = 0", "u_{i}(s) = 0"),
        (formula(Fraction("1", ("4", Script("n", None, "2")))), "1 / (4n^2)", r"\frac{1}{4n^{2}}"),
        (formula((Large("∑", "k = 1", "9"), "λ")), "sum over k = 1 to 9 of λ", r"\sum_{k = 1}^{9} \lambda"),
        (formula((Large("max", "t"), "f(t)")), "largest over t of f(t)", r"\max_{t} f(t)"),
        (formula("a,", "b"), "a, b", "a, b"),
        (formula((sub("u", Words("us, dove")), "(s)")), "u_{us, dove}(s)", r"u_{\text{us, dove}}(s)"),
    ],
)
def test_plain_text_and_latex_read_as_written(made: Formula, plain: str, latex: str) -> None:
    assert (made.plain, made.latex) == (plain, latex)


def test_words_from_outside_do_nothing() -> None:
    words = '"><script>alert(1)</script> \u202e$\\input{x}%'
    made = formula(Words(words))
    assert "<script" not in made.mathml
    assert "\u202e" not in made.mathml + made.latex
    assert ElementTree.fromstring(made.mathml).get("alttext") == made.plain
    assert r"\textbackslash{}input\{x\}\%" in made.latex
    assert len(formula(Words("x" * 2_000_000)).mathml) < 1_000
