"""Is the cell named that is likely wrong, with what it should say? Also where several are wrong at once?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from expectations.mistakes import is_slip
from expectations.readings import SecondReading
from expectations.sheet import Check, Sheet, Term
from expectations.suspects import STEPS, Suspect, search, suspects
from expectations.verdicts import CheckVerdict, misread_instead, verdicts

# Two classes of three rows each in four columns: total = basic + project, basic = personnel + operating.
ROWS = {0: (), 1: (2, 3), 2: (), 3: (), 4: (5, 6), 5: (), 6: ()}
PARTS = {0: (1, 4), 1: (2, 3)}
LEAVES = {
    (2, 2): 310, (2, 3): 45, (2, 4): 80, (3, 2): 170, (3, 3): 21, (3, 4): 66,
    (5, 2): 240, (5, 3): 37, (5, 4): 93, (6, 2): 120, (6, 3): 14, (6, 4): 57,
}  # fmt: skip


def grid() -> dict[tuple[int, int], Decimal]:
    """A balanced table: row 0 is the sum of rows 1 and 4, which are the sums of two rows each."""
    cells = {place: Decimal(value) * 100 for place, value in LEAVES.items()}
    for row in (2, 3, 5, 6):
        cells[row, 1] = cells[row, 2] + cells[row, 3]
        cells[row, 0] = cells[row, 1] + cells[row, 4]
    for row, below in ((1, (2, 3)), (4, (5, 6)), (0, (1, 4))):
        for column in range(5):
            cells[row, column] = sum(cells[part, column] for part in below)
    return cells


def name(place: tuple[int, int]) -> str:
    return "r{}c{}".format(*place)


def paper(cells: Mapping[tuple[int, int], Decimal]) -> tuple[list[Check], list[Term]]:
    """The checks of a table whose rows and columns add up where they should, and their terms."""
    sums = [((row, whole), [(row, part) for part in parts]) for row in ROWS for whole, parts in PARTS.items()]
    sums += [
        ((row, c), [(part, c) for part in below])
        for row, below in {**ROWS, 0: (1, 4)}.items()
        if below
        for c in range(5)
    ]
    checks, terms = [], []
    for whole, parts in sums:
        parts = [part for part in parts if part in cells]
        check_id = f"{name(whole)}={'+'.join(map(name, parts))}"
        checks.append(Check(check_id, "=", cells[whole] - sum(cells[part] for part in parts), Decimal(0)))
        for factor, place in ((1, whole), *((-1, part) for part in parts)):
            terms.append(Term(check_id, name(place), Decimal(factor), cells[place], "t", *place))
    return checks, terms


def named(cells: Mapping[tuple[int, int], Decimal]) -> set[tuple[str, str, Decimal | None, int]]:
    return {(s.mistake, s.amount_id, s.proposed_value, s.alternatives) for s in suspects(*paper(cells))}


def test_a_balanced_paper_has_no_suspects():
    assert named(grid()) == set()


def test_one_wrong_cell_is_singled_out_wherever_it_stands():
    for place, value in grid().items():
        wrong = grid() | {place: value + 700}
        assert named(wrong) == {("cell", name(place), value, 1)}, place


def test_two_wrong_cells_are_both_named_also_in_one_row():
    right = grid()
    for one, other in (((2, 2), (6, 4)), ((2, 2), (2, 4)), ((1, 0), (3, 3))):
        wrong = right | {one: right[one] + 700, other: right[other] - 300}
        assert named(wrong) == {("cell", name(place), right[place], 1) for place in (one, other)}


def test_amounts_in_each_others_place_are_told_from_two_wrong_ones():
    right = grid()
    wrong = right | {(2, 2): right[2, 4], (2, 4): right[2, 2]}
    assert named(wrong) == {("swap", name(place), right[place], 1) for place in ((2, 2), (2, 4))}


def test_columns_in_each_others_place_are_one_mistake():
    right = grid()
    wrong = right | {(row, c): right[row, 7 - c] for row in ROWS for c in (3, 4)}
    found = {(mistake, cell) for mistake, cell, _, _ in named(wrong)}
    assert found == {("columns", f"r{row}c{c}") for row in ROWS for c in (3, 4)}


def test_a_missing_row_is_told_by_the_sums_above_it():
    cells = {place: value for place, value in grid().items() if place[0] != 6}
    checks, terms = paper({**cells, **{(6, c): Decimal(0) for c in range(5)}})
    terms = [term for term in terms if term.row_no != 6]
    checks = [check for check in checks if not check.check_id.startswith("r6")]
    found = {(s.mistake, s.amount_id, s.proposed_value) for s in suspects(checks, terms)}
    assert found == {("row", f"r4c{c}", grid()[6, c]) for c in range(5)}


def test_a_row_added_up_under_another_sum_is_told_by_both_sums():
    right = grid()
    wrong = (
        right
        | {(1, c): right[1, c] + right[6, c] for c in range(5)}
        | {(4, c): right[4, c] - right[6, c] for c in range(5)}
    )
    assert named(wrong) == {("roll_up", f"r{row}c{c}", right[row, c], 1) for row in (1, 4) for c in range(5)}


def test_where_nothing_singles_a_cell_out_every_candidate_is_named():
    terms = [Term("c", cell, Decimal(factor), Decimal(value), None, None, None)
             for cell, factor, value in (("a", 1, 100), ("b", -1, 60), ("c", -1, 37))]  # fmt: skip
    found = suspects([Check("c", "=", Decimal(3), Decimal(0))], terms)
    assert {(s.amount_id, s.proposed_value, s.alternatives) for s in found} == {
        ("a", Decimal(97), 3), ("b", Decimal(63), 3), ("c", Decimal(40), 3),
    }  # fmt: skip


def rate(share: str, part: int, whole: int, other: int) -> tuple[list[Check], list[Term]]:
    """A text that says a share of two amounts; the part is a line of a sum, the whole stands in a table too."""
    left, difference = Decimal(share), Decimal(share) - Decimal(100 * part) / whole
    checks = [
        Check("rate", "%", difference.quantize(Decimal("0.01")), Decimal("0.05")),
        Check("sum", "=", Decimal(whole - part - other), Decimal(0)),
        Check("table", "=", Decimal(whole - 2_000), Decimal(0)),
    ]
    terms = [("rate", "share", 1, left), ("rate", "part", -1, part), ("sum", "whole", 1, whole), ("sum", "part", -1, part),
             ("sum", "other", -1, other), ("table", "whole", 1, whole), ("table", "printed", -1, 2_000)]  # fmt: skip
    linear = [Term(c, a, Decimal(f), Decimal(v), None, None, None) for c, a, f, v in terms]
    return checks, [*linear, Term("rate", "whole", Decimal(1), Decimal(whole), None, None, None, is_base=True)]


def test_a_wrong_share_is_told_from_a_wrong_amount_of_it():
    def alone(*numbers) -> set[tuple[str, Decimal]]:
        return {(s.amount_id, s.proposed_value) for s in suspects(*rate(*numbers)) if s.alternatives == 1}

    assert alone("40.0", 800, 2_000, 1_200) == set()
    assert alone("44.0", 800, 2_000, 1_200) == {("share", Decimal(40))}
    assert alone("40.0", 900, 2_000, 1_200) == {("part", Decimal(800))}
    assert alone("40.0", 800, 2_600, 1_200) == {("whole", Decimal(2_000))}


def test_a_slip_of_the_hand_is_known():
    slips = [("457.80", "475.80"), ("12.00", "120.00"), ("3.10", "3.70"), ("81.00", "8.00"), ("5.00", "50000.00")]
    assert [is_slip(Decimal(a), Decimal(b)) for a, b in slips] == [True] * 5
    assert not is_slip(Decimal("123.40"), Decimal("129.90"))
    assert not is_slip(Decimal("0.00"), Decimal("9.00"))


def test_a_verdict_is_the_second_readers_and_names_what_it_read():
    failed = {"c1": ["a", "b"], "c2": ["b", "d"], "c3": ["e", "f"], "c4": ["e", "g"]}
    likely = [Suspect("c1", "b", Decimal(5), "cell", 1), Suspect("c4", "e", Decimal(7), "cell", 1),
              Suspect("c3", "e", Decimal(7), "cell", 2)]  # fmt: skip
    readings = [
        SecondReading("a", "9", "8", False, Decimal(8)), SecondReading("b", "1", "1", True, Decimal(1)),
        SecondReading("d", "1", "1", True, Decimal(1)), SecondReading("e", "1", "1", True, Decimal(1)),
        SecondReading("f", "1", None, None), SecondReading("g", "1", None, None),
    ]  # fmt: skip
    assert verdicts(failed, readings, misread_instead(failed, readings, likely)) == [
        CheckVerdict("c1", "reading", "a", Decimal(8)),
        CheckVerdict("c2", "publisher", None, None),
        CheckVerdict("c3", "undetermined", None, None),
        CheckVerdict("c4", "publisher", "e", Decimal(7)),
    ]


def test_the_search_has_a_budget_of_steps_and_singles_nothing_out_beyond_it():
    checks, terms = [], []
    for row in range(1000):
        checks.append(Check(f"c{row}", "=", Decimal(row + 1), Decimal(0)))
        terms += [Term(f"c{row}", f"r{row}c{c}", Decimal(-1 if c else 1), Decimal(900), "t", row, c) for c in range(5)]
    for c in range(5):
        checks.append(Check(f"sum{c}", "=", Decimal(c - 2), Decimal(0)))
        terms += [Term(f"sum{c}", f"r{row}c{c}", Decimal(-1), Decimal(900), "t", row, c) for row in range(1000)]
    sheet = Sheet(checks, terms)
    found = search(sheet)
    assert len(sheet.broken) > 1000
    assert sheet.weighed < 2 * STEPS
    assert not [suspect for suspect in found if suspect.alternatives == 1]
