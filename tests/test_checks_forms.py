"""Does every misprint of a performance form break the rule it ought to, and is a sound form left alone?"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from pipelines.reading.model import Box
from pipelines.recognising.forms.calculations import line_calculations
from pipelines.recognising.forms.grid import Slot
from tests.forms_fixture import BASES, PAPERS

FAMILIES = ("BASIS", "INDICATOR", "LABEL", "FORM", "LINK")


def checks(built, document_id: str, outcome: str) -> list[tuple]:
    rows = built.con.execute(
        """select rule_id, left_label, left_value, right_label, right_value, reason, verdict, suspect_id, proposed_value
        from marts.fct_check where document_id = ? and outcome = ? order by all""",
        [document_id, outcome],
    ).fetchall()
    return [row for row in rows if row[0].startswith(FAMILIES)]


@pytest.mark.parametrize("document_id", ["sums", "words"])
def test_a_sound_paper_breaks_nothing(built, document_id):
    assert checks(built, document_id, "fail") == []
    assert checks(built, document_id, "not_checked") == []


def test_every_rule_of_these_families_held_somewhere(built):
    held = {row[0] for paper in PAPERS for outcome in ("pass", "rounding") for row in checks(built, paper, outcome)}
    assert {rule for rule in held if rule.startswith("BASIS")} == {f"BASIS-0{n}" for n in range(1, 5)}
    assert {rule for rule in held if rule.startswith("INDICATOR")} == {f"INDICATOR-0{n}" for n in range(1, 9)} - {
        "INDICATOR-05"
    }
    assert {rule for rule in held if rule.startswith("LABEL")} >= {f"LABEL-0{n}" for n in (1, 2, 3, 4, 5, 8, 9)}
    assert {"FORM-04", "FORM-07", "FORM-09", "FORM-10", "FORM-11", "FORM-12", "LINK-06", "LINK-10"} <= held


def test_the_arithmetic_of_a_basis(built):
    found = [row for row in checks(built, "sums-off", "fail") if row[0].startswith("BASIS")]
    assert [(row[0], row[2], row[4]) for row in found] == [
        ("BASIS-01", Decimal("1.00"), Decimal("10000.00")),  # 1.00元 for 1.00万元
        ("BASIS-01", Decimal("500.00"), Decimal("400.00")),  # 住宿费 + 伙食费
        ("BASIS-01", Decimal("13500.00"), Decimal("14700.00")),
        ("BASIS-02", Decimal("23000.00"), Decimal("20000.00")),
        ("BASIS-03", Decimal("36000.00"), Decimal("35000.00")),
        ("BASIS-04", Decimal("10000.00"), Decimal("1.00")),
        ("BASIS-04", Decimal("45000.00"), Decimal("35000.00")),
    ]


def test_a_part_of_a_cell_is_read_again(built):
    wrong = [row for row in checks(built, "sums-off", "fail") if row[0] == "BASIS-01"]
    assert {row[6] for row in wrong} == {"publisher"}
    assert not any(row[7] and row[7].endswith("=") for row in wrong)


def test_the_sums_of_a_form(built):
    assert Counter(row[0] for row in checks(built, "sums-off", "fail") if not row[0].startswith("BASIS")) == {
        "FORM-04": 1,  # a total whose fund lines are blank
        "FORM-08": 1,
        "FORM-09": 1,  # 运转类 12.30 against projects of 12.40
        "FORM-10": 1,  # 26 % of 50 is not 12.30
        "FORM-11": 1,  # 手册 2.4 bought of 2.3
        "LINK-06": 1,
        "LINK-10": 1,  # 18.75 against the 17.35 of the overall form's list
    }


def test_a_blank_fund_line_is_nothing_and_is_evidence(built):
    rows = built.con.execute(
        """select state, amount, x0 from marts.fct_check_evidence inner join marts.fct_check using (check_id)
        where document_id = 'sums-off' and rule_id = 'FORM-04' and side = 'right'"""
    ).fetchall()
    assert rows == [("blank", None, 10.0)] * 2


def test_indicators_that_contradict_each_other_or_their_names(built):
    found = [(row[0], row[1], row[3]) for row in checks(built, "words-off", "fail") if row[0].startswith("INDICATOR")]
    assert found == [
        ("INDICATOR-01", "归档合格率 ≤5日", "归档合格率 98%—100%"),
        ("INDICATOR-01", "整理档案数量 ≥300卷", "整理档案数量 ≥310卷"),
        ("INDICATOR-02", "服务保障能力 得到提升", "服务保障能力 不断完善"),
        ("INDICATOR-04", "整理档案数量 ≥200卷", "整理档案数量 ≥300卷"),
        ("INDICATOR-06", "归档合格率 ≤5日", "归档合格率 97% (2024)"),
        ("INDICATOR-07", "安全事故发生次数 ≥1次", "应越低越好"),
        ("INDICATOR-07", "归档合格率 ≤5日", "应越高越好"),
        ("INDICATOR-08", "归档合格率 ≤5日", "率应为百分比"),
    ]


def test_names_codes_and_years(built):
    found = [row for row in checks(built, "words-off", "fail") if row[0].startswith("LABEL")]
    assert [(row[0], row[1], row[3], row[5]) for row in found if row[0] not in ("LABEL-03", "LABEL-04")] == [
        ("LABEL-01", "207 文化体育与传媒支出", "207 文化旅游体育与传媒支出", "the name this code bears until 2018"),
        ("LABEL-02", "30101 职务工资", "30101 基本工资", None),
        ("LABEL-05", "档案整理工作经费", "P01 档案整理经费", None),
        ("LABEL-09", "文化旅游体育与传媒支出", "207 文化体育与传媒支出", None),
    ]
    assert [row[1] for row in found if row[0] == "LABEL-03"][0] in ("99901 自设科目", "99901 自定科目")
    assert Counter(row[1] for row in found if row[0] == "LABEL-04") == {
        "2023年项目支出表": 1, "2024年绩效目标表": 3, "项目年度 2024年": 3,
    }  # fmt: skip
    assert {row[6] for row in found} == {"undetermined"}


def test_evidence_of_words_leads_to_their_cells(built):
    rows = built.con.execute(
        """select distinct rule_id, budget_line_id is not null, form_id is not null, indicator_id is not null,
            statement_id is not null
        from marts.fct_check_evidence inner join marts.fct_check using (check_id)
        where document_id = 'words-off' and rule_id in ('LABEL-01', 'LABEL-05', 'LABEL-09', 'INDICATOR-01')
        order by all"""
    ).fetchall()
    assert rows == [
        ("INDICATOR-01", False, True, True, False),
        ("LABEL-01", True, False, False, False),
        ("LABEL-05", False, True, False, False),
        ("LABEL-05", True, False, False, False),
        ("LABEL-09", False, False, False, True),
        ("LABEL-09", True, False, False, False),
    ]


def pieces(text: str) -> list[tuple]:
    slot = Slot(text, True, 1, 0.0, 1.0, 3, Box(1.0, 2.0, 3.0, 4.0))
    return [
        (c.kind, c.claimed_yuan, c.computed_yuan, c.subtotal_no, c.heading_no)
        for c in line_calculations("f", "cost_item", 1, text, slot)
    ]


def test_pieces_of_a_basis_know_what_they_are_part_of():
    assert pieces(BASES["印刷费"][0]) == [
        ("calculation", 12000, 12000, 3, None), ("amount", 8000, None, 3, None), ("subtotal", 20000, None, None, None),
    ]  # fmt: skip


def test_a_total_over_subtotals():
    assert [piece[3] for piece in pieces("1.餐费1万元，车费1万元，合计2万元；2.房租3万元，合计3万元；3.共计5万元")] == [
        3, 3, 6, 5, 6, None,
    ]  # fmt: skip


def test_results_in_a_row_are_each_a_claim():
    assert [piece[:3] for piece in pieces("500元*20人=10000元=1万元")] == [
        ("restated", 10000, 10000), ("calculation", 10000, 10000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "claimed", "computed"),
    [
        ("1.5万元*2=3", 30000, 30000),
        ("0.04*50=2万元", 20000, 20000),
        ("40*50人=2000元", 2000, 2000),
        ("200平方，5元/平方/月*12月=1.2万元", 12000, 12000),
        ("3处，5元/平方*12月=60元", 60, 60),
    ],
)
def test_a_unit_that_one_side_leaves_out_is_that_of_the_other(text, claimed, computed):
    assert pieces(text)[-1][1:3] == (claimed, computed)
