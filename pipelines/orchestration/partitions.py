"""Partitions as the orchestrator knows them: department × year, both found at run time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetMaterialization,
    BackfillPolicy,
    DagsterInstance,
    DynamicPartitionsDefinition,
    MetadataValue,
    MultiPartitionKey,
    MultiPartitionsDefinition,
)

from pipelines.operation.partitions import Dimensions, Partition
from pipelines.operation.published import PartitionState

DEPARTMENTS = DynamicPartitionsDefinition(name="department")
YEARS = DynamicPartitionsDefinition(name="year")
DEPARTMENT_YEARS = MultiPartitionsDefinition({"department": DEPARTMENTS, "year": YEARS})
# One run for each unbroken stretch of departments in a year (or of years in a department, if these are fewer), not one
# for each partition: Dagster gives a run a range of keys, never a list.
IN_ONE_RUN = BackfillPolicy.single_run()


def add_partitions(instance: DagsterInstance, found: Dimensions) -> None:
    """Make these keys known; a year that belongs before a known one puts the years in order again."""
    _add(instance, DEPARTMENTS.name, found.departments)
    years = instance.get_dynamic_partitions(YEARS.name)
    if years and any(year < max(years) and year not in years for year in found.years):
        for year in years:
            instance.delete_dynamic_partition(YEARS.name, year)
        _add(instance, YEARS.name, sorted({*years, *found.years}))
    else:
        _add(instance, YEARS.name, found.years)


def materialized_partitions(instance: DagsterInstance, asset: AssetKey) -> set[Partition]:
    """Return the partitions of an asset that were ever filled."""
    return {Partition.of_key(key) for key in instance.get_materialized_partitions(asset)}


def partitions_of_run(context: AssetExecutionContext) -> tuple[Partition, ...]:
    """Return the partitions that a run was started for, none where it is about no partition in particular."""
    if not (context.has_partition_key or context.has_partition_key_range):
        return ()
    return tuple(Partition.of_key(key) for key in context.partition_keys)


def say_of_partitions(
    context: AssetExecutionContext, asset: AssetKey, said: Mapping[Partition, Mapping[str, Any]]
) -> None:
    """Show metadata on the page of each partition of an asset; those that are no key are left out."""
    known_departments = set(context.instance.get_dynamic_partitions(DEPARTMENTS.name))
    known_years = set(context.instance.get_dynamic_partitions(YEARS.name))
    of_run = set(partitions_of_run(context)) if asset in context.selected_asset_keys else set()
    for partition, metadata in said.items():
        if partition.department not in known_departments or partition.year not in known_years:
            continue
        key = MultiPartitionKey(partition._asdict())
        if partition in of_run:
            context.add_asset_metadata(metadata, asset_key=asset, partition_key=key)
        else:
            context.log_event(AssetMaterialization(asset, partition=key, metadata=metadata))


def state_metadata(state: PartitionState, report: Path) -> dict[str, Any]:
    """Given what is published of a partition, return it as metadata with the place of its pages in the report."""
    counts = {
        "papers": state.papers,
        "published": state.published,
        "held": state.held,
        "refused": state.refused,
        "copies": state.copies,
        "facts": state.facts,
        "certified share": state.certified_share,
        "broken identities": state.broken,
        "findings": state.findings,
        "report": MetadataValue.path(str(report / "index.html")),
    }
    pages = [report / "documents" / f"{document_id}.html" for document_id in state.documents]
    there = [page for page in pages if page.is_file()]
    links = "\n".join(f"- [{page.name}]({page.as_uri()})" for page in there)
    return counts | ({"pages": MetadataValue.md(links)} if there else {})


def _add(instance: DagsterInstance, name: str, keys: Sequence[str]) -> None:
    known = set(instance.get_dynamic_partitions(name))
    fresh = [key for key in keys if key not in known]
    if fresh:
        instance.add_dynamic_partitions(name, fresh)
