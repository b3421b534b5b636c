"""The account of the methods as Markdown with LaTeX, to be pasted into a paper and edited there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from detente.report.methods.chapters import Block, Chapter, Cite, Code, Display, Grid, Paragraph, Part
from detente.report.methods.literature import Work
from detente.report.methods.mathematics import Formula
from detente.report.text import plain

#: signs that Markdown would act on
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|$~!])")


def write_paper(title: str, chapters: Sequence[Chapter], works: Mapping[str, tuple[int, Work]]) -> str:
    """Markdown in which formulas are LaTeX between dollars and citations are keys of the BibTeX file (``[@key]``)."""
    parts = [f"# Methods: {_escape(title)}"]
    for chapter in chapters:
        parts.append(f"## {_escape(chapter.title)}")
        for block in chapter.blocks:
            parts += _write_block(block)
    parts.append("## Works cited")
    parts.append("\n".join(f"- `{key}`: {_escape(str(work))}" for key, (_, work) in works.items()))
    return "\n\n".join(parts) + "\n"


def _write_block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield "".join(_write_part(part) for part in block.parts)
    elif isinstance(block, Display):
        yield f"$$ {block.formula.latex} $$"
    else:
        if block.formula is not None:
            yield f"$$ {block.formula.latex} $$"
        yield _write_grid(block)


def _write_grid(grid: Grid) -> str:
    rows = [grid.heads, *(tuple(_write_part(cell) for cell in row) for row in grid.rows)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + "---|" * len(grid.heads))
    return "\n".join([f"*{_escape(grid.caption)}*", "", *lines])


def _write_part(part: Part) -> str:
    if isinstance(part, Formula):
        return f"${part.latex}$"
    if isinstance(part, Cite):
        return f"[{'; '.join(f'@{key}' for key in part.keys)}]"
    if isinstance(part, Code):
        # A bar would end a cell of a table, and a backquote the code.
        text = " ".join(plain(part.text).split()).replace("|", "\\|").replace("`", "'")
        return f"`{text}`"
    return _escape(part)


def _escape(text: str) -> str:
    lead, tail = (" " if text[:1] == " " else ""), (" " if text[-1:] == " " and text.strip() else "")
    return lead + _MARKS.sub(r"\\\1", " ".join(plain(text).split())) + tail
