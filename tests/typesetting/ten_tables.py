"""The ten tables of one family of papers: 万元, joined codes, the 合计 row first, two-sided balance tables."""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from itertools import zip_longest

from tests.typesetting.budget import APPROPRIATION, BASIC, Budget, codes, numeral, printed
from tests.typesetting.model import Cell, Table, row

UNIT = "单位：万元"
GENERAL = ("general_public",)
REVENUE_LINES = {
    "一般公共预算拨款收入": "general_public",
    "政府性基金预算拨款收入": "government_fund",
    "国有资本经营预算拨款收入": "state_capital",
    "财政专户管理资金收入": "special_account",
    "事业收入": "institution_income",
    "事业单位经营收入": "business_income",
    "上级补助收入": "superior_subsidy",
    "附属单位上缴收入": "affiliate_remittance",
    "其他收入": "other_income",
}
FUND_COLUMNS = {
    "一般公共预算": "general_public",
    "政府性基金预算": "government_fund",
    "国有资本经营预算": "state_capital",
    "财政专户管理资金": "special_account",
    "事业收入": "institution_income",
    "事业单位经营收入": "business_income",
    "上级补助收入": "superior_subsidy",
    "附属单位上缴收入": "affiliate_remittance",
    "其他收入": "other_income",
}


def money(amount: Decimal) -> str:
    return printed(amount, Decimal(10_000))


def balance_header() -> tuple[tuple[Cell, ...], ...]:
    return (
        (Cell("收　　入", column_span=2), Cell("支　　出", column_span=2)),
        row("项　目", "预算数", "项　目", "预算数"),
    )


def ten_tables(budget: Budget) -> list[Table]:
    """Given a budget in hundreds of yuan, return its tables 01 to 10; every identity between them holds."""
    year = budget.year
    builders = [
        overall_balance,
        revenue,
        expenditure,
        appropriation_balance,
        general_public_by_function,
        general_public_by_unit,
        general_public_basic,
        three_public,
        government_fund,
        projects,
    ]
    return [builder(budget, f"预算 {number:02} 表", f"{year}年") for number, builder in enumerate(builders, start=1)]


def overall_balance(budget: Budget, tag: str, year: str) -> Table:
    left = [
        (f"{numeral(place)}、{name}", money(budget.sum(funds=(fund,))))
        for place, (name, fund) in enumerate(REVENUE_LINES.items(), start=1)
    ]
    right = [
        (f"{numeral(place)}、{name}", money(budget.sum(function=code)))
        for place, (code, name) in enumerate(classes(), start=1)
    ]
    total = money(budget.sum())
    body = [row(*a, *b) for a, b in zip_longest(left, right, fillvalue=("", ""))]
    body += [
        totals("本年收入合计", total, "本年支出合计", total),
        totals("上年结转结余", "", "年终结转结余", ""),
        totals("收　入　总　计", total, "支　出　总　计", total),
    ]
    return Table(
        f"{year}收支预算总表",
        (34, 16, 34, 16),
        "lrlr",
        balance_header(),
        tuple(body),
        UNIT,
        tag=tag,
        note="备注：财政专户管理资金收入指教育收费；事业收入中不含教育收费。",
    )


def totals(left: str, left_amount: str, right: str, right_amount: str) -> tuple[Cell, ...]:
    return (Cell(left, align="c"), Cell(left_amount), Cell(right, align="c"), Cell(right_amount))


def classes() -> list[tuple[str, str]]:
    return [(code, name) for code, name in codes("functions").items() if len(code) == 3]


def revenue(budget: Budget, tag: str, year: str) -> Table:
    header = (
        (
            Cell("部门（单位）代码", row_span=2),
            Cell("部门（单位）名称", row_span=2),
            Cell("合计", row_span=2),
            Cell("本年收入", column_span=1 + len(FUND_COLUMNS)),
        ),
        row("小计", *FUND_COLUMNS),
    )

    def amounts(unit: str) -> list[str]:
        total = money(budget.sum(unit=unit))
        return [total, total, *(money(budget.sum(unit=unit, funds=(fund,))) for fund in FUND_COLUMNS.values())]

    body = [(Cell(""), Cell("合计", align="c"), *row(*amounts("")))]
    body.append(row(budget.department_code, budget.department, *amounts("")))
    body += [row(code, f"　{name}", *amounts(code)) for code, name in budget.units]
    return Table(
        f"{year}收入预算总表",
        (7, 13, 9, 9, 9, 8, 8, 8, 7, 7, 7, 7, 7),
        "ll" + "r" * 11,
        header,
        tuple(body),
        UNIT,
        tag=tag,
        landscape=True,
    )


def expenditure(budget: Budget, tag: str, year: str) -> Table:
    kinds = "合计", "基本支出", "项目支出", "事业单位经营支出", "上缴上级支出", "对附属单位补助支出"
    header = (row("科目编码", "科目名称", *kinds),)

    def amounts(code: str) -> list[str]:
        return [money(budget.sum(function=code, kinds=kinds)) for kinds in ((), BASIC, ("project",))] + ["", "", ""]

    return Table(
        f"{year}支出预算总表",
        (11, 24, 13, 13, 13, 9, 9, 9),
        "llrrrrrr",
        header,
        function_rows(budget, (), amounts),
        UNIT,
        tag=tag,
    )


def function_rows(
    budget: Budget, funds: Collection[str], amounts: Callable[[str], list[str]]
) -> tuple[tuple[Cell, ...], ...]:
    """Return a 合计 row and a row per function code, names indented by level; `amounts` gives the rest of a row."""
    body = [(Cell(""), Cell("合计", align="c"), *row(*amounts("")))]
    for code, name in budget.functions(funds):
        body.append(row(code, "　" * (len(code) // 2 - 1) + name, *amounts(code)))
    return tuple(body)


def appropriation_balance(budget: Budget, tag: str, year: str) -> Table:
    funds = {
        "一般公共预算拨款": "general_public",
        "政府性基金预算拨款": "government_fund",
        "国有资本经营预算拨款": "state_capital",
    }
    total = money(budget.sum(funds=APPROPRIATION))
    left = [("一、本年收入", total)]
    left += [
        (f"　（{numeral(n)}）{name}", money(budget.sum(funds=(fund,))))
        for n, (name, fund) in enumerate(funds.items(), start=1)
    ]
    left += [("二、上年结转", "")]
    left += [(f"　（{numeral(n)}）{name}", "") for n, name in enumerate(funds, start=1)]
    right = [("一、本年支出", total)]
    right += [
        (f"　（{numeral(n)}）{name}", money(budget.sum(function=code, funds=APPROPRIATION)))
        for n, (code, name) in enumerate(classes(), start=1)
    ]
    right += [("二、年终结转结余", "")]
    body = [row(*a, *b) for a, b in zip_longest(left, right, fillvalue=("", ""))]
    body.append(totals("收　入　总　计", total, "支　出　总　计", total))
    return Table(f"{year}财政拨款收支预算总表", (34, 16, 34, 16), "lrlr", balance_header(), tuple(body), UNIT, tag=tag)


def by_kind_header(code: str, name: str) -> tuple[tuple[Cell, ...], ...]:
    return (
        (
            Cell(code, row_span=2),
            Cell(name, row_span=2),
            Cell("合计", row_span=2),
            Cell("基本支出", column_span=3),
            Cell("项目支出", row_span=2),
        ),
        row("小计", "人员经费", "公用经费"),
    )


KINDS = ((), BASIC, ("personnel",), ("operating",), ("project",))


def general_public_by_function(budget: Budget, tag: str, year: str) -> Table:
    def amounts(code: str) -> list[str]:
        return [money(budget.sum(function=code, funds=GENERAL, kinds=kinds)) for kinds in KINDS]

    return Table(
        f"{year}一般公共预算支出表（分功能科目）",
        (12, 26, 13, 13, 12, 12, 12),
        "llrrrrr",
        by_kind_header("科目编码", "科目名称"),
        function_rows(budget, GENERAL, amounts),
        UNIT,
        tag=tag,
    )


def general_public_by_unit(budget: Budget, tag: str, year: str) -> Table:
    def amounts(unit: str) -> list[str]:
        return [money(budget.sum(unit=unit, funds=GENERAL, kinds=kinds)) for kinds in KINDS]

    body = [(Cell(""), Cell("合计", align="c"), *row(*amounts("")))]
    body.append(row(budget.department_code, budget.department, *amounts("")))
    body += [row(code, f"　{name}", *amounts(code)) for code, name in budget.units]
    return Table(
        f"{year}一般公共预算支出表（分单位）",
        (12, 26, 13, 13, 12, 12, 12),
        "llrrrrr",
        by_kind_header("单位编码", "单位名称"),
        tuple(body),
        UNIT,
        tag=tag,
    )


def general_public_basic(budget: Budget, tag: str, year: str) -> Table:
    header = (
        (Cell("部门预算支出经济分类科目", column_span=2), Cell("本年一般公共预算基本支出", column_span=3)),
        row("科目编码", "科目名称", "合计", "人员经费", "公用经费"),
    )

    def amounts(code: str) -> list[str]:
        return [
            money(budget.sum(economic=code, funds=GENERAL, kinds=kinds))
            for kinds in (BASIC, ("personnel",), ("operating",))
        ]

    body = [(Cell(""), Cell("合计", align="c"), *row(*amounts("")))]
    body += [row(code, "　" * (len(code) // 2 - 1) + name, *amounts(code)) for code, name in budget.economics()]
    return Table(f"{year}一般公共预算基本支出表", (14, 36, 17, 17, 16), "llrrr", header, tuple(body), UNIT, tag=tag)


def three_public(budget: Budget, tag: str, year: str) -> Table:
    header = (
        (
            Cell("“三公”经费合计", row_span=2),
            Cell("因公出国（境）费", row_span=2),
            Cell("公务用车购置及运行费", column_span=3),
            Cell("公务接待费", row_span=2),
        ),
        row("小计", "公务用车购置费", "公务用车运行费"),
    )
    part = budget.three_public()
    vehicles = part["purchase"] + part["running"]
    amounts = [
        sum(part.values(), Decimal(0)),
        part["overseas"],
        vehicles,
        part["purchase"],
        part["running"],
        part["reception"],
    ]
    return Table(
        f"{year}一般公共预算“三公”经费支出表",
        (16, 16, 16, 18, 18, 16),
        "rrrrrr",
        header,
        (row(*map(money, amounts)),),
        UNIT,
        tag=tag,
    )


def government_fund(budget: Budget, tag: str, year: str) -> Table:
    header = (
        (Cell("科目编码", row_span=2), Cell("科目名称", row_span=2), Cell("本年政府性基金预算支出", column_span=3)),
        row("合计", "基本支出", "项目支出"),
    )
    funds = ("government_fund",)

    def amounts(code: str) -> list[str]:
        return [money(budget.sum(function=code, funds=funds, kinds=kinds)) for kinds in ((), BASIC, ("project",))]

    empty = not budget.sum(funds=funds)
    body = (row(*[""] * 5),) * 3 if empty else function_rows(budget, funds, amounts)
    return Table(
        f"{year}政府性基金预算支出表",
        (15, 34, 17, 17, 17),
        "llrrr",
        header,
        body,
        UNIT,
        tag=tag,
        note="注：本部门无政府性基金预算支出" if empty else "",
        new_page=False,
    )


def projects(budget: Budget, tag: str, year: str) -> Table:
    header = (
        (
            Cell("项目编码", row_span=2),
            Cell("项目名称", row_span=2),
            Cell("项目单位", row_span=2),
            Cell("合计", row_span=2),
            Cell("本年拨款", column_span=3),
            Cell("财政拨款结转结余", column_span=3),
            Cell("财政专户管理资金", row_span=2),
            Cell("单位资金", row_span=2),
        ),
        row(*["一般公共预算", "政府性基金预算", "国有资本经营预算"] * 2),
    )

    def amounts(unit: str, project: str = "") -> list[str]:
        def part(*funds: str) -> str:
            return money(budget.sum(unit=unit, funds=funds, kinds=("project",), project=project))

        return [
            part(),
            *(part(fund) for fund in APPROPRIATION),
            "",
            "",
            "",
            part("special_account"),
            part("institution_income", "business_income", "other_income"),
        ]

    body = [(Cell(""), Cell("合计", align="c"), Cell(""), *row(*amounts("")))]
    body.append(row(budget.department_code, budget.department, "", *amounts("")))
    for unit, name in budget.units:
        body.append(row(unit, f"　{name}", "", *amounts(unit)))
        body.append(row("31", "　　本级支出项目", "", *amounts(unit)))
        for number, project in enumerate(budget.projects(unit), start=1):
            code = f"990000{budget.year % 100}{unit}T{number:07}"
            body.append(row(code, f"　　　{project}", name, *amounts(unit, project)))
    return Table(
        f"{year}项目支出预算表",
        (12, 16, 13, 9, 9, 8, 8, 8, 8, 8, 8, 8),
        "lll" + "r" * 9,
        header,
        tuple(body),
        UNIT,
        tag=tag,
        landscape=True,
    )
