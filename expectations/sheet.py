"""The checks of one paper and their cells by each other, and what becomes of them when a mistake is assumed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

# One broken identity is worth any one mistake, but not a mistake that breaks another; two mistakes need two.
BROKEN, NEWLY_BROKEN = 150, 100


class Check(NamedTuple):
    """An evaluated identity that holds or is broken; `difference` is left minus right, in yuan as `tolerance` is, or in
    per cent where the relation is `%`: left = 100 × right ÷ base. `is_broken` is what it was found to be, without it
    the difference says so."""

    check_id: str
    relation: str
    difference: Decimal
    tolerance: Decimal
    is_broken: bool | None = None


class Term(NamedTuple):
    """An amount in a check; `factor` is its weight, negative on the right side. The place is null outside of tables.
    `is_base`: it is a part of what a rate is a rate of."""

    check_id: str
    amount_id: str
    factor: Decimal
    value: Decimal
    table_id: str | None
    row_no: int | None
    column_no: int | None
    is_base: bool = False


class Ratio(NamedTuple):
    """The three sums of a rate; left = 100 × right ÷ base where it is right."""

    left: Decimal
    right: Decimal
    base: Decimal

    @property
    def difference(self) -> Decimal:
        return self.left - 100 * self.right / self.base if self.base else self.left

    def added(self, term: Term, change: Decimal) -> Ratio:
        """Return the sums after a change of a term's amount."""
        if term.is_base:
            return self._replace(base=self.base + term.factor * change)
        if term.factor > 0:
            return self._replace(left=self.left + term.factor * change)
        return self._replace(right=self.right - term.factor * change)

    def closing(self, term: Term) -> Decimal:
        """Return the change of a term's amount that makes the rate right; nothing where none does."""
        if term.is_base:
            return (100 * self.right / self.left - self.base) / term.factor if self.left else Decimal(0)
        if term.factor > 0:
            return -self.difference / term.factor
        return (self.left * self.base / 100 - self.right) / -term.factor


class Mistake(NamedTuple):
    """What may have gone wrong: cells and by how much their values are to change; `closes` are the sums that a missing
    row would close."""

    kind: str
    changes: tuple[tuple[str, Decimal], ...]
    cost: int
    closes: tuple[str, ...] = ()
    is_slip: bool = False


class State(NamedTuple):
    """What is assumed: mistakes, the differences they leave, and the checks that are then broken."""

    mistakes: frozenset[Mistake]
    differences: Mapping[str, Decimal]
    broken: frozenset[str]
    cost: int
    ratios: Mapping[str, Ratio] = {}


class Sheet:
    """The checks of one paper and their cells, by each other."""

    def __init__(self, checks: Iterable[Check], terms: Iterable[Term]):
        self.checks = {check.check_id: check for check in checks}
        self.cells: dict[str, Term] = {}
        factors: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.ratios: dict[str, Ratio] = {}
        self.rates: dict[str, list[Term]] = defaultdict(list)
        for term in terms:
            check = self.checks.get(term.check_id)
            if check is None:
                continue
            self.cells[term.amount_id] = term
            if check.relation == "%":
                self.rates[term.amount_id].append(term)
                before = self.ratios.get(term.check_id, Ratio(Decimal(0), Decimal(0), Decimal(0)))
                self.ratios[term.check_id] = before.added(term, term.value)
            else:
                factors[term.check_id, term.amount_id] += term.factor
        self.by_check: dict[str, dict[str, Decimal]] = defaultdict(dict)
        self.by_cell: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for (check_id, amount_id), factor in factors.items():
            if factor:
                self.by_check[check_id][amount_id] = factor
                self.by_cell[amount_id][check_id] = factor
        self.by_rate: dict[str, dict[str, Term]] = defaultdict(dict)
        for members in self.rates.values():
            for term in members:
                self.by_rate[term.check_id][term.amount_id] = term
        self.by_table: dict[str, list[Term]] = defaultdict(list)
        for term in self.cells.values():
            if term.table_id is not None and term.column_no is not None:
                self.by_table[term.table_id].append(term)
        self.weighed = 0  # mistakes so far: what a search has cost, on any machine
        # the checks of one table alone
        self.within: dict[str | None, set[str]] = defaultdict(set)
        for check_id, members in self.by_check.items():
            tables = {self.cells[amount_id].table_id for amount_id in members}
            if len(tables) == 1:
                self.within[tables.pop()].add(check_id)
        self.broken = frozenset(
            check.check_id for check in self.checks.values() if self.is_broken(check.check_id, check.difference)
        )
        # sums of rows in one column of one table: the check and its sum
        self.sums = {check_id: whole for check_id in self.by_check if (whole := self._sum_of_rows(check_id))}

    def _sum_of_rows(self, check_id: str) -> str | None:
        cells = [self.cells[amount_id] for amount_id in self.by_check[check_id]]
        whole = [cell.amount_id for cell in cells if self.by_check[check_id][cell.amount_id] > 0]
        columns = {(cell.table_id, cell.column_no) for cell in cells}
        rows = {cell.row_no for cell in cells}
        one = len(whole) == 1 and len(columns) == 1 and None not in columns.pop() and len(rows) == len(cells)
        return whole[0] if one else None

    def price(self, broken: Iterable[str]) -> int:
        return sum(BROKEN if check_id in self.broken else NEWLY_BROKEN for check_id in broken)

    def is_broken(self, check_id: str, difference: Decimal) -> bool:
        check = self.checks[check_id]
        if check.relation == ">=" and difference > 0:
            return False
        return abs(difference) > check.tolerance

    def start(self) -> State:
        """Return the state in which nothing is assumed."""
        return State(frozenset(), {}, self.broken, BROKEN * len(self.broken))

    def difference(self, state: State, check_id: str) -> Decimal:
        return state.differences.get(check_id, self.checks[check_id].difference)

    def after(self, state: State, mistake: Mistake) -> State:
        """Return the state in which this mistake is repaired too."""
        moved = self._moved(state, mistake)
        broken = set(state.broken)
        for check_id, difference in moved.items():
            (broken.add if self.is_broken(check_id, difference) else broken.discard)(check_id)
        cost = state.cost + mistake.cost + self.price(broken - state.broken) - self.price(state.broken - broken)
        ratios = {**state.ratios, **self._ratios(state, mistake)}
        return State(state.mistakes | {mistake}, {**state.differences, **moved}, frozenset(broken), cost, ratios)

    def cost_after(self, state: State, mistake: Mistake) -> int:
        """Return what the state would cost in which this mistake is repaired too."""
        self.weighed += 1
        cost = state.cost + mistake.cost
        for check_id, difference in self._moved(state, mistake).items():
            was, is_broken = check_id in state.broken, self.is_broken(check_id, difference)
            if was != is_broken:
                cost += self.price((check_id,)) * (1 if is_broken else -1)
        return cost

    def left_broken(self, state: State, mistake: Mistake, wanted: Iterable[str]) -> int:
        """Return how many of these checks are broken where this mistake is repaired too."""
        moved = self._moved(state, mistake)
        return sum(
            self.is_broken(check_id, moved[check_id]) if check_id in moved else check_id in state.broken
            for check_id in wanted
        )

    def _moved(self, state: State, mistake: Mistake) -> dict[str, Decimal]:
        moved: dict[str, Decimal] = {}
        # in another unit the identities of one table hold, or do not, as they did
        in_unit = mistake.kind == "unit" and mistake.changes
        within = self.within[self.cells[mistake.changes[0][0]].table_id] if in_unit else ()
        for amount_id, change in mistake.changes:
            for check_id, factor in self.by_cell.get(amount_id, {}).items():
                if check_id in within:
                    continue
                before = moved.get(check_id)
                moved[check_id] = (self.difference(state, check_id) if before is None else before) + factor * change
        moved |= {check_id: ratio.difference for check_id, ratio in self._ratios(state, mistake).items()}
        return moved | dict.fromkeys(mistake.closes, Decimal(0))

    def _ratios(self, state: State, mistake: Mistake) -> dict[str, Ratio]:
        moved: dict[str, Ratio] = {}
        for amount_id, change in mistake.changes:
            for term in self.rates.get(amount_id, ()):
                before = moved.get(term.check_id) or self.ratio(state, term.check_id)
                moved[term.check_id] = before.added(term, change)
        return moved

    def ratio(self, state: State, check_id: str) -> Ratio:
        return state.ratios.get(check_id) or self.ratios[check_id]

    def members(self, check_id: str) -> list[str]:
        """Return the amounts of a check."""
        return [*self.by_check.get(check_id, ()), *self.by_rate.get(check_id, ())]

    def checks_of(self, amount_id: str) -> set[str]:
        """Return the checks that an amount is in."""
        return {*self.by_cell.get(amount_id, ()), *(term.check_id for term in self.rates.get(amount_id, ()))}
