"""Measures reading and recognising; `make bench` prints the table that docs/measurements.md shows.

Figures are ratios within one run: CPU seconds of this process, on the papers of ../shared/corpus where they are there,
else on the samples under raw/.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pypdfium2.raw as pdfium

from pipelines.reading import preflight
from pipelines.reading.document import read_document
from pipelines.reading.frame import frame_of
from pipelines.reading.glyphs import read_glyphs
from pipelines.reading.refused import Refused
from pipelines.reading.strokes import read_strokes
from pipelines.reading.worker import Worker
from pipelines.recognising.document import recognise
from pipelines.recognising.records import Paper
from pipelines.settings import PROJECT, Limits

CORPUS = PROJECT.parent / "shared" / "corpus"


def papers() -> list[Path]:
    """The real papers with a text layer that reading accepts, or the samples."""
    found = sorted(CORPUS.glob("real/*.pdf")) + sorted(CORPUS.glob("seed/*.pdf")) or sorted(
        PROJECT.glob("raw/*/*/*.pdf")
    )
    return [path for path in found if _readable(path)]


def _readable(path: Path) -> bool:
    try:
        read_document(path, Limits())
    except Refused:
        return False
    return True


def cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def by_pdfplumber(path: Path) -> None:
    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_tables()
            page.close()


def hand_over(path: Path) -> None:
    """What pdfium alone needs to hand over glyphs and rulings."""
    document = pdfium.FPDF_LoadMemDocument64(data := path.read_bytes(), len(data), None)
    for index in range(pdfium.FPDF_GetPageCount(document)):
        page = pdfium.FPDF_LoadPage(document, index)
        frame = frame_of(page)
        read_strokes(page, frame)
        read_glyphs(page, frame)
        pdfium.FPDF_ClosePage(page)
    pdfium.FPDF_CloseDocument(document)


def main() -> None:
    files = papers()
    preflight.count_pages(files[0].read_bytes())  # imports are not what is measured
    total = dict.fromkeys(("pages", "read", "plumber", "ink", "recognise"), 0.0)
    print(f"{'paper':44} {'pages':>5} {'read p/s':>9} {'pdfplumber':>10} {'ratio':>6} {'of ink':>7} {'recognise':>9}")
    for path in files:
        readings = []
        read = cpu(lambda: readings.append(read_document(path, Limits())))  # noqa: B023
        reading = readings[0]
        plumber, ink = cpu(lambda: by_pdfplumber(path)), cpu(lambda: hand_over(path))  # noqa: B023
        paper = Paper("x", reading.sha256, path, path.name, path.name, "", path.stem)
        known = cpu(lambda: recognise(reading, paper))  # noqa: B023
        figures = {"pages": len(reading.pages), "read": read, "plumber": plumber, "ink": ink, "recognise": known}
        total = {key: total[key] + figures[key] for key in total}
        print(_row(path.stem, figures))
    print(_row("all", total))
    worker = Worker(Limits())
    for path in files:
        worker.ask({"read": str(path)})
    worker.close()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of a reading process over all papers: {peak:.0f} MB")


def _row(name: str, f: dict[str, float]) -> str:
    return (
        f"{name:44} {f['pages']:5.0f} {f['pages'] / f['read']:9.1f} {f['pages'] / f['plumber']:10.1f}"
        f" {f['plumber'] / f['read']:6.1f} {f['ink'] / f['read']:7.0%} {f['recognise'] / f['read']:9.0%}"
    )


if __name__ == "__main__":
    sys.exit(main())
