"""The data-quality report: one static page that opens from disk, made of the published warehouse alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.warehouse import query

# A page a browser still scrolls; what is beyond is counted, named as left out, and in the warehouse.
MOST_ROWS = 2_000

FAMILIES = {
    "ROW": ("横向：一行之内", "Across one row"),
    "TREE": ("纵向：上下级科目", "Up and down a code tree"),
    "TOTAL": ("合计与总计", "Totals"),
    "SIDES": ("收支两侧", "Revenue against expenditure"),
    "CROSS": ("表间", "Between tables"),
    "PAIR": ("功能与经济科目对应", "Mirrored codes"),
}
STATUSES = {
    "published": ("已发布", "published"),
    "held": ("暂缓", "held"),
    "refused": ("拒收", "refused"),
}
OUTCOMES = {
    "passed": ("平", "hold"),
    "rounding": ("尾差", "rounding"),
    "fail": ("不平", "broken"),
    "accepted": ("已认可", "accepted"),
    "not_checked": ("未核", "not checked"),
    "not_applicable": ("不适用", "not applicable"),
}
SEVERITIES = {
    "error": ("错误", "error"),
    "warning": ("提醒", "warning"),
    "info": ("提示", "info"),
}
VERDICTS = {
    "publisher": ("原件如此，两次识读一致", "misprint at source: both readers agree"),
    "reading": ("识读存疑", "our reading: the readers differ"),
    "undetermined": ("未定", "undetermined"),
}
NAMES = {
    "family": FAMILIES,
    "status": STATUSES,
    "outcome": OUTCOMES,
    "severity": SEVERITIES,
    "verdict": VERDICTS,
}


def build_report(con: duckdb.DuckDBPyConnection, folder: Path) -> int:
    """Given an open warehouse, write index.html into the folder; return its size in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    page = render(con).encode()
    (folder / "index.html").write_bytes(page)
    return len(page)


def render(con: duckdb.DuckDBPyConnection) -> str:
    """Given an open warehouse, return the report's page; every figure comes from pipelines.warehouse.query."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"money": query.money, "addends": query.addends}
    documents = query.documents(con)
    return environment.get_template("report.html").render(
        summary=query.summary(con),
        documents=sorted(documents, key=lambda row: (list(STATUSES)[::-1].index(row.status), row.source_path)),
        families=by_family(query.rules(con)),
        failures=query.failures(con),
        findings=query.findings(con),
        share=query.share,
        names=NAMES,
        most=MOST_ROWS,
    )


def by_family(rules: Sequence[query.RuleRow]) -> list[tuple[str, list[query.RuleRow]]]:
    """Given rules in order of their ids, return them grouped by family, families in the order of FAMILIES."""
    order = list(FAMILIES)
    grouped = [(family, list(members)) for family, members in groupby(rules, key=lambda rule: family_of(rule.rule_id))]
    return sorted(grouped, key=lambda group: (order.index(group[0]) if group[0] in order else len(order), group[0]))


def family_of(rule_id: str) -> str:
    """Given a rule id (`TREE-01`), return its family."""
    return rule_id.partition("-")[0]
