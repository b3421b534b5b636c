"""The page: complete, self-contained, accessible in its bones, and deaf to hostile text."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from detente import api
from detente.ensemble.ensemble import Ensemble
from detente.findings.assessment import assess
from detente.report.inputs import name_inputs
from detente.report.page import render
from detente.report.sections import SECTIONS
from detente.scenario.conditions import Condition, In
from detente.scenario.model import Belief, Outcome, Phase, Preferences, Reading, Scenario, Source, Thresholds
from detente.scenario.reader import loads
from findings.mock_korea import between, ensemble, exactly, game, lone_draw, scenario
from findings.test_interventions import SMALL

VOID = {"meta", "br", "link", "img", "hr", "input"}


class Reader(HTMLParser):
    """Collects tags and visible text, and fails on a tag that closes what is not open."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] not in (["style"], ["script"]):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\N{NO-BREAK SPACE}", " ").split())


def make(case: Scenario, run: Ensemble | None = None) -> str:
    run = run or ensemble()
    return render(assess(case, game(), run), case, game(), run)


@pytest.fixture(scope="module")
def page() -> str:
    return make(scenario())


@pytest.fixture(scope="module")
def reader(page: str) -> Reader:
    return Reader(page)


def test_every_section_is_there_and_linked(reader: Reader) -> None:
    anchors = {attrs["id"] for _, attrs in reader.tags if "id" in attrs}
    links = [str(attrs["href"]) for tag, attrs in reader.tags if tag == "a"]
    sections = {section.id for section in SECTIONS} - {"brief", "terms"}  # the small case has neither
    assert sections <= anchors
    assert {f"#{section}" for section in sections} <= set(links)
    assert all(link.startswith("#") and link[1:] in anchors for link in links)
    assert len(anchors) == sum("id" in attrs for _, attrs in reader.tags)


def test_every_claim_stands_with_its_word_verdict_and_reason(reader: Reader) -> None:
    for claim in assess(scenario(), game(), ensemble()).claims:
        assert claim.text in reader.text
        assert claim.verdict in reader.text
        assert claim.reason in reader.text
    assert "likely (55-80 %)" in reader.text


def test_what_was_asked_assumed_and_done_is_stated(reader: Reader) -> None:
    for words in (
        "As of 7 November 2024, about the time to 30 November 2026; 200 draws.",
        "What is to be expected from 7 November 2024 to 30 November 2026?",
        "It has not been calibrated on past crises",
        "Weights are identified only relative to noise",
        "Built for a test.",
        "4 of 10 claims carry a scorable word",
        "entered after the fact",
        "Three summits in his first term. Source: An essay (2024-11), P2.",
        "Moscow pays better",
        "20 January 2025",
        "0.01 to 0.04",
        "seed 7",
        "5f" * 32,
        "detente run mini.yaml --draws 200 --seed 7",
        "detente 0.1.0",
        "A newspaper (2025-01-23)",
    ):
        assert words in reader.text


def test_nothing_is_asked_of_the_network(page: str, reader: Reader) -> None:
    assert set(re.findall(r"(?:https?:)?//[\w.]+", page)) <= {"http://www.w3.org"}
    for tag, attrs in reader.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "form", "base", "video", "audio"}
        assert not {"src", "srcset", "style", "action"} & attrs.keys()
        assert not any(name.startswith("on") for name in attrs)
    for words in ("url(", "@import", "fetch(", "XMLHttpRequest", "import(", "eval(", "innerHTML"):
        assert words not in page


def digest_of(page: str, tag: str) -> str:
    (found,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return base64.b64encode(hashlib.sha256(found.encode()).digest()).decode()


def test_the_policy_allows_the_page_its_own_style_and_script_and_nothing_else(page: str, reader: Reader) -> None:
    (policy,) = (attrs["content"] for _, attrs in reader.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest_of(page, 'style')}'; "
        f"script-src 'sha256-{digest_of(page, 'script')}'; base-uri 'none'; form-action 'none'"
    )


def test_what_needs_script_is_hidden_without_it(reader: Reader) -> None:
    anchors = {attrs["id"] for _, attrs in reader.tags if "id" in attrs}
    buttons = [attrs for tag, attrs in reader.tags if tag == "button"]
    assert len(buttons) > 10
    for attrs in buttons:
        assert "hidden" in attrs
        assert attrs["type"] == "button"
        assert attrs.get("data-copy", "top") in anchors
    assert sum("data-copy" not in attrs for attrs in buttons) == 1  # prints
    assert not {"input", "select", "canvas"} & {tag for tag, _ in reader.tags}


def test_bones_of_accessibility(page: str, reader: Reader) -> None:
    tags = [tag for tag, _ in reader.tags]
    assert ("html", {"lang": "en"}) in reader.tags
    assert tags.count("h1") == tags.count("main") == tags.count("title") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
    assert tags.count("table") == tags.count("caption")
    assert all("scope" in attrs for tag, attrs in reader.tags if tag == "th")
    assert tags.count("svg") == sum(
        attrs.get("role") == "img" and bool(attrs["aria-label"]) for _, attrs in reader.tags
    )


def test_it_is_the_same_every_time_and_small(page: str) -> None:
    assert make(scenario()) == page
    assert len(page.encode()) < 400_000


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eesrever\u2066",
    "\x1b[31mred\x07",
    "&lt;b&gt; &amp; javascript:alert(1)",
)


def poison(words: str) -> Scenario:
    """The small case with a text in every field that takes one."""
    case = scenario()
    condition = Condition(In("us.offer", (1,)), words)
    us, dprk, rok = case.actors
    want = replace(us.readings[0].preferences.wants[0], because=words, condition=condition)
    ranking = Preferences("ranking", ranking=((condition, condition),), stakes=exactly(2))
    us = replace(
        us,
        name=words,
        readings=(Reading("", exactly(1), Preferences("wants", (want,)), words),),
        levers=(replace(us.levers[0], label=words, levels=(words, f"{words}2", f"{words}3")),),
    )
    dprk = replace(dprk, name=words, readings=tuple(replace(r, because=words) for r in dprk.readings))
    fear = Belief("us", Preferences("wants", (want,)), "", (), words)
    rok = replace(rok, name=words, readings=(Reading("", exactly(1), ranking),), beliefs=(fear,))
    outcome = Outcome("yes", None, "press", "right", words)
    return replace(
        case,
        title=words,
        actors=(us, dprk, rok),
        claims=tuple(
            replace(
                c,
                text=words,
                says=c.says and f"{words} {c.says}",
                unscorable=c.unscorable and words,
                outcome=outcome,
                quote=c.quote and words,
            )
            for c in case.claims
        ),
        chance=tuple(replace(c, because=words, lever=replace(c.lever, label=words)) for c in case.chance),
        rules=tuple(replace(r, because=words, forbid=condition) for r in case.rules),
        sources=(Source("press", words, words, words),),
        cautions=(words,),
        path=f"/home/somebody/{words}",
        brief=f"# {words}\n\n1. **Of** {words}\n\n> {words}\n",
        scale=words,
    )


def test_hostile_text_is_text(reader: Reader) -> None:
    page = make(poison(" ".join(HOSTILE)))
    poisoned = Reader(page)
    # Whatever the text says, the page is built of the same kinds of elements and nothing more.
    assert {tag for tag, _ in poisoned.tags} <= {tag for tag, _ in reader.tags}
    assert not any(name.startswith("on") for _, attrs in poisoned.tags for name in attrs)
    for words in HOSTILE:
        assert re.sub("[\u202e\u2066\x1b\x07]", "\ufffd", words) in poisoned.text
    assert not set("\u202e\u2066\x1b\x07") & set(page)
    assert "/home/somebody" not in page


def test_a_flood_of_text_is_cut_and_counted() -> None:
    page = make(poison("x" * 1_000_000))
    assert len(page.encode()) < 3_000_000
    assert "998,000 more characters" in page


def test_a_section_with_nothing_to_say_is_left_out() -> None:
    case = scenario()
    bare = replace(case, claims=tuple(replace(c, outcome=None) for c in case.claims if c.query is None))
    run = replace(ensemble(), cells={}, curves={})
    reader = Reader(make(bare, run))
    anchors = {attrs.get("id") for _, attrs in reader.tags}
    assert not {"record", "forecasts", "settling", "drivers"} & anchors
    assert {"claims", "actors", "assumptions", "method"} <= anchors


def test_without_findings_the_page_opens_with_the_question_alone() -> None:
    case = scenario()
    bare = replace(case, claims=(), question="What now?")
    found = replace(assess(bare, game(), replace(ensemble(), cells={}, curves={})), advice=(), evidence=None)
    reader = Reader(render(found, bare, game(), ensemble()))
    assert "What now?" in reader.text
    assert not any(attrs.get("class") == "headlines" for _, attrs in reader.tags)


def test_a_case_without_claims_has_no_section_for_them() -> None:
    reader = Reader(make(replace(scenario(), claims=())))
    assert "claims" not in {attrs.get("id") for _, attrs in reader.tags}
    assert "The case makes no claims." in " ".join(" ".join(reader.words).split())


def test_one_draw_has_no_standard_error_and_no_plural() -> None:
    one = lone_draw()
    words = " ".join(" ".join(Reader(make(scenario(), one)).words).split())
    assert "One draw says nothing about how robust this is." in words
    assert not re.findall(r"\w+, (robust|sensitive)", words)
    assert " 1 draw of " in words


def test_rankings_priorities_and_a_shared_quantity_are_spelt_out() -> None:
    case = scenario()
    conditions = tuple(Condition(In("us.offer", (k,)), f"offer is number {k}") for k in range(3))
    us, dprk, rok = case.actors
    us = replace(
        us,
        readings=(
            Reading(
                "", exactly(1), Preferences("ranking", ranking=(conditions[:2], conditions[2:]), stakes=between(1, 4))
            ),
        ),
    )
    rok = replace(
        rok,
        readings=(
            Reading(
                "", exactly(1), Preferences("priorities", priorities=conditions, stakes=between(1, 4, shared="mood"))
            ),
        ),
    )
    reader = Reader(make(replace(case, actors=(us, dprk, rok))))
    assert "offer is number 0 · offer is number 1" in reader.text
    assert "Priorities, most important first; spread from worst to best 1 to 4, moves with mood" in reader.text


def test_beliefs_and_thresholds_are_spelt_out() -> None:
    case = scenario()
    us, dprk, rok = case.actors
    offer = Condition(In("us.offer", (1,)), "offer is made")
    want = replace(us.readings[0].preferences.wants[0], condition=offer, weight=exactly(3))
    us = replace(us, thresholds=Thresholds(exactly(0.5), between(2, 3)), beliefs=(Belief("dprk", None, "stubborn"),))
    lacking = Belief("us", Preferences("wants", (want,)), "", ("us.offer",), "a hunch")
    rok = replace(rok, beliefs=(lacking,))
    case = replace(case, actors=(us, dprk, rok))
    text = Reader(make(case)).text
    assert "Indifferent up to a difference of 0.5. Cares greatly from a difference of 2 to 3." in text
    assert f"Takes {dprk.name} for stubborn. Beliefs count in the games actors see, not in forecasts." in text
    assert f"Takes {us.name} not to have us.offer, and to want offer is made (weight 3). a hunch" in text
    words = name_inputs(case)
    assert words["us.strong"] == f"the difference from which {us.name} cares greatly"
    assert words[f"rok.believes.us.{want.id}"] == f"the weight on “offer is made” for {us.name} as {rok.name} sees it"


def test_phases_are_told_with_what_they_change() -> None:
    case = scenario()
    us = case.actors[0]
    want = us.readings[0].preferences.wants[0]
    closed = (("us.offer", (0, 1, 2)), ("dprk.reply", (1,)))
    truce = Phase("truce", date(2025, 2, 3), date(2025, 4, 5), False, closed, (), "a hunch")
    vote = Phase("vote", date(2025, 4, 5), None, True, (), ((f"us.{want.id}", exactly(3)),))
    case = replace(case, phases=(truce, vote))
    text = Reader(make(case)).text
    assert "What changes by date." in text
    told = "3 February 2025 5 April 2025 no, a surprise us.offer, dprk.reply = "
    assert told in " ".join(text.split())
    assert f"5 April 2025 the next phase, or for good yes - us.{want.id} 3 -" in " ".join(text.split())
    words = name_inputs(case)
    assert words[f"phases.vote.us.{want.id}"] == f"{words[f'us.{want.id}']}, in the phase vote"


def test_a_bundled_case_is_named_as_a_command_takes_it() -> None:
    reader = Reader(make(replace(scenario(), path="/somewhere/cases/korea-2024/scenario.yaml")))
    assert "detente run korea-2024 --draws" in reader.text


def test_what_is_forced_and_what_speaks_against_it_are_told() -> None:
    text = Reader(make(scenario())).text
    assert "Against it The most plausible draw that says otherwise" in text
    assert "Words: 2 supported, 1 too sure; without a number: 1 excluded." in text
    assert "too sure: the word is more extreme than the model: talks" in text
    assert "Forced:" not in text
    case, _ = loads(SMALL.replace("QUIET", "1 to 3"))
    run = api.run(case, draws=8, workers=1)
    forced = Reader(api.render(case, run, api.assess(case, run))).text
    assert "Cause Forced: " in forced
    assert "≡ assumed" in forced
    assert "Assumed, not derived: the measure itself counts south.leaflets = off" in forced
