"""Partitions as the orchestrator knows them: department × year, both found at run time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from dagster._core.events import AssetMaterializationPlannedData, DagsterEvent

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


def keep_partitions(instance: DagsterInstance, found: Dimensions) -> None:
    """Make these keys known, and forget all others."""
    add_partitions(instance, found)
    for name, keys in ((DEPARTMENTS.name, found.departments), (YEARS.name, found.years)):
        for key in set(instance.get_dynamic_partitions(name)).difference(keys):
            instance.delete_dynamic_partition(name, key)


def materialized_partitions(instance: DagsterInstance, asset: AssetKey) -> set[Partition]:
    """Return the partitions of an asset that were filled since it was last wiped."""
    return {Partition.of_key(key) for key in instance.get_materialized_partitions(asset)}


def failed_partitions(instance: DagsterInstance, asset: AssetKey) -> dict[Partition, str]:
    """Return the partitions of an asset that a run meant to fill and did not, with the run."""
    storage = instance.event_log_storage
    attempts = storage.get_latest_asset_partition_materialization_attempts_without_materializations(asset)
    return {Partition.of_key(key): run_id for key, (run_id, _) in attempts.items()}


def show_as_failed(context: AssetExecutionContext, asset: AssetKey, failed: Mapping[Partition, str]) -> None:
    """Show partitions of an asset as failed in the runs named, each of which has failed or is about to.

    To Dagster a partition has failed where a failed run had planned to fill it and did not.
    """
    for partition in _keys_among(context.instance, failed):
        planned = AssetMaterializationPlannedData(asset, partition=MultiPartitionKey(partition._asdict()))
        event = DagsterEvent.build_asset_materialization_planned_event(context.job_name, "", planned)
        context.instance.report_dagster_event(event, failed[partition])


def partitions_of_run(context: AssetExecutionContext) -> tuple[Partition, ...]:
    """Return the partitions that a run was started for, none where it is about no partition in particular."""
    if not (context.has_partition_key or context.has_partition_key_range):
        return ()
    return tuple(Partition.of_key(key) for key in context.partition_keys)


def say_of_partitions(
    context: AssetExecutionContext, asset: AssetKey, said: Mapping[Partition, Mapping[str, Any]]
) -> None:
    """Show metadata on the page of each partition of an asset; those that are no key are left out."""
    of_run = set(partitions_of_run(context)) if asset in context.selected_asset_keys else set()
    for partition in _keys_among(context.instance, said):
        metadata = said[partition]
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


def _keys_among(instance: DagsterInstance, partitions: Iterable[Partition]) -> list[Partition]:
    departments = set(instance.get_dynamic_partitions(DEPARTMENTS.name))
    years = set(instance.get_dynamic_partitions(YEARS.name))
    return [partition for partition in partitions if partition.department in departments and partition.year in years]


def _add(instance: DagsterInstance, name: str, keys: Sequence[str]) -> None:
    known = set(instance.get_dynamic_partitions(name))
    fresh = [key for key in keys if key not in known]
    if fresh:
        instance.add_dynamic_partitions(name, fresh)
