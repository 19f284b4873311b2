"""What was open in the generation before, brought into a build: `quality.finding_history` tells new from still open
and gone by it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines.settings import Settings
from pipelines.warehouse.publish import current_generation

WAREHOUSE = Path("warehouse") / "budget.duckdb"


def recall(con: duckdb.DuckDBPyConnection, settings: Settings, started: float) -> int:
    """Fill staging.run with when this run started (seconds since 1970) and staging.earlier_findings with what the
    published generation has open; return how many. A generation without a history has nothing open that is known."""
    con.execute("delete from staging.run")
    con.execute("insert into staging.run values (?)", [datetime.fromtimestamp(started, UTC).replace(tzinfo=None)])
    con.execute("delete from staging.earlier_findings")
    generation = current_generation(settings)
    if generation is None:
        return 0
    path = str(generation / WAREHOUSE).replace("'", "''")
    con.execute(f"attach '{path}' as earlier (read_only)")
    try:
        con.execute(
            """insert into staging.earlier_findings by name
            select finding_id, kind, document_id, source_path, rule_id, place, page, severity, text, difference,
                first_seen
            from earlier.quality.finding_history where state <> 'gone'"""
        )
    except duckdb.CatalogException:
        return 0
    finally:
        con.execute("detach earlier")
    return con.execute("select count(*) from staging.earlier_findings").fetchone()[0]
