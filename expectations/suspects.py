"""Which cells of broken identities are likely wrong: the smallest set of mistakes whose repair closes what is broken.

Budget tables are over-determined: most cells stand in several identities. A cell whose change would close one identity
and break three others is not the wrong one. A mistake is one cell, two cells of a row or column in each other's place,
two columns in each other's place, or a table in another unit. Repairs are searched over several mistakes at once, so
that a second error in a paper does not hide the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

# A mistake costs less than one identity, so that one broken identity is worth one mistake, and two cells need two.
COSTS = {"cell": 75, "swap": 100, "columns": 120, "unit": 120}
CHECK = 100
# What a hand or an eye does easily: digits in each other's place, one digit wrong, too many or too few, a wrong unit.
SLIP = -15
# Budgets have few amounts below nothing.
NEGATIVE = 15
UNIT = Decimal(10_000)
WIDTH, WIDE, DEPTH, MANY = 16, 60, 8, 40


class Check(NamedTuple):
    """An evaluated identity that holds or is broken; `difference` is left minus right, in yuan as `tolerance` is."""

    check_id: str
    relation: str
    difference: Decimal
    tolerance: Decimal


class Term(NamedTuple):
    """An amount in a check; `factor` is its weight, negative on the right side. The place is null outside of tables."""

    check_id: str
    amount_id: str
    factor: Decimal
    value: Decimal
    table_id: str | None
    row_no: int | None
    column_no: int | None


class Suspect(NamedTuple):
    """A cell of a broken check that is likely wrong, and the value in yuan that would close what is broken.

    `mistake` is what went wrong (cell, swap, columns, unit). `alternatives` is how many cells explain it equally well,
    this one included: 1 singles the cell out.
    """

    check_id: str
    amount_id: str
    proposed_value: Decimal
    mistake: str
    alternatives: int


class Mistake(NamedTuple):
    """What may have gone wrong: cells and by how much their values are to change."""

    kind: str
    changes: tuple[tuple[str, Decimal], ...]
    cost: int


class State(NamedTuple):
    """What is assumed: mistakes, the differences they leave, and the checks that are then broken."""

    mistakes: frozenset[Mistake]
    differences: Mapping[str, Decimal]
    broken: frozenset[str]
    cost: int


class Sheet:
    """The checks of one paper and their cells, by each other."""

    def __init__(self, checks: Iterable[Check], terms: Iterable[Term]):
        self.checks = {check.check_id: check for check in checks}
        self.cells: dict[str, Term] = {}
        factors: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for term in terms:
            if term.check_id in self.checks:
                self.cells[term.amount_id] = term
                factors[term.check_id, term.amount_id] += term.factor
        self.by_check: dict[str, dict[str, Decimal]] = defaultdict(dict)
        self.by_cell: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for (check_id, amount_id), factor in factors.items():
            if factor:
                self.by_check[check_id][amount_id] = factor
                self.by_cell[amount_id][check_id] = factor
        self.by_table: dict[str, list[Term]] = defaultdict(list)
        for term in self.cells.values():
            if term.table_id is not None and term.column_no is not None:
                self.by_table[term.table_id].append(term)

    def is_broken(self, check_id: str, difference: Decimal) -> bool:
        check = self.checks[check_id]
        if check.relation == ">=" and difference > 0:
            return False
        return abs(difference) > check.tolerance

    def start(self) -> State:
        differences = {check.check_id: check.difference for check in self.checks.values()}
        broken = frozenset(name for name, difference in differences.items() if self.is_broken(name, difference))
        return State(frozenset(), {}, broken, CHECK * len(broken))

    def difference(self, state: State, check_id: str) -> Decimal:
        return state.differences.get(check_id, self.checks[check_id].difference)

    def after(self, state: State, mistake: Mistake) -> State:
        """Return the state in which this mistake is repaired too."""
        moved: dict[str, Decimal] = {}
        for amount_id, change in mistake.changes:
            for check_id, factor in self.by_cell[amount_id].items():
                before = moved.get(check_id)
                moved[check_id] = (self.difference(state, check_id) if before is None else before) + factor * change
        broken = set(state.broken)
        for check_id, difference in moved.items():
            (broken.add if self.is_broken(check_id, difference) else broken.discard)(check_id)
        cost = state.cost - CHECK * len(state.broken) + CHECK * len(broken) + mistake.cost
        return State(state.mistakes | {mistake}, {**state.differences, **moved}, frozenset(broken), cost)


def suspects(checks: Iterable[Check], terms: Iterable[Term]) -> list[Suspect]:
    """Given the evaluated checks of one paper and their terms, return the likely wrong cells of the broken ones."""
    sheet = Sheet(checks, terms)
    found = []
    for broken in _parts(sheet, sheet.start().broken):
        found += _explained(sheet, broken)
    return sorted(set(found))


def _parts(sheet: Sheet, broken: frozenset[str]) -> list[frozenset[str]]:
    """Part the broken checks into groups that have nothing to do with each other: no check, holding or not, joins a
    cell of one with a cell of another."""
    leader = {check_id: check_id for check_id in broken}

    def lead(name: str) -> str:
        while leader[name] != name:
            leader[name] = name = leader[leader[name]]
        return name

    touched: dict[str, str] = {}
    for check_id in sorted(broken):
        for amount_id in sheet.by_check[check_id]:
            for near in sheet.by_cell[amount_id]:
                leader[lead(check_id)] = lead(touched.setdefault(near, check_id))
    groups = defaultdict(set)
    for check_id in broken:
        groups[lead(check_id)].add(check_id)
    return [frozenset(groups[name]) for name in sorted(groups)]


def _explained(sheet: Sheet, broken: frozenset[str]) -> Iterator[Suspect]:
    start = State(frozenset(), {}, broken, CHECK * len(broken))
    best = _cheapest(sheet, start)
    for mistake in sorted(best.mistakes):
        if mistake.kind == "cell":
            yield from _alternatives(sheet, start, best, mistake)
        else:
            yield from _named(sheet, broken, mistake, 1)


def _alternatives(sheet: Sheet, start: State, best: State, mistake: Mistake) -> Iterator[Suspect]:
    """Name the cell of a mistake, and every other single cell that would do as well in its place."""
    rest = start
    for other in sorted(best.mistakes - {mistake}):
        rest = sheet.after(rest, other)
    equal = {other for other in _cells(sheet, rest) if sheet.after(rest, other).cost == best.cost} - {mistake}
    # Differences that rounding blurs propose several values for one cell: the first is as good as the others.
    by_cell = {other.changes[0][0]: other for other in (*sorted(equal, reverse=True), mistake)}
    for other in by_cell.values():
        yield from _named(sheet, start.broken, other, len(by_cell))


def _named(sheet: Sheet, broken: frozenset[str], mistake: Mistake, alternatives: int) -> Iterator[Suspect]:
    for amount_id, change in mistake.changes:
        value = sheet.cells[amount_id].value + change
        for check_id in sheet.by_cell[amount_id].keys() & broken:
            yield Suspect(check_id, amount_id, value, mistake.kind, alternatives)


def _cheapest(sheet: Sheet, start: State) -> State:
    """Search for the cheapest set of mistakes; ever fewer candidates are followed where much is broken."""
    width = WIDTH if len(start.broken) <= MANY else 1
    best, front, idle = start, [start], 0
    for _ in range(DEPTH if width > 1 else 2 * MANY):
        found = {}
        for state in front:
            for mistake in _mistakes(sheet, state, len(start.broken) <= MANY):
                after = sheet.after(state, mistake)
                found[after.mistakes] = after
        front = sorted(found.values(), key=_order)[:width]
        if not front:
            break
        idle = 0 if front[0].cost < best.cost else idle + 1
        best = min(best, front[0], key=_order)
        if not best.broken or idle == 2:
            break
    return best


def _order(state: State) -> tuple:
    return state.cost, len(state.mistakes), sorted(state.mistakes)


def _mistakes(sheet: Sheet, state: State, thorough: bool) -> Iterator[Mistake]:
    yield from _cells(sheet, state)
    if thorough:
        yield from _swaps(sheet, state)
        yield from _tables(sheet, state)


def _cells(sheet: Sheet, state: State) -> Iterator[Mistake]:
    """Return each change of one cell that closes a broken check."""
    used = {amount_id for mistake in state.mistakes for amount_id, _ in mistake.changes}
    seen = set()
    for check_id in state.broken:
        difference = sheet.difference(state, check_id)
        for amount_id, factor in sheet.by_check[check_id].items():
            change = (-difference / factor).quantize(Decimal("0.01"))
            if change and amount_id not in used and (amount_id, change) not in seen:
                seen.add((amount_id, change))
                yield Mistake("cell", ((amount_id, change),), _cell_cost(sheet.cells[amount_id].value, change))


def _cell_cost(value: Decimal, change: Decimal) -> int:
    cost = COSTS["cell"]
    if value + change < 0 <= value:
        cost += NEGATIVE
    return cost + (SLIP if is_slip(value, value + change) else 0)


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


def _swaps(sheet: Sheet, state: State) -> Iterator[Mistake]:
    """Return each pair of cells of broken checks, in one row or column of a table, in each other's place."""
    lines: dict[tuple, list[Term]] = defaultdict(list)
    suspected = {amount_id for check_id in state.broken for amount_id in sheet.by_check[check_id]}
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


def _tables(sheet: Sheet, state: State) -> Iterator[Mistake]:
    """Return each table with several cells in broken checks as one in another unit, or with two columns exchanged."""
    columns: dict[str, set[int]] = defaultdict(set)
    rows: dict[str, set[int]] = defaultdict(set)
    for check_id in state.broken:
        for amount_id in sheet.by_check[check_id]:
            cell = sheet.cells[amount_id]
            if cell.table_id is not None and cell.column_no is not None:
                columns[cell.table_id].add(cell.column_no)
                rows[cell.table_id].add(cell.row_no)
    for table_id in sorted(columns):
        cells = sheet.by_table[table_id]
        if len(columns[table_id]) + len(rows[table_id]) > 2:
            for factor in (UNIT, 1 / UNIT):
                changes = tuple((cell.amount_id, cell.value * factor - cell.value) for cell in cells if cell.value)
                yield Mistake("unit", changes, COSTS["unit"])
        if len(rows[table_id]) > 1:
            yield from _exchanges(cells, sorted(columns[table_id]))


def _exchanges(cells: Sequence[Term], columns: Sequence[int]) -> Iterator[Mistake]:
    by_column: dict[int, dict[int, Term]] = defaultdict(dict)
    for cell in cells:
        by_column[cell.column_no][cell.row_no] = cell
    for left, right in combinations(columns, 2):
        both = sorted(by_column[left].keys() & by_column[right].keys())
        pairs = [(by_column[left][row], by_column[right][row]) for row in both]
        changes = [
            change
            for one, other in pairs
            if one.value != other.value
            for change in ((one.amount_id, other.value - one.value), (other.amount_id, one.value - other.value))
        ]
        if len(changes) > 2:
            yield Mistake("columns", tuple(changes), COSTS["columns"])
