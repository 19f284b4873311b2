"""Where each body belongs, for the filters of the report."""

from __future__ import annotations

import duckdb


def regions(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Given an open warehouse, return the region of each body by department_id, and by its registered name where no
    paper says whose it is: the register's region, else the one that its latest paper prints."""
    rows = con.execute(
        """select department_id, max_by(region_name, (fiscal_year, document_id)) from marts.dim_document
           where department_id is not null and region_name is not null group by all
           union all
           select coalesce(department_id, department_name), max_by(region_name, fiscal_year)
           from quality.expected_papers where region_name is not null group by all"""
    ).fetchall()
    return {body: region for body, region in rows if region}
