"""Do the files of findings hold every finding, as other programs read them?"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from decimal import Decimal
from html import unescape

from pipelines.reporting.findings import Finding, all_findings
from pipelines.reporting.findings_files import as_csv, as_json
from pipelines.warehouse.query import (
    documents,
)


def test_files_of_findings_hold_every_finding(con, report):
    ids = {row[0] for row in con.execute("select check_id from marts.fct_check where outcome = 'fail'").fetchall()}
    ids |= {row[0] for row in con.execute("select finding_id from quality.findings").fetchall()}
    rows = list(csv.DictReader(io.StringIO((report / "findings.csv").read_text("utf-8-sig"))))
    assert {row["finding_id"] for row in rows} == ids
    assert len(rows) == len(ids)
    assert [row["finding_id"] for row in json.loads((report / "findings.json").read_text())] == [
        row["finding_id"] for row in rows
    ]
    for document in documents(con):
        own = json.loads((report / f"documents/{document.document_id}.findings.json").read_text())
        assert [r["finding_id"] for r in own] == [
            r["finding_id"] for r in rows if r["document_id"] == document.document_id
        ]


def test_the_workbook_has_a_row_for_each_finding(con, report):
    """Read as a reviewer's program reads it: amounts as numbers, the first column a link to the paper's page."""
    findings = all_findings(con)
    with zipfile.ZipFile(report / "findings.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert len(re.findall(r"<row ", sheet)) == len(findings) + 1
    assert "<autoFilter" in sheet and 'state="frozen"' in sheet
    assert all(f'HYPERLINK("documents/{f.document_id}.html#{f.finding_id}"' in unescape(sheet) for f in findings)
    amounts = {Decimal(value) for value in re.findall(r"<v>(-?[\d.]+)</v>", sheet)}
    assert {f.left_value for f in findings if f.left_value is not None} <= amounts
    assert {f.difference for f in findings if f.difference is not None} <= amounts


def test_a_text_that_looks_like_a_formula_is_no_formula():
    finding = Finding(**dict.fromkeys(Finding._fields) | {"text": "=1+1", "difference": Decimal("-2.00")})
    row = next(csv.DictReader(io.StringIO(as_csv([finding]).decode("utf-8-sig"))))
    assert (row["text"], row["difference"]) == ("'=1+1", "-2.00")
    assert json.loads(as_json([finding]))[0]["text"] == "=1+1"
