"""How much each actor in EU decisions can do, by votes in the Council at the time: a stand-in for capability.

Up to 2002 the votes before the Treaty of Nice, from 2003 to 2012 those of Nice, later population in millions (rounded,
about 2013), as the double majority counts it. Commission and Parliament count like the largest member; a member without
a figure of the time like the smallest. Everything is a share of the largest.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

#: institutions, which have no votes in the Council
_BODIES = ("com", "ep")


def _list_votes(text: str) -> Mapping[str, float]:
    """``de fr 10; es 8`` as votes by member."""
    votes = {}
    for group in text.split(";"):
        *members, number = group.split()
        votes.update(dict.fromkeys(members, float(number)))
    return MappingProxyType(votes)


BEFORE_NICE = _list_votes("de fr it uk 10; es 8; be el nl pt 5; at se 4; dk fi ie 3; lu 2")
NICE = _list_votes(
    "de fr it uk 29; es pl 27; ro 14; nl 13; be cz el hu pt 12; at se bu 10; dk ie lt sk fi cr 7; "
    "cy ee lv lu si 4; mt 3"
)
POPULATION = _list_votes(
    "de 80.8; fr 65.9; uk 64.3; it 60.8; es 46.5; pl 38.0; ro 19.9; nl 16.8; be 11.2; el 11.0; cz 10.5; pt 10.4; "
    "hu 9.9; se 9.6; at 8.5; bu 7.2; dk 5.6; fi 5.5; sk 5.4; ie 4.6; cr 4.2; lt 2.9; si 2.1; lv 2.0; ee 1.3; cy 0.9; "
    "lu 0.5; mt 0.4"
)
#: codes of the data set: Commission, Parliament, members
MEMBERS = (*_BODIES, *POPULATION)


def find_capabilities(actors: tuple[str, ...], year: int) -> NDArray[np.float64]:
    """Share of the largest for each actor in a year, (n,)."""
    votes = BEFORE_NICE if year <= 2002 else NICE if year <= 2012 else POPULATION
    least, most = min(votes.values()), max(votes.values())
    return np.array([(most if actor in _BODIES else votes.get(actor, least)) / most for actor in actors])
