"""The review files: what a person should add to the vocabulary, in the vocabulary's own form."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import duckdb

from pipelines.recognising import vocabulary


def review_rows(proposals: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Given (vocabulary file, proposed line) of findings, return the lines for each file (by its name), those that most
    findings propose first, each once. A value that a person must decide has a question mark in front."""
    counted: dict[str, dict[str, int]] = {}
    for file, line in proposals:
        lines = counted.setdefault(PurePosixPath(file).name, {})
        lines[line] = lines.get(line, 0) + 1
    return {name: sorted(lines, key=lambda line: (-lines[line], line)) for name, lines in sorted(counted.items())}


def write_review(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, int]:
    """Given an open warehouse, write one review file for each vocabulary file that lacks something, with its header;
    return the lines in each. The folder is empty where nothing is open."""
    folder.mkdir(parents=True, exist_ok=True)
    files = review_rows(proposals(con))
    for name, lines in files.items():
        header = vocabulary.csv_row(vocabulary.columns(PurePosixPath(name).stem))
        (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return {name: len(lines) for name, lines in files.items()}


def proposals(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Given an open warehouse, return (vocabulary file, proposed line) of every finding that proposes one."""
    return con.execute(
        """select vocabulary_file, proposed_row from quality.findings
           where vocabulary_file is not null and proposed_row is not null order by all"""
    ).fetchall()
