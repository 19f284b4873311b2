"""Does a disturbed run leave the published warehouse whole, and does the next one heal it? Two ways; `python -m tests.faults`
tries all, at random moments."""

from __future__ import annotations

import os
import shutil
import signal
import time

from pipelines.settings import Settings
from pipelines.warehouse.publish import current_generation
from tests.faults import DBT, descendants, finished, is_whole, relations, set_raw, started


def test_a_full_disk_and_a_killed_dbt_leave_what_is_published_and_the_next_run_heals(published, tmp_path):
    settings = Settings(tmp_path / "raw", tmp_path / "home")
    shutil.copytree(published.settings.raw, settings.raw)
    shutil.copytree(published.settings.home, settings.home, symlinks=True)
    before, generation = relations(settings), current_generation(settings)
    set_raw(settings, grown=True)

    code, said = finished(started(settings, most=2_500_000))
    assert (code, said.splitlines()[-1].startswith("gouji: ")) == (1, True), said
    assert (relations(settings), current_generation(settings)) == (before, generation)

    process = started(settings)
    deadline = time.monotonic() + 120
    while not (children := descendants(process.pid, DBT)) and time.monotonic() < deadline:
        time.sleep(0.02)
    for child in children:
        os.kill(child, signal.SIGKILL)
    code, said = finished(process)
    assert (code, "dbt" in said) == (1, True), said
    assert (relations(settings), current_generation(settings)) == (before, generation)

    set_raw(settings, grown=False)
    code, said = finished(started(settings, "--full"))
    assert code == 0, said
    assert is_whole(settings)
    assert current_generation(settings) != generation
    assert relations(settings) == before
