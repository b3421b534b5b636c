"""What a draft leaves to fill in: no mistakes, and nothing to be warned of, but no finished file either."""

from __future__ import annotations

from collections.abc import Iterator

from detente.errors import Issue
from detente.scenario.rules.sheet import Sheet

#: the lever that ``new`` gives an actor until somebody says what it can do
PLACEHOLDER = "to_fill"
_SHOWN = 52


def list_placeholders(sheet: Sheet) -> Iterator[Issue]:
    """Actors whose lever is still the draft's."""
    for actor in sheet.scenario.actors:
        for lever in actor.levers:
            if lever.id == f"{actor.id}.{PLACEHOLDER}":
                message = f"What {actor.id} can do and wants is a placeholder."
                yield sheet.empty(lever, message, "Name its levers and wants, or delete the actor.")


def list_open_claims(sheet: Sheet) -> Iterator[Issue]:
    """Claims that nothing stands for yet."""
    for claim in sheet.scenario.claims:
        if claim.query is None and not claim.unscorable:
            text = claim.text if len(claim.text) <= _SHOWN else f"{claim.text[:_SHOWN].rsplit(' ', 1)[0]} ..."
            message = f"The claim {claim.id} has no query yet: {text}"
            yield sheet.empty(claim, message, "Fill in 'about:', or say why not under 'unscorable:'.")
