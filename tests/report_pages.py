"""What a page of the report shows, taken from its markup."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

from pipelines.settings import Settings


def figure(page: str, id: str) -> str:
    return re.search(rf'id="{id}">([^<]*)<', page).group(1)


def data(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S).group(1))


def text_of(markup: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", markup))


def numbers(row: str) -> tuple[int, ...]:
    return tuple(int(n.replace(",", "")) for n in re.findall(r'<td class="n[^>]*>([\d,]+)</td>', row))


def documents(con) -> list[str]:
    return [row[0] for row in con.execute("select document_id from marts.dim_document order by all").fetchall()]


def page_of(settings: Settings, document_id: str) -> Path:
    return settings.report / "documents" / f"{document_id}.html"


def misprinted(con) -> str:
    return con.execute(
        "select document_id from marts.fct_check where outcome = 'fail' and rule_id = 'ROW-01'"
    ).fetchone()[0]
