"""Measures the checks: all rules over many documents; `make bench` prints the table that docs/measurements.md shows.

Papers are read and recognised once, those of ../shared/corpus where they are there, else the samples under raw/; their
staged rows are then multiplied under new ids, each copy a body of its own. Times are CPU seconds of dbt and the gate,
the start of dbt and the import of Great Expectations taken apart: other work on the machine does not count.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from expectations import gate
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse import steps
from pipelines.warehouse.build import current_build
from pipelines.warehouse.recognised import RECORDS
from pipelines.warehouse.schema import create_staging
from pipelines.warehouse.transform import AFTER_GATE, BEFORE_GATE, run_dbt

CORPUS = PROJECT.parent / "shared" / "corpus"
SIZES = (250, 500, 1000)
# Names that relate papers to each other; all columns that end in _id do so too.
NAMES = ("sha256", "folder_department", "department_name")


def staged_once(folder: Path) -> Path:
    """Read and recognise the papers into a new home in the folder; return the build database."""
    raw = PROJECT / "raw"
    if CORPUS.is_dir():
        raw = folder / "raw"
        for paper in (*CORPUS.glob("real/*.pdf"), *CORPUS.glob("seed/*.pdf")):
            place = raw / "2025" / paper.stem.rsplit("-", 3)[0]
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(paper, place)
    settings = Settings(raw=raw, home=folder / "home")
    steps.find(settings)
    steps.read(settings)
    steps.stage_papers(settings)
    return current_build(settings).database


def multiply(source: Path, target: Path, documents: int) -> None:
    """Fill the schema `staging` of a new database with so many documents: the source's, over and over, each time as
    papers of other bodies."""
    with duckdb.connect(str(target)) as con:
        create_staging(con)
        con.execute(f"attach '{source}' as once (read_only)")
        con.execute(
            """create temp table copies as
            select document_id, n, '~' || n as mark from once.staging.documents, range(?) as counted(n)
            where reason is null
            qualify row_number() over (order by n, document_id) <= ?""",
            [documents, documents],
        )
        for table in RECORDS:
            columns = [row[0] for row in con.execute(f"describe staging.{table}").fetchall()]
            marked = [f"{c} || mark" if c.endswith("_id") or c in NAMES else f'"{c}"' for c in columns]
            owner = "form_id" if "document_id" not in columns else "document_id"
            rows = f"once.staging.{table}"
            if owner == "form_id":
                rows = f"(select {table}.*, forms.document_id as of from {rows} inner join once.staging.forms using (form_id))"
            listed = ", ".join(f"rows.{c}" if " " not in c else f"rows.{c}" for c in marked)
            key = "rows.of" if owner == "form_id" else "rows.document_id"
            con.execute(
                f"insert into staging.{table} select {listed} from {rows} as rows inner join copies on {key} = copies.document_id"
            )


def cpu(work: Callable[[], object]) -> float:
    began = _used()
    work()
    return _used() - began


def _used() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in spent)


def by_model(target: Path) -> dict[str, float]:
    """Return the seconds of each model that dbt built."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    return {r["unique_id"].split(".")[2]: r["execution_time"] for r in results if r["unique_id"].startswith("model.")}


def main(sizes: tuple[int, ...] = SIZES) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = staged_once(folder)
        with duckdb.connect(str(source), read_only=True) as con:
            gate.judge(
                con.sql("select 'c' as check_id, 'ROW-01' as rule_id, 'd' as document_id, 'pass' as outcome").df(),
                gate.load_rules(),
            )
        empty = folder / "empty.duckdb"
        multiply(source, empty, 0)
        start = cpu(lambda: run_dbt(empty, BEFORE_GATE, folder / "empty"))
        print(
            f"{'documents':>9} {'checks':>9} {'amounts':>9} {'evaluate':>9} {'judge':>7} {'marts':>7} {'per 1,000':>10}"
        )
        for size in sizes:
            database, target = folder / f"{size}.duckdb", folder / str(size)
            multiply(source, database, size)
            evaluate = cpu(lambda: run_dbt(database, BEFORE_GATE, target)) - start  # noqa: B023
            slowest = by_model(target)
            with duckdb.connect(str(database)) as con:
                judge = cpu(lambda: gate.pass_gate(con, lambda *_: {}))  # noqa: B023
                checks, amounts = con.execute(
                    "select (select count(*) from intermediate.int_checks_evaluated), (select count(*) from staging.amounts)"
                ).fetchone()
            marts = cpu(lambda: run_dbt(database, AFTER_GATE, target)) - start  # noqa: B023
            whole = (evaluate + judge) / size * 1000
            print(
                f"{size:9,} {checks:9,} {amounts:9,} {evaluate:9.1f} {judge:7.1f} {marts:7.1f} {whole:10.1f}",
                flush=True,
            )
            print("  " + ", ".join(f"{m} {s:.1f}" for m, s in sorted(slowest.items(), key=lambda i: -i[1])[:6]))


if __name__ == "__main__":
    sys.exit(main(tuple(map(int, sys.argv[1:])) or SIZES))
