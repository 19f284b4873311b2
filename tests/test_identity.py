"""Whose paper is it, and is a government's paper told from a department's? Names are invented."""

from __future__ import annotations

import pytest

from pipelines.recognising.bodies import body_in
from pipelines.recognising.keys import key
from tests.sheets import LEFT, paper

BALANCE = [
    ["收入", LEFT, "支出", LEFT],
    ["项目", "预算数", "项目", "预算数"],
    ["一、一般公共预算拨款收入", "10.00", "一、一般公共服务支出", "10.00"],
    ["收入总计", "10.00", "支出总计", "10.00"],
]


def named(rows, title="收支总表", **more) -> tuple[str | None, str | None]:
    document = paper(rows, title, **more).document
    return document.department_name, document.named_by


def test_a_cover_names_the_body_without_what_says_that_figures_are_summed_up() -> None:
    assert named(BALANCE, cover="示例市示例委员会（汇总）2026年度部门决算") == ("示例市示例委员会", "cover")


def test_a_form_names_the_body_of_tables_that_name_nobody() -> None:
    form = [
        ["部门（单位）名称", "示例市示例局", LEFT, LEFT],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "办件数量", "≥10件"],
    ]
    found = paper(form, "部门整体支出绩效目标表", cover="")
    assert (found.document.department_name, found.document.named_by) == ("示例市示例局", "form")


def test_the_title_of_a_table_names_the_body() -> None:
    assert named(BALANCE, "示例省示例大学2026年收支预算总表", cover="") == ("示例省示例大学", "title")


def test_who_names_nobody_is_nobody() -> None:
    assert named(BALANCE, cover="", folder_department="第一批") == (None, None)
    document = paper(BALANCE, "收支总表", cover="", folder_department="第一批").document
    assert document.folder_body_id is None


def test_a_folder_with_a_body_s_name_is_remembered() -> None:
    document = paper(BALANCE, "收支总表", cover="", folder_department="示例市示例局").document
    assert document.folder_body_id is not None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("示例市公安局交通管理支队", "示例市公安局交通管理支队"),
        ("示例大学", "示例大学"),
        ("示例市示例局（汇总）", "示例市示例局"),
        ("目录", None),
        ("部门预算编制说明", None),
        ("甲局，乙局", None),
    ],
)
def test_what_is_a_body_s_name(text: str, name: str | None) -> None:
    assert body_in(key(text)) == name


@pytest.mark.parametrize(
    "cover",
    [
        "关于示例市2025年预算执行情况和2026年预算草案的报告",
        "示例县2026年政府预算公开",
        "示例市2024年财政决算（草案）",
        "2026年示例镇财政预算",
        "2026年全市一般公共预算收入预算表",
    ],
)
def test_a_government_s_paper_is_no_department_s(cover: str) -> None:
    found = paper(BALANCE, "一般公共预算收支表", cover=cover)
    assert (found.document.document_kind, found.document.reason) == ("government", "government")
    assert (found.amounts, found.tables) == ((), ())


def test_a_table_of_taxes_is_a_government_s() -> None:
    taxes = [["项目", "预算数"], *([tax, "1.00"] for tax in ("一、税收收入", "增值税", "企业所得税", "个人所得税"))]
    found = paper(taxes, "一般公共预算收入表", cover="")
    assert found.document.detail == "税收收入、增值税、企业所得税、个人所得税"


@pytest.mark.parametrize(
    "cover",
    [
        "示例市财政局2026年部门预算",
        "示例区示例街道2026年度部门决算",
        "示例市2026年市级单位预算",
        "示例镇人民政府2026年部门预算",
    ],
)
def test_a_department_s_paper_is_no_government_s(cover: str) -> None:
    assert paper(BALANCE, "收支总表", cover=cover).document.reason is None
