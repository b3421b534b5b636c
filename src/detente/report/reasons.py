"""Why a state is stable or not, in sentences: a verdict per actor, then its improvements and what meets each.

Nothing is decided here: every verdict, sanction and escape is :mod:`detente.solvers.explanation`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from detente.report.moves import Vocabulary, read_vocabulary, wrap, write_concepts, write_gain
from detente.report.settling import CONCEPTS
from detente.report.text import write_count
from detente.scenario.model import Scenario
from detente.solvers.explanation import Explanation, Reason, Reply, Standing
from detente.solvers.stability import SANCTIONING

#: improvements told in full, per actor
SHOWN = 3
#: what each concept asks, for readers who do not know it by name
MEANINGS: Mapping[str, str] = {
    "nash": "Nash: no improvement.",
    "sseq": "SSEQ: as SEQ, and no countermove escapes the sanction.",
    "seq": "SEQ: each improvement meets a sanction of moves that pay their movers.",
    "smr": "SMR: as GMR, and no countermove escapes it.",
    "gmr": "GMR: each improvement meets a sanction of any moves.",
}
#: what to speak of where one concept must do
LEADING = ("seq", "gmr", "smr", "sseq")


def state_verdict(explanation: Explanation) -> str:
    """Under which concepts the state is stable for everybody asked about, in one sentence."""
    held = [concept for concept in explanation.concepts if explanation.holds(concept)]
    fallen = [concept for concept in explanation.concepts if concept not in held]
    whole = len(explanation.standings) == len(explanation.game.actors)
    what = "An equilibrium" if whole else "Stable"
    if not held:
        return f"{'No equilibrium' if whole else 'Not stable'} under {write_concepts(fallen, 'or')}."
    rest = f", not under {write_concepts(fallen, 'or')}" if fallen else ""
    return f"{what} under {write_concepts(held)}{rest}."


def tabulate_verdicts(explanation: Explanation, scenario: Scenario) -> tuple[list[str], list[list[str]]]:
    """Heads and rows: per actor a mark for each concept and the reason in brief."""
    words = read_vocabulary(explanation.game, scenario)
    shown = [concept for concept in CONCEPTS if concept in explanation.concepts]
    rows = [
        [
            words.actors[standing.actor],
            *("✓" if standing.verdicts[concept] else "✗" for concept in shown),
            brief_reason(standing),
        ]
        for standing in explanation.standings
    ]
    return ["", *(CONCEPTS[concept] for concept in shown), ""], rows


def brief_reason(standing: Standing) -> str:
    """Why an actor stays or leaves, in a few words."""
    if not standing.moves:
        return "cannot move"
    if not standing.reasons:
        return f"none of its {standing.moves} moves pays" if standing.moves > 1 else "its one move does not pay"
    count = write_count(len(standing.reasons), "improvement")
    asked = [concept for concept in SANCTIONING if concept in standing.verdicts]
    held = [concept for concept in asked if standing.verdicts[concept]]
    if not asked:
        return count
    if len(held) == len(asked):
        return f"{count}, {'each ' if len(standing.reasons) > 1 else ''}deterred"
    if held:
        return f"{count}, deterred under {write_concepts(held)} only"
    free = sum(asked[-1] in reason.escapes for reason in standing.reasons)
    return f"{count}, {'' if free == 1 == len(standing.reasons) else f'{free} of them '}free"


def state_meanings(explanation: Explanation) -> list[str]:
    """Lines: what the concepts asked about demand of a stable state."""
    return wrap(" ".join(text for concept, text in MEANINGS.items() if concept in explanation.concepts))


def state_reasons(explanation: Explanation, scenario: Scenario) -> list[str]:
    """Lines: for every actor with improvements the best few of them, and what deters each or why nothing does."""
    words = read_vocabulary(explanation.game, scenario)
    lines: list[str] = []
    for standing in explanation.standings:
        if standing.reasons:
            lines += ["", *_tell_standing(standing, words)]
    return lines


def _tell_standing(standing: Standing, words: Vocabulary) -> Iterator[str]:
    chosen = choose_reasons(standing)
    many, moves = len(standing.reasons), standing.moves
    of = "its only move" if moves == 1 else f"{many} of its {moves} moves"
    yield f"{words.actors[standing.actor]}: {of} {'is an improvement' if many == 1 else 'are improvements'}."
    for number, reason in enumerate(chosen, start=1):
        change = f"{words.change(reason.move.source, reason.move.cell)} ({write_gain(reason.move.gain)})"
        yield from wrap(change, f"{number:>2}. ", "    ")
        yield from tell_reason(reason, words)
    rest = [reason for reason in standing.reasons if reason not in chosen]
    if rest:
        yield from wrap(_count_rest(rest, standing), "    ")


def choose_reasons(standing: Standing) -> list[Reason]:
    """The best free improvement under each concept that fails, then the best of all; best first."""
    chosen: list[Reason] = []
    for concept in reversed(list(SANCTIONING)):
        free = [reason for reason in standing.reasons if concept in reason.escapes]
        if free and not any(reason in free for reason in chosen):
            chosen.append(free[0])
    chosen += [reason for reason in standing.reasons if reason not in chosen]
    return [reason for reason in standing.reasons if reason in chosen[:SHOWN]]


def _count_rest(rest: Sequence[Reason], standing: Standing) -> str:
    gains = sorted(
        {write_gain(reason.move.gain): reason.move.gain for reason in rest}.items(), key=lambda pair: pair[1]
    )
    worth = gains[0][0] if len(gains) == 1 else f"{gains[0][0]} to {gains[-1][0]}"
    more = f"and {write_count(len(rest), 'more improvement')} ({worth})"
    concept = next((concept for concept in LEADING if concept in standing.verdicts), None)
    if concept is None:
        return f"{more}."
    free = sum(concept in reason.escapes for reason in rest)
    deterred = len(rest) - free
    fates = [f"{number} {fate}" for number, fate in ((free, "free"), (deterred, "deterred")) if number]
    fate = " and ".join(fates) if len(fates) > 1 or len(rest) == 1 else f"all {fates[0].split()[1]}"
    return f"{more}: {fate} under {CONCEPTS[concept]}."


def tell_reason(reason: Reason, words: Vocabulary) -> Iterator[str]:
    """Each sanction with the concepts it serves, the one that serves most first; then why others have none."""
    told: list[Reply] = []
    open_concepts = [concept for concept in SANCTIONING if concept in reason.sanctions]
    while open_concepts:
        reply = reason.sanctions[open_concepts[0]]
        served = [concept for concept in open_concepts if _serves(reply, concept)]
        yield from _tell_sanction(reason, reply, served, words)
        told.append(reply)
        open_concepts = [concept for concept in open_concepts if concept not in served]
    fallen = [concept for concept in reversed(list(SANCTIONING)) if concept in reason.escapes]
    while fallen:
        same = [concept for concept in fallen if _implies(fallen[0], concept)]
        yield from _tell_escape(reason, fallen[0], same, told, words)
        fallen = [concept for concept in fallen if concept not in same]


def _serves(reply: Reply, concept: str) -> bool:
    credibly, guarded = SANCTIONING[concept]
    return (reply.credible or not credibly) and (reply.binds or not guarded)


def _implies(wide: str, narrow: str) -> bool:
    """Whether an improvement free under one concept is free under the other for the same reason."""
    return all(needs or not already for already, needs in zip(SANCTIONING[wide], SANCTIONING[narrow], strict=True))


def _tell_sanction(reason: Reason, reply: Reply, served: Sequence[str], words: Vocabulary) -> Iterator[str]:
    actor = words.actors[reason.move.actor]
    yield from wrap(f"Deterred under {write_concepts(served)} by", "    ")
    yield from _tell_chain(reply, words)
    worse = f"worse off than before ({write_gain(reply.leaves)})" if reply.leaves else "exactly as well off as before"
    yield from wrap(f"which leaves {actor} {worse}. {_tell_counter(reply, words)} {_tell_credit(reply, words)}", "    ")


def _tell_counter(reply: Reply, words: Vocabulary) -> str:
    """What the actor can make of a sanction."""
    if reply.counter is None:
        return "No countermove helps it."
    change = words.change(reply.counter.source, reply.counter.cell)
    if reply.binds:
        end = f"worse off ({write_gain(reply.rescues)})" if reply.rescues else "no better off"
        return f"Its best countermove, {change}, still leaves it {end}."
    return f"It could escape, though, by {change} ({write_gain(reply.rescues)} against before)."


def _tell_credit(reply: Reply, words: Vocabulary) -> str:
    """Whether those who punish would want to."""
    if reply.credible:
        one = len(reply.moves) == 1
        return "Credible: the reply pays its mover." if one else "Credible: every step pays its mover."
    losers = {move.actor for move in reply.moves if move.gain < 0}
    idlers = {move.actor for move in reply.moves if move.gain == 0} - losers
    harmed, idle = words.names(sorted(losers)), words.names(sorted(idlers))
    costs = [
        *([f"{harmed} would harm {'itself' if len(losers) == 1 else 'themselves'}"] if harmed else []),
        *([f"{idle} would gain nothing"] if idle else []),
    ]
    return f"Not credible: {' and '.join(costs)}."


def _tell_escape(
    reason: Reason, concept: str, fallen: Sequence[str], told: Sequence[Reply], words: Vocabulary
) -> Iterator[str]:
    actor, reply = words.actors[reason.move.actor], reason.escapes[concept]
    credibly, guarded = SANCTIONING[concept]
    lead = f"Free under {write_concepts(fallen)}:"
    if not reason.answers[concept]:
        yield from wrap(f"{lead} nobody else has {'a move that pays it' if credibly else 'a move'} from there.", "    ")
        return
    if guarded:
        yield from _tell_way_out(reply, lead, credibly, told, words)
        return
    if not reply.moves:
        what = "the moves that would pay the others make" if credibly else "whatever the others do makes"
        yield from wrap(f"{lead} {what} it no worse for {actor}.", "    ")
        return
    by = " by moves that pay their movers" if credibly else ""
    yield from wrap(f"{lead} the worst the others can do to {actor}{by} is", "    ")
    yield from _tell_chain(reply, words)
    yield from wrap(f"which still leaves it better off than before ({write_gain(reply.leaves)}).", "    ")


def _tell_way_out(reply: Reply, lead: str, credibly: bool, told: Sequence[Reply], words: Vocabulary) -> Iterator[str]:
    """An actor that a countermove saves from every reply; the reply hardest for it comes with what it is left with."""
    every = f"{lead} it has a way out of everything the others {'would gain by' if credibly else 'can do'}."
    if not reply.moves:
        yield from wrap(every, "    ")
        return
    if told and reply.moves == told[-1].moves:
        yield from wrap(f"{every} This reply is the hardest for it.", "    ")
        return
    yield from wrap(f"{every} Hardest for it is", "    ")
    yield from _tell_chain(reply, words)
    by = f" by {words.change(reply.counter.source, reply.counter.cell)}" if reply.counter is not None else ""
    yield from wrap(f"after which it still ends better off than before{by} ({write_gain(reply.rescues)}).", "    ")


def _tell_chain(reply: Reply, words: Vocabulary) -> Iterator[str]:
    for place, move in enumerate(reply.moves):
        then = "then " if place else ""
        yield from wrap(f"{then}{words.move(move)}", " " * 6, " " * 8)
