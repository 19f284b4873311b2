"""Papers whose tables and performance forms must agree with each other; the ids say what is wrong with each."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

from pipelines.recognising.forms.records import Form, FormAmount
from pipelines.recognising.records import Amount, Table
from tests.staging_fixture import ALL, BASIC, OPERATING, PERSONNEL, PROJECT, Line, table

GENERAL, APPROPRIATION = {"fund_source": "general_public"}, {"fund_source": "appropriation"}
REVENUE, OTHER = {"side": "revenue"}, {"fund_source": "other_income"}
CLASS = {"subject_level": "class"}
PAPERS = [
    "agree",
    "leaf",
    "other-money",
    "carried",
    "forms",
    "forms-broken",
    "leaves-alone",
    "classes-of-bodies",
    "by-source",
]
TOTAL = ("flow", "GRAND_TOTAL", "合计", None)
# code, name, parent, all, basic, project
FUNCTIONS = [
    ("201", "一般公共服务支出", 0, "70.00", "50.00", "20.00"),
    ("20106", "财政事务", 1, "70.00", "50.00", "20.00"),
    ("2010601", "行政运行", 2, "50.00", "50.00", ""),
    ("2010602", "一般行政管理事务", 2, "20.00", "", "20.00"),
    ("221", "住房保障支出", 0, "10.00", "10.00", ""),
    ("22102", "住房改革支出", 5, "10.00", "10.00", ""),
    ("2210201", "住房公积金", 6, "10.00", "10.00", ""),
]


def tables() -> list[tuple[Table, list[Amount]]]:
    return [
        *_paper("agree"),
        *_paper("leaf", leaf="21.00"),
        *_paper("other-money", other="5.00"),
        *_paper("carried", carried="3.00"),
        *_paper("forms"),
        _projects("forms", "9.00"),
        *_paper("forms-broken"),
        _projects("forms-broken", "9.00"),
        *_leaves_alone("leaves-alone"),
        *_classes_of_bodies("classes-of-bodies"),
        *_by_source("by-source"),
    ]


def forms() -> list[Form]:
    return [
        Form(
            form_id=document_id, document_id=document_id, form_no=1, form_kind="project", title="项目绩效目标表",
            organization_name="示例局", project_name="档案、整理经费", project_code=None, project_department=None,
            executing_unit=None, project_year=2025, start_year=None, end_year=None, project_category=None,
            project_frequency=None, total_budget_yuan=Decimal(90_000), year_budget_yuan=Decimal(year), page=9,
        )
        for document_id, year in (("forms", 90_000), ("forms-broken", 100_000))
    ]  # fmt: skip


def form_amounts() -> list[FormAmount]:
    lines = [
        ("head", 1, "项目总预算", "total_budget", 90_000),
        ("head", 2, "项目当年预算", "year_budget", 90_000),
        ("funding", 1, "当年预算合计", "all", 90_000),
        ("funding", 2, "1.财政拨款", "local", 70_000),
        ("funding", 3, "2.上级转移支付", "transfer", 20_000),
        ("cost_item", 1, "印刷费", "local", 40_000),
        ("cost_item", 2, "劳务费", "local", 30_000),
        ("cost_item", 2, "劳务费", "transfer", 20_000),
    ]
    return [
        FormAmount(
            form_id=document_id, section=section, line_no=line_no, item=item, basis_text=None,
            funding="all" if section == "head" else funding, amount_year=None if funding == "total_budget" else 2025,
            amount_yuan=Decimal(100_000 if document_id == "forms-broken" and funding == "year_budget" else yuan),
            share_percent=None, quantity_text=None, page=9, x0=1.0, top=float(at), x1=2.0, bottom=at + 1.0,
            role=funding if section == "head" else None,
        )
        for document_id in ("forms", "forms-broken")
        for at, (section, line_no, item, funding, yuan) in enumerate(lines)
    ]  # fmt: skip


def form_amount_id(form_id: str, section: str, line_no: int, funding: str, year: int | str) -> str:
    return hashlib.md5(f"{form_id}/{section}/{line_no}/{funding}/{year}".encode()).hexdigest()


def _paper(document_id: str, leaf: str = "20.00", other: str = "", carried: str = "") -> list:
    """The seven tables of a department that spends 80, plus what it gets from others and what it carries in and out;
    `leaf` is what the expenditure table prints for the projects of 2010602."""
    spent = f"{80 + _number(other):.2f}"
    total = f"{80 + _number(other) + _number(carried):.2f}"
    columns = [GENERAL | BASIC, GENERAL | PERSONNEL, GENERAL | OPERATING]
    return [
        _overall(document_id, spent, total, other, carried),
        table(document_id, 1, "revenue", [REVENUE, REVENUE | APPROPRIATION, REVENUE | OTHER],
              [Line(*TOTAL, [spent, "80.00", other])]),
        _by_function(document_id, 2, "expenditure", {}, other, leaf),
        _appropriation(document_id, carried),
        _by_function(document_id, 4, "general_public_by_function", GENERAL),
        table(document_id, 5, "general_public_basic_by_economic", columns, [
            Line(*TOTAL, ["60.00", "50.00", "10.00"]),
            Line("economic", "301", "工资福利支出", 0, ["50.00", "50.00", ""]),
            Line("economic", "30101", "基本工资", 1, ["40.00", "40.00", ""]),
            Line("economic", "30113", "住房公积金", 1, ["10.00", "10.00", ""]),
            Line("economic", "302", "商品和服务支出", 0, ["10.00", "", "10.00"]),
            Line("economic", "30217", "公务接待费", 4, ["10.00", "", "10.00"]),
        ]),
        table(document_id, 6, "three_public", [{"subject_scheme": "three_public", "subject_code": "RECEPTION"}],
              [Line("three_public", "RECEPTION", "公务接待费", None, ["12.00"])]),
    ]  # fmt: skip


def _leaves_alone(document_id: str) -> list:
    """Two tables that list items alone, one code once for each of the units that they do not name."""
    item = {"subject_level": "item"}

    def listed(table_no: int, kind: str, fund: dict, *texts: str):
        lines = [Line("function", "2010601", "行政运行", len(texts), [text], item) for text in texts]
        return table(document_id, table_no, kind, [fund | ALL], [*lines, Line(*TOTAL, ["80.00"])])

    return [
        listed(2, "expenditure", {}, "50.00", "20.00", "10.00"),
        _appropriation(document_id, ""),
        listed(4, "general_public_by_function", GENERAL, "60.00", "20.00"),
    ]


def _classes_of_bodies(document_id: str) -> list:
    """A table of the general public budget that lists the classes of each unit below it."""
    general = [
        Line(*TOTAL, ["80.00"]),
        Line("organization", "403001", "示例局", 0, ["50.00"]),
        Line("function", "201", "一般公共服务支出", 1, ["45.00"], CLASS),
        Line("function", "221", "住房保障支出", 1, ["5.00"], CLASS),
        Line("organization", "403002", "示例局下属中心", 0, ["30.00"]),
        Line("function", "201", "一般公共服务支出", 4, ["25.00"], CLASS),
        Line("function", "221", "住房保障支出", 4, ["5.00"], CLASS),
    ]
    return [
        _appropriation(document_id, ""),
        table(document_id, 4, "general_public_by_function", [GENERAL | ALL], general),
    ]


def _by_source(document_id: str) -> list:
    """An expenditure table by where the money comes from, what is carried in included, none of which is spent."""
    now, old = {"fund_period": "current_year"}, {"fund_period": "carry_over"}
    return [
        _overall(document_id, "80.00", "83.00", "", "3.00"),
        table(document_id, 2, "expenditure", [ALL, GENERAL | now, old], [Line(*TOTAL, ["83.00", "80.00", "3.00"])]),
    ]


def _overall(document_id: str, spent: str, total: str, other: str, carried: str):
    received = [
        Line("fund_source", None, "财政拨款收入", 2, ["80.00", None], APPROPRIATION),
        Line("fund_source", None, "其他收入", 2, [other, None], OTHER),
        Line("flow", "CURRENT_TOTAL", "本年收入合计", 4, [spent, None]),
        Line("flow", "CARRY_IN", "上年结转", 4, [carried, None]),
        Line("flow", "GRAND_TOTAL", "收入总计", None, [total, None]),
    ]
    paid = [
        Line("function", "201", "一般公共服务支出", 7, [None, f"{70 + _number(other):.2f}"], CLASS),
        Line("function", "221", "住房保障支出", 7, [None, "10.00"], CLASS),
        Line("flow", "CURRENT_TOTAL", "本年支出合计", 9, [None, spent]),
        Line("flow", "CARRY_OUT", "年终结转", 9, [None, carried]),
        Line("flow", "GRAND_TOTAL", "支出总计", None, [None, total]),
    ]
    return table(document_id, 0, "overall_balance", [REVENUE, {"block_no": 1}], received + paid)


def _appropriation(document_id: str, carried: str):
    total = f"{80 + _number(carried):.2f}"
    lines = [
        Line("fund_source", None, "一般公共预算", 1, ["80.00", None], GENERAL),
        Line("flow", "CURRENT_TOTAL", "本年收入合计", 3, ["80.00", None]),
        Line("flow", "CARRY_IN", "上年结转", 3, [carried, None]),
        Line("flow", "GRAND_TOTAL", "收入总计", None, [total, None]),
        Line("function", "201", "一般公共服务支出", 6, [None, "70.00"], CLASS),
        Line("function", "221", "住房保障支出", 6, [None, "10.00"], CLASS),
        Line("flow", "CURRENT_TOTAL", "本年支出合计", 8, [None, "80.00"]),
        Line("flow", "CARRY_OUT", "年终结转", 8, [None, carried]),
        Line("flow", "GRAND_TOTAL", "支出总计", None, [None, total]),
    ]
    return table(document_id, 3, "appropriation_balance", [APPROPRIATION | REVENUE, APPROPRIATION], lines)


def _by_function(document_id: str, table_no: int, kind: str, fund: dict, other: str = "", leaf: str = "20.00"):
    """`other` money is spent on projects of 2010602."""
    lines = [Line(*TOTAL, _more(["80.00", "60.00", "20.00"], other))]
    for code, name, parent, *texts in FUNCTIONS:
        level = {3: "class", 5: "section", 7: "item"}[len(code)]
        printed = _more(texts, other) if code in ("201", "20106", "2010602") else texts
        if code == "2010602":
            printed = [printed[0], printed[1], leaf if leaf != "20.00" else printed[2]]
        lines.append(Line("function", code, name, parent, printed, {"subject_level": level}))
    record, amounts = table(document_id, table_no, kind, [fund | ALL, fund | BASIC, fund | PROJECT], lines)
    return record, amounts


def _projects(document_id: str, year: str):
    lines = [Line(*TOTAL, ["20.00"])]
    for code, name, text in (("7001", "档案整理经费", year), ("7002", "馆舍维修", f"{20 - _number(year):.2f}")):
        more = {"subject_level": "project", "project_name": name}
        lines.append(Line("project", code, name, 0, [text], more))
    return table(document_id, 7, "project", [PROJECT], lines)


def _more(texts: Sequence[str], other: str) -> list[str]:
    """Total, basic and project columns with other money added to the total and the projects."""
    return [f"{_number(texts[0]) + _number(other):.2f}", texts[1], f"{_number(texts[2]) + _number(other):.2f}"]


def _number(text: str) -> Decimal:
    return Decimal(text or 0)
