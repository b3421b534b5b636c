"""Sentences and rows about policies: what each is worth, where the favourite loses, who gains, what could be agreed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite

from detente.ensemble.alternatives import NONE
from detente.findings.advice import Advice, Effect, Judgement, Restriction, Standing
from detente.findings.deals import Deal, Deals
from detente.findings.figures import write_error, write_figure, write_share
from detente.findings.findings import Spread
from detente.report.text import LONGEST_NAME, plain, write_count
from detente.scenario.model import Scenario
from detente.scenario.slips import enumerate_words

#: heads of :func:`list_standings`
HEADS = ("gain ±error", "5 to 95 %", "regret (worst)", "no worse in", "best in", "alternative")
#: heads of :func:`list_deals`
DEAL_HEADS = ("all gain in", "gains", "deal")
#: what doing nothing is called
NOTHING = "nothing held"


def call(name: str) -> str:
    """An alternative's name for people."""
    return NOTHING if name == NONE else plain(name, LONGEST_NAME)


def call_actors(actors: Sequence[str], scenario: Scenario) -> str:
    """Names of actors, joined."""
    names = {actor.id: plain(actor.name, LONGEST_NAME) for actor in scenario.actors}
    return " and ".join(names[actor] for actor in actors)


def call_judge(judgement: Judgement, scenario: Scenario) -> str:
    """A measure's id, or whose payoff it is."""
    if judgement.kind == "measure":
        return judgement.judge
    return f"what {call_actors([judgement.judge], scenario)} itself wants"


def write_gain(value: float, error: float) -> str:
    """``+0.33 ±0.027``."""
    told = _sign(value)
    return told if told == "0" else f"{told} {write_error(error, 'number')}".rstrip()


def write_regret(standing: Standing) -> str:
    """``0.33 ±0.027, worst 0.69``: the mean and the worst of any draw."""
    regret = standing.regret
    if standing.worst_regret == 0:
        return "none in any draw"
    return f"{regret.mean:.2g} {write_error(regret.error, 'number')}, worst {standing.worst_regret:.2g}"


def _sign(value: float) -> str:
    return f"{value:+.2g}" if abs(value) >= 5e-4 else "0"


def _span(spread: Spread) -> str:
    return f"{_sign(spread.p5)} to {_sign(spread.p95)}"


def list_standings(judgement: Judgement) -> list[tuple[str, ...]]:
    """A row per alternative, under ``HEADS``."""
    return [_row(standing) for standing in judgement.standings]


def _row(standing: Standing) -> tuple[str, ...]:
    doing = standing.name != NONE
    return (
        write_gain(standing.gain.mean, standing.gain.error) if doing else "-",
        _span(standing.gain) if doing else "-",
        f"{standing.regret.mean:.2g} ({standing.worst_regret:.2g})",
        write_figure(standing.satisfies, standing.satisfies_error) if doing else "-",
        write_figure(standing.best, standing.best_error),
        call(standing.name),
    )


def state_favourite(judgement: Judgement, scenario: Scenario) -> str:
    """Which alternative is best by a judge, and how surely."""
    judge = call_judge(judgement, scenario)
    if judgement.favourite is None:
        return f"By {judge}: none of them makes a difference in any draw."
    first = judgement.standings[0]
    share = write_figure(first.unbeaten, first.unbeaten_error)
    told = {True: "settled", False: "open", None: ""}[judgement.settled]
    rest = [
        f"{what} is {call(name)}"
        for what, name in (("best at worst", judgement.maximin), ("of least worst regret", judgement.minimax_regret))
        if name != judgement.favourite
    ]
    tail = f" ({', '.join([*([told] if told else []), *rest])})" if told or rest else ""
    return f"By {judge}: {call(first.name)}, unbeaten in {share} of draws{tail}."


def state_advice(advice: Advice, scenario: Scenario) -> str:
    """What is best by whom, and what is robust, in one sentence."""
    told = [
        f"{call(item.favourite)} by {call_judge(item, scenario)} (unbeaten in "
        f"{write_figure(item.standings[0].unbeaten, item.standings[0].unbeaten_error)} of draws)"
        for item in advice.judgements
        if item.favourite is not None
    ]
    who = call_actors(advice.actors, scenario)
    if not told:
        return f"For {who} nothing that was looked at makes a difference in any draw."
    best = f"For {who} the best on average is {enumerate_words(told)}"
    if all(item.kind == "actor" for item in advice.judgements):
        return f"{best}."
    robust = [call(name) for name in advice.robust]
    return f"{best}; {f'robust: {enumerate_words(robust)}' if robust else 'none is robust'}."


def state_left_out(judgement: Judgement, most: int) -> str:
    """How many alternatives a chart of so many leaves out; empty when none."""
    more = len(judgement.standings) - most
    return f"{write_count(more, 'more alternative')} in the table." if more > 0 else ""


def state_upset(judgement: Judgement, names: Mapping[str, str]) -> str:
    """Where the favourite loses, in a sentence or two; empty without a favourite."""
    if judgement.favourite is None:
        return ""
    upset = judgement.upset
    if upset is None:
        return {
            "every draw agrees": "It loses in no draw.",
            "few draws disagree": "It loses in next to no draw, or wins in next to none.",
            "nothing stands out": "No region of the inputs stands out in which it loses.",
            "too few draws": "Too few draws to say where it loses.",
        }.get(judgement.no_upset or "", "")
    rule = " and ".join(write_restriction(part, names) for part in upset.box.restrictions)
    return (
        f"It loses more often, mostly to {call(upset.instead)}, when {rule}: in {write_share(upset.box.density)} of "
        f"such draws, {write_share(upset.base)} of all; {write_share(upset.box.coverage)} of its losses are there "
        f"({upset.box.draws} draws of the half that did not find this)."
    )


def write_restriction(part: Restriction, names: Mapping[str, str]) -> str:
    """``how far ahead Seoul looks is below 4 (rok.foresight)``."""
    name = names.get(part.input, part.input)
    if part.readings:
        return f"{name} is {' or '.join(plain(reading, LONGEST_NAME) for reading in part.readings)}"
    if not isfinite(part.high):
        bounds = f"at least {part.low:g}"
    elif not isfinite(part.low):
        bounds = f"below {part.high:g}"
    else:
        bounds = f"from {part.low:g} to {part.high:g}"
    return f"{name} is {bounds} ({part.input})"


def state_robust(advice: Advice) -> str:
    """The robust alternatives, and the rule that makes them so."""
    if not advice.judgements or advice.judgements[0].kind != "measure":
        return "The case has no measures, so that nothing is called robust."
    found = ", ".join(call(name) for name in advice.robust) or "none"
    return f"Robust: {found}. Called robust is what is {advice.rule}."


def state_front(advice: Advice) -> str:
    """The Pareto set over the measures; empty with fewer than two."""
    if not advice.front:
        return ""
    listed = [f"{call(item.name)} ({write_share(item.share)})" for item in advice.front if item.on_average]
    return f"Undominated over the measures on average (and in so many draws): {', '.join(listed)}."


def state_effects(advice: Advice, scenario: Scenario) -> Iterator[str]:
    """Per alternative, who gains and who loses by more than the margin on average."""
    for choice in advice.choices[1:]:
        mine = [effect for effect in advice.effects if effect.name == choice.name]
        felt = [effect for effect in mine if abs(effect.gain.mean) > advice.margin]
        told = ", ".join(_write_effect(effect, scenario) for effect in sorted(felt, key=lambda e: -e.gain.mean))
        yield f"{call(choice.name)}: {told or 'nobody, by more than the margin'}."


def _write_effect(effect: Effect, scenario: Scenario) -> str:
    share = effect.gains if effect.gain.mean > 0 else effect.loses
    gain = write_gain(effect.gain.mean, effect.gain.error)
    return f"{call_actors([effect.actor], scenario)} {gain} ({write_share(share)} of draws)"


def state_barred(found: Advice | Deals) -> Iterator[str]:
    """What cannot be held, with the reason."""
    for choice in found.barred:
        yield f"Not possible: {call(choice.name)} ({plain(choice.barred)})."


def state_margin(found: Advice | Deals) -> str:
    """How differences count."""
    counted = write_count(found.draws, "draw")
    if isinstance(found, Advice) and found.effective is not None:
        counted += f", counting by what the evidence says of them ({found.effective:.3g} in effect)"
    return (
        f"{counted}. Each is held from the start; gains are beyond holding nothing, in the "
        f"same draws. Worths no more than {found.margin:.2g} apart count as equal; regret is exact."
    )


def list_deals(deals: Deals) -> list[tuple[str, ...]]:
    """A row per deal that takes several and that every member prefers, under ``DEAL_HEADS``."""
    return [_deal_row(deal) for deal in deals.deals if deal.preferred and not deal.alone]


def _deal_row(deal: Deal) -> tuple[str, ...]:
    gains = ", ".join(f"{gain.actor} {write_gain(gain.gain.mean, gain.gain.error)}" for gain in deal.gains)
    mark = "* " if deal.undominated else ""
    return write_figure(deal.everyone, deal.everyone_error), gains, f"{mark}{call(deal.name)}"


def state_deals(deals: Deals, scenario: Scenario) -> Iterator[str]:
    """What was looked at, and what every member prefers."""
    joint = [deal for deal in deals.deals if not deal.alone]
    wanted = [deal for deal in joint if deal.preferred]
    alone = sum(deal.preferred for deal in deals.deals if deal.alone)
    who = call_actors(deals.actors, scenario)
    better = "one is" if len(wanted) == 1 else f"{len(wanted) or 'none'} are"
    yield (
        f"Of {write_count(len(joint), 'deal')} that nobody of {who} can hold alone, {better} better for every member "
        f"than nothing held, on average. * marks those that none of all holdings dominates."
    )
    if alone:
        yield f"Better for every member too, and in the power of one: {write_count(alone, 'holding')}."
    if deals.left_out:
        yield f"Those of the fewest levers were looked at; {deals.left_out:,} more were not (--most)."
    yield "That all gain says nothing of whether anybody keeps to it: see detente stability --coalition."


def summarise_advice(advice: Advice, scenario: Scenario) -> str:
    """One line for the terminal summary."""
    best = [
        f"{call(item.favourite)} by {item.judge} ({write_share(item.standings[0].unbeaten)})"
        for item in advice.judgements
        if item.kind == "measure" and item.favourite is not None
    ]
    robust = ", ".join(call(name) for name in advice.robust) or "none"
    told = f"; best {', '.join(best)}" if best else ""
    return f"Policies for {call_actors(advice.actors, scenario)}: robust: {robust}{told}."
