"""Builds small schemas `staging` of known values: tables are written as rows of printed texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import duckdb

from pipelines.recognising.forms.records import Form, FormAmount
from pipelines.recognising.records import Amount, Document, Finding, Organization, Table
from pipelines.warehouse.schema import create_staging

DEFAULTS = {
    "side": "expenditure",
    "fund_source": "all",
    "fund_period": "total",
    "expenditure_type": "all",
    "amount_basis": "budget",
    "amount_year": 2025,
    "block_no": 0,
}
FACTORS = {"元": Decimal(1), "万元": Decimal(10_000)}


class Line(NamedTuple):
    """One row of a table: its subject, the row it breaks down, its printed texts by column (None: no such cell)."""

    scheme: str
    code: str | None
    name: str
    parent: int | None
    texts: Sequence[str | None]
    more: Mapping = {}


def document(document_id: str, **other) -> Document:
    made = Document(
        document_id=document_id, sha256=document_id * 2, source_path=f"raw/2025/示例局/{document_id}.pdf",
        file_name=f"{document_id}.pdf", folder_year="2025", folder_department="示例局", fiscal_year=2025,
        document_kind="budget", scope="department", region_name="示例区", department_id="dep-1",
        department_name="示例局", page_count=9, text_layer="digital", reason=None, detail="",
    )  # fmt: skip
    return made._replace(**other)


def table(
    document_id: str,
    table_no: int,
    kind: str,
    columns: Sequence[Mapping],
    lines: Sequence[Line],
    unit: str = "万元",
    state: str = "filled",
) -> tuple[Table, list[Amount]]:
    """Given what each column means and the rows, return the table and its amounts; page is table_no + 1."""
    table_id = f"{document_id}-t{table_no}"
    parents = {line.parent for line in lines}
    meanings = [DEFAULTS | dict(column) for column in columns]
    amounts = [
        _amount(document_id, table_id, table_no, kind, row, column, line, meanings[column], unit, parents)
        for row, line in enumerate(lines)
        for column, text in enumerate(line.texts)
        if text is not None
    ]
    record = Table(
        table_id, document_id, table_no, kind, kind, unit, FACTORS.get(unit), "budget", None, table_no + 1,
        table_no + 1, len(lines), len(columns), "ruled", state, "",
    )  # fmt: skip
    return record, amounts


def _amount(document_id, table_id, table_no, kind, row, column, line, meaning, unit, parents) -> Amount:
    text = line.texts[column]
    state, value = read(text)
    fields = meaning | dict(line.more)
    return Amount(
        amount_id=f"{table_id}-r{row}c{column}", document_id=document_id, table_id=table_id, table_kind=kind,
        row_no=fields.pop("row_no", row), column_no=column, parent_row_no=line.parent, depth=0,
        is_leaf=row not in parents, fiscal_year=2025, organization_id=None,
        subject_scheme=fields.pop("subject_scheme", line.scheme), subject_code=fields.pop("subject_code", line.code),
        subject_name=line.name, subject_level=fields.pop("subject_level", None),
        project_name=fields.pop("project_name", None), project_organization=None, state=state,
        amount_yuan=None if value is None else value * FACTORS[unit], printed_text=text, printed_unit=unit,
        printed_decimals=len(text.partition(".")[2]) if state in ("number", "zero") else 0, unit_factor=FACTORS[unit],
        page=table_no + 1, x0=100.0 + 60 * column, top=100.0 + 20 * row, x1=150.0 + 60 * column,
        bottom=115.0 + 20 * row, **fields,
    )  # fmt: skip


def read(text: str) -> tuple[str, Decimal | None]:
    """Given a printed text, return its state and value; `?` stands for a number that could not be read."""
    if not text:
        return "blank", None
    if text == "—":
        return "dash", None
    if text.endswith("?"):
        return "unread", None
    try:
        value = Decimal(text.replace(",", ""))
    except ArithmeticError:
        return "text", None
    return ("number" if value else "zero"), value


def load(
    con: duckdb.DuckDBPyConnection,
    documents: Sequence[Document],
    tables: Sequence[tuple[Table, list[Amount]]],
    organizations: Sequence[Organization] = (),
    findings: Sequence[Finding] = (),
    forms: Sequence[Form] = (),
    form_amounts: Sequence[FormAmount] = (),
    **others: Sequence[tuple],
) -> None:
    """Create the schema `staging` in `con` and fill it; `others` are records of further tables by their names."""
    create_staging(con)
    amounts = [amount for _, members in tables for amount in members]
    records = {
        "documents": documents, "tables": [record for record, _ in tables], "amounts": amounts,
        "organizations": organizations, "findings": findings, "forms": forms, "form_amounts": form_amounts,
    } | others  # fmt: skip
    for name, rows in records.items():
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            con.executemany(f"insert into staging.{name} values ({marks})", [list(row) for row in rows])


ALL, BASIC, PROJECT = {}, {"expenditure_type": "basic"}, {"expenditure_type": "project"}
PERSONNEL, OPERATING = {"expenditure_type": "personnel"}, {"expenditure_type": "operating"}
BY_FUNCTION = [{"fund_source": "general_public"} | column for column in (ALL, BASIC, PERSONNEL, OPERATING, PROJECT)]


def function_table(document_id: str, **changed: str) -> tuple[Table, list[Amount]]:
    """A balanced table by function, of 7 rows and 5 columns; `changed` gives cells another text (r3c2="1.00")."""
    lines = [
        Line("flow", "GRAND_TOTAL", "合计", None, ["100.00", "70.00", "50.00", "20.00", "30.00"]),
        Line("function", "201", "一般公共服务支出", 0, ["80.00", "50.00", "35.00", "15.00", "30.00"]),
        Line("function", "20106", "财政事务", 1, ["80.00", "50.00", "35.00", "15.00", "30.00"]),
        Line("function", "2010601", "行政运行", 2, ["50.00", "50.00", "35.00", "15.00", ""]),
        Line("function", "2010602", "一般行政管理事务", 2, ["30.00", "", "", "", "30.00"]),
        Line("function", "208", "社会保障和就业支出", 0, ["20.00", "20.00", "15.00", "5.00", ""]),
        Line("function", "20805", "行政事业单位养老支出", 5, ["20.00", "20.00", "15.00", "5.00", ""]),
    ]
    lines = [
        line._replace(texts=[changed.get(f"r{row}c{column}", text) for column, text in enumerate(line.texts)])
        for row, line in enumerate(lines)
    ]
    return table(document_id, 1, "general_public_by_function", BY_FUNCTION, lines)


def balance_table(document_id: str, table_no: int = 0, spent: str = "100.00") -> tuple[Table, list[Amount]]:
    """A two-sided table that balances: what is spent stands by function and by use, and something is carried in."""
    columns = [{"side": "revenue"}, {"block_no": 1}, {"block_no": 2}]
    funds = {"fund_source": "general_public"}
    rows = [
        # row, revenue, by function, by use
        [("fund_source", None, "一般公共预算拨款收入", 3, "90.00", funds),
         ("function", "201", "一般公共服务支出", 3, "80.00", {}),
         ("flow", None, "基本支出", 3, "70.00", BASIC)],
        [("fund_source", None, "政府性基金预算拨款收入", 3, "", {"fund_source": "government_fund"}),
         ("function", "208", "社会保障和就业支出", 3, "20.00", {}),
         ("flow", None, "项目支出", 3, "30.00", PROJECT)],
        [("fund_source", None, "其他收入", 3, "5.00", {"fund_source": "other_income"}), None, None],
        [("flow", "CURRENT_TOTAL", "本年合计", 5, "95.00", {}), None,
         ("flow", "CURRENT_TOTAL", "本年合计", 5, spent, {})],
        [("flow", "CARRY_IN", "上年结转", 5, "5.00", {}), None, None],
        [("flow", "GRAND_TOTAL", "总计", None, "100.00", {}), None,
         ("flow", "GRAND_TOTAL", "总计", None, "100.00", {})],
    ]  # fmt: skip
    amounts = []
    record = None
    for row, sides in enumerate(rows):
        for column, side in enumerate(sides):
            if side is None:
                continue
            scheme, code, name, parent, text, more = side
            texts = [text if at == column else None for at in range(3)]
            line = Line(scheme, code, name, parent, texts, {"row_no": row} | more)
            record, (amount,) = table(document_id, table_no, "overall_balance", columns, [line])
            amounts.append(amount._replace(amount_id=f"{record.table_id}-r{row}c{column}", is_leaf=row < 3))
    return record, amounts
