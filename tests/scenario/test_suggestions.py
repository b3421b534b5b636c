from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.scenario.essays.essay import Block, Essay
from detente.scenario.essays.furniture import strip_furniture
from detente.scenario.essays.intake import read_essay
from detente.scenario.essays.plain import read_blocks
from detente.scenario.essays.sentences import list_sentences, split_sentences
from detente.scenario.essays.suggestions import suggest_claims
from detente.scenario.folding import normalise
from detente.scenario.reader import load
from scenario.labels import SPLITS, list_pages, score


def essay(*paragraphs):
    return Essay(tuple(Block("paragraph", text) for text in paragraphs))


def only(text):
    (item,) = suggest_claims(essay(text)).suggestions
    return item


@pytest.mark.parametrize("split", SPLITS)
def test_aims_on_labelled_sentences(split):
    found = score(split)
    assert found.marked >= 60
    assert found.recall >= 0.9, found.missed
    assert found.share_wrong <= 0.25, found.wrong
    assert found.kinds / found.right >= 0.85, found.other_kind
    assert found.words / found.right >= 0.9
    assert found.left_out / found.furniture >= 0.9


@pytest.mark.parametrize("split", SPLITS)
def test_no_sentence_of_a_labelled_page_is_left_out_as_furniture(split):
    for page in list_pages(split):
        kept = " ".join(block.text for block in strip_furniture(read_blocks(page.text))[0])
        assert [item.text for item in page.sentences if item.text not in kept] == []


def test_most_scorable_quotes_of_the_korea_case_are_found():
    case = load("korea-2024")
    found = " ".join(normalise(item.sentence.text) for item in suggest_claims(_brief(case)).suggestions)
    said = [claim for claim in case.claims if claim.says]
    assert said
    assert [claim.id for claim in said if normalise(claim.quote) not in found] == []
    quotes = [normalise(claim.quote) in found for claim in case.claims if claim.quote]
    # The case marks plain statements of what was so as well; a rule for words of claiming passes these over.
    assert sum(quotes) >= 0.6 * len(quotes)


def _brief(case):
    from importlib.resources import as_file, files

    with as_file(files("detente").joinpath("cases", "korea-2024", "brief.md")) as path:
        return read_essay(path)


@pytest.mark.parametrize(
    ("text", "kind", "says", "on_scale"),
    [
        ("A deal is likely by May.", "forecast", "likely", "likely"),
        ("A deal is not likely by May.", "forecast", "not likely", None),
        ("A deal is not at all likely by May.", "forecast", "not at all likely", None),
        ("War is unlikely.", "forecast", "unlikely", "unlikely"),
        ("War is more likely than peace.", "forecast", "more likely", None),
        ("It is almost certain that he goes.", "forecast", "almost certain", "almost certain"),
        ("He will likely go.", "forecast", "likely", "likely"),
        ("He will go.", "forecast", "", None),
        ("He is expected to go.", "forecast", "expected", None),
        ("If he goes, the talks may fail.", "conditional", "may", None),
        ("Should he go, the talks would fail.", "conditional", "", None),
        ("Were he to go, the talks could fail.", "conditional", "could", None),
        ("He should go.", "recommendation", "", None),
        ("The minister must go if the talks fail.", "recommendation", "", None),
        ("The quarrel strains the alliance.", "causal", "", None),
        ("He went because the talks failed.", "causal", "", None),
        ("He may have gone already.", "fact", "may", None),
        ("He appears to have gone.", "fact", "", None),
    ],
)
def test_kind_and_word(text, kind, says, on_scale):
    item = only(text)
    assert (item.kind, item.says, item.word.word if item.word else None) == (kind, says, on_scale)
    assert all(words in text for words in item.triggers)
    assert item.triggers


@pytest.mark.parametrize(
    "text",
    [
        "They met in May 2019.",
        "She had a will of iron and the might of an army.",
        "The fleet lay off the coast.",
        "Many remote islands lie there.",
        "They could not reach the table yet.",
        "So far, nobody has signed.",
        "He looked as if he had slept.",
    ],
)
def test_sentences_that_claim_nothing(text):
    reading = suggest_claims(essay(text))
    assert (reading.suggestions, reading.passed_over) == ((), ())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Will the North sign?", "a question"),
        ("“The North will sign a deal next year,” a minister said.", "words of others"),
        ("The minister said that the North would sign.", "words of others"),
        ('"It must never come to that," she told the paper.', "words of others"),
        ("May " * 600 + "come.", "too long for a sentence"),
    ],
)
def test_what_is_passed_over_is_told(text, why):
    reading = suggest_claims(essay(text))
    assert reading.suggestions == ()
    assert [reason for _, reason in reading.passed_over] == [why]


def test_own_claims_beside_the_words_of_others_are_kept():
    assert only("The North will likely refuse, although the minister said that it would sign.").says == "likely"


def test_paragraphs_have_the_numbers_the_essay_gives_them():
    blocks = (
        Block("paragraph", "A preface."),
        Block("item", "One. Two.", 3),
        Block("paragraph", "Three."),
        Block("item", "Four.", 7),
    )
    places = [(item.paragraph, item.number) for item in list_sentences(Essay(blocks))]
    assert places == [(1, 1), (2, 1), (2, 2), (3, 1), (4, 1)]
    places = [(item.paragraph, item.number) for item in list_sentences(Essay((*blocks[1:], Block("item", "Five.", 8))))]
    assert places == [(3, 1), (3, 2), (3, 3), (7, 1), (8, 1)]


def test_an_anchor_grows_until_the_essay_has_it_once():
    same = "it is likely that the talks in the old town by the lake of Geneva will go on for many more days"
    one = essay(f"Here, {same} than in June. There, {same} than in a year.")
    quotes = [item.quote for item in suggest_claims(one).suggestions]
    assert len(quotes) == 2
    assert [one.text.count(quote) for quote in quotes] == [1] * len(quotes)


WORDS = [
    "likely",
    "not",
    "may",
    "May",
    "will",
    "the",
    "if",
    "because",
    "should",
    "is",
    "said",
    "Kim",
    "Seoul",
    '"',
    "deal",
    "?",
]
prose = st.lists(st.sampled_from([*WORDS, *(f"{word}." for word in WORDS)]), min_size=1, max_size=40).map(" ".join)


@given(st.lists(prose | st.text(min_size=1, max_size=60), min_size=1, max_size=5))
def test_every_suggestion_is_anchored_in_the_essay(paragraphs):
    one = essay(*(" ".join(text.split()) for text in paragraphs))
    reading = suggest_claims(one)
    sentences = list_sentences(one)
    assert reading.sentences == len(sentences)
    assert len({item.id for item in reading.suggestions}) == len(reading.suggestions)
    for item in reading.suggestions:
        assert item.sentence in sentences
        assert item.quote in item.sentence.text
        assert normalise(item.quote) in normalise(one.text)
        assert item.triggers
        assert all(words in item.sentence.text for words in item.triggers)
        assert item.word is None or item.word.word == item.says


@given(prose)
def test_splitting_loses_no_word(text):
    assert " ".join(split_sentences(text)).split() == text.split()
    assert " ".join(split_sentences(30 * f"{text} ")).split() == 30 * text.split()


def test_sentences():
    assert split_sentences(
        "Mr. Kim is very unlikely to yield. The U.S. could offer talks! Talks began in May 2019."
    ) == [
        "Mr. Kim is very unlikely to yield.",
        "The U.S. could offer talks!",
        "Talks began in May 2019.",
    ]
    assert split_sentences('A deal is likely, "we think." It ends here.') == [
        'A deal is likely, "we think."',
        "It ends here.",
    ]
