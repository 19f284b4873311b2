"""Does the next warehouse file begin with what stands, and end with what was built and nothing else?"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import PipelineError
from pipelines.warehouse.carried import Carried, carry_over, complete
from pipelines.warehouse.publish import MARTS, copy_warehouse, export_marts

OVER_ALL = "dim_organization"


def make_database(path: Path, documents: dict[str, int], rows: int = 1) -> Path:
    """A database in which each mart but one has so many rows of each document, with a value."""
    with duckdb.connect(str(path)) as con:
        con.execute("create schema marts; create schema quality")
        values = ", ".join(f"('{name}', {value})" for name, value in documents.items()) or "(null, null)"
        for mart in MARTS:
            if mart != OVER_ALL:
                con.execute(
                    f"""create table marts.{mart} as select name as document_id, (n + value)::integer as n
                    from (values {values}) as t(name, value), range({rows}) as r(n) where name is not null"""
                )
                con.execute(f"comment on column marts.{mart}.n is 'what it counts'")
    return path


def build_over_all(path: Path, beside: Path | None = None) -> None:
    with duckdb.connect(str(path)) as con:
        if beside:
            con.execute(f"attach '{beside}' as next (read_only)")
        con.execute(f"create table marts.{OVER_ALL} as select count(*) as n from marts.fct_check")


@pytest.fixture
def published(tmp_path) -> Path:
    build = make_database(tmp_path / "first.duckdb", {"a": 1, "b": 2, "c": 3})
    build_over_all(build)
    copy_warehouse(build, tmp_path / "published.duckdb")
    return tmp_path / "published.duckdb"


def carried_on(published: Path, target: Path, built: dict[str, int], left_out: list[str]) -> list[Carried]:
    build = make_database(target.parent.with_name(f"build-{target.parent.name}.duckdb"), built)
    begun = carry_over(build, published, target, list(built), left_out)
    build_over_all(build, target)
    return complete(build, target, begun)


def rows_of(file: Path, mart: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(f"from marts.{mart}").fetchall()


def test_rows_of_what_was_built_take_the_place_of_those_left_out(published, tmp_path):
    before = hashlib.sha256(published.read_bytes()).digest()
    target = tmp_path / "next" / "budget.duckdb"
    # a was replaced by d, b is gone, c stands
    carried = carried_on(published, target, {"d": 9}, ["a", "b"])
    assert sorted(rows_of(target, "fct_check")) == [("c", 3), ("d", 9)]
    assert rows_of(target, OVER_ALL) == [(2,)], "what is built over all documents sees those carried over"
    assert Carried("marts", "fct_check", 2, 2, 1) in carried
    assert len(carried) == len(MARTS)
    assert hashlib.sha256(published.read_bytes()).digest() == before
    with duckdb.connect(str(target), read_only=True) as con:
        said = con.execute("select distinct comment from duckdb_columns() where column_name = 'n'").fetchall()
    assert ("what it counts",) in said


def test_a_mart_in_which_nothing_changed_keeps_its_export(published, tmp_path):
    export_marts(published, tmp_path / "exports")
    target = tmp_path / "next" / "budget.duckdb"
    carried_on(published, target, {"d": 9}, ["a"])
    counts = export_marts(target, tmp_path / "again", tmp_path / "exports", {OVER_ALL, "fct_goal"})
    assert counts == dict.fromkeys(MARTS, 3) | {OVER_ALL: 1}
    kept = {file.name for file in (tmp_path / "again").iterdir() if file.stat().st_nlink == 2}
    assert kept == {f"{OVER_ALL}.parquet", "fct_goal.parquet"}
    assert export_marts(target, tmp_path / "other", tmp_path / "nowhere", {"fct_goal"})["fct_goal"] == 3


def test_what_is_the_same_over_all_documents_counts_as_unchanged(published, tmp_path):
    carried = carried_on(published, tmp_path / "next" / "budget.duckdb", {"d": 9}, ["a"])
    assert Carried("marts", OVER_ALL, 1, 0, 0) in carried  # as many checks as before
    carried = carried_on(published, tmp_path / "later" / "budget.duckdb", {"d": 9}, [])
    assert Carried("marts", OVER_ALL, 1, 1, 1) in carried


def test_a_file_that_is_mostly_waste_is_written_anew(tmp_path):
    build = make_database(tmp_path / "first.duckdb", {f"d{n}": 1 for n in range(20)}, 1000)
    build_over_all(build)
    first = tmp_path / "published.duckdb"
    copy_warehouse(build, first)
    target = tmp_path / "next" / "budget.duckdb"
    carried_on(first, target, {"d5": 7}, [f"d{n}" for n in range(4, 20)])
    with duckdb.connect(str(target), read_only=True) as con:
        written, documents = con.execute(
            "select sum(estimated_size), (select list(distinct document_id) from marts.fct_check) from duckdb_tables()"
        ).fetchone()
        there = sum(con.execute(f"select count(*) from marts.{mart}").fetchone()[0] for mart in MARTS)
    assert sorted(documents) == ["d0", "d1", "d2", "d3", "d5"]
    assert written == there, "deleted rows still take up place"
    assert rows_of(target, "fct_check")[-1] == ("d5", 7)
    assert [file.name for file in target.parent.iterdir()] == ["budget.duckdb"]


def test_a_file_that_lost_rows_on_the_way_is_not_published(published, tmp_path):
    target = tmp_path / "next" / "budget.duckdb"
    build = make_database(tmp_path / "build.duckdb", {"d": 9})
    begun = carry_over(build, published, target, ["d"], ["a"])
    build_over_all(build, target)
    with duckdb.connect(str(target)) as con:
        con.execute("delete from marts.fct_goal where document_id = 'c'")
    with pytest.raises(PipelineError, match="fct_goal has 2 rows"):
        complete(build, target, begun)
