"""Does the analysts' warehouse hold what is declared and nothing else, and the restricted one the contacts beside it?"""

from __future__ import annotations

import re
import shutil
import stat

import duckdb
import pytest

from pipelines.errors import PipelineError
from pipelines.recognising.forms.records import Contact
from pipelines.settings import Settings
from pipelines.warehouse import steps
from pipelines.warehouse.build import Build, current_build, run_lock, start_build, unchanged_record
from pipelines.warehouse.columns import declared_columns, require_declared
from pipelines.warehouse.entitled import entitled_path, in_step, keep_entitled, show_entitled, write_entitled
from pipelines.warehouse.papers import discover
from pipelines.warehouse.publish import current_generation
from pipelines.warehouse.query import open_warehouse
from pipelines.warehouse.restricted import contacts_table, published_contacts, read_contacts, write_contacts
from pipelines.warehouse.scope import Scope, earlier_generation
from tests.generations import make_build_database
from tests.published import PERFORMANCE

CONTACT = Contact("a", "form", "填报人", "示例甲乙", None, 1, 0.0, 0.0, 1.0, 1.0)


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings(raw=tmp_path / "raw", home=tmp_path / "home")


def test_what_is_published_is_what_is_declared(published):
    with open_warehouse(published.settings) as con:
        rows = con.execute("select schema_name, table_name, list(column_name) from duckdb_columns() "
                           "where schema_name in ('marts', 'quality') group by all").fetchall()  # fmt: skip
    assert {(schema, name): frozenset(columns) for schema, name, columns in rows} == declared_columns()
    assert not {"telephone", "role"} & set().union(*declared_columns().values())
    require_declared(published.settings.warehouse)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("create table marts.people as select 1 as name", "not published: marts.people; declare"),
        ("create view quality.people as select 1 as name", "not published: quality.people; declare"),
        ("alter table marts.dim_rule add column telephone text", "not published: marts.dim_rule.telephone; declare"),
        ("create table staging.people as select 1 as name", None),
    ],
)
def test_what_is_not_declared_stops_the_publication_and_is_named(tmp_path, statement, told):
    database = make_build_database(tmp_path / "build.duckdb")
    with duckdb.connect(str(database)) as con:
        rows = con.execute("select table_schema, table_name, list(column_name) from information_schema.columns "
                           "where table_schema in ('marts', 'quality') group by all").fetchall()  # fmt: skip
        con.execute(statement)
    declared = {(schema, name): frozenset(columns) for schema, name, columns in rows}
    if told is None:
        require_declared(database, declared)
        return
    with pytest.raises(PipelineError, match=re.escape(told)):
        require_declared(database, declared)


def test_a_build_with_an_undeclared_column_is_not_copied(settings):
    build = start_build(settings)
    make_build_database(build.database)
    build.write("scope", Scope(None, [], [], {})._asdict())
    with pytest.raises(PipelineError, match=r"marts\.dim_document\.amount_yuan"):
        steps.copy_out(settings)
    assert not (build.generation / steps.WAREHOUSE_FILE).exists()


def test_the_restricted_warehouse_is_that_of_the_published_generation(published_forms):
    settings = published_forms.settings
    path = entitled_path(settings.home)
    generation = current_generation(settings).name
    assert in_step(settings, generation) and path.resolve().stem == generation
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.resolve().parent)} == {0o700}
    with duckdb.connect(str(path.resolve()), read_only=True) as con:
        comments = con.execute(
            "select comment from duckdb_columns() where schema_name = 'restricted' "
            "union all select comment from duckdb_tables() where schema_name = 'restricted'"
        ).fetchall()
        assert len(comments) == 18 and all(comment for (comment,) in comments)
        how = con.execute("select comment from duckdb_tables() where table_name = 'contacts'").fetchone()[0]
        attach, query = re.search(r"warehouse: (attach .*?); (.*)", how).groups()
        con.execute(attach.replace("<home>", str(settings.home)))
        joined = con.execute(
            f"select role, coalesce(name, telephone), form_kind from ({query}) order by all"
        ).fetchall()
        told = con.execute(
            "select fiscal_year, department_name, status from restricted.documents order by all"
        ).fetchall()
    assert len(joined) == 12 and ("填报人", "示例乙丙", "overall") in joined
    assert told == [(2025, "示例市示例区档案局", "published"), (2025, "示范市样例区体育局", "published")]


def test_a_run_that_was_killed_before_the_restricted_warehouse_is_not_the_last(published_forms):
    settings = published_forms.settings
    papers = discover(settings)
    link = entitled_path(settings.home)
    there = link.readlink()
    assert unchanged_record(settings, papers)
    try:
        link.unlink()
        link.symlink_to("generations/earlier.duckdb")
        assert unchanged_record(settings, papers) is None
    finally:
        link.unlink()
        link.symlink_to(there)


def test_the_restricted_warehouse_has_the_papers_of_its_generation_and_old_ones_go(settings, tmp_path):
    warehouse = tmp_path / "budget.duckdb"
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create schema marts")
        con.execute("create table marts.dim_document as select 'a' as document_id, '2025/a/a.pdf' as source_path, "
                    "2025 as fiscal_year, 'd' as department_id, '示例局' as department_name, 'held' as status")  # fmt: skip
    contacts = tmp_path / "restricted" / "contacts.parquet"
    write_contacts(contacts, [contacts_table([CONTACT, CONTACT._replace(document_id="withdrawn")])])
    for generation, kept in (("1", ["1.duckdb"]), ("2", ["1.duckdb", "2.duckdb"]), ("3", ["2.duckdb", "3.duckdb"])):
        (settings.generations / generation).mkdir(parents=True)
        if generation == "3":
            (settings.generations / "1").rmdir()
        keep_entitled(settings.home, write_entitled(settings.home, warehouse, contacts), generation)
        show_entitled(settings, generation)
        assert sorted(file.name for file in entitled_path(settings.home).resolve().parent.iterdir()) == kept
    assert in_step(settings, "3") and not in_step(settings, "2")
    with duckdb.connect(str(entitled_path(settings.home)), read_only=True) as con:
        assert con.execute("select document_id, name from restricted.contacts").fetchall() == [("a", "示例甲乙")]
        assert con.execute("select document_id, status from restricted.documents").fetchall() == [("a", "held")]
    assert published_contacts(settings.home, "3").to_pylist() == [CONTACT._asdict()]
    with pytest.raises(PipelineError, match="1.duckdb is not there"):
        published_contacts(settings.home, "1")


@pytest.fixture
def copied(published_forms, tmp_path) -> Settings:
    """A copy of the samples and performance forms, and of what is published of them."""
    settings = Settings(raw=tmp_path / "raw", home=tmp_path / "home")
    shutil.copytree(published_forms.settings.raw, settings.raw)
    shutil.copytree(published_forms.settings.home, settings.home, symlinks=True)
    return settings


def stage(settings: Settings) -> Build:
    """A run up to its staging."""
    with run_lock(settings.home):
        steps.read(settings)
        steps.find(settings)
        steps.stage_papers(settings)
    return current_build(settings)


def test_a_run_that_ends_before_its_publication_leaves_the_contacts_and_the_next_one_keeps_them(copied):
    published = published_contacts(copied.home, current_generation(copied).name)
    away = copied.raw / PERFORMANCE["performance-sports-2025"]
    content = away.read_bytes()
    away.unlink()
    assert read_contacts(stage(copied).contacts).num_rows == published.num_rows // 2
    assert published_contacts(copied.home, current_generation(copied).name) == published

    away.write_bytes(content)
    assert unchanged_record(copied, discover(copied))
    other = next(copied.raw.glob("2024/*/*.pdf"))
    other.write_bytes(other.read_bytes() + b"\n")
    build = stage(copied)
    assert 0 < len(build.read("scope")["rebuilt"]) < len(build.read_papers())
    assert read_contacts(build.contacts) == published
    assert stat.S_IMODE(build.contacts.stat().st_mode) == 0o600
    assert stat.S_IMODE(build.contacts.parent.stat().st_mode) == 0o700


def test_a_generation_has_its_contacts_before_it_is_published(copied, monkeypatch):
    """A run that is killed as soon as it has published leaves them to the next one, which takes over what it made."""
    other = next(copied.raw.glob("2024/*/*.pdf"))
    other.write_bytes(other.read_bytes() + b"\n")
    build, earlier = stage(copied), current_generation(copied)
    shutil.copytree(earlier, build.generation)
    build.write("absent", [])

    def killed(settings: Settings, generation: str) -> None:
        raise SystemExit

    monkeypatch.setattr(steps, "show_entitled", killed)
    with pytest.raises(SystemExit), run_lock(copied.home):
        steps.publish_generation(copied)
    assert current_generation(copied) != earlier
    assert not in_step(copied, current_generation(copied).name)
    assert earlier_generation(copied).generation == current_generation(copied)
    kept, there = (published_contacts(copied.home, made.name) for made in (earlier, current_generation(copied)))
    assert there == kept
