"""The gate: every balance result is judged, the cells of broken identities are read once more by an independent reader,
and each document is published, held or refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from expectations.blocks import Block, Place, Thresholds, doubted, load_thresholds
from expectations.catalogue import Rule, load_rules
from expectations.decisions import DocumentState, decide
from expectations.failed import failed_cells, summed_columns
from expectations.judging import ExpectationError, Verdict, judge
from expectations.readings import FailedCell, OnPaper, ReadAgain, SecondReading, second_readings
from expectations.sheet import Check, Sheet, Term
from expectations.suspects import suspects
from expectations.unclosed import BlockedCheck, Described, table_finding
from expectations.verdicts import misread_instead, verdicts

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = ["ExpectationError", "Rule", "Verdict", "examine", "load_rules", "pass_gate"]


def pass_gate(
    con: duckdb.DuckDBPyConnection,
    read_again: ReadAgain,
    rules: Sequence[Rule] | None = None,
    on_paper: OnPaper = lambda *_: None,
) -> list[Verdict]:
    """Judge the checks in the build database, say of each broken one whose fault it is, decide on every document, and
    write staging.second_readings, suspects, verdicts, table_findings, blocked_checks and gate. `read_again` takes a
    document id and (amount id, page, box) of cells and gives their texts; `on_paper` is told how far that is.

    Raises ExpectationError when an expectation could not run.
    """
    judged = judge(results(con), load_rules() if rules is None else rules)
    cells, readings = examine(con, read_again, on_paper)
    _replace(con, "staging.gate", decide(document_states(con), cells, readings, judged))
    return judged


def examine(
    con: duckdb.DuckDBPyConnection, read_again: ReadAgain, on_paper: OnPaper = lambda *_: None
) -> tuple[list[FailedCell], list[SecondReading]]:
    """Read the cells of broken checks again, find the suspects, and write both with a verdict on each broken check;
    return the cells and their second readings."""
    columns, columns_of = summed_columns(con)
    cells = [*failed_cells(con), *columns]
    readings = second_readings(cells, read_again, on_paper)
    checks = failed_checks(con)
    found, thresholds, likely, unclosed, undetermined = places(con), load_thresholds(), [], [], set()
    for document_id, evaluated, terms in broken_papers(con):
        doubt = doubted(found.get(document_id, ()), Sheet(evaluated, terms), thresholds)
        unclosed += doubt.blocks
        undetermined |= doubt.undetermined
        # what a table does not close by is no mistake of print: the others are searched without it
        apart = touching(terms, {block.table_id for block in doubt.blocks}) & checks.keys()
        likely += suspects((check for check in evaluated if check.check_id not in apart), terms)
    blocked = tables_unclosed(con, unclosed, thresholds)
    named = misread_instead(checks, readings, likely)
    _replace(con, "staging.second_readings", readings)
    _replace(con, "staging.suspects", named)
    read = {check_id: [*members, *columns_of.get(check_id, ())] for check_id, members in checks.items()}
    _replace(con, "staging.verdicts", verdicts(read, readings, named, blocked, undetermined))
    return cells, readings


def touching(terms: Iterable[Term], tables: Set[str]) -> set[str]:
    """Given the terms of checks, return the checks with an amount in any of these tables."""
    return {term.check_id for term in terms if term.table_id in tables}


def tables_unclosed(con: duckdb.DuckDBPyConnection, blocks: Sequence[Block], thresholds: Thresholds) -> set[str]:
    """Write the tables that do not close, one finding each, and the broken checks of them (staging.table_findings and
    blocked_checks); return these checks."""
    tables = [block.table_id for block in blocks]
    described = {
        row[0]: Described(*row)
        for row in con.execute(
            "select table_id, document_id, title, first_page from staging.tables where list_contains(?, table_id)",
            [tables],
        ).fetchall()
    }
    examples = dict(
        con.execute(
            """select check_id, [left_label, left_value::varchar, right_value::varchar, page::varchar]
            from intermediate.int_checks_evaluated where list_contains(?, check_id)""",
            [[line.check_ids[0] for block in blocks for line in block.lines]],
        ).fetchall()
    )
    titles = {rule.rule_id: (rule.title_zh, rule.title_en) for rule in load_rules()}
    said = [table_finding(block, described[block.table_id], examples, titles, thresholds) for block in blocks]
    _replace(con, "staging.table_findings", said)
    checks = con.execute(
        """
        select checks.check_id, min(terms.table_id)
        from intermediate.int_checks_evaluated as checks
        inner join intermediate.int_check_terms_gathered as terms using (check_id)
        where checks.outcome = 'fail' and list_contains(?, terms.table_id)
        group by checks.check_id
        order by checks.check_id
        """,
        [tables],
    ).fetchall()
    _replace(con, "staging.blocked_checks", [BlockedCheck(*row) for row in checks])
    return {check_id for check_id, _ in checks}


def results(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return every check that was evaluated, with its rule, document and outcome."""
    return con.execute(
        "select check_id, rule_id, document_id, outcome from intermediate.int_checks_evaluated order by all"
    ).df()


def failed_checks(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return the cells of each failed check."""
    rows = con.execute(
        """
        select check_id, list_sort(list(distinct terms.amount_id))
        from intermediate.int_checks_evaluated as checks
        inner join intermediate.int_check_terms_gathered as terms using (check_id)
        where checks.outcome = 'fail'
        group by check_id
        order by check_id
        """
    ).fetchall()
    return dict(rows)


def places(con: duckdb.DuckDBPyConnection) -> dict[str, list[Place]]:
    """Return of each paper the places of its tables where an identity was evaluated that a paper is published by
    (severity `error`), with what was found there. Figures of other papers, of forms and of the running text are none of
    them: that these differ often is no sign of a table that was misread."""
    rows = con.execute(
        """
        with terms as (
            select
                check_id,
                bool_and(table_id is not null and paper_id = document_id and form_id is null) as is_of_tables,
                arg_min(table_id, (row_no, column_no)) filter (side = 'left') as table_id,
                min(table_id) filter (side = 'right') as other_id,
                min(row_no) filter (side = 'left') as row_no,
                arg_min(column_no, (row_no, column_no)) filter (side = 'left') as column_no,
                count(distinct (table_id, column_no)) = 1 and count(distinct row_no) > 1 as is_sum
            from intermediate.int_check_terms_gathered
            group by check_id
        )

        select checks.document_id, check_id, checks.rule_id, terms.table_id,
            nullif(terms.other_id, terms.table_id), terms.row_no, terms.column_no, is_sum,
            outcome = 'fail', left_value, right_value, tolerance,
            terms.table_id in (from intermediate.int_tables_unsettled)
        from intermediate.int_checks_evaluated as checks
        inner join terms using (check_id)
        where outcome in ('pass', 'rounding', 'fail') and checks.severity = 'error' and checks.relation = '='
            and difference is not null and is_of_tables
        order by all
        """
    ).fetchall()
    found = defaultdict(list)
    for document_id, *place in rows:
        found[document_id].append(Place(*place))
    return found


def broken_papers(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, list[Check], list[Term]]]:
    """Yield, of each paper with a failed check, its id, its evaluated checks and their terms, and what holds the cells
    of other papers in its failed ones. A check that a reviewer accepted is none of them: it is known to differ."""
    evaluated = """
        with evaluated as (
            select check_id, document_id, relation, difference, tolerance, outcome
            from intermediate.int_checks_evaluated
            where outcome in ('pass', 'rounding', 'fail') and difference is not null
        ),

        elsewhere as (
            select distinct evaluated.document_id, terms.amount_id
            from evaluated
            inner join intermediate.int_check_terms_gathered as terms using (check_id)
            where evaluated.outcome = 'fail' and terms.paper_id <> evaluated.document_id
        )

        select check_id, document_id, relation, difference, tolerance, outcome = 'fail' as is_broken
        from evaluated
        where document_id in (select document_id from evaluated where outcome = 'fail')
        union
        select check_id, elsewhere.document_id, relation, difference, tolerance, false
        from elsewhere
        inner join intermediate.int_check_terms_gathered as terms using (amount_id)
        inner join evaluated using (check_id)
        where evaluated.document_id <> elsewhere.document_id and evaluated.outcome <> 'fail'
    """
    checks, terms = defaultdict(list), defaultdict(list)
    for document_id, *check in con.execute(
        f"select document_id, check_id, relation, difference, tolerance, is_broken from ({evaluated}) order by all"
    ).fetchall():
        checks[document_id].append(Check(*check))
    for document_id, *term in con.execute(
        f"""
        select checks.document_id, check_id, terms.amount_id, case terms.side when 'right' then -weight else weight end,
            terms.value, coalesce(terms.table_id, terms.form_id), terms.row_no, terms.column_no, terms.side = 'base'
        from ({evaluated}) as checks
        inner join intermediate.int_check_terms_gathered as terms using (check_id)
        -- what factors give and what a share is of is computed, not printed
        where not regexp_matches(terms.amount_id, '[=%]$')
        order by all
        """
    ).fetchall():
        terms[document_id].append(Term(*term))
    for document_id in sorted(checks):
        yield document_id, checks[document_id], terms[document_id]


def document_states(con: duckdb.DuckDBPyConnection) -> list[DocumentState]:
    """Return of each document why it could not be read, and how many tables were recognised."""
    rows = con.execute(
        """
        with filled as (
            select department_id, fiscal_year, document_kind, min(file_name) as file_name
            from staging.stg_budget__documents
            where department_id is not null
                and document_id in (select document_id from staging.tables where state = 'filled')
            group by all
        ),

        unclosed as (
            select document_id, count(*) as tables, min(page) as page from staging.table_findings group by document_id
        ),

        unjoined as (
            select document_id, count(*) as tables, min(page) as page
            from staging.findings where kind = 'not_joined' group by document_id
        )

        select documents.document_id, documents.reason, coalesce(documents.detail, ''),
            count(tables.table_kind), count(*) filter (tables.table_kind is not null and tables.state = 'filled'),
            count(*) filter (tables.state = 'unknown_unit'),
            min(tables.first_page) filter (tables.state = 'unknown_unit'), any_value(filled.file_name),
            (select count(*) from staging.forms as forms where forms.document_id = documents.document_id),
            any_value(unclosed.tables), any_value(unclosed.page),
            any_value(unjoined.tables), any_value(unjoined.page)
        from staging.stg_budget__documents as documents
        left join staging.tables as tables using (document_id)
        left join filled using (department_id, fiscal_year, document_kind)
        left join unclosed using (document_id)
        left join unjoined using (document_id)
        group by all
        order by documents.document_id
        """
    ).fetchall()
    return [DocumentState(*row[:-4], row[-4] or 0, row[-3], row[-2] or 0, row[-1]) for row in rows]


def _replace(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[NamedTuple]) -> None:
    con.execute(f"delete from {table}")
    if rows:
        # one statement for all rows: with one for each, writing them took longer than finding them
        columns = zip(*rows, strict=True)
        con.register("replacing", pa.table([pa.array(column) for column in columns], names=list(rows[0]._fields)))
        con.execute(f"insert into {table} select * from replacing")
        con.unregister("replacing")
