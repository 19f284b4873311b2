"""The main job as plain functions: no Dagster, no report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.judging import Verdict
from pipelines.orchestration.manifest import PARSED_PROJECT, fresh_manifest
from pipelines.settings import Settings
from pipelines.warehouse import steps
from pipelines.warehouse.build import Build, current_build
from pipelines.warehouse.dbt_host import DbtHost, raise_failed
from pipelines.warehouse.publish import PARTS
from pipelines.warehouse.transform import AFTER_GATE, BEFORE_GATE, OVER_ALL
from tests.typesetting.budget import read_budget
from tests.typesetting.model import Paper, Style
from tests.typesetting.nine_tables import nine_tables
from tests.typesetting.setter import typeset


def paper_of(department: str, year: int, path: Path) -> None:
    """Typeset the sports bureau's figures as the budget of another body or year."""
    budget, _ = read_budget("sports-2025")
    budget = replace(budget, department=department, year=year, units=((f"{budget.department_code}001", department),))
    path.parent.mkdir(parents=True, exist_ok=True)
    typeset(Paper(department, year, f"{department}{year}年部门预算", (), tuple(nine_tables(budget))), Style(), path)


@pytest.fixture(scope="module")
def host() -> Iterator[DbtHost]:
    fresh_manifest()
    with DbtHost(PARSED_PROJECT) as host:
        yield host


def run(settings: Settings, host: DbtHost) -> tuple[int, list[Verdict]]:
    """The main job without Dagster and without a report; return how many documents were built, and the verdicts."""
    steps.read(settings)
    steps.find(settings)
    steps.stage_papers(settings)
    build = current_build(settings)
    _build(host, build, BEFORE_GATE)
    verdicts = steps.pass_gate(settings)
    _build(host, build, AFTER_GATE, "--exclude", OVER_ALL)
    steps.join_published(settings)
    _build(host, build, OVER_ALL)
    steps.copy_out(settings)
    for part in PARTS:
        (build.generation / part).mkdir(exist_ok=True)
    _, record = steps.publish_generation(settings)
    return record["rebuilt"], verdicts


def _build(host: DbtHost, build: Build, *select: str) -> None:
    target = build.dbt_target / str(len(select)) / select[0].replace(":", "-")
    raise_failed(host.build(build.database, target, select, build.beside), target)
