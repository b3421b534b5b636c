"""What makes sense: checks over a finished scenario, each a small function that answers issues."""

from __future__ import annotations

from collections.abc import Iterator

from detente.errors import Issue
from detente.scenario.rules.mentions import (
    warn_idle_levers,
    warn_idle_phases,
    warn_late_starts,
    warn_lone_shares,
    warn_stuck_levers,
)
from detente.scenario.rules.prose import (
    warn_early_outcomes,
    warn_lost_quotes,
    warn_off_scale_words,
)
from detente.scenario.rules.sheet import Sheet
from detente.scenario.rules.states import (
    refuse_forbidden_chance_moves,
    refuse_forbidden_starts,
    refuse_forbidden_status_quo,
    refuse_forbidden_turns,
    refuse_large_games,
    warn_blocked_exits,
    warn_empty_conditions,
    warn_events_at_start,
)
from detente.scenario.rules.unfilled import list_open_claims, list_placeholders

_REFUSALS = (
    refuse_large_games,
    refuse_forbidden_status_quo,
    refuse_forbidden_chance_moves,
    refuse_forbidden_starts,
    refuse_forbidden_turns,
)
_WARNINGS = (
    warn_blocked_exits,
    warn_empty_conditions,
    warn_events_at_start,
    warn_idle_levers,
    warn_stuck_levers,
    warn_late_starts,
    warn_idle_phases,
    warn_lone_shares,
    warn_off_scale_words,
    warn_early_outcomes,
    warn_lost_quotes,
    list_placeholders,
    list_open_claims,
)


def check(sheet: Sheet, *, sound: bool) -> Iterator[Issue]:
    """Errors of sense; warnings, and what is empty, when the file is ``sound`` so far, for they judge it as a whole."""
    refused = [issue for rule in _REFUSALS for issue in rule(sheet)]
    yield from refused
    if sound and not refused:
        for rule in _WARNINGS:
            yield from rule(sheet)
