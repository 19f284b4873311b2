"""What may have gone wrong where identities are broken: one cell, two cells of a row or column in each other's place,
two columns in each other's place, a table in another unit, a row that is missing below its sum, or rows that are added
up under another sum than their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from expectations.sheet import Mistake, Sheet, State, Term

COSTS = {"cell": 75, "swap": 100, "columns": 120, "unit": 120, "row": 95, "roll_up": 130}
NEGATIVE = 15  # more, where the amount would be below nothing: budgets have few of these
UNIT = Decimal(10_000)


def changed_cells(sheet: Sheet, state: State) -> Iterator[Mistake]:
    """Return each change of one cell that closes a broken check."""
    used = {amount_id for mistake in state.mistakes for amount_id, _ in mistake.changes}
    seen = set()
    for check_id in state.broken:
        for amount_id, exact in _closing(sheet, state, check_id):
            change = exact.quantize(Decimal("0.01"))
            if change and amount_id not in used and (amount_id, change) not in seen:
                seen.add((amount_id, change))
                value = sheet.cells[amount_id].value
                cost = COSTS["cell"] + (NEGATIVE if value + change < 0 <= value else 0)
                yield Mistake("cell", ((amount_id, change),), cost, is_slip=is_slip(value, value + change))


def _closing(sheet: Sheet, state: State, check_id: str) -> Iterator[tuple[str, Decimal]]:
    """Return each amount of a check with the change that would close it."""
    difference = sheet.difference(state, check_id)
    for amount_id, factor in sheet.by_check.get(check_id, {}).items():
        yield amount_id, -difference / factor
    for amount_id, term in sheet.by_rate.get(check_id, {}).items():
        yield amount_id, sheet.ratio(state, check_id).closing(term)


def is_slip(one: Decimal, other: Decimal) -> bool:
    """Given two amounts, return whether they differ as a slip of the hand does: adjacent digits in each other's place,
    one digit wrong, one too many or too few, a sign, or a shifted decimal point."""
    a, b = (str(abs(int(value * 100))).rstrip("0") for value in (one, other))
    if not a or not b:
        return False
    if a == b:
        return True
    a, b = (str(abs(int(value * 100))) for value in (one, other))
    if len(a) == len(b):
        apart = [place for place, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        if len(apart) != 2:
            return len(apart) == 1
        first, second = apart
        return second == first + 1 and a[first] == b[second] and a[second] == b[first]
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def wrong_rows(sheet: Sheet, state: State) -> Iterator[Mistake]:
    """Return each row that is more than its rows below add up to: one may be missing; and each two rows of which one is
    as much too high as the other is too low: a row below may be added up under the wrong one."""
    off: dict[tuple, dict[int, str]] = defaultdict(dict)
    for check_id in sorted(state.broken & sheet.sums.keys()):
        whole = sheet.cells[sheet.sums[check_id]]
        off[whole.table_id, whole.row_no][whole.column_no] = check_id
    by = {
        row: {column: sheet.difference(state, check_id) for column, check_id in sums.items()}
        for row, sums in off.items()
    }
    for row, sums in off.items():
        short = tuple(sums[column] for column, difference in by[row].items() if difference > 0)
        if short:
            yield Mistake("row", (), COSTS["row"], short)
    for one, other in combinations(off, 2):
        if one[0] == other[0] and by[one] == {column: -difference for column, difference in by[other].items()}:
            cells = [
                (sheet.sums[check_id], -by[row][column])
                for row in (one, other)
                for column, check_id in off[row].items()
            ]
            yield Mistake("roll_up", tuple(cells), COSTS["roll_up"])


def swaps(sheet: Sheet, state: State) -> Iterator[Mistake]:
    """Return each pair of cells of broken checks, in one row or column of a table, in each other's place."""
    lines: dict[tuple, list[Term]] = defaultdict(list)
    suspected = {amount_id for check_id in state.broken for amount_id in sheet.members(check_id)}
    for amount_id in sorted(suspected):
        cell = sheet.cells[amount_id]
        if cell.table_id is not None and cell.column_no is not None:
            lines[cell.table_id, "row", cell.row_no].append(cell)
            lines[cell.table_id, "column", cell.column_no].append(cell)
    for cells in lines.values():
        for one, other in combinations(cells, 2):
            change = other.value - one.value
            if change:
                yield Mistake("swap", ((one.amount_id, change), (other.amount_id, -change)), COSTS["swap"])


def wrong_tables(sheet: Sheet, state: State) -> Iterator[Mistake]:
    """Return each table with cells in broken checks as one in another unit, or with two of its columns exchanged."""
    suspected: dict[str, list[Term]] = defaultdict(list)
    for amount_id in {amount_id for check_id in state.broken for amount_id in sheet.members(check_id)}:
        cell = sheet.cells[amount_id]
        if cell.table_id is not None and cell.column_no is not None:
            suspected[cell.table_id].append(cell)
    for table_id, members in sorted(suspected.items()):
        cells = sheet.by_table[table_id]
        if len(members) > 1:
            for factor in (UNIT, 1 / UNIT):
                changes = tuple((cell.amount_id, cell.value * factor - cell.value) for cell in cells if cell.value)
                yield Mistake("unit", changes, COSTS["unit"])
        rows, columns = {cell.row_no for cell in members}, {cell.column_no for cell in members}
        beside = {cell.column_no for cell in cells if cell.row_no in rows}
        for left, right in combinations(sorted(beside), 2):
            if left in columns or right in columns:
                yield from _exchanged(cells, left, right)


def _exchanged(cells: Sequence[Term], left: int, right: int) -> Iterator[Mistake]:
    by_column: dict[int, dict[int, Term]] = {left: {}, right: {}}
    for cell in cells:
        if cell.column_no in by_column:
            by_column[cell.column_no][cell.row_no] = cell
    pairs = [(by_column[left][row], by_column[right][row]) for row in sorted(by_column[left].keys() & by_column[right])]
    # a column that is nothing where the other one is something says only that the other one was left out of a sum
    if not any(one.value and other.value for one, other in pairs):
        return
    changes = [
        change
        for one, other in pairs
        if one.value != other.value
        for change in ((one.amount_id, other.value - one.value), (other.amount_id, one.value - other.value))
    ]
    if len(changes) > 2:
        yield Mistake("columns", tuple(changes), COSTS["columns"])
