"""What is published of each partition, for the orchestrator's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipelines.operation.partitions import Partition
from pipelines.warehouse.query import open_file, share

WAREHOUSE_FILE = Path("warehouse") / "budget.duckdb"


class PartitionState(NamedTuple):
    """A department-year in a generation; `facts` are the printed amounts of its published papers, `copies` its papers
    whose content lies elsewhere too: they are read there, and not counted as refused."""

    partition: Partition
    papers: int = 0
    published: int = 0
    held: int = 0
    refused: int = 0
    copies: int = 0
    facts: int = 0
    certified: int = 0
    broken: int = 0
    findings: int = 0
    documents: tuple[str, ...] = ()

    @property
    def certified_share(self) -> str:
        return share(self.certified, self.facts)


def partition_states(generation: Path) -> dict[Partition, PartitionState]:
    """Given the folder of a generation, return the state of each partition that has a paper in it."""
    with open_file(generation / WAREHOUSE_FILE) as con:
        return {state.partition: state for state in _states(con)}


def changed_states(
    now: Mapping[Partition, PartitionState], before: Mapping[Partition, PartitionState]
) -> list[PartitionState]:
    """Given the states of two generations, return those that differ; a partition that lost its papers has none."""
    gone = [PartitionState(partition) for partition in before if partition not in now]
    return sorted([state for partition, state in now.items() if before.get(partition) != state] + gone)


def over_refused(states: Iterable[PartitionState], refused_share: float) -> list[PartitionState]:
    """Return the states of which more than this share of papers is refused."""
    return [state for state in states if state.papers and state.refused / state.papers > refused_share]


def _states(con: duckdb.DuckDBPyConnection) -> list[PartitionState]:
    rows = con.execute(
        """select split_part(d.source_path, '/', 1), split_part(d.source_path, '/', 2),
                  count(*), count(*) filter (d.status = 'published'), count(*) filter (d.status = 'held'),
                  count(*) filter (d.status = 'refused' and d.status_reason not like 'copy%'),
                  count(*) filter (d.status_reason like 'copy%'),
                  coalesce(sum(d.amounts_total) filter (d.status = 'published'), 0)::integer,
                  coalesce(sum(d.amounts_certified) filter (d.status = 'published'), 0)::integer,
                  sum(q.checks_fail)::integer, sum(q.findings)::integer,
                  list(d.document_id order by d.source_path)
           from marts.dim_document d join quality.document_quality q using (document_id) group by 1, 2"""
    ).fetchall()
    return [PartitionState(Partition(*row[:2]), *row[2:-1], tuple(row[-1])) for row in rows]
