"""Measures whole runs over many papers: `python -m tests.bench_runs [PAPERS …]` (250 and 1,000 where none is given).

Each paper is typeset, of a body of its own. Cold, unchanged, one paper more, one paper withdrawn: seconds on the clock
and the machine's load, CPU seconds of the command and all processes it starts, peak memory of the largest of them, and
the size of the warehouse file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from pipelines.settings import PROJECT
from tests.typesetting.budget import read_budget
from tests.typesetting.model import Paper, Style
from tests.typesetting.nine_tables import nine_tables
from tests.typesetting.setter import typeset

# Where byte code is not stored, every process compiles its libraries: that is not what is to be measured.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def write_paper(raw: Path, number: int) -> Path:
    """Typeset the sports bureau's figures as those of body so-and-so; return the paper's path."""
    budget, _ = read_budget("sports-2025")
    department = f"示范市样例区第{str(number).translate(DIGITS)}局"
    path = raw / "2025" / department / "预算.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    budget = replace(budget, department=department, units=((f"{budget.department_code}001", department),))
    typeset(Paper(department, 2025, f"{department}2025年部门预算", (), tuple(nine_tables(budget))), Style(), path)
    return path


def run(name: str, raw: Path, home: Path) -> None:
    """Run the main job and print what it took."""
    command = [sys.executable, "-m", "pipelines.cli", "run", "--raw", str(raw), "--home", str(home), "--jobs", "2"]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=PROJECT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 3):
        raise SystemExit(f"{name}: the run ended with {code}: {said[-300:]}")
    record = json.loads((home / "current" / "run.json").read_text())
    papers, built = sum(record["summary"]["documents"].values()), record["rebuilt"]
    seconds, cpu, peak = time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    size = (home / "warehouse" / "budget.duckdb").stat().st_size / 2**20
    print(
        f"{name:20} {papers:6,} papers {built:6,} built {seconds:8.1f} s (load {os.getloadavg()[0]:.0f}) {cpu:7.1f} CPU s"
        f" {peak:6,.0f} MB, file {size:6,.1f} MB",
        flush=True,
    )


def measure(papers: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        raw, home = Path(name, "raw"), Path(name, "home")
        for number in range(papers):
            write_paper(raw, number)
        run("cold", raw, home)
        run("unchanged", raw, home)
        more = write_paper(raw, papers)
        run("one paper more", raw, home)
        more.unlink()
        run("one paper withdrawn", raw, home)


def main(*sizes: int) -> None:
    for papers in sizes or (250, 1000):
        measure(papers)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
