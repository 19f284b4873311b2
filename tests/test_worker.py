"""Does a PDF that lies, hangs, floods, crashes or is none cost only itself, and say why?"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import time
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from pipelines.errors import may_pass
from pipelines.reading import store
from pipelines.reading.model import REASONS
from pipelines.reading.preflight import checked_bytes
from pipelines.reading.refused import Refused
from pipelines.reading.second import read_cells
from pipelines.reading.worker import PASSING, Worker, read_one, read_papers
from pipelines.settings import Limits
from tests.typesetting.samples import RAW, SAMPLES

SAMPLE = RAW / SAMPLES[1].path
QUICK = replace(Limits(), page_seconds=1.0, file_seconds=3.0, output=2_000_000)
MOCKS = {
    "hangs": ("import time; time.sleep(60)", "page_timeout"),
    "counts one page for ever": ("import time\nwhile True: print('{\"page\": 1, \"of\": 9}', flush=True); time.sleep(.05)", "page_timeout"),
    "makes slow progress for ever": (
        "import time\nfor n in range(1, 999): print('{\"page\": %d, \"of\": 9}' % n, flush=True); time.sleep(.3)",
        "file_timeout",
    ),
    "floods": ("import os\nwhile True: os.write(1, b'x' * 65536)", "stream_too_large"),
    "crashes": ("import os; os.abort()", "crash"),
    "ends without a word": ("", "crash"),
    "eats memory": (
        "import sys, json, resource, os\n"
        "resource.setrlimit(resource.RLIMIT_AS, (300_000_000,) * 2)\n"
        "try: x = bytearray(10**9)\n"
        "except MemoryError: print('{\"refused\": \"memory\", \"detail\": \"\"}', flush=True); os._exit(3)",
        "memory",
    ),
    "writes no JSON": ("print('{nonsense', flush=True)", "bad_output"),
    "writes a list": ("print('[1]', flush=True)", "bad_output"),
    "invents a reason": ("print('{\"refused\": \"because\"}', flush=True)", "bad_output"),
    "returns another file's reading": ("print('{\"reading\": {\"sha256\": \"0\", \"pages\": [[1, 9, 9, 0, \"none\"]], \"lines\": [], \"grids\": []}}')", "bad_output"),
    "returns no page": ("print('{\"reading\": {\"sha256\": \"0\", \"pages\": [], \"lines\": [], \"grids\": []}}')", "bad_output"),
    "returns a page that is no number": ("print('{\"reading\": {\"sha256\": \"0\", \"pages\": [[1, NaN, 9, 0, \"none\"]], \"lines\": [], \"grids\": []}}')", "bad_output"),
}  # fmt: skip


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", MOCKS)
def test_a_misbehaving_child_is_given_up_with_a_reason(name: str) -> None:
    code, reason = MOCKS[name]
    worker = Worker(QUICK, (sys.executable, "-c", code))
    began = time.monotonic()
    try:
        reading = read_one(worker, SAMPLE, sha256(SAMPLE))
    finally:
        worker.close()
    assert (reading.reason, reading.pages, reading.grids) == (reason, (), ())
    assert time.monotonic() - began < 10


def test_a_worker_goes_on_after_a_child_died() -> None:
    worker = Worker(Limits())
    try:
        assert read_one(worker, SAMPLE, sha256(SAMPLE)).reason is None
        worker.process.kill()
        worker.process.wait()
        assert len(read_one(worker, SAMPLE, sha256(SAMPLE)).pages) == 12
    finally:
        worker.close()


@pytest.fixture
def bad_papers(tmp_path: Path) -> dict[str, Path]:
    good = SAMPLE.read_bytes()
    files = {
        "empty": b"",
        "not_pdf": "这不是 PDF".encode(),
        "truncated": good[: len(good) // 2],
    }
    paths = {reason: tmp_path / f"{reason}.pdf" for reason in (*files, "encrypted", "no_text", "zero_pages")}
    for reason, data in files.items():
        paths[reason].write_bytes(data)
    locked = Canvas(str(paths["encrypted"]), encrypt=StandardEncryption("secret", canPrint=0))
    locked.drawString(100, 100, "locked")
    locked.save()
    pdfium.PdfDocument.new().save(str(paths["zero_pages"]))
    blank = pdfium.PdfDocument.new()
    blank.new_page(200, 200)
    blank.save(str(paths["no_text"]))
    return paths


def test_what_a_file_that_is_no_pdf_begins_with_is_said_as_text(tmp_path: Path) -> None:
    file = tmp_path / "page.pdf"
    for data, begins in ((b"<html><body>", '"<html><b"'), (b"PK\x03\x04\x14\x00'\xff", '"PK....\'."')):
        file.write_bytes(data)
        with pytest.raises(Refused) as raised:
            checked_bytes(file, Limits())
        assert raised.value.detail == f"begins with {begins}"


def test_every_bad_paper_is_refused_with_its_reason_and_the_good_one_is_read(
    bad_papers: dict[str, Path], tmp_path: Path
) -> None:
    files = {sha256(path): path for path in (*bad_papers.values(), SAMPLE)}
    outcomes = read_papers(files, tmp_path / "store", Limits(), jobs=2)
    assert {files[sha].stem: outcome.reason for sha, outcome in outcomes.items()} == {
        **{reason: reason for reason in bad_papers}, SAMPLE.stem: None
    }  # fmt: skip
    assert set(bad_papers) <= set(REASONS)
    assert outcomes[sha256(SAMPLE)].pages == 12


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    files = {sha256(SAMPLE): SAMPLE}
    first = read_papers(files, tmp_path, Limits())[sha256(SAMPLE)]
    again = read_papers({sha256(SAMPLE): tmp_path / "gone.pdf"}, tmp_path, Limits())[sha256(SAMPLE)]
    assert (first.cached, again.cached, again.pages) == (False, True, first.pages)


@pytest.mark.parametrize(
    ("there", "detail"),
    [
        (None, "it is not there any more"),
        (SAMPLE.read_bytes()[:30_000], "the file has another content now"),
        (b"", "the file has another content now"),
        ((RAW / SAMPLES[0].path).read_bytes(), "the file has another content now"),
    ],
)
def test_what_is_another_file_when_its_turn_comes_is_read_the_next_time(
    tmp_path: Path, there: bytes | None, detail: str
) -> None:
    path, content = tmp_path / "paper.pdf", sha256(SAMPLE)
    if there is not None:
        path.write_bytes(there)
    met = read_papers({content: path}, tmp_path / "store", Limits())[content]
    assert (met.reason, met.detail, met.reason in PASSING) == ("changed", detail, True)
    path.write_bytes(SAMPLE.read_bytes())
    read = read_papers({content: path}, tmp_path / "store", Limits())[content]
    assert (read.reason, read.cached, read.pages) == (None, False, 12)


def test_a_disk_that_fails_is_not_the_paper(tmp_path: Path) -> None:
    failing = Path("/proc/self/mem")  # what a process has at address 0 cannot be read: EIO
    with pytest.raises(OSError) as raised:
        read_papers({"0" * 64: failing}, tmp_path, Limits())
    assert may_pass(raised.value)
    assert store.summary(tmp_path, "0" * 64) is None


def test_a_stored_reading_is_the_reading(tmp_path: Path) -> None:
    worker = Worker(Limits())
    try:
        reading = read_one(worker, SAMPLE, sha256(SAMPLE))
    finally:
        worker.close()
    store.save(tmp_path, reading)
    assert store.load_reading(tmp_path, reading.sha256) == reading
    assert json.loads((store.folder(tmp_path, reading.sha256) / "reading.json").read_text())["pages"] == 12


def test_the_second_reader_reads_cells_by_another_engine(tmp_path: Path) -> None:
    truth = SAMPLES[1].write(tmp_path)
    cells = [cell for cell in truth if cell.text and len(cell.parts) == 1][:400]
    texts = read_cells(SAMPLE, sha256(SAMPLE), [(str(i), cell.page, cell.box) for i, cell in enumerate(cells)])
    assert {i: "".join(text.split()) for i, text in texts.items()} == {
        str(i): "".join(cell.text.split()) for i, cell in enumerate(cells)
    }


def test_the_second_reader_reads_a_page_whose_box_is_named_by_its_other_corners(tmp_path: Path) -> None:
    upside = re.sub(rb"/MediaBox \[ ?0 0 (\S+) (\S+) ?\]", rb"/MediaBox [ 0 \2 \1 0 ]", SAMPLE.read_bytes())
    assert upside != SAMPLE.read_bytes()
    path = tmp_path / "paper.pdf"
    path.write_bytes(upside)
    whole = [("a", 1, (0, 0, 600, 800))]
    assert read_cells(path, sha256(path), whole) == read_cells(SAMPLE, sha256(SAMPLE), whole)


def test_the_second_reader_says_nothing_of_places_that_are_not_there() -> None:
    assert read_cells(SAMPLE, sha256(SAMPLE), [("a", 99, (0, 0, 10, 10))]) == {"a": None}


@pytest.mark.parametrize("there", [None, SAMPLE.read_bytes()[:30_000], (RAW / SAMPLES[0].path).read_bytes()])
def test_the_second_reader_reads_no_other_file(tmp_path: Path, there: bytes | None) -> None:
    path = tmp_path / "paper.pdf"
    if there is not None:
        path.write_bytes(there)
    with pytest.raises(Refused) as raised:
        read_cells(path, sha256(SAMPLE), [("a", 1, (0, 0, 600, 800))])
    assert raised.value.reason == "changed"


def test_a_second_reader_that_somebody_kills_is_started_again(monkeypatch) -> None:
    place = [("a", 1, (0, 0, 600, 800))]
    started = Worker._start
    pids = []

    def start(worker: Worker) -> None:
        started(worker)
        pids.append(worker.process.pid)
        if len(pids) == 1:
            worker.process.kill()
            worker.process.wait()

    whole = read_cells(SAMPLE, sha256(SAMPLE), place)
    monkeypatch.setattr(Worker, "_start", start)
    assert read_cells(SAMPLE, sha256(SAMPLE), place) == whole
    assert whole["a"] and len(pids) == 2
