"""The geometry of the report's two charts, drawn as SVG in the page.

Drawn so because it prints sharp, takes the page's colours in light and dark, and costs neither a script nor the
megabytes of a charting library beside every report; the figures stand in a table next to each chart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

STEP, BAR, LEFT, FLOOR, HEIGHT = 64, 36, 40, 140, 124


class Bar(NamedTuple):
    code: str
    x: float
    y: float
    height: float


class Stacks(NamedTuple):
    """Stacked bars; `ticks` are (value, y), `labels` are (text, x)."""

    width: int
    bars: list[Bar]
    ticks: list[tuple[int, float]]
    labels: list[tuple[str, float]]
    codes: list[str]


def stacks(columns: Sequence[tuple[str, Mapping[str, int]]]) -> Stacks:
    """Given (label, count by code) of each column, codes from the bottom up, return the drawing."""
    ticks = axis(max((sum(counts.values()) for _, counts in columns), default=0))
    scale = HEIGHT / ticks[-1]
    bars, labels = [], []
    for number, (label, counts) in enumerate(columns):
        x, below = LEFT + number * STEP + (STEP - BAR) / 2, 0
        labels.append((label, x + BAR / 2))
        for code, count in counts.items():
            below += count
            if count:
                bars.append(Bar(code, x, round(FLOOR - below * scale, 2), round(count * scale, 2)))
    codes = [code for code in (columns[0][1] if columns else ()) if any(counts[code] for _, counts in columns)]
    lines = [(tick, round(FLOOR - tick * scale, 2)) for tick in ticks]
    return Stacks(LEFT + len(columns) * STEP, bars, lines, labels, codes)


def axis(most: int) -> list[int]:
    """Given the largest value, return the values of two to five lines from 0 to it or just above."""
    step = 1
    while step * 4 < most:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2
    return list(range(0, max(most, 1) + step, step))


def line(values: Sequence[float], width: float = 112, height: float = 20) -> str:
    """Given values in order, return the points of an SVG polyline that fills the height (4 free at each border)."""
    low, high = min(values), max(values)
    across = width / max(1, len(values) - 1)
    return " ".join(
        f"{4 + number * across:.1f},{4 + height / 2 if high == low else 4 + height * (high - value) / (high - low):.1f}"
        for number, value in enumerate(values)
    )
