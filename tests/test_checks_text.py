"""Do the checks on the running text and on what a paper must hold find what is wrong, and only that?"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from expectations.gate import broken_papers
from expectations.readings import compare_number
from expectations.suspects import suspects
from pipelines.recognising.identity import Identity
from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.placeholders import placeholder_findings
from pipelines.recognising.records import Amount, Finding, Organization, Table
from pipelines.recognising.statements.statement import Statement, recognise_statements
from pipelines.warehouse.query import open_warehouse
from pipelines.warehouse.transform import BEFORE_GATE, run_dbt
from tests.corpus import CORPUS, needs_corpus
from tests.running_text import page
from tests.staging_fixture import ALL, BASIC, OPERATING, PERSONNEL, PROJECT, Line, document, load, table
from tests.test_corpus import records

GOOD = """一、收支预算总体情况
示例局2025年收支总预算100.00万元。
2025年支出预算100.00万元，其中：基本支出70.00万元，占70%；项目支出30.00万元，占30%。
二、一般公共预算支出情况
1.“一般公共服务支出（类）财政事务（款）行政运行（项）”50.00万元，主要用于人员。2024年当年预算执行数为40.00万元，\
2025年预算安排50.00万元，比2024年预算执行数增加25.00%。
一般公共预算支出100.00万元，比2024年预算增加20.00万元，增长25%。
一般公共预算支出100.00万元，主要用于以下方面：一般公共服务支出（类）80.00万元，占80.00%；\
社会保障和就业支出（类）20.00万元，占20.00%。
基本支出70.00万元，其中：人员经费50.00万元，公用经费20.00万元。
三、单位和资产
本部门下属2家预算单位。
截至2024年12月31日共有车辆3辆，其中：机要通信用车1辆、其他用车2辆。
另有专项经费1.00万元，其中：购置设备0.40万元，印制材料0.50万元。"""

# what is printed instead, and the rules that must find it
MISPRINTS = {
    "total": ("收支总预算100.00", "收支总预算10.00", {"TEXT-01"}),
    "share": ("占70%", "占72%", {"RATE-01"}),
    "part": ("项目支出30.00", "项目支出31.00", {"TEXT-03", "TEXT-21", "RATE-01"}),
    "item": ("（项）”50.00", "（项）”51.00", {"TEXT-06", "TEXT-23"}),
    "sign": ("增加25.00%", "减少25.00%", {"RATE-03"}),
    "rate": ("增长25%", "增长52%", {"RATE-02"}),
    "list": ("社会保障和就业支出（类）20.00", "卫生健康支出（类）10.00", {"TEXT-21", "RATE-01"}),
    "staff": ("公用经费20.00", "公用经费30.00", {"TEXT-03", "TEXT-21"}),
    "cars": ("其他用车2辆", "其他用车3辆", {"COUNT-01"}),
    "within": ("购置设备0.40", "购置设备0.60", {"TEXT-22"}),
    "units": ("下属2家", "下属3家", {"COUNT-04"}),
}
# 66.666… %
CUT_RATES = {"cut-rate": "66.66", "cut-rate-off": "66.65", "cut-rounded-up": "66.68"}
GENERAL = {"fund_source": "general_public"}
CLASS, SECTION, ITEM = ({"subject_level": level} for level in ("class", "section", "item"))
WHOLE = [
    "overall_balance", "revenue", "expenditure", "appropriation_balance", "general_public_by_function", "three_public",
    "general_public_basic_by_economic",
]  # fmt: skip
PAPERS = ("seed/jianghan-sasac-2023", "real/sh-pt-czj-2025-dept-budget", "real/js-jcy-2017-dept-budget")


def statements(document_id: str, text: str) -> list[Statement]:
    who = Identity(document_id, 2025, "budget", "department", "示例局", "示例区", lexicon_of(2025))
    return list(recognise_statements(page(*text.split("\n")), who).statements)


def by_function(document_id: str, unit: str = "万元") -> tuple[Table, list[Amount]]:
    columns = [GENERAL | column for column in (ALL, BASIC, PERSONNEL, OPERATING, PROJECT)]
    lines = [
        Line("flow", "GRAND_TOTAL", "合计", None, ["100.00", "70.00", "50.00", "20.00", "30.00"]),
        Line("function", "201", "一般公共服务支出", 0, ["80.00", "50.00", "35.00", "15.00", "30.00"], CLASS),
        Line("function", "20106", "财政事务", 1, ["80.00", "50.00", "35.00", "15.00", "30.00"], SECTION),
        Line("function", "2010601", "行政运行", 2, ["50.00", "50.00", "35.00", "15.00", ""], ITEM),
        Line("function", "2010602", "一般行政管理事务", 2, ["30.00", "", "", "", "30.00"], ITEM),
        Line("function", "208", "社会保障和就业支出", 0, ["20.00", "20.00", "15.00", "5.00", ""], CLASS),
        Line("function", "20801", "人力资源和社会保障管理事务", 5, ["13.00", "13.00", "10.00", "3.00", ""], SECTION),
        Line("function", "2080101", "行政运行", 6, ["13.00", "13.00", "10.00", "3.00", ""], ITEM),
        Line("function", "20811", "残疾人事业", 5, ["7.00", "7.00", "5.00", "2.00", ""], SECTION),
        Line("function", "2081101", "行政运行", 8, ["7.00", "7.00", "5.00", "2.00", ""], ITEM),
    ]
    return table(document_id, 1, "general_public_by_function", columns, lines, unit)


def in_yuan(document_id: str) -> tuple[Table, list[Amount]]:
    """A table in yuan, finer than the 万元 of the text."""
    lines = [
        Line("flow", "GRAND_TOTAL", "合计", None, ["501660.00"]),
        Line("function", "201", "一般公共服务支出", 0, ["501660.00"], CLASS),
        Line("function", "20106", "财政事务", 1, ["501660.00"], SECTION),
        Line("function", "2010601", "行政运行", 2, ["501660.00"], ITEM),
    ]
    return table(document_id, 1, "general_public_by_function", [GENERAL | ALL], lines, "元")


def overall(document_id: str) -> tuple[Table, list[Amount]]:
    lines = [
        Line("flow", None, "基本支出", 2, [None, "70.00"], BASIC),
        Line("flow", None, "项目支出", 2, [None, "30.00"], PROJECT),
        Line("flow", "GRAND_TOTAL", "总计", None, ["100.00", "100.00"]),
    ]
    return table(document_id, 0, "overall_balance", [{"side": "revenue"}, {}], lines)


def units(document_id: str) -> list[Organization]:
    names = ("示例局本级", "示例中心", "示例站")
    return [
        Organization(f"{document_id}-{code}", document_id, f"10{code}", name, document_id, "unit")
        for code, name in enumerate(names)
    ]


def shaped(document_id: str, **changed: dict) -> list[tuple[Table, list[Amount]]]:
    """The tables of a paper that lacks the one of the government funds; `changed` are fields of a table by its kind."""
    tables = []
    for number, kind in enumerate(WHOLE):
        record, amounts = table(document_id, number, kind, [ALL], [Line("flow", "GRAND_TOTAL", "合计", None, ["1.00"])])
        tables.append((record._replace(**changed.get(kind, {})), amounts))
    return tables


def papers() -> dict[str, list]:
    """Return the rows of staging by table: papers of which each has one fault, and real ones where they are here."""
    texts = {name: GOOD.replace(old, new, 1) for name, (old, new, _) in MISPRINTS.items()} | {"clean": GOOD}
    ids = [*texts, "yuan", "ambiguous", "tables", "apart", "shape", "notes", "cut-amount", "cut-too-short", *CUT_RATES]
    tables = [made for name in texts for made in (by_function(name), overall(name))]
    said = [statement for name, text in texts.items() for statement in statements(name, text)]
    tables += [by_function("yuan", "元"), by_function("ambiguous"), by_function("tables")]
    said += statements("yuan", "一、一般公共预算支出情况\n“财政事务（款）行政运行（项）”0.01万元，用于人员。")
    tables += [in_yuan("cut-amount"), in_yuan("cut-too-short")]
    for name, amount in (("cut-amount", "50.16"), ("cut-too-short", "50.15")):
        said += statements(name, f"一、一般公共预算支出情况\n“财政事务（款）行政运行（项）”{amount}万元，用于人员。")
    for name, rate in CUT_RATES.items():
        said += statements(name, f"一、一般公共预算支出情况\n“财政事务（款）行政运行（项）”2024年当年预算执行数为30000.00万元，"
                           f"2025年预算安排50000.00万元，比2024年预算执行数增加{rate}%。")  # fmt: skip
    said += statements("ambiguous", "一、一般公共预算支出情况\n“行政运行（项）支出”33.00万元，用于（款）。")
    said += statements("apart", "一、一般公共预算支出情况\n“财政事务（款）行政运行（项）”40.00万元，用于人员。")
    empty = {"state": "empty_declared", "note": "注：本部门没有国有资本经营预算，故本表为空表。", "says_empty": True}
    tables += shaped("shape")
    tables += shaped("notes", revenue={"note": "注：本部门没有收入，故本表为空表。", "says_empty": True},
                     three_public=empty, expenditure={"state": "empty_undeclared"})  # fmt: skip
    unknown, _ = table("notes", 8, "government_fund", [ALL], [], state="unrecognised")
    tables.append((unknown._replace(table_kind=None), []))
    documents = [document(name, department_id=f"dep-{name}", department_name=f"示例{name}局") for name in ids]
    documents = [d._replace(department_id="dep-both") if d.document_id in ("tables", "apart") else d for d in documents]
    found = Finding("f1", "shape", "placeholder", "warning", 3, None, "示例区XX局", "", None, None)
    rows = {
        "documents": documents, "tables": tables, "statements": said, "findings": [found],
        "organizations": [unit for name in texts for unit in units(name)],
    }  # fmt: skip
    for name in PAPERS if CORPUS.is_dir() else ():
        real = records(Path(name).name)
        rows["documents"].append(real.document)
        amounts = [a for a in real.amounts if a.table_kind != "project"]
        rows["tables"] += [(t, [a for a in amounts if a.table_id == t.table_id]) for t in real.tables]
        rows["statements"] += real.statements
        rows["organizations"] += real.organizations
        rows["findings"] += real.findings
    return rows


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("text")
    with duckdb.connect(str(folder / "build.duckdb")) as con:
        load(con, **papers())
    run_dbt(folder / "build.duckdb", BEFORE_GATE, folder / "target")
    return duckdb.connect(str(folder / "build.duckdb"), read_only=True)


def outcomes(checked, document_id: str, outcome: str = "fail") -> set[str]:
    families = ("TEXT", "RATE", "COUNT", "SHAPE")
    rows = checked.execute(
        "select rule_id from intermediate.int_checks_evaluated where document_id = ? and outcome = ? and family in ?",
        [document_id, outcome, families],
    ).fetchall()
    return {rule for (rule,) in rows}


def test_a_text_that_agrees_with_its_tables_and_itself_fails_nowhere(checked):
    assert outcomes(checked, "clean") == set()
    assert outcomes(checked, "clean", "pass") == {
        "TEXT-01", "TEXT-03", "TEXT-04", "TEXT-05", "TEXT-06", "TEXT-21", "TEXT-22", "TEXT-23", "RATE-01", "RATE-02",
        "RATE-03", "COUNT-01", "COUNT-04", "SHAPE-05", "SHAPE-06",
    }  # fmt: skip


@pytest.mark.parametrize("name", MISPRINTS)
def test_a_misprint_in_the_text_is_found_by_its_rules_alone(checked, name):
    assert outcomes(checked, name) == MISPRINTS[name][2]


def test_a_rate_is_compared_in_per_cent_with_what_it_is_a_rate_of(checked):
    sides = """select left_value, right_value, difference, right_label from intermediate.int_checks_evaluated
        where document_id = 'sign' and rule_id = 'RATE-03'"""
    left, right, difference, label = checked.execute(sides).fetchone()
    assert (left, right, difference) == (Decimal("-25.00"), Decimal("25.00"), Decimal("-50.00"))
    assert "÷" in label
    rates = """select * from intermediate.int_amounts_certified
        inner join staging.statements on amount_id = statement_id where measure in ('share_percent', 'change_percent')"""
    assert checked.execute(rates).fetchall() == []


def test_the_number_of_the_text_is_the_suspect_where_the_table_adds_up(checked):
    broken = """select check_id, statement_id from intermediate.int_checks_evaluated
        inner join staging.statements using (document_id)
        where document_id = 'part' and rule_id = 'TEXT-03' and outcome = 'fail' and printed_text = '31.00'"""
    ((check_id, statement_id),) = checked.execute(broken).fetchall()
    named = [suspect for _, *sheet in broken_papers(checked) for suspect in suspects(*sheet)]
    (found,) = [suspect for suspect in named if suspect.check_id == check_id]
    assert (found.amount_id, found.proposed_value, found.alternatives) == (statement_id, Decimal("300000.00"), 1)


def test_ten_thousands_in_the_text_are_rounded_yuan_of_the_table(checked):
    assert outcomes(checked, "yuan", "rounding") == {"TEXT-06"}


def test_a_name_that_several_lines_bear_is_not_guessed(checked):
    assert outcomes(checked, "ambiguous") == set()
    reason = """select reason from intermediate.int_checks_evaluated
        where document_id = 'ambiguous' and rule_id = 'TEXT-06' and outcome = 'not_applicable'"""
    assert checked.execute(reason).fetchall() == [("it can mean 3 different amounts",)]


def test_a_narrative_speaks_of_the_tables_published_apart(checked):
    assert outcomes(checked, "apart") == {"TEXT-06"}
    assert outcomes(checked, "tables") == set()


def test_a_table_that_must_be_there_is_missed_unless_one_was_not_recognised(checked):
    assert outcomes(checked, "shape") == {"SHAPE-01", "SHAPE-06"}
    assert outcomes(checked, "notes", "not_checked") == {"SHAPE-01"}


def test_notes_say_that_a_table_is_empty_where_it_is_and_name_it(checked):
    assert outcomes(checked, "notes") == {"SHAPE-02", "SHAPE-03", "SHAPE-04"}


def test_a_number_of_the_text_is_found_again_among_words():
    assert compare_number("1,346.04", "拨款收入1,346.04万元，占99%") is True
    assert compare_number("346.04", "拨款收入1,346.04万元") is False
    assert compare_number("0.3", "年度支出总计 万元。与 年度\n2024 0.3 2023") is True
    assert compare_number("99", None) is None
    assert compare_number("两", "下属2家") is None


def test_unfilled_places_of_a_template_are_found():
    who = Identity("paper", 2025, "budget", "department", "示例局", "示例区", lexicon_of(2025))
    texts = page("示例区XX局20XX年度部门决算", "××同志负责。", "支出__万元。")
    found = [finding.text for finding in placeholder_findings(texts, who)]
    assert found == ["示例区XX局20XX年度部门决算", "支出__万元。"]


def test_checks_of_the_text_have_their_statements_as_evidence(published):
    held = """select count(distinct check_id) from marts.fct_check_evidence
        inner join marts.fct_statement using (statement_id)
        inner join marts.fct_check using (check_id) where rule_id like 'TEXT-%' and outcome in ('pass', 'rounding')"""
    wrong = "select * from marts.fct_check where outcome = 'fail' and regexp_matches(rule_id, 'TEXT|RATE|COUNT|SHAPE')"
    with open_warehouse(published.settings) as con:
        assert con.execute(held).fetchone()[0] >= 20
        assert con.execute(wrong).fetchall() == []


@needs_corpus
def test_the_real_papers_say_what_was_found_in_them_by_hand(checked):
    def counted(name: str) -> dict[tuple[str, str], int]:
        rows = checked.execute(
            """select family, outcome, count(*)::integer from intermediate.int_checks_evaluated
            where document_id = ? and family in ('TEXT', 'RATE') and outcome <> 'not_applicable' group by all""",
            [name],
        ).fetchall()
        return {(family, outcome): count for family, outcome, count in rows}

    seed = counted("jianghan-sasac-2023")
    assert seed["RATE", "rounding"] == 11
    assert seed["TEXT", "pass"] >= 60
    assert outcomes(checked, "jianghan-sasac-2023") == {"TEXT-21"}  # a list that leaves out a class
    assert counted("sh-pt-czj-2025-dept-budget")["TEXT", "fail"] == 5
    assert "SHAPE-04" in outcomes(checked, "sh-pt-czj-2025-dept-budget")
    assert outcomes(checked, "js-jcy-2017-dept-budget") == {"TEXT-03", "RATE-01", "RATE-02"}
