"""The sample papers that ship under raw/. `python -m tests.typesetting.samples [FOLDER]` writes them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.typesetting.budget import Budget
from tests.typesetting.model import Paper, Placed, Style, Table
from tests.typesetting.nine_tables import nine_tables
from tests.typesetting.papers import budget_paper
from tests.typesetting.setter import typeset
from tests.typesetting.ten_tables import ten_tables

RAW = Path(__file__).resolve().parents[2] / "raw"
TEN = Style(rulings="thin_rectangles", open_edges=True, font_size=9.0, row_height=21.0)
NINE = Style(rulings="strokes", repeat_header=True, font_size=10.0, row_height=23.0, margin=60.0, page_numbers=False)


class Sample(NamedTuple):
    """A sample: its facts, its family of tables, its style, and where it goes under raw/."""

    name: str
    tables: Callable[[Budget], list[Table]]
    style: Style
    path: str

    def paper(self) -> Paper:
        return budget_paper(self.name, self.tables)

    def write(self, folder: Path) -> list[Placed]:
        """Write the sample under a folder and return the truth about it."""
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        return typeset(self.paper(), self.style, path)


SAMPLES = (
    Sample("archives-2024", ten_tables, TEN, "2024/示例区档案局/示例区档案局2024年部门预算.pdf"),
    Sample("archives-2025", ten_tables, TEN, "2025/示例区档案局/示例区档案局2025年部门预算.pdf"),
    Sample("sports-2025", nine_tables, NINE, "2025/样例区体育局/样例区体育局2025年部门预算.pdf"),
)


def main(folder: Path = RAW) -> None:
    for sample in SAMPLES:
        cells = sample.write(folder)
        print(f"{sample.path}: {len(cells)} cells")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
