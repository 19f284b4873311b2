"""Procurement tables: a tree that the label columns of a row tell."""

from __future__ import annotations

import re

from pipelines.recognising.keys import bare
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.tables.blocks import Block, Row
from pipelines.recognising.tables.classifications import CODE_ROLES
from pipelines.recognising.tables.subjects import Subject, first_label, word_of
from pipelines.recognising.vocabulary import names
from pipelines.recognising.wording import BESIDE

# 政府采购品目分类目录: A 货物, B 工程, C 服务, and the items below them.
CATEGORY = re.compile(r"([ABC]\d{2,10})[-—_.、:：\s]*(\D.*)|([ABC])[-—_.、:：\s]*(货物|工程|服务)(.*)", re.S)
CATEGORY_CODE = re.compile(r"[ABC]\d{0,10}")


def procurement_subjects(rows: list[Row], block: Block, lexicon: Lexicon) -> list[Subject]:
    """Rows of a procurement tree: the last label column that a row fills says how deep it stands; of one column the
    classes (货物 工程 服务) stand over all else. A row that prints only an amount (another form of buying the same
    goods) is one more item like the one above it."""
    subjects: list[Subject] = []
    stack: list[tuple[tuple[int, bool], Subject]] = []
    total: Subject | None = None
    for row in rows:
        filled = [
            i
            for i, (c, g) in enumerate(zip(block.labels, row.groups, strict=True))
            if g and c.role not in ("remark", BESIDE)
        ]
        word = word_of(row.name or first_label(row), lexicon) if filled else None
        if word and word.scheme == "subtotal":
            subjects.append(Subject(row, "flow", None, row.name, counted=False))
        elif word and word.code == "GRAND_TOTAL":
            total = Subject(row._replace(project_name=None), "flow", "GRAND_TOTAL", None)
            subjects.append(total)
            stack = []
        elif filled:
            place = filled[-1], not _is_class(row.name, lexicon)
            while stack and stack[-1][0] >= place:
                stack.pop()
            above = stack[-1][1] if stack else total
            parent, depth = (above.row.number, above.depth + 1) if above else (None, 1)
            code, name = _category(row)
            subjects.append(Subject(row, "procurement", code, name, parent=parent, depth=depth))
            stack.append((place, subjects[-1]))
        elif stack:
            last = stack[-1][1]
            subjects.append(last._replace(row=row._replace(name=last.row.name, project_name=last.row.project_name)))
    last = total.row.number if total else None  # a total may stand at the end
    return [s._replace(parent=last) if s.scheme == "procurement" and s.parent is None else s for s in subjects]


def _category(row: Row) -> tuple[str | None, str]:
    """The 品目 code that a row prints, in a column of its own or in front of its name, and the name."""
    if row.code and CATEGORY_CODE.fullmatch(row.code):
        return row.code, row.name
    found = CATEGORY.fullmatch(row.name)
    return (found[1] or found[3], found[2] or found[4] + found[5]) if found else (None, row.name)


def goes_by_function(rows: list[Row], block: Block) -> bool:
    """Whether a procurement table lists functions and nothing of what is bought: codes and their names are all its
    labels."""
    roles = {c.role for c in block.labels} - {"remark", "serial", BESIDE}
    coded = [row.code for row in rows if row.code]
    known = sum(bool(names("function", code)) for code in coded)
    return roles <= {*CODE_ROLES, "name"} and 2 * known > len(coded)


def _is_class(name: str, lexicon: Lexicon) -> bool:
    return any(pattern.fullmatch(bare(name)) for pattern in lexicon.procurement_classes)
