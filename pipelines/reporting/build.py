"""The data-quality report: static files that open from disk, made of the warehouse and pictures of the papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.reporting.evidence import draw_evidence
from pipelines.warehouse import query

Pictures = Mapping[str, Sequence[tuple[int, str]]]

# A page a browser still scrolls; what is beyond is counted, named as left out, and in the warehouse.
MOST_ROWS = 2_000

FAMILIES = {
    "ROW": ("横向：一行之内", "Across one row"),
    "TREE": ("纵向：上下级科目", "Up and down a code tree"),
    "TOTAL": ("合计与总计", "Totals"),
    "SIDES": ("收支两侧", "Revenue against expenditure"),
    "CROSS": ("表间", "Between tables"),
    "PAIR": ("功能与经济科目对应", "Mirrored codes"),
    "FORM": ("绩效表内", "Within a performance form"),
    "LINK": ("绩效表与预算表", "Forms against tables"),
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


def build_report(con: duckdb.DuckDBPyConnection, folder: Path, raw: Path | None = None) -> int:
    """Given an open warehouse and the folder of the papers, write index.html and the pictures of broken identities into
    the folder; return their size in bytes. Without the papers there are no pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = draw_evidence(con, raw, folder) if raw else {}
    (folder / "index.html").write_bytes(render(con, pictures).encode())
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def render(con: duckdb.DuckDBPyConnection, pictures: Pictures = MappingProxyType({})) -> str:
    """Given an open warehouse and (page, file name) of pictures by check, return the report's page; every figure comes
    from pipelines.warehouse.query."""
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
        pictures=pictures,
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
