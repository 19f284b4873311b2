"""The gate: every balance result is judged, the cells of broken identities are read once more by an independent reader,
and each document is published, held or refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from expectations.catalogue import Rule, load_rules
from expectations.decisions import DocumentState, decide
from expectations.judging import ExpectationError, Verdict, judge
from expectations.readings import FailedCell, OnPaper, ReadAgain, SecondReading, second_readings
from expectations.sheet import Check, Term
from expectations.suspects import suspects
from expectations.verdicts import misread_instead, verdicts
from pipelines.reading.model import Box

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
    write staging.second_readings, suspects, verdicts and gate. `read_again` takes a document id and (amount id, page,
    box) of cells and gives their texts; `on_paper` is told how far that is.

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
    likely = [suspect for sheet in broken_papers(con) for suspect in suspects(*sheet)]
    named = misread_instead(checks, readings, likely)
    _replace(con, "staging.second_readings", readings)
    _replace(con, "staging.suspects", named)
    read = {check_id: [*members, *columns_of.get(check_id, ())] for check_id, members in checks.items()}
    _replace(con, "staging.verdicts", verdicts(read, readings, named))
    return cells, readings


def results(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return every check that was evaluated, with its rule, document and outcome."""
    return con.execute(
        "select check_id, rule_id, document_id, outcome from intermediate.int_checks_evaluated order by all"
    ).df()


def failed_cells(con: duckdb.DuckDBPyConnection) -> list[FailedCell]:
    """Return the cells of all failed checks, blank ones too, each once; in forms those with a place of their own, in
    the running text the lines of a number."""
    rows = con.execute(
        """
        with failed as (
            select terms.amount_id, list_sort(list(distinct checks.rule_id)) as rule_ids
            from intermediate.int_check_terms_gathered as terms
            inner join intermediate.int_checks_evaluated as checks using (check_id)
            where checks.outcome = 'fail'
            group by all
        )

        select amount_id, document_id, page, x0, top, x1, bottom, coalesce(printed_text, ''), rule_ids, null,
            unit_factor, false, false
        from staging.amounts
        inner join failed using (amount_id)
        union all
        select failed.amount_id, forms.document_id, amounts.page, x0, top, x1, bottom,
            coalesce(amounts.amount_yuan::varchar, amounts.printed_text), rule_ids, amounts.amount_yuan, null,
            false, false
        from staging.stg_budget__form_amounts as amounts
        inner join failed on amounts.form_amount_id = failed.amount_id
        inner join staging.forms as forms using (form_id)
        union all
        select amount_id, document_id, page, x0, top, x1, bottom, printed_text, rule_ids, null, null, true, false
        from intermediate.int_calculations_located
        inner join failed using (amount_id)
        union all
        select failed.amount_id, document_id, page, x0, top, x1, bottom, printed_text, rule_ids, null, null, false, true
        from staging.statements as statements
        inner join failed on statements.statement_id = failed.amount_id
        order by 2, 3, 5, 4, 1
        """
    ).fetchall()
    return [FailedCell(*row[:3], Box(*row[3:7]), row[7], tuple(row[8]), *row[9:]) for row in rows]


def summed_columns(con: duckdb.DuckDBPyConnection) -> tuple[list[FailedCell], dict[str, list[str]]]:
    """Return the columns whose rows a failed check adds up, page by page, and which of them each such check has: a row
    that was not read makes a sum wrong and is no cell that could be read again."""
    con.execute(
        """
        create or replace temp table summed as
        select checks.check_id, checks.rule_id, amounts.table_id, amounts.column_no
        from intermediate.int_checks_evaluated as checks
        inner join intermediate.int_check_terms_gathered as terms using (check_id)
        inner join staging.amounts as amounts using (amount_id)
        where checks.outcome = 'fail'
        group by all
        having count(distinct amounts.row_no) > 1
        """
    )
    rows = con.execute(
        """
        with members as (
            select table_id, column_no, list_sort(list(distinct rule_id)) as rule_ids from summed group by all
        )

        select concat_ws('/', table_id, column_no, page), any_value(document_id), page, min(x0), min(top), max(x1),
            max(bottom), string_agg(coalesce(printed_text, ''), chr(10) order by top, x0), any_value(rule_ids),
            any_value(unit_factor)
        from staging.amounts inner join members using (table_id, column_no)
        group by table_id, column_no, page
        order by 2, 3, 1
        """
    ).fetchall()
    owners = con.execute(
        """
        select check_id, list_sort(list(distinct concat_ws('/', table_id, column_no, page)))
        from summed inner join staging.amounts using (table_id, column_no)
        group by check_id
        """
    ).fetchall()
    cells = [
        FailedCell(*row[:3], Box(*row[3:7]), row[7], tuple(row[8]), unit_factor=row[9], is_column=True) for row in rows
    ]
    return cells, dict(owners)


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


def broken_papers(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[list[Check], list[Term]]]:
    """Yield, of each paper with a failed check, its evaluated checks and their terms, and what holds the cells of other
    papers in its failed ones. A check that a reviewer accepted is none of them: it is known to differ."""
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
        yield checks[document_id], terms[document_id]


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
        )

        select documents.document_id, documents.reason, coalesce(documents.detail, ''),
            count(tables.table_kind), count(*) filter (tables.table_kind is not null and tables.state = 'filled'),
            count(*) filter (tables.state = 'unknown_unit'),
            min(tables.first_page) filter (tables.state = 'unknown_unit'), any_value(filled.file_name),
            (select count(*) from staging.forms as forms where forms.document_id = documents.document_id)
        from staging.stg_budget__documents as documents
        left join staging.tables as tables using (document_id)
        left join filled using (department_id, fiscal_year, document_kind)
        group by all
        order by documents.document_id
        """
    ).fetchall()
    return [DocumentState(*row) for row in rows]


def _replace(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[NamedTuple]) -> None:
    con.execute(f"delete from {table}")
    if rows:
        # one statement for all rows: with one for each, writing them took longer than finding them
        columns = zip(*rows, strict=True)
        con.register("replacing", pa.table([pa.array(column) for column in columns], names=list(rows[0]._fields)))
        con.execute(f"insert into {table} select * from replacing")
        con.unregister("replacing")
