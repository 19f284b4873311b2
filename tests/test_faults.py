"""Does a disturbed run leave the published warehouse whole, and does the next one heal it? Two ways; `python -m tests.faults`
tries all, at random moments."""

from __future__ import annotations

import random
import shutil
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pipelines.operation.ledger import load_ledger, save_ledger
from pipelines.settings import Settings
from pipelines.warehouse.build import unchanged_record
from pipelines.warehouse.papers import discover
from pipelines.warehouse.publish import current_generation
from tests.disturbances import Turn, fill_disk, kill_child, small_disk
from tests.faults import AS_IT_WAS, GROWN, is_whole, relations, set_raw, what_is_wrong
from tests.watched_runs import PHASES, finished, started

AT_ONCE = dict.fromkeys(PHASES, 0.0)


@contextmanager
def home_of(published, folder: Path, on_a_small_disk: bool):
    """A copy of the published samples' raw and home."""
    settings = Settings(folder / "raw", folder / "home")
    settings.home.mkdir()
    with ExitStack() as stack:
        if on_a_small_disk:
            try:
                stack.enter_context(small_disk(settings.home))
            except (PermissionError, FileNotFoundError) as error:
                pytest.skip(f"no small disk can be mounted here: {error.strerror}")
        shutil.copytree(published.settings.raw, settings.raw)
        shutil.copytree(published.settings.home, settings.home, symlinks=True, dirs_exist_ok=True)
        yield settings


def heals(settings: Settings, wanted: dict) -> None:
    """Bring raw/ back to what the published samples are of and run: all is as if nothing had been."""
    before = current_generation(settings)
    set_raw(settings, AS_IT_WAS)
    code, said = finished(started(settings, "--full"))
    assert code == 0, said
    assert is_whole(settings)
    assert current_generation(settings) != before
    assert relations(settings) == wanted
    assert what_is_wrong(settings) == []


def test_a_killed_dbt_leaves_what_is_published_and_the_next_run_heals(published, tmp_path):
    with home_of(published, tmp_path, on_a_small_disk=False) as settings:
        before, generation = relations(settings), current_generation(settings)
        set_raw(settings, GROWN)
        turn = Turn(settings, 0, AT_ONCE, random.Random(1))
        assert kill_child(turn, ("checks",), "pipelines.warehouse.dbt_host") == "checks"
        assert (relations(settings), current_generation(settings)) == (before, generation)
        heals(settings, before)

        assert unchanged_record(settings, discover(settings)) is not None
        save_ledger(settings.ledger, load_ledger(settings.ledger)[1:])  # as if killed before the ledger was written
        assert unchanged_record(settings, discover(settings)) is None


def test_a_full_disk_is_told_and_leaves_what_is_published(published, tmp_path):
    with home_of(published, tmp_path, on_a_small_disk=True) as settings:
        before, generation = relations(settings), current_generation(settings)
        set_raw(settings, GROWN)
        for phase in ("staging", "copy"):
            assert fill_disk(Turn(settings, 0, AT_ONCE, random.Random(1)), (phase,)) == phase
            assert (relations(settings), current_generation(settings)) == (before, generation)
        heals(settings, before)
