"""dbt's manifest, from which the assets of the models are made: parsed once and kept while the project is unchanged."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.settings import DBT_PROJECT
from pipelines.warehouse.build import project_files
from pipelines.warehouse.transform import dbt_environment, failure_line

MANIFEST = DBT_PROJECT / "target" / "manifest.json"
PARSED_PROJECT = MANIFEST.with_name("partial_parse.msgpack")
STAMP = MANIFEST.with_name("manifest.sha256")


def fresh_manifest() -> dict:
    """Return dbt's manifest of the project as it is now; raises PipelineError where dbt cannot parse the project.

    The database's name, which dbt takes from its file, is part of it: every build database is called build.duckdb.
    """
    wanted = _project_hash()
    if not (MANIFEST.is_file() and PARSED_PROJECT.is_file() and STAMP.is_file() and STAMP.read_text() == wanted):
        _parse()
        STAMP.write_text(wanted)
    return json.loads(MANIFEST.read_bytes())


def _parse() -> None:
    MANIFEST.parent.mkdir(exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=MANIFEST.parent, prefix="parse-"))
    try:
        done = subprocess.run(
            [str(Path(sys.executable).with_name("dbt")), "parse", "--quiet"],
            cwd=DBT_PROJECT,
            env=os.environ | dbt_environment(aside / "build.duckdb", aside),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PipelineError(f"dbt cannot parse dbt_project/: {failure_line(done.stdout + done.stderr)}")
        for file in (MANIFEST, PARSED_PROJECT):
            os.replace(aside / file.name, file)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _project_hash() -> str:
    digest = hashlib.sha256(version("dbt-core").encode())
    for path in project_files():
        if path.is_relative_to(DBT_PROJECT):
            digest.update(f"{path.relative_to(DBT_PROJECT).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    fresh_manifest()
