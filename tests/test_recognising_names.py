"""Is a printed code name that is not the official one told, and never overwritten?"""

from __future__ import annotations

import pytest

from tests.sheets import filled, paper


def labels(code: str, name: str, year: int = 2025, kind: str = "一般公共预算支出表") -> list[str]:
    rows = [["科目编码", "科目名称", "合计", "项目支出"], [code, name, "5.00", "5.00"]]
    records = paper(rows, kind, cover=f"示例市示例区档案局{year}年部门预算", folder_year=str(year))
    assert {a.subject_name for a in filled(records)} == {name}
    assert all((f.kind, f.severity) == ("label", "info") for f in records.findings)
    return [f.message for f in records.findings]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("205", "教育支出"),
        ("2080505", "机关事业单位基本养老保险缴费支出"),
        ("30303", "退职(役)费"),
        ("9990101", "自设科目"),
        ("20126", "档 案 事 务"),
    ],
)
def test_the_official_name_is_told_by_nobody(code: str, name: str) -> None:
    assert labels(code, name.replace(" ", "")) == []


def test_a_name_of_other_years_is_told_with_its_span() -> None:
    old = "the name this code bears until 2018; 2025 has 文化旅游体育与传媒支出"
    assert labels("207", "文化体育与传媒支出") == [old]
    assert labels("207", "文化体育与传媒支出", 2018) == []
    assert labels("207", "文化旅游体育与传媒支出", 2018) == [
        "the name this code bears since 2019; 2018 has 文化体育与传媒支出"
    ]
    assert labels("310", "其他资本性支出", 2017, "一般公共预算基本支出表") == []


def test_a_wrong_name_is_told_once_per_paper() -> None:
    assert labels("2012604", "图书馆") == ["the classification of 2025 names it 档案馆"]
