"""What changed since an earlier run, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import isnan

from detente.findings.changes import Change
from detente.findings.developments import BEYOND, Developments, Move
from detente.findings.figures import write_error, write_figure
from detente.report.text import LONGEST_NAME, plain, write_count, write_date
from detente.scenario.slips import enumerate_words

#: how many of a kind are told one by one
MOST = 3
#: how things written in a case are counted
_NOUNS: Mapping[str, str] = {"chance": "chance move", "evidence": "observation"}


def state_developments(found: Developments, most: int = MOST) -> list[str]:
    """Against which run, what moved, what is written otherwise; of one kind ``most`` by name and how many more."""
    told = [] if found.comparison is None else [_state_run(found), *_state_moves(found, most)]
    if found.changes:
        told.append(_state_changes(found.changes, most))
    return [*told, *(f"{plain(item.run)} is passed over: {plain(item.why)}" for item in found.unread)]


def summarise_developments(found: Developments) -> str:
    """How much changed, in one short sentence."""
    if found.comparison is None:
        return f"{write_count(len(found.unread), 'earlier run')} could not be read."
    turned, moved = len(found.turned), sum(not move.turned for move in found.moved)
    told = [f"{write_count(turned, 'verdict')} changed"] if turned else []
    told += [f"{write_count(moved, 'figure')} moved"] if moved else []
    told += [f"{write_count(len(found.changes), 'change')} in the case"] if found.changes else []
    since = "Since it had fewer draws" if found.extended else "Since the earlier run"
    return f"{since}: {enumerate_words(told) or 'nothing beyond error'}."


def _state_run(found: Developments) -> str:
    """Which run it is held against, and how."""
    assert found.comparison is not None
    (old, new), (seed, now) = found.draws, found.seeds
    day = write_date(date.fromisoformat(found.on)) if found.on else ""
    if found.extended:
        when = f" on {day}" if day else ""
        return f"Compared with this run when it had {write_count(old, 'draw')}{when}; it has {new:,} now."
    made = [write_count(old, "draw")]
    made += [f"seed {seed}"] if seed != now else []
    made += [f"Détente {plain(found.versions[0], LONGEST_NAME)}"] if found.versions[0] != found.versions[1] else []
    when = f" of {day}" if day else ""
    how = "paired draw by draw" if found.comparison.paired else f"not paired: {found.comparison.apart}"
    if found.nested and old != new:
        how = "its draws among those of this run" if old < new else "which has this run's draws among its own"
    return f"Compared with the run{when} in {plain(found.earlier, LONGEST_NAME)} ({', '.join(made)}), {how}."


def _state_moves(found: Developments, most: int) -> list[str]:
    turned = {move.claim for move in found.turned}
    moved = [move for move in found.moved if move.claim not in turned]
    told = []
    if turned:
        listed = _list_some([_write_move(move) for move in found.turned], most)
        told.append(f"{write_count(len(turned), 'verdict')} changed: {listed}.")
    if moved:
        listed = _list_some([_write_move(move) for move in moved], most)
        more = " more" if turned else ""
        told.append(f"{write_count(len(moved), 'figure')}{more} moved by over {BEYOND:g} standard errors: {listed}.")
    if not turned and not moved:
        both = write_count(len(found.moves), "claim")
        told.append(f"Of {both} on both sides no figure moved by over {BEYOND:g} standard errors.")
    if found.slipped:
        one = len(found.slipped) == 1
        ids = enumerate_words([plain(move.claim, LONGEST_NAME) for move in found.slipped])
        told.append(f"The verdict{'' if one else 's'} of {ids} changed by no more than error.")
    return told


def _write_move(move: Move) -> str:
    """``c09 supported → higher, 58 % ±3.3 → 71 % ±3.0 (+13 ±1.2)``."""
    before, after = (
        "void" if isnan(side.mean) else write_figure(side.mean, side.error, move.kind)
        for side in (move.before, move.after)
    )
    why = " (rewritten)" if move.rewritten else ""
    verdict = f" {move.before.verdict} → {move.after.verdict}{why}," if move.turned else ""
    amount = ""
    if not isnan(move.difference):
        size = f"{move.difference:+.2g}" if move.kind == "number" else f"{100 * move.difference:+.1f}"
        amount = f" ({size} {write_error(move.error, move.kind)}".rstrip() + ")"
    of = " of draws" if move.kind == "comparison" else ""
    return f"{plain(move.claim, LONGEST_NAME)}{verdict} {before} → {after}{of}{amount}"


def _state_changes(changes: Sequence[Change], most: int) -> str:
    """``Written otherwise in the case: input us.deal: 1 to 3 → 2 to 3; claim c40 is new; 2 inputs more.``"""
    told = [_write_change(change) for change in changes[:most]]
    rest = changes[most:]
    if rest:
        kinds = dict.fromkeys(change.what for change in rest)
        counts = [write_count(sum(c.what == kind for c in rest), _NOUNS.get(kind, kind)) for kind in kinds]
        told.append(f"{enumerate_words(counts)} more")
    return f"Written otherwise in the case: {'; '.join(told)}."


def _write_change(change: Change) -> str:
    before, after = (None if side is None else plain(side, LONGEST_NAME) for side in (change.before, change.after))
    name = plain(change.id, LONGEST_NAME)
    if before is None:
        return f"{change.what} {name} is new"
    return f"{change.what} {name} is gone" if after is None else f"{change.what} {name}: {before} → {after}"


def _list_some(told: Sequence[str], most: int) -> str:
    more = [f"{len(told) - most} more"] if len(told) > most else []
    return "; ".join([*told[:most], *more])
