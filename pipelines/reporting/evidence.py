"""Pictures of the cells of broken identities, beside the report's page."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipelines.errors import PipelineError
from pipelines.reading.model import Box
from pipelines.reporting.picture import Place, draw_places
from pipelines.settings import Limits

MOST_PICTURES = 200
SCALE = 1.6  # of screen pixels: readable figures in a page that stays small

log = logging.getLogger(__name__)


def broken_cells(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, int, tuple[Box, ...]]]]:
    """Given an open warehouse, return for each paper (its path under raw/) the checks that failed in it, each with a
    page and the cells that take part on that page; errors first, MOST_PICTURES at most."""
    rows = con.execute(
        """select d.source_path, c.check_id, l.page, list([l.x0, l.top, l.x1, l.bottom] order by l.top, l.x0)
           from marts.fct_check c
           join marts.fct_check_evidence e using (check_id)
           join marts.fct_budget_line l using (budget_line_id)
           join marts.dim_document d on l.document_id = d.document_id
           where c.outcome = 'fail'
           group by all
           order by min(case c.severity when 'error' then 0 when 'warning' then 1 else 2 end), 1, 2, 3
           limit ?""",
        [MOST_PICTURES],
    ).fetchall()
    papers: dict[str, list[tuple[str, int, tuple[Box, ...]]]] = {}
    for path, check_id, page, boxes in rows:
        papers.setdefault(path, []).append((check_id, page, tuple(Box(*box) for box in boxes)))
    return papers


def draw_evidence(
    con: duckdb.DuckDBPyConnection, raw: Path, folder: Path, limits: Limits | None = None
) -> Mapping[str, list[tuple[int, str]]]:
    """Given an open warehouse and the folder of the papers, write pictures into the folder's `pictures` and return for
    each failed check its (page, file name) there. A paper that cannot be drawn any more has none."""
    drawn: dict[str, list[tuple[int, str]]] = {}
    for path, places in broken_cells(con).items():
        try:
            pictures = draw_places(raw / path, [Place(page, boxes, SCALE) for _, page, boxes in places], limits)
        except PipelineError as error:
            log.warning("no pictures of %s: %s", path, error)
            continue
        for (check_id, page, _), picture in zip(places, pictures, strict=True):
            if picture is not None:
                name = f"{check_id}-{page}.png"
                (folder / "pictures").mkdir(parents=True, exist_ok=True)
                (folder / "pictures" / name).write_bytes(picture)
                drawn.setdefault(check_id, []).append((page, name))
    return drawn
