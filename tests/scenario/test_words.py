from __future__ import annotations

import pytest

from detente.scenario.model import Word
from detente.scenario.reader import loads
from detente.scenario.words import SCALES, find_off_scale, find_word, in_band, verdict_band, write_range

ICD = SCALES["icd203"]


@pytest.mark.parametrize(
    ("says", "word", "shown"),
    [
        ("almost no chance", "almost no chance", "1-5 %"),
        ("a remote prospect", "remote", "1-5 %"),
        ("very unlikely", "very unlikely", "5-20 %"),
        ("highly improbable", "highly improbable", "5-20 %"),
        ("unlikely", "unlikely", "20-45 %"),
        ("improbable", "improbable", "20-45 %"),
        ("roughly even odds", "roughly even odds", "45-55 %"),
        ("will likely", "likely", "55-80 %"),
        ("Probably", "probably", "55-80 %"),
        ("is  very\nlikely to", "very likely", "80-95 %"),
        ("highly probable", "highly probable", "80-95 %"),
        ("almost certainly", "almost certainly", "95-99 %"),
        ("nearly certain", "nearly certain", "95-99 %"),
    ],
)
def test_longest_known_word_is_read(says, word, shown):
    found = find_word(says, ICD)
    assert found is not None
    assert (found.word, write_range(found)) == (word, shown)


@pytest.mark.parametrize("says", ["may", "could possibly", "not likely", "unlikeliest", "a likelihood", ""])
def test_words_without_a_number(says):
    assert find_word(says, ICD) is None


@pytest.mark.parametrize(
    ("says", "word"),
    [
        ("It could happen", "could"),
        ("It MAY be so", "may"),
        ("In May 2025 they met", None),
        ("Maybe", "maybe"),
        ("sure", None),
    ],
)
def test_off_scale_words(says, word):
    assert find_off_scale(says) == word


@pytest.mark.parametrize("scale", SCALES)
def test_verdict_bands_reach_from_0_to_1(scale):
    words = SCALES[scale]
    bands = [verdict_band(word, words) for word in words]
    assert min(low for low, _ in bands) == 0
    assert max(high for _, high in bands) == 1
    for word, (low, high) in zip(words, bands, strict=True):
        assert low <= word.low < word.high <= high


def test_icd_bands_are_half_open_and_leave_no_gap():
    for k in range(1001):
        probability = k / 1000
        holding = {verdict_band(word, ICD) for word in ICD if in_band(probability, word, ICD)}
        assert len(holding) == 1
    likely = next(word for word in ICD if word.word == "likely")
    assert in_band(0.55, likely, ICD)
    assert not in_band(0.80, likely, ICD)


def test_custom_scale(text):
    scenario, _ = loads(text + "scale: {custom: {Quite Likely: 60% to 90%, rare: 0-10}}\n")
    assert scenario.scale == "custom"
    assert scenario.words == (Word("rare", 0.0, 0.1), Word("quite likely", 0.6, 0.9))
