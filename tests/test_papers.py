"""Which papers are found, and under which names?"""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import replace
from datetime import date

import pytest

from pipelines.errors import PipelineError
from pipelines.operation.ledger import load_ledger, save_ledger, updated
from pipelines.reading import store
from pipelines.reading.model import Reading
from pipelines.reading.store import save
from pipelines.recognising.records import Paper
from pipelines.settings import Settings
from pipelines.warehouse import papers
from pipelines.warehouse.papers import discover, papers_read, waiting
from pipelines.warehouse.raw import misnamed, strays


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "raw").mkdir()
    return Settings(raw=tmp_path / "raw", home=tmp_path / "home")


def put(settings: Settings, path: str, content: bytes, age: float = 100.0):
    file = settings.raw / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (time.time() - age, time.time() - age))
    return file


def test_papers_are_sorted_and_known_by_their_content(settings):
    put(settings, "2024/教育局/b.PDF", b"two")
    put(settings, "2023/财政局/part/a.pdf", b"one")
    put(settings, "2023/财政局/notes.txt", b"no paper")
    found = discover(settings)
    assert [paper.source_path for paper in found] == ["2023/财政局/part/a.pdf", "2024/教育局/b.PDF"]
    assert found[0].sha256 == hashlib.sha256(b"one").hexdigest()
    assert found[0].document_id == hashlib.sha256(b"one").hexdigest()[:16]
    assert (found[1].folder_year, found[1].folder_department, found[1].file_name) == ("2024", "教育局", "b.PDF")


def test_a_copy_names_the_first_paper(settings):
    for name in ("1.pdf", "2.pdf", "3.pdf"):
        put(settings, f"2024/d/{name}", b"same")
    first, second, third = discover(settings)
    assert first.copy_of is None
    assert (second.document_id, second.copy_of) == (f"{first.document_id}-2", "2024/d/1.pdf")
    assert (third.document_id, third.copy_of) == (f"{first.document_id}-3", "2024/d/1.pdf")


def test_of_equal_contents_the_one_seen_first_is_the_original(settings):
    put(settings, "2025/水务局/b.pdf", b"same")
    save_ledger(settings.ledger, updated([], discover(settings), date(2025, 3, 1)))
    put(settings, "2025/气象局/a.pdf", b"same")
    save_ledger(settings.ledger, updated(load_ledger(settings.ledger), discover(settings), date(2025, 3, 2)))
    put(settings, "2024/住建局/c.pdf", b"same")
    by_path = {paper.source_path: paper.copy_of for paper in discover(settings)}
    original = "2025/水务局/b.pdf"
    assert by_path == {"2024/住建局/c.pdf": original, original: None, "2025/气象局/a.pdf": original}


def test_of_new_papers_of_equal_content_the_one_named_as_its_folder_is_the_original(settings):
    for path in ("2025/样例区气象局/x.pdf", "2025/样例区水务局/水务局2025年部门预算.pdf"):
        put(settings, path, b"same")
    assert [paper.copy_of for paper in discover(settings)] == [None, "2025/样例区水务局/水务局2025年部门预算.pdf"][::-1]


def test_selection_by_year_and_department(settings):
    for path in ("2023/甲/a.pdf", "2024/甲/b.pdf", "2024/乙/c.pdf"):
        put(settings, path, path.encode())
    chosen = Settings(raw=settings.raw, home=settings.home, years=("2024",), departments=("甲", "丙"))
    assert [paper.source_path for paper in discover(chosen)] == ["2024/甲/b.pdf"]


def test_a_selection_takes_nothing_out_that_was_read_before(settings):
    earlier, new = put(settings, "2023/甲/a.pdf", b"a"), put(settings, "2023/乙/b.pdf", b"b")
    put(settings, "2024/甲/c.pdf", b"c")
    refused = Reading(hashlib.sha256(earlier.read_bytes()).hexdigest(), (), (), (), "not_pdf", "")
    save(settings.readings, refused)
    chosen = Settings(raw=settings.raw, home=settings.home, years=("2024",))
    assert [paper.source_path for paper in discover(chosen)] == ["2023/甲/a.pdf", "2024/甲/c.pdf"]
    assert new.is_file()


def test_unchanged_files_are_not_hashed_again_and_changed_ones_are(settings, monkeypatch):
    kept, changed = put(settings, "2024/d/a.pdf", b"one"), put(settings, "2024/d/b.pdf", b"two")
    monkeypatch.setattr(papers, "SETTLED_NS", 0)
    discover(settings)
    hashed = []
    real = papers._sha256
    monkeypatch.setattr(papers, "_sha256", lambda path: hashed.append(path) or real(path))
    discover(settings)
    assert hashed == []
    info = changed.stat()
    changed.write_bytes(b"TWO")
    os.utime(changed, ns=(info.st_atime_ns, info.st_mtime_ns))  # same size, same time: the inode's change time tells
    found = discover(settings)
    assert hashed == [changed]
    assert found[1].sha256 == hashlib.sha256(b"TWO").hexdigest()
    assert found[0].sha256 == real(kept)


def test_a_changed_paper_stays_as_it_was_read_until_its_new_content_is(settings):
    file = put(settings, "2024/d/a.pdf", b"one")
    other = put(settings, "2025/d/b.pdf", b"other")
    for paper in discover(settings):
        save(settings.readings, Reading(paper.sha256, (), (), (), "not_pdf", ""))
    save_ledger(settings.ledger, updated([], discover(settings), date(2025, 3, 1)))
    before = papers_read(settings)
    put(settings, "2024/d/a.pdf", b"one, and half of what")
    put(settings, "2024/d/new.pdf", b"new")
    assert papers_read(settings) == before
    selection = replace(settings, years=("2025",))
    assert discover(selection) == before
    waits = {"changed": ["2024/d/a.pdf"], "gone": [], "unread": ["2024/d/new.pdf"]}
    assert waiting(settings, before) == waits

    new = hashlib.sha256(file.read_bytes()).hexdigest()
    save(settings.readings, Reading(new, (), (), (), "not_pdf", ""))
    other.unlink()
    assert [paper.sha256 for paper in papers_read(settings)] == [new]
    assert waiting(settings, papers_read(settings)) == {"changed": [], "gone": [], "unread": ["2024/d/new.pdf"]}


def test_a_content_that_was_gone_when_its_turn_came_does_not_take_the_place_of_the_earlier(settings):
    put(settings, "2025/d/a.pdf", b"one")
    before = read_all(settings)
    file = put(settings, "2025/d/a.pdf", b"another")
    new = hashlib.sha256(file.read_bytes()).hexdigest()
    save(settings.readings, Reading(new, (), (), (), "changed", "it is not there any more"))
    assert papers_read(settings) == before
    assert [paper.sha256 for paper in discover(settings)] == [new]


def read_all(settings) -> list[Paper]:
    """Have a run read and publish what lies there."""
    for paper in discover(settings):
        save(settings.readings, Reading(paper.sha256, (), (), (), "not_pdf", ""))
    found = papers_read(settings)
    save_ledger(settings.ledger, updated(load_ledger(settings.ledger), found, date(2025, 3, 1)))
    return found


def test_a_run_on_a_selection_after_the_reader_changed_reads_what_stands(settings, monkeypatch):
    put(settings, "2024/d/a.pdf", b"one")
    put(settings, "2025/d/b.pdf", b"other")
    put(settings, "2025/d/c.pdf", b"third")
    before = read_all(settings)
    monkeypatch.setattr(store, "reader_version", lambda: "another")
    put(settings, "2024/d/never-read.pdf", b"new")
    put(settings, "2025/d/c.pdf", b"half of wh")
    selection = replace(settings, years=("2024",))
    assert [paper.source_path for paper in discover(selection)] == [
        "2024/d/a.pdf", "2024/d/never-read.pdf", "2025/d/b.pdf",
    ]  # fmt: skip
    assert set(before[:2]) <= set(discover(selection))


def test_a_paper_that_is_gone_stands_until_a_run_is_asked_for_its_folder(settings):
    gone = put(settings, "2024/d/a.pdf", b"one")
    put(settings, "2025/d/b.pdf", b"other")
    moved = put(settings, "2024/d/moved.pdf", b"moved")
    before = read_all(settings)
    gone.unlink()
    moved.rename(settings.raw / "2025/d/moved.pdf")
    selection = replace(settings, years=("2025",))
    found = discover(selection)
    assert [paper.source_path for paper in found] == ["2024/d/a.pdf", "2025/d/b.pdf", "2025/d/moved.pdf"]
    assert (found[0], found[2].copy_of) == (before[0], None)
    assert waiting(settings, found)["gone"] == ["2024/d/a.pdf"]
    assert [paper.source_path for paper in discover(replace(settings, partitions=(("2024", "d"),)))] == [
        "2025/d/b.pdf", "2025/d/moved.pdf",
    ]  # fmt: skip
    assert [paper.source_path for paper in discover(settings)] == ["2025/d/b.pdf", "2025/d/moved.pdf"]


def test_what_systems_and_programs_leave_beside_papers_is_neither_read_nor_named(settings):
    for name in ("._a.pdf", "~$a.pdf", ".DS_Store", ".snapshot/a.pdf", "@eaDir/a.pdf", ".git/config"):
        put(settings, f"2025/d/{name}", b"%PDF-")
    put(settings, "2025/d/a.pdf", b"%PDF-")
    assert [paper.source_path for paper in discover(settings)] == ["2025/d/a.pdf"]
    assert strays(settings.raw) == []
    put(settings, "2025/d/.b.pdf", b"%PDF-")
    assert [paper.source_path for paper in discover(settings)] == ["2025/d/a.pdf"]
    assert [path for path, why in strays(settings.raw) if "begins with a dot" in why] == ["2025/d/.b.pdf"]


def test_a_file_that_goes_while_raw_is_looked_at_costs_no_other(settings, monkeypatch):
    put(settings, "2025/d/a.pdf", b"one")
    put(settings, "2025/d/b.pdf", b"other")
    real = papers._sha256

    def gone_in_between(path):
        if path.name == "a.pdf":
            path.unlink()
        return real(path)

    monkeypatch.setattr(papers, "_sha256", gone_in_between)
    assert [paper.source_path for paper in discover(settings)] == ["2025/d/b.pdf"]


def test_a_file_just_written_is_not_remembered(settings):
    file = put(settings, "2024/d/a.pdf", b"one", age=0)
    discover(settings)
    assert str(file) not in json.loads((settings.home / "papers.json").read_text() if _cached(settings) else "{}")


def _cached(settings):
    return (settings.home / "papers.json").is_file()


def test_a_damaged_cache_costs_time_and_nothing_else(settings):
    put(settings, "2024/d/a.pdf", b"one")
    settings.home.mkdir()
    (settings.home / "papers.json").write_text('{"half')
    assert discover(settings)[0].sha256 == hashlib.sha256(b"one").hexdigest()


def test_links_that_leave_raw_and_misplaced_papers_are_named(settings, tmp_path):
    put(settings, "2024/d/a.pdf", b"one")
    put(settings, "2024/lost.pdf", b"lost")
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(b"secret")
    (settings.raw / "2024/d/link.pdf").symlink_to(outside)
    (settings.raw / "2024/d/gone.pdf").symlink_to(tmp_path / "nowhere.pdf")
    os.mkfifo(settings.raw / "2024/d/pipe.pdf")
    assert [paper.source_path for paper in discover(settings)] == ["2024/d/a.pdf"]
    assert [path for path, _ in strays(settings.raw)] == [
        "2024/d/gone.pdf",
        "2024/d/link.pdf",
        "2024/d/pipe.pdf",
        "2024/lost.pdf",
    ]


def test_what_is_no_pdf_is_named_and_lists_and_notes_are_not(settings):
    for name in (
        "2024/d/a.pdf",
        "2024/d/预算.docx",
        "2024/d/.DS_Store",
        "2024/d/~$b.docx",
        "2024/d/note.txt",
        "sources.csv",
    ):
        put(settings, name, b"one")
    assert [paper.source_path for paper in discover(settings)] == ["2024/d/a.pdf"]
    assert strays(settings.raw) == [("2024/d/预算.docx", "is no PDF")]


def test_a_folder_that_is_no_year_is_named_and_read(settings):
    for name in ("2024/d/a.pdf", "2024年/d/b.pdf", "empty年/loose.pdf"):
        put(settings, name, name.encode())
    assert len(discover(settings)) == 2
    assert [folder for folder, _ in misnamed(settings.raw)] == ["2024年"]


def test_a_name_written_on_a_gbk_system_becomes_text(settings):
    folder = os.fsencode(settings.raw) + b"/2024/d"
    os.makedirs(folder)
    with open(folder + b"/" + "预算.pdf".encode("gb18030"), "wb") as file:
        file.write(b"one")
    (paper,) = discover(settings)
    assert paper.source_path == "2024/d/预算.pdf"
    assert paper.path.read_bytes() == b"one"
    assert discover(settings)[0].sha256 == paper.sha256


@pytest.mark.parametrize(
    ("files", "years", "says"),
    [
        ([], (), "put PDFs into"),
        (["lost.pdf"], (), "1 lie elsewhere"),
        (["2023/d/a.pdf"], ("2024",), "none of 2024"),
    ],
)
def test_nothing_to_read_says_what_to_do(settings, files, years, says):
    for path in files:
        put(settings, path, b"x")
    with pytest.raises(PipelineError, match=says):
        discover(Settings(raw=settings.raw, home=settings.home, years=years))


def test_no_raw_folder_says_what_to_do(tmp_path):
    with pytest.raises(PipelineError, match="--raw"):
        discover(Settings(raw=tmp_path / "none", home=tmp_path / "home"))
