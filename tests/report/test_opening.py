"""What a report opens with: chosen by the stated rule, said in sentences that can be quoted alone."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import api
from detente.findings.assessment import assess
from detente.findings.findings import (
    Band,
    Baseline,
    ClaimFinding,
    Driver,
    Findings,
    Flip,
    Region,
    Shares,
    Side,
    Spread,
    Verdict,
)
from detente.report import opening, text
from detente.report.inputs import name_inputs
from findings.mock_korea import ensemble, game, lone_draw, scenario

NAMES = name_inputs(scenario())
INPUTS = sorted(NAMES)

BY_KIND: dict[str, tuple[Verdict, ...]] = {
    "probability": ("supported", "higher", "lower", "excluded", "understated", "open", "no word"),
    "comparison": ("holds", "fails", "contested", "assumed"),
    "number": ("no word",),
    "none": ("unscorable",),
}


@cache
def found() -> Findings:
    return assess(scenario(), game(), ensemble())


shares = st.floats(0, 1)
errors = st.floats(1e-4, 0.2)
numbers = st.floats(-50, 50).map(lambda x: round(x, 3))
prose = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)


def spreads(values: st.SearchStrategy[float]) -> st.SearchStrategy[Spread]:
    def build(ends: list[float], error: float) -> Spread:
        low, mean, high = sorted(ends)
        return Spread(mean, low, high, error)

    return st.builds(build, st.lists(values, min_size=3, max_size=3), errors)


def sides(kind: str) -> st.SearchStrategy[Side]:
    return st.builds(Side, st.just("a reading" if kind == "reading" else ""), numbers, shares, errors, st.just(20))


@st.composite
def drivers(draw: st.DrawFn) -> Driver:
    kind = draw(st.sampled_from(["number", "reading"]))
    twins = tuple(draw(st.lists(st.sampled_from(INPUTS), max_size=3, unique=True)))
    ends = draw(sides(kind)), draw(sides(kind))
    return Driver(draw(st.sampled_from(INPUTS)), (), twins, kind, 0.4, draw(st.sampled_from([-1, 1])), *ends, 0.01)


@st.composite
def flips(draw: st.DrawFn) -> Flip:
    verdicts: st.SearchStrategy[Any] = st.sampled_from(["supported", "lower", "fails", "open"])
    regions = [Region(draw(verdicts), draw(shares), draw(errors), 20, 15) for _ in range(2)]
    relation, reading = draw(st.sampled_from([("<", ""), (">=", ""), ("is", "dealmaker"), ("is not", "dealmaker")]))
    return Flip(draw(st.sampled_from(INPUTS)), (), relation, draw(numbers), reading, *regions, 0.01)


@st.composite
def claims(draw: st.DrawFn, texts: st.SearchStrategy[str] = prose) -> ClaimFinding:
    """A finding of any kind and verdict, with parts that such a finding can have."""
    kind = draw(st.sampled_from(sorted(BY_KIND)))
    verdict = draw(st.sampled_from((*BY_KIND[kind], "void", "unanswered") if kind != "none" else BY_KIND[kind]))
    says, band = None, None
    if verdict in ("supported", "higher", "lower"):
        says, band = draw(st.sampled_from(["likely", "will likely"])), Band("likely", 0.55, 0.8, 0.55, 0.8)
    elif verdict in ("excluded", "understated", "open"):
        says = draw(st.sampled_from(["may", "could"]))
    claim = ClaimFinding("c1", draw(texts), says, band, "P(x by 2025-12-31)", kind, verdict, reason="A reason.")
    if verdict in ("void", "unanswered", "unscorable"):
        return claim
    held = verdict not in ("no word", "assumed")
    agreement = draw(shares) if held and verdict != "contested" else 0.0 if held else None
    flip = draw(st.none() | flips()) if held else None
    reasons: st.SearchStrategy[Any] = st.sampled_from(["every draw agrees", "few draws disagree", "nothing stands out"])
    return replace(
        claim,
        spread=draw(spreads(numbers if kind == "number" else shares)),
        gap=draw(st.none() | spreads(shares)) if kind == "comparison" else None,
        gap_in_points=draw(st.booleans()),
        shares=Shares(0.3, 0.2, 0.5, 0.01, 0.01, 0.01) if band else None,
        agreement=agreement,
        agreement_error=draw(errors) if held else None,
        robust=agreement >= 0.8 if agreement is not None else None,
        condition=draw(st.none() | shares) if kind == "probability" else None,
        baseline=draw(st.none() | st.builds(Baseline, shares, errors, st.just(verdict))),
        from_argument=draw(st.booleans()),
        drivers=tuple(draw(st.lists(drivers(), max_size=2))) if held else (),
        flip=flip,
        no_flip=None if flip else draw(reasons) if held else "no verdict",
    )


def tell(claim: ClaimFinding) -> opening.Headline:
    return opening.tell_claim(claim, replace(found(), claims=(claim,)), NAMES)


def strip_quotes(words: str) -> str:
    return re.sub("“[^”]*”", "“Q”", words)


@given(claims())
def test_every_part_is_whole_sentences(claim: ClaimFinding) -> None:
    headline = tell(claim)
    assert headline.sentence
    for part in (headline.sentence, headline.sure, headline.flip, headline.coin):
        bare = strip_quotes(part)
        assert bare == " ".join(bare.split())
        for sentence in re.split(r"(?<=\.) ", bare) if bare else []:
            assert re.match("“Q”|[A-Z]", sentence), sentence
            assert sentence.endswith("."), sentence
            assert not sentence.endswith(".."), sentence
            assert "{" not in sentence
    parts = [part for part in (headline.sentence, headline.sure, headline.flip, headline.coin) if part]
    assert headline.paragraph == " ".join(parts)


@given(claims(st.just("Talks begin")))
def test_no_figure_stands_without_its_error_and_no_word_without_its_range(claim: ClaimFinding) -> None:
    told = tell(claim).paragraph
    for rest in re.findall(r"\d %(.{0,2})", re.sub(r"\([^()]*\)", "", told)):
        assert rest == " ±", told
    assert "nan" not in told
    if claim.band is not None and claim.spread is not None:
        ranged = f"“{claim.says}” (55-80 %)"
        assert told.count(ranged) == 1
        assert str(claim.says) not in re.sub(r"less likely|as likely|likelier", "", told.replace(ranged, ""))
    elif claim.says is not None and claim.spread is not None:
        assert f"“{claim.says}” (no number)" in told


@given(claims(), prose)
def test_a_claim_is_quoted_as_it_was_written(claim: ClaimFinding, words: str) -> None:
    told = tell(replace(claim, text=words)).sentence
    kept = " ".join(text.plain(words.replace("“", "‘").replace("”", "’")).split()).rstrip(". ")
    assert told.startswith(f"“{kept[:1].upper()}{kept[1:]}”" if kept else "“")


def test_a_capital_and_one_full_stop_are_given_to_what_has_none() -> None:
    claim = found().claim("early-offer")
    assert tell(replace(claim, text="talks begin again...")).sentence.startswith(
        "“Talks begin again” is about as likely"
    )
    assert tell(replace(claim, text="")).sentence.startswith("“Early-offer” is about as likely")
    assert len(tell(replace(claim, text="x" * 10_000)).paragraph) < 1_500


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "early-offer",
            "“Washington moves towards a summit early” is about as likely as the brief says: 78 % ±0.3 (70-84 % over "
            "draws), within the range of its “likely” (55-80 %).",
        ),
        (
            "talks",
            "“Pyongyang comes to the table” is likelier than the brief says: 46 % ±2.0 (11-71 % over draws), above the "
            "range of its “unlikely” (20-45 %).",
        ),
        (
            "never",
            "“Once talks fail, sanctions return” cannot be judged: what it depends on never happens in the model, or "
            "next to never.",
        ),
        ("later", "“Seoul expects more” has no answer in this run."),
        ("precedent", "“The meetings set a precedent” is not held against the model: no query stands for it."),
    ],
)  # fmt: skip
def test_sentences_of_the_small_case(name: str, sentence: str) -> None:
    assert opening.tell_claim(found().claim(name), found(), NAMES).sentence == sentence


def test_the_footnote_says_how_it_was_asked_and_made() -> None:
    note = opening.tell_claim(found().claim("talks"), found(), NAMES).footnote
    for words in (
        "Asked as P(dprk.reply = accept by 2026-11-07).",
        "Case “Korea in miniature” as of 7 November 2024; 200 draws, seed 7, scenario 5f5f5f5f5f5f, Détente 0.1.0.",
        "± is one standard error.",
        "it is not calibrated on past crises.",
    ):
        assert words in note
    assert "Asked as" not in opening.tell_claim(found().claim("precedent"), found(), NAMES).footnote


def test_it_opens_with_few_findings_and_not_with_claims_alone() -> None:
    headlines = opening.list_headlines(found(), scenario())
    kinds = [headline.kind for headline in headlines]
    assert kinds == ["claim", "claim", "policies", "evidence", "claim"]
    assert [headline.id for headline in headlines if headline.kind == "claim"] == list(found().headlines[:3])
    assert headlines[0].to_dict()["anchor"] == headlines[0].anchor


def test_claims_take_the_places_that_others_leave() -> None:
    bare = replace(found(), advice=(), evidence=None, settlements=(), states=())
    kinds = [headline.kind for headline in opening.list_headlines(bare, scenario())]
    assert kinds == ["claim"] * min(5, len(found().headlines))
    silent = replace(bare, headlines=())
    assert opening.list_headlines(silent, scenario()) == ()


def test_what_is_to_be_expected_is_asked_where_the_file_asks_nothing() -> None:
    asked = replace(scenario(), question="Will they talk?")
    assert opening.state_question(asked) == "Will they talk?"
    assert opening.state_question(scenario()) == ("What is to be expected from 7 November 2024 to 30 November 2026?")


@pytest.mark.parametrize("case", ["korea-2024", "korea-2001"])
def test_the_bundled_cases_of_an_essay_ask_their_own_question(case: str) -> None:
    told = opening.state_question(api.load(case))
    assert told.endswith("?")
    assert "What is to be expected" not in told


def test_evidence_opens_only_when_it_can_be_read_and_first_when_it_is_impossible() -> None:
    update = found().evidence
    assert update is not None
    few = replace(found(), evidence=replace(update, state="too few"))
    assert "evidence" not in [headline.kind for headline in opening.list_headlines(few, scenario())]
    assert "settling" in [headline.kind for headline in opening.list_headlines(few, scenario())]
    broken = replace(found(), evidence=replace(update, state="impossible", impossible=0, readings=()))
    first = opening.list_headlines(broken, scenario())[0]
    assert first.kind == "evidence"
    assert first.sentence.startswith("The model as stated cannot have produced what was observed since")


def test_other_kinds_are_told_with_their_errors() -> None:
    told = {headline.kind: headline for headline in opening.list_headlines(found(), scenario())}
    assert told["policies"].sentence == (
        "Of what South Korea could do, “Switch the loudspeakers off” (silence) does best by calm: +0.095 ±0.017 over "
        "doing nothing, unbeaten in 59 % ±3.5 of the draws."
    )
    assert told["evidence"].sentence == (
        "What was observed since speaks for North Korea as dealmaker: its probability goes from 59 % ±3.5 to 74 % ±2.8."
    )
    settled = opening.list_headlines(replace(found(), evidence=None), scenario())
    (where,) = (headline for headline in settled if headline.kind == "settling")
    assert where.sentence == (
        "The status quo is stable for every actor in 0 % ±0.2 of the draws when nobody looks past a single move "
        "(Nash), and in 100 % ±0.2 of the draws when any reply deters that could hurt (GMR)."
    )
    assert where.sure.startswith("Most often stable (Nash): a state that differs from today in 3 levers, in 59 %")


def test_doing_nothing_is_told_as_such() -> None:
    run = ensemble()
    worse = {name: column - 1 if name.startswith("policy/silence/") else column for name, column in run.numbers.items()}
    told = opening.list_headlines(assess(scenario(), game(), replace(run, numbers=worse)), scenario())
    (best,) = (headline for headline in told if headline.kind == "policies")
    assert best.sentence.startswith("Nothing that South Korea could do is better by calm than doing nothing: unbeaten")


@given(st.lists(st.sampled_from([None, True, False]), max_size=6))
def test_what_the_coin_toss_earns_too_is_counted(own: list[bool | None]) -> None:
    claim = found().claim("early-offer")
    told = opening.state_addition(replace(found(), claims=tuple(replace(claim, from_argument=value) for value in own)))
    judged = [value for value in own if value is not None]
    assert bool(told) == bool(judged)
    if judged:
        assert f"against {text.write_count(len(judged), 'verdict')} and" in told
        alike = judged.count(False)
        assert (f"earns {alike} of them too" if alike else "earns none of them") in told


def test_one_draw_says_so() -> None:
    one = lone_draw()
    lone = assess(scenario(), game(), one)
    headline = opening.tell_claim(lone.claim("early-offer"), lone, NAMES)
    assert "One draw says nothing about how robust this is." in headline.sure
    assert "; 1 draw, seed 7" in headline.footnote
