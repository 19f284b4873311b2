"""Do contact persons and telephone numbers stay in the restricted file?"""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipelines.reading.document import read_document
from pipelines.reading.worker import Outcome
from pipelines.recognising.contacts import without_contact, without_contacts
from pipelines.recognising.document import recognise
from pipelines.recognising.forms.records import Contact
from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.records import Paper as Printed
from pipelines.settings import Limits, Settings
from pipelines.warehouse import recognised as store
from pipelines.warehouse import staging
from pipelines.warehouse.entitled import entitled_path
from pipelines.warehouse.restricted import SCHEMA, contacts_table, published_contacts, read_contacts, write_contacts
from tests.published import PERFORMANCE
from tests.typesetting.model import Style
from tests.typesetting.papers import plain_paper, read_table
from tests.typesetting.setter import typeset

# Every invented person of the papers; no other word of them has two neighbouring signs of these.
PERSONS = re.compile("示例[甲乙丙丁戊己庚辛壬癸子丑寅卯辰]|[甲乙丙丁戊己庚辛壬癸子丑寅卯辰]{2}")
# The digits of a fraction (0.13519001007 seconds) and of a generation (…-001-79628126) are none.
TELEPHONES = re.compile(r"(?<![\dA-Za-z.-])(?:1[3-9]\d{9}|0\d{2,3}-\d{7,8})(?![\dA-Za-z])")
CONTACT = Contact("paper", "form", "填报人", "示例甲乙", None, 1, 0.0, 0.0, 1.0, 1.0)


def leaks(texts: Iterator[tuple[str, str]]) -> tuple[int, dict[str, str]]:
    """Given (place, text), return how many were looked at and what must not be there, by place."""
    seen, found = 0, {}
    for place, text in texts:
        seen += 1
        for pattern in (PERSONS, TELEPHONES):
            if match := pattern.search(text):
                found[place] = match[0]
    return seen, found


def columns_of(database: Path, schemas: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    with duckdb.connect(str(database.resolve()), read_only=True) as con:
        columns = con.execute(
            """select schema_name, table_name, column_name from duckdb_columns()
               join duckdb_tables() using (database_name, schema_name, table_name)
               where database_name = current_database() and schema_name in (select unnest(?)) and data_type = 'VARCHAR'""",
            [list(schemas)],
        ).fetchall()
        for schema, table, column in columns:
            for (text,) in con.execute(f'select distinct "{column}" from "{schema}"."{table}"').fetchall():
                yield f"{schema}.{table}.{column}", text or ""


def files_under(folder: Path, *suffixes: str) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.resolve().rglob("*")):
        if path.is_file() and path.suffix in suffixes:
            yield path.name, path.read_text(encoding="utf-8")


def zipped_files(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as archive:
        yield from ((name, archive.read(name).decode("utf-8")) for name in archive.namelist())


def parquet_files(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.resolve().glob("*.parquet")):
        rows = duckdb.sql(f"select to_json(t)::varchar from read_parquet('{path}') t").fetchall()
        yield from ((path.name, row) for (row,) in rows)


def sqlite_files(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.db")):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as con:
            for (table,) in con.execute("select name from sqlite_master where type = 'table'").fetchall():
                for row in con.execute(f'select * from "{table}"'):
                    yield f"{path.name} {table}", " ".join(readable(value) for value in row if value is not None)


def readable(value: object) -> str:
    """JSON writes Chinese as escapes; so does Dagster."""
    text = str(value)
    return re.sub(r"\\+u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text)


def test_the_patterns_find_what_the_papers_say(published_forms):
    for name in PERFORMANCE:
        text = json.dumps([vars(t) for t in plain_paper(name).tables], ensure_ascii=False, default=vars)
        assert PERSONS.search(text) and TELEPHONES.search(text)
    assert TELEPHONES.search(readable(json.dumps("电话010-00000001")))
    assert PERSONS.search(readable(json.dumps(json.dumps("示例乙丙"))))


@pytest.mark.parametrize(
    ("artefacts", "at_least"),
    [
        ("warehouse", 1500),
        ("exports", 1500),
        ("report", 20),
        ("workbook", 3),
        ("logs", 2),
        ("dagster", 100),
        ("records", 1),
        ("build", 1500),
    ],
)
def test_no_published_artefact_names_a_contact(published_forms, artefacts, at_least):
    home = published_forms.settings.home
    texts = {
        "warehouse": lambda: columns_of(published_forms.settings.warehouse, ("marts", "quality")),
        "exports": lambda: parquet_files(home / "exports"),
        "report": lambda: files_under(home / "report", ".html", ".json", ".csv"),
        "workbook": lambda: zipped_files(home / "report" / "findings.xlsx"),
        "logs": lambda: files_under(home / "logs", ".log"),
        "dagster": lambda: sqlite_files(home / "dagster"),
        "records": lambda: files_under(home / "current", ".json"),
        "build": lambda: columns_of(next(home.glob("build/*/build.duckdb")), ("staging", "intermediate")),
    }
    seen, found = leaks(texts[artefacts]())
    assert found == {}
    assert seen >= at_least


def test_the_summary_names_no_contact(published_forms):
    assert leaks(iter([("output", published_forms.output)])) == (1, {})
    assert "5 published" in published_forms.output


def test_the_restricted_file_has_them_and_only_its_owner_reads_it(published_forms):
    path = entitled_path(published_forms.settings.home)
    con = duckdb.connect()
    con.register("contacts", published_contacts(published_forms.settings.home, path.resolve().stem))
    said = con.execute(
        f"""select d.department_name, c.role, coalesce(c.name, c.telephone), c.page > 0 and c.x0 < c.x1 as placed
            from contacts c join read_parquet('{published_forms.settings.exports}/dim_document.parquet') d
            using (document_id) order by c.document_id, c.page, c.top, c.x0, c.role"""
    ).fetchall()
    archives, sports = (
        [row[1:] for row in said if row[0] == name] for name in ("示例市示例区档案局", "示范市样例区体育局")
    )
    assert sorted(archives) == sorted([
        ("填报人", "示例乙丙", True), ("联系电话", "010-00000001", True),
        ("项目负责人", "示例己庚", True), ("联系电话", "19900000004", True),
        ("项目负责人", "示例辛壬", True), ("联系电话", "010-00000005", True),
    ])  # fmt: skip
    assert sorted(sports) == sorted([
        ("联系人", "示例癸子", True), ("电话", "010-00000006", True),
        ("项目负责人", "示例丑寅", True), ("联系电话", "19900000007", True),
        ("项目负责人", "示例卯辰", True), ("联系电话", "010-0000008", True),
    ])  # fmt: skip
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {file.name for file in path.parent.iterdir()} == {path.name, "generations"}
    assert list(published_forms.settings.build.glob("*/restricted/*")) == []


def test_a_build_keeps_its_contacts_for_its_owner(tmp_path):
    path = tmp_path / "restricted" / "contacts.parquet"
    later = CONTACT._replace(page=2)
    for tables, kept in (([], []), ([[later], [CONTACT]], [CONTACT, later])):
        write_contacts(path, [contacts_table(table) for table in tables])
        assert [Contact(**row) for row in read_contacts(path).to_pylist()] == kept
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        path.chmod(0o644)
    assert SCHEMA.names == list(Contact._fields)


def test_an_error_of_the_recogniser_does_not_quote_the_paper(tmp_path, monkeypatch, caplog):
    def fail(reading, paper):
        raise ValueError("填报人 示例甲乙 010-00000001")

    monkeypatch.setattr(store, "load_reading", lambda folder, sha256: None)
    monkeypatch.setattr(store, "recognise", fail)
    paper = Printed("paper", "sha", Path("a.pdf"), "2025/a/a.pdf", "a.pdf", "2025", "a")
    with duckdb.connect() as con, caplog.at_level(logging.DEBUG):
        staging.stage(Settings(tmp_path, tmp_path), [paper], {"sha": Outcome("sha", None, "", 1, 0.0, False)}, con)
        (told,) = con.execute("select reason, detail from staging.documents").fetchall()
    assert told[0] == "recognising_failed"
    assert re.fullmatch(r"ValueError at pipelines/warehouse/recognised\.py:\d+", told[1])
    assert "2025/a/a.pdf failed: ValueError at pipelines/warehouse/recognised.py" in caplog.text
    assert leaks(iter([("detail", told[1]), ("log", caplog.text)]))[1] == {}


ODD_TABLES = [
    {
        "title": "示例登记表", "maker": "填表人：示例甲乙 电话：010-00000003", "note": "注：制表人 示例甲乙 19900000002",
        "body": [["登记人", "示例甲乙", "联系电话", "010-00000003"], ["数量", "3", "金额", "100.00"]],
    },
    {"title": "填表人：示例甲乙 电话：010-00000003", "body": [["某", "某", "某", "某"], ["某", "3", "金额", "100.00"]]},
    {
        "title": "一般公共预算支出表", "unit": "单位：万元", "note": "制表：示例甲乙 010-00000003",
        "header": [["科目编码", "科目名称", "合计", "备注"]],
        "body": [
            ["201", "一般公共服务支出", "10.00", "示例甲乙 19900000002"],
            ["20126", "档案事务", "10.00", ""],
            ["", "负责人：示例甲乙 19900000002", "10.00", ""],
            ["联系电话", "", "010-00000003", ""],
        ],
    },
    {
        "title": "项目支出表", "unit": "单位：万元", "header": [["项目名称", "单位名称", "合计", "负责人"]],
        "body": [["示例项目", "示例馆", "10.00", "示例甲乙"], ["合计", "", "10.00", "示例甲乙 199 0000 0002"]],
    },
]  # fmt: skip


def test_contacts_where_nobody_expects_them(tmp_path):
    """Beside a table of no known kind, in a row label, in an amount column, in a form without a known title."""
    paper = plain_paper("performance-archives-2025")
    odd = [read_table({"widths": [1, 1, 1, 1], "aligns": "llll", "header": [], **table}) for table in ODD_TABLES]
    forms = [replace(paper.tables[2], title="2025年示例登记卡"), replace(paper.tables[2], title="")]
    path = tmp_path / "paper.pdf"
    typeset(replace(paper, paragraphs=("# 说明",), tables=(*odd, *forms)), Style(), path)
    printed = Printed("paper", "", path, "paper.pdf", "paper.pdf", "2025", "")
    recognised = recognise(read_document(path, Limits()), printed)
    assert "row" in leaks(iter([("row", repr(recognised.amounts))]))[1]
    kept = without_contacts(recognised)
    assert len(kept.amounts) == len(recognised.amounts) >= 6
    assert {c.name or c.telephone for c in kept.forms.contacts} == {"示例己庚", "19900000004"}
    shared = kept._replace(forms=kept.forms._replace(contacts=()))
    assert leaks(iter([("everything", repr(shared))])) == (1, {})
    assert [a.amount_yuan for a in kept.amounts] == [a.amount_yuan for a in recognised.amounts]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("填表人：示例甲乙 电话：010-00000003", "…"),
        ("示例表（联系人: 示例甲乙）", "示例表（…"),
        ("会议费2万元，请拨19900000002，培训费3万元", "会议费2万元，…，培训费3万元"),
        ("示例甲乙199 0000 0002", "…"),
        ("收入总计15621110000元", "收入总计15621110000元"),
        ("15,621,110,000.00", "15,621,110,000.00"),
        ("42010525031T000000104", "42010525031T000000104"),
        ("2080505 机关事业单位基本养老保险缴费支出", "2080505 机关事业单位基本养老保险缴费支出"),
        ("电话费", "电话费"),
        ("项目负责人培训：3期", "项目负责人培训：3期"),
    ],
)
def test_what_is_taken_out_of_a_text(text, short):
    assert without_contact(text, lexicon_of(2025)) == short
