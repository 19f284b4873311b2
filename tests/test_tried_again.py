"""Is what could not be read or judged for a passing reason tried again, though no paper has changed?"""

from __future__ import annotations

import shutil
from dataclasses import replace

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.warehouse import steps
from pipelines.warehouse.build import unchanged_record
from pipelines.warehouse.papers import discover
from pipelines.warehouse.publish import current_generation, current_record
from tests.plain_runs import paper_of, run


@pytest.fixture
def settings(published, tmp_path) -> Settings:
    """A copy of the published samples."""
    settings = Settings(tmp_path / "raw", tmp_path / "home")
    shutil.copytree(published.settings.raw, settings.raw)
    shutil.copytree(published.settings.home, settings.home, symlinks=True)
    return settings


def status_of(settings: Settings, path: str) -> tuple[str, str | None]:
    with duckdb.connect(str(current_generation(settings) / "warehouse" / "budget.duckdb"), read_only=True) as con:
        found = "select status, status_reason from marts.dim_document where source_path = ?"
        return con.execute(found, [path]).fetchone()


def verdicts(settings: Settings) -> list[tuple[str, str]]:
    with duckdb.connect(str(current_generation(settings) / "warehouse" / "budget.duckdb"), read_only=True) as con:
        found = "select check_id, verdict from marts.fct_check where outcome = 'fail' order by all"
        return con.execute(found).fetchall()


def test_a_paper_that_is_half_written_when_its_turn_comes_is_refused_in_that_run_alone(settings, host, monkeypatch):
    path = "2025/样例区科学馆/预算.pdf"
    paper_of("示范市样例区科学馆", 2025, settings.raw / path)
    whole = (settings.raw / path).read_bytes()

    def found_and_written_anew(settings: Settings) -> list:
        papers = discover(settings)
        (settings.raw / path).write_bytes(whole[: len(whole) // 2])
        return papers

    def whole_again(settings: Settings) -> list:
        (settings.raw / path).write_bytes(whole)
        return papers_read(settings)

    papers_read = steps.papers_read
    with monkeypatch.context() as writer:
        writer.setattr(steps, "discover", found_and_written_anew)
        writer.setattr(steps, "papers_read", whole_again)
        run(settings, host)
        refused = current_generation(settings)
        run(settings, host)  # it is tried again, with the same end: nothing is published
        assert current_generation(settings) == refused
    assert status_of(settings, path) == ("refused", "changed: the file has another content now")
    assert current_record(settings)["again"] == [path]
    assert unchanged_record(settings, discover(settings)) is None

    run(settings, host)
    assert status_of(settings, path) == ("published", None)
    assert unchanged_record(settings, discover(settings)) is not None


def test_a_paper_that_is_not_there_to_be_read_a_second_time_is_judged_again_when_it_is(settings, host):
    (path,) = settings.raw.glob("2025/示例区档案局/*.pdf")
    content, judged = path.read_bytes(), verdicts(settings)
    assert {verdict for _, verdict in judged} == {"publisher"}
    (beside,) = settings.raw.glob("2024/示例区档案局/*.pdf")
    beside.write_bytes(beside.read_bytes() + b"\n")
    for there in (content[:30_000], beside.read_bytes() + b"\n"):
        path.write_bytes(there)
        run(replace(settings, years=("2024",)), host)
        assert {verdict for _, verdict in verdicts(settings)} == {"undetermined"}
        assert status_of(settings, str(path.relative_to(settings.raw))) == ("published", None)

    path.write_bytes(content)
    assert unchanged_record(settings, discover(settings)) is None
    run(settings, host)
    assert verdicts(settings) == judged
    assert unchanged_record(settings, discover(settings)) is not None
