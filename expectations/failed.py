"""The cells of failed checks, as the second reader is asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.readings import FailedCell
from pipelines.reading.model import Box

if TYPE_CHECKING:
    import duckdb


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
