"""Are shares, times, reasons and differences said right, in both languages?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.reporting.history import this_run
from pipelines.reporting.overview import overview
from pipelines.reporting.papers import papers
from pipelines.reporting.reasons import reason_of_check, reason_of_status
from pipelines.reporting.times import local_time
from pipelines.reporting.words import off_by
from pipelines.warehouse.query import (
    equation,
    failures,
    share,
)
from tests.report_pages import data, text_of


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "—"), (0, 5, "0.0 %"), (1, 3, "33.3 %"), (9999, 10000, "99.9 %"), (7, 7, "100 %")],
)
def test_a_share_never_says_whole_too_early(part, whole, text):
    assert share(part, whole) == text


def test_what_is_there_or_not_has_no_values_and_a_blank_side_is_called_blank(con):
    present = con.execute(
        "select distinct left_value, right_value, difference, tolerance, value_unit from marts.fct_check"
        " where rule_id in ('SHAPE-01', 'SHAPE-02', 'SHAPE-03', 'SHAPE-04') and outcome <> 'not_applicable'"
    ).fetchall()
    assert present == [(None,) * 5]
    failure = failures(con)[0]
    assert equation(failure._replace(sign="：", message="the table 《支出总表》 is not there")) == (
        "the table 《支出总表》 is not there"
    )
    assert equation(failure._replace(left_label="合计", left_value=Decimal("5.00"), right_label="各项", right_value=None,
                                     sign="≠", difference=Decimal("5.00"))) == "合计 5.00 ≠ 各项 blank (off by 5.00)"  # fmt: skip


@pytest.mark.parametrize(
    ("utc", "zone", "shown"),
    [
        ("2025-12-31 22:30", "Asia/Shanghai", "2026-01-01 06:30"),
        ("2025-12-31 22:30", "UTC", "2025-12-31 22:30"),
        ("some time", "Asia/Shanghai", "some time"),
    ],
)
def test_times_are_the_operators_and_the_page_names_the_zone(utc, zone, shown):
    assert local_time(utc, zone) == shown
    page = text_of(overview([], [], [], [], [], [this_run(utc, [])], zone))
    assert f"{shown} {zone}" in page


@pytest.mark.parametrize(
    ("reason", "zh"),
    [
        (
            "needs the budget 2024 of 甲局, needs the final account 2023 of 甲局",
            "缺少甲局 2024 年预算；缺少甲局 2023 年决算",
        ),
        ("no amounts of revenue|project in this paper", "本文件没有：收入总表、项目支出表"),
        ("what nobody has translated", "what nobody has translated"),
    ],
)
def test_why_something_was_not_checked_is_said_in_chinese(reason, zh):
    assert reason_of_check(reason) == (zh, reason)


def test_why_a_paper_is_refused_is_said_in_chinese_with_its_details():
    assert reason_of_status('not_pdf: begins with "<html><b"').zh == "不是 PDF 文件（开头是“<html><b”）"


def test_no_reason_of_the_samples_is_in_english_alone(con):
    reasons = con.execute(
        "select distinct reason from marts.fct_check where outcome in ('not_applicable', 'not_checked')"
    ).fetchall()
    assert len(reasons) > 10
    assert [reason for (reason,) in reasons if reason_of_check(reason).zh == reason] == []


def test_a_difference_names_its_unit():
    assert [off_by(unit).zh for unit in ("元", "%", "家")] == ["相差（元）", "相差（百分点）", "相差（家）"]


def test_why_a_paper_is_not_published_is_said_in_chinese(con):
    refused = papers(con, [])[0]._replace(state="refused", status_reason="no_text: 8 pages")
    shown = data(overview([refused], [], [], [], [], [this_run("2025-01-01 00:00", [refused])]))["papers"][0]
    assert shown[9] == ["没有文字层（扫描件？）（8 pages）", "no page has a text layer (a scan?) (8 pages)"]
