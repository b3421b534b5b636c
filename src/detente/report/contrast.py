"""A comparison in sentences: what was changed, whether draws are paired, what moved."""

from __future__ import annotations

from detente.findings.changes import Change
from detente.findings.comparison import Comparison
from detente.findings.figures import write_error, write_share
from detente.report.text import write_count

#: changes of one kind that are told one by one
MOST = 5
Table = tuple[tuple[str, ...], list[tuple[str, ...]]]


def state_pairing(found: Comparison) -> str:
    """How differences and their errors are got."""
    if found.paired:
        return (
            f"Paired: {write_count(found.draws[0], 'draw')} of seed {found.seeds[0]} on both sides, so what moves both "
            "alike drops out of the difference."
        )
    one, other = (write_count(draws, "draw") for draws in found.draws)
    return f"Two samples ({one} and {other}), not paired: {found.apart}. Errors add in squares."


def state_moves(found: Comparison) -> str:
    """How many claims moved by more than twice the error, and whose verdict is another."""
    both = [item for item in found.contrasts if item.before is not None and item.after is not None]
    moved = [item.claim for item in both if abs(item.difference) > 2 * item.error]
    turned = [item.claim for item in both if item.before and item.after and item.before.verdict != item.after.verdict]
    alone = len(found.contrasts) - len(both)
    if not both:
        return "No claim stands on both sides."
    told = f"Of {write_count(len(both), 'claim')} on both sides {len(moved)} moved by more than two standard errors"
    told += f", {len(turned)} changed the verdict" + (f" ({', '.join(turned)})." if turned else ".")
    return told + (f" {write_count(alone, 'claim')} on one side only." if alone else "")


def list_changes(found: Comparison) -> list[str]:
    """What is written otherwise, a line each; of one kind ``MOST``, and how many more."""
    lines: list[str] = []
    for what in dict.fromkeys(change.what for change in found.changes):
        kind = [change for change in found.changes if change.what == what]
        lines += [f"{what} {_tell(change)}" for change in kind[:MOST]]
        if len(kind) > MOST:
            lines.append(f"{what}: {len(kind) - MOST} more")
    return lines


def _tell(change: Change) -> str:
    if change.before is None:
        return f"{change.id}: new, {change.after}"
    if change.after is None:
        return f"{change.id}: gone, was {change.before}"
    return f"{change.id}: {change.before} -> {change.after}"


def list_rankings(found: Comparison) -> list[str]:
    """Rankings of alternatives that changed, a line each."""
    return [
        f"by {item.judge}: {', '.join(item.before)} -> {', '.join(item.after)}"
        for item in found.rankings
        if item.before != item.after
    ]


def tabulate_rests(found: Comparison) -> Table:
    """How often the status quo, or any state, is an equilibrium."""
    heads = ("equilibrium", "concept", "before", "after", "difference")
    rows: list[tuple[str, ...]] = [
        (
            item.about,
            item.concept.upper() if item.concept != "nash" else "Nash",
            write_share(item.before),
            write_share(item.after),
            f"{100 * item.difference:+.1f} {write_error(item.error)}",
        )
        for item in found.rests
        if item.difference
    ]
    return heads, rows
