"""A new scenario file, with comments that say what belongs where, for ``detente new``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import dedent

from detente.scenario.document import clean
from detente.scenario.essays.cast import Member
from detente.scenario.essays.outline import Outline
from detente.scenario.essays.suggestions import Kind, Suggestion
from detente.scenario.rules.unfilled import PLACEHOLDER
from detente.scenario.words import SCALES, find_word, write_range
from detente.scenario.writer import quote

_HEAD = """\
# docs/language.md explains every key. `detente check {name}` says what is still wrong or empty.
detente: 1
title: {title}
as_of: {as_of}                  # the day the model starts; nothing known later may shape it
horizon: 24 months                 # a date or a span; no query asks beyond it
{brief}
"""
_ACTORS = dedent(
    """\
    actors:
      home:
        name: Our side
        levers:                        # what it can do: levels in order, the status quo first
          offer: [none, limited, full]
        wants:                         # each adds its weight to the payoff of every state where it is true
          - {id: deal, want: deal, weight: strong, because: say where you read it}
          - {id: price, want: offer = full, weight: -moderate, because: say where you read it}
      rival:
        name: The other side
        levers:
          reply: [refuse, talk, accept]
        readings:                      # rival readings of what it wants, with their odds
          open:
            odds: 50
            wants:
              - {want: deal, weight: moderate}
          closed:
            odds: 50
            wants:
              - {want: reply >= talk, weight: -strong}

    """
)
_BEHAVIOUR = dedent(
    """\
    behaviour:                         # for all actors; these are the defaults
      tempo: quarterly                 # how often an actor could reverse a policy
      foresight: 3 to 12 months        # how far ahead it looks
      noise: sometimes                 # how often it errs
      habit: slight                    # how reluctant it is to change course

    """
)
_DEAL = dedent(
    """\
    conditions:                        # outcomes that take several actors get a name here
      deal: home.offer >= limited and rival.reply >= talk

    """
)
_EXAMPLE = dedent(
    """\
    claims:                            # the sentences of the assessment, each with the query that stands for it
      - id: deal-likely
        text: The two sides strike a deal within a year
        says: likely                   # 55-80 %
        about: P(deal within 12 months)
    """
)
#: what to write under `about:`, by the kind of sentence
_HINTS: tuple[tuple[Kind, str], ...] = (
    ("forecast", "P(actor.lever = level by DATE)"),
    ("conditional", "P(... by DATE | suppose actor.lever = level)"),
    ("causal", "the effect, P(... by DATE), and 'cause: {on: actor.lever = level, effect: raises}' beside it"),
    ("recommendation", "E(measure | suppose policy) > E(measure), both named in this file"),
    ("fact", "what is so at the start belongs in the levers' first levels; then 'unscorable: the start'"),
)
#: beside the first actor's levers and wants
_HINTS_ONCE = (
    "what it can do: levels in order, the status quo first",
    "each adds its weight to the payoff of every state where it is true",
)
#: states and organisations that become actors; each doubles the states of the model before anything is filled in
_MOST_ACTORS = 8
_TURNED = {"likely": "unlikely", "probable": "unlikely", "probably": "unlikely"}


def draft(name: str, outline: Outline | None = None, *, as_of: str = "2025-01-01", brief_path: str = "brief.md") -> str:
    """The text of a new scenario, which loads as it is.

    With an outline its names stand as actors with a placeholder lever, and its claims wait for their queries.
    """
    name = " ".join(clean(name).split())
    brief = f"brief: {quote(brief_path)}\n" if outline is not None else ""
    own = outline.essay.title if outline is not None else ""
    title = quote(own or " ".join(re.sub(r"[-_]", " ", name).split()).capitalize() or "A new scenario")
    text = _HEAD.format(name=name, title=title, as_of=as_of, brief=brief)
    if outline is None:
        return text + _ACTORS + _BEHAVIOUR + _DEAL + _EXAMPLE
    actors = "".join(_write_actors(outline.cast))
    # Without a name to start from, the example stands in; its actors share an outcome.
    text += (actors or _ACTORS) + _BEHAVIOUR + (_DEAL if not actors else "")
    return text + "".join(_write_claims(outline, brief_path))


def _write_actors(cast: Sequence[Member]) -> Iterator[str]:
    bodies = [member for member in cast if member.kind != "person"][:_MOST_ACTORS] or list(cast[:_MOST_ACTORS])
    if not bodies:
        return
    yield "actors:                            # named at least twice in the brief, the most named first\n"
    for place, member in enumerate(bodies):
        yield f"  {member.key}:\n"
        yield f"    name: {quote(member.name):<28} # {_tell_forms(member)}\n"
        levers, wants = (f"# {hint}" for hint in _HINTS_ONCE) if place == 0 else ("", "")
        yield f"    levers:{'':24}{levers}".rstrip() + "\n"
        yield f"      {PLACEHOLDER}: [as it is, changed]\n"
        yield f"    wants:{'':25}{wants}".rstrip() + "\n"
        yield f"      - {{want: {PLACEHOLDER} = changed, weight: -slight}}\n"
    rest = [member for member in cast if member not in bodies]
    if rest:
        yield "  # Named too; each speaks for an actor above, or is one of its own:\n"
        yield from (f"  #   {member.name}: {_tell_forms(member)}\n" for member in rest)
    yield "\n"


def _tell_forms(member: Member) -> str:
    forms = ", ".join(f"{form} {count}" for form, count in member.forms.most_common(4))
    more = len(member.forms) - 4
    first = f"; first in paragraph {member.first.paragraph}" if member.first is not None else ""
    return f"{forms}{f' and {more} forms more' if more > 0 else ''}{first}"


def _write_claims(outline: Outline, brief_path: str) -> Iterator[str]:
    suggestions = outline.reading.suggestions
    if not suggestions:
        yield f"# No sentence of {brief_path} has words that claim something: write the claims here.\nclaims: []\n"
        return
    yield (
        f"# {len(suggestions)} of the {outline.reading.sentences} sentences of {brief_path} claim something."
        " Put each in your own words under 'text:' and\n# write the query that stands for it under 'about:', or say"
        " under 'unscorable:' why none can; delete what claims nothing.\n"
    )
    kinds = outline.reading.count_kinds()
    yield from (f"#   {kind:<15} {hint}\n" for kind, hint in _HINTS if kinds[kind])
    yield "claims:\n"
    paragraph = -1
    for item in suggestions:
        if item.sentence.paragraph != paragraph:
            paragraph = item.sentence.paragraph
            yield f"  # paragraph {paragraph}\n"
        yield from (f"  {line}\n" for line in _write_claim(item))


def _write_claim(item: Suggestion) -> Iterator[str]:
    yield f"- id: {item.id}"
    yield f"  text: {quote(item.sentence.text)}"
    yield from _write_quote(item)
    if item.says:
        yield f"  says: {quote(item.says):<28} # {_tell_range(item)}"
    yield f"  because: {quote(item.because)}"
    yield "  about:"


def _write_quote(item: Suggestion) -> Iterator[str]:
    if not item.prefix and not item.suffix:
        yield f"  quote: {quote(item.quote)}"
        return
    yield "  quote:"
    parts = (("exact", item.quote), ("prefix", item.prefix), ("suffix", item.suffix))
    yield from (f"    {name}: {quote(words)}" for name, words in parts if words)


def _tell_range(item: Suggestion) -> str:
    if item.word is not None:
        return write_range(item.word)
    turned = re.fullmatch(r"not (\w+)", item.says.casefold())
    word = find_word(_TURNED.get(turned[1], ""), SCALES["icd203"]) if turned else None
    hint = f"; {word.word} is {write_range(word)}" if word is not None else ""
    return f"no number on the scale{hint}"
