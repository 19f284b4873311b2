"""One build of small papers with known faults, through both dbt invocations and the gate."""

from __future__ import annotations

import csv
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb

from expectations.gate import Verdict, pass_gate
from pipelines.reading.model import Box
from pipelines.recognising.records import Organization, Table
from pipelines.settings import EXPECTATIONS
from pipelines.warehouse.transform import AFTER_GATE, BEFORE_GATE, run_dbt
from tests import across_fixture as across
from tests import forms_fixture
from tests.staging_fixture import (
    ALL,
    BASIC,
    OPERATING,
    PERSONNEL,
    PROJECT,
    Line,
    balance_table,
    document,
    function_table,
    load,
    table,
)

PLACE = "general_public_by_function#1"
PROJECT_COLUMN = "expenditure|general_public|total|project|budget|2025"
ALL_COLUMN = "expenditure|general_public|total|all|budget|2025"
ACCEPTED = [  # rule, place, accepted difference
    ("TREE-01", f"{PLACE}/20106 财政事务~1/{PROJECT_COLUMN}/function", "-10000.00"),
    ("ROW-01", f"{PLACE}/2010602 一般行政管理事务~1/{ALL_COLUMN}", "-10000.00"),
]
EXPECTED = [  # department, code, region, parent, fiscal year, kind, due on, is late
    ("示例局", "101", "示例区", None, 2025, "budget", "2025-03-31", True),
    ("示例局", "101", "示例区", None, 2024, "budget", "2024-03-31", True),
    ("拒读局", "102", "示例区", None, 2025, "budget", "2025-03-31", True),
    ("未到期局", "103", "示例区", "示例局", 2025, "budget", "2025-12-31", False),
    ("示例区水务局", "104", "示例区", None, 2025, "budget", "2025-03-31", True),
    ("示例区气象局", "105", "示例区", None, 2025, "budget", "2025-03-31", True),
    ("示例区住建局", "106", "示例区", None, 2025, "budget", "2025-03-31", True),
]


class Built(NamedTuple):
    con: duckdb.DuckDBPyConnection
    verdicts: list[Verdict]


def check_id(rule_id: str, document_id: str, place: str) -> str:
    return hashlib.md5(f"{rule_id}/{document_id}/{place}".encode()).hexdigest()


def build(folder: Path) -> tuple[Path, list[Verdict]]:
    """Build everything in `folder`; return its database and what the gate found."""
    database, rules = folder / "build.duckdb", folder / "expectations"
    shutil.copytree(EXPECTATIONS / "rules", rules / "rules")
    _write_accepted(rules / "accepted.csv")
    extra = {"GOUJI_EXPECTATIONS": str(rules)}
    with duckdb.connect(str(database)) as con:
        load(
            con,
            *papers(),
            forms=[*across.forms(), *forms_fixture.forms()],
            form_amounts=[*across.form_amounts(), *forms_fixture.form_amounts()],
            calculations=forms_fixture.calculations(),
            indicators=forms_fixture.indicators(),
            statements=forms_fixture.statements(),
        )
        con.executemany("insert into staging.expected_papers values (?, ?, ?, ?, ?, ?, ?, ?)", EXPECTED)
    run_dbt(database, BEFORE_GATE, folder / "target", extra)
    with duckdb.connect(str(database)) as con:
        verdicts = pass_gate(con, _second_reader(con))
    run_dbt(database, AFTER_GATE, folder / "target", extra)
    return database, verdicts


def papers() -> tuple[list, list, list]:
    """Return documents, tables and organizations. The ids say what is wrong with each."""
    tables = [
        balance_table("good"),
        function_table("good"),
        function_table("broken", r4c4="31.00"),
        function_table("misread", r4c4="31.00"),
        function_table("rounded", r4c0="30.01"),
        function_table("unread", r3c2="3?"),
        function_table("accepted", r4c4="31.00"),
        function_table("lapsed", r4c4="32.00"),
        *shapes("shape"),
        *across.tables(),
        *forms_fixture.tables(),
    ]
    _, amounts = function_table("no-unit")
    tables.append((_unknown_unit(_), amounts))
    ids = ["good", "broken", "misread", "rounded", "unread", "accepted", "lapsed", "no-unit", "narrative"]
    ids += [f"shape-{number}" for number in range(13)] + across.PAPERS + forms_fixture.PAPERS
    documents = [document(document_id) for document_id in ids]
    documents.append(document("stray", department_id="another", department_name="示例所"))
    documents.append(document("scan", reason="no_text", detail="12 pages", text_layer="none"))
    documents.append(
        document("locked", reason="encrypted", source_path="2025/拒读局/locked.pdf", folder_department="拒读局",
                 fiscal_year=None, document_kind=None, department_id=None, department_name=None, text_layer="none")
    )  # fmt: skip
    # one body's paper in two other bodies' folders, once as a copy
    water = {"department_id": "dep-water", "department_name": "示例市示例区水务局"}
    documents.append(
        document("water", source_path="2025/示例区气象局/x.pdf", folder_department="示例区气象局", **water)
    )  # fmt: skip
    documents.append(
        document("water-2", sha256="water" * 2, source_path="2024/示例区住建局/y.pdf", folder_year="2024",
                 folder_department="示例区住建局", fiscal_year=2024, document_kind=None, department_id=None,
                 department_name=None, reason="copy", detail="same content as 2025/示例区气象局/x.pdf",
                 text_layer="none")
    )  # fmt: skip
    organizations = [
        Organization("org-1", "good", "403", "示例局", None, "department"),
        Organization("org-2", "good", None, "示例局下属中心", "org-1", "unit"),
        Organization("org-9", "misread", None, "示例所", None, "unit"),
        *forms_fixture.organizations(),
    ]
    return documents, tables, organizations


def shapes(paper: str) -> list:
    """Return balanced tables of every shape that a row rule must tell apart, each in a paper of its own."""
    now, old = {"fund_period": "current_year"}, {"fund_period": "carry_over"}
    general, fund, capital = ({"fund_source": name} for name in ("general_public", "government_fund", "state_capital"))
    unit = {"fund_source": "unit_funds"}
    special, surplus = {"fund_source": "special_account"}, {"fund_source": "surplus_used"}
    revenue = {"side": "revenue"}
    total = ("flow", "GRAND_TOTAL", "合计", None)

    def one_row(number: int, kind: str, columns: Sequence[dict], *texts: str, name=total):
        return table(f"{paper}-{number}", number, kind, columns, [Line(*name, texts)])

    items = (
        "TOTAL", "OVERSEAS", "VEHICLE", "VEHICLE_PURCHASE", "VEHICLE_RUNNING", "RECEPTION", "MEETING", "TRAINING",
        "OPERATING",
    )  # fmt: skip
    three_public = [{"subject_scheme": "three_public", "subject_code": code} for code in items]
    by_type = [ALL, BASIC, PROJECT, {"expenditure_type": "reserve"}, {"expenditure_type": "carry_forward"}]
    flow_of_fund = [revenue | old, revenue | now, ALL, BASIC, PROJECT, {"expenditure_type": "carry_forward"}]
    beside = [  # two lists on the same grid rows: 301 and its children left, 302 and its children right
        Line("flow", "GRAND_TOTAL", "人员经费合计", None, ["9.00", None], PERSONNEL | {"row_no": 3}),
        Line("economic", "301", "工资福利支出", 3, ["9.00", None], {"row_no": 0}),
        Line("economic", "30101", "基本工资", 0, ["5.00", None], {"row_no": 1}),
        Line("economic", "30102", "津贴补贴", 0, ["4.00", None], {"row_no": 2}),
        Line("flow", "GRAND_TOTAL", "公用经费合计", None, [None, "7.00"], OPERATING | {"row_no": 3}),
        Line("economic", "302", "商品和服务支出", 3, [None, "7.00"], {"row_no": 0}),
        Line("economic", "30201", "办公费", 0, [None, "6.00"], {"row_no": 1}),
        Line("economic", "30202", "印刷费", 0, [None, "1.00"], {"row_no": 2}),
    ]
    goes_on = [  # three lists on the same grid rows; the second has no total, and 307 prints no amount
        Line("flow", "GRAND_TOTAL", "人员经费合计", None, ["5.00", None, None], PERSONNEL | {"row_no": 4}),
        Line("economic", "303", "对个人和家庭的补助", 4, ["5.00", None, None], {"row_no": 0}),
        Line("economic", "30309", "奖励金", 0, ["5.00", None, None], {"row_no": 1}),
        Line("economic", "302", "商品和服务支出", 4, [None, "6.00", None], {"row_no": 0}),
        Line("economic", "30201", "办公费", 0, [None, "6.00", None], {"row_no": 1}),
        Line("economic", "307", "债务利息及费用支出", 4, [None, "", None], {"row_no": 2}),
        Line("economic", "30701", "国内债务付息", 2, [None, "", None], {"row_no": 3}),
        Line("economic", "310", "资本性支出", 4, [None, None, "1.00"], {"row_no": 0}),
        Line("economic", "399", "其他支出", 4, [None, None, ""], {"row_no": 1}),
        Line("economic", "39999", "其他支出", 1, [None, None, ""], {"row_no": 2}),
        Line("flow", "GRAND_TOTAL", "公用经费合计", None, [None, None, "7.00"], OPERATING | {"row_no": 4}),
    ]
    heading = [  # 一、本年支出 prints no amount of its own
        Line("flow", "GRAND_TOTAL", "合计", None, ["8.00"]),
        Line("flow", None, "本年支出", 0, [""]),
        Line("function", "201", "一般公共服务支出", 1, ["5.00"]),
        Line("function", "208", "社会保障和就业支出", 1, ["3.00"]),
    ]
    return [
        one_row(0, "revenue", [revenue | c for c in (ALL, now, now | general, now | capital, old, surplus)],
                "100.00", "90.00", "80.00", "10.00", "6.00", "4.00"),
        one_row(1, "project", [PROJECT | c for c in (ALL, now | general, now | capital, special)],
                "30.00", "20.00", "7.00", "3.00"),
        one_row(2, "revenue", [revenue | c for c in (ALL, now, old, general, fund)],
                "50.00", "45.00", "5.00", "30.00", "20.00"),
        one_row(3, "three_public", [ALL, *three_public],
                "20.00", "12.00", "2.00", "7.00", "4.00", "3.00", "3.00", "5.00", "3.00", "99.00"),
        one_row(4, "government_fund", [fund | c for c in flow_of_fund], "1.00", "9.00", "8.00", "3.00", "5.00", "2.00",
                name=("function", "212", "城乡社区支出", None)),
        one_row(5, "expenditure", by_type, "100.00", "60.00", "30.00", "6.00", "4.00"),
        table(f"{paper}-6", 6, "general_public_basic_by_economic",
              [general | BASIC, general | BASIC | {"block_no": 1}], beside),
        table(f"{paper}-7", 7, "expenditure", [ALL], heading),
        one_row(8, "expenditure", [ALL, general], "5.00", "4.00"),
        one_row(9, "revenue", [revenue, revenue | now], "6.00", "6.00"),
        one_row(10, "revenue", [revenue | c for c in (ALL, now | general, now | fund, old, old | unit)],
                "50.00", "40.00", "", "7.00", "3.00"),
        table(f"{paper}-11", 11, "general_public_basic_by_economic",
              [general | BASIC | {"block_no": number} for number in range(3)], goes_on),
        table(f"{paper}-12", 12, "expenditure", [ALL, BASIC, PROJECT], [Line(*total, ["100.1", "60.02", "40.04"])],
              unit="元"),
    ]  # fmt: skip


def _unknown_unit(record: Table) -> Table:
    return record._replace(state="unknown_unit", printed_unit=None, unit_factor=None)


def _write_accepted(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["check_id", "rule_id", "document_id", "difference", "reason", "accepted_by", "accepted_on"])
        for document_id in ("accepted", "lapsed"):
            for rule, place, difference in ACCEPTED:
                made = check_id(rule, document_id, place)
                rows.writerow([made, rule, document_id, difference, "printed so", "reviewer", "2025-06-01"])


def _second_reader(con: duckdb.DuckDBPyConnection):
    printed = dict(
        con.execute(
            """select amount_id, printed_text from staging.amounts
            union all
            select form_amount_id, coalesce((amount_yuan / 10000)::varchar, '') from staging.stg_budget__form_amounts
            union all
            select amount_id, printed_text from intermediate.int_calculations_located
            union all
            select concat_ws('/', table_id, column_no, page), string_agg(printed_text, ' ')
            from staging.amounts group by table_id, column_no, page"""
        ).fetchall()
    )

    def read_again(document_id: str, places: Sequence[tuple[str, int, Box]]) -> dict[str, str | None]:
        if document_id == "lapsed":
            return {}
        texts = {amount_id: f" {printed[amount_id]}\n" for amount_id, _, _ in places}
        if document_id == "misread":
            texts["misread-t1-r4c4"] = "30.00"
        return texts

    return read_again


__all__ = ["ACCEPTED", "Built", "build", "check_id"]
