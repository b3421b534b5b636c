"""Reading .gmcr, the files of the program GMCR+ (O. Petersons, University of Waterloo), as a checked conflict.

The format, as the program's own files and its loader have it: ``options`` with a name and a ``permittedDirection``;
``decisionMakers`` with a name, the indices of their options, and ``preferences``, lexicographic statements, most
important first; ``infeasibles``; ``useManualPreferenceRanking`` says that each decision maker's ``preferenceRanking``
counts instead. A condition is a list of ``[option, "Y" or "N"]``, or ``{"compound": true, "members": [...]}``, true
where a member is. Rankings number the feasible states from 1, best first, with ties as inner lists; for them the
options count in the order of their owners. Older files call the last two keys ``useManualPreferenceVectors`` and
``preferenceVector``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from detente.errors import ScenarioError
from detente.game.exchange.conflict import (
    DIRECTIONS,
    Conflict,
    Direction,
    Option,
    Pattern,
    Statement,
    mark_feasible,
)
from detente.game.exchange.gmcr_json import read_json
from detente.game.exchange.gmcr_log import AGAIN, Log, Object, Stop, is_index, show
from detente.game.exchange.gmcr_makers import MANUAL, MakerReader, read_manual
from detente.scenario.document import Path
from detente.scenario.slips import enumerate_words

PROGRAM = "gmcr-py"
#: most options and most decision makers of a conflict, most conditions of a list
MOST_OPTIONS, MOST_CONDITIONS = 24, 2_000

_REQUIRED = ("options", "decisionMakers", "infeasibles")
#: ``coalitionsFull`` repeats what stands elsewhere; ``detente`` is what our own export adds
_KNOWN = (*_REQUIRED, *MANUAL, "program", "version", "coalitions", "coalitionsFull", "detente")


def read_gmcr(text: str, file: str) -> Conflict:
    """Read the text of a .gmcr file. Raises ScenarioError with every mistake found, ``file`` named in each."""
    log = Log(file)
    try:
        conflict = _Reader(log).read(read_json(text, file))
    except Stop:
        conflict = None
    if conflict is None or log.issues:
        raise ScenarioError(log.issues)
    return conflict


class _Reader:
    def __init__(self, log: Log) -> None:
        self.log = log
        self.names: list[str] = []
        #: of each option of the file: its owner, or -1; and its place in the order of the owners
        self.owners: list[int] = []
        self.places: list[int] = []

    def read(self, raw: object) -> Conflict | None:
        data = self._check_origin(raw)
        options = self._read_options(data)
        makers = self.log.take_list(data, "decisionMakers", (), MOST_OPTIONS)
        self._find_owners(makers)
        self._refuse_double_names(options)
        infeasible = self._read_infeasible(data)
        manual = read_manual(self.log, data)
        feasible = None if self.log.issues else mark_feasible(len(options), infeasible)
        if feasible is not None and not feasible.any():
            self.log.note(("infeasibles",), "No state is feasible.", "Take a condition out.")
            feasible = None
        reader = MakerReader(self.log, self._read_statement, MOST_CONDITIONS, manual, feasible)
        own = [tuple(sorted(p for p, o in zip(self.places, self.owners, strict=True) if o == k)) for k in _each(makers)]
        read = tuple(reader.read(item, k, own[k]) for k, item in enumerate(makers))
        self._remark_coalitions(data)
        if feasible is None:
            return None
        order = sorted(range(len(options)), key=self.places.__getitem__)
        title, now = self._read_added(data, int(feasible.sum()))
        return Conflict(
            options=tuple(options[k] for k in order),
            makers=read,
            infeasible=tuple(infeasible),
            feasible=feasible,
            title=title,
            now=now,
            version=str(data.get("version", "")),
            remarks=tuple(self.log.remarks),
        )

    def _check_origin(self, raw: object) -> Object:
        """The file's object, known to be a conflict of GMCR+."""
        data = raw if isinstance(raw, dict) else {}
        missing = [key for key in _REQUIRED if key not in data]
        if data.get("program", PROGRAM) != PROGRAM or len(missing) == len(_REQUIRED):
            told = f"its program is {show(data['program'])}" if "program" in data else "it has no options"
            self.log.note((), f"The file is no conflict of GMCR+: {told}.", "Save one with GMCR+ as .gmcr.")
            raise Stop
        for key in missing:
            self.log.note((), f"The key '{key}' is missing.", AGAIN)
        if missing:
            raise Stop
        self.log.remark_unknown(data, _KNOWN)
        return data

    def _read_options(self, data: Object) -> list[Option]:
        items = self.log.take_list(data, "options", (), MOST_OPTIONS)
        if not items and not self.log.issues:
            self.log.note(("options",), "There is no option.", "Name at least one.")
        if self.log.issues:
            raise Stop
        options = []
        for k, item in enumerate(items):
            path: Path = ("options", k)
            option = self.log.take_object(item, path)
            direction = option.get("permittedDirection")
            if option and direction not in DIRECTIONS:
                cure = f"Write {enumerate_words(DIRECTIONS, 'or')}."
                self.log.note((*path, "permittedDirection"), f"{show(direction)} is no direction.", cure)
            self.log.remark_unknown(option, ("name", "permittedDirection"), f"Option {k}: ")
            options.append(Option(self.log.take_name(option, path), cast("Direction", direction)))
        self.owners = [-1] * len(options)
        return options

    def _find_owners(self, makers: Sequence[object]) -> None:
        """Who owns each option, and the order of options that rankings count in."""
        count = len(self.owners)
        order: list[int] = []
        if not makers:
            self.log.note(("decisionMakers",), "There is no decision maker.", "Name at least one.")
        for k, item in enumerate(makers):
            path: Path = ("decisionMakers", k)
            data = self.log.take_object(item, path)
            self.names.append(self.log.take_name(data, path))
            if self.names[-1] and self.names.index(self.names[-1]) < k:
                self.log.note((*path, "name"), f"There are two decision makers {show(self.names[-1])}.", "Rename one.")
            for n, option in enumerate(self.log.take_list(data, "options", path, MOST_OPTIONS)):
                if (place := self._take_option(option, (*path, "options", n))) is None:
                    continue
                if self.owners[place] >= 0:
                    message = f"Option {place} belongs to {show(self.names[self.owners[place]])} already."
                    self.log.note((*path, "options", n), message, "An option has one owner here.")
                    continue
                self.owners[place] = k
                order.append(place)
        for option in range(count):
            if self.owners[option] < 0:
                self.log.note(("options", option), f"Option {option} is nobody's.", "Give it to a decision maker.")
                order.append(option)
        self.places = [order.index(option) for option in range(count)]

    def _take_option(self, value: object, path: Path) -> int | None:
        count = len(self.owners)
        if is_index(value, count):
            return value
        self.log.note(path, f"There is no option {show(value)}.", f"Options are numbered from 0 to {count - 1}.")
        return None

    def _refuse_double_names(self, options: Sequence[Option]) -> None:
        first: dict[tuple[int, str], int] = {}
        for k, (option, owner) in enumerate(zip(options, self.owners, strict=True)):
            if option.name and owner >= 0 and first.setdefault((owner, option.name), k) < k:
                message = f"{show(self.names[owner])} has two options {show(option.name)}."
                self.log.note(("options", k, "name"), message, "Rename one.")

    def _read_infeasible(self, data: Object) -> list[Pattern]:
        found: dict[Pattern, None] = {}
        for k, item in enumerate(self.log.take_list(data, "infeasibles", (), MOST_CONDITIONS)):
            path: Path = ("infeasibles", k)
            before = len(self.log.issues)
            statement = self._read_statement(item, path)
            if not all(statement) and len(self.log.issues) == before:
                self.log.note(path, "The condition names no option, so it forbids every state.", "Delete it.")
            found.update(dict.fromkeys(statement))
        if len(found) > MOST_CONDITIONS:
            message = f"It has {len(found):,} conditions in all; at most {MOST_CONDITIONS:,} are read."
            self.log.note(("infeasibles",), message, "Say it with fewer.")
        return list(found)

    def _read_statement(self, item: object, path: Path) -> Statement:
        """A condition: the patterns of which one must be true. An empty pattern is always true."""
        if not isinstance(item, dict):
            return (self._read_pattern(item, path),)
        members = self.log.take_list(item, "members", path, MOST_CONDITIONS)
        if not members or item.get("compound") is not True:
            self.log.note(path, f"{show(item)} is no condition.", 'Write {"compound": true, "members": [...]}.')
        return tuple(self._read_pattern(member, (*path, "members", n)) for n, member in enumerate(members))

    def _read_pattern(self, item: object, path: Path) -> Pattern:
        if not isinstance(item, list):
            self.log.note(path, f"{show(item)} is no condition.", 'Write a list such as [[0, "Y"], [1, "N"]].')
            return ()
        found: dict[int, bool] = {}
        for n, part in enumerate(item):
            where = (*path, n)
            if not (isinstance(part, list) and len(part) == 2 and part[1] in ("Y", "N")):
                self.log.note(where, f"{show(part)} is no option with Y or N.", 'Write, for example, [0, "Y"].')
            elif (option := self._take_option(part[0], where)) is not None:
                if self.places[option] in found:
                    self.log.note(where, f"Option {option} is twice in the condition.", "Keep one.")
                found[self.places[option]] = part[1] == "Y"
        return tuple(sorted(found.items()))

    def _read_added(self, data: Object, states: int) -> tuple[str, int | None]:
        """Title and status quo, which files of our own export have besides."""
        added = self.log.take_object(data.get("detente", {}), ("detente",))
        title, now = added.get("title", ""), added.get("statusQuo")
        if now is None or (is_index(now, states + 1) and now > 0):
            return str(title), now
        cure = f"The feasible states are numbered from 1 to {states:,}."
        self.log.note(("detente", "statusQuo"), f"There is no feasible state {show(now)}.", cure)
        return str(title), None

    def _remark_coalitions(self, data: Object) -> None:
        for k, item in enumerate(self.log.take_list(data, "coalitions", (), MOST_CONDITIONS)):
            members = item if isinstance(item, list) else [item]
            known = [self.names[member] for member in members if is_index(member, len(self.names))]
            for member in members:
                if not is_index(member, len(self.names)):
                    cure = f"They are numbered from 0 to {len(self.names) - 1}."
                    self.log.note(("coalitions", k), f"There is no decision maker {show(member)}.", cure)
            if len(known) > 1:
                told = enumerate_words(known)
                self.log.remark(f"The coalition of {told} is not kept: each decides for itself.")


def _each(items: Sequence[object]) -> range:
    return range(len(items))
