"""Does the report say what the warehouse says?"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipelines.reporting.build import build_report
from pipelines.reporting.coverage import body_rows, paper_rows
from pipelines.reporting.findings import all_findings
from pipelines.reporting.history import this_run
from pipelines.reporting.overview import overview
from pipelines.reporting.papers import papers
from pipelines.reporting.sums import function_sums
from pipelines.settings import Settings
from pipelines.warehouse.query import (
    documents,
    failures,
    rules,
    share,
)
from pipelines.warehouse.restricted import contacts_table
from tests.report_pages import data, figure, numbers, text_of

OUTCOMES = ("pass", "rounding", "fail", "accepted", "not_checked", "not_applicable")


@pytest.fixture(scope="module")
def page(report):
    return (report / "index.html").read_text()


def test_head_figures_equal_sql(con, page):
    """States, amounts and findings, each asked in SQL that knows nothing of the report's own."""
    states = dict(
        con.execute(
            """with broken as (
                   select document_id from marts.fct_check where outcome = 'fail' and severity <> 'info'
                   union select document_id from quality.findings where severity <> 'info'
               )
               select case when status <> 'published' then status
                           when document_id in (from broken) then 'findings' else 'clean' end, count(*)
               from marts.dim_document group by all"""
        ).fetchall()
    )
    for state in ("clean", "findings", "held", "refused"):
        assert figure(page, f"state-{state}") == str(states.get(state, 0))
    total, certified = con.execute("select count(*), count(*) filter (certified) from marts.fct_budget_line").fetchone()
    assert figure(page, "amounts-total") == f"{total:,}"
    assert figure(page, "certified-share") == share(certified, total)
    for severity in ("error", "warning", "info"):
        fails = "select count(*) from marts.fct_check where outcome = 'fail' and severity = ?"
        found = "select count(*) from quality.findings where severity = ?"
        count = sum(con.execute(query, [severity]).fetchone()[0] for query in (fails, found))
        assert figure(page, f"findings-{severity}") == f"{count:,}"


def test_findings_by_family_equal_sql(con, page):
    shown = {f: numbers(row) for f, row in re.findall(r'<tr data-family="([^"]+)">(.*?)</tr>', page, re.S)}
    counted = con.execute(
        """pivot (select r.family, c.severity from marts.fct_check c join marts.dim_rule r using (rule_id)
                  where outcome = 'fail' union all select 'READ', severity from quality.findings)
           on severity in ('error', 'warning', 'info') using count(*) order by family"""
    ).fetchall()
    assert shown == {family: tuple(counts) for family, *counts in counted}
    assert shown


def test_the_overview_has_every_document_with_its_figures(con, page):
    shown = {row[0]: (row[2], row[5], row[6]) for row in data(page)["papers"] if row[0]}
    assert shown == {d.document_id: (d.fiscal_year, d.amounts_total, d.amounts_certified) for d in documents(con)}


def test_years_add_up_to_the_head(con, page):
    rows = re.findall(r'<tr data-year="(\d+)">(.*?)</tr>', page, re.S)
    shown = {int(year): numbers(row)[:2] for year, row in rows}
    assert shown == {
        year: (count, amounts)
        for year, count, amounts in con.execute(
            "select fiscal_year, count(*), sum(amounts_total) from marts.dim_document group by all"
        ).fetchall()
    }


def test_sums_by_department_are_the_printed_grand_totals(con, page):
    totals = con.execute(
        """select document_id, max(amount_yuan) from marts.fct_budget_line
           where table_kind = 'overall_balance' and side = 'expenditure' and subject_code = 'GRAND_TOTAL'
             and expenditure_type = 'all' group by all"""
    ).fetchall()
    shown = {row[3]: Decimal(str(row[4])) for row in data(page)["sums"]}
    assert shown == dict(totals)
    assert all(0 < row[5] <= row[6] for row in data(page)["sums"])


def test_shares_by_function_stand_beside_their_completeness(page):
    table = re.search(r'<table class="functions">(.*?)</table>', page, re.S).group(1)
    assert re.findall(r'<div class="complete(?: partial)?">(\d+)／(\d+)', table) == [("1", "2"), ("2", "2")]
    shares = [Decimal(s) for s in re.findall(r"([\d.]+) %", table)]
    assert 199 <= sum(shares) <= 201  # each of the two years is whole


def test_each_rule_has_a_row_with_its_counts_and_a_page(con, report):
    counted = con.execute(
        """select r.rule_id, count(*) filter (outcome = 'pass'), count(*) filter (outcome = 'rounding'),
                  count(*) filter (outcome = 'fail'), count(*) filter (outcome = 'accepted'),
                  count(*) filter (outcome = 'not_checked'), count(*) filter (outcome = 'not_applicable')
           from marts.dim_rule r left join marts.fct_check using (rule_id) group by all"""
    ).fetchall()
    page = (report / "rules/index.html").read_text()
    rows = dict(re.findall(r'<tr data-rule="([^"]+)">(.*?)</tr>', page, re.S))
    assert {rule: numbers(row)[:6] for rule, row in rows.items()} == {rule: tuple(counts) for rule, *counts in counted}
    for rule, *counts in counted:
        own = (report / f"rules/{rule}.html").read_text()
        assert [figure(own, f"outcome-{outcome}") for outcome in OUTCOMES] == [f"{count:,}" for count in counts]
        assert own.count("<li data-check=") == counts[2]


def test_each_broken_identity_is_a_sentence_in_both_languages_with_its_page(con, report):
    broken = failures(con)
    assert broken
    for failure in broken:
        page = (report / f"rules/{failure.rule_id}.html").read_text()
        item = re.search(rf'<li data-check="{failure.check_id}">(.*?)</li>', page, re.S).group(1)
        for sentence, unit in ((failure.message_zh, 10_000), (failure.message, 1)):  # 万元 as printed, yuan
            assert sentence in text_of(item)
            for value in (failure.left_value, failure.right_value, abs(failure.difference)):
                assert f"{value / unit:,.2f}" in sentence
        assert f"第 {failure.page} 页" in text_of(item)
        assert f'href="../documents/{failure.document_id}.html#{failure.check_id}"' in item


def test_coverage_counts_equal_sql(con, report):
    page = (report / "coverage.html").read_text()
    rows = re.findall(r'<tr data-table="([^"]+)">(.*?)</tr>', page, re.S)
    counted = con.execute(
        """select document_kind || '/' || table_kind, count(*), count(*) filter (status = 'published'),
                  count(*) filter (status = 'empty_noted'), count(*) filter (status = 'empty'),
                  count(*) filter (status = 'unread'), count(*) filter (status = 'late'),
                  count(*) filter (status = 'missing')
           from quality.coverage group by all"""
    ).fetchall()
    assert {table: numbers(row) for table, row in rows} == {table: tuple(counts) for table, *counts in counted}
    letters = "".join(body[3] for body in data(page)["bodies"]).replace(" ", "")
    assert len(letters) == con.execute("select count(*) from quality.coverage").fetchone()[0]


def test_no_page_names_another_host(report):
    for path in report.rglob("*.*"):
        if path.suffix in (".html", ".css", ".js"):
            assert not re.search(
                r"https?://|@import|url\(", path.read_text().replace("http://www.w3.org/2000/svg", "")
            ), path


def changed_copy(published, folder: Path, *statements: str) -> Path:
    target = folder / "w.duckdb"
    with duckdb.connect(str(target)) as con:
        con.execute(f"attach '{published.settings.warehouse.resolve()}' as published (read_only)")
        con.execute("copy from database published to w")
        for statement in statements:
            con.execute(statement)
    return target


def build(warehouse: Path, folder: Path, settings: Settings, earlier: Path | None = None) -> Path:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        build_report(con, folder, settings, contacts_table([]), earlier)
    return folder


def test_text_of_a_paper_cannot_become_markup(published, tmp_path):
    hostile = "</script><script>alert(1)</script>"
    warehouse = changed_copy(
        published,
        tmp_path,
        f"update marts.dim_document set source_path = '2025/x/{hostile}', file_name = '{hostile}', status = 'held', "
        f"status_reason = '{hostile}', department_name = '{hostile}'",
        f"update marts.fct_check set left_label = '{hostile}'",
    )
    elsewhere = Settings(raw=tmp_path / "no-raw", home=published.settings.home)
    for path in build(warehouse, tmp_path / "report", elsewhere).rglob("*.html"):
        page = path.read_text()
        assert "<script>alert" not in page, path
    index = (tmp_path / "report/index.html").read_text()
    assert figure(index, "state-held") == "3"
    assert {row[8] for row in data(index)["papers"]} == {hostile, None}  # None: wanted and not there


def test_a_paper_that_ought_to_be_there_is_late_and_no_share_hides_it(published, tmp_path):
    """Coverage knows a body of which there is no paper: it has a place in the matrix, and the sums of its year say that
    they lack it."""
    warehouse = changed_copy(
        published,
        tmp_path,
        """insert into quality.coverage by name
           select distinct null::varchar as department_id, '示例区某局' as department_name, 2025 as fiscal_year,
                  'budget' as document_kind, table_kind, 'late' as status
           from quality.coverage where document_kind = 'budget'""",
    )
    with duckdb.connect(str(warehouse), read_only=True) as con:
        found = papers(con, all_findings(con))
        rows = function_sums(con)
        bodies = body_rows(con)
    (late,) = [paper for paper in found if paper.state == "late" and paper.fiscal_year == 2025]
    assert (late.document_id, late.department_name, late.fiscal_year) == (None, "示例区某局", 2025)
    assert {(row.departments, row.departments_expected) for row in rows if row.fiscal_year == 2025} == {(2, 3)}
    assert {
        status for body in bodies if body.department_name == "示例区某局" for status, *_ in body.tables.values()
    } == {"late"}


def test_how_complete_a_year_is_are_the_figures_of_the_warehouse(con, report):
    page = (report / "coverage.html").read_text()
    rows = con.execute(
        """select fiscal_year, document_kind, bodies_published, bodies_expected, expected_published, expected_unread,
                  expected_missing, expected_late from quality.completeness"""
    ).fetchall()
    assert rows
    for year, kind, *figures in rows:
        (line,) = re.findall(rf'data-papers="{year}/{kind}">(.*?)</tr>', page, re.S)
        assert re.findall(r'<td class="n[^"]*">(\d+)</td>', line) == [str(figure) for figure in figures]


def test_a_share_has_the_decimals_that_the_warehouse_has(published, tmp_path):
    change = "update quality.completeness set completeness = 0.0357, bodies_expected = 28"
    with duckdb.connect(str(changed_copy(published, tmp_path, change)), read_only=True) as con:
        assert {row.complete for row in paper_rows(con)} == {"3.57 %"}


REFUSED = """insert into marts.dim_document by name
    select 'refused-' || row_number() over () as document_id, sha256, source_path || '.html.pdf' as source_path, file_name,
           fiscal_year, 'refused' as status, 'not_pdf' as status_reason, 0 as amounts_total, 0 as amounts_certified
    from marts.dim_document where status = 'published'"""


def test_a_refused_paper_is_that_of_its_folders_body(published, tmp_path):
    with duckdb.connect(str(changed_copy(published, tmp_path, REFUSED)), read_only=True) as con:
        found = papers(con, [])
        told = documents(con)
    bodies = {(paper.department_id, paper.department_name) for paper in found}
    assert bodies == {(p.department_id, p.department_name) for p in found if p.state == "clean"}
    assert all(row.department_name for row in told)


def test_a_file_name_that_several_papers_have_stands_with_body_and_year(published, tmp_path):
    change = "update marts.dim_document set file_name = '预算.pdf'"
    with duckdb.connect(str(changed_copy(published, tmp_path, change)), read_only=True) as con:
        assert {failure.file_name for failure in failures(con)} == {"示例市示例区档案局 2025 预算.pdf"}


def test_only_what_changed_is_made_anew(published, tmp_path):
    """A unit whose inputs are the same is the very same file as in the earlier report."""
    current = published.settings.home / "current"
    document = "select min(document_id) from marts.fct_check where outcome = 'fail'"
    warehouse = changed_copy(
        published,
        tmp_path,
        f"update marts.fct_check set outcome = 'pass', verdict = null where outcome = 'fail' and rule_id = 'ROW-01' "
        f"and document_id = ({document})",
    )
    build(warehouse, tmp_path / "report", published.settings, current)
    last = current / "report"
    paths = [path.relative_to(tmp_path / "report") for path in (tmp_path / "report").rglob("*.*")]
    made = {
        str(path)
        for path in paths
        if not ((last / path).exists() and (last / path).samefile(tmp_path / "report" / path))
    }
    rules_made = {path for path in made if path.startswith("rules/")}
    assert rules_made == {"rules/index.html", "rules/ROW-01.html"}
    assert len({path for path in made if path.endswith(".findings.json")}) == 1
    assert len({path for path in made if re.fullmatch(r"documents/\w+\.html", path)}) == 1
    assert "coverage.html" not in made


def test_a_body_has_its_region_in_both_filters_and_works_without(con, report):
    in_register = dict(
        con.execute(
            """select o.name, e.region_name from quality.expected_papers e
               join marts.dim_organization o on e.department_id = o.organization_id"""
        ).fetchall()
    )
    assert len(in_register) == 2
    shown = data((report / "index.html").read_text())
    names, places = shown["regions"]
    assert {name: names[place] for name, place in zip(shown["departments"], places, strict=True)} == in_register
    bodies = data((report / "coverage.html").read_text())
    assert {body[0]: bodies["regions"][body[5]] for body in bodies["bodies"]} == in_register
    for page in ("index.html", "coverage.html"):
        assert '<select name="region">' in (report / page).read_text()
    bare = overview(papers(con, []), [], [], [], [], [this_run("2025-01-01 00:00", [])])
    assert '<select name="region">' not in bare
    assert data(bare)["regions"] == [[], [None] * len(in_register)]


def test_a_body_has_one_name_everywhere(con, report):
    named = dict(con.execute("select organization_id, name from marts.dim_organization where level = 'department'").fetchall())  # fmt: skip
    assert {row.department_name for row in documents(con)} == set(named.values())
    assert {paper.department_name for paper in papers(con, [])} == set(named.values())
    assert {finding.department_name for finding in all_findings(con)} <= set(named.values())
    covered = con.execute("select distinct department_name from quality.coverage").fetchall()
    assert {name for (name,) in covered} == set(named.values())


def test_rules_are_counted_once(con):
    total = con.execute("select count(*) from marts.fct_check").fetchone()[0]
    assert sum(sum(rule[4:]) for rule in rules(con)) == total
