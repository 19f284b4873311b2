"""What a row of one side of a balance table is about, and which row it breaks down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile

from pipelines.recognising.keys import bare, key, number_style
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.amounts import is_number, read_amount
from pipelines.recognising.tables.balance_classes import below_classes, value_in
from pipelines.recognising.tables.blocks import Row
from pipelines.recognising.tables.codes import scheme_by_code
from pipelines.recognising.tables.subjects import (
    LEVELS,
    Subject,
    carried_fund_of,
    first_label,
    fund_of,
    is_total,
    word_of,
)
from pipelines.recognising.vocabulary import ECONOMIC, economic_classes
from pipelines.recognising.wording import PARTS, meaning_of

ROUNDING = Decimal("0.01")  # of one amount to two decimals


def balance_subjects(
    rows: list[Row], side: str, scheme: str | None, lexicon: Lexicon, columns: Sequence[int] = ()
) -> list[Subject]:
    """Rows of one side of a balance table: funds or classes by name, totals and carry lines by word; list numbers and
    the order of totals tell which row breaks down which, and of 款 and 项 below the classes the sums of the amount
    `columns`."""
    subjects: list[Subject] = []
    carry: Subject | None = None
    beside: set[int] = set()  # rows of carry lines of their own
    if scheme in (None, "use") and _lists_economic(rows, lexicon):
        scheme = "economic"
    for row in _set_in(rows, lexicon):
        if not row.name or _names_a_side(row, lexicon):
            continue
        group = first_label(row)
        label = group if bare(row.name) == "小计" and bare(group) != "小计" else row.name
        subject = _balance_subject(row, label, group, side, scheme, lexicon)
        again = subject.fund_source in [s.fund_source for s in subjects if s.scheme == "fund_source" and s.fund_source]
        if carry and subject.scheme == "fund_source" and (again or _stands_under(row, carry.row)):
            subject = subject._replace(scheme="flow", code=carry.code, name=None, known=True)
        elif is_total(subject):
            if word_of(label, lexicon) and not (carry and _stands_under(row, carry.row)):
                beside.add(row.number)
            if not carry or carry.code != subject.code or row.number in beside:
                carry = subject if subject.code in ("CARRY_IN", "CARRY_OUT") else None
        else:
            carry = None
        subjects.append(subject)
    return below_classes(_inherited(_balance_parents(_one_grand_total(subjects), beside)), columns, lexicon, scheme)


def _set_in(rows: list[Row], lexicon: Lexicon) -> list[Row]:
    """Rows without a list number that add up exactly to the numbered row before them are its parts, where the list
    shows no blanks: many programs set them in without printing any. They are returned as if blanks stood there."""
    if any(row.indent for row in rows):
        return rows
    found = list(rows)
    for i, head in enumerate(rows):
        if not number_style(first_label(head)):
            continue
        parts = list(takewhile(lambda n: _may_be_part(rows[n], lexicon), range(i + 1, len(rows))))
        whole = {n: value for n, cell in head.cells.items() if (value := read_amount(cell.text).value)}
        sums = {n: sum(value_in(rows[part], n) for part in parts) for n in whole}
        if parts and whole and sums == whole:
            for part in parts:
                found[part] = rows[part]._replace(indent=1)
    return found


def _may_be_part(row: Row, lexicon: Lexicon) -> bool:
    word = word_of(row.name, lexicon) if row.name else None
    return not number_style(first_label(row)) and not _told_after(row) and not (word and word.code)


def _inherited(subjects: list[Subject]) -> list[Subject]:
    """Rows that say nothing of it have the fund or the type of expenditure of the row they break down: 经费拨款 below
    一般公共预算拨款, 工资福利支出 below 基本支出."""
    found: dict[int, Subject] = {}
    for s in subjects:
        above = found.get(s.parent) if s.parent is not None else None
        if above and s.counted and not is_total(s):
            if s.scheme == above.scheme == "fund_source" and above.fund_source and not s.fund_source:
                s = s._replace(fund_source=above.fund_source, known=True)
            if s.scheme in LEVELS and not s.expenditure_type and above.expenditure_type:
                s = s._replace(expenditure_type=above.expenditure_type)
        found[s.row.number] = s
    return list(found.values())


def _names_a_side(row: Row, lexicon: Lexicon) -> bool:
    """Whether a row is a heading (收入, 支出) over the rows below it: no amount stands in it."""
    meaning, rest = meaning_of(row.name, lexicon)
    return not rest and meaning.keys() == {"side"} and not any(is_number(cell.text) for cell in row.cells.values())


def expenditure_begins(rows: list[Row], lexicon: Lexicon) -> int:
    """Given the rows of a balance table that prints one list, return the index of the first row of expenditure: a row
    that says so, or the first function class; the number of rows where there is none."""
    for i, row in enumerate(rows):
        label = bare(row.name)
        if re.fullmatch("(本年)?支出(项目|预算|部分|总计|合计)?", label) or label in lexicon.class_codes:
            return i
    return len(rows)


def _stands_under(row: Row, head: Row) -> bool:
    """Whether a row after a carry line is a fund of it and no line of its own."""
    styles = [number_style(first_label(r)) for r in (row, head)]
    return styles[0] not in (None, styles[1]) or row.indent > head.indent or _told_after(row)


def _told_after(row: Row) -> bool:
    return key(first_label(row)).startswith("其中")


def _lists_economic(rows: list[Row], lexicon: Lexicon) -> bool:
    """Whether the rows of a side are economic classes (工资福利支出): two of them that are no function classes."""
    labels = {bare(row.name) for row in rows}
    return len(labels & economic_classes().keys() - lexicon.class_codes.keys()) >= 2


def _balance_subject(row: Row, label: str, group: str, side: str, scheme: str | None, lexicon: Lexicon) -> Subject:
    word = word_of(label, lexicon)
    if word:
        return Subject(
            row,
            "flow",
            word.code,
            None if word.code else label,
            fund_source=word.fund_source,
            expenditure_type=word.expenditure_type,
            counted=word.scheme != "subtotal",
        )
    if side == "revenue" or scheme == "fund_source":
        if fund := carried_fund_of(label, lexicon):
            return Subject(row, "flow", "CARRY_IN" if side == "revenue" else "CARRY_OUT", None, fund_source=fund)
        fund = fund_of(label, lexicon) or (fund_of(group, lexicon) if group != label else None)
        carried = word_of(group, lexicon)
        if not fund and carried and carried.code == "CARRY_IN":
            return Subject(row, "flow", "CARRY_IN", None)
        return Subject(row, "fund_source", None, label, fund_source=fund, known=bool(fund))
    classes = economic_classes(scheme) if scheme in ECONOMIC else lexicon.class_codes
    code = row.code or classes.get(bare(label)) or classes.get(bare(label) + "支出")  # 教育 for 教育支出
    if not code and (fund := fund_of(label, lexicon)):
        return Subject(row, "flow", None, label, fund_source=fund)
    # names alone tell that a list is by economic class, and only their codes of which of the two
    scheme = "economic" if scheme in ECONOMIC else "function"
    return Subject(
        row,
        scheme_by_code(scheme, row.code),
        code,
        label,
        LEVELS[scheme].get(len(code or "")),
        known=bool(code),
        code_source="resolved" if code and not row.code else None,
    )


def _one_grand_total(subjects: list[Subject]) -> list[Subject]:
    """Where a side prints both 收入合计 and 收入总计, the first is the year's own total."""
    grand = [s for s in subjects if s.code == "GRAND_TOTAL" and s.scheme == "flow"]
    if len(grand) < 2:
        return subjects
    last = next((s for s in grand if "总计" in key(s.row.name)), grand[-1])
    return [s._replace(code="CURRENT_TOTAL") if s in grand and s is not last else s for s in subjects]


def _balance_parents(subjects: list[Subject], beside: set[int]) -> list[Subject]:
    """Given the subjects of a side and the rows of carry lines that are no part of another one, return each with the
    row that it breaks down."""
    grand = next((s for s in subjects if s.scheme == "flow" and s.code == "GRAND_TOTAL"), None)
    current = next((s for s in subjects if s.scheme == "flow" and s.code == "CURRENT_TOTAL"), None)
    indented = any(s.row.indent for s in subjects)
    placed: list[Subject] = []
    stack: list[tuple[str | None, Subject]] = []
    carry: Subject | None = None
    group_head: Subject | None = None
    head: Subject | None = None  # the last line that is no part told after 其中
    for s in subjects:
        above: Subject | None
        level = _level(s, indented)
        if s is grand or not s.counted:
            above = None
        elif carry and s.scheme == "flow" and s.code == carry.code and s.row.number not in beside:
            above = carry
        elif is_total(s):
            above = grand
            carry = s if s.code in ("CARRY_IN", "CARRY_OUT") else None
            stack = [(level, s)] if level else []
            group_head = None
        elif _is_group_line(s):
            above = group_head
        elif head and (_told_after(s.row) or _is_part(s, head)) and not (level and stack and _kin(stack, level)):
            above = head if _is_part(s, head) and _fills(head, subjects) else None
            s = s._replace(counted=above is not None)
            placed.append(s._replace(parent=above.row.number if above else None, depth=_depth(s, head, placed)))
            continue
        else:
            carry = None
            while stack and stack[-1][0] != level and _kin(stack, level):
                stack.pop()
            if stack and stack[-1][0] == level:
                stack.pop()
            above = stack[-1][1] if stack and level else None
            if above is None:
                after = (
                    current is not None
                    and s.row.number > current.row.number
                    and number_style(first_label(current.row)) is None
                )
                above = grand if after or current is None else current
            stack.append((level, s))
            group_head = s if any(bare(g) == "小计" for g in s.row.groups) else group_head
        head = s if s.counted and not is_total(s) else None
        placed.append(s._replace(parent=above.row.number if above else None, depth=_depth(s, above, placed)))
    return placed


def _level(s: Subject, indented: bool) -> str | None:
    """The style of a row's list number; where it has none, the blanks before its name."""
    style = number_style(first_label(s.row))
    return style or (f"indent {s.row.indent}" if indented and s.row.indent and not _told_after(s.row) else None)


def _kin(stack: list[tuple[str | None, Subject]], level: str | None) -> bool:
    return any(known == level for known, _ in stack)


def _is_part(s: Subject, head: Subject) -> bool:
    """Whether a line is by its meaning a part of the line before it: 政府性基金 of 财政拨款, 人员经费 of 基本支出."""
    if number_style(first_label(s.row)) or s.scheme != head.scheme:
        return False
    return s.fund_source in PARTS.get(head.fund_source or "", ()) or s.expenditure_type in PARTS.get(
        head.expenditure_type or "", ()
    )


def _fills(head: Subject, subjects: list[Subject]) -> bool:
    """Whether the parts of a line that are told after 其中 are all of it: they add up but for rounding."""
    after = [s for s in subjects if s.row.number > head.row.number]
    parts = list(takewhile(lambda s: _is_part(s, head), after))
    if not parts or not _told_after(parts[0].row):
        return True
    limit = ROUNDING * len(parts)
    return all(abs(value_in(head.row, n) - sum(value_in(s.row, n) for s in parts)) <= limit for n in head.row.cells)


def _is_group_line(s: Subject) -> bool:
    """A line inside a vertically merged group (一般公共预算资金 | 专项收入), not its 小计."""
    labels = [g for g in s.row.groups if g]
    return len(labels) == 2 and bare(labels[-1]) != "小计"


def _depth(s: Subject, above: Subject | None, placed: list[Subject]) -> int:
    if above is None:
        return 0
    found = next((p for p in placed if p.row.number == above.row.number), None)
    return (found.depth if found else 0 if above.code == "GRAND_TOTAL" else 1) + 1
