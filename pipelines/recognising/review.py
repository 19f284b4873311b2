"""The review file: what a person should add to the vocabulary, in the vocabulary's own form."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from pipelines.recognising.records import Finding


def review_rows(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """Given findings, return the lines proposed for each vocabulary file (by its name), those that most findings
    propose first, each once. A value a person must decide has a question mark in front."""
    counted: dict[str, dict[str, int]] = {}
    for finding in findings:
        if finding.vocabulary_file and finding.proposed_row:
            rows = counted.setdefault(PurePosixPath(finding.vocabulary_file).name, {})
            rows[finding.proposed_row] = rows.get(finding.proposed_row, 0) + 1
    return {name: sorted(rows, key=lambda row: (-rows[row], row)) for name, rows in sorted(counted.items())}
