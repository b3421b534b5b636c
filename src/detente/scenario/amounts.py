"""Uncertain numbers as text: ``3``, ``2 to 4``, ``1% to 4% per month``, ``triangular 1 2 5``, ``-strong``.

Every field has a :class:`Domain` that says which numbers, words and units it takes; :func:`read_quantity` turns text
into a :class:`~detente.scenario.quantities.Quantity` in the field's own unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from detente.scenario.model import DAYS_PER_MONTH
from detente.scenario.quantities import Law, Quantity
from detente.scenario.slips import Slip, Slipped, enumerate_words, suggest

#: months in a unit of time
UNITS: Mapping[str, float] = MappingProxyType(
    {"day": 1 / DAYS_PER_MONTH, "week": 7 / DAYS_PER_MONTH, "month": 1.0, "year": 12.0}
)

Ends = tuple[float, float]

#: payoff words, as 5th and 95th percentiles; ``moderate`` is about 1
PAYOFF_WORDS: Mapping[str, Ends] = MappingProxyType(
    {"slight": (0.25, 0.5), "moderate": (0.7, 1.4), "strong": (1.5, 3.0), "vital": (4.0, 8.0)}
)
_TEMPO_CENTRES = {"weekly": DAYS_PER_MONTH / 7, "monthly": 1.0, "quarterly": 1 / 3, "yearly": 1 / 12}
#: decisions per month, each a quarter more or less
TEMPO_WORDS: Mapping[str, Ends] = MappingProxyType(
    {word: (0.75 * centre, 1.25 * centre) for word, centre in _TEMPO_CENTRES.items()}
)
#: how often the worse of two options one ``moderate`` apart is picked
ERROR_RATES: Mapping[str, Ends] = MappingProxyType(
    {"rarely": (0.03, 0.07), "sometimes": (0.10, 0.20), "often": (0.25, 0.35)}
)


def noise_of(error_rate: float) -> float:
    """Noise, in payoff units, at which a logit choice picks the worse of two options 1 apart at ``error_rate``."""
    return 1 / math.log((1 - error_rate) / error_rate)


NOISE_WORDS: Mapping[str, Ends] = MappingProxyType(
    {word: (noise_of(low), noise_of(high)) for word, (low, high) in ERROR_RATES.items()}
)
#: months
FORESIGHT_WORDS: Mapping[str, Ends] = MappingProxyType(
    {"news-cycle": (0.5, 1.5), "term": (12.0, 48.0), "generation": (60.0, 180.0)}
)


@dataclass(frozen=True, slots=True)
class Domain:
    """What a field takes: its bounds, its words, its unit."""

    name: str
    low: float = -math.inf
    high: float = math.inf
    #: the low bound itself is not allowed
    above: bool = False
    words: Mapping[str, Ends] = field(default_factory=dict)
    #: words may carry a minus sign
    signed: bool = False
    #: ``none`` means 0
    none: bool = False
    #: plain numbers only; a chance per unit of time; a count per unit of time; a length of time; a share
    unit: Literal["number", "rate", "frequency", "span", "share"] = "number"
    #: what people read about the bounds
    bounds: str = ""

    @property
    def floor(self) -> float:
        """Lowest value quantiles may take."""
        return 1e-6 if self.above and self.low == 0 else self.low

    def admits(self, value: float) -> bool:
        """Whether a certain number may stand here."""
        return self.low <= value <= self.high and not (self.above and value <= self.low)


#: largest payoff, stake or hazard anybody may write
_LARGE = 1e6
WEIGHT = Domain("weight", -_LARGE, _LARGE, words=PAYOFF_WORDS, signed=True, bounds="between -1000000 and 1000000")
STAKES = Domain("stakes", 0, _LARGE, above=True, words=PAYOFF_WORDS, bounds="above 0 and at most 1000000")
ODDS = Domain("odds", 0, _LARGE, above=True, unit="share", bounds="above 0 and at most 1000000")
TEMPO = Domain("tempo", 0, 60, above=True, words=TEMPO_WORDS, unit="frequency", bounds="above 0 and at most 60 a month")
FORESIGHT = Domain("foresight", 0, 240, words=FORESIGHT_WORDS, unit="span", bounds="between 0 and 240 months")
NOISE = Domain("noise", 0.01, 1000, words=NOISE_WORDS, bounds="between 0.01 and 1000")
HABIT = Domain("habit", 0, 1000, words=PAYOFF_WORDS, none=True, bounds="between 0 and 1000")
THRESHOLD = Domain("threshold", 0, _LARGE, words=PAYOFF_WORDS, none=True, bounds="between 0 and 1000000")
RATE = Domain("rate", 0, 1000, unit="rate", bounds="between 0 and 1000 a month")
POSITION = Domain("position", 0, 100, bounds="between 0 and 100")
SALIENCE = Domain("salience", 0, 1, unit="share", bounds="between 0 and 1")
REFERENCE = replace(POSITION, name="reference")
CAPABILITY = Domain("capability", 0, _LARGE, above=True, bounds="above 0 and at most 1000000")

BEHAVIOUR: Mapping[str, Domain] = MappingProxyType(
    {"tempo": TEMPO, "foresight": FORESIGHT, "noise": NOISE, "habit": HABIT}
)
#: behaviour of an actor where the file says nothing
DEFAULTS: Mapping[str, str] = MappingProxyType(
    {"tempo": "quarterly", "foresight": "3 to 12 months", "noise": "sometimes", "habit": "slight"}
)
DEFAULT_STAKES = "1 to 4"

_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?"
_AMOUNT = re.compile(rf"({_NUMBER})(\s?%)?")
_PER = re.compile(r"\s+(?:per|a)\s+([a-z]+)$")
_SPAN = re.compile(r"\s*([a-z]+)$")
_SHAPES: Mapping[str, tuple[int, ...]] = {"uniform": (2,), "triangular": (3,), "pert": (3,), "beta": (2, 4)}


def with_payoff_words(domain: Domain, words: Mapping[str, Ends]) -> Domain:
    """The same domain with a file's own payoff words where it takes payoff words at all."""
    return replace(domain, words=words) if domain.words is PAYOFF_WORDS else domain


def between_ends(domain: Domain, low: float, high: float) -> Domain:
    """The same domain on a scale with other ends."""
    if (domain.low, domain.high) == (low, high):
        return domain
    return replace(domain, low=low, high=high, bounds=f"between {low:g} and {high:g}")


def read_quantity(text: str, domain: Domain, shared: str | None = None) -> Quantity:
    """Read a quantity. Raises Slipped with the value, what the field takes, and a suggestion."""
    body = " ".join(text.split())
    words = _read_word(body, domain)
    if words is None:
        stem, percent_scale = _strip_unit(body, domain)
        law, numbers = _read_numbers(stem, body, domain, percent_scale)
    else:
        law, numbers = words
    _check_domain(numbers[2:] if law == "beta" else numbers, body, domain)
    return Quantity(law, numbers, domain.floor, domain.high, shared, body)


def read_number(text: str) -> float | None:
    """A plain number, or None."""
    found = re.fullmatch(_NUMBER, text.strip())
    return float(found[0]) if found else None


def _read_word(body: str, domain: Domain) -> tuple[Law, tuple[float, ...]] | None:
    if domain.none and body == "none":
        return "fixed", (0.0,)
    negative = domain.signed and body.startswith("-")
    word = body[1:].strip() if negative else body
    if word in domain.words:
        low, high = domain.words[word]
        return "lognormal", (-high, -low) if negative else (low, high)
    return None


def _strip_unit(body: str, domain: Domain) -> tuple[str, float]:
    """The numbers without their unit, and what one of them is in the field's own unit."""
    if found := _PER.search(body):
        if domain.unit not in ("rate", "frequency"):
            raise Slipped(Slip(found.start(), f"A {domain.name} is not per {found[1]}.", "Leave the unit out."))
        return body[: found.start()], 1 / _unit(found[1], found.start(1))
    if domain.unit == "span" and (found := _SPAN.search(body)) and (body[: found.start()].strip()):
        word = found[1]
        if word.rstrip("s") in UNITS:
            return body[: found.start()].rstrip(), _unit(word, found.start(1))
    if domain.unit == "rate" and "%" in body:
        raise Slipped(Slip(0, f"The rate '{body}' does not say per what.", f"Write '{body} per month' or 'per year'."))
    return body, 1.0


def _unit(word: str, offset: int) -> float:
    name = word.removesuffix("s")
    if name not in UNITS:
        raise Slipped(Slip(offset, f"No unit of time '{word}'.", suggest(word, UNITS)))
    return UNITS[name]


def _read_numbers(stem: str, body: str, domain: Domain, scale: float) -> tuple[Law, tuple[float, ...]]:
    parts = stem.split(" to ")
    head = stem.split(" ", 1)[0]
    if head in _SHAPES:
        given = [_amount(part, body, domain) for part in re.sub(r"(?<=\d) %", "%", stem).split(" ")[1:]]
        return _read_shape(head, given, body, domain, scale)
    if len(parts) == 1:
        value, percent = _amount(stem, body, domain)
        return "fixed", (_convert(value, percent, scale, body, domain),)
    if len(parts) != 2:
        raise _unreadable(body, domain)
    (low, low_percent), (high, high_percent) = (_amount(part, body, domain) for part in parts)
    # '1 to 4%' means percent at both ends.
    percent = low_percent or high_percent
    if percent and not low_percent:
        low /= 100
    if percent and not high_percent:
        raise Slipped(Slip(0, f"'{body}' has a percent sign at one end.", "Write it at both."))
    ends = (_convert(low, percent, scale, body, domain), _convert(high, percent, scale, body, domain))
    _check_order(ends, body)
    if percent and domain.unit == "share":
        if not 0 < low < high < 1:
            raise Slipped(Slip(0, f"The range '{body}' reaches 0% or 100%.", "Keep both ends strictly between them."))
        return "logitnormal", ends
    return "lognormal" if ends[0] > 0 or ends[1] < 0 else "normal", ends


def _read_shape(
    name: str, given: list[tuple[float, bool]], body: str, domain: Domain, scale: float
) -> tuple[Law, tuple[float, ...]]:
    if len(given) not in _SHAPES[name]:
        counts = enumerate_words((str(count) for count in _SHAPES[name]), "or")
        raise Slipped(Slip(0, f"'{name}' takes {counts} numbers: '{body}' has {len(given)}.", _EXAMPLES[name]))
    law: Law = name  # type: ignore[assignment]  # the keys of _SHAPES are laws
    shape: tuple[float, ...] = ()
    if name == "beta":
        shape = (given[0][0], given[1][0])
        if min(shape) <= 0 or max(shape) > _LARGE:
            raise Slipped(Slip(0, f"The shapes of '{body}' must be above 0.", _EXAMPLES[name]))
        given = given[2:] or [(0.0, False), (1.0, False)]
    ends = tuple(_convert(value, percent, scale, body, domain) for value, percent in given)
    if name in ("uniform", "beta"):
        _check_order((ends[0], ends[1]), body)
    elif not (ends[0] <= ends[1] <= ends[2] and ends[0] < ends[2]):
        raise Slipped(Slip(0, f"The numbers of '{body}' must rise: low, mode, high.", _EXAMPLES[name]))
    return law, (*shape, *ends)


_EXAMPLES = {
    "uniform": "Write 'uniform 1 3'.",
    "triangular": "Write 'triangular 1 2 5'.",
    "pert": "Write 'pert 1 2 5'.",
    "beta": "Write 'beta 2 5' or 'beta 2 5 0 10'.",
}


def _amount(part: str, body: str, domain: Domain) -> tuple[float, bool]:
    """A number as written, percentages as shares, and whether it was a percentage."""
    found = _AMOUNT.fullmatch(part.strip())
    if found is None:
        raise _unreadable(body, domain)
    value, percent = float(found[1]), found[2] is not None
    if not math.isfinite(value):
        raise _unreadable(body, domain)
    if percent and domain.unit not in ("rate", "share"):
        raise Slipped(Slip(0, f"A {domain.name} is not a percentage: '{body}'.", f"It lies {domain.bounds}."))
    return (value / 100 if percent else value), percent


def _convert(value: float, percent: bool, scale: float, body: str, domain: Domain) -> float:
    """To the field's own unit; the chance per unit of time of a rate becomes a hazard per month."""
    if domain.unit == "rate" and percent:
        if not 0 <= value < 1:
            raise Slipped(Slip(0, f"The chance in '{body}' must be at least 0% and below 100%.", "Or write a hazard."))
        return -math.log1p(-value) * scale
    return value * scale


def _check_order(ends: Ends, body: str) -> None:
    if ends[0] == ends[1]:
        raise Slipped(Slip(0, f"Both ends of '{body}' are the same.", "Write the number alone."))
    if ends[0] > ends[1]:
        raise Slipped(Slip(0, f"The range '{body}' falls.", "Write the lower end first."))


def _check_domain(numbers: tuple[float, ...], body: str, domain: Domain) -> None:
    certain = len(numbers) == 1
    outside = [n for n in numbers if not (domain.admits(n) if certain else domain.low <= n <= domain.high)]
    if outside:
        raise Slipped(Slip(0, f"'{body}' is out of bounds.", f"The {domain.name} must lie {domain.bounds}."))


def _unreadable(body: str, domain: Domain) -> Slipped:
    words = [*domain.words, *(["none"] if domain.none else [])]
    examples = {"rate": "'2% per month'", "salience": "'0.4 to 0.7'", "odds": "'60'", "foresight": "'3 to 12 months'"}
    example = examples.get(domain.name, "'2' or '1 to 3'")
    cure = suggest(body.lstrip("-"), words) if words else ""
    if not cure.startswith("Did"):
        cure = f"Write {example}{', or ' + enumerate_words(words, 'or') if words else ''}."
    return Slipped(Slip(0, f"'{body[:80]}' is not a number this field can read.", cure))
