"""Tables that classify each row several times over (function, economic class, project): by which the table is read.

Print-outs of budget systems put all classifications beside each other; what a row is about is one of them, and the
code of one never goes with the name of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

from pipelines.recognising.keys import bare, key
from pipelines.recognising.lexicon import Lexicon, TableKind
from pipelines.recognising.tables.headers import Column, Sheet
from pipelines.recognising.vocabulary import codes_named, names
from pipelines.recognising.wording import BESIDE, BETWEEN, LABELS, PARTS

GENERAL = "general_public"
GOVERNMENT = "government_economic"  # 政府预算支出经济分类, beside 部门预算支出经济分类
FUNCTION_FIRST = ("function", "economic", GOVERNMENT)
BASIC = frozenset(("basic", *PARTS["basic"]))
ECONOMIC_FIRST = ("economic", GOVERNMENT, "function")
CODE_ROLES = ("code", "class_code", "section_code", "item_code")
SUBJECT_ROLES = ("code", "name", "class_code", "section_code", "item_code", "project_name", "group_3")
CODE_PARTS = ("class_code", "section_code", "item_code")
PROJECT = ("项目名称", "项目编码", "项目代码", "项目编号", "预算项目", "预算项目名称")


def one_classification(sheet: Sheet, columns: Sequence[Column], first: int, kind: TableKind) -> list[Column]:
    """Given the columns of a table and its first data row, return them with the label columns of all classifications
    but the one that its rows are about set aside (role `beside`)."""
    found: list[Column] = []
    for labels, columns_of_run in groupby(columns, key=lambda c: c.role in LABELS or c.role in BETWEEN):
        run = list(columns_of_run)
        found += _in_run(sheet, run, first, kind) if labels else run
    return found


def shown_kind(kind: TableKind, title: str, columns: Sequence[Column], lexicon: Lexicon) -> TableKind:
    """Given the kind of a table by its title, return it as its columns show it: one of basic expenditure by economic
    classes whose title does not say 基本 is one of all expenditure unless its columns are of basic expenditure alone,
    one by economic classes whose rows are functions is one by function (of basic expenditure where the title says 基本
    and no column is of an economic classification), and one beside whose general public budget
    stand other funds is of all funds, unless its title says 公共."""
    if kind.of_all and kind.expenditure_type == "basic" and not _is_of_basic(title, columns):
        kind = lexicon.kinds[kind.of_all]._replace(fund_source=kind.fund_source)
    if kind.of_all and kind.expenditure_type != "basic" and _goes_by_function(columns):
        kind = lexicon.kinds[kind.of_all]._replace(fund_source=kind.fund_source)
    if kind.of_all and kind.expenditure_type == "basic" and _goes_by_function_alone(columns):
        by_function = lexicon.kinds[lexicon.kinds[kind.of_all].of_all or kind.of_all]
        kind = by_function._replace(fund_source=kind.fund_source, expenditure_type="basic")
    funds = {c.fund_source for c in columns if c.role == "amount"} - {None, "appropriation", "general_public"}
    return kind._replace(fund_source="all") if funds and kind.fund_source == GENERAL and "公共" not in title else kind


def _is_of_basic(title: str, columns: Sequence[Column]) -> bool:
    if "基本" in title:
        return True
    types = {c.expenditure_type for c in columns if c.role == "amount"} - {None, "all"}
    return bool(types) and types <= BASIC and not _goes_by_function(columns)


def _goes_by_function(columns: Sequence[Column]) -> bool:
    return any(c.scheme == "function" for c in columns if c.role in LABELS and c.role != BESIDE)


def _goes_by_function_alone(columns: Sequence[Column]) -> bool:
    return _goes_by_function(columns) and not any(c.scheme in ("economic", GOVERNMENT) for c in columns)


def _in_run(sheet: Sheet, run: list[Column], first: int, kind: TableKind) -> list[Column]:
    by_number = {
        c.number: _classification(sheet, c, group, first)
        for group in _label_groups(run)
        for c in group
        if c.role in SUBJECT_ROLES
    }
    sets: dict[str, list[Column]] = {}
    for column in run:
        if said := by_number.get(column.number):
            sets.setdefault(said, []).append(column)
    official = [s for s in sets if s in FUNCTION_FIRST]
    if not official or len(sets) < 2:
        return run
    if kind.reads_by in sets and kind.reads_by not in FUNCTION_FIRST:
        chosen = kind.reads_by
    else:
        order = ECONOMIC_FIRST if kind.reads_by == "economic" else FUNCTION_FIRST
        chosen = min(official, key=order.index)
        if (
            chosen == "economic"
            and GOVERNMENT in sets
            and _rows(sheet, sets, chosen, first) * 2 < _rows(sheet, sets, GOVERNMENT, first)
        ):
            chosen = GOVERNMENT
    scheme = None if chosen == "project" else chosen
    return [
        c
        if by_number.get(c.number) is None
        else c._replace(role=BESIDE, beside=c.role, scheme=by_number[c.number])
        if by_number[c.number] != chosen
        else c._replace(scheme=scheme or c.scheme)
        for c in run
    ]


def _label_groups(run: list[Column]) -> list[list[Column]]:
    """Label columns that say one thing together: where codes come before names more than once, each time the codes
    with what stands behind them."""
    starts = [
        i
        for i, c in enumerate(run)
        if c.role in CODE_ROLES and c.scheme is None and (not i or run[i - 1].role not in CODE_ROLES)
    ]
    named = [any(c.role == "name" for c in run[a:b]) for a, b in pairwise([*starts, len(run)])]
    if len(starts) < 2 or not all(named):
        return [run]
    return [run[a:b] for a, b in pairwise([0, *starts[1:], len(run)])]


def _classification(sheet: Sheet, column: Column, run: list[Column], first: int) -> str | None:
    """function, economic, government_economic or project; None for a body, and where neither heading nor codes tell.
    Codes without a heading of their own go with the name they stand before."""
    if column.scheme == "organization":
        return None
    if column.scheme == "project" or column.words and column.words[-1] in PROJECT:
        return "project"
    if column.scheme in FUNCTION_FIRST:
        return column.scheme
    if column.role in CODE_ROLES and column.scheme is None:
        beside = next((c for c in run if c.number > column.number and c.role not in CODE_ROLES), None)
        if beside and beside.role == "name" and beside.scheme in FUNCTION_FIRST:
            return beside.scheme
    if column.role in CODE_PARTS:
        return _of_codes(_joined(sheet, column, run, first))
    plain = [c for c in run if c.scheme is None and c.role in SUBJECT_ROLES and c.words[-1:] != ("项目名称",)]
    texts = [key(cell.text) for c in plain for cell in _cells(sheet, c, first)]
    for scheme in FUNCTION_FIRST:
        known = [bool(names(scheme, t) if t.isdigit() else codes_named(scheme, bare(t))) for t in texts if t]
        if known and 2 * sum(known) > len(known):
            return scheme
    return None


def _joined(sheet: Sheet, column: Column, run: list[Column], first: int) -> list[str]:
    """The codes that a 类 column and the 款 项 columns beside it make up, row by row."""
    parts = [c.number for c in run if c.role in CODE_PARTS]
    classes = [c.number for c in run if c.role == CODE_PARTS[0]]
    start = max((n for n in classes if n <= column.number), default=column.number)
    end = min((n for n in classes if n > start), default=run[-1].number + 1)
    parts = [n for n in parts if start <= n < end]
    rows = ([sheet.at(row, n) for n in parts] for row in range(first, sheet.grid.n_rows))
    return [code for cells in rows if (code := "".join(key(c.text) for c in cells if c)).isdigit()]


def _of_codes(codes: list[str]) -> str | None:
    """The classification that the classes (类) of most codes belong to."""
    known = ((sum(bool(names(scheme, code[:3])) for code in codes), scheme) for scheme in FUNCTION_FIRST)
    return next((scheme for n, scheme in known if codes and 2 * n > len(codes)), None)


def _cells(sheet: Sheet, column: Column, first: int):
    cells = (sheet.at(row, column.number) for row in range(first, sheet.grid.n_rows))
    return [c for c in cells if c and c.column == column.number and c.column_span == 1]


def _rows(sheet: Sheet, sets: dict[str, list[Column]], name: str, first: int) -> int:
    """How many rows a classification says something of."""
    return len({cell.row for column in sets[name] for cell in _cells(sheet, column, first) if key(cell.text)})
