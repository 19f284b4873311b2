"""What a form prints of an indicator beside its values: weight, core mark, scoring, score and why it was missed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from pipelines.recognising.forms.grid import one_line
from pipelines.recognising.forms.parts import DataRow
from pipelines.recognising.keys import key

POINTS = re.compile(r"(\d+(?:\.\d+)?)(?:分|%)?")
YES, NO = re.compile("是|√|✓|✔|☑|核心(?:指标)?|Y|y"), re.compile("否|×|✗|N|n|非核心(?:指标)?")


def besides(row: DataRow, said: Mapping[str, int]) -> dict[str, object]:
    """Given a row and the columns of what else is printed of its indicator, return the fields of its record; a share of
    12% is a weight of 12."""
    text = {role: one_line(row.text(n)) for role, n in said.items()}
    points = {role: POINTS.fullmatch(key(text.get(role, ""))) for role in ("weight", "score")}
    core = key(text.get("core", ""))
    return {
        "weight": Decimal(points["weight"][1]) if points["weight"] else None,
        "is_core": True if YES.fullmatch(core) else False if NO.fullmatch(core) else None,
        "scoring_text": text.get("scoring") or None,
        "score": Decimal(points["score"][1]) if points["score"] else None,
        "deviation_text": text.get("deviation") or None,
    }
