"""Fixtures that several test files share."""

from __future__ import annotations

import os

import duckdb
import pytest

from tests.browser import browser
from tests.build_fixture import Built, build
from tests.once import once
from tests.plain_runs import host
from tests.published import con, published, published_forms, report

__all__ = ["browser", "built", "con", "host", "published", "published_forms", "report"]


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Built:
    """One build of the small papers of build_fixture, both dbt invocations and the gate."""
    database, verdicts = once(tmp_path_factory, "build", build)
    return Built(duckdb.connect(str(database), read_only=True), verdicts)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regenerate-golden", action="store_true", help="write the golden files anew (never in CI)")


@pytest.fixture(scope="session")
def regenerate_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew; CI may only compare."""
    wanted = request.config.getoption("--regenerate-golden")
    if wanted and os.environ.get("CI"):
        pytest.fail("golden files are renewed by a person who looks at them, not by CI")
    return wanted
