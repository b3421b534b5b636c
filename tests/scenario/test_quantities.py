from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.scenario.amounts import (
    BEHAVIOUR,
    CAPABILITY,
    DEFAULTS,
    ERROR_RATES,
    FORESIGHT,
    HABIT,
    NOISE,
    ODDS,
    POSITION,
    RATE,
    SALIENCE,
    STAKES,
    TEMPO,
    WEIGHT,
    read_quantity,
)
from detente.scenario.quantities import Quantity
from detente.scenario.slips import Slipped

DOMAINS = [WEIGHT, STAKES, ODDS, TEMPO, FORESIGHT, NOISE, HABIT, RATE, POSITION, SALIENCE, CAPABILITY]


@pytest.mark.parametrize(
    ("text", "domain", "law", "parameters"),
    [
        ("3", WEIGHT, "fixed", (3,)),
        ("+2.5e-1", WEIGHT, "fixed", (0.25,)),
        ("2 to 4", WEIGHT, "lognormal", (2, 4)),
        ("-2 to -0.5", WEIGHT, "lognormal", (-2, -0.5)),
        ("-2 to 1", WEIGHT, "normal", (-2, 1)),
        ("0 to 1", WEIGHT, "normal", (0, 1)),
        ("strong", WEIGHT, "lognormal", (1.5, 3)),
        ("-slight", WEIGHT, "lognormal", (-0.5, -0.25)),
        ("uniform 1 3", WEIGHT, "uniform", (1, 3)),
        ("triangular 1 2 5", WEIGHT, "triangular", (1, 2, 5)),
        ("pert 1 1 5", WEIGHT, "pert", (1, 1, 5)),
        ("beta 2 5", SALIENCE, "beta", (2, 5, 0, 1)),
        ("beta 2 5 0 10", WEIGHT, "beta", (2, 5, 0, 10)),
        ("40% to 70%", SALIENCE, "logitnormal", (0.4, 0.7)),
        ("40 to 70 %", SALIENCE, "logitnormal", (0.4, 0.7)),
        ("60%", ODDS, "fixed", (0.6,)),
        ("2 to 4 per year", TEMPO, "lognormal", (2 / 12, 4 / 12)),
        ("once", TEMPO, None, ()),
        ("6 months", FORESIGHT, "fixed", (6,)),
        ("1 to 2 years", FORESIGHT, "lognormal", (12, 24)),
        ("30.4375 days", FORESIGHT, "fixed", (1,)),
        ("none", HABIT, "fixed", (0,)),
        ("none", NOISE, None, ()),
        ("2% per month", RATE, "fixed", (-math.log(0.98),)),
        ("12% per year", RATE, "fixed", (-math.log(0.88) / 12,)),
        ("0.5", RATE, "fixed", (0.5,)),
        ("uniform 1% 3% per month", RATE, "uniform", (-math.log(0.99), -math.log(0.97))),
    ],
)
def test_text_is_read(text, domain, law, parameters):
    if law is None:
        with pytest.raises(Slipped):
            read_quantity(text, domain)
        return
    quantity = read_quantity(text, domain)
    assert quantity.law == law
    assert quantity.parameters == pytest.approx(parameters)


@pytest.mark.parametrize("word", ["rarely", "sometimes", "often"])
def test_noise_words_are_error_rates(word):
    low, high = read_quantity(word, NOISE).parameters
    picks_worse = [1 / (1 + math.exp(1 / noise)) for noise in (low, high)]
    assert picks_worse == pytest.approx(ERROR_RATES[word])
    assert ERROR_RATES[word][0] < {"rarely": 0.05, "sometimes": 0.15, "often": 0.30}[word] < ERROR_RATES[word][1]


def test_tempo_words_are_decisions_per_month():
    centres = {"weekly": 30.4375 / 7, "monthly": 1, "quarterly": 1 / 3, "yearly": 1 / 12}
    for word, centre in centres.items():
        assert read_quantity(word, TEMPO).parameters == pytest.approx((0.75 * centre, 1.25 * centre))


@pytest.mark.parametrize("word", ["slight", "moderate", "strong", "vital"])
def test_negative_words_mirror_positive_ones(word):
    u = np.linspace(0.01, 0.99, 41)
    up, down = read_quantity(word, WEIGHT), read_quantity(f"-{word}", WEIGHT)
    assert down.quantile(u) == pytest.approx(-up.quantile(1 - u))
    assert down.quantile(0.05) == pytest.approx(down.parameters[0])


@pytest.mark.parametrize("text", ["2 to 4", "-2 to -0.5", "-2 to 1", "strong", "vital"])
def test_ends_of_a_range_are_its_5th_and_95th_percentiles(text):
    quantity = read_quantity(text, WEIGHT)
    assert quantity.quantile([0.05, 0.95]) == pytest.approx(quantity.parameters)


def test_domain_conditions_a_range_instead_of_piling_up_at_its_edge():
    quantity = read_quantity("0 to 12 months", FORESIGHT)
    u = np.linspace(0.001, 0.2, 100)
    assert np.all(np.diff(quantity.quantile(u)) > 0)


def read_or_refuse(text, domain):
    """The quantity, or the slips that refuse it."""
    try:
        return read_quantity(text, domain)
    except Slipped as slipped:
        return slipped.slips


numbers = st.floats(-1e3, 1e3).map(lambda x: round(x, 6))


@st.composite
def texts(draw):
    a, b, c = sorted(draw(st.tuples(numbers, numbers, numbers)))
    return draw(
        st.sampled_from(
            [
                f"{a}",
                f"{a} to {c}",
                f"{abs(a) % 1:%} to {abs(c) % 1:%}",
                f"uniform {a} {c}",
                f"triangular {a} {b} {c}",
                f"pert {a} {b} {c}",
                f"beta {abs(a) + 0.1} {abs(b) + 0.1} {a} {c}",
                f"{abs(a)}% per month",
                f"{abs(a)} to {abs(c)} per year",
                "moderate",
                "-vital",
                "monthly",
                "term",
                "often",
            ]
        )
    )


@given(texts(), st.sampled_from(DOMAINS))
def test_quantiles_rise_and_stay_inside_the_domain(text, domain):
    quantity = read_or_refuse(text, domain)
    if not isinstance(quantity, Quantity):
        assert all(slip.message for slip in quantity)
        return
    values = quantity.quantile(np.linspace(1e-6, 1 - 1e-6, 101))
    assert np.all(np.isfinite(values))
    assert np.all(np.diff(values) >= 0)
    assert np.all(values >= domain.low)
    assert np.all(values <= domain.high)


@given(st.text(max_size=40), st.sampled_from(DOMAINS))
def test_any_text_is_read_or_refused(text, domain):
    assert read_or_refuse(text, domain)


def test_central_value_is_the_median():
    assert read_quantity("2 to 8", WEIGHT).median == pytest.approx(4)
    assert read_quantity("-8 to -2", WEIGHT).median == pytest.approx(-4)


def test_every_behaviour_default_is_read():
    assert set(DEFAULTS) == set(BEHAVIOUR)
    for name, text in DEFAULTS.items():
        assert not read_quantity(text, BEHAVIOUR[name]).certain
