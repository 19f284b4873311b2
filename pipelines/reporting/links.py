"""Addresses of places in the report, relative to its folder: pages, `gouji trace` and Dagster's metadata agree."""

from __future__ import annotations


def document_page(document_id: str, anchor: str | None = None) -> str:
    """Given a document and the id of something on its page (a budget_line_id, check_id, finding_id …), return where it
    is shown."""
    return f"documents/{document_id}.html" + (f"#{anchor}" if anchor else "")


def rule_page(rule_id: str) -> str:
    """Given a rule, return the page of its findings."""
    return f"rules/{rule_id}.html"
