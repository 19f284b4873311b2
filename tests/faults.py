"""Disturbs runs at random moments and looks at what is left: `python -m tests.faults [TURNS [SEED [WAY ...]]]`.

Two states of raw/ take turns: the samples, and the samples with a paper more and a paper changed. Each turn runs the main
job on the other state and disturbs it in one way; then a run without a disturbance follows. Always: the published
warehouse is whole, and one of those that undisturbed runs have made of these states (the daemon may publish one of the two
papers before the other); after the second run it is that of the state, every paper of raw/ is in it and in the ledger, no
process and no lock is left, and the home has not grown.
`make test` takes a short form (tests/test_faults.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.operation.ledger import load_ledger
from pipelines.settings import Settings
from pipelines.warehouse.build import lock_holder
from pipelines.warehouse.papers import discover
from pipelines.warehouse.publish import KEPT_GENERATIONS, current_generation, current_record
from tests.disturbances import ON_A_SMALL_DISK, WAYS, Turn, kill_run, replace_paper, small_disk
from tests.disturbed_daemon import DAEMON, served
from tests.typesetting.samples import RAW, SAMPLES
from tests.watched_runs import FINISHED, PHASES, all_ended, finished, started, timed

Relations = dict[str, tuple[int, str]]
Raw = tuple[bool, bool]  # whether the paper more is there, and whether the other is changed
AS_IT_WAS, GROWN = (False, False), (True, True)
HALFWAY = ((True, False), (False, True))
# What tells of runs differs from run to run.
RUN_DEPENDENT = {"quality.finding_history", "quality.paper_ledger"}
WAREHOUSE = Path("warehouse") / "budget.duckdb"
LEFT_OVER = ("staging/.new/*", "restricted/.*", "ledger/.*", ".*.new")


def relations(settings: Settings) -> Relations:
    """Every relation of the published warehouse with its number of rows and a hash over them, whatever their order."""
    with duckdb.connect(str(current_generation(settings) / WAREHOUSE), read_only=True) as con:
        names = con.execute("select schema_name || '.' || table_name from duckdb_tables() order by all").fetchall()
        hashed = "select count(*), coalesce(md5(string_agg(h, '' order by h)), '') from"
        return {
            name: con.execute(f"{hashed} (select md5(r::varchar) as h from {name} as r)").fetchone()
            for (name,) in names
            if name not in RUN_DEPENDENT
        }


def is_whole(settings: Settings) -> bool:
    """Whether the published warehouse has what the record of its run counted."""
    summary = current_record(settings)["summary"]
    with duckdb.connect(str(current_generation(settings) / WAREHOUSE), read_only=True) as con:
        counted = con.execute(
            """select (select count(*) from marts.dim_document), (select count(*) from marts.fct_budget_line),
                (select count(*) from marts.fct_check)"""
        ).fetchone()
    return counted == (sum(summary["documents"].values()), summary["budget_lines"], sum(summary["checks"].values()))


def what_is_wrong(settings: Settings, server: int | None = None) -> list[str]:
    """After a run that was not disturbed: papers that are lost, and what must not be left; `server` is the process that
    may."""
    papers = {(paper.source_path, paper.sha256) for paper in discover(settings)}
    standing = {(entry.source_path, entry.sha256) for entry in load_ledger(settings.ledger) if entry.stands}
    with duckdb.connect(str(current_generation(settings) / WAREHOUSE), read_only=True) as con:
        documents = con.execute("select source_path, sha256 from marts.dim_document").fetchall()
    left = [str(path.relative_to(settings.home)) for pattern in LEFT_OVER for path in settings.home.glob(pattern)]
    wrong = {
        "papers that are not in the warehouse, or in it and not there": papers ^ set(documents),
        "papers that are not in the ledger, or in it and not there": papers ^ standing,
        "processes left": all_ended(settings, server),
        "the lock is held by": lock_holder(settings.home),
        "left behind": left,
        "generations": len(list(settings.generations.iterdir())) > KEPT_GENERATIONS,
        "builds": len(list(settings.build.iterdir())) > 1,
    }
    return [f"{what}: {which}" for what, which in wrong.items() if which]


def size_of(folder: Path) -> int:
    """The bytes of all files below a folder, a file with several names once; Dagster's own storage is not counted."""
    files = {
        (info.st_dev, info.st_ino): info.st_size
        for path in folder.rglob("*")
        if "dagster" not in path.relative_to(folder).parts and not path.is_symlink()
        for info in (path.stat(),)
    }
    return sum(files.values())


def set_raw(settings: Settings, state: Raw) -> None:
    """Bring raw/ into a state, each paper at one stroke, as whoever puts papers there ought to."""
    more, changed = state
    added, anew = settings.raw / "2023" / "示例区档案局" / "再发.pdf", settings.raw.parent / "anew"
    sample = SAMPLES[2]._replace(style=replace(SAMPLES[2].style, font_size=9.0 if changed else 10.0))
    sample.write(anew)
    (anew / sample.path).replace(settings.raw / sample.path)
    if not more:
        added.unlink(missing_ok=True)
    elif not added.exists():
        added.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(settings.raw / SAMPLES[0].path, anew / added.name)
        (anew / added.name).replace(added)


def forget_reading(settings: Settings) -> None:
    """Have the changed paper be read and recognised anew."""
    sha256 = hashlib.sha256((settings.raw / SAMPLES[2].path).read_bytes()).hexdigest()
    for folder in settings.readings.glob(f"*/{sha256[:2]}"):
        shutil.rmtree(folder)


class Failed(Exception):
    """What a turn has found."""


def heal_by_a_run(settings: Settings) -> None:
    code, said = finished(started(settings))
    if code not in FINISHED:
        raise Failed(f"the next run does not heal it: {said}")


class Way(NamedTuple):
    """`disturb` starts a run, strikes and returns the phase it struck in; `heal` does what comes next by itself; `server`
    is the process that stays. `piecemeal` are those who may publish one paper of two before the other."""

    disturb: Callable[[Turn], str]
    heal: Callable[[Settings], None] = heal_by_a_run
    server: Callable[[], int | None] = lambda: None
    piecemeal: bool = False


def take_turn(way: Way, turn: Turn, expected: Mapping[Raw, Relations], wanted: Raw) -> tuple[str, bool]:
    """Disturb a run that is to bring the home from one state to the wanted one, and look at what it leaves and at what
    the next one makes of it; return the phase and whether the disturbed run had published. Raises Failed."""
    settings = turn.settings
    set_raw(settings, wanted)
    forget_reading(settings)
    try:
        struck = way.disturb(turn)
        seen = relations(settings)
        if not is_whole(settings):
            raise Failed("the published warehouse is not what its record says")
        allowed = [expected[state] for state in (AS_IT_WAS, GROWN, *(HALFWAY if way.piecemeal else ()))]
        # half a paper is a paper too, a refused one, until the next run
        if seen not in allowed and way.disturb is not replace_paper:
            what = "; ".join(f"not of {state} in {different(seen, expected[state])}" for state in expected)
            raise Failed(f"the warehouse is of no state: {what}")
        way.heal(settings)
    except AssertionError as error:
        raise Failed(str(error)) from error
    if (healed := relations(settings)) != expected[wanted]:
        raise Failed(f"the next run made something else: {different(healed, expected[wanted])}")
    if wrong := what_is_wrong(settings, way.server()):
        raise Failed("; ".join(wrong))
    return struck, seen == expected[wanted]


def different(one: Relations, other: Relations) -> str:
    return ", ".join(sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)))


def undisturbed(folder: Path) -> Relations:
    settings = Settings(folder / "raw", folder / "home")
    shutil.copytree(RAW, settings.raw)
    set_raw(settings, AS_IT_WAS)
    heal_by_a_run(settings)
    return relations(settings)


@contextlib.contextmanager
def home_for(name: str, folder: Path, pristine: Path) -> Iterator[tuple[Way, Settings]]:
    """A home of its own for the turns of a way, as an undisturbed run has left it."""
    settings = Settings(folder / "raw", folder / "home")
    folder.mkdir()
    with contextlib.ExitStack() as stack:
        if WAYS.get(name) in ON_A_SMALL_DISK:
            settings.home.mkdir()
            stack.enter_context(small_disk(settings.home))
        for part in ("raw", "home"):
            shutil.copytree(pristine / part, folder / part, symlinks=True, dirs_exist_ok=True)
        if name == DAEMON:
            server = stack.enter_context(served(settings))
            yield Way(server.disturb, server.heal, server.pid, piecemeal=True), settings
        else:
            yield Way(WAYS.get(name, kill_run)), settings


def campaign(name: str, turns: int, seed: int, folder: Path, expected: Mapping[Raw, Relations], takes: Mapping) -> bool:
    """Take so many turns of a way, print a line about them, return whether all went well. A failed turn is told, and the
    next one begins with a new home."""
    draw, phases, published, failed, number, homes = random.Random(f"{seed} {name}"), Counter(), 0, 0, 0, 0
    while number < turns:
        homes += 1
        with home_for(name, folder / f"{name} {homes}", folder / "pristine") as (way, settings):
            sizes, wanted = [], AS_IT_WAS
            while number < turns:
                number, wanted = number + 1, AS_IT_WAS if wanted == GROWN else GROWN
                turn = Turn(settings, number, takes, draw)
                try:
                    struck, had_published = take_turn(way, turn, expected, wanted)
                except Failed as error:
                    failed += 1
                    print(f"FAILED {name}, turn {number}: {error}", flush=True)
                    break
                phases[struck] += 1
                print(f"{name}: turn {number} of {turns}, struck in {struck}", file=sys.stderr, flush=True)
                published += had_published
                sizes.append(size_of(settings.home))
        shutil.rmtree(folder / f"{name} {homes}", ignore_errors=True)
    hits = ", ".join(f"{phase} {phases[phase]}" for phase in (*PHASES, "none") if phases[phase])
    grown = f"home {sizes[0] / 1e6:.0f} → {sizes[-1] / 1e6:.0f} MB" if sizes else ""
    print(
        f"{name:36} {turns:3} times: {turns - failed} whole and healed ({published} had published); {hits}; {grown}",
        flush=True,
    )
    return not failed


def main(turns: int = 20, seed: int = 1, *names: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what is mounted and started is ended
    names = names or (*WAYS, DAEMON)
    if unknown := [name for name in names if name not in (*WAYS, DAEMON)]:
        sys.exit(f"no such way: {unknown[0]}. There are: {', '.join((*WAYS, DAEMON))}")
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        folder = Path(place)
        expected = {AS_IT_WAS: undisturbed(folder / "pristine")}
        with home_for("timed", folder / "timed", folder / "pristine") as (_, settings):
            set_raw(settings, GROWN)
            takes = timed(settings)
            expected[GROWN] = relations(settings)
            for state in HALFWAY if DAEMON in names else ():
                set_raw(settings, state)
                heal_by_a_run(settings)
                expected[state] = relations(settings)
        print("seconds:", ", ".join(f"{phase} {seconds:.1f}" for phase, seconds in takes.items()), flush=True)
        well = True
        for name in names:
            try:
                well &= campaign(name, turns, seed, folder, expected, takes)
            except PermissionError as error:
                print(f"{name:36}   0 times: skipped, no small disk can be mounted here ({error.strerror})", flush=True)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3]), *sys.argv[3:]))
