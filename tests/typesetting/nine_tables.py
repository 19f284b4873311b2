"""The nine tables of another family of papers: 元, 类 款 项 in columns of their own, the 合计 row last."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from itertools import zip_longest

from tests.typesetting.budget import APPROPRIATION, BASIC, Budget, in_ten_thousands, numeral, printed
from tests.typesetting.model import Cell, Table, row

GENERAL = ("general_public",)
Rows = Sequence[tuple[Cell, ...]]
CODE_HEADER = (
    (Cell("功能分类科目编码", column_span=3), Cell("功能分类科目名称", row_span=2)),
    (Cell("类"), Cell("款"), Cell("项")),
)


def nine_tables(budget: Budget) -> list[Table]:
    """Given a budget, return its tables; every identity between them holds, but for the rounding of the one in 万元.

    Raises ValueError where an amount has more decimals than the tables print.
    """
    builders = [
        overall_balance,
        revenue,
        expenditure,
        appropriation_balance,
        general_public_by_function,
        government_fund,
        state_capital,
        general_public_basic,
        three_public,
    ]
    return [builder(budget) for builder in builders]


def table(
    budget: Budget,
    name: str,
    widths: tuple[float, ...],
    aligns: str,
    header: Rows,
    body: Rows,
    unit: str = "元",
    note: str = "",
) -> Table:
    return Table(
        f"{budget.year}年部门{name}",
        widths,
        aligns,
        tuple(header),
        tuple(body),
        f"单位：{unit}",
        f"编制部门：{budget.department}",
        note=note,
        landscape=True,
    )


def overall_balance(budget: Budget) -> Table:
    header = (
        (Cell("本年收入", column_span=2), Cell("本年支出", column_span=2)),
        row("项目", "预算数", "项目", "预算数"),
    )
    left = [("一、财政拨款收入", printed(budget.sum(funds=APPROPRIATION)))]
    left += [
        (f"{place}. {name}", printed(budget.sum(funds=(fund,))))
        for place, (name, fund) in enumerate(
            zip(("一般公共预算资金", "政府性基金", "国有资本经营预算"), APPROPRIATION, strict=True), start=1
        )
    ]
    left += [
        ("二、事业收入", printed(budget.sum(funds=("institution_income",)))),
        ("三、事业单位经营收入", printed(budget.sum(funds=("business_income",)))),
        ("四、其他收入", printed(budget.sum(funds=("other_income",)))),
    ]
    right = class_lines(budget, ())
    total = printed(budget.sum())
    body = [row(*a, *b) for a, b in zip_longest(left, right, fillvalue=("", ""))]
    body += [row("", "", "", "")] * (10 - len(body))
    body.append((Cell("收入总计", align="c"), Cell(total), Cell("支出总计", align="c"), Cell(total)))
    return table(budget, "财务收支预算总表", (32, 18, 32, 18), "lrlr", header, body)


def class_lines(budget: Budget, funds: Collection[str]) -> list[tuple[str, ...]]:
    """Return numbered expenditure classes with their amounts, only those that have one."""
    found = [(code, name) for code, name in budget.functions(funds) if len(code) == 3]
    return [
        (f"{numeral(place)}、{name}", printed(budget.sum(function=code, funds=funds)))
        for place, (code, name) in enumerate(found, start=1)
    ]


def code_header(name: str, columns: Iterable[str]) -> tuple[tuple[Cell, ...], ...]:
    columns = tuple(columns)
    first, second = CODE_HEADER
    return (
        (Cell("项目", column_span=4), Cell(name, column_span=len(columns))),
        first + tuple(Cell(column, row_span=2) for column in columns),
        second,
    )


def function_rows(
    budget: Budget, funds: Collection[str], amounts: Callable[[str], list[str]]
) -> list[tuple[Cell, ...]]:
    """Return a row per function code, its parts in three columns, and the 合计 row; `amounts` gives the rest."""
    body = []
    for code, name in budget.functions(funds):
        parts = [code[:3], code[3:5], code[5:7]]
        body.append(row(*parts, name, *amounts(code)))
    body.append((Cell("合计", column_span=4, align="c"), *row(*amounts(""))))
    return body


def empty_rows(n_amounts: int) -> list[tuple[Cell, ...]]:
    return [row(*[""] * (4 + n_amounts))] * 8 + [(Cell("合计", column_span=4, align="c"), *row(*[""] * n_amounts))]


def revenue(budget: Budget) -> Table:
    funds = ((), APPROPRIATION, ("institution_income",), ("business_income",), ("other_income",))

    def amounts(code: str) -> list[str]:
        return [printed(budget.sum(function=code, funds=fund)) for fund in funds]

    header = code_header("收入预算", ("合计", "财政拨款收入", "事业收入", "事业单位经营收入", "其他收入"))
    return table(
        budget,
        "收入预算总表",
        (5, 5, 5, 28, 13, 13, 11, 10, 10),
        "cccl" + "r" * 5,
        header,
        function_rows(budget, (), amounts),
    )


def by_kind(budget: Budget, name: str, heading: str, funds: Collection[str], note: str = "") -> Table:
    """Return a table of expenditure by function code in the columns 合计, 基本支出 and 项目支出."""

    def amounts(code: str) -> list[str]:
        return [printed(budget.sum(function=code, funds=funds, kinds=kinds)) for kinds in ((), BASIC, ("project",))]

    filled = budget.sum(funds=funds)
    return table(
        budget,
        name,
        (5, 5, 5, 37, 16, 16, 16),
        "cccl" + "r" * 3,
        code_header(heading, ("合计", "基本支出", "项目支出")),
        function_rows(budget, funds, amounts) if filled else empty_rows(3),
        note="" if filled else note,
    )


def expenditure(budget: Budget) -> Table:
    return by_kind(budget, "支出预算总表", "支出预算", ())


def general_public_by_function(budget: Budget) -> Table:
    return by_kind(budget, "一般公共预算支出功能分类预算表", "一般公共预算支出", GENERAL)


def government_fund(budget: Budget) -> Table:
    note = f"注：本部门{budget.year}年没有政府性基金预算支出，故本表为空表。"
    return by_kind(budget, "政府性基金预算支出功能分类预算表", "政府性基金预算支出", ("government_fund",), note)


def state_capital(budget: Budget) -> Table:
    note = f"注：本部门{budget.year}年没有国有资本经营预算支出，故本表为空表。"
    return by_kind(budget, "国有资本经营预算支出功能分类预算表", "国有资本经营预算支出", ("state_capital",), note)


def appropriation_balance(budget: Budget) -> Table:
    header = (
        (Cell("财政拨款收入", column_span=2), Cell("财政拨款支出", column_span=5)),
        row("项目", "预算数", "项目", "合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"),
    )
    names = ("一般公共预算资金", "政府性基金", "国有资本经营预算")
    left = [
        (f"{numeral(place)}、{name}", printed(budget.sum(funds=(fund,))))
        for place, (name, fund) in enumerate(zip(names, APPROPRIATION, strict=True), start=1)
    ]
    found = [(code, name) for code, name in budget.functions(APPROPRIATION) if len(code) == 3]
    right = [(f"{numeral(place)}、{name}", *by_fund(budget, code)) for place, (code, name) in enumerate(found, start=1)]
    body = [row(*(a or ("", "")), *(b or ("",) * 5)) for a, b in zip_longest(left, right, fillvalue=None)]
    body += [row(*[""] * 7)] * (8 - len(body))
    total = by_fund(budget, "")
    body.append((Cell("收入总计", align="c"), Cell(total[0]), Cell("支出总计", align="c"), *row(*total)))
    return table(budget, "财政拨款收支预算总表", (19, 13, 20, 13, 13, 12, 10), "lrlrrrr", header, body)


def by_fund(budget: Budget, code: str) -> list[str]:
    return [printed(budget.sum(function=code, funds=f)) for f in (APPROPRIATION, *((fund,) for fund in APPROPRIATION))]


def general_public_basic(budget: Budget) -> Table:
    columns = ("合计", "人员经费", "公用经费")
    header = (
        (Cell("项目", column_span=3), Cell("一般公共预算基本支出", column_span=3)),
        (
            Cell("部门预算经济分类科目编码", column_span=2),
            Cell("经济分类科目名称", row_span=2),
            *(Cell(column, row_span=2) for column in columns),
        ),
        row("类", "款"),
    )

    def amounts(code: str) -> list[str]:
        return [
            printed(budget.sum(economic=code, funds=GENERAL, kinds=kinds), zero="0.00")
            for kinds in (BASIC, ("personnel",), ("operating",))
        ]

    body = [row(code[:3], code[3:], name, *amounts(code)) for code, name in budget.economics()]
    body.append((Cell("合计", column_span=3, align="c"), *row(*amounts(""))))
    return table(budget, "一般公共预算基本支出部门预算经济分类预算表", (8, 8, 39, 15, 15, 15), "cclrrr", header, body)


def three_public(budget: Budget) -> Table:
    header = (
        (Cell("“三公”经费预算数", column_span=6), Cell("机关运行经费预算数", row_span=3)),
        (
            Cell("合计", row_span=2),
            Cell("因公出国（境）费", row_span=2),
            Cell("公务接待费", row_span=2),
            Cell("公务用车购置及运行费", column_span=3),
        ),
        row("小计", "购置费", "运行费"),
    )
    part = budget.three_public()
    vehicles = part["purchase"] + part["running"]
    amounts = [
        sum(part.values(), Decimal(0)),
        part["overseas"],
        part["reception"],
        vehicles,
        part["purchase"],
        part["running"],
        budget.sum(funds=GENERAL, kinds=("operating",)),
    ]
    return table(
        budget,
        "“三公”经费和机关运行经费预算表",
        (14, 15, 14, 14, 14, 14, 15),
        "c" * 7,
        header,
        (row(*(printed(in_ten_thousands(amount), zero="0.00") for amount in amounts)),),
        unit="万元",
    )
