"""Which cells of broken identities are likely wrong: the smallest set of mistakes whose repair closes what is broken.

Budget tables are over-determined: most cells stand in several identities. A cell whose change would close one identity
and break three others is not the wrong one. Repairs are searched over several mistakes at once, so that a second error
in a paper does not hide the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from heapq import nsmallest
from math import inf
from typing import NamedTuple

from expectations.mistakes import COSTS, changed_cells, swaps, wrong_rows, wrong_tables
from expectations.sheet import Check, Mistake, Sheet, State, Term

# A state, and the states that explain what is broken in it equally well, the likeliest first.
Explanation = tuple[State, list[State]]
# How many mistakes are weighed for one paper at most, as far as whole rounds go: a second or two.
STEPS = 60_000
# How many sets of mistakes are followed at once, of how many mistakes; one alone where more than MANY are broken.
WIDTH, DEPTH, MANY = 16, 8, 40


class Suspect(NamedTuple):
    """A cell of a broken check that is likely wrong, and the value in yuan that would close what is broken.

    `mistake` is what went wrong (cell, swap, columns, unit, row, roll_up; reading). Of a missing row the cell is its
    sum, and the proposed value what the row would say. `alternatives` is how many cells explain it equally well, this
    one included: 1 singles the cell out. `is_slip` says that value and proposed value differ as a slip of the hand
    does.
    """

    check_id: str
    amount_id: str
    proposed_value: Decimal | None
    mistake: str
    alternatives: int
    is_slip: bool = False


def suspects(checks: Iterable[Check], terms: Iterable[Term]) -> list[Suspect]:
    """Given the evaluated checks of one paper and their terms, return the likely wrong cells of the broken ones.

    The search has a budget of steps, not of time: a paper has the same suspects on any machine. Where it is spent, what
    was found so far counts, and no cell is singled out.
    """
    return search(Sheet(checks, terms))


def search(sheet: Sheet) -> list[Suspect]:
    """Given the checks of one paper by each other, return the likely wrong cells of the broken ones."""
    best, limit = [], inf
    for assumed, rest in reversed(list(_assumptions(sheet))):
        plan = [*assumed, *_by_part(sheet, rest, limit)]
        cost = sum(states[0].cost for _, states in plan)
        if cost < limit:
            best, limit = plan, cost
    return sorted({suspect for start, states in best for suspect in _explained(sheet, start, states)})


def _assumptions(sheet: Sheet) -> Iterator[tuple[list[Explanation], State]]:
    """Yield with what to begin: nothing assumed, then mistakes that take in whole tables, which may be the cause of
    several parts; the states before and after each, and the state that all of them leave."""
    state = sheet.start()
    assumed: list[Explanation] = []
    yield assumed, state
    while tables := [(sheet.cost_after(state, table), table) for table in wrong_tables(sheet, state)]:
        cost, mistake = min(tables)
        if cost >= state.cost:
            break
        assumed = [*assumed, (state, [state._replace(mistakes=frozenset({mistake}), cost=mistake.cost)])]
        state = sheet.after(state, mistake)._replace(mistakes=frozenset())
        yield assumed, state


def _by_part(sheet: Sheet, start: State, limit: float) -> list[Explanation]:
    parts = [start._replace(broken=part, cost=sheet.price(part)) for part in _parts(sheet, start.broken)]
    return [(part, _cheapest(sheet, part, limit)) for part in parts]


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
        for amount_id in sheet.members(check_id):
            for near in sheet.checks_of(amount_id):
                leader[lead(check_id)] = lead(touched.setdefault(near, check_id))
    groups = defaultdict(set)
    for check_id in broken:
        groups[lead(check_id)].add(check_id)
    return [frozenset(groups[name]) for name in sorted(groups)]


def _explained(sheet: Sheet, start: State, states: Sequence[State]) -> Iterator[Suspect]:
    """Name the cells of states that explain what is broken equally well; what all of them need is singled out."""
    found: dict[tuple[str, str], Suspect] = {}
    sure, cells = set(), defaultdict(set)
    for state in states:
        for mistake in sorted(state.mistakes):
            equal = _equal(sheet, start, state, mistake)
            named = [suspect for other in equal for suspect in _named(sheet, other)]
            if len(equal) == 1 and sheet.weighed < STEPS and all(_has(other, mistake) for other in states):
                sure.update(suspect[:2] for suspect in named)
            for suspect in named:
                cells[suspect.check_id].add(suspect.amount_id)
                # Differences that rounding blurs propose several values for one cell: the roundest is the likeliest.
                found[suspect[:2]] = min(found.get(suspect[:2], suspect), suspect, key=_digits)
    for key, suspect in found.items():
        yield suspect._replace(alternatives=1 if key in sure else max(len(cells[suspect.check_id]), 2))


def _has(state: State, mistake: Mistake) -> bool:
    """Return whether a state has this mistake, or the same cell with another value."""
    cell = [amount_id for amount_id, _ in mistake.changes]
    return mistake in state.mistakes or (
        mistake.kind == "cell"
        and any(other.kind == "cell" and [name for name, _ in other.changes] == cell for other in state.mistakes)
    )


def _digits(suspect: Suspect) -> int:
    return len(suspect.proposed_value.normalize().as_tuple().digits)


def _equal(sheet: Sheet, start: State, best: State, mistake: Mistake) -> list[Mistake]:
    """Given a mistake of a state, return it and, for a single cell, each other cell that would do as well in its
    place."""
    if mistake.kind != "cell" or sheet.weighed >= STEPS:
        return [mistake]
    rest = start
    for other in sorted(best.mistakes - {mistake}):
        rest = sheet.after(rest, other)
    equal = {other for other in changed_cells(sheet, rest) if sheet.cost_after(rest, other) == best.cost} - {mistake}
    return list({other.changes[0][0]: other for other in (*sorted(equal, reverse=True), mistake)}.values())


def _named(sheet: Sheet, mistake: Mistake) -> Iterator[Suspect]:
    for check_id in sheet.broken.intersection(mistake.closes):
        yield Suspect(check_id, sheet.sums[check_id], sheet.checks[check_id].difference, mistake.kind, 1)
    for amount_id, change in mistake.changes:
        value = sheet.cells[amount_id].value + change
        for check_id in sheet.checks_of(amount_id) & sheet.broken:
            yield Suspect(check_id, amount_id, value, mistake.kind, 1, mistake.is_slip)


def _cheapest(sheet: Sheet, start: State, limit: float) -> list[State]:
    """Search for the cheapest set of mistakes, up to a limit; fewer candidates are followed where much is broken.
    Return the states that are equally cheap, the likeliest first."""
    width = WIDTH if len(start.broken) <= MANY else 1
    best, front, equal, idle = start, [start], [start], 0
    for number in range(1, DEPTH + 1 if width > 1 else 2 * MANY):
        if number * min(COSTS.values()) >= min(best.cost, limit) or sheet.weighed >= STEPS:
            break
        steps = [
            (sheet.cost_after(state, mistake), not mistake.is_slip, mistake, place)
            for place, state in enumerate(front)
            for mistake in _mistakes(sheet, state, len(start.broken) <= MANY)
        ]
        found = {}
        for _, _, mistake, place in nsmallest(2 * width, steps):
            after = sheet.after(front[place], mistake)
            found[after.mistakes] = after
        front = sorted(found.values(), key=_order)[:width]
        if not front:
            break
        idle = 0 if front[0].cost < best.cost else idle + 1
        if front[0].cost < best.cost:
            best = front[0]
            equal = [state for state in front if state.cost == best.cost]
        if not best.broken or idle == 2:
            break
    return equal


def _order(state: State) -> tuple:
    return state.cost, -sum(mistake.is_slip for mistake in state.mistakes), sorted(state.mistakes)


def _mistakes(sheet: Sheet, state: State, thorough: bool) -> Iterator[Mistake]:
    yield from changed_cells(sheet, state)
    yield from wrong_rows(sheet, state)
    if thorough:
        yield from swaps(sheet, state)
