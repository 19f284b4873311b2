"""Is a table that was misread told from misprints? Neither may be taken for the other, and where it cannot be told, so
is said."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations

import pytest

from expectations.blocks import THRESHOLDS, Doubt, Place, Thresholds, doubted, load_thresholds
from expectations.sheet import Check, Sheet, Term
from tests.test_suspects import grid, name, paper

NO_DOUBT = Doubt((), frozenset())
CELLS = sorted(grid())
Cells = Mapping[tuple[int, int], Decimal]


def places(cells: Cells, **more) -> list[Place]:
    """The places of the identities of `paper`: rows by ROW-01, sums down by TREE-01."""
    checks, _ = paper(cells)
    found = []
    for check in checks:
        whole = next(place for place in CELLS if check.check_id.startswith(f"{name(place)}="))
        is_sum = f"c{whole[1]}=r" in check.check_id and f"=r{whole[0]}c" not in check.check_id
        rule = "TREE-01" if is_sum else "ROW-01"
        left = cells[whole]
        found.append(
            Place(check.check_id, rule, "t", None, *whole, is_sum, check.difference != 0, left, left - check.difference)
            ._replace(**more)
        )  # fmt: skip
    return found


def doubt(cells: Cells, **more) -> Doubt:
    return doubted(places(cells, **more), Sheet(*paper(cells)), load_thresholds())


def lines_of(found: Doubt) -> set[tuple[str, str | None, int, int]]:
    return {(line.kind, line.rule_id, line.broken, line.places) for block in found.blocks for line in block.lines}


def test_a_balanced_table_is_in_no_doubt():
    assert doubt(grid()) == NO_DOUBT


@pytest.mark.parametrize("place", CELLS, ids=name)
def test_one_wrong_cell_is_a_misprint_wherever_it_stands(place):
    cells = grid()
    assert doubt({**cells, place: cells[place] + 1234}) == NO_DOUBT


def test_up_to_three_wrong_cells_are_no_block():
    cells, dice = grid(), random.Random(7)
    for wrong in dice.sample(list(combinations(CELLS, 3)), 300):
        off = {place: cells[place] + 1000 * number + 77 for number, place in enumerate(wrong, start=1)}
        assert doubt({**cells, **off}).blocks == (), wrong


def test_two_columns_in_each_others_place_are_a_mistake_of_print():
    cells = grid()
    exchanged = {(row, 5 - column if column in (2, 3) else column): value for (row, column), value in cells.items()}
    assert doubt(exchanged) == NO_DOUBT
    headers = {(row, {1: 4, 4: 1}.get(column, column)): value for (row, column), value in cells.items()}
    assert doubt(headers).blocks == ()


def test_a_column_that_no_sum_has_is_not_the_publishers_exchange_with_an_empty_one():
    cells = {**grid(), **{(row, 5): value for (row, column), value in grid().items() if column == 4}}
    cells |= {place: Decimal(0) for place in grid() if place[1] == 4}
    checks, terms = paper(cells)
    for row, below in ((0, (1, 4)), (1, (2, 3)), (4, (5, 6))):  # the column itself adds up
        checks.append(Check(f"r{row}c5", "=", Decimal(0), Decimal(0)))
        terms += [
            Term(f"r{row}c5", f"r{r}c5", Decimal(f), cells[r, 5], "t", r, 5)
            for r, f in ((row, 1), *((b, -1) for b in below))
        ]
    found = doubted(places(cells), Sheet(checks, terms), load_thresholds())
    assert ("level", "ROW-01", 7, 7) in lines_of(found)


def test_a_row_that_was_left_out_is_a_mistake_of_print():
    cells = {place: value for place, value in grid().items() if place[0] != 3}
    short = places({**grid(), **dict.fromkeys(((3, column) for column in range(5)), Decimal(0))})
    checks, terms = paper(cells | dict.fromkeys(((3, column) for column in range(5)), Decimal(0)))
    assert doubted(short, Sheet(checks, terms), load_thresholds()) == NO_DOUBT


def test_a_column_of_another_meaning_is_one_finding_on_the_table():
    cells = grid()
    other = {place: value * 3 + place[0] if place[1] == 4 else value for place, value in cells.items()}
    assert [block.table_id for block in doubt(other).blocks] == ["t"]
    assert ("column", "ROW-01", 7, 7) in lines_of(doubt(other))


def test_a_part_that_is_missing_in_some_rows_is_no_misprint_of_each():
    cells, without = grid(), (1, 4, 2, 5)
    # what four rows have in a column that was not understood; the others have nothing there
    more = {(row, column): cells[row, column] + 500 * (row + 1) for row in without for column in (0,)}
    more[1, 0], more[4, 0] = cells[1, 0] + more[2, 0] - cells[2, 0], cells[4, 0] + more[5, 0] - cells[5, 0]
    more[0, 0] = cells[0, 0] + more[1, 0] - cells[1, 0] + more[4, 0] - cells[4, 0]
    assert ("column", "ROW-01", 5, 7) in lines_of(doubt({**cells, **more}))


def test_numbers_that_were_not_understood_leave_it_undetermined():
    cells = grid()
    wrong = {**cells, (2, 2): cells[2, 2] + 1}
    assert doubt(wrong) == NO_DOUBT
    assert len(doubt(wrong, is_unsettled=True).undetermined) == 2


def tied(pairs: Sequence[tuple[str, int, int]], rule: str = "CROSS-01", other: str | None = "u") -> Doubt:
    """What is doubted of tables t and u whose amounts are said to be equal."""
    found, checks, terms = [], [], []
    for row, (check_id, left, right) in enumerate(pairs):
        one, two = Decimal(left), Decimal(right)
        found.append(Place(check_id, rule, "t", other, row, 1, False, one != two, one, two))
        checks.append(Check(check_id, "=", one - two, Decimal(0)))
        terms.append(Term(check_id, f"t{row}", Decimal(1), one, "t", row, 1))
        terms.append(Term(check_id, f"u{row}", Decimal(-1), two, other or "t", row, 2))
    return doubted(found, Sheet(checks, terms), load_thresholds())


def test_two_of_three_rows_are_neither_an_accusation_nor_a_certainty():
    assert tied([("a", 100, 100), ("b", 200, 221), ("c", 300, 370)], "ROW-01", None) == Doubt((), frozenset({"b", "c"}))
    assert tied([("a", 100, 100), ("b", 200, 221), ("c", 300, 300)], "ROW-01", None) == NO_DOUBT


def test_most_codes_between_two_tables_are_a_wrong_join():
    off = [(f"c{n}", 100 + n, 170 + 30 * n) for n in range(5)]
    found = tied([*off, ("same", 4, 4)])
    assert lines_of(found) == {("pair", "CROSS-01", 5, 6)}
    assert tied([off[0], *((f"s{n}", n, n) for n in range(1, 6))]) == NO_DOUBT


def test_a_table_in_another_unit_is_a_mistake_of_print():
    assert tied([(f"c{n}", 10 + n, (10 + n) * 10_000) for n in range(6)]).blocks == ()


def test_a_figure_against_nothing_is_undetermined():
    """The other table was left empty, or is not the one to compare with."""
    assert tied([("a", 5, 5), ("b", 7, 0)]) == Doubt((), frozenset({"b"}))
    assert tied([(f"c{n}", 0, 100 + n) for n in range(6)]) == Doubt((), frozenset(f"c{n}" for n in range(6)))


@pytest.mark.parametrize(("times", "columns", "is_block"), [(2, 1, False), (2, 2, True), (3, 1, True)])
def test_rows_of_several_levels_that_were_added_up_as_one(times, columns, is_block):
    found = [
        Place(f"c{column}", "TOTAL-02", "t", None, 0, column, True, True, Decimal(10), Decimal(10 * times))
        for column in range(columns)
    ]
    checks = [Check(place.check_id, "=", place.left_value - place.right_value, Decimal(0)) for place in found]
    terms = [
        Term(place.check_id, f"{place.check_id}r{row}", Decimal(factor), Decimal(value), "t", row, place.column_no)
        for place in found
        for row, factor, value in ((0, 1, 10), (1, -1, 10 * times))
    ]
    made = doubted(found, Sheet(checks, terms), load_thresholds())
    assert bool(made.blocks) == is_block
    assert bool(made.undetermined) != is_block


def test_thresholds_have_a_reason_each():
    with THRESHOLDS.open(encoding="utf-8", newline="") as rows:
        assert {row["name"] for row in csv.DictReader(rows) if row["reason"]} == set(Thresholds._fields)
    assert load_thresholds().few_mistakes < load_thresholds().least_places


def test_differences_of_rounding_are_no_block_however_many():
    assert tied([(f"c{n}", 5_000_000 + n, 5_000_003 + n) for n in range(8)]) == NO_DOUBT
