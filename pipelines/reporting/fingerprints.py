"""What each document's page depends on: a hash over all the warehouse says of the document."""

from __future__ import annotations

import duckdb

# What changes with every run and stands on no document's page.
NOT_SHOWN = ("paper_ledger", "finding_history")
# Rows that belong to a document by way of another relation.
BY_WAY_OF = {
    "fct_check_evidence": "select c.document_id, t from marts.fct_check_evidence t"
    " join marts.fct_check c using (check_id)",
    "fct_form_amount": "select f.document_id, t from marts.fct_form_amount t join marts.fct_form f using (form_id)",
    "dim_organization": "select d.document_id, o.name as t from marts.dim_document d"
    " join marts.dim_organization o on d.department_id = o.organization_id",
    "fct_goal": "select f.document_id, t from marts.fct_goal t join marts.fct_form f using (form_id)",
}


def document_fingerprints(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Given an open warehouse, return for each document a hash over its rows in every relation, their order apart."""
    owned = con.execute(
        """select table_schema, table_name from information_schema.columns
           where table_schema in ('marts', 'quality') and column_name = 'document_id'
             and table_name not in (select unnest(?)) order by all""",
        [list(NOT_SHOWN)],
    ).fetchall()
    sources = [f'select document_id, t from {schema}."{name}" t' for schema, name in owned]
    sources += [source for name, source in BY_WAY_OF.items() if ("marts", name) not in owned]
    hashes: dict[str, list[str]] = {}
    for source in sources:
        for document_id, rows, summed in con.execute(
            f"select document_id, count(*), sum(hash(t)) from ({source}) where document_id is not null group by all"
        ).fetchall():
            hashes.setdefault(document_id, []).append(f"{rows}:{summed}")
    return {document_id: "/".join(parts) for document_id, parts in hashes.items()}
