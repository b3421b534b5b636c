"""Slow twins: conditions evaluated from their meaning, one state at a time."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

LEVERS = {
    "us.engagement": ["none", "offer", "summit"],
    "us.drills": ["full", "scaled"],
    "dprk.reply": ["refuse", "working", "summit"],
    "dprk.noise": ["on", "off"],
    "dprk.tests": ["resting", "icbm", "nuclear"],
    "seoul": ["yoon", "successor"],
}


def states():
    for levels in product(*(range(len(levels)) for levels in LEVERS.values())):
        yield dict(zip(LEVERS, levels, strict=True))


class Spoken:
    """A condition as text with its meaning as a function of a state."""

    def __init__(self, text, holds):
        self.text = text
        self.holds = holds

    def __repr__(self):
        return f"Spoken({self.text!r})"


def compare(lever, sign, level):
    place = LEVERS[lever].index(level)
    signs = {
        "=": lambda x: x == place,
        "!=": lambda x: x != place,
        "<": lambda x: x < place,
        "<=": lambda x: x <= place,
        ">": lambda x: x > place,
        ">=": lambda x: x >= place,
    }
    return Spoken(f"{lever} {sign} {level}", lambda state: signs[sign](state[lever]))


def member(lever, levels):
    places = {LEVERS[lever].index(level) for level in levels}
    return Spoken(f"{lever} in ({' '.join(levels)})", lambda state: state[lever] in places)


TALKS = Spoken("talks", lambda state: state["us.engagement"] >= 1 and state["dprk.reply"] >= 1)


@st.composite
def atoms(draw):
    lever = draw(st.sampled_from(list(LEVERS)))
    if draw(st.integers(0, 9)) == 0:
        return TALKS
    if draw(st.booleans()):
        return compare(
            lever, draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="])), draw(st.sampled_from(LEVERS[lever]))
        )
    return member(lever, draw(st.lists(st.sampled_from(LEVERS[lever]), min_size=1, max_size=3)))


def join(word, parts, how):
    return Spoken(
        f" {word} ".join(f"({part.text})" for part in parts), lambda state: how(part.holds(state) for part in parts)
    )


def count(number, parts):
    return Spoken(
        f"{number} of ({'; '.join(part.text for part in parts)})",
        lambda state: sum(part.holds(state) for part in parts) >= number,
    )


def grow(inner):
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner.map(lambda part: Spoken(f"not ({part.text})", lambda state: not part.holds(state))),
        several.map(lambda parts: join("and", parts, all)),
        several.map(lambda parts: join("or", parts, any)),
        several.flatmap(lambda parts: st.integers(1, len(parts)).map(lambda number: count(number, parts))),
    )


conditions = st.recursive(atoms(), grow, max_leaves=6)
