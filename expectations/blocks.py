"""Tables whose identities break as a block: that is our misreading, never hundreds of misprints.

What an auditor would want. A paper is set from a system that adds up: a misprint is one figure, at most a few, and most
identities around it hold. Where the same column is wrong in most rows, a total in all its columns, all parents of a
level, most rows, or most codes between two tables, then a column has another meaning than we gave it, rows stand on
another level, or two tables were joined that do not belong together. So it is where several rows of a column, be they
most or not, are all off in one direction: a part is missing everywhere. Nobody at the publisher's did that to each row.
It is one finding on the table, it holds the paper, and no single check of it is told as a misprint.

What few mistakes of print account for is no block: two columns exchanged, a table in another unit, a row that was left
out, or up to three wrong cells. Those stay the publisher's, and the paper is published with them.

Between the two is what is neither an accusation nor a certainty; its verdict is undetermined. There are too few places
to tell (two of three rows, and no one mistake accounts for both). Or the table has numbers that were not understood, or
it goes on in another one that was not joined to it: there may be what is missing. Or a figure of one table meets
nothing in another: that table was left empty, or it is not the one to compare with.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from heapq import nsmallest
from pathlib import Path
from typing import NamedTuple, get_type_hints

from expectations.mistakes import changed_cells, swaps, wrong_rows, wrong_tables
from expectations.sheet import Mistake, Sheet, State

THRESHOLDS = Path(__file__).resolve().parent / "rules" / "blocks.csv"
WIDTH = 8  # how many sets of mistakes are followed at once
MANY = 40  # broken checks of a table up to which pairs of cells are tried in each other's place


class Thresholds(NamedTuple):
    """When a line of identities is broken as a block; rules/blocks.csv has the reasons."""

    least_places: int
    many_of: Decimal
    most_of: Decimal
    least_off: Decimal
    few_mistakes: int
    left_over: Decimal
    least_multiple: int


class Place(NamedTuple):
    """Where an identity of a paper's tables was evaluated: its whole stands in `table_id`, at a row and column; the
    other side in `other_id` where that is another table. `is_sum`: it adds up rows. Values and tolerance are in yuan.
    `is_unsettled`: numbers of the table were not understood, or stand in another one."""

    check_id: str
    rule_id: str
    table_id: str
    other_id: str | None
    row_no: int | None
    column_no: int | None
    is_sum: bool
    is_broken: bool
    left_value: Decimal
    right_value: Decimal
    tolerance: Decimal = Decimal(0)
    is_unsettled: bool = False


class Line(NamedTuple):
    """Identities that one wrong column, level or join would break together: of one rule in one column (`column`), in
    one row (`row`), in all rows (`level`), of all rules in all rows (`table`), or between two tables (`pair`); or sums
    in one row that are the same multiple of their whole (`multiple`). `broken` of `places` places do not hold;
    `check_ids` are those. `leans`: all of them are off in the same direction. `is_empty`: where they do not hold, one
    side is nothing."""

    kind: str
    rule_id: str | None
    table_id: str
    other_id: str | None
    places: int
    broken: int
    check_ids: tuple[str, ...]
    leans: bool = False
    is_empty: bool = False


class Block(NamedTuple):
    """A table that does not close, and the lines that show it, the longest first."""

    table_id: str
    lines: tuple[Line, ...]


class Doubt(NamedTuple):
    """What is not to be told as misprints: tables that do not close, and the broken checks of lines that are too short
    to tell."""

    blocks: tuple[Block, ...]
    undetermined: frozenset[str]


def load_thresholds(path: Path = THRESHOLDS) -> Thresholds:
    """Return the thresholds of the file.

    Raises ValueError where a value is not what its threshold is, TypeError where one is missing or unknown.
    """
    kinds = get_type_hints(Thresholds)
    with path.open(encoding="utf-8", newline="") as lines:
        return Thresholds(**{row["name"]: kinds.get(row["name"], str)(row["value"]) for row in csv.DictReader(lines)})


def doubted(places: Iterable[Place], sheet: Sheet, thresholds: Thresholds) -> Doubt:
    """Given the evaluated identities of a paper's tables and the paper's checks by each other, return what is our
    misreading or undetermined, not the publisher's.

    Lines within tables are looked at before those between tables: a table that does not close is the cause of what
    breaks against it.
    """
    places = list(places)
    found: dict[str, list[Line]] = {}
    short = {place.check_id for place in places if place.is_broken and _is_beside_what_is_unknown(place)}
    for line in _counted_again(places):
        if line.places >= thresholds.least_multiple or line.broken > 1:
            found.setdefault(line.table_id, []).append(line)
        else:
            short.update(line.check_ids)
    suspicious = (line for line in lines(places, thresholds.least_off) if _is_suspicious(line, thresholds))
    for line in sorted(suspicious, key=_order):
        if line.table_id in found and line.kind != "pair":
            found[line.table_id].append(line)
        elif line.table_id in found or line.other_id in found or _is_accounted_for(sheet, line, thresholds):
            continue
        elif line.broken >= thresholds.least_places and not (line.kind == "pair" and line.is_empty):
            found[line.table_id] = [line]
        else:
            short.update(line.check_ids)
    blocks = tuple(Block(table_id, tuple(members)) for table_id, members in sorted(found.items()))
    return Doubt(blocks, frozenset(short))


def _is_beside_what_is_unknown(place: Place) -> bool:
    if place.other_id is None:
        return place.is_unsettled
    return not (place.left_value and place.right_value)


def lines(places: Iterable[Place], least_off: Decimal = Decimal(0)) -> Iterator[Line]:
    """Given evaluated identities, return the lines they make. Where nothing is on both sides nothing is proven, such
    places do not count; one that is off by no more than `least_off` yuan counts as holding; several identities of one
    row are one place of its table."""
    grouped: dict[tuple, dict[object, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for place in places:
        if not place.is_broken and not place.left_value and not place.right_value:
            continue
        if abs(place.left_value - place.right_value) <= least_off:
            place = place._replace(is_broken=False)
        for key, position in _lines_of(place):
            grouped[key][position].append(place)
    for (kind, rule_id, table_id, other_id, _), members in grouped.items():
        broken = [place for at in members.values() for place in at if place.is_broken]
        if broken:
            yield Line(
                kind, rule_id, table_id, other_id, len(members),
                sum(any(place.is_broken for place in at) for at in members.values()),
                tuple(sorted(place.check_id for place in broken)),
                len({place.left_value > place.right_value for place in broken}) == 1,
                all(not (place.left_value and place.right_value) for place in broken),
            )  # fmt: skip


def _lines_of(place: Place) -> Iterator[tuple[tuple, object]]:
    if place.other_id is not None:
        yield ("pair", place.rule_id, place.table_id, place.other_id, None), (place.row_no, place.column_no)
        return
    yield ("column", place.rule_id, place.table_id, None, place.column_no), place.row_no
    yield ("row", place.rule_id, place.table_id, None, place.row_no), place.column_no
    yield ("level", place.rule_id, place.table_id, None, None), place.row_no
    yield ("table", None, place.table_id, None, None), place.row_no


def _counted_again(places: Iterable[Place]) -> Iterator[Line]:
    """Return the sums of rows that are the same multiple of their whole wherever they are not it: rows of several
    levels were added up as one. `places` of such a line is the multiple."""
    rows: dict[tuple, list[Place]] = defaultdict(list)
    for place in places:
        if place.is_sum and place.is_broken:
            rows[place.table_id, place.rule_id, place.row_no].append(place)
    for (table_id, rule_id, _), members in rows.items():
        times = {_multiple(place) for place in members}
        if len(times) == 1 and (multiple := times.pop()) > 1:
            broken = tuple(sorted(place.check_id for place in members))
            yield Line("multiple", rule_id, table_id, None, multiple, len(broken), broken, leans=True)


def _multiple(place: Place) -> int:
    """Return how many times its whole a sum is, rounding of the whole counted as often; 0 where it is no multiple."""
    if not place.left_value:
        return 0
    times = int((place.right_value / place.left_value).to_integral_value())
    return times if abs(place.right_value - times * place.left_value) <= times * place.tolerance else 0


def _is_suspicious(line: Line, thresholds: Thresholds) -> bool:
    """Return whether a line is mostly broken, or in many places, or in enough of them in one direction that a part of
    it is missing."""
    if line.broken > 1 and line.broken > thresholds.most_of * line.places:
        return True
    if line.broken >= max(thresholds.least_places, thresholds.many_of * line.places):
        return True
    return line.leans and line.broken >= thresholds.least_places and line.kind in ("column", "level")


def _order(line: Line) -> tuple:
    return line.kind == "pair", -line.broken, line.table_id, line.kind, line.rule_id or "", line.check_ids


def _is_accounted_for(sheet: Sheet, line: Line, thresholds: Thresholds) -> bool:
    """Return whether few mistakes of print account for what is broken in a line; for a short line, one mistake."""
    wanted = frozenset(line.check_ids)
    most_left = int(thresholds.left_over * len(wanted))
    tables = {line.table_id} | ({line.other_id} - {None})
    near = frozenset(
        check_id
        for check_id in sheet.broken
        if check_id in wanted or any(sheet.cells[cell].table_id in tables for cell in sheet.members(check_id))
    )
    few = thresholds.few_mistakes if line.broken >= thresholds.least_places else 1
    return _least_left(sheet, wanted, near, few) <= most_left


def _least_left(sheet: Sheet, wanted: frozenset[str], near: frozenset[str], few: int) -> int:
    """Return how many of the wanted checks are broken at least after a few repairs of checks near them. Several sets of
    repairs are followed at once where little is broken; where much is, only what takes in whole tables can help."""
    width = WIDTH if len(near) <= MANY else 1
    front, least = [sheet.start()], len(wanted)
    for _ in range(few):
        steps = [
            (cost, sheet.left_broken(state, mistake, wanted), mistake, place)
            for place, state in enumerate(front)
            for mistake in _mistakes(sheet, state._replace(broken=state.broken & near))
            if (cost := sheet.cost_after(state, mistake)) < state.cost
        ]
        after = {}
        for _, _, mistake, place in nsmallest(width, steps):
            state = sheet.after(front[place], mistake)
            after[state.mistakes] = state
        front = list(after.values())
        least = min([least, *(len(wanted & state.broken) for state in front)])
        if not front or not least:
            break
    return least


def _mistakes(sheet: Sheet, state: State) -> Iterator[Mistake]:
    if not state.mistakes:  # what takes in a whole table, if it is right, does more than any cell
        yield from wrong_tables(sheet, state)
    yield from wrong_rows(sheet, state)
    yield from changed_cells(sheet, state)
    if len(state.broken) <= MANY:
        yield from swaps(sheet, state)
