"""What a page of the report shows, taken from its markup."""

from __future__ import annotations

import json
import re
from html import unescape


def figure(page: str, id: str) -> str:
    return re.search(rf'id="{id}">([^<]*)<', page).group(1)


def data(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S).group(1))


def text_of(markup: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", markup))


def numbers(row: str) -> tuple[int, ...]:
    return tuple(int(n.replace(",", "")) for n in re.findall(r'<td class="n[^>]*>([\d,]+)</td>', row))
