"""The findings as files for other programs and for reviewers: CSV, JSON and an Excel workbook."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal

import xlsxwriter

from pipelines.reporting.findings import Finding
from pipelines.reporting.words import words

# A spreadsheet would run a text of these as a formula, and the text comes from a paper.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_SHEET_ROWS = 1_000_000
HEADINGS = {
    "severity": ("级别", 8), "family": ("类别", 11), "code": ("规则或种类", 18), "department_name": ("部门", 28),
    "fiscal_year": ("年度", 7), "document_kind": ("文种", 7), "page": ("页", 5), "message_zh": ("说明", 60),
    "left_label": ("左侧", 28), "left_value": ("左侧数值", 18), "relation": ("", 4), "right_label": ("右侧", 28),
    "right_value": ("右侧数值", 18), "difference": ("差额", 16), "value_unit": ("计量单位", 9), "verdict": ("判断", 20),
    "proposed_value": ("建议数值", 18), "title_zh": ("规则", 34), "text": ("原文", 34),
    "vocabulary_file": ("可增补的文件", 20), "proposed_row": ("可增补的行", 34), "source_path": ("文件", 44),
    "message": ("说明（英文）", 48), "finding_id": ("编号", 34), "document_id": ("文件编号", 18),
}  # fmt: skip
# What a reviewer fills in; the workbook goes round, the report does not.
FOR_REVIEWERS = (("复核意见", 24), ("复核人", 10), ("日期", 12))
CODED = {"severity": "severity", "document_kind": "document_kind", "verdict": "verdict"}


def as_csv(findings: Sequence[Finding]) -> bytes:
    """Given findings, return them as CSV that a spreadsheet opens in Chinese; a text that begins like a formula has an
    apostrophe in front (the JSON has it as it is)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Finding._fields)
    writer.writerows([plain_cell(value) for value in finding] for finding in findings)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_json(findings: Sequence[Finding]) -> bytes:
    """Given findings, return a JSON array of objects; amounts are strings with every decimal."""
    rows = (json.dumps(finding._asdict(), ensure_ascii=False, default=str) for finding in findings)
    return ("[" + ",\n".join(rows) + "]\n").encode()


def as_workbook(findings: Sequence[Finding]) -> bytes:
    """Given findings, return an Excel workbook: one row each with a link to its place in the report and columns for the
    reviewer; filters are on, the head stays in sight."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_urls": False})
    book.set_properties({"title": "勾稽 · 问题清单"})
    head = book.add_format({"bold": True, "bg_color": "#17414A", "font_color": "#FFFFFF", "valign": "vcenter"})
    money = book.add_format({"num_format": "#,##0.00;[Red]-#,##0.00"})
    link = book.add_format({"font_color": "#14586A", "underline": 1})
    sheet = book.add_worksheet("问题清单")
    headings = [("位置", 8), *HEADINGS.values(), *FOR_REVIEWERS]
    sheet.freeze_panes(1, 4)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    for column, (heading, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    shown = findings[:MOST_SHEET_ROWS]
    for number, finding in enumerate(shown, start=1):
        # As a formula: of the other kind of links Excel keeps 65,530 and turns the slashes of a path about.
        sheet.write_formula(number, 0, f'=HYPERLINK("{finding.link}","打开")', link, "打开")
        for column, name in enumerate(HEADINGS, start=1):
            _write(sheet, number, column, _shown(name, getattr(finding, name)), money)
    sheet.autofilter(0, 0, max(1, len(shown)), len(headings) - 1)
    if len(findings) > len(shown):
        sheet.write_string(len(shown) + 1, 0, f"另有 {len(findings) - len(shown):,} 条，见 findings.csv")
    book.close()
    return out.getvalue()


def _write(sheet, row: int, column: int, value: object, money) -> None:
    if value is None:
        return
    if isinstance(value, Decimal):
        sheet.write_number(row, column, value, money)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value)[:32_000])  # a cell holds 32,767 characters


def _shown(name: str, value: object) -> object:
    if name == "family" and value in words()["family"]:
        return f"{value} {words()['family'][value].zh}"
    if name in CODED and value in words()[CODED[name]]:
        return words()[CODED[name]][value].zh
    return value


def plain_cell(value: object) -> object:
    """Given a value, return it as a spreadsheet takes it for text and nothing else."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
