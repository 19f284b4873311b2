"""Does every finding say in Chinese and in English what is printed where, and nothing else?"""

from __future__ import annotations

import ast
import csv
import re
from decimal import Decimal

import pytest

from expectations.catalogue import load_rules
from pipelines.settings import EXPECTATIONS, PROJECT
from tests.test_checks_text import checked

__all__ = ["checked"]

RULES = EXPECTATIONS / "rules"
PLACES = {
    "left_at", "left", "left_value", "left_words", "left_number", "right_at", "right", "right_value", "right_words",
    "difference", "page", "note",
}  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    with (RULES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(con, where: str, schema: str = "marts.fct_check") -> dict[str, tuple[str, str]]:
    """The sentences of checks by rule, in both languages."""
    return {rule: (zh, en) for rule, zh, en in con.execute(f"select rule_id, message_zh, message from {schema} where {where} and outcome = 'fail'").fetchall()}  # fmt: skip


def test_templates_name_rules_families_and_places_that_there_are():
    rules = load_rules()
    known = {"*"} | {rule.rule_id for rule in rules} | {rule.family for rule in rules}
    templates = rows("sentences.csv")
    assert {row["applies_to"] for row in templates} <= known
    assert {row["case"] for row in templates} == {"=", ">=", "%", "words", "left_blank", "right_blank"}
    for row in templates:
        assert set(re.findall(r"\{(\w+)\}", row["zh"] + row["en"])) <= PLACES
    # whatever a rule compares, there is a sentence for it
    assert {row["case"] for row in templates if row["applies_to"] == "*"} >= {rule.relation for rule in rules}


def test_each_broken_or_accepted_identity_has_a_sentence_and_no_other_has(built):
    told = built.con.execute(
        """select outcome in ('fail', 'accepted') as is_told, message_zh is not null and message is not null as has_both,
               message_zh is null and message is null as has_none, count(*)
           from marts.fct_check group by all order by all"""
    ).fetchall()
    assert [row[:3] for row in told] == [(False, False, True), (True, True, False)]
    sentences = built.con.execute(
        "select message_zh, message from marts.fct_check where message is not null"
    ).fetchall()
    for zh, en in sentences:
        assert not re.search(r"[{}]|\bnull\b|nan|  |““|””", zh + en, re.I), (zh, en)
        own = re.sub("《.*?》|“.*?”|「.*?」", "", zh)  # but for what is quoted
        assert not re.search(r"[A-Za-z]{2,}", own), zh


def test_a_row_that_is_off_says_both_sums_in_the_printed_unit(built):
    zh, en = said(built.con, "document_id = 'broken' and rule_id = 'ROW-01'")["ROW-01"]
    assert (
        zh
        == "第 2 页《general_public_by_function》“2010602 一般行政管理事务” 30.00 万元，按 “基本支出 + 项目支出” 应为 31.00 万元，差 1.00 万元"
    )
    assert en == (
        "p.2 《general_public_by_function》 “2010602 一般行政管理事务” is 300,000.00 yuan, by “基本支出 + 项目支出” it should be "
        "310,000.00 yuan: 10,000.00 yuan apart"
    )


def test_the_text_is_quoted_and_what_it_disagrees_with_is_named(checked):
    con = "intermediate.int_checks_evaluated join intermediate.int_checks_said using (check_id)"
    assert said(checked, "document_id = 'item'", con)["TEXT-06"][0] == (
        "第 1 页文字「一般公共服务支出（类）财政事务（款）行政运行（项）」 51.00 万元，"
        "第 2 页《general_public_by_function》“2010601 行政运行” 50.00 万元，相差 1.00 万元"
    )
    assert said(checked, "document_id = 'share'", con)["RATE-01"][0] == (
        "第 1 页文字「基本支出」占比 72.00%，按所述金额计算应为 70.00%，相差 2.00 个百分点"
    )
    assert said(checked, "document_id = 'cars'", con)["COUNT-01"][0].endswith("之和为 4 辆，差 1 辆")
    absent, left_open = (said(checked, "document_id = 'shape'", con)[rule] for rule in ("SHAPE-01", "SHAPE-06"))
    assert absent == (
        "应公开的《政府性基金预算支出情况表》未见公开",
        "the table 《政府性基金预算支出情况表》, which must be published, is not there",
    )
    assert left_open[0] == "模板中待填的位置有 1 处未填写，如“示例区XX局”（第 3 页）"


@pytest.mark.parametrize(
    ("document_id", "rule_id", "severity"),
    [
        ("cut-amount", "TEXT-06", "info"),  # 50.166 万元 printed as 50.16
        ("cut-too-short", "TEXT-06", "warning"),  # 50.15
        ("cut-rate", "RATE-03", "info"),  # 66.666 % printed as 66.66
        ("cut-rate-off", "RATE-03", "warning"),  # 66.65
        ("cut-rounded-up", "RATE-03", "warning"),  # 66.68
    ],
)
def test_digits_cut_off_weigh_less_than_a_difference(checked, document_id, rule_id, severity):
    found = checked.execute(
        """select severity, reason, abs(difference), tolerance from intermediate.int_checks_evaluated
           where document_id = ? and rule_id = ? and outcome = 'fail'""",
        [document_id, rule_id],
    ).fetchall()
    assert [row[0] for row in found] == [severity]
    (_, reason, difference, tolerance), cut = found[0], severity == "info"
    assert (reason is not None) == cut
    assert tolerance < difference
    if cut:
        assert difference <= {"TEXT-06": Decimal(100), "RATE-03": Decimal("0.01")}[rule_id]


def test_a_value_names_its_unit_or_there_is_none(built, checked):
    for con, relation in ((built.con, "marts.fct_check"), (checked, "intermediate.int_checks_evaluated")):
        unlike = con.execute(
            f"""select rule_id, value_unit, left_value, right_value from {relation}
                where (value_unit is null) <> (left_value is null) or (left_value is null) <> (right_value is null)
                   or (left_value is null) <> (difference is null)"""
        ).fetchall()
        assert unlike == []
    units = dict(checked.execute("select distinct split_part(rule_id, '-', 1), list(distinct value_unit order by value_unit) from intermediate.int_checks_evaluated where value_unit is not null group by all").fetchall())  # fmt: skip
    assert units["RATE"] == ["%"]
    assert {"家", "辆"} <= set(units["COUNT"])
    assert units["SHAPE"] == ["处"]
    assert units["TEXT"] == ["元"]


def messages_of_the_code() -> set[str]:
    """What recognising says in findings, as written in its code; a value in a sentence is replaced by 3."""
    found: set[str] = set()
    at = {"finding": 4, "make_finding": 4, "form_finding": 6, "say": 1}
    for path in sorted((PROJECT / "pipelines" / "recognising").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            told: list[ast.AST] = []
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("message", "messages", "said"):
                told = [part for part in ast.walk(node.value) if isinstance(part, ast.Constant | ast.JoinedStr)]
                inner = {id(part) for joined in told if isinstance(joined, ast.JoinedStr) for part in ast.walk(joined)}
                told = [part for part in told if isinstance(part, ast.JoinedStr) or id(part) not in inner]
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in at:
                told = node.args[at[node.func.id] : at[node.func.id] + 1]
            found |= {text for part in told if (text := _text(part)) and re.search(r"[a-z]{3,} ", text)}
    return found


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "3" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_whatever_recognising_says_has_its_chinese():
    said_in_code = messages_of_the_code()
    assert len(said_in_code) > 25
    patterns = [re.compile(row["pattern"]) for row in rows("messages.csv")]
    assert {text for text in said_in_code if not any(pattern.fullmatch(text) for pattern in patterns)} == set()
    assert all(re.search(r"[\u4e00-\u9fff]", row["zh"]) for row in rows("messages.csv"))
