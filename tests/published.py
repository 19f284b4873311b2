"""A home in which the sample papers were published by the command itself, once for all tests that look at it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from pipelines.settings import PROJECT, Settings

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


def run_samples(folder: Path) -> Published:
    """Publish the sample papers into a new home in the folder."""
    settings = Settings(raw=folder / "raw", home=folder / "home")
    shutil.copytree(SAMPLES, settings.raw)
    done = gouji("run", *places(settings))
    assert done.returncode in (0, 3), done.stderr
    return Published(settings, done.stdout, done.returncode)


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Published:
    return run_samples(tmp_path_factory.mktemp("published"))
