"""Sums of expenditure by department and by function, each with how complete it is."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import duckdb

# One overall balance per body, year and kind: the department's own, of several the one with most amounts.
TOTALS = """
    with balances as (
        select d.department_id, d.fiscal_year, coalesce(d.document_kind, 'budget') as document_kind, d.document_id,
               max(l.amount_yuan) filter (l.subject_code = 'GRAND_TOTAL') as total,
               d.amounts_total
        from marts.fct_budget_line l join marts.dim_document d using (document_id)
        where l.table_kind = 'overall_balance' and l.side = 'expenditure' and l.expenditure_type = 'all'
          and l.fund_source = 'all' and l.fund_period = 'total' and l.amount_year = d.fiscal_year
          and l.amount_basis = if(d.document_kind = 'final_account', 'final', 'budget')
          and d.scope is distinct from 'unit' and d.department_id is not null
        group by all
    )
    select * from balances where total is not null
    qualify row_number() over (
        partition by department_id, fiscal_year, document_kind order by amounts_total desc, document_id
    ) = 1
"""


class DepartmentSum(NamedTuple):
    """Total expenditure of one department's paper in yuan, and how many of the tables it owes are there."""

    department_id: str
    fiscal_year: int
    document_kind: str
    document_id: str
    total: Decimal
    tables: int
    tables_expected: int


class FunctionSum(NamedTuple):
    """Expenditure of one class (类) over departments; `total` is all expenditure of the same departments, of which
    there are `departments` out of `departments_expected`."""

    fiscal_year: int
    document_kind: str
    subject_code: str
    subject_name: str
    amount: Decimal
    total: Decimal
    departments: int
    departments_expected: int


def department_sums(con: duckdb.DuckDBPyConnection) -> list[DepartmentSum]:
    """Given an open warehouse, return for each department, year and kind its total of the overall balance."""
    rows = con.execute(
        f"""with totals as ({TOTALS}),
            tables as (
                select department_id, fiscal_year, document_kind, count(distinct table_kind) as expected,
                       count(distinct table_kind) filter (status in ('published', 'empty_noted')) as there
                from quality.coverage group by all
            )
            select department_id, fiscal_year, document_kind, document_id, total, coalesce(there, 0),
                   coalesce(expected, 0)
            from totals left join tables using (department_id, fiscal_year, document_kind)
            order by fiscal_year, document_kind, total desc, department_id"""
    ).fetchall()
    return [DepartmentSum(*row) for row in rows]


def function_sums(con: duckdb.DuckDBPyConnection) -> list[FunctionSum]:
    """Given an open warehouse, return expenditure by class of function of the overall balances, latest year first."""
    rows = con.execute(
        f"""with totals as ({TOTALS}),
            classes as (
                select t.*, l.subject_code, l.subject_name, l.amount_yuan
                from totals t join marts.fct_budget_line l using (document_id)
                where l.table_kind = 'overall_balance' and l.side = 'expenditure' and l.subject_scheme = 'function'
                  and l.subject_level = 'class' and l.expenditure_type = 'all' and l.fund_source = 'all'
                  and l.fund_period = 'total' and l.amount_year = t.fiscal_year and l.subject_code is not null
                  and l.amount_basis = if(t.document_kind = 'final_account', 'final', 'budget')
            ),
            counted as (
                select fiscal_year, document_kind, sum(total) as total, count(*) as departments
                from totals where document_id in (select document_id from classes) group by all
            ),
            expected as (
                select fiscal_year, document_kind,
                       count(distinct coalesce(department_id, department_name)) as departments_expected
                from quality.coverage group by all
            )
            select c.fiscal_year, c.document_kind, c.subject_code, mode(c.subject_name), sum(c.amount_yuan),
                   any_value(n.total), any_value(n.departments), any_value(e.departments_expected)
            from classes c join counted n using (fiscal_year, document_kind)
            join expected e using (fiscal_year, document_kind)
            group by c.fiscal_year, c.document_kind, c.subject_code
            order by c.fiscal_year desc, c.document_kind, c.subject_code"""
    ).fetchall()
    return [FunctionSum(*row) for row in rows]
