"""Disturbs runs at random moments and looks at what readers see: `python -m tests.faults [TURNS [SEED]]`.

Two states of raw/ take turns: the samples, and the samples with a paper more and a paper changed. Each turn runs the main
job on the other state and disturbs it in one way; then a run without a disturbance follows. Always: the published
warehouse is whole, and one of the two that undisturbed runs have made of these states; after the second run it is that
of the state. `make test` takes two of the ways (tests/test_faults.py).
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.publish import current_generation, current_record
from tests.typesetting.samples import RAW, SAMPLES

Relations = dict[str, tuple[int, str]]
# What tells of runs differs from run to run.
RUN_DEPENDENT = {"quality.finding_history", "quality.paper_ledger"}
FINISHED = (0, 3)  # 3: one of the papers may be a copy
WORKER, DBT = "pipelines.reading.child", "pipelines.warehouse.dbt_host"


def relations(settings: Settings) -> Relations:
    """Every relation of the published warehouse with its number of rows and a hash over them, whatever their order: a
    file that an earlier one was carried over into has the documents in another."""
    with duckdb.connect(str(current_generation(settings) / "warehouse" / "budget.duckdb"), read_only=True) as con:
        names = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by all").fetchall()
        hashed = "select count(*), coalesce(md5(string_agg(h, '' order by h)), '') from"
        return {
            name: con.execute(f"{hashed} (select md5(r::varchar) as h from {name} as r)").fetchone()
            for (name,) in names
            if name not in RUN_DEPENDENT
        }


def is_whole(settings: Settings) -> bool:
    """Whether the published warehouse has what the record of its run counted."""
    summary = current_record(settings)["summary"]
    with duckdb.connect(str(current_generation(settings) / "warehouse" / "budget.duckdb"), read_only=True) as con:
        counted = con.execute(
            """select (select count(*) from marts.dim_document), (select count(*) from marts.fct_budget_line),
                (select count(*) from marts.fct_check)"""
        ).fetchone()
    return counted == (sum(summary["documents"].values()), summary["budget_lines"], sum(summary["checks"].values()))


def started(settings: Settings, *options: str, most: int | None = None) -> subprocess.Popen:
    """Start the main job; `most` is the size in bytes at which every file it writes ends, as on a full disk."""

    def limit() -> None:
        if most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    command = [sys.executable, "-m", "pipelines.cli", "run", *options]
    command += ["--raw", str(settings.raw), "--home", str(settings.home)]
    return subprocess.Popen(
        command, cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=limit,
    )  # fmt: skip


def finished(process: subprocess.Popen) -> tuple[int, str]:
    said, _ = process.communicate(timeout=1800)
    return process.returncode, said


def descendants(pid: int, named: str = "") -> list[int]:
    """Processes below a process, at any depth, whose command line names something."""
    below = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split()):
                below += [child] * (named in Path(f"/proc/{child}/cmdline").read_text()) + descendants(child, named)
    except OSError:  # it has ended meanwhile
        pass
    return below


def kill_run(settings: Settings, moment: float) -> None:
    process = started(settings)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    finished(process)


def kill_child(settings: Settings, moment: float, named: str) -> None:
    process = started(settings)
    deadline = time.monotonic() + 300
    while not (children := descendants(process.pid, named)) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(moment / 4)
    for child in descendants(process.pid, named) or children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
    finished(process)


def fill_disk(settings: Settings, moment: float) -> None:
    finished(started(settings, most=int(2 ** random.uniform(12, 23))))


def hold_connection(settings: Settings, moment: float) -> None:
    """An analyst reads on while a generation is published."""
    with duckdb.connect(str(settings.warehouse.resolve()), read_only=True) as con:
        before = con.execute("select count(*), sum(amount_yuan) from marts.fct_budget_line").fetchone()
        code, said = finished(started(settings))
        assert code in FINISHED, said
        assert con.execute("select count(*), sum(amount_yuan) from marts.fct_budget_line").fetchone() == before


def run_twice(settings: Settings, moment: float) -> None:
    first = started(settings)
    time.sleep(moment)
    second = started(settings)
    (code, said), (other_code, other_said) = finished(first), finished(second)
    assert code in FINISHED, said
    # the second is refused, or comes when the first has ended
    assert other_code in FINISHED or (other_code == 1 and "another run is at work" in other_said), other_said


def replace_paper(settings: Settings, moment: float) -> None:
    """A paper is written anew while the run is at work, by a program that does not write it in one step."""
    path = settings.raw / SAMPLES[1].path
    content = path.read_bytes()
    process = started(settings)
    time.sleep(moment / 2)
    path.write_bytes(content[: len(content) // 2])
    time.sleep(0.2)
    path.write_bytes(content)
    finished(process)


WAYS: dict[str, Callable[[Settings, float], None]] = {
    "kill -9 of the run": kill_run,
    "kill -9 of the reading child": lambda settings, moment: kill_child(settings, moment, WORKER),
    "kill -9 of dbt": lambda settings, moment: kill_child(settings, moment, DBT),
    "disk full": fill_disk,
    "an analyst holds a connection": hold_connection,
    "two runs at once": run_twice,
    "a paper replaced while it is read": replace_paper,
}


def set_raw(settings: Settings, grown: bool) -> None:
    """Bring raw/ into one of its two states."""
    more = settings.raw / "2023" / "示例区档案局" / "再发.pdf"
    changed = settings.raw / SAMPLES[2].path
    for path in (more, changed):
        path.unlink(missing_ok=True)
    SAMPLES[2]._replace(style=replace(SAMPLES[2].style, font_size=9.0 if grown else 10.0)).write(settings.raw)
    if grown:
        more.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(settings.raw / SAMPLES[0].path, more)


def undisturbed(folder: Path, grown: bool) -> Relations:
    settings = Settings(folder / "raw", folder / "home")
    shutil.copytree(RAW, settings.raw)
    set_raw(settings, grown)
    code, said = finished(started(settings))
    assert code in (0, 3), said
    return relations(settings)


def main(turns: int = 20, seed: int = 1) -> None:
    random.seed(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(folder / "False" / "raw", folder / "False" / "home")
        began = time.monotonic()
        expected = {grown: undisturbed(folder / str(grown), grown) for grown in (False, True)}
        takes = (time.monotonic() - began) / 2
        stands = False
        for way, disturb in WAYS.items():
            whole, published = 0, 0
            for _ in range(turns):
                wanted = not stands
                set_raw(settings, wanted)
                shutil.rmtree(settings.readings)
                disturb(settings, random.uniform(0, takes))
                seen = relations(settings)
                assert is_whole(settings), f"{way}: the published warehouse is not what its record says"
                # half a paper is a paper too, a refused one, until the next run
                assert seen in expected.values() or disturb is replace_paper, (
                    f"{way}: the warehouse is of neither state"
                )
                whole, published = whole + 1, published + (seen == expected[wanted])
                code, said = finished(started(settings))
                assert code in FINISHED, f"{way}: the next run does not heal it: {said}"
                assert relations(settings) == expected[wanted], f"{way}: the next run made something else"
                stands = wanted
            print(f"{way:36} {turns:3} times: {whole} whole ({published} had published), {whole} healed", flush=True)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
