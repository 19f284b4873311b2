"""Does each part know only what it may know?"""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import PROJECT

ORCHESTRA = {"dagster", "dagster_dbt", "dagster_duckdb", "dbt", "duckdb", "great_expectations"}
PDF = {"pypdfium2", "pdfplumber", "pdfminer"}
FORBIDDEN = {
    "pipelines/reading": ORCHESTRA | {"pipelines.recognising", "pipelines.warehouse", "pipelines.orchestration", "pipelines.reporting"},
    "pipelines/recognising": ORCHESTRA | PDF | {"pipelines.warehouse", "pipelines.orchestration", "pipelines.reporting"},
    "pipelines/operation": {"dagster", "dagster_dbt", "great_expectations", "pipelines.orchestration"},
    "pipelines/warehouse": {"dagster", "dagster_dbt", "great_expectations", "pipelines.orchestration"},
    "pipelines/reporting": {"dagster", "dagster_dbt", "great_expectations", "pipelines.orchestration"},
    "expectations": {"dagster", "dagster_dbt", "pipelines.orchestration"},
}  # fmt: skip


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def sources(folder: str) -> list[Path]:
    return sorted((PROJECT / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_part_imports_nothing_beyond_its_border(folder: str) -> None:
    assert sources(folder)
    crossed = {
        f"{path.relative_to(PROJECT)} imports {name}"
        for path in sources(folder)
        for name in imports(path)
        if any(name == barred or name.startswith(f"{barred}.") for barred in FORBIDDEN[folder])
    }
    assert crossed == set()


def test_the_codebook_knows_no_part_that_uses_it() -> None:
    assert {n for n in imports(PROJECT / "pipelines/codebook.py") if n.startswith(("pipelines", "expectations"))} == {
        "pipelines.errors"
    }


def test_one_module_alone_imports_great_expectations() -> None:
    everything = sources("pipelines") + sources("expectations")
    users = {
        str(p.relative_to(PROJECT)) for p in everything if any(n.startswith("great_expectations") for n in imports(p))
    }
    assert users == {"expectations/judging.py"}


def test_reading_knows_no_budget_word() -> None:
    words = {"预算", "决算", "收入", "支出", "万元", "合计", "科目"}
    said = {
        (path.name, word) for path in sources("pipelines/reading") for word in words if word in path.read_text("utf-8")
    }
    assert said == set()


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, pipelines.cli; print(*sorted(m for m in sys.modules if '.' not in m))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert loaded & (ORCHESTRA | PDF | {"pandas", "pyarrow", "numpy"}) == set()


def test_vocabulary_files_are_whole() -> None:
    for path in (PROJECT / "pipelines" / "vocabulary").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        assert rows, path.name
        assert {len(row) for row in rows} == {len(header)}, path.name
        assert len({tuple(row) for row in rows}) == len(rows), path.name
