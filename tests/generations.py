"""Small generations to publish, each with a value of its own in every mart."""

from __future__ import annotations

import duckdb

from pipelines.warehouse import publish
from pipelines.warehouse.build import run_lock, start_build
from pipelines.warehouse.publish import MARTS, copy_warehouse, export_marts

WAREHOUSE = "warehouse/budget.duckdb"


def make_build_database(path, value="1346.04", without=()):
    with duckdb.connect(str(path)) as con:
        for schema in ("staging", "marts", "quality"):
            con.execute(f"create schema {schema}")
        for mart in MARTS:
            if mart not in without:
                con.execute(
                    f"create table marts.{mart} as select * from (values ('b', 2, {value}::decimal(20,2)), "
                    f"('a', 1, 0.10)) t(document_id, page, amount_yuan)"
                )
                con.execute(f"comment on table marts.{mart} is 'what ''{mart}'' holds'")
                con.execute(f"comment on column marts.{mart}.amount_yuan is 'yuan 元'")
        con.execute("create view quality.coverage as select count(*) as n from marts.dim_document")
        con.execute("create table staging.secret as select 1 as phone")
    return path


def make_generation(settings, value="1346.04"):
    with run_lock(settings.home):
        build = start_build(settings)
        make_build_database(build.database, value)
        copy_warehouse(build.database, build.generation / WAREHOUSE)
        export_marts(build.generation / WAREHOUSE, build.generation / "exports")
        (build.generation / "report").mkdir()
        (build.generation / "review").mkdir()
        (build.generation / "report" / "index.html").write_text(value)
        return publish.publish(settings, build.generation, {"fingerprint": "f" * 64, "value": value})
