"""The pictures of each document's pages: which pages, what is covered on them, and what became of them."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from pipelines.errors import PipelineError
from pipelines.reading.model import Box
from pipelines.reading.store import load_reading, reader_version
from pipelines.recognising import contacts, private_places
from pipelines.recognising.lexicon import lexicon_of
from pipelines.recognising.vocabulary import rows
from pipelines.reporting.page_images import PageImage, PageOrder, draw_pages
from pipelines.reporting.site import Site
from pipelines.settings import Settings
from pipelines.warehouse.publish import current_generation
from pipelines.warehouse.restricted import published_contacts

GONE, CHANGED = "the paper is not there any more", "the paper has changed since it was read"
MOST_PAGES = 400  # of one document; what is beyond is shown without pictures

log = logging.getLogger(__name__)


class Page(NamedTuple):
    """A page as it is shown: its size in points and its picture, a path beside the document's page, if there is one."""

    width: float
    height: float
    picture: str | None


class Pictures(NamedTuple):
    """Pages by number; those whose contacts cannot be told apart are `withheld`; `trouble` says why pictures lack."""

    pages: Mapping[int, Page] = {}
    withheld: tuple[int, ...] = ()
    trouble: str | None = None


class Wanted(NamedTuple):
    """A document whose pages are to be drawn."""

    document_id: str
    sha256: str
    source_path: str
    fiscal_year: int | None
    pages: tuple[int, ...]


def place_pictures(
    site: Site, con: duckdb.DuckDBPyConnection, settings: Settings, contacts: pa.Table
) -> dict[str, Pictures]:
    """Put the page pictures of all documents into the report, those that the last report had taken over, the contacts
    on them covered, and return what is there by document. A paper that cannot be drawn has pages without pictures."""
    known = contact_places(contacts)

    def place(wanted: Wanted) -> tuple[str, Pictures]:
        record = f"documents/{wanted.document_id}/pages.json"
        boxes = known.get(wanted.document_id, {})
        inputs = (wanted, boxes, reader_version(), privacy_version())
        site.unit(f"pictures/{wanted.document_id}", inputs, lambda: _files(wanted, boxes, settings))
        pictures = from_json((site.folder / record).read_text())
        if pictures.trouble in (GONE, CHANGED):
            site.forget(f"pictures/{wanted.document_id}")
        return wanted.document_id, pictures

    with ThreadPoolExecutor(max(1, settings.jobs)) as pool:
        return dict(pool.map(place, wanted_pages(con)))


def wanted_pages(con: duckdb.DuckDBPyConnection) -> list[Wanted]:
    """Return the pages of each document on which something was found that its page speaks of."""
    rows = con.execute(
        """with found as (
               select document_id, unnest(generate_series(first_page, last_page)) as page from quality.printed_tables
               union select document_id, page from quality.printed_amounts
               union select document_id, page from quality.findings
               union select document_id, page from marts.fct_check where outcome not in ('pass', 'not_applicable')
               union select document_id, page from marts.fct_form
               union select document_id, page from marts.fct_indicator
               union select document_id, page from marts.fct_statement
               union select f.document_id, a.page from marts.fct_form_amount a join marts.fct_form f using (form_id)
           )
           select d.document_id, d.sha256, d.source_path, d.fiscal_year, list(distinct f.page order by f.page)
           from found f join marts.dim_document d using (document_id)
           where f.page between 1 and d.page_count and d.status <> 'refused'
           group by all order by d.document_id"""
    ).fetchall()
    return [Wanted(*row[:4], tuple(row[4][:MOST_PAGES])) for row in rows]


def contact_places(contacts: pa.Table) -> dict[str, dict[int, list[Box]]]:
    """Given contacts, return by document and page where they stand."""
    places: dict[str, dict[int, list[Box]]] = {}
    for row in contacts.select(["document_id", "page", *Box._fields]).to_pylist():
        box = Box(*(row[side] for side in Box._fields))
        places.setdefault(row["document_id"], {}).setdefault(row["page"], []).append(box)
    return places


def orders(
    wanted: Sequence[int], places: Mapping[int, Sequence[Box]], known: Mapping[int, Sequence[Box]], unknown: set[int]
) -> tuple[list[PageOrder], list[int]]:
    """Given the pages that are wanted, the boxes by page that may be private, those of recognised contacts and the
    pages nobody can read, return what to draw and which pages to withhold."""
    withheld = [
        page
        for page in wanted
        if page in unknown or any(box.x0 >= box.x1 or box.top >= box.bottom for box in known.get(page, ()))
    ]
    shown = [page for page in wanted if page not in withheld]
    return [PageOrder(page, (*places.get(page, ()), *known.get(page, ()))) for page in shown], withheld


def covered_on(settings: Settings, document_id: str, sha256: str, year: int | None, page: int) -> tuple[Box, ...]:
    """Return what is covered in a picture of this page. Raises PipelineError where the page is not to be shown: a
    contact is on it nobody knows where, or nothing is known of it any more."""
    try:
        reading = load_reading(settings.readings, sha256)
    except FileNotFoundError:
        raise PipelineError("what was read of the paper is not there any more: run `gouji run` first") from None
    contacts = published_contacts(settings.home, current_generation(settings).name)
    known = contact_places(contacts).get(document_id, {})
    places = private_places.private_places(reading, lexicon_of(year))
    shown, _ = orders([page], places, known, private_places.unknown_pages(reading))
    if not shown:
        raise PipelineError(f"page {page} is not drawn: a contact may stand on it, and it is not known where")
    return shown[0].covered


def _files(wanted: Wanted, known: Mapping[int, Sequence[Box]], settings: Settings) -> dict[str, str | bytes]:
    record = f"documents/{wanted.document_id}/pages.json"
    try:
        reading = load_reading(settings.readings, wanted.sha256)
    except FileNotFoundError:
        return {record: to_json(Pictures(trouble="what was read of the paper is not there any more"))}
    places = private_places.private_places(reading, lexicon_of(wanted.fiscal_year))
    ordered, withheld = orders(wanted.pages, places, known, private_places.unknown_pages(reading))
    trouble: str | None = None
    drawn: dict[int, PageImage] = {}
    try:
        paper = settings.raw / wanted.source_path
        _prove(paper, wanted.sha256)
        drawn = draw_pages(paper, ordered, settings.limits)
    except PipelineError as error:
        trouble = str(error)
        log.warning("no pictures of %s: %s", wanted.source_path, error)
    folder = f"{wanted.document_id}/"
    pages = {page.number: Page(page.width, page.height, None) for page in reading.pages if page.number in wanted.pages}
    pages |= {number: Page(i.width, i.height, f"{folder}{number}.png") for number, i in drawn.items()}
    files = {f"documents/{folder}{number}.png": image.png for number, image in drawn.items()}
    return files | {record: to_json(Pictures(pages, tuple(withheld), trouble))}


def _prove(paper: Path, sha256: str) -> None:
    """Raise PipelineError unless the paper is the one that was read."""
    if not paper.is_file():
        raise PipelineError(GONE)
    with paper.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise PipelineError(CHANGED)


def to_json(pictures: Pictures) -> str:
    return json.dumps(pictures._asdict(), sort_keys=True)


def from_json(text: str) -> Pictures:
    found = json.loads(text)
    pages = {int(number): Page(*page) for number, page in found["pages"].items()}
    return Pictures(dict(sorted(pages.items())), tuple(found["withheld"]), found["trouble"])


@cache
def privacy_version() -> str:
    """Return a hash of what decides which places are covered."""
    digest = hashlib.sha256(repr(rows("form_labels")).encode())
    for module in (private_places, contacts):
        digest.update(Path(module.__file__).read_bytes())
    return digest.hexdigest()[:16]
