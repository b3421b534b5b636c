"""Formulas as small trees, written as MathML for the page, as LaTeX for papers, and as plain text for everybody else.

A string inside a formula is read sign by sign: single letters are variables, runs of letters functions (``exp``),
digits numbers, all else operators; :class:`Words` are set upright as they are, wherever they come from. A formula
knows where its line may be broken, for no browser breaks one by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from detente.report.text import LONGEST_NAME, plain

_TOKENS = re.compile(r"\s+|[A-Za-z]+|\d+(?:[.,]\d+)*|.", re.DOTALL)

#: signs that LaTeX writes by name
_LATEX: Mapping[str, str] = {
    "λ": r"\lambda", "ν": r"\nu", "κ": r"\kappa", "σ": r"\sigma", "Λ": r"\Lambda", "ρ": r"\rho", "π": r"\pi",
    "α": r"\alpha", "∑": r"\sum", "∏": r"\prod", "∈": r"\in", "∉": r"\notin", "≤": r"\le", "≥": r"\ge", "≠": r"\ne",
    "∝": r"\propto", "×": r"\times", "·": r"\cdot", "−": "-", "→": r"\to", "∞": r"\infty", "∅": r"\emptyset",
    "|": r"\mid", "{": r"\{", "}": r"\}", "∪": r"\cup", "⊆": r"\subseteq", "′": "'", "…": r"\dots", "∖": r"\setminus",
    "Φ": r"\Phi", "δ": r"\delta",
    "√": r"\surd", "%": r"\%", "#": r"\#", "<": "<", "∼": r"\sim", "∧": r"\wedge", "∨": r"\vee", "¬": r"\neg",
}  # fmt: skip
_ESCAPES: Mapping[str, str] = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "^": r"\textasciicircum{}",
    "_": r"\_", "~": r"\textasciitilde{}", "%": r"\%",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """Upright text: a name, a condition, a word of the language. Made safe to show."""

    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """Something with an index below, above or both."""

    base: Piece
    low: Piece | None = None
    high: Piece | None = None


@dataclass(frozen=True, slots=True)
class Fraction:
    """One thing over another."""

    top: Piece
    bottom: Piece


@dataclass(frozen=True, slots=True)
class Large:
    """A sum, a product, a least or largest value: a sign with what stands under and over it."""

    sign: str
    under: Piece
    over: Piece | None = None


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    inside: Piece


@dataclass(frozen=True, slots=True)
class Cases:
    """Values with the conditions under which they hold."""

    lines: tuple[tuple[Piece, Piece], ...]


Node = Words | Script | Fraction | Large | Root | Cases
Piece = str | Node | tuple["Piece", ...]

#: how a sign of :class:`Large` is read out
_READ: Mapping[str, str] = {"∑": "sum over", "∏": "product over", "min": "least over", "max": "largest over"}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in parts; a line may break between two."""

    parts: tuple[Piece, ...]

    @property
    def mathml(self) -> Markup:
        """A ``math`` element per part, each with its plain text beside it."""
        return Markup(" ").join(
            Markup('<math displaystyle="true" alttext="{}">{}</math>').format(
                _write_plain(part).strip(), _mark_up(part)
            )
            for part in self.parts
        )

    @property
    def plain(self) -> str:
        """Plain text, in signs and words."""
        return " ".join(" ".join(_write_plain(part) for part in self.parts).split())

    @property
    def latex(self) -> str:
        """LaTeX for mathematics mode."""
        return " ".join(" ".join(_write_latex(part) for part in self.parts).split())

    def __str__(self) -> str:
        return self.plain


def formula(*parts: Piece) -> Formula:
    """A formula whose line may break between its parts."""
    return Formula(parts)


def sub(base: Piece, low: Piece) -> Script:
    """An index below."""
    return Script(base, low)


def escape_latex(text: str) -> str:
    """Any text as it stands in LaTeX outside mathematics."""
    return "".join(_ESCAPES.get(sign, sign) for sign in text)


def _tokens(text: str) -> Iterator[str]:
    for token in _TOKENS.findall(text):
        yield " " if token.isspace() else token


def _show(words: Words) -> str:
    return plain(words.text, LONGEST_NAME)


def _mark_up(piece: Piece) -> Markup:
    if isinstance(piece, str):
        return Markup("").join(_mark_token(token) for token in _tokens(piece) if token != " ")
    if isinstance(piece, tuple):
        return Markup("<mrow>{}</mrow>").format(Markup("").join(_mark_up(item) for item in piece))
    if isinstance(piece, Words):
        # Browsers drop the blanks at either end of a text.
        return Markup("<mtext>{}</mtext>").format(re.sub(r"^ +| +$", "\N{NO-BREAK SPACE}", _show(piece)))
    if isinstance(piece, Fraction):
        return Markup("<mfrac>{}{}</mfrac>").format(_row(piece.top), _row(piece.bottom))
    if isinstance(piece, Root):
        return Markup("<msqrt>{}</msqrt>").format(_mark_up(piece.inside))
    if isinstance(piece, Cases):
        rows = Markup("").join(
            Markup("<mtr><mtd>{}</mtd><mtd>{}</mtd></mtr>").format(_mark_up(value), _mark_up(condition))
            for value, condition in piece.lines
        )
        return Markup('<mrow><mo>{{</mo><mtable columnalign="left">{}</mtable></mrow>').format(rows)
    if isinstance(piece, Large):
        sign = Markup("<mo>{}</mo>").format(piece.sign)
        if piece.over is None:
            return Markup("<munder>{}{}</munder>").format(sign, _row(piece.under))
        return Markup("<munderover>{}{}{}</munderover>").format(sign, _row(piece.under), _row(piece.over))
    marks = [_row(item) for item in (piece.base, piece.low, piece.high) if item is not None]
    tag = "msubsup" if len(marks) == 3 else "msub" if piece.low is not None else "msup"
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), Markup("").join(marks))


def _row(piece: Piece) -> Markup:
    """One element, whatever the piece is made of."""
    if isinstance(piece, str) and len(list(_tokens(piece))) == 1:
        return _mark_up(piece)
    return Markup("<mrow>{}</mrow>").format(_mark_up(piece))


def _mark_token(token: str) -> Markup:
    if token[0].isdigit():
        return Markup("<mn>{}</mn>").format(token)
    if token.isalpha() or token == "∞":
        return Markup("<mi>{}</mi>").format(token)
    if token == "|":
        return Markup('<mo stretchy="false" lspace="0.25em" rspace="0.25em">|</mo>')
    return Markup("<mo>{}</mo>").format(token)


def _write_plain(piece: Piece) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, tuple):
        return "".join(_write_plain(item) for item in piece)
    if isinstance(piece, Words):
        return _show(piece)
    if isinstance(piece, Fraction):
        return f"{_hold(piece.top)} / {_hold(piece.bottom)}"
    if isinstance(piece, Root):
        return f"the square root of {_hold(piece.inside)}"
    if isinstance(piece, Cases):
        return "; ".join(f"{_write_plain(value)} {_write_plain(condition)}" for value, condition in piece.lines)
    if isinstance(piece, Large):
        reach = f" to {_write_plain(piece.over)}" if piece.over is not None else ""
        return f" {_READ[piece.sign]} {_write_plain(piece.under)}{reach} of "
    low = f"_{_brace(piece.low)}" if piece.low is not None else ""
    high = f"^{_brace(piece.high)}" if piece.high is not None else ""
    return f"{_write_plain(piece.base)}{low}{high}"


def _hold(piece: Piece) -> str:
    """Plain text in brackets, unless it is one sign."""
    text = _write_plain(piece).strip()
    return text if re.fullmatch(r"[\w.]+", text) else f"({text})"


def _brace(piece: Piece) -> str:
    text = _write_plain(piece).strip()
    return text if re.fullmatch(r"[\w+]+|[^\W\d]", text) else f"{{{text}}}"


def _write_latex(piece: Piece) -> str:
    if isinstance(piece, str):
        return "".join(_latex_token(token) for token in _tokens(piece))
    if isinstance(piece, tuple):
        return "".join(_write_latex(item) for item in piece)
    if isinstance(piece, Words):
        return f"\\text{{{escape_latex(_show(piece))}}}"
    if isinstance(piece, Fraction):
        return f"\\frac{{{_write_latex(piece.top)}}}{{{_write_latex(piece.bottom)}}}"
    if isinstance(piece, Root):
        return f"\\sqrt{{{_write_latex(piece.inside)}}}"
    if isinstance(piece, Cases):
        lines = (f"{_write_latex(value)} & {_write_latex(condition)}" for value, condition in piece.lines)
        return "\\begin{cases} " + " \\\\ ".join(lines) + " \\end{cases}"
    if isinstance(piece, Large):
        over = f"^{{{_write_latex(piece.over)}}}" if piece.over is not None else ""
        sign = _LATEX.get(piece.sign, f"\\{piece.sign}")
        return f" {sign}_{{{_write_latex(piece.under)}}}{over} "
    low = f"_{{{_write_latex(piece.low)}}}" if piece.low is not None else ""
    high = f"^{{{_write_latex(piece.high)}}}" if piece.high is not None else ""
    return f"{_write_latex(piece.base)}{low}{high}"


def _latex_token(token: str) -> str:
    if token in _LATEX:
        name = _LATEX[token]
        return f"{name} " if name[-1].isalpha() else name
    if len(token) > 1 and token.isalpha():
        return f"\\operatorname{{{token}}}"
    return token
