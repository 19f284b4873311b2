"""The columns of a table together: what each means beside the others."""

from __future__ import annotations

from itertools import takewhile

from pipelines.recognising.keys import bare
from pipelines.recognising.lexicon import Lexicon, TableKind
from pipelines.recognising.tables.amounts import is_number, read_amount
from pipelines.recognising.tables.classifications import one_classification
from pipelines.recognising.tables.headers import IGNORED, NO_HEADER, Column, Sheet, column_of, holds
from pipelines.recognising.wording import LABELS, PARTS

WHOLES = ("小计", "合计", "总计", "金额", "总额")
CODE_PARTS = ("class_code", "section_code", "item_code")
CODES = ("code", "class_code", "section_code", "item_code", "serial")


def read_columns(sheet: Sheet, skip: int, header_rows: int, lexicon: Lexicon, kind: TableKind) -> list[Column]:
    """Given a sheet, return the meaning of each of its columns."""
    columns = [column_of(sheet, n, skip, header_rows, lexicon, kind) for n in range(sheet.grid.n_columns)]
    columns = _code_parts(_named(_once(_settled(sheet, columns, header_rows))))
    if kind.layout in ("list", "sources", "purchases"):
        columns = one_classification(sheet, columns, header_rows, kind)
    return _periods(columns, by_side=kind.layout == "balance")


def with_parts(columns: list[Column]) -> list[Column]:
    """Given the columns of a table when all else is known of them, return those that are only a part of the one beside
    them (其中：教育收费, 扣除基建项目后) as amounts too: marked as such, they are in no sum."""
    whole = any(c.role == "amount" for c in columns)
    after = [*columns[1:], None]
    columns = [
        c._replace(role="part", subset_of=bare(c.words[-1])) if _is_part_of(left, c, right) else c
        for left, c, right in zip([None, *columns], columns, after, strict=False)
    ]
    return [c._replace(role="amount", unmapped="") if whole and c.role == "part" else c for c in columns]


def _is_part_of(left: Column | None, column: Column, right: Column | None) -> bool:
    """Whether a column told after 其中 is a part of the column before it: it means the same, or what is no full part of
    that (教育收费 of 事业收入), or the two are all that stands under one heading (小计 | 其中：基本建设)."""
    if not left or left.role != "amount" or not column.words or not column.words[-1].startswith("其中"):
        return False
    if column.table_kind:
        return False
    over = column.words[:-1]
    last = right is None or right.words[: len(over)] != over
    if over and last and left.words[:-1] == over and left.words[-1] in WHOLES:
        return column.role in ("amount", "unmapped")
    if column.role != "amount" or left.fund_source in (None, "all"):
        return False
    if left.expenditure_type != column.expenditure_type:
        return False
    return column.fund_source not in PARTS.get(left.fund_source, ())


def _settled(sheet: Sheet, columns: list[Column], header_rows: int) -> list[Column]:
    """Columns whose header is not wholly known are told by what stands in them: words and codes make them labels. An
    unknown heading over money is no matter where it covers labels or all the money alike; else nothing is guessed."""
    money = [c.number for c in columns if c.role not in LABELS and holds(sheet, c.number, header_rows, is_number)]
    return [_settle(sheet, c, header_rows, columns, money) for c in columns]


def _named(columns: list[Column]) -> list[Column]:
    """Where no column before the amounts names the rows, the first one does, whatever stands over it: 支出项目类别."""
    run = list(takewhile(lambda c: c.role in LABELS, columns))
    if run and all(c.role in ("remark", "serial") for c in run):
        first = next((c for c in run if c.role == "remark" and c.words), None)
        return [c._replace(role="name") if c is first else c for c in columns]
    return columns


def _settle(sheet: Sheet, column: Column, header_rows: int, columns: list[Column], money: list[int]) -> Column:
    if column.role in IGNORED or column.role != "blank" and not column.unmapped:
        return column
    filled = holds(sheet, column.number, header_rows, lambda text: True)
    if column.role == "blank":
        if not filled:
            return column._replace(role="remark")
        worded = not holds(sheet, column.number, header_rows, lambda t: read_amount(t).state != "text")
        return column._replace(role="name" if worded else "unmapped", unmapped="" if worded else NO_HEADER)
    if column.role in LABELS:
        money_in_it = holds(sheet, column.number, header_rows, lambda t: is_number(t) and not _is_code(t, column.role))
        return column._replace(role="unmapped") if money_in_it else column
    if not filled and not any(column._replace(table_kind=None).meaning):
        return column._replace(role="remark")  # nothing is said of it and nothing stands in it
    if filled and not holds(sheet, column.number, header_rows, lambda t: read_amount(t).state != "text"):
        return column._replace(role="remark")
    labels = {c.number for c in columns if c.role in LABELS}
    alike = all(_covers(span, labels, money) for span in column.spans)
    return column if alike else column._replace(role="unmapped")


def _covers(span: tuple[int, int], labels: set[int], money: list[int]) -> bool:
    """Whether a heading covers a label column, or two and more columns of money that are all there are."""
    covered = set(range(span[0], span[0] + span[1]))
    return bool(covered & labels) or len(money) > 1 and covered >= set(money)


def _is_code(text: str, role: str) -> bool:
    return role in CODES and text.isdigit()


def _code_parts(columns: list[Column]) -> list[Column]:
    """Two or three code columns side by side under one heading are 类 款 项, whatever stands over each."""
    found = list(columns)
    start = 0
    while start < len(found):
        end = start
        while end < len(found) and found[end].role == "code" and found[end].words[:1] == found[start].words[:1]:
            end += 1
        if 2 <= end - start <= len(CODE_PARTS):
            for column, role in zip(range(start, end), CODE_PARTS, strict=False):
                found[column] = found[column]._replace(role=role)
        start = max(end, start + 1)
    return found


def _once(columns: list[Column]) -> list[Column]:
    """其他运转类 and 特定目标类 are project expenditure where no total of it stands beside them; else they are not
    counted twice."""
    total = any(c.role == "amount" and c.expenditure_type == "project" for c in columns)
    return columns if total else [c._replace(role="amount") if c.role == "detail" else c for c in columns]


def _periods(columns: list[Column], by_side: bool) -> list[Column]:
    """本年 tells a column apart only where others are not of this year: without such, it says nothing. Columns of funds
    beside one of carry-over (上年结转) are of this year, also where they do not say so."""
    amounts = [c for c in columns if c.role == "amount" and c.three_public is None and not c.year_offset]
    groups = [[c for c in amounts if c.side == side] for side in {c.side for c in amounts}] if by_side else [amounts]
    idle = {c.number for group in groups if all(c.fund_period == "current_year" for c in group) for c in group}
    of_year = {c.number for group in groups for c in _of_this_year(group)}
    return [
        c._replace(fund_period=None)
        if c.number in idle
        else c._replace(fund_period="current_year")
        if c.number in of_year
        else c
        for c in columns
    ]


def _of_this_year(group: list[Column]) -> list[Column]:
    """Columns of a fund without a period beside a carry-over; not the total of a fund both of whose periods have
    columns of their own."""
    said = {(c.fund_source, c.fund_period) for c in group}
    if all(period != "carry_over" for _, period in said):
        return []
    return [
        c
        for c in group
        if c.fund_source not in (None, "all")
        and c.fund_period is None
        and not {(c.fund_source, "current_year"), (c.fund_source, "carry_over")} <= said
    ]
