"""The second reading: the text at given places, by plain pdfplumber, an engine that the first reading does not use."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from pipelines.reading.model import Box
from pipelines.reading.refused import Refused
from pipelines.settings import Limits


def read_cells(
    path: Path, sha256: str, places: Sequence[tuple[str, int, Box]], limits: Limits | None = None
) -> dict[str, str | None]:
    """Given a PDF, its hash and (key, page, box) of cells of it, return the text pdfplumber finds there by key; None
    where it finds no such page or gives up. Runs in a capped child.

    Raises Refused (`changed`) where the file cannot be opened or is another one by now.
    """
    from pipelines.reading.worker import Worker

    worker = Worker(limits or Limits())
    cells = [[key, page, list(box)] for key, page, box in places]
    request = {"cells": str(path), "sha256": sha256, "places": cells}
    try:
        answer = worker.ask(request)
        if answer.get("refused") == "crash":  # somebody may have killed the child
            answer = worker.ask(request)
        if "long" in answer:
            answer = json.loads(answer["long"])
        if answer.get("refused") == "changed":
            raise Refused("changed", str(answer.get("detail", ""))[:300])
        texts = answer.get("texts")
    except ValueError:
        texts = None
    finally:
        worker.close()
    if not isinstance(texts, dict):
        return {key: None for key, _, _ in places}
    return {key: texts[key] if isinstance(texts.get(key), str) else None for key, _, _ in places}


def texts_at(data: bytes, places: list, on_page: Callable[[int, int], None]) -> dict[str, str | None]:
    """Given the bytes of a PDF and [key, page, box] of cells, return the text pdfplumber finds in each box. Runs in the
    child."""
    import pdfplumber

    wanted = defaultdict(list)
    for key, page, box in places:
        wanted[page].append((key, box))
    texts: dict[str, str | None] = {}
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for number in sorted(wanted):
            on_page(number, len(pdf.pages))
            if not 1 <= number <= len(pdf.pages):
                texts.update((key, None) for key, _ in wanted[number])
                continue
            page = pdf.pages[number - 1]
            # any two opposite corners may name a page's box; pdfminer takes the first for the lower left one, and puts
            # all text of a page whose box begins elsewhere beside the page
            page.page_obj.mediabox = _upright(page.page_obj.mediabox)
            page = page.filter(
                lambda o: (
                    o["object_type"] != "char"
                    or abs(o["matrix"][1]) < 0.05 * abs(o["matrix"][0] or 1)
                    or abs(o["matrix"][0]) < 0.05 * abs(o["matrix"][1])
                )
            ).dedupe_chars()
            left, top = page.cropbox[0], page.cropbox[1]
            for key, (x0, y0, x1, y1) in wanted[number]:
                inside = [
                    char
                    for char in page.chars
                    if x0 <= (char["x0"] + char["x1"]) / 2 - left < x1
                    and y0 <= (char["top"] + char["bottom"]) / 2 - top < y1
                ]
                texts[key] = pdfplumber.utils.extract_text(inside) if inside else ""
            page.close()
    return texts


def _upright(box: Sequence[float]) -> tuple[float, float, float, float]:
    """Given two opposite corners of a page, return its lower left and upper right ones."""
    x0, y0, x1, y1 = box
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
