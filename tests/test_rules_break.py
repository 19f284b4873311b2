"""Can every rule fail? A check that cannot is worse than none.

Of each rule that holds somewhere in a build and is broken nowhere, one amount is changed where it holds; everything is
evaluated anew, and the rule must be broken.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from expectations.catalogue import load_rules
from pipelines.warehouse.transform import BEFORE_GATE, run_dbt
from tests.build_fixture import Built

OFF = 1_234_567  # yuan


def outcomes(con: duckdb.DuckDBPyConnection, *wanted: str) -> set[str]:
    rows = con.execute(
        "select distinct rule_id from intermediate.int_checks_evaluated where list_contains(?, outcome)", [list(wanted)]
    ).fetchall()
    return {rule_id for (rule_id,) in rows}


def cells_to_change(con: duckdb.DuckDBPyConnection, rules: set[str]) -> list[tuple[str, str, str, str]]:
    """Of each rule one amount of a table or form in a held check, that which the fewest checks hold: (rule, table of
    staging, id, side)."""
    return con.execute(
        """
        with held as (
            select terms.*, count(*) over (partition by terms.amount_id) as uses
            from intermediate.int_check_terms_gathered as terms
            inner join intermediate.int_checks_evaluated as checks using (check_id)
            where checks.outcome in ('pass', 'rounding') and list_contains($1, checks.rule_id)
                and terms.state = 'number' and terms.side in ('left', 'right')
        )

        select held.rule_id, if(amounts.amount_id is null, 'form_amounts', 'amounts'), held.amount_id, held.side
        from held
        left join staging.amounts as amounts on held.amount_id = amounts.amount_id
        left join staging.stg_budget__form_amounts as lines on held.amount_id = lines.form_amount_id
        where amounts.amount_id is not null or lines.form_amount_id is not null
        qualify row_number() over (partition by held.rule_id order by uses, held.amount_id) = 1
        order by all
        """,
        [sorted(rules)],
    ).fetchall()


def change(con: duckdb.DuckDBPyConnection, table: str, cell: str, off: int) -> None:
    if table == "amounts":
        con.execute("update staging.amounts set amount_yuan = amount_yuan + ? where amount_id = ?", [off, cell])
    else:
        con.execute(
            """update staging.form_amounts set amount_yuan = amount_yuan + ?
               where md5(concat_ws('/', form_id, section, line_no, funding, coalesce(amount_year::varchar, '-'))) = ?""",
            [off, cell],
        )


def evaluated_anew(database: Path, folder: Path, cells: list[tuple[str, str, str, str]]) -> set[str]:
    """Given a build, change the cells in a copy of it and return the rules that are then broken."""
    bounds = {rule.rule_id for rule in load_rules() if rule.relation == ">="}
    folder.mkdir()
    copy = folder / "build.duckdb"
    shutil.copyfile(database, copy)
    with duckdb.connect(str(copy)) as con:
        for number, (rule_id, table, cell, side) in enumerate(cells):
            off = OFF + 1_000 * number
            # a bound is broken by a left side that is too small, or a right one that is too large
            change(con, table, cell, -off if rule_id in bounds and side == "left" else off)
    run_dbt(copy, BEFORE_GATE, folder / "target")
    with duckdb.connect(str(copy), read_only=True) as con:
        return outcomes(con, "fail")


def test_a_rule_that_holds_is_broken_by_a_changed_amount(built: Built, tmp_path: Path):
    (database,) = built.con.execute(
        "select path from duckdb_databases() where database_name = current_database()"
    ).fetchone()
    cells = cells_to_change(built.con, outcomes(built.con, "pass", "rounding") - outcomes(built.con, "fail"))
    assert len(cells) > 30
    broken = evaluated_anew(database, tmp_path / "all", cells)
    # what another rule's amount is may be what a rule applies to: these by themselves
    alone = [cell for cell in cells if cell[0] not in broken]
    assert len(alone) < 6
    if alone:
        broken |= evaluated_anew(database, tmp_path / "alone", alone)
    assert {rule_id for rule_id, *_ in cells} - broken == set()
