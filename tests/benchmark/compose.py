"""A described table as it is printed, and what each of its numbers means: both from the one description."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from tests.benchmark.flows import REGIONS, Budget, both, budget_of
from tests.benchmark.rows import Row, Scope, rows_of, three_public, three_public_wants
from tests.typesetting.model import Cell, Table
from tests.typesetting.papers import read_cell

UNITS = {"元": Decimal(1), "万元": Decimal(10_000)}
CODED = ("fund_source", "fund_period", "expenditure_type")
Place = tuple[int, int]  # row (header rows first), column


class Mark(NamedTuple):
    """What a printed number means. `measure` is amount | change | change_percent; `row` and `code` tell the rows of one
    list apart, `role` says what its row is: part | whole | total | line."""

    codes: Mapping[str, Any]
    value: Decimal
    measure: str
    block: int
    row: int
    code: str
    role: str


class Sheet(NamedTuple):
    """A table as it is printed, the meaning of its numbers by their place, and the form that it is, if it is one."""

    table: Table
    kind: str | None
    marks: Mapping[Place, Mark]
    unit: str
    form: Mapping[str, Any] | None = None


def read_layout(name: str) -> dict[str, Any]:
    """Read papers/regions/<name>.json."""
    return json.loads((REGIONS / f"{name}.json").read_text(encoding="utf-8"))


def sheets_of(name: str, facts: Mapping[str, Any]) -> list[Sheet]:
    """Given a layout's name and description, return its tables in the order in which they are printed."""
    from tests.benchmark.forms import form_sheet

    budget = budget_of(name, facts)
    sheets = []
    for spec in facts["tables"]:
        spec = {**facts.get("every_table", {}), **spec}
        sheets.append(form_sheet(spec, facts) if "form" in spec else table_sheet(spec, facts, budget))
    return sheets


def table_sheet(spec: Mapping[str, Any], facts: Mapping[str, Any], budget: Budget) -> Sheet:
    """Set one table of money: blocks side by side (most tables have one), each of columns and rows."""
    blocks = [{**block, "columns": columns_of(block)} for block in spec.get("blocks") or [spec]]
    printed = [rows_of_block(block, spec, facts, budget) for block in blocks]
    height = max(len(body) for body, _ in printed)
    heads = [head for block in blocks for head in paths(block)]
    header = [*inside(spec, facts, len(heads)), *headers(heads)]
    if spec.get("number_row"):
        header.append(number_row(spec["number_row"], blocks))
    body: list[list[Cell]] = [[] for _ in range(height + max(len(foot) for _, foot in printed))]
    marks: dict[Place, Mark] = {}
    offset = 0
    for number, (block, (rows, foot)) in enumerate(zip(blocks, printed, strict=True)):
        blank = Row({}, {}, None, role="blank")
        lines = [*rows, *[blank] * (height - len(rows)), *foot]
        scope = scope_of(block, spec, facts, budget)
        for place, row in enumerate(lines):
            for at, column in enumerate(block["columns"]):
                text, mark = cell_of(row, column, scope, spec, number, place)
                body[place].append(Cell(text, align="c" if row.role == "total" and "shows" in column else ""))
                if mark:
                    marks[len(header) + place, offset + at] = mark
        offset += len(block["columns"])
    table = Table(
        title=filled(spec["title"], facts) if not spec.get("inside") else "",
        widths=tuple(column.get("width", 10) for block in blocks for column in block["columns"]),
        aligns="".join(
            column.get("align", "l" if "shows" in column else "r") for b in blocks for column in b["columns"]
        ),
        header=tuple(map(tuple, header)),
        body=tuple(map(tuple, body)),
        unit="" if spec.get("inside") else spec.get("unit", ""),
        maker="" if spec.get("inside") else filled(spec.get("maker", ""), facts),
        tag=spec.get("tag", ""),
        note=filled(spec.get("note", ""), facts),
        landscape=spec.get("landscape", False),
        new_page=spec.get("new_page", True),
    )
    return Sheet(table, spec.get("kind"), marks, spec.get("money", "万元"))


def columns_of(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the columns of a block; an entry with `many` is a column for each heading there, below its own `head`."""
    columns = []
    for column in block["columns"]:
        if "many" not in column:
            columns.append(column)
            continue
        for heading, code in column["many"].items():
            own = {"fund_source": code} if isinstance(code, str) else code
            rest = {name: value for name, value in column.items() if name != "many"}
            part = {"three_public": own["three_public"]} if "three_public" in own else {}
            own = {name: value for name, value in own.items() if name != "three_public"}
            head = [*column.get("head", []), *heading.split("/")]
            columns.append({**rest, **part, "head": head, "of": both(column.get("of", {}), own)})
    return columns


def filled(text: str, facts: Mapping[str, Any]) -> str:
    return text.format(
        department=facts["department"], year=facts["year"], last=facts["year"] - 1, code=facts.get("code")
    )


def scope_of(block: Mapping[str, Any], spec: Mapping[str, Any], facts: Mapping[str, Any], budget: Budget) -> Scope:
    side = block.get("side", spec.get("side", "expenditure"))
    wants = both(spec.get("of", {}), block.get("of", {}))
    return Scope(budget, facts, wants if side == "expenditure" else {"any_use": True, **wants}, side)


def rows_of_block(
    block: Mapping[str, Any], spec: Mapping[str, Any], facts: Mapping[str, Any], budget: Budget
) -> tuple[list[Row], list[Row]]:
    scope = scope_of(block, spec, facts, budget)
    body = [row for entry in block["rows"] for row in rows_of(entry, scope)]
    foot = [row for entry in block.get("foot", ()) for row in rows_of(entry, scope)]
    return body, foot


def cell_of(
    row: Row, column: Mapping[str, Any], scope: Scope, spec: Mapping[str, Any], block: int, place: int
) -> tuple[str, Mark | None]:
    """Return what a cell prints, and what it means if it is a number."""
    if "shows" in column:
        return label_of(row, column["shows"], scope, place), None
    if row.codes is None:
        return "", None
    wants = both(both(scope.wants, row.wants), column.get("of", {}))
    codes = coded(row, column, scope, spec)
    if "three_public" in column:
        wants |= three_public_wants(column["three_public"])
    if "change" in column:
        now, before = (scope.budget.sum({**wants, **when}) for when in column["change"])
        value, measure = now - before, "change"
        if column.get("percent"):
            if not before:
                return "", None
            value, measure = (value * 100 / before).quantize(Decimal("0.01")), "change_percent"
            return f"{value:.2f}%", Mark(codes, value, measure, block, place, row.code, row.role)
    else:
        value, measure = scope.budget.sum(wants), "amount"
    text = money(value, spec)
    return text, Mark(codes, value, measure, block, place, row.code, row.role) if text else None


def label_of(row: Row, shows: str, scope: Scope, place: int) -> str:
    """Return what a label column prints in a row. A row that the description writes out has no code to put before its
    name, so that a joined label is its name alone, and a label of codes alone is blank."""
    if not row.words:
        return ""
    joined = shows.replace("{indent}", "").count("{") > 1
    if joined and "label" in row.words:
        return row.words["label"] if "name}" in shows and "government" not in shows.split("}")[0] else ""
    return shows.format_map(Words(row.words, seq=str(place + 1), department=scope.facts["department"]))


class Words(dict):
    """Words for a format; what a row has no word for is blank."""

    def __init__(self, words: Mapping[str, str], **more: str) -> None:
        super().__init__(words, **more)

    def __missing__(self, name: str) -> str:
        return self["name"] if name == "indented" and "name" in self else ""


def coded(row: Row, column: Mapping[str, Any], scope: Scope, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the codes of a number: those of its table, then of its row, then of its column, the narrower winning."""
    codes = {"table_kind": spec.get("kind"), "side": scope.side, "fund_source": "all", "fund_period": "total"}
    codes |= {"expenditure_type": "all", **spec.get("as", {})}
    codes |= {name: value for name, value in scope.wants.items() if name in CODED and value != "all"}
    codes |= row.codes
    own = column.get("of", {})
    codes |= {name: value for name, value in own.items() if name in CODED and value not in WHOLE_CODES}
    if "three_public" in column:
        codes |= {"subject_name": row.codes.get("subject_name"), **three_public(column["three_public"])}
    codes |= column.get("as", {})
    when = {**row.wants, **own}
    codes["amount_basis"] = when.get("basis", "") or scope.facts.get("basis", "budget")
    codes["amount_year"] = scope.facts["year"] + when.get("year", 0)
    if "subset_of" in column:
        codes["subset_of"] = column["subset_of"]
    return codes


WHOLE_CODES = {"all", "total"}


def money(value: Decimal, spec: Mapping[str, Any]) -> str:
    """Print yuan in the table's unit, exactly. Raises ValueError where the decimals cannot hold it."""
    if not value:
        return spec.get("zero", "")
    shown = value / UNITS[spec.get("money", "万元")]
    decimals = spec.get("decimals", 2)
    if shown != round(shown, decimals):
        raise ValueError(f"{value} yuan have no {decimals} decimals in {spec.get('money', '万元')}")
    return f"{shown:{',' if spec.get('separators', True) else ''}.{decimals}f}"


def paths(block: Mapping[str, Any]) -> list[tuple[str, ...]]:
    above = tuple(block["head"]) if isinstance(block.get("head"), list) else ()
    return [(*above, *column["head"]) for column in block["columns"]]


def headers(heads: Sequence[tuple[str, ...]]) -> list[list[Cell]]:
    """Given the headings above each column, outermost first, return header rows; equal neighbours share a cell, and a
    short path goes down to the last row."""
    depth = max(map(len, heads))
    rows: list[list[Cell]] = [[] for _ in range(depth)]
    for level in range(depth):
        at = 0
        while at < len(heads):
            path = heads[at]
            if level >= len(path):
                at += 1
                continue
            end = at + 1
            inner = level < len(path) - 1
            while (
                inner
                and end < len(heads)
                and len(heads[end]) > level + 1
                and heads[end][: level + 1] == path[: level + 1]
            ):
                end += 1
            rows[level].append(Cell(path[level], 1 if inner else depth - level, end - at))
            at = end
    return rows


def inside(spec: Mapping[str, Any], facts: Mapping[str, Any], width: int) -> list[list[Cell]]:
    """Title, maker and unit as merged cells of the grid itself."""
    rows = []
    for texts in spec.get("inside", ()):
        texts = [filled(text, facts) for text in texts]
        last = max(1, width // 3) if len(texts) > 1 else 0
        row = [Cell(texts[0], 1, width - last, "c" if len(texts) == 1 else "l")]
        rows.append(row + [Cell(text, 1, last, "r") for text in texts[1:]])
    return rows


def number_row(mark: str, blocks: Sequence[Mapping[str, Any]]) -> list[Cell]:
    """The row that numbers the columns: `mark` (** or 栏次) in the label columns, 1, 2, 3 … in the others."""
    cells, count = [], 0
    for column in (column for block in blocks for column in block["columns"]):
        count += "shows" not in column
        first = not cells or mark == "**"
        cells.append(Cell((mark if first else "") if "shows" in column else str(count)))
    return cells


def plain_cells(rows: Sequence[Sequence[Any]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(map(read_cell, row)) for row in rows)
