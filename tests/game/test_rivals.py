"""Books of one case put together: who disagrees becomes a reading, and nobody's view weighs more than another's."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.errors import ScenarioError
from detente.game.exchange.books import Filled, read_cells
from detente.game.exchange.disagreements import Disagreements, compare_actors, weigh
from detente.game.exchange.rivals import combine, write_widest
from detente.game.exchange.sheets_writer import lay_pages
from detente.scenario.amounts import BEHAVIOUR, RATE, SALIENCE, WEIGHT, read_quantity
from detente.scenario.model import Actor, Preferences, Reading, Scenario, Want
from detente.scenario.quantities import Quantity
from detente.scenario.reader import loads, parse_condition
from game.test_sheets import list_cells
from scenario.conftest import TEXT
from scenario.test_roundtrip import changes

CLAIM = "claims:\n  - {id: c1, text: Talks, says: likely, about: P(talks by 2025-07-20)}\n"
SCENARIO = loads(TEXT + CLAIM)[0]
PLACES = ["talks", "us.drills = full", "dprk.noise = on", "dprk.tests = icbm", "seoul = yoon"]


def fill(scenario: Scenario | str, name: str) -> Filled:
    """A scenario, or its text, as a book that was filled in."""
    scenario = loads(scenario)[0] if isinstance(scenario, str) else scenario
    return read_cells(f"{name}.xlsx", {page.name: list_cells(page) for page in lay_pages(scenario)})


def put_together(*texts: str) -> tuple[Scenario, Disagreements]:
    names = ("anna", "ben", "cleo")
    combined = combine([fill(text, name) for text, name in zip(texts, names, strict=False)])
    assert combined.disagreements is not None
    return combined.case.scenario, combined.disagreements


@settings(max_examples=20, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data(), count=st.integers(1, 3))
def test_books_that_agree_are_the_case_itself(data: st.DataObject, count: int) -> None:
    scenario = data.draw(changes(SCENARIO))
    combined = combine([fill(scenario, f"b{number}") for number in range(count)])
    assert combined.case.scenario == scenario
    if combined.disagreements is not None:
        assert (combined.disagreements.wants, combined.disagreements.numbers) == ((), ())
        assert not combined.case.draft.remarks


@st.composite
def views(draw: st.DrawFn) -> Actor:
    """The first actor as somebody might see it: one to three readings, each of a few wants out of a small stock."""
    preferences = st.lists(
        st.tuples(st.sampled_from(PLACES), st.sampled_from([-2.0, -0.5, 0.5, 1.0, 3.0])),
        min_size=1, max_size=3, unique_by=lambda pair: pair[0],
    )  # fmt: skip
    names = draw(st.sampled_from([[""], ["hawk", "dove"], ["dove", "hawk"], ["hawk", "fox"], ["a", "hawk", "dove"]]))
    readings = []
    for name in names:
        wants = tuple(
            Want(f"want{n}", parse_condition(SCENARIO, place), Quantity("fixed", (weight,), -1e6, 1e6))
            for n, (place, weight) in enumerate(draw(preferences), start=1)
        )
        odds = Quantity("fixed", (draw(st.sampled_from([1.0, 2.0, 40.0, 60.0])) if name else 1.0,), 0.0, 1e6)
        readings.append(Reading(name, odds, Preferences("wants", wants)))
    return replace(SCENARIO.actors[0], readings=tuple(readings))


def spread(actor: Actor) -> dict[object, float]:
    """The probability of every set of preferences, whatever its reading is called."""
    total = sum(reading.odds.median for reading in actor.readings)
    answer: dict[object, float] = defaultdict(float)
    for reading in actor.readings:
        answer[weigh(reading.preferences)] += reading.odds.median / total
    return answer


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(told=st.lists(views(), min_size=2, max_size=3))
def test_every_book_counts_the_same(told: list[Actor]) -> None:
    """The chance of any preferences in the combined case is the mean over the books of their chance there."""
    books = [replace(SCENARIO, actors=(view, *SCENARIO.actors[1:])) for view in told]
    combined = combine([fill(book, f"b{number}") for number, book in enumerate(books)])
    mixed = spread(combined.case.scenario.actors[0])
    apart = [spread(view) for view in told]
    for preferences in {*mixed, *(key for one in apart for key in one)}:
        mean = sum(one.get(preferences, 0.0) for one in apart) / len(apart)
        assert mixed[preferences] == pytest.approx(mean, abs=1e-8)
    assert combined.case.scenario.actors[1:] == SCENARIO.actors[1:]


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(one=views(), other=views())
def test_disagreement_has_no_direction(one: Actor, other: Actor) -> None:
    there, same = compare_actors([one, other])
    back, again = compare_actors([other, one])
    assert same == again
    assert {(d.kind, d.reading, d.weights, d.gap) for d in there} == {
        (d.kind, d.reading, d.weights[::-1], d.gap) for d in back
    }
    assert not compare_actors([one, one])[0]
    for difference in there:
        if difference.kind == "sign":
            low, high = sorted(float(weight) for weight in difference.weights if weight)
            assert low < 0 < high


def test_disagreements_are_told_want_by_want_signs_first() -> None:
    other = TEXT.replace("weight: -2 to -0.5", "weight: 1 to 2").replace(
        "{id: deal, want: talks and drills = full, weight: strong, because: essay P8}",
        "{id: deal, want: drills = full and talks, weight: 1 to 2, because: P9}\n"
        "      - {id: new, want: seoul = yoon, weight: slight}",
    )
    other = other.replace("{want: talks, weight: moderate}", "{want: talks, weight: 4}")
    scenario, told = put_together(TEXT, other)
    assert [(d.kind, d.actor, d.reading, d.id, d.want, d.weights) for d in told.wants] == [
        ("sign", "us", "", "", "dprk.tests = icbm", ("-2 to -0.5", "1 to 2")),
        ("statement", "us", "", "deal", "talks and drills = full", (
            "talks and drills = full: strong", "drills = full and talks: 1 to 2",
        )),
        ("only", "us", "", "new", "seoul = yoon", (None, "slight")),
        ("apart", "dprk", "dealmaker", "", "talks", ("moderate", "4")),
    ]  # fmt: skip
    assert told.agreed == 1
    assert told.readings == {
        "us": {"anna": "50", "ben": "50"},
        "dprk": {"dealmaker-anna": "30", "dealmaker-ben": "30", "stonewaller": "40"},
    }
    assert [reading.because for reading in scenario.actors[0].readings] == ["As anna.xlsx has it", "As ben.xlsx has it"]
    document = told.to_dict()
    assert document["wants"][0]["weights"] == {"anna": "-2 to -0.5", "ben": "1 to 2"}
    assert str(told) == "4 wants and 0 numbers differ, 1 wants agree"


def test_other_preferences_are_compared_as_a_whole() -> None:
    ranked = TEXT.replace(
        "    wants:\n      - {id: deal, want: talks and drills = full, weight: strong, because: essay P8}\n"
        "      - {want: dprk.tests = icbm, weight: -2 to -0.5}\n",
        "    ranking: [talks, drills = full, seoul = yoon]\n",
    )
    turned = ranked.replace(
        "[talks, drills = full, seoul = yoon]", "[talks, seoul = yoon, drills = full]\n    stakes: 2"
    )
    scenario, told = put_together(ranked, turned)
    assert [(d.kind, d.want, d.weights) for d in told.wants] == [
        ("order", "place 2 of the ranking", ("drills = full", "seoul = yoon")),
        ("size", "the stakes", ("1 to 4", "2")),
    ]
    assert [len(reading.preferences.ranking) for reading in scenario.actors[0].readings] == [3, 3]
    _, told = put_together(TEXT, ranked)
    assert [(d.kind, d.weights) for d in told.wants] == [("kind", ("wants", "ranking"))]
    single = TEXT.replace(
        "    readings:\n      dealmaker: {odds: 60, wants: [{want: talks, weight: moderate}]}\n"
        "      stonewaller: {odds: 40, wants: [{want: talks or noise = on, weight: -strong}]}\n",
        "    wants: [{want: talks, weight: moderate}]\n",
    )
    scenario, told = put_together(TEXT, single)
    assert [d.kind for d in told.wants] == ["reading"] * 3
    assert {reading.id: reading.odds.median for reading in scenario.actors[1].readings} == {
        "dealmaker": 30, "stonewaller": 20, "ben": 50,
    }  # fmt: skip


def test_numbers_that_differ_span_the_range_of_all() -> None:
    other = TEXT.replace("tempo: monthly", "tempo: 2 to 3 per month").replace("1% to 4% per month", "2% per month")
    scenario, told = put_together(TEXT, other, TEXT)
    assert [(spread.input, spread.values, spread.taken) for spread in told.numbers] == [
        ("chance.seoul.rates.1.rate", ("1% to 4% per month", "2% per month", "1% to 4% per month"),
         "0.0100503 to 0.040822 per month"),
        ("us.tempo", ("monthly", "2 to 3 per month", "monthly"), "0.75 to 3 per month"),
    ]  # fmt: skip
    assert scenario.actors[0].behaviour.tempo.parameters == (0.75, 3.0)
    assert scenario.actors[0].readings == SCENARIO.actors[0].readings


def test_a_default_counts_as_what_it_stands_for() -> None:
    """A number for all in one book, none in the other: actors of the first differ from the default of the second."""
    scenario, told = put_together(TEXT, TEXT + "behaviour: {noise: often}\n")
    assert [(spread.input, spread.values) for spread in told.numbers] == [
        ("us.noise", ("sometimes", "often")), ("dprk.noise", ("sometimes", "often")),
    ]  # fmt: skip
    domain = BEHAVIOUR["noise"]
    ends = domain.words["sometimes"][0], domain.words["often"][1]
    for actor in scenario.actors:
        assert actor.behaviour.noise.parameters == pytest.approx(ends, rel=1e-5)


quantities = st.sampled_from(
    ["slight", "moderate", "strong", "vital", "2", "1 to 3", "0.5 to 9", "uniform 1 4", "pert 1 2 9", "beta 2 5 1 4"]
)


@settings(deadline=None)
@given(texts=st.lists(quantities, min_size=2, max_size=4, unique=True), negative=st.booleans())
def test_the_widest_range_holds_the_middle_of_every_one(texts: list[str], negative: bool) -> None:
    texts = [f"-{text}" if negative and text.isalpha() else text for text in texts]
    numbers = [read_quantity(text, WEIGHT) for text in texts]
    widest = read_quantity(write_widest(numbers, WEIGHT), WEIGHT)
    low, high = float(widest.quantile(0.05)), float(widest.quantile(0.95))
    assert low == pytest.approx(min(float(number.quantile(0.05)) for number in numbers), rel=1e-3, abs=1e-3)
    assert high == pytest.approx(max(float(number.quantile(0.95)) for number in numbers), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    ("domain", "text"), [(RATE, "1% to 4% per month"), (SALIENCE, "40% to 70%"), (RATE, "0.1 per year")]
)
def test_a_range_is_written_in_the_unit_of_its_field(domain: object, text: str) -> None:
    number = read_quantity(text, domain)
    lower = replace(number, parameters=tuple(end / 2 for end in number.parameters))
    again = read_quantity(write_widest([number, lower], domain), domain)
    assert float(again.quantile(0.95)) == pytest.approx(float(number.quantile(0.95)), rel=1e-2)


CONFLICTS = [
    ("as_of: 2024-11-07", "as_of: 2024-11-08", "anna.xlsx Case!B3  '2024-11-07' is '2024-11-08' in the other book. "
     "Make it the same in ben.xlsx Case!B3."),
    ("[none, offer, summit]", "[none, offer, summits]", "anna.xlsx Levers!I2  'summit' is 'summits' in the other book. "
     "Make it the same in ben.xlsx Levers!I2."),
    ("[none, offer, summit]", "[none, offer, talk, summit]", "ben.xlsx Levers!J2  'summit' is not in anna.xlsx. "
     "Make it the same in all books."),
    ("one_way: [nuclear]", "one_way: true", "anna.xlsx Levers!F6  The books say this in different ways."),
    ("      noise: [on, off]\n", "      noise: [on, off]\n      more: [on, off]\n",
     "ben.xlsx Levers!B6  'more' is not in anna.xlsx."),
    ("dprk.reply >= working", "dprk.reply = working", "anna.xlsx Conditions!B2  'us.engagement >= offer and dprk.reply "
     ">= working' is 'us.engagement >= offer and dprk.reply = working' in the other book."),
    ("dprk.tests = icbm and dprk.reply", "dprk.tests = nuclear and dprk.reply", "anna.xlsx Rules!A2  "),
    ("about: P(talks by 2025-07-20)", "about: P(talks by 2025-08-20)", "anna.xlsx Claims!E2  "),
    ("actor: us, hold: drills = scaled", "actor: us, hold: drills = full", "anna.xlsx Policies!C2  "),
    ("weight: 1}]\npol", "weight: 2}]\npol", "anna.xlsx Measures!D2  "),
    ("    starts: 2025-01-20\n", "", "anna.xlsx Actors!C2  'starts' is not in ben.xlsx."),
]  # fmt: skip


@pytest.mark.parametrize(("there", "other", "told"), CONFLICTS, ids=[there for there, _, _ in CONFLICTS])
def test_what_must_be_the_same_is_named_in_both_books(there: str, other: str, told: str) -> None:
    text = TEXT + CLAIM
    assert there in text
    with pytest.raises(ScenarioError) as caught:
        put_together(text, text.replace(there, other))
    assert any(line.startswith(told) for line in str(caught.value).splitlines()), str(caught.value)


def test_all_conflicts_are_told_at_once() -> None:
    text = TEXT + CLAIM
    changed = text.replace("as_of: 2024-11-07", "as_of: 2024-11-08").replace("by 2025-07-20", "by 2025-08-20")
    with pytest.raises(ScenarioError) as caught:
        put_together(text, changed)
    assert len(caught.value.issues) == 2


def test_what_only_some_books_have_is_kept() -> None:
    text = TEXT + CLAIM
    more = text + "  - {id: c2, text: Tests, unscorable: no event}\nsources: {press: {title: Press, date: 2024}}\n"
    more = more.replace("conditions:\n", "conditions:\n  calm: dprk.noise = off\n")
    scenario, told = put_together(text, more)
    assert [claim.id for claim in scenario.claims] == ["c1", "c2"]
    assert {name for name, _ in scenario.conditions} == {"talks", "calm"}
    assert [source.id for source in scenario.sources] == ["press"]
    assert (told.wants, told.numbers) == ((), ())


def test_one_brief_is_enough_and_two_must_be_the_same() -> None:
    briefs = [replace(SCENARIO, brief=text, brief_path="") for text in ("", "Talks.\n", "Talks!\n")]
    scenario = combine([fill(briefs[0], "anna"), fill(briefs[1], "ben")]).case.scenario
    assert scenario.brief == "Talks.\n"
    with pytest.raises(ScenarioError, match=r"^anna\.xlsx Brief!A2  The briefs differ\. Make it the same in ben\.xlsx"):
        combine([fill(briefs[1], "anna"), fill(briefs[2], "ben")])


def test_of_texts_for_people_the_first_is_kept_and_the_other_told() -> None:
    other = TEXT.replace("United States", "America").replace("Two sides", "Two")
    combined = combine([fill(TEXT, "anna"), fill(other, "ben")])
    assert combined.case.scenario.actors[0].name == "United States"
    assert combined.case.draft.remarks == [
        "ben.xlsx Case!B2: another text than anna.xlsx Case!B2, which is kept.",
        "ben.xlsx Actors!B2: another text than anna.xlsx Actors!B2, which is kept.",
    ]


def test_odds_that_are_a_range_cannot_be_shared_out() -> None:
    ranged = TEXT.replace("odds: 60,", "odds: 50 to 70,")
    with pytest.raises(ScenarioError, match=r"^anna\.xlsx Readings!C2  The odds '50 to 70' are a range, and the books"):
        put_together(ranged, ranged.replace("weight: moderate}]}", "weight: 4}]}"))


def test_a_name_that_the_readings_no_longer_have_is_told_by_its_cell() -> None:
    claim = CLAIM + "  - {id: c2, text: Without, about: P(talks by 2025-07-20 | with us.deal = 0)}\n"
    text = TEXT + claim
    with pytest.raises(ScenarioError, match=r"^anna\.xlsx Claims!E3  claims\[2\]\.about: .*us\.deal"):
        put_together(text, text.replace("weight: -2 to -0.5", "weight: 1 to 2"))


def test_books_need_names_of_their_own() -> None:
    with pytest.raises(ScenarioError, match=r"^a\.xlsx  Two books are called 'a'\. Rename one\.$"):
        combine([fill(TEXT, "a"), fill(TEXT, "a")])
    with pytest.raises(ScenarioError, match=r"At most 6 books are put together\."):
        combine([fill(TEXT, f"b{number}") for number in range(7)])
    assert [fill(TEXT, name).name for name in ("Anna B.", "2nd", "__")] == ["Anna-B", "book-2nd", "book"]
