"""Signs that an old terminal, a log or a Windows code page cannot show, written in characters that it can."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Mapping

#: what stands for a sign that an encoding lacks. The marks of verdicts stay apart from each other and one column wide
STAND_INS: Mapping[str, str] = {
    "✓": "+",
    "✗": "x",
    "▲": "^",
    "▼": "v",
    "◆": "*",
    "○": "o",
    "≡": "#",
    "∅": "0",
    "–": "-",
    "·": ".",
    "±": "+-",
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "—": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "…": "...",
    "→": "->",
    "›": ">",
    "•": "*",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "│": "|",
    "─": "-",
    "├": "|",
    "└": "`",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
} | dict(zip("▁▂▃▄▅▆▇█", "_..::||#", strict=True))

#: the name under which :func:`_stand_in` handles what a stream cannot write
HANDLER = "detente-signs"


def spell(text: str, encoding: str | None) -> str:
    """The text in what ``encoding`` can write, as it is where that is all of it.

    A sign without a stand-in loses its accents, and without a letter below them it becomes a question mark.
    """
    name = encoding if encoding is not None and _is_known(encoding) else "ascii"
    return text.encode(name, HANDLER).decode(name)


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    """What the encoder writes in place of what it cannot; an error handler of :mod:`codecs`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_write(sign) for sign in missing), error.end


def _write(sign: str) -> str:
    bare = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return STAND_INS.get(sign) or (bare if bare.isascii() and bare else "?")


def _is_known(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True


codecs.register_error(HANDLER, _stand_in)
