"""Typeset papers of one body: the budget of 2024, its final account, the budget of 2025, and its units' own budgets."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipelines.reading.document import read_document
from pipelines.recognising.document import recognise
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.records import Paper as RawPaper
from pipelines.settings import Limits
from tests.typesetting.budget import THREE_PUBLIC, Budget, in_ten_thousands, printed, read_budget
from tests.typesetting.model import Cell, Paper, Style, Table, row
from tests.typesetting.setter import typeset
from tests.typesetting.ten_tables import money, ten_tables

GENERAL = ("general_public",)
CARRIED = Decimal(120_000)
UNIT = "单位：万元"
THREE = {"overseas": "因公出国（境）费", "reception": "公务接待费", "running": "公务用车运行维护费"}


def recognised(folder: Path) -> list[Recognised]:
    """Typeset the papers into the folder, read and recognise them."""
    found = []
    for name, paper in papers().items():
        path = folder / f"{name}.pdf"
        typeset(paper, Style(), path)
        reading = read_document(path, Limits())
        raw = RawPaper(name, reading.sha256, path, f"{paper.year}/{paper.department}/{name}.pdf", path.name, str(paper.year),
                       paper.department)  # fmt: skip
        found.append(recognise(reading, raw))
    return found


def papers() -> dict[str, Paper]:
    """Return the papers by the ids of their documents; in those of the second body the text is 1.00 万元 off."""
    before, now = budget(2024), budget(2025)
    made = _years("typeset", before, now, Decimal(0)) | _years("off", *map(_elsewhere, (before, now)), Decimal(10_000))
    for code, name in now.units:
        unit = _of_unit(now, code, name)
        made[f"typeset-unit-{code}"] = _paper(unit, "单位预算", (), ten_tables(unit))
    return made


def _years(name: str, before: Budget, now: Budget, off: Decimal) -> dict[str, Paper]:
    tables = ten_tables(now)
    tables[7] = _three_public_of_two_years(now, before)
    return {
        f"{name}-budget-2024": _paper(before, "部门预算", _says(before), ten_tables(before)),
        f"{name}-final-2024": _paper(before, "部门决算", _says_of_the_year(before, off), _final_tables(before)),
        f"{name}-budget-2025": _paper(now, "部门预算", _says(now, before, off), tables),
    }


def _elsewhere(budget: Budget) -> Budget:
    units = tuple((code, name.replace("示例区", "样例区")) for code, name in budget.units)
    return replace(budget, department=budget.department.replace("示例区", "样例区"), units=units)


@cache
def budget(year: int) -> Budget:
    return read_budget(f"archives-{year}")[0]


def _paper(budget: Budget, kind: str, says: tuple[str, ...], tables: list[Table]) -> Paper:
    title = f"{budget.department}{budget.year}年{kind}"
    return Paper(budget.department, budget.year, title, (f"# 第一部分　{budget.department}概况", *says), tuple(tables))


def _of_unit(budget: Budget, code: str, name: str) -> Budget:
    leaves = tuple(leaf for leaf in budget.leaves if leaf.unit == code)
    return replace(budget, department=name, department_code=code[:3], units=((code, name),), leaves=leaves)


def _says(budget: Budget, before: Budget | None = None, off: Decimal = Decimal(0)) -> tuple[str, ...]:
    total = f"{budget.year}年支出预算{_printed(budget.sum())}万元"
    if before is None:
        return ("# 一、支出预算说明", f"{total}。")
    change = in_ten_thousands(budget.sum() + off) - in_ten_thousands(before.sum())
    word = "增加" if change > 0 else "减少"
    return (
        "# 一、支出预算说明",
        f"{total}，比{before.year}年预算{word}{abs(change):,.2f}万元。",
        f"{total}，{before.year}年预算安排{_printed(before.sum() + off)}万元。",
    )


def _says_of_the_year(budget: Budget, off: Decimal) -> tuple[str, ...]:
    total = budget.sum(funds=GENERAL)
    return (
        "# 一、一般公共预算财政拨款支出决算情况说明",
        f"{budget.year}年度一般公共预算财政拨款支出年初预算为{_printed(total + off)}万元，"
        f"支出决算为{_printed(total)}万元。",
    )


def _printed(amount: Decimal) -> str:
    return printed(in_ten_thousands(amount), zero="0.00")


def _final_tables(budget: Budget) -> list[Table]:
    """Everything was spent as planned, in yuan; what came in beyond is carried into the next year."""
    year, total = budget.year, budget.sum()

    def yuan(amount: Decimal) -> str:
        return printed(amount, zero="0.00")

    header = (row("收入", "", "支出", ""), row("项目", "决算数", "项目", "决算数"))
    body = (
        row("一、一般公共预算财政拨款收入", yuan(total + CARRIED), "一、一般公共服务支出", yuan(total)),
        row("本年收入合计", yuan(total + CARRIED), "本年支出合计", yuan(total)),
        row("年初结转和结余", "0.00", "年末结转和结余", yuan(CARRIED)),
        row("总计", yuan(total + CARRIED), "总计", yuan(total + CARRIED)),
    )
    spent = (row("科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"),)
    by_function = tuple(
        row(code, name, *(yuan(budget.sum(function=code, funds=GENERAL, kinds=kinds)) for kinds in _KINDS))
        for code, name in (("", "合计"), *budget.functions(GENERAL))
    )
    parts = budget.three_public()
    public = tuple(row(name, money(parts[part]), money(parts[part])) for part, name in THREE.items())
    return [
        Table(f"{year}年度收入支出决算总表", (34, 16, 34, 16), "lrlr", header, body, "单位：元"),
        Table(f"{year}年度一般公共预算财政拨款支出决算表", (14, 34, 16, 16, 16), "llrrr", spent, by_function, "单位：元"),
        Table(f"{year}年度“三公”经费支出决算表", (34, 16, 16), "lrr", (row("项目", "预算数", "决算数"),), public, UNIT),
    ]  # fmt: skip


_KINDS = ((), ("personnel", "operating"), ("project",))


def _three_public_of_two_years(now: Budget, before: Budget) -> Table:
    header = (row("项目", f"{before.year}年预算数", f"{now.year}年预算数"),)
    body = tuple(
        (Cell(name), *row(money(before.sum(economic=THREE_PUBLIC[part])), money(now.sum(economic=THREE_PUBLIC[part]))))
        for part, name in THREE.items()
    )
    return Table(f"{now.year}年“三公”经费预算表", (34, 16, 16), "lrr", header, body, UNIT)
