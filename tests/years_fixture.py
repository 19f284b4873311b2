"""Papers of bodies over several years, and of a department and its units; the ids say what is wrong with each."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

import duckdb

from expectations.gate import pass_gate
from pipelines.recognising.forms.records import Form, FormAmount
from pipelines.recognising.records import Amount, Document, Organization, Table
from pipelines.warehouse.transform import AFTER_GATE, BEFORE_GATE, run_dbt
from tests.staging_fixture import BASIC, PROJECT, Line, document, load, table
from tests.years_papers import recognised

GENERAL = {"fund_source": "general_public"}
FINAL = {"amount_basis": "final"}
REVENUE = {"side": "revenue"}
TOTAL = ("flow", "GRAND_TOTAL", "合计", None)
Printed = tuple[Table, list[Amount]]
FORMS = {  # totals of two years ago, last year and the year
    ("budget-2024", 2024): (60, 70, 80),
    ("budget-2025", 2025): (70, 80, 90),
    ("broken-2024", 2024): (60, 70, 80),
    ("broken-2025", 2025): (71, 82, 90),
}


def build(folder: Path) -> duckdb.DuckDBPyConnection:
    """Build the papers in `folder`, the second reader agreeing with the first; return a read-only connection."""
    database = folder / "build.duckdb"
    typeset = recognised(folder)
    with duckdb.connect(str(database)) as con:
        load(
            con,
            documents() + [paper.document for paper in typeset],
            tables() + [(table, ()) for paper in typeset for table in paper.tables],
            units() + [organization for paper in typeset for organization in paper.organizations],
            forms=forms(),
            form_amounts=form_amounts(),
            statements=[statement for paper in typeset for statement in paper.statements],
        )
        amounts = [amount for paper in typeset for amount in paper.amounts]
        marks = ", ".join("?" * len(amounts[0]))
        con.executemany(f"insert into staging.amounts values ({marks})", [list(amount) for amount in amounts])
    run_dbt(database, BEFORE_GATE, folder / "target")
    with duckdb.connect(str(database)) as con:
        printed = dict(con.execute("select amount_id, printed_text from staging.amounts").fetchall())
        pass_gate(con, lambda _, cells: {cell: printed.get(cell) for cell, _, _ in cells})
    run_dbt(database, AFTER_GATE, folder / "target")
    return duckdb.connect(str(database), read_only=True)


def paper(document_id: str, body: str, year: int, kind: str = "budget", scope: str = "department") -> Document:
    return document(
        document_id, department_id=organization(body), department_name=body, fiscal_year=year, document_kind=kind,
        scope=scope, folder_year=str(year),
    )  # fmt: skip


def organization(name: str) -> str:
    return hashlib.md5(name.encode()).hexdigest()


def documents() -> list[Document]:
    return [
        paper("budget-2024", "甲局", 2024),
        paper("final-2024", "甲局", 2024, "final_account"),
        paper("budget-2025", "甲局", 2025),
        paper("final-2025", "甲局", 2025, "final_account"),
        paper("final-2023", "甲局", 2023, "final_account"),
        paper("broken-final-2023", "乙局", 2023, "final_account"),
        paper("broken-2024", "乙局", 2024),
        paper("broken-final-2024", "乙局", 2024, "final_account"),
        paper("broken-2025", "乙局", 2025),
        paper("broken-final-2025", "乙局", 2025, "final_account"),
        paper("alone-2025", "丙局", 2025),
        paper("office-2025", "丙局", 2025, scope="unit"),
        paper("department", "丁局", 2025),
        paper("unit-1", "丁局", 2025, scope="unit"),
        paper("unit-2", "示例市丁局下属中心", 2025, scope="unit"),
        paper("named-long-2024", "示例市示例区庚局", 2024),
        paper("named-short-2025", "示例区庚局", 2025),
        paper("named-long-2025", "示例市示例区庚局", 2025),
        paper("department-lacking", "戊局", 2025),
        paper("unit-lacking", "戊局下属中心", 2025, scope="unit"),
        paper("department-broken", "己局", 2025),
        paper("unit-broken", "己局下属中心", 2025, scope="unit"),
    ]


def units() -> list[Organization]:
    named = {
        "department": ("丁局", "丁局（本级）", "丁局下属中心"),
        "department-lacking": ("戊局", "戊局下属中心", "戊局下属所"),
        "department-broken": ("己局", "己局下属中心"),
    }
    return [
        Organization(
            organization(name), document_id, None, name, organization(body) if name != body else None,
            "unit" if name != body else "department",
        )
        for document_id, (body, *others) in named.items()
        for name in (body, *others)
    ]  # fmt: skip


def tables() -> list[Printed]:
    return [
        *_budget("budget-2024", 2024),
        *_final("final-2024", 2024, carried=("", "3.00")),
        *_budget("budget-2025", 2025, prior="80.00", carried="3.00"),
        *_final("final-2025", 2025, carried=("3.00", "1.00")),
        *_budget("broken-2024", 2024),
        *_final("broken-final-2024", 2024, carried=("", "3.00"), planned="79.00", spent="13.00"),
        *_budget("broken-2025", 2025, prior="81.00", carried="2.00"),
        *_final("broken-final-2025", 2025, carried=("4.00", "1.00")),
        *_executed("final-2023", 2023, "60.00"),
        *_executed("final-2024", 2024, "70.00", carried=("", "5.00")),
        *_executed("final-2025", 2025, "90.00", before="70.00", carried=("5.00", "")),
        *_executed("broken-final-2023", 2023, "60.00"),
        *_executed("broken-final-2024", 2024, "70.00", carried=("", "5.00")),
        *_executed("broken-final-2025", 2025, "90.00", before="71.00", carried=("4.00", "")),
        _two_years_before("budget-2025", "60.00"),
        _two_years_before("broken-2025", "61.00"),
        *_budget("alone-2025", 2025, prior="80.00"),
        *_budget("office-2025", 2025),
        *_budget("named-long-2024", 2024),
        *_budget("named-short-2025", 2025, prior="80.00"),
        *_department("department", {"丁局（本级）": "60.00", "丁局下属中心": "20.00"}),
        *_unit("unit-1", "60.00"),
        *_unit("unit-2", "20.00"),
        *_department("department-lacking", {"戊局下属中心": "20.00", "戊局下属所": "60.00"}),
        *_unit("unit-lacking", "20.00"),
        *_department("department-broken", {"己局下属中心": "80.00"}),
        *_unit("unit-broken", "79.00"),
        *_of_units("department-broken", "80.00", "己局下属中心"),
        *_of_units("unit-broken", "79.00"),
    ]


def _executed(
    document_id: str, year: int, spent: str, before: str = "", carried: tuple[str, str] = ("", "")
) -> list[Printed]:
    """What a final account spent, beside the year before, and what a fund's code carried in and out."""
    fund = FINAL | {"fund_source": "government_fund", "amount_year": year}
    columns = [FINAL | {"amount_year": year}, FINAL | {"amount_year": year - 1}]
    made = [_of(year, table(document_id, 3, "expenditure", columns, [Line(*TOTAL, [spent, before])]))]
    if any(carried):
        flows = [fund | REVENUE | {"fund_period": "carry_over"}, fund | {"expenditure_type": "carry_forward"}]
        of_code = [Line("function", "212", "城乡社区支出", None, list(carried), {"subject_level": "class"})]
        made.append(_of(year, table(document_id, 4, "government_fund", flows, of_code)))
    return made


def _two_years_before(document_id: str, spent: str) -> Printed:
    columns = [{"amount_year": 2025}, FINAL | {"amount_year": 2023}]
    return _of(2025, table(document_id, 3, "expenditure", columns, [Line(*TOTAL, ["80.00", spent])]))


def _of_units(document_id: str, total: str, unit: str | None = None) -> list[Printed]:
    """A balance, the reception expenses and the expenditure of a body, by unit where it has one."""
    own = Line("organization", None, unit, None, [total], {"subject_level": "unit"}) if unit else Line(*TOTAL, [total])
    record, amounts = table(document_id, 4, "expenditure", [{}], [own])
    if unit:
        amounts = [amount._replace(organization_id=organization(unit)) for amount in amounts]
    return [
        table(document_id, 0, "overall_balance", [REVENUE], [Line("flow", "CURRENT_TOTAL", "本年收入合计", None, [total])]),
        table(document_id, 3, "three_public", [{}],
              [Line("three_public", "RECEPTION", "公务接待费", None, [total])]),
        (record, amounts),
    ]  # fmt: skip


def _budget(document_id: str, year: int, prior: str = "", carried: str = "") -> list[Printed]:
    """Totals of 80, in the budget of a later year beside last year's, as it prints them. What 2024 codes as
    2089901, 2025 codes as 2089999; a blank prior-year cell claims nothing."""
    renumbered = "2089901" if year == 2024 else "2089999"
    columns = [GENERAL | {"amount_year": year}, GENERAL | {"amount_year": year - 1}]
    lines = [
        Line(*TOTAL, ["80.00", prior]),
        Line("function", "208", "社会保障和就业支出", 0, ["80.00", prior], {"subject_level": "class"}),
        Line("function", "20899", "其他社会保障和就业支出", 1, ["80.00", prior], {"subject_level": "section"}),
        Line("function", renumbered, "其他社会保障和就业支出", 2, ["80.00", prior and "80.00"],
             {"subject_level": "item"}),
    ]  # fmt: skip
    made = [_of(year, table(document_id, 1, "general_public_by_function", columns, lines))]
    if carried:
        made.append(
            _of(
                year,
                table(
                    document_id,
                    0,
                    "overall_balance",
                    [REVENUE | {"amount_year": year}],
                    [Line("flow", "CARRY_IN", "上年结转", None, [carried])],
                ),
            )
        )
    return made


def _final(
    document_id: str, year: int, carried: tuple[str, str], planned: str = "80.00", spent: str = "12.00"
) -> list[Printed]:
    """A final account in yuan, and its three public expenses of `spent`, 12.00 planned."""
    of_year = {"amount_year": year}
    into, out = (f"{Decimal(text) * 10_000:.2f}" if text else "" for text in carried)
    planned = f"{Decimal(planned) * 10_000 + Decimal('12.34'):.2f}"
    balance = [
        Line("flow", "CARRY_IN", "年初结转和结余", None, [into, None], FINAL),
        Line("flow", "CARRY_OUT", "年末结转和结余", None, [None, out], FINAL),
    ]
    return [
        _of(year, table(document_id, 0, "overall_balance", [REVENUE | of_year, of_year], balance, "元")),
        _of(year, table(document_id, 1, "general_public_by_function", [GENERAL | of_year],
                        [Line(*TOTAL, [planned])], "元")),
        _of(year, table(document_id, 2, "three_public", [of_year, of_year | FINAL],
                        [Line("three_public", "RECEPTION", "公务接待费", None, ["12.00", spent])])),
    ]  # fmt: skip


def _department(document_id: str, rows: dict[str, str]) -> list[Printed]:
    by_unit = [Line("organization", None, name, None, [text], {"subject_level": "unit"}) for name, text in rows.items()]
    record, amounts = table(document_id, 2, "general_public_by_unit", [GENERAL], by_unit)
    amounts = [amount._replace(organization_id=organization(amount.subject_name)) for amount in amounts]
    return [*_unit(document_id, "80.00"), (record, amounts)]


def _unit(document_id: str, total: str) -> list[Printed]:
    lines = [
        Line(*TOTAL, [total, total, ""]),
        Line("function", "201", "一般公共服务支出", 0, [total, total, ""], {"subject_level": "class"}),
    ]
    columns = [GENERAL, GENERAL | BASIC, GENERAL | PROJECT]
    return [table(document_id, 1, "general_public_by_function", columns, lines)]


def _of(year: int, printed: Printed) -> Printed:
    record, amounts = printed
    return record, [amount._replace(fiscal_year=year) for amount in amounts]


def forms() -> list[Form]:
    return [
        Form(
            form_id=document_id, document_id=document_id, form_no=1, form_kind="overall", title="整体绩效目标表",
            organization_name="示例局", project_name=None, project_code=None, project_department=None,
            executing_unit=None, project_year=year, start_year=None, end_year=None, project_category=None,
            project_frequency=None, total_budget_yuan=None, year_budget_yuan=None, page=9,
        )
        for document_id, year in FORMS
    ]  # fmt: skip


def form_amounts() -> list[FormAmount]:
    return [
        FormAmount(
            form_id=document_id, section="revenue", line_no=line_no, item=item, basis_text=None, funding="all",
            amount_year=year, amount_yuan=Decimal(total * 10_000), share_percent=None, quantity_text=None, page=9,
            x0=1.0, top=float(line_no), x1=2.0, bottom=line_no + 1.0,
        )
        for (document_id, this_year), totals in FORMS.items()
        for year, total in zip(range(this_year - 2, this_year + 1), totals, strict=True)
        for line_no, item in ((1, "合计"), (2, "财政拨款"))
    ]  # fmt: skip
