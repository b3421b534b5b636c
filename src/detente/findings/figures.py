"""Figures as people read them: shares, numbers in their own units, intervals, and the standard error beside each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.findings.findings import Spread


def write_share(share: float) -> str:
    """``63 %``; what is neither 0 nor 1 is never written as if it were."""
    if math.isnan(share):
        return "-"
    written = f"{100 * share:.0f} %"
    if written == "0 %" and share > 0:
        return "<1 %"
    return ">99 %" if written == "100 %" and share < 1 else written


def write_number(value: float, kind: str) -> str:
    """A claim's value: a percentage, or three digits of a number in its own units."""
    return f"{value:.3g}" if kind == "number" else write_share(value)


def write_error(error: float, kind: str = "share") -> str:
    """A standard error: ``±1.2`` in percentage points, or two digits in a number's own units; empty without one."""
    if math.isnan(error):
        return ""
    if kind == "number":
        return f"±{error:.2g}"
    points = 100 * error
    if points < 0.05:
        return "±<0.1" if points else "±0"
    return f"±{points:.1f}" if points < 9.95 else f"±{points:.0f}"


def write_figure(value: float, error: float, kind: str = "share") -> str:
    """A value with its standard error: ``78 % ±1.2``."""
    return f"{write_number(value, kind)} {write_error(error, kind)}".rstrip()


def write_interval(spread: Spread, kind: str) -> str:
    """``70-84 %``, the 5th to 95th percentile over draws."""
    if kind == "number":
        return f"{spread.p5:.3g} to {spread.p95:.3g}"
    low, high = write_share(spread.p5), write_share(spread.p95)
    if low == high:
        return low
    return f"{low} to {high}" if low[0] in "<>" or high[0] in "<>" else f"{low.removesuffix(' %')}-{high}"


def cut(text: str, width: int) -> str:
    """The text in at most so many columns."""
    return text if len(text) <= width else text[: width - 1] + "…"
