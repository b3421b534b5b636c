"""BibTeX: the works cited, the tool itself, and the case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from detente.findings.findings import Findings
from detente.report.methods.literature import WORKS, Work
from detente.report.methods.mathematics import escape_latex
from detente.report.text import LONGEST_NAME, plain
from detente.scenario.model import Scenario

#: accents as LaTeX writes them, by combining mark
_ACCENTS: Mapping[str, str] = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c", "\u0328": "k",
}  # fmt: skip


def write_bibtex(scenario: Scenario, cited: Iterable[str], version: str, findings: Findings | None = None) -> str:
    """A BibTeX file: the tool, the case (and the run, with ``findings``), the works of these keys by year and name."""
    works = sorted(cited, key=lambda key: (WORKS[key].authors[0], WORKS[key].year))
    entries = [_write_tool(version), _write_case(scenario, findings)]
    return "\n".join([*entries, *(_write_work(key, WORKS[key]) for key in works)])


def _write_tool(version: str) -> str:
    fields = {
        "author": "{The Détente authors}",
        "title": "{Détente}: a written strategic assessment as an executable model",
        "note": f"Computer program, version {version}",
    }
    return _write_entry("software", "detente", fields)


def _write_case(scenario: Scenario, findings: Findings | None) -> str:
    run = f", {findings.draws} draws, seed {findings.seed}" if findings is not None else ""
    fields = {
        "title": f"{{{_clean(plain(scenario.title, LONGEST_NAME))}}}",
        "year": str(scenario.as_of.year),
        "note": f"Case for Détente, as of {scenario.as_of}, to {scenario.horizon}{run}",
        "howpublished": f"scenario file, sha256 {scenario.digest}",
    }
    key = re.sub(r"[^a-z0-9]+", "-", _fold(scenario.title).lower()).strip("-")[:40].rstrip("-") or "case"
    return _write_entry("misc", f"case-{key}", fields)


#: the field of an entry that says where a work stands
_HOMES = {"article": "journal", "book": "publisher", "incollection": "booktitle", "techreport": "institution"}


def _write_work(key: str, work: Work) -> str:
    home = _HOMES[work.kind]
    fields = {
        "author": " and ".join(work.authors),
        "title": f"{{{work.title}}}",
        home: work.venue,
        "year": str(work.year),
        "volume": work.volume,
        "number": work.number,
        "pages": work.pages.replace("-", "--"),
        "doi": work.doi,
    }
    return _write_entry(work.kind, key, fields)


def _write_entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{_encode(value) if name != 'doi' else value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def _clean(text: str) -> str:
    """A text from outside on one line, without braces that could end its field."""
    return " ".join(text.split()).replace("{", "(").replace("}", ")")


def _fold(text: str) -> str:
    """Letters without their accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _encode(text: str) -> str:
    """Special signs and accents as LaTeX writes them; braces stay, for they are ours."""
    answer = ""
    for sign in text:
        base, *marks = list(unicodedata.normalize("NFD", sign))
        if sign in "{}":
            answer += sign
        elif len(marks) == 1 and marks[0] in _ACCENTS:
            stem = {"i": r"\i", "j": r"\j"}.get(base, base)
            answer += f"{{\\{_ACCENTS[marks[0]]}{{{stem}}}}}"
        else:
            answer += escape_latex(sign)
    return answer
