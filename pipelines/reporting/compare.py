"""What changed since the last generation, and between two versions of a paper: facts and findings added, gone, changed.

Ids are made from content, so the same paper has the same ids in both warehouses. A paper that was published anew has
others: its facts are compared by what they mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.reporting.links import document_page
from pipelines.reporting.words import Word, word
from pipelines.warehouse.query import SIGN, TOLD_ALONE

# Rows of one kind of change that the page shows; all of them are counted, and are in compare.csv.
MOST_SHOWN = 300
MOST_PAIRS, MOST_OF_A_PAIR = 100, 50

# What a fact says, apart from its amount and its place on the page.
MEANING = (
    "table_kind", "side", "subject_scheme", "subject_code", "subject_name", "project_name", "project_organization",
    "fund_source", "fund_period", "expenditure_type", "amount_basis", "amount_year",
)  # fmt: skip

COLUMN = ("amount_year", "side", "fund_source", "fund_period", "expenditure_type", "amount_basis")


class PaperChange(NamedTuple):
    """A paper that came, went, changed its state, or was published anew (`document_before` is then another)."""

    change: str
    department_name: str | None
    fiscal_year: int | None
    source_path: str
    document_id: str | None
    document_before: str | None
    status_before: str | None
    status: str | None


class FactChange(NamedTuple):
    """A printed number of one paper that was added, is gone or changed; `column` is its codes of COLUMN, parted by
    slashes; amounts are yuan."""

    change: str
    document_id: str | None
    document_before: str | None
    source_path: str
    table_kind: str
    subject: str | None
    column: str
    page: int | None
    page_before: int | None
    amount_before: Decimal | None
    amount: Decimal | None
    budget_line_id: str | None

    @property
    def link(self) -> str | None:
        return document_page(self.document_id, self.budget_line_id) if self.budget_line_id else None

    @property
    def column_words(self) -> Word:
        """What the column is in words; what stands for everything is left out."""
        codes = [
            pair for pair in zip(COLUMN, self.column.split("/"), strict=True) if pair[1] not in ("", "all", "total")
        ]
        said = [word(field, code) for field, code in codes]
        return Word(" ".join(one.zh for one in said), " ".join(one.en for one in said))


class FindingChange(NamedTuple):
    """A finding that is new, gone, or has another difference or verdict; `was` and `now` put it into words."""

    change: str
    document_id: str
    source_path: str
    page: int | None
    severity: str
    family: str
    code: str
    was: str | None
    now: str | None
    finding_id: str
    stands: bool

    @property
    def link(self) -> str | None:
        return document_page(self.document_id, self.finding_id) if self.stands else None


class Versions(NamedTuple):
    """Two papers of one body, year and kind that are both published: how many facts differ, and the first of them."""

    department_name: str | None
    fiscal_year: int | None
    document_before: str
    path_before: str
    document_id: str
    path: str
    counts: Mapping[str, int]
    facts: list[FactChange]


class Comparison(NamedTuple):
    """All changes from one generation to the next."""

    papers: list[PaperChange]
    facts: list[FactChange]
    findings: list[FindingChange]


@contextmanager
def both(warehouse: Path, earlier: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open two warehouse files, read-only, as `now` and `before`."""
    with duckdb.connect() as con:
        for name, path in (("now", warehouse), ("before", earlier)):
            con.execute(f"attach '{_quoted(path)}' as {name} (read_only)")
        yield con


def compare(con: duckdb.DuckDBPyConnection) -> Comparison:
    """Given a connection of `both`, return what changed."""
    papers = [PaperChange(*row) for row in con.execute(PAPERS).fetchall()]
    facts = [FactChange(*row[:-1]) for row in con.execute(_facts_changed(RUNS, "before")).fetchall()]
    findings = [FindingChange(*row) for row in con.execute(FINDINGS).fetchall()]
    return Comparison(papers, facts, findings)


def versions(warehouse: Path) -> list[Versions]:
    """Given a warehouse file, return the papers that one body published side by side for one year, each pair with the
    facts by which they differ."""
    with duckdb.connect() as con:
        con.execute(f"attach '{_quoted(warehouse)}' as now (read_only)")
        pairs = con.execute(
            f"""with {VERSIONS}
                select n.department_name, n.fiscal_year, b.document_id, b.source_path, n.document_id, n.source_path
                from pairs p join now.marts.dim_document n using (document_id)
                join now.marts.dim_document b on b.document_id = p.document_before order by all"""
        ).fetchall()
        if not pairs:
            return []
        con.execute(f"create temp table changes as {_facts_changed(VERSIONS, 'now')}")
        counted = con.execute(
            "select document_before, document_id, change, count(*) from changes group by all order by all"
        ).fetchall()
        rows = con.execute(
            """select * from changes
               qualify row_number() over (partition by document_before, document_id order by place) <= ?
               order by place""",
            [MOST_OF_A_PAIR],
        ).fetchall()
    counts: dict[tuple, Counter] = {}
    for before, now, change, count in counted:
        counts.setdefault((before, now), Counter())[change] = count
    facts: dict[tuple, list[FactChange]] = {}
    for fact in (FactChange(*row[:-1]) for row in rows):
        facts.setdefault((fact.document_before, fact.document_id), []).append(fact)
    return [Versions(*row, counts.get((row[2], row[4]), Counter()), facts.get((row[2], row[4]), [])) for row in pairs]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


# A paper stands for another where both lie at the same path, or are the only ones of their body, year, kind and scope
# that came and went.
SUCCESSIONS = """
    came as (select * from now.marts.dim_document anti join before.marts.dim_document using (document_id)),
    went as (select * from before.marts.dim_document anti join now.marts.dim_document using (document_id)),
    alike as (
        select came.document_id, went.document_id as document_before,
               row_number() over (partition by came.document_id order by came.source_path <> went.source_path,
                                  went.document_id) as nth_before,
               row_number() over (partition by went.document_id order by came.source_path <> went.source_path,
                                  came.document_id) as nth_after
        from came join went
            on came.source_path = went.source_path
            or (came.department_id = went.department_id and came.fiscal_year = went.fiscal_year
                and came.document_kind is not distinct from went.document_kind
                and came.scope is not distinct from went.scope)
    ),
    successions as (select document_id, document_before from alike where nth_before = 1 and nth_after = 1)
"""

PAPERS = f"""
    with {SUCCESSIONS}
    select 'changed', n.department_name, n.fiscal_year, n.source_path, n.document_id, b.document_id, b.status, n.status
    from now.marts.dim_document n join before.marts.dim_document b using (document_id)
    where b.status <> n.status or b.source_path <> n.source_path
    union all
    select 'changed', n.department_name, n.fiscal_year, n.source_path, n.document_id, b.document_id, b.status, n.status
    from successions s join now.marts.dim_document n on n.document_id = s.document_id
    join before.marts.dim_document b on b.document_id = s.document_before
    union all
    select 'added', department_name, fiscal_year, source_path, document_id, null, null, status
    from came where document_id not in (select document_id from successions)
    union all
    select 'gone', department_name, fiscal_year, source_path, null, document_id, status, null
    from went where document_id not in (select document_before from successions)
    order by 4, 1
"""


def _facts(schema: str, document: str) -> str:
    """The facts of a warehouse's touched papers, each with its number among those of its paper that mean the same."""
    return f"""
        select t.document_id as document_now, t.document_before, l.* exclude (document_id),
               row_number() over (
                   partition by t.document_id, t.document_before, {", ".join(f"l.{field}" for field in MEANING)}
                   order by l.page, l.top, l.x0
               ) as nth
        from {schema}.marts.fct_budget_line l join touched t on l.document_id = t.{document}"""


# Papers in both warehouses and papers that stand for another; those that only came or went are in PAPERS.
RUNS = f"""
    {SUCCESSIONS},
    pairs as (
        select document_id, document_id as document_before from now.marts.dim_document
        where document_id in (select document_id from before.marts.dim_document)
        union all select * from successions
    )
"""

# Papers that one body has published side by side: each with amounts is compared with the next by path.
VERSIONS = """
    pairs as (
        select lead(document_id) over body as document_id, document_id as document_before
        from now.marts.dim_document
        where status = 'published' and amounts_total > 0 and department_id is not null
        window body as (partition by department_id, fiscal_year, document_kind, scope order by source_path, document_id)
        qualify document_id is not null
    )
"""


def _facts_changed(pairs: str, before: str) -> str:
    """The facts that differ between the papers of each pair, the earlier ones from the warehouse `before`."""
    return f"""
        with {pairs},
        sums_now as (
            select document_id, sum(hash(budget_line_id, amount_yuan)) as facts
            from now.marts.fct_budget_line group by all
        ),
        sums_before as (
            select document_id as document_before, sum(hash(budget_line_id, amount_yuan)) as facts
            from {before}.marts.fct_budget_line group by all
        ),
        touched as (
            select p.*
            from pairs p left join sums_now n using (document_id) left join sums_before b using (document_before)
            where p.document_id is not null and n.facts is distinct from b.facts
        ),
        facts_now as ({_facts("now", "document_id")}),
        facts_before as ({_facts(before, "document_before")}),
        paired as (
            select n.budget_line_id is not null as is_now, b.budget_line_id is not null as was_before,
                   n.page as page_now, b.page as page_before, b.amount_yuan as amount_before,
                   n.amount_yuan as amount_now, n.budget_line_id,
                   coalesce(n.document_now, b.document_now) as document_id,
                   coalesce(n.document_before, b.document_before) as document_before,
                   {", ".join(f"coalesce(n.{field}, b.{field}) as {field}" for field in MEANING)}
            from facts_now n full join facts_before b
                on n.document_now = b.document_now and n.document_before = b.document_before and n.nth = b.nth
                and {" and ".join(f"n.{field} is not distinct from b.{field}" for field in MEANING)}
        )
        select case when not p.was_before then 'added' when not p.is_now then 'gone' else 'changed' end as change,
               p.document_id, p.document_before, d.source_path, p.table_kind,
               concat_ws(' ', p.subject_code, p.subject_name, p.project_name) as subject,
               concat_ws('/', {", ".join(f"coalesce(p.{field}::varchar, '')" for field in COLUMN)}) as meaning,
               p.page_now, p.page_before, p.amount_before, p.amount_now, p.budget_line_id,
               row_number() over (
                   order by d.source_path, p.document_before, coalesce(p.page_now, p.page_before), p.table_kind,
                            subject, meaning, p.budget_line_id
               ) as place
        from paired p join now.marts.dim_document d on d.document_id = p.document_id
        where p.amount_now is distinct from p.amount_before
        order by place
    """


def _findings(schema: str) -> str:
    return f"""
        select c.check_id as finding_id, c.document_id, c.page, c.severity, r.family, c.rule_id as code,
               concat_ws(' ', c.left_label, format('{{:,.2f}}', c.left_value::double), {SIGN},
                         c.right_label, format('{{:,.2f}}', c.right_value::double),
                         format('({{:,.2f}})', c.difference::double)) as said,
               concat_ws('/', c.difference, c.verdict) as state
        from {schema}.marts.fct_check c join {schema}.marts.dim_rule r using (rule_id) where {TOLD_ALONE}
        union all
        select finding_id, document_id, page, severity, 'READ', kind, concat_ws(' ', message, text), message
        from {schema}.quality.findings"""


FINDINGS = f"""
    select case when b.finding_id is null then 'added' when n.finding_id is null then 'gone' else 'changed' end,
           coalesce(n.document_id, b.document_id), d.source_path, coalesce(n.page, b.page),
           coalesce(n.severity, b.severity), coalesce(n.family, b.family), coalesce(n.code, b.code), b.said, n.said,
           coalesce(n.finding_id, b.finding_id), n.finding_id is not null
    from ({_findings("now")}) n full join ({_findings("before")}) b using (finding_id)
    join (select document_id, source_path from now.marts.dim_document
          union select document_id, source_path from before.marts.dim_document
          where document_id not in (select document_id from now.marts.dim_document)) d
        on d.document_id = coalesce(n.document_id, b.document_id)
    where n.state is distinct from b.state
    order by list_position(['error', 'warning', 'info'], coalesce(n.severity, b.severity)), d.source_path,
             coalesce(n.page, b.page) nulls first, coalesce(n.code, b.code), coalesce(n.finding_id, b.finding_id)
"""
