"""A new scenario file, with comments that say what belongs where, for ``detente new``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

from detente.scenario.document import clean
from detente.scenario.model import Word
from detente.scenario.words import SCALES, find_off_scale, find_word, write_range
from detente.scenario.writer import quote

_TEMPLATE = dedent(
    """\
    # docs/language.md explains every key. `detente check {name}` says what is still wrong or open.
    detente: 1
    title: {title}
    as_of: {as_of}                  # the day the model starts; nothing known later may shape it
    horizon: 24 months                 # a date or a span; no query asks beyond it
    {brief}
    actors:
      home:
        name: Our side
        levers:                        # what it can do: levels in order, the status quo first
          offer: [none, limited, full]
        wants:                         # each adds its weight to the payoff of every state where it is true
          - {{id: deal, want: deal, weight: strong, because: say where you read it}}
          - {{id: price, want: offer = full, weight: -moderate, because: say where you read it}}
      rival:
        name: The other side
        levers:
          reply: [refuse, talk, accept]
        readings:                      # rival readings of what it wants, with their odds
          open:
            odds: 50
            wants:
              - {{want: deal, weight: moderate}}
          closed:
            odds: 50
            wants:
              - {{want: reply >= talk, weight: -strong}}

    behaviour:                         # for all actors; these are the defaults
      tempo: quarterly                 # how often an actor could reverse a policy
      foresight: 3 to 12 months        # how far ahead it looks
      noise: sometimes                 # how often it errs
      habit: slight                    # how reluctant it is to change course

    conditions:                        # outcomes that take several actors get a name here
      deal: home.offer >= limited and rival.reply >= talk

    claims:                            # the sentences of the assessment, each with the query that stands for it
      - id: deal-likely
        text: The two sides strike a deal within a year
        says: likely                   # 55-80 %
        about: P(deal within 12 months)
    """
)

#: where a sentence ends: a stop, then space and a capital, a digit or a quote
_SENTENCE_END = re.compile(r"([.!?][\"'\u201d\u2019)]*)\s+(?=[\"'\u201c\u2018(]?[A-Z0-9])")
_ABBREVIATIONS = re.compile(r"\b(?:U\.S|U\.N|U\.K|Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|St|No|vs|e\.g|i\.e|etc|[A-Z])\.$")


def draft(name: str, brief_text: str | None = None, *, as_of: str = "2025-01-01", brief_path: str = "brief.md") -> str:
    """The text of a new scenario, which loads as it is.

    With a brief the sentences that carry an estimative word follow as claims to be filled in, as comments.
    """
    name = " ".join(clean(name).split())
    brief = f"brief: {quote(brief_path)}\n" if brief_text is not None else ""
    title = quote(" ".join(re.sub(r"[-_]", " ", name).split()).capitalize() or "A new scenario")
    text = _TEMPLATE.format(name=name, title=title, as_of=as_of, brief=brief)
    found = list(_draft_claims(clean(brief_text))) if brief_text is not None else []
    if not found:
        return text
    head = "\n  # Sentences of the brief with an estimative word. Uncomment, put the claim in your own words,\n"
    return (
        text
        + head
        + "  # and write the query that stands for it under 'about:', or say why none can.\n"
        + "".join(found)
    )


def _draft_claims(brief: str) -> Iterator[str]:
    words = SCALES["icd203"]
    for number, sentence in enumerate(split_sentences(brief), start=1):
        word = find_word(sentence, words)
        says = word.word if word is not None else find_off_scale(sentence)
        if says is None:
            continue
        yield "".join(f"  # {line}\n" for line in _claim_lines(number, sentence, says, word))


def _claim_lines(number: int, sentence: str, says: str, word: Word | None) -> Iterator[str]:
    yield f"- id: s{number}"
    yield f"  text: {quote(sentence)}"
    yield f"  quote: {quote(sentence)}"
    yield f"  says: {says:<20} # {write_range(word) if word is not None else 'no number on the scale'}"
    yield "  about:"


def split_sentences(text: str) -> list[str]:
    """Sentences of prose on one line each, without headings' marks."""
    sentences: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        flat = re.sub(r"^#+\s*", "", " ".join(paragraph.split()))
        parts: list[str] = []
        for part in _SENTENCE_END.sub(r"\1\n", flat).split("\n"):
            if parts and _ABBREVIATIONS.search(parts[-1]):
                parts[-1] += f" {part}"
            else:
                parts.append(part)
        sentences += [part for part in parts if part]
    return sentences
