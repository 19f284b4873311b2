"""A home in which the sample papers were published by the command itself, once for all tests that look at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.query import open_warehouse
from tests.once import once
from tests.typesetting.model import Style
from tests.typesetting.papers import plain_paper
from tests.typesetting.setter import typeset

# Performance forms of the samples' bodies, with invented contacts; they do not ship under raw/.
PERFORMANCE = {
    "performance-archives-2025": "2025/示例区档案局/示例区档案局2025年绩效目标.pdf",
    "performance-sports-2025": "2025/样例区体育局/样例区体育局2025年绩效目标.pdf",
}
SAMPLES = PROJECT / "raw"


class Published(NamedTuple):
    settings: Settings
    output: str
    exit_code: int


def gouji(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        cwd=PROJECT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def places(settings: Settings) -> tuple[str, ...]:
    """The options that name the folders of these settings."""
    return ("--raw", str(settings.raw), "--home", str(settings.home))


def run_samples(folder: Path, others: Mapping[str, str] | None = None) -> Published:
    """Publish the sample papers into a new home in the folder, and papers typeset for the occasion (name: path)."""
    settings = Settings(raw=folder / "raw", home=folder / "home")
    shutil.copytree(SAMPLES, settings.raw)
    for name, path in (others or {}).items():
        typeset(plain_paper(name), Style(), settings.raw / path)
    done = gouji("run", *places(settings))
    assert done.returncode in (0, 3), done.stderr
    return Published(settings, done.stdout, done.returncode)


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Published:
    return once(tmp_path_factory, "published", run_samples)


@pytest.fixture(scope="session")
def published_forms(tmp_path_factory) -> Published:
    """The samples and the performance forms of two of their bodies."""
    return once(tmp_path_factory, "forms", lambda folder: run_samples(folder, PERFORMANCE))


@pytest.fixture(scope="module")
def con(published) -> Iterator[duckdb.DuckDBPyConnection]:
    """The samples' warehouse, open for reading."""
    with open_warehouse(published.settings) as con:
        yield con


@pytest.fixture(scope="module")
def report(published) -> Path:
    """The folder of the samples' report."""
    return published.settings.report
