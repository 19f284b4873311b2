"""What dbt is given and what it says when it fails, however it is run: by dbt_host in a run, by itself in a test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pipelines import codebook
from pipelines.settings import DBT_PROJECT, EXPECTATIONS, database_memory

BEFORE_GATE = "tag:before_gate"
AFTER_GATE = "tag:after_gate"
# Of those after the gate the ones that are made over all documents; all others consist of documents' rows.
OVER_ALL = "tag:over_all"
_TELLING = re.compile(r"Error|ERROR|FAIL|Failure|\bWARN\b")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class TransformError(Exception):
    """dbt failed. `log` is where it wrote everything it did."""

    def __init__(self, message: str, log: Path):
        super().__init__(f"{message} (log: {log})")
        self.log = log


def dbt_environment(build_db: Path, target: Path, beside: Mapping[str, Path] | None = None) -> dict[str, str]:
    """Return the environment that dbt runs in for this build: no telemetry, output in `target`, the databases `beside`
    the build's own, by the names they have there, for reading."""
    attached = [{"path": str(path), "alias": name, "read_only": True} for name, path in (beside or {}).items()]
    return {
        "GOUJI_BUILD_DB": str(build_db),
        "GOUJI_BESIDE": repr(attached),
        "GOUJI_MEMORY": database_memory(),
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_USE_COLORS": "false",
        "DO_NOT_TRACK": "1",
    }


def require_known_codes(environment: Mapping[str, str]) -> None:
    """Raise PipelineError for the first value in vocabulary, rules and acceptances that the codebook does not know.

    dbt reads these files as they are, and a misspelt code in them selects nothing without a word.
    """
    rules = DBT_PROJECT / environment.get("GOUJI_EXPECTATIONS", EXPECTATIONS)
    vocabulary = DBT_PROJECT / environment.get("GOUJI_VOCABULARY", codebook.FOLDER)
    for folder in (vocabulary, rules, rules / "rules"):
        codebook.check_folder(folder)


def run_dbt(build_db: Path, select: str, target: Path, extra: Mapping[str, str] | None = None) -> None:
    """Build and test the selected models in `build_db` in a process of its own, for tests and measurements; `target`
    holds dbt's own output, `extra` is put in its environment.

    Raises TransformError with dbt's own words when a model or a data test fails, PipelineError as
    `require_known_codes`.
    """
    environment = os.environ | dbt_environment(build_db, target) | dict(extra or {})
    require_known_codes(environment)
    target.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "build", "--select", select, "--project-dir", str(DBT_PROJECT)],
        cwd=DBT_PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise TransformError(f"dbt {select}: {failure_line(done.stdout)}", target / "logs" / "dbt.log")


def failure_line(output: str) -> str:
    """Given what dbt printed, return in one line what failed."""
    lines = [re.sub(r"^\d\d:\d\d:\d\d\s+", "", _COLOUR.sub("", line)).strip() for line in output.splitlines()]
    told = [line for line in lines if line]
    first = next((at for at, line in enumerate(told) if _TELLING.search(line) and " of " not in line), None)
    if first is None:
        return told[-1] if told else "no output"
    return " ".join(told[first : first + 3])
