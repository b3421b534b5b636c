"""Arguments and options that several commands share."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from detente import api
from detente.errors import Issue, QueryError


class Concept(StrEnum):
    """The stability concepts; capitals do not matter on the command line."""

    NASH = "nash"
    GMR = "gmr"
    SMR = "smr"
    SEQ = "seq"
    SSEQ = "sseq"


#: what marks a folder as a run
MANIFEST = "manifest.json"

Case = Annotated[str, Parameter(help="A bundled case's name, a YAML file, or a folder with a scenario.yaml.")]
RunOrCase = Annotated[str, Parameter(help="A run's folder, or a case, which is run with the defaults if need be.")]
Json = Annotated[bool, Parameter(name="--json", help="Print JSON instead of text.", show_default=False)]
Draws = Annotated[
    int | None,
    Parameter(
        help=f"Joint samples of all uncertain inputs [default: {api.DRAWS}; at most {api.MOST_DRAWS} with --until].",
        validator=Number(gte=1, lte=2**30),
    ),
]
Until = Annotated[
    float | None,
    Parameter(
        help="Go on until every claim's standard error is below this, such as 0.01; --draws is then the most.",
        validator=Number(gt=0),
    ),
]
Seed = Annotated[int, Parameter(help="Which samples are drawn; the same seed gives the same.", validator=Number(gte=0))]
Workers = Annotated[int | None, Parameter(help="Threads [default: one per processor].", validator=Number(gte=1))]
Cluster = Annotated[
    str | None,
    Parameter(help="Address of a Dask scheduler whose workers compute, as tcp://10.0.0.1:8786.", show_default=False),
]
Out = Annotated[
    Path | None,
    Parameter(help="Folder of the run [default: runs/ and the case's name and digest].", show_default=False),
]
Since = Annotated[
    str | None,
    Parameter(
        help="The earlier run to tell changes from, a folder, or 'none' [default: the case's newest beside this one].",
        show_default=False,
    ),
]
Claims = Annotated[list[str] | None, Parameter(name="--claim", help="A claim's id; give it again for more.")]
Concepts = Annotated[
    list[Concept] | None,
    Parameter(name="--concept", help="A stability concept; give it again for more [default: all]."),
]
Memory = Annotated[float, Parameter(help="Memory allowed, in GiB.", validator=Number(gt=0))]


@Parameter(name="*")
@dataclass(frozen=True)
class Drawing:
    """What a run draws."""

    draws: Draws = None
    until: Until = None
    seed: Seed = api.SEED

    @property
    def wanted(self) -> int | api.Until:
        """How many draws, or how good."""
        if self.until is None:
            return self.draws or api.DRAWS
        return api.Until(self.until, self.draws or api.MOST_DRAWS)


@Parameter(name="*")
@dataclass(frozen=True)
class Machine:
    """What a run may use of the machine."""

    workers: Workers = None
    memory: Memory = 2.0
    cluster: Cluster = None

    def __post_init__(self) -> None:
        """Raises QueryError for options that exclude each other."""
        if self.cluster is not None and self.workers is not None:
            wrong = "A cluster computes with the workers it has, and --workers is for this machine."
            raise QueryError([Issue("--cluster", 0, 0, "", wrong, "Leave one of them out.")])

    @property
    def threads(self) -> int:
        """Draws computed at a time within ``memory``: on a cluster that is what each thread may use."""
        return 1 if self.cluster is not None else self.workers or os.cpu_count() or 1

    @property
    def bytes(self) -> int:
        """Memory allowed, in bytes."""
        return int(self.memory * 2**30)
