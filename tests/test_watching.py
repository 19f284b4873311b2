"""Is what came, changed, moved and went under raw/ seen for what it is, and kept in the ledger?"""

from __future__ import annotations

import csv
import os
import time
from datetime import date

import pytest

from pipelines.operation.ledger import Entry, load_ledger, save_ledger, updated
from pipelines.operation.watching import Change, Look, look, settled_before, settled_partitions
from pipelines.recognising.records import Paper
from pipelines.settings import Settings
from pipelines.warehouse import papers as papers_module
from tests.raw_folder import DAY, NEXT_DAY, age, publish, put, two_looks


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "raw").mkdir()
    return Settings(raw=tmp_path / "raw", home=tmp_path / "home")


def kinds(seen) -> list[tuple[str, str]]:
    return [(change.kind, change.source_path) for change in seen.changes]


def paper(path: str, content: str, settings: Settings) -> Paper:
    return Paper(content, content, settings.raw / path, path, path, *path.split("/")[:2])


def test_a_file_written_again_with_the_same_size_and_time_is_still_moving(settings):
    put(settings, "2026/甲/a.pdf", "one")
    info = (settings.raw / "2026/甲/a.pdf").stat()
    first = look(settings, {})
    time.sleep(0.01)
    put(settings, "2026/甲/a.pdf", "two")
    os.utime(settings.raw / "2026/甲/a.pdf", ns=(info.st_atime_ns, info.st_mtime_ns))
    second = look(settings, first.remembered)
    assert second.moving == ("2026/甲/a.pdf",)
    assert kinds(look(settings, second.remembered)) == [("new", "2026/甲/a.pdf")]


def test_a_touched_file_starts_nothing_and_is_hashed_once(settings, monkeypatch):
    put(settings, "2026/甲/a.pdf", "a")
    publish(settings)
    os.utime(settings.raw / "2026/甲/a.pdf")
    hashed = []
    real = papers_module._sha256
    monkeypatch.setattr(papers_module, "_sha256", lambda path: hashed.append(path) or real(path))
    seen = look(settings, {})
    for _ in range(3):
        seen = look(settings, seen.remembered)
        assert (seen.changes, seen.moving) == ((), ())
    assert len(hashed) == 1


def test_a_changed_paper_supersedes_the_old_one(settings):
    put(settings, "2026/甲/a.pdf", "first")
    (old,) = publish(settings)
    put(settings, "2026/甲/a.pdf", "second")
    assert kinds(two_looks(settings)) == [("changed", "2026/甲/a.pdf")]
    entries = publish(settings, NEXT_DAY)
    new = next(entry for entry in entries if entry.stands)
    assert old._replace(superseded_by=new.document_id) in entries
    assert (new.first_seen, len(entries)) == ("2026-03-02", 2)
    assert two_looks(settings).changes == ()


def test_a_renamed_paper_is_the_same_paper(settings):
    put(settings, "2026/甲/a.pdf", "same")
    publish(settings)
    (settings.raw / "2026/乙").mkdir()
    os.rename(settings.raw / "2026/甲/a.pdf", settings.raw / "2026/乙/b.pdf")
    seen = two_looks(settings)
    assert [change[:2] + change[3:] for change in seen.changes] == [("renamed", "2026/乙/b.pdf", "2026/甲/a.pdf")]
    assert seen.partitions == (("2026", "乙"), ("2026", "甲"))
    gone, there = sorted(publish(settings, NEXT_DAY), key=lambda entry: entry.stands)
    assert (gone.renamed_to, gone.withdrawn) == ("2026/乙/b.pdf", "")
    assert gone.document_id == there.document_id
    assert two_looks(settings).changes == ()


def test_a_copy_that_is_gone_is_withdrawn_not_renamed(settings):
    put(settings, "2026/甲/a.pdf", "same")
    put(settings, "2026/乙/b.pdf", "same")
    publish(settings)
    os.remove(settings.raw / "2026/乙/b.pdf")
    entries = {entry.source_path: entry for entry in publish(settings, NEXT_DAY)}
    assert (entries["2026/乙/b.pdf"].renamed_to, entries["2026/乙/b.pdf"].withdrawn) == ("", "2026-03-02")
    assert entries["2026/甲/a.pdf"].stands


def test_copies_that_are_gone_are_each_withdrawn(settings):
    for path in ("2026/甲/a.pdf", "2026/乙/b.pdf"):
        put(settings, path, "same")
    put(settings, "2026/丙/c.pdf", "c")
    publish(settings)
    for path in ("2026/甲/a.pdf", "2026/乙/b.pdf"):
        (settings.raw / path).unlink()
    assert kinds(two_looks(settings)) == [("withdrawn", "2026/乙/b.pdf"), ("withdrawn", "2026/甲/a.pdf")]


def test_what_is_withdrawn_is_asked_for_where_another_file_is_moving(settings):
    put(settings, "2026/甲/a.pdf", "a")
    put(settings, "2026/乙/b.pdf", "b")
    publish(settings)
    (settings.raw / "2026/乙/b.pdf").unlink()
    seen = two_looks(settings)
    put(settings, "2026/甲/a.pdf", "half")
    seen = look(settings, seen.remembered)
    assert (kinds(seen), seen.moving) == ([("withdrawn", "2026/乙/b.pdf")], ("2026/甲/a.pdf",))
    assert settled_partitions(settings, seen) == [("2026", "乙")]


def test_a_paper_that_comes_back_stands_again(settings):
    put(settings, "2026/甲/a.pdf", "a")
    put(settings, "2026/乙/b.pdf", "b")
    publish(settings)
    (settings.raw / "2026/甲/a.pdf").unlink()
    publish(settings, NEXT_DAY)
    put(settings, "2026/甲/a.pdf", "a")
    assert kinds(two_looks(settings)) == [("new", "2026/甲/a.pdf")]
    entry = next(e for e in publish(settings, NEXT_DAY) if e.source_path == "2026/甲/a.pdf")
    assert (entry.first_seen, entry.stands) == ("2026-03-01", True)


def test_the_same_changes_have_the_same_key():
    one, two = Change("new", "2026/甲/a.pdf", "1"), Change("new", "2026/甲/a.pdf", "2")
    looks = [Look((change,), (), {}) for change in (one, one, two)]
    assert looks[0].key("g1") == looks[1].key("g1") != looks[2].key("g1")
    assert looks[0].key("g1") != looks[0].key("g2")  # the paper was something else in between


def test_who_looks_once_takes_what_has_not_changed_for_a_while(settings, monkeypatch):
    put(settings, "2026/甲/a.pdf", "a")
    put(settings, "2026/乙/b.pdf", "b")
    publish(settings)
    put(settings, "2026/甲/a.pdf", "another")
    put(settings, "2026/丙/c.pdf", "c")
    (settings.raw / "2026/乙/b.pdf").unlink()
    seen = look(settings, settled_before(settings, time.time() + 100, 60))
    assert sorted(kinds(seen)) == [
        ("changed", "2026/甲/a.pdf"),
        ("new", "2026/丙/c.pdf"),
        ("withdrawn", "2026/乙/b.pdf"),
    ]
    assert settled_partitions(settings, seen) is None
    just_now = look(settings, settled_before(settings, time.time(), 60))
    assert (just_now.changes, len(just_now.moving)) == ((), 3)
    assert settled_partitions(settings, just_now) == []
    age(settings.raw / "2026/甲/a.pdf", monkeypatch)
    seen = look(settings, settled_before(settings, time.time(), 60))
    assert kinds(seen) == [("changed", "2026/甲/a.pdf")]
    assert settled_partitions(settings, seen) == [("2026", "甲")]


def test_the_ledger_keeps_every_paper_it_ever_saw(settings):
    entries: list[Entry] = []
    for day, content in ((DAY, "v1"), (NEXT_DAY, "v2"), (date(2026, 3, 3), "v3")):
        entries = updated(entries, [paper("2026/甲/a.pdf", content, settings)], day)
        save_ledger(settings.ledger, entries)
        assert load_ledger(settings.ledger) == entries
    assert [(entry.document_id, entry.superseded_by) for entry in entries] == [("v1", "v2"), ("v2", "v3"), ("v3", "")]


def test_an_interrupted_write_leaves_the_ledger_as_it_was(settings):
    put(settings, "2026/甲/a.pdf", "a")
    entries = publish(settings)
    with pytest.raises(csv.Error):
        save_ledger(settings.ledger, [*entries, None])
    assert load_ledger(settings.ledger) == entries
    assert [path.name for path in settings.ledger.parent.iterdir()] == ["papers.csv"]
