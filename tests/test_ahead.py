"""Do several processes recognise what one does, and does a paper cost no other its place there?"""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import replace

import pytest

from pipelines.reading.worker import Outcome
from pipelines.settings import Settings
from pipelines.warehouse import ahead
from pipelines.warehouse.ahead import recognise_ahead
from pipelines.warehouse.papers import papers_read
from pipelines.warehouse.recognised import PREFIX, is_kept, rows_of


@pytest.fixture
def settings(published, tmp_path) -> Settings:
    """The samples, read and not recognised."""
    settings = replace(published.settings, home=tmp_path / "home", jobs=2)
    shutil.copytree(published.settings.readings, settings.readings, ignore=shutil.ignore_patterns(f"{PREFIX}*"))
    return settings


@pytest.fixture(autouse=True)
def _few_are_enough(monkeypatch):
    monkeypatch.setattr(ahead, "PAPERS_EACH", 1)


def kept(settings: Settings) -> dict[str, bytes]:
    files = sorted(settings.readings.glob(f"{PREFIX}*/*/*.arrow"))
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files), "contacts are among the rows"
    return {str(file.relative_to(settings.readings)): file.read_bytes() for file in files}


def test_two_processes_make_what_one_makes(settings, tmp_path):
    papers = papers_read(settings)
    outcomes = {paper.sha256: Outcome(paper.sha256, None, "", 0, 0.0, True) for paper in papers}
    told = []
    recognise_ahead(settings, papers, outcomes, told.append)
    assert told == papers
    assert all(is_kept(settings, paper, outcomes[paper.sha256]) for paper in papers)
    alone = replace(settings, home=tmp_path / "alone", jobs=1)
    shutil.copytree(settings.readings, alone.readings, ignore=shutil.ignore_patterns(f"{PREFIX}*"))
    recognise_ahead(alone, papers, outcomes, told.append)
    assert told == papers, "one process has nobody to share with"
    for paper in papers:
        rows_of(alone, paper, outcomes[paper.sha256])
    assert kept(alone) == kept(settings) != {}
    recognise_ahead(settings, papers, outcomes, told.append)
    assert told == papers, "what is kept is not recognised again"


def test_what_cannot_be_recognised_is_left_to_who_asks_for_it(settings):
    papers = papers_read(settings)
    outcomes = {paper.sha256: Outcome(paper.sha256, None, "", 0, 0.0, True) for paper in papers}
    lost, refused, whole = papers
    shutil.rmtree(next(settings.readings.glob(f"*/*/{lost.sha256}")))
    outcomes[refused.sha256] = outcomes[refused.sha256]._replace(reason="encrypted")
    recognise_ahead(settings, [lost, refused, whole], outcomes, lambda paper: None)
    assert not is_kept(settings, lost, outcomes[lost.sha256])
    reasons = [rows_of(settings, p, outcomes[p.sha256]).tables["documents"]["reason"].to_pylist() for p in papers]
    assert reasons == [["recognising_failed"], ["encrypted"], [None]]


def test_a_process_that_dies_costs_time_alone(settings, monkeypatch):
    papers = papers_read(settings)
    outcomes = {paper.sha256: Outcome(paper.sha256, None, "", 0, 0.0, True) for paper in papers}
    monkeypatch.setattr(ahead, "_keep", die)
    recognise_ahead(settings, papers, outcomes, lambda paper: None)
    assert [rows_of(settings, p, outcomes[p.sha256]).tables["documents"].num_rows for p in papers] == [1, 1, 1]


def die(*_: object) -> None:
    os._exit(1)
