"""Days of a file that may be written as a date or as a span from ``as_of``."""

from __future__ import annotations

import re
from datetime import date, timedelta

from detente.scenario.amounts import UNITS
from detente.scenario.model import DAYS_PER_MONTH, months_between
from detente.scenario.slips import Slip, Slipped

_SPAN = re.compile(r"(\d+(?:\.\d+)?) (day|week|month|year)s?")


def read_months(text: str, as_of: date, example: str) -> float:
    """Months from ``as_of`` to a day. Raises Slipped, with ``example`` as the cure, when the text is none."""
    if span := _SPAN.fullmatch(" ".join(text.split())):
        return float(span[1]) * UNITS[span[2]]
    try:
        return months_between(as_of, date.fromisoformat(text))
    except ValueError:
        raise Slipped(Slip(0, f"'{text[:40]}' is neither a date nor a span.", example)) from None


def read_day(text: str, as_of: date, example: str) -> date:
    """A day; a span from ``as_of`` ends on the nearest. Raises Slipped as :func:`read_months`."""
    months = read_months(text, as_of, example)
    try:
        return as_of + timedelta(days=round(months * DAYS_PER_MONTH))
    except OverflowError:
        raise Slipped(Slip(0, f"{text} lies beyond the year 9999.", "Choose an earlier date.")) from None
