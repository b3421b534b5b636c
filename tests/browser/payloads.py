"""Texts that mean harm, and how each is written into the fields of a case that take one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from browser.everything import Place
from detente.scenario.scalars import LONGEST_LEVEL

#: one kind of attack each
PAYLOADS: Mapping[str, str] = {
    "plain": "nothing but words",
    "script": "<script>alert(1)</script><SCRIPT src=//evil.example/x.js></SCRIPT>",
    "image": '"><img src=x onerror=alert(1)><img src=https://evil.example/x.png>',
    "ends": "--></style></title></script></svg></textarea></template><svg onload=alert(1)>]]>",
    "template": "{{ 7 * 7 }}{% raw %}{# x #}${7*7}<%= 7*7 %>",
    "link": "javascript:alert(1) https://evil.example/x //evil.example data:text/html,<b>x",
    "markdown": "[x](javascript:alert(1)) ![y](http://evil.example/y.png) <http://evil.example> **b** `c` | d |",
    "entities": "&lt;b&gt; &amp; &#x3C;script&#x3E; &quot;&NewLine;&#0;",
    "quotes": "\"'`\N{ACUTE ACCENT} ' onfocus='alert(1)' autofocus style='position:fixed' x=\"",
    "style": "} body { display: none } * { background: url(https://evil.example/x) } /* @import",
    "bidi": "\u202eesrever\u2066 isolated \u200f\u061c",
    "unseen": "a\u200bb\u200dc\u2060d\xade\u2028f\x85g\ufff9h\N{SYMBOL FOR NULL}",
    "towers": "Z" + "\u0300\u0489\u0334" * 40 + "a" + "\u0328" * 40,
    "emoji": "\N{FAMILY}\U0001f1f0\U0001f1f5\N{SKULL}\ufe0f\U000e0041",
    "right-to-left": "שלום עולם مرحبا بالعالم",
    "word": "x" * 20_000,
    "wide": "\N{ARABIC LIGATURE BISMILLAH AR-RAHMAN AR-RAHEEM}\N{CUNEIFORM SIGN LUGAL OPPOSING LUGAL}" * 12,
}

#: what a label may not hold
_UNSEEN = re.compile(r"[\x00-\x1f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
#: what YAML takes for a key
_LONGEST_KEY = 1000
#: what a file system takes
_LONGEST_PATH = 60


def write_payload(name: str) -> Callable[[Place], str]:
    """How one attack is written, behind a number that tells its place; some fields take the rest of a form only."""
    payload = PAYLOADS[name]
    count = iter(range(1000))

    def write(place: Place) -> str:
        field, last = place.field, place.path[-1]
        if (field == "RawQuestion.scale" and place.is_key) or field == "RawPhase.changes" or last == "probable":
            return str(last)  # numbers, the id of an input, a word that claims say
        text = f"q{next(count):03}q {payload}"
        if place.kind != "prose":
            text = _UNSEEN.sub("", text)
        if place.is_key:
            text = text[:_LONGEST_KEY]
        if place.kind == "level":
            text = text.replace('"', "'")[:LONGEST_LEVEL]
        if field == "RawScenario.brief":
            return re.sub(r"[/\\\s\x85\u2028]", "_", text)[:_LONGEST_PATH] + ".md"
        return f"{text} probable" if field == "RawClaim.says" else text

    return write


def write_brief(name: str) -> str:
    """A brief with the attack around, before and after what claims quote."""
    text = PAYLOADS[name]
    return f"# {text}\n\n{text} The North will probably fall silent. {text}\n\nSome say talks may follow.\n\n> {text}\n"
