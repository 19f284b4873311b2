"""Do the sample papers still say, row by row, what they said when their golden rows were reviewed?

`make golden` renews the files; look at the difference before you commit it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from pipelines.reading.document import read_document
from pipelines.recognising.document import recognise
from pipelines.recognising.records import Paper
from pipelines.settings import Limits
from tests.sheets import filled
from tests.typesetting.samples import RAW, SAMPLES, Sample

GOLDEN = Path(__file__).parent / "golden"
COLUMNS = (
    "table_kind", "side", "subject_scheme", "subject_code", "subject_name", "subject_level", "project_name", "fund_source",
    "fund_period", "expenditure_type", "amount_basis", "amount_year", "amount_yuan", "printed_text", "printed_unit",
    "is_leaf", "depth", "page", "amount_id",
)  # fmt: skip


def rows(sample: Sample) -> str:
    path = RAW / sample.path
    reading = read_document(path, Limits())
    paper = Paper(reading.sha256[:16], reading.sha256, path, sample.path, path.name, "2025", path.parent.name)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(amount, column) for column in COLUMNS] for amount in filled(recognise(reading, paper)))
    return out.getvalue()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_gives_its_golden_rows(sample: Sample, regenerate_golden: bool) -> None:
    path = GOLDEN / f"{sample.name}.csv"
    found = rows(sample)
    if regenerate_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found.splitlines() == path.read_text(encoding="utf-8").splitlines()
