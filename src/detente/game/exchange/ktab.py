"""Tables of KTAB's spatial model of politics (``smpc --csv``).

The first row has the name and the description of the scenario, the number of actors and that of dimensions; the second
names the columns: actor, description, capability, then a position and a salience for each dimension; then a row for
each actor. Positions and saliences are per cent, and an actor's saliences add up to 100 at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from detente.game.exchange.drafts import take
from detente.game.exchange.entries import Cell, Entry, enter
from detente.game.exchange.naming import flatten
from detente.game.exchange.roll import Roll, fold, pack_together
from detente.game.exchange.separated import Cells

#: columns before those of the dimensions
_LEADING = 3
#: rounding that does not count, in per cent
_NOUGHT = Decimal("1e-6")


def is_ktab(rows: Sequence[Cells]) -> bool:
    """Whether the rows begin as KTAB's do."""
    if len(rows) < 2:
        return False
    counts = [rows[0].get(column) for column in (3, 4)]
    head = rows[1].get(1)
    numbered = all(found is not None and str(found[0].value).strip().isdecimal() for found in counts)
    return numbered and head is not None and str(head[0].value).strip().casefold() == "actor"


def read_ktab(rows: Sequence[Cells], roll: Roll) -> str:
    """Read a table into the roll; answers its title."""
    counts = [int(str(rows[0][column][0].value)) for column in (3, 4)]
    dimensions = _read_heads(rows[1], roll, counts[1], rows[0][4][1])
    if len(rows) - 2 != counts[0]:
        message = f"The file has {len(rows) - 2} actors, and its first row says {counts[0]}."
        roll.note(rows[0][3][1], message, "Correct the number, or the rows.")
    for row in rows[2:]:
        _read_actor(row, roll, dimensions)
    _name_actors(rows[2:], roll)
    pack_together(roll)
    about = rows[0].get(2)
    if about is not None:
        roll.remark(f"The description of the scenario is not kept: {flatten(str(about[0].value))[:80]}.")
    return str(rows[0][1][0].value) if 1 in rows[0] else ""


def _read_heads(row: Cells, roll: Roll, count: int, place: Cell) -> list[Entry]:
    """The names of the dimensions, each of which is an issue."""
    found: list[Entry] = []
    for number in range(count):
        column = _LEADING + 1 + 2 * number
        name = take(roll.draft, row[column][0], "text", row[column][1]) if column in row else None
        if name is None or column + 1 not in row:
            message = f"The first row says {count} dimensions, and the second has no columns for number {number + 1}."
            roll.note(place, message, "Give each a position and a salience.")
            break
        if fold(name) in roll.topics:
            roll.note(name.cell, f"Two dimensions are called '{name[:40]}'.", "Rename one.")
        roll.take_topic(name)
        found.append(name)
    beyond = [column for column in row if column > _LEADING + 2 * count]
    if beyond:
        roll.note(row[beyond[0]][1], f"The column is beyond the {count} dimensions.", "Correct their number.")
    return found


def _read_actor(row: Cells, roll: Roll, dimensions: Sequence[Entry]) -> None:
    first = next(iter(row.values()))[1]
    name = take(roll.draft, row[1][0], "text", row[1][1]) if 1 in row else None
    if name is None:
        roll.note(first, "The row has no actor.", "Name it in the first column.")
        return
    key = fold(name)
    if key in roll.actors:
        roll.note(name.cell, f"The actor '{name[:40]}' is here twice.", f"See {roll.actors[key].cell.address}.")
        return
    roll.take_actor(name)
    capability = _take_number(row, 3, roll, name, None)
    total = Decimal(0)
    for number, dimension in enumerate(dimensions):
        column = _LEADING + 1 + 2 * number
        position, salience = (_take_number(row, column + k, roll, name, 100) for k in (0, 1))
        if capability is None or position is None or salience is None:
            continue
        total += Decimal(salience)
        share = enter(f"{(Decimal(salience) / 100).normalize():f}", salience.cell)
        topic = roll.topics[fold(dimension)]
        topic.stakes[key] = {"position": position, "salience": share, "capability": capability}
        roll.drop_weightless(topic, key)
    if total > 100 + _NOUGHT:
        roll.remark(f"The saliences of {flatten(name)} add up to {total}, more than the 100 of KTAB; they are kept.")
    beyond = [column for column in row if column > _LEADING + 2 * len(dimensions)]
    if beyond and dimensions:
        roll.note(row[beyond[0]][1], "The row has more cells than the second row has heads.", "Delete it.")


def _take_number(row: Cells, column: int, roll: Roll, actor: Entry, most: int | None) -> Entry | None:
    if column not in row:
        roll.note(actor.cell, f"The row of '{actor[:40]}' has no number in column {column}.", "Fill it in.")
        return None
    told = take(roll.draft, row[column][0], "text", row[column][1])
    if told is None:
        return None
    try:
        number = Decimal(told)
    except InvalidOperation:
        number = Decimal("NaN")
    high = Decimal("1e6") if most is None else Decimal(most)
    if not (number.is_finite() and 0 <= number <= high):
        bounds = "from 0 to 1000000" if most is None else f"from 0 to {most}"
        roll.note(told.cell, f"'{told[:40]}' cannot be here.", f"Write a number {bounds}, with a decimal point.")
        return None
    return enter(f"{number.normalize():f}", told.cell)


def _name_actors(rows: Sequence[Cells], roll: Roll) -> None:
    """Descriptions as names for people where they tell the actors apart."""
    told = {fold(str(row[1][0].value)): row[2] for row in rows if 1 in row and 2 in row}
    texts = [fold(str(typed.value)) for typed, _ in told.values()]
    if len(set(texts)) == len(texts):
        roll.shown |= {key: enter(str(typed.value), cell) for key, (typed, cell) in told.items() if key in roll.actors}
    elif texts:
        roll.remark("The descriptions of the actors are not kept: several are the same.")
