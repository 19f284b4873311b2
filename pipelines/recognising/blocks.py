"""Blocks of a table: label columns with the amount columns that belong to them, and their rows."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.reading.model import Cell
from pipelines.recognising.headers import LABELS, Column, Sheet
from pipelines.recognising.keys import BLANK, key, printed_name

CODE_AND_NAME = re.compile(r"[\[(【]?([0-9A-Z]{3,25})[\])】]?[-—_.、]?(\D.*)", re.S)


class Block(NamedTuple):
    """`labels` and `amounts` are columns side by side; the two sides of a balance table are two blocks."""

    number: int
    labels: tuple[Column, ...]
    amounts: tuple[Column, ...]


class Row(NamedTuple):
    """One row of a block: its grid row, what its label columns say, and its amount cells by column."""

    number: int
    code: str | None
    name: str  # as printed, on one line
    groups: tuple[str, ...]  # texts of the label columns from left to right, merged cells repeated
    own: tuple[bool, ...]  # whether a label's cell begins in this row
    project_name: str | None
    project_organization: str | None
    cells: dict[int, Cell]


def split_blocks(columns: list[Column]) -> list[Block]:
    """Given a table's columns, return its blocks: each begins with a run of label columns."""
    blocks: list[Block] = []
    labels: list[Column] = []
    amounts: list[Column] = []
    for column in columns:
        if column.role in LABELS:
            if amounts:
                blocks.append(Block(len(blocks), tuple(labels), tuple(amounts)))
                labels, amounts = [], []
            labels.append(column)
        elif column.role == "amount":
            amounts.append(column)
    if amounts:
        blocks.append(Block(len(blocks), tuple(labels), tuple(amounts)))
    return blocks


def read_rows(sheet: Sheet, block: Block, first: int) -> list[Row]:
    """Given a block, return its rows from grid row `first` on; a row begins where one of the block's cells does."""
    numbers = [c.number for c in (*block.labels, *block.amounts)]
    starts = sorted(
        {cell.row for row in range(first, sheet.grid.n_rows) for n in numbers if (cell := sheet.at(row, n))}
    )
    rows, codes = [], ["", "", ""]
    filled: str | None = None
    for start in (s for s in starts if s >= first):
        row = _row(sheet, block, start, codes)
        if row.project_name:
            filled = row.project_name
        elif any(c.role == "project_name" for c in block.labels):
            heads = [g for g, c in zip(row.groups, block.labels, strict=True) if c.role == "group_1" and g]
            filled = None if heads else filled
            row = row._replace(project_name=filled)
        rows.append(row)
    return rows


def _row(sheet: Sheet, block: Block, start: int, codes: list[str]) -> Row:
    texts: dict[int, tuple[str, bool]] = {}
    seen: set[int] = set()
    for column in block.labels:
        cell = sheet.at(start, column.number)
        text = cell.text if cell and id(cell) not in seen else ""
        if cell:
            seen.add(id(cell))
        if column.role.endswith("_code") and key(text) in ("类", "款", "项"):
            text = ""
        texts[column.number] = (text, bool(cell) and cell.row == start)
    code, name = _code(block, texts, codes), _name(block, texts)
    if code is None and (match := CODE_AND_NAME.fullmatch(BLANK.sub("", name))):
        code, name = match[1], match[2]
    return Row(
        start,
        code,
        printed_name(name),
        tuple(BLANK.sub("", texts[c.number][0]) for c in block.labels),
        tuple(texts[c.number][1] for c in block.labels),
        _text(block, texts, "project_name"),
        _text(block, texts, "project_organization"),
        {c.number: cell for c in block.amounts if (cell := sheet.at(start, c.number)) and id(cell) not in seen},
    )


def _code(block: Block, texts: dict[int, tuple[str, bool]], codes: list[str]) -> str | None:
    """The code in one column, or joined from 类 款 项; what a child row leaves out is that of the row above."""
    parts = [
        key(texts[c.number][0])
        for role in ("class_code", "section_code", "item_code")
        for c in block.labels
        if c.role == role
    ]
    if parts:
        parts = [p if re.fullmatch("[0-9A-Z]+", p) else "" for p in parts]
        if not any(parts):
            return None
        deepest = max(i for i, p in enumerate(parts) if p)
        for i in range(deepest):
            parts[i] = parts[i] or codes[i]
        codes[: len(parts)] = parts
        return "".join(parts)
    text = _text(block, texts, "code")
    return key(text) if text and re.fullmatch(r"[0-9A-Z]+", key(text)) else None


def _name(block: Block, texts: dict[int, tuple[str, bool]]) -> str:
    """The deepest label: the last name or group column that says something, else what stands in the code column."""
    for roles in (("name", "group_1", "group_3", "group_4", "project_name"), ("code", "class_code")):
        said = [texts[c.number][0] for c in block.labels if c.role in roles and key(texts[c.number][0])]
        said = [s for s in said if roles[0] == "name" or not re.fullmatch(r"[0-9A-Z]+", key(s))]
        if said:
            return said[-1]
    return ""


def _text(block: Block, texts: dict[int, tuple[str, bool]], role: str) -> str | None:
    said = next((texts[c.number][0] for c in block.labels if c.role == role and key(texts[c.number][0])), None)
    return BLANK.sub("", said) if said else None
