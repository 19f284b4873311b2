"""Codes of a list that stand in one column, of which some rows print the last part alone: 208 | 05 | 2080505."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.recognising.keys import bare
from pipelines.recognising.tables.blocks import Row
from pipelines.recognising.vocabulary import CLASSIFICATIONS, codes_named, names

PART = 2  # digits of a 款 or 项
CLASS = 3  # digits of a 类


def whole_codes(rows: Sequence[Row]) -> list[Row]:
    """Given the rows of a list, return them with each code of two digits below a class (类) completed by the code that
    it is a part of: that of its official name, that which the next whole code begins with, else the class, as
    `filled_code`. A list without classes, one of serial numbers or of units, stays as it is."""
    found: list[Row] = []
    above: list[str] = []  # the codes that the last whole code is made of, shortest first
    for i, row in enumerate(rows):
        code = row.code or ""
        if _is_class(code):
            above = [code]
        elif above and code.startswith(above[0]) and len(code) % PART == 1:
            above = [code[:n] for n in range(CLASS, len(code) + 1, PART)]
        elif above and len(code) == PART and code.isdigit():
            whole = _whole(row, above, [r.code or "" for r in rows[i + 1 :]])
            above = [whole[:n] for n in range(CLASS, len(whole) + 1, PART)]
            row = row._replace(code=whole, filled_code=True)
        elif code:
            above = []
        found.append(row)
    return found


def _is_class(code: str) -> bool:
    return len(code) == CLASS and any(names(scheme, code) for scheme in CLASSIFICATIONS)


def _whole(row: Row, above: list[str], below: list[str]) -> str:
    """A row's part completed by the one of the codes above it that its name officially has or the next whole code
    shows, else by the class."""
    following = next((code for code in below if len(code) > CLASS), "")
    named = {code for scheme in CLASSIFICATIONS for code in codes_named(scheme, bare(row.name))}
    whole = [code + (row.code or "") for code in above]
    shown = [code for code in whole if code in named] or [code for code in whole if following.startswith(code)]
    return max(shown, key=len, default=whole[0])
