"""What a paper needs besides its tables, so that an error can contradict it: performance forms, and last year's column
with last year's paper."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.typesetting.budget import APPROPRIATION, Budget
from tests.typesetting.model import Cell, Table, row
from tests.typesetting.ten_tables import function_rows, money

WIDE = (1.1, 1, 1.2, 1.6, 1, 1, 1.1, 1.4)
OTHER = ("institution_income", "business_income", "other_income", "special_account")
GENERAL = ("general_public",)
UNIT = "单位：万元"


def forms(budget: Budget) -> list[Table]:
    """Return the overall form of the department and a form of each of its two largest projects."""
    projects = [(unit, name, project) for unit, name in budget.units for project in budget.projects(unit)]
    amounts = {project: budget.sum(kinds=("project",), project=project) for _, _, project in projects}
    largest = sorted(projects, key=lambda entry: -amounts[entry[2]])[:2]
    return [_overall(budget, amounts), *(_project(budget, *entry) for entry in largest)]


def _overall(budget: Budget, projects: dict[str, Decimal]) -> Table:
    total = budget.sum()
    kinds = {
        "人员类项目支出": budget.sum(kinds=("personnel",)),
        "运转类项目支出": budget.sum(kinds=("operating",)),
        "特定目标类项目支出": budget.sum(kinds=("project",)),
    }
    sources = {"财政拨款": budget.sum(funds=APPROPRIATION), "其他资金": budget.sum(funds=OTHER)}
    lines = [
        (Cell("部门名称"), Cell(budget.department, column_span=7)),
        (Cell("部门总体资金情况", row_span=8), Cell("总体资金情况", column_span=3), Cell("当年金额"),
         Cell("占比"), Cell("说明", column_span=2)),
        (Cell("收入构成", row_span=3), *_line("财政拨款", sources["财政拨款"], total)),
        _line("其他资金", sources["其他资金"], total),
        _line("合计", total, total),
        (Cell("支出构成", row_span=4), *_line("人员类项目支出", kinds["人员类项目支出"], total)),
        _line("运转类项目支出", kinds["运转类项目支出"], total),
        _line("特定目标类项目支出", kinds["特定目标类项目支出"], total),
        _line("合计", total, total),
        (Cell("项目支出情况", row_span=len(projects) + 1), Cell("项目名称", column_span=2), Cell("支出项目类别"),
         Cell("项目总预算"), Cell("项目本年度预算"), Cell("项目主要支出方向和用途", column_span=2)),
        *(
            (Cell(name, column_span=2), Cell("特定目标类"), Cell(money(amount)), Cell(money(amount)),
             Cell("见项目绩效目标表", column_span=2))
            for name, amount in projects.items()
        ),
        *_goals(),
    ]  # fmt: skip
    return Table(f"{budget.year}年部门整体支出绩效目标申报表", WIDE, "l" * 8, (), tuple(lines), UNIT)


def _line(item: str, amount: Decimal, total: Decimal) -> tuple[Cell, ...]:
    share = f"{amount * 100 / total:.2f}%"
    return (Cell(item, column_span=2), Cell(money(amount) or "0.00"), Cell(share), Cell("", column_span=2))


def _project(budget: Budget, unit: str, unit_name: str, project: str) -> Table:
    def part(*funds: str) -> str:
        return money(budget.sum(unit=unit, kinds=("project",), project=project, funds=funds)) or "0.00"

    lines = [
        (Cell("项目名称"), Cell(project, column_span=3), Cell("项目主管部门"), Cell(budget.department, column_span=3)),
        (Cell("项目执行单位"), Cell(unit_name, column_span=3), Cell("项目类别"), Cell("延续项目", column_span=3)),
        (Cell("项目总预算"), Cell(part(), column_span=3), Cell("项目当年预算"), Cell(part(), column_span=3)),
        (Cell("项目资金来源", row_span=4), Cell("来源项目", column_span=5), Cell("金额", column_span=2)),
        (Cell("合计", column_span=5), Cell(part(), column_span=2)),
        (Cell("1.一般公共预算财政拨款", column_span=5), Cell(part(*APPROPRIATION), column_span=2)),
        (Cell("2.其他资金", column_span=5), Cell(part(*OTHER), column_span=2)),
        *_goals(),
    ]
    return Table(f"{budget.year}年项目支出绩效目标申报表", WIDE, "l" * 8, (), tuple(lines), UNIT)


def _goals() -> list[tuple[Cell, ...]]:
    return [
        (Cell("年度目标1："), Cell("按计划完成全年工作。", column_span=7)),
        (Cell("年度绩效指标", row_span=2), Cell("一级指标"), Cell("二级指标"), Cell("三级指标"),
         Cell("指标值", column_span=2), Cell("指标值确定依据", column_span=2)),
        (Cell("产出指标"), Cell("数量指标"), Cell("工作完成率"), Cell("≥98%", column_span=2),
         Cell("计划数据", column_span=2)),
    ]  # fmt: skip


def prior_table(budget: Budget, before: Budget) -> Table:
    """Return the general public budget by function with last year's column before this year's."""
    this, last = f"{budget.year}年预算数", f"{before.year}年预算数"
    header = (
        (Cell("科目编码", row_span=2), Cell("科目名称", row_span=2), Cell(last, row_span=2), Cell(this, column_span=3)),
        row("合计", "基本支出", "项目支出"),
    )

    def amounts(code: str) -> list[str]:
        parts = ((), ("personnel", "operating"), ("project",))
        now = [money(budget.sum(function=code, funds=GENERAL, kinds=kinds)) for kinds in parts]
        return [money(before.sum(function=code, funds=GENERAL)), *now]

    both = replace(budget, leaves=(*budget.leaves, *before.leaves))
    return Table(
        f"{budget.year}年一般公共预算支出表（分功能科目）",
        (12, 26, 14, 14, 14, 14),
        "llrrrr",
        header,
        function_rows(both, GENERAL, amounts),
        UNIT,
        tag="预算 05 表",
    )
