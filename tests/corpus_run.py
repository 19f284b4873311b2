"""Runs the product over all papers of ../shared/corpus and prints what became of them: `make corpus`.

Per region: papers by status, tables of money that were recognised, certified amounts, broken identities of severity error
and how many of them are blamed on the publisher; per paper with a truth how much of it is right; then what a vocabulary
that never saw a region makes of its papers (tests/regions.py). The second half runs beside the first.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from pipelines.settings import PROJECT
from tests.corpus import CORPUS, cities, name_of, papers, scorer
from tests.regions import region_of

REGIONS = """
with tables as (
    select document_id, count(*) filter (state = 'filled') as recognised,
        count(*) filter (state in ('filled', 'unrecognised', 'unknown_unit')) as of_money
    from quality.printed_tables group by all
),

checks as (
    select document_id, count(*) as errors, count(*) filter (verdict = 'publisher') as blamed
    from marts.fct_check where outcome = 'fail' and severity = 'error' group by all
)

select documents.file_name, status, coalesce(recognised, 0), coalesce(of_money, 0), amounts_total, amounts_certified,
    coalesce(errors, 0), coalesce(blamed, 0)
from marts.dim_document as documents left join tables using (document_id) left join checks using (document_id)
"""


def lay_out(raw: Path) -> None:
    """Put every paper under raw/<year>/<body>/; a city's body and year are those of the corpus' list of names."""
    listed = (CORPUS / "cities" / "names.tsv").read_text(encoding="utf-8").splitlines()
    known = {name: (year, body) for name, year, body in (line.split("\t") for line in listed)}
    for path in (*papers(), *cities()):
        year, body = known.get(f"{path.parent.name}/{path.stem}", (None, None))
        year = year or next(iter(re.findall(r"20\d\d", path.name)), "2024")
        body = body or re.split(r"-20\d\d", path.stem)[0]
        folder = raw / year / body
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder / f"{name_of(path)}.pdf")


def print_regions(warehouse: Path) -> None:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        rows = con.execute(REGIONS).fetchall()
    print(f"{'region':22} {'papers':>6} {'published':>9} {'held':>5} {'refused':>7} {'tables':>9} {'amounts':>8} {'certified':>9}"
          f" {'errors':>6} {'blamed':>6}")  # fmt: skip
    groups: dict[str, list[tuple]] = {}
    for name, *row in rows:
        groups.setdefault(region_of(name.removesuffix(".pdf")), []).append(tuple(row))
    groups["cities"] = [tuple(row) for name, *row in rows if "__" in name]
    groups["all"] = [tuple(row) for _, *row in rows]
    for region, found in sorted(groups.items(), key=lambda item: (item[0] in ("cities", "all"), item[0])):
        states = [row[0] for row in found]
        recognised, money, amounts, certified, errors, blamed = (sum(row[n] or 0 for row in found) for n in range(1, 7))
        print(
            f"{region:22} {len(found):6} {states.count('published'):9} {states.count('held'):5}"
            f" {states.count('refused'):7} {f'{recognised}/{money}':>9} {amounts:8,}"
            f" {certified / max(1, amounts):9.2%} {errors:6} {blamed:6}"
        )


def print_truth(warehouse: Path) -> None:
    found = scorer().run(str(warehouse), str(CORPUS / "truth"))
    print(f"\n{'paper':50} {'facts':>6} {'F1':>7} {'loose':>7} {'indicators':>10} {'F1':>7}")
    for document in found["documents"]:
        facts, indicators = document["facts"], document.get("indicators") or {"truth": 0, "f1": 1.0}
        print(
            f"{document['document']:50} {facts['truth']:6} {facts['f1']:7.4f} {facts['loose']['f1']:7.4f}"
            f" {indicators['truth']:10} {indicators['f1']:7.4f}"
        )
    facts, indicators = found["facts"], found["indicators"]
    print(f"{'all':50} {facts['truth']:6} {facts['f1']:7.4f} {facts['loose']['f1']:7.4f}"
          f" {indicators['truth']:10} {indicators['f1']:7.4f}")  # fmt: skip


def main() -> int:
    if not CORPUS.is_dir():
        print("the real papers of ../shared/corpus are not here")
        return 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        raw, home = Path(folder) / "raw", Path(os.environ.get("GOUJI_CORPUS_HOME") or Path(folder) / "home")
        lay_out(raw)
        unseen = subprocess.Popen(
            [sys.executable, "-m", "tests.regions"], cwd=PROJECT, stdout=subprocess.PIPE, text=True
        )
        command = [sys.executable, "-m", "pipelines.cli", "run", "--raw", str(raw), "--home", str(home), "--jobs", "2"]
        code = subprocess.run(command, cwd=PROJECT, stdout=subprocess.DEVNULL, check=False).returncode
        if code not in (0, 3):
            unseen.kill()
            return code
        print_regions(home / "warehouse" / "budget.duckdb")
        print_truth(home / "warehouse" / "budget.duckdb")
        print(f"\n{unseen.communicate()[0]}")
    print(f"{time.monotonic() - began:.0f} s on the clock")
    return 0


if __name__ == "__main__":
    sys.exit(main())
