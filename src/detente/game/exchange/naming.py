"""Names of the language, made of names that people use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence

from detente.scenario.document import clean
from detente.scenario.parser import RESERVED

#: characters of a name made here
_LONGEST_NAME = 28
#: what has no width or turns the direction of writing
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
#: names of the language, and words that YAML reads as something else
_TAKEN = RESERVED | {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "chance", "phases"}
_NAME = re.compile(r"[^\W\d_][\w-]{0,59}")


def make_names(texts: Sequence[str], kind: str, taken: Collection[str] = (), *, keep: bool = False) -> list[str]:
    """Names from any texts, in lower case, all different and none of ``taken``.

    ``keep`` leaves a text as it is where it is a name already. ``kind`` stands in front of what cannot be one.
    """
    made: list[str] = []
    held = {text for text in texts if keep and is_name(text)}
    for text in texts:
        if text in held and text not in taken and text not in made:
            made.append(text)
            continue
        name = _shorten(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", flatten(text)).lower()))
        name = name if name[:1].isalpha() and name not in _TAKEN else f"{kind}_{name}".strip("_")
        used = {*made, *taken, *held}
        made.append(next(option for option in _number(name) if option not in used))
    return made


def is_name(text: str) -> bool:
    """Whether a text can stand as a name."""
    return bool(_NAME.fullmatch(text)) and text not in _TAKEN


def flatten(text: str) -> str:
    """Text on one line, without what nobody sees."""
    return " ".join(_UNSEEN.sub(" ", clean(text)).split())


def _shorten(words: Sequence[str]) -> str:
    """Words joined; of too many the first ones and the last, which often tells options apart."""
    name = "_".join(words)
    if len(name) > _LONGEST_NAME:
        last = words[-1][: _LONGEST_NAME // 2]
        first = name[: _LONGEST_NAME - len(last)].rpartition("_")[0] or name[: _LONGEST_NAME - len(last) - 1]
        name = f"{first}_{last}"
    return name


def _number(name: str) -> Iterable[str]:
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
