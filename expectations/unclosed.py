"""What is said of a table that does not close: one finding in both languages, instead of all its broken identities."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from expectations.blocks import Block, Line, Thresholds

KIND = "table_does_not_close"
MOST_TOLD = 3  # lines, the longest first


class Described(NamedTuple):
    """A table as a finding names it."""

    table_id: str
    document_id: str
    title: str
    page: int


class BlockedCheck(NamedTuple):
    """A row of staging.blocked_checks: a broken check that is part of a table that does not close."""

    check_id: str
    table_id: str


class TableFinding(NamedTuple):
    """A row of staging.table_findings, which quality.findings takes in."""

    finding_id: str
    document_id: str
    kind: str
    severity: str
    page: int
    table_id: str
    text: str
    message_zh: str
    message: str


WHERE = {  # of {broken} of {places} …, in Chinese and English
    "column": ("同一栏 {places} 行中 {broken} 行", "{broken} of {places} rows of one column"),
    "row": ("同一行 {places} 栏中 {broken} 栏", "{broken} of {places} columns of one row"),
    "level": ("{places} 行中 {broken} 行", "{broken} of {places} rows"),
    "table": ("全表 {places} 行中 {broken} 行", "{broken} of all {places} rows"),
    "pair": ("与另一张表相比 {places} 处中 {broken} 处", "{broken} of {places} places against another table"),
    "multiple": ("{broken} 栏之和均为合计的 {places} 倍", "sums that are {places} times the total in {broken} columns"),
}


def table_finding(
    block: Block,
    table: Described,
    examples: Mapping[str, Sequence[str]],
    titles: Mapping[str, tuple[str, str]],
    thresholds: Thresholds,
) -> TableFinding:
    """Given a table that does not close, what it is called, of the first check of each line [label, left value, right
    value, page], and the titles of the rules, return the finding."""
    told = block.lines[:MOST_TOLD]
    zh = "；".join(_line(line, examples, titles, 0) for line in told)
    en = "; ".join(_line(line, examples, titles, 1) for line in told)
    more = len(block.lines) - len(told)
    few = thresholds.few_mistakes
    return TableFinding(
        hashlib.md5(f"{KIND}/{table.document_id}/{table.table_id}".encode()).hexdigest(),
        table.document_id,
        KIND,
        "error",
        table.page,
        table.table_id,
        table.title,
        f"本表的勾稽关系成片不平：{zh}{f'；另有 {more} 组' if more else ''}。已试：{few} 处以内的单元格有误、两栏互换、"
        "金额单位有误、漏列一行、归入别的上级，均不能解释；应是识读时栏目、层级或接表有误，不是原件印错",
        f"identities of this table break together: {en}{f'; and {more} lines more' if more else ''}. Tried: up to "
        f"{few} wrong cells, two columns exchanged, another unit, a missing row, rows under another sum; none accounts "
        "for it: a column, a level or a join was read wrongly, the paper is not to blame",
    )


def _line(line: Line, examples: Mapping[str, Sequence[str]], titles: Mapping[str, tuple[str, str]], tongue: int) -> str:
    where = WHERE[line.kind][tongue].format(broken=line.broken, places=line.places)
    title = titles.get(line.rule_id, ("各规则", "all rules"))[tongue]
    rule = f"{line.rule_id} {title}" if line.rule_id else title
    said = f"{rule}：{where}" if tongue == 0 else f"{rule}: {where}"
    example = examples.get(line.check_ids[0])
    if example is None or example[1] is None:
        return said
    label, left, right, page = example
    values = f"{Decimal(left):,.2f} ≠ {Decimal(right):,.2f}"
    such = (f"（如第 {page} 页 {label} {values} 元）", f" (such as p.{page} {label} {values})")
    return said + such[tongue]
