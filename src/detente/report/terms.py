"""Sentences and rows about bargaining: the forecast of an issue, what models say of it, who stands where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from detente.findings.bargains import Bargaining, IssueTerms, ModelTerms, Outlook, Over, Place, write_length, write_span
from detente.findings.figures import write_error, write_figure, write_share
from detente.report.text import LONGEST_NAME, capitalise, plain, write_count
from detente.scenario.slips import enumerate_words

#: heads of the tables of places and of models
PLACES = ("actor", "position", "salience", "capability", "share of weight")
MODELS = ("point", "5 - 50 - 95 % of draws", "rounds", "model")
#: what the forecast is, and is not
CAUTION = (
    "The forecast's shape is fitted on decisions of the European Union (DEU III) and has not been tested elsewhere; a "
    "model's point is what the model says, with no claim to be likely."
)


def call_issue(issue: IssueTerms) -> str:
    """``Years until the standard binds``; the id where the file gives no words."""
    return plain(issue.label or issue.id, LONGEST_NAME)


def state_scale(issue: IssueTerms) -> str:
    """The scale with its named points, in one sentence."""
    points = [f"{write_length(at)} is {plain(name, LONGEST_NAME)}" for at, name in issue.scale]
    ends = f"A scale from {write_length(issue.low)} to {write_length(issue.high)}"
    reference = ""
    if issue.reference == issue.reference:
        reference = f" If nothing is agreed, {write_length(issue.reference)} holds."
    return f"{ends}{': ' + ', '.join(points) if points else ''}.{reference}"


def state_outlook(outlook: Outlook) -> str:
    """The forecast in one sentence: median and mean with their errors, and two intervals."""
    median, mean = (
        f"{write_length(value)} {write_error(error, 'number')}".rstrip()
        for value, error in ((outlook.median, outlook.median_error), (outlook.mean, outlook.mean_error))
    )
    return (
        f"The forecast has its median at {median} and its mean at {mean}; half of all chance lies from "
        f"{write_span(outlook.half)}, four fifths from {write_span(outlook.wide)}."
    )


def state_regions(outlook: Outlook) -> str:
    """The chance of every named region, in one sentence; empty without any."""
    told = [
        f"{plain(region.label, LONGEST_NAME)} ({write_span((region.low, region.high))}) "
        f"{write_figure(region.chance, region.error)}"
        for region in outlook.regions
    ]
    return f"By region: {'; '.join(told)}." if told else ""


def state_models(issue: IssueTerms) -> list[str]:
    """How far the models agree at central values, and which of them never come to rest."""
    told = [model for model in issue.models if not model.reason]
    void = [
        f"{capitalise(_call(model))} has no answer. {plain(model.reason)}" for model in issue.models if model.reason
    ]
    if not told:
        return ["No model has an answer.", *void]
    low, high = (pick(told, key=lambda model: model.point) for pick in (min, max))
    width = issue.high - issue.low
    apart = (high.point - low.point) / width
    if len(told) == 1:
        sentences = [f"{capitalise(_call(told[0]))} puts it at {write_length(told[0].point)}."]
    elif write_length(low.point) == write_length(high.point):
        count = "Both" if len(told) == 2 else f"All {len(told)}"
        sentences = [f"{count} models put it at {write_length(low.point)}."]
    else:
        sentences = [
            f"{write_count(len(told), 'model')} put it from {write_length(low.point)} ({_call(low)}) to "
            f"{write_length(high.point)} ({_call(high)}), {write_share(apart)} of the scale apart."
        ]
    restless = [_call(model) for model in told if not model.settled]
    if restless:
        verb = "does" if len(restless) == 1 else "do"
        sentences.append(
            f"{capitalise(enumerate_words(restless, 'and'))} {verb} not come to rest: the point is the last round's."
        )
    return [*sentences, *void]


def list_places(issue: IssueTerms) -> list[tuple[str, ...]]:
    """A row per actor under ``PLACES``, by position; in brackets 5th to 95th percentile of what is uncertain."""
    return [
        (
            plain(place.name, LONGEST_NAME),
            _write_range(place.position, place.positions),
            _write_range(place.salience, place.saliences),
            _write_range(place.capability, place.capabilities),
            write_share(place.share),
        )
        for place in sort_places(issue)
    ]


def sort_places(issue: IssueTerms) -> list[Place]:
    """Who has a stake, from the low end of the scale to the high one."""
    return sorted(issue.places, key=lambda place: place.position)


def list_models(issue: IssueTerms) -> list[tuple[str, str, str, str]]:
    """A row per model under ``MODELS``."""
    return [
        (write_length(model.point), _write_over(model), write_rounds(model), name_model(model))
        for model in issue.models
    ]


def write_rounds(model: ModelTerms) -> str:
    """``3``, ``10, unsettled (in 80 % ±4 of draws)``, ``-`` for a model without rounds."""
    if not model.dynamic or model.reason:
        return "-"
    told = f"{model.rounds}" if model.settled else f"{model.rounds}, unsettled"
    if model.over is not None and model.rest < 1:
        told += f" ({write_figure(1 - model.rest, model.rest_error)} of draws unsettled)"
    return told


def name_model(model: ModelTerms) -> str:
    """``Compromise model (compromise)``: the name with the id to ask for it by."""
    return f"{model.name} ({model.model})"


def list_rounds(model: ModelTerms, names: Mapping[str, str]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Heads and rows of a model round by round: its point, then everybody's position; the model must have rounds."""
    track = model.track
    assert track is not None
    heads = ("round", "point", *(plain(names.get(actor, actor), 24) for actor in track.actors))
    rows = [
        (f"{k}", write_length(point), *(write_length(x) for x in positions))
        for k, (point, positions) in enumerate(zip(track.points, track.positions, strict=True))
    ]
    return heads, rows


def write_values(found: Bargaining) -> str:
    """At which values, for the line above all else."""
    if not found.draws:
        return "at central values (nothing in it is uncertain)"
    return f"at central values and over {write_count(found.draws, 'draw')}, seed {found.seed}"


def summarise_terms(found: Bargaining) -> Iterator[str]:
    """For the terminal: the forecast of every issue in a line."""
    for issue in found.issues:
        outlook = issue.outlook
        best = max(outlook.regions, key=lambda region: region.chance, default=None)
        where = ""
        if best is not None:
            where = f"; {plain(best.label, LONGEST_NAME)} {write_figure(best.chance, best.error)}"
        median = f"{write_length(outlook.median)} {write_error(outlook.median_error, 'number')}".rstrip()
        yield f"Bargained over, “{call_issue(issue)}”: median {median}, four fifths {write_span(outlook.wide)}{where}."


def _write_range(value: float, over: Over | None) -> str:
    return write_length(value) + ("" if over is None else f" ({write_span((over.p5, over.p95))})")


def _write_over(model: ModelTerms) -> str:
    over = model.over
    if over is None:
        return "-"
    return " - ".join(write_length(value) for value in (over.p5, over.median, over.p95))


def _call(model: ModelTerms) -> str:
    """The name in a sentence."""
    return call_model(model.name)


#: first words of names that keep their capital
_PROPER = ("Kalai", "KTAB", "Nash")


def call_model(name: str) -> str:
    """A model's name inside a sentence: ``the weighted median``."""
    kept = name if name.startswith(_PROPER) else f"{name[:1].lower()}{name[1:]}"
    return kept if "'s " in name else f"the {kept}"


def write_signed(value: float) -> str:
    """``+3.6``, ``-0.4``, ``0``."""
    return "0" if value == 0 else f"{value:+.3g}"


#: where nothing is to be warned of
CALM = "No model amplifies noise, and all come to rest."


def state_places(issue: IssueTerms) -> str:
    """Who stands where, in one sentence, for a picture's alternative text."""
    told = [f"{plain(place.name, LONGEST_NAME)} at {write_length(place.position)}" for place in sort_places(issue)]
    return f"From the low end to the high one: {', '.join(told)}."


def state_rounds(model: ModelTerms) -> str:
    """Where a model with rounds starts and ends, in one sentence."""
    track = model.track
    assert track is not None
    played = write_count(model.rounds, "round")
    rest = f"It comes to rest after {played}" if model.settled else f"It does not come to rest in {played}"
    return f"{rest}: from {write_length(track.points[0])} to {write_length(track.points[-1])}."
