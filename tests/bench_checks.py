"""Measures the checks: all rules over many documents; `make bench` prints the table that docs/measurements.md shows.

Papers are read and recognised once, those of ../shared/corpus where they are there, else the samples under raw/; their
staged rows are then multiplied under new ids, each copy a department of its own. Times are CPU seconds of dbt and of the
gate without second readings, less what dbt needs to start: what else the machine does counts for little.
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
# Besides the columns that end in _id: what a copy must have for itself, so as not to be related to the others.
OWN = ("sha256", "folder_department", "department_name")


def staged_once(folder: Path) -> Path:
    """Read and recognise the papers into a new home in the folder; return the build database."""
    raw = PROJECT / "raw"
    if CORPUS.is_dir():
        raw = folder / "raw"
        for paper in (*CORPUS.glob("real/*.pdf"), *CORPUS.glob("seed/*.pdf")):
            place = raw / "2025" / "-".join(paper.stem.split("-")[:3])
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(paper, place)
    settings = Settings(raw=raw, home=folder / "home")
    steps.read(settings)
    steps.find(settings)
    steps.stage_papers(settings)
    return current_build(settings).database


def multiply(source: Path, target: Path, documents: int) -> None:
    """Fill the schema `staging` of a new database with so many documents: those of the source over and over."""
    with duckdb.connect(str(target)) as con:
        create_staging(con)
        con.execute(f"attach '{source}' as once (read_only)")
        con.execute(
            """create temp table copies as
            select document_id, '~' || n as mark from once.staging.documents, range(?) as counted(n)
            where reason is null
            qualify row_number() over (order by n, document_id) <= ?""",
            [documents, documents],
        )
        for table in RECORDS:
            names = [row[0] for row in con.execute(f"describe staging.{table}").fetchall()]
            listed = ", ".join(f"{name} || mark" if name.endswith("_id") or name in OWN else name for name in names)
            rows = f"once.staging.{table}"
            if "document_id" not in names:
                rows += " inner join (select form_id, document_id from once.staging.forms) using (form_id)"
            con.execute(
                f"insert into staging.{table} select {listed} from {rows} inner join copies using (document_id)"
            )


def cpu(work: Callable[[], object]) -> float:
    """Call it; return the CPU seconds of this process and of those that it has started and that have ended."""
    began = _used()
    work()
    return _used() - began


def _used() -> float:
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in spent)


def slowest(target: Path, most: int = 6) -> str:
    """The models that took dbt longest, with their seconds on the clock."""
    results = json.loads((target / "run_results.json").read_text())["results"]
    times = {r["unique_id"].split(".")[2]: r["execution_time"] for r in results if r["unique_id"].startswith("model.")}
    return ", ".join(f"{name} {s:.1f}" for name, s in sorted(times.items(), key=lambda item: -item[1])[:most])


def main(sizes: tuple[int, ...] = SIZES) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = staged_once(folder)
        nothing = folder / "nothing.duckdb"
        multiply(source, nothing, 0)
        start = cpu(lambda: run_dbt(nothing, BEFORE_GATE, folder / "nothing"))
        with duckdb.connect(str(nothing)) as con:
            gate.pass_gate(con, lambda *_: {})  # imports are not what is measured
        print(f"{'documents':>9} {'amounts':>9} {'checks':>9} {'dbt':>7} {'gate':>7} {'per 1,000':>10} {'marts':>7}")
        for size in sizes:
            print(measured(source, size, folder, start), flush=True)
        print(f"slowest on the clock: {slowest(folder / str(sizes[-1]))}")
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(f"peak memory of a process: {peak / 1024:.0f} MB")


def measured(source: Path, size: int, folder: Path, start: float) -> str:
    database, target = folder / f"{size}.duckdb", folder / str(size)
    multiply(source, database, size)
    evaluating = cpu(lambda: run_dbt(database, BEFORE_GATE, target)) - start
    with duckdb.connect(str(database)) as con:
        judging = cpu(lambda: gate.pass_gate(con, lambda *_: {}))
        counts = (
            "select (select count(*) from staging.amounts), (select count(*) from intermediate.int_checks_evaluated)"
        )
        amounts, checks = con.execute(counts).fetchone()
    marts = cpu(lambda: run_dbt(database, AFTER_GATE, folder / f"{size}-marts")) - start
    each = (evaluating + judging) / size * 1000
    return f"{size:9,} {amounts:9,} {checks:9,} {evaluating:7.1f} {judging:7.1f} {each:10.1f} {marts:7.1f}"


if __name__ == "__main__":
    sys.exit(main(tuple(map(int, sys.argv[1:])) or SIZES))
