"""The steps around dbt as assets; each body calls plain functions and says what came out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetSpec,
    Failure,
    MaterializeResult,
    ResourceParam,
    asset,
    multi_asset,
)

from pipelines.operation.options import load_options
from pipelines.operation.partitions import Partition, partition_of
from pipelines.operation.published import changed_states, over_refused, partition_states
from pipelines.operation.watching import dimensions_now
from pipelines.orchestration.partitions import (
    DEPARTMENT_YEARS,
    IN_ONE_RUN,
    add_partitions,
    failed_partitions,
    keep_partitions,
    materialized_partitions,
    partitions_of_run,
    say_of_partitions,
    show_as_failed,
    state_metadata,
)
from pipelines.orchestration.preview import preview_rows, tables_metadata
from pipelines.orchestration.resources import BUILD_DATABASE, Listener, Workspace
from pipelines.orchestration.retries import retried
from pipelines.progress import Event
from pipelines.reading.worker import Outcome
from pipelines.recognising.records import Paper
from pipelines.warehouse import steps
from pipelines.warehouse.build import current_build
from pipelines.warehouse.publish import MARTS, PARTS, current_generation, generation_before
from pipelines.warehouse.raw import misnamed, strays
from pipelines.warehouse.schema import GATE_TABLES, staging_tables

# The gate fills its own later.
STAGING_TABLES = tuple(table for table in staging_tables() if table not in GATE_TABLES)


@asset(
    group_name="reading",
    kinds={"pdf", "parquet"},
    partitions_def=DEPARTMENT_YEARS,
    backfill_policy=IN_ONE_RUN,
)
def readings(context: AssetExecutionContext, workspace: Workspace, tell: ResourceParam[Listener]) -> MaterializeResult:
    """Pages, lines, grids and cells of the PDFs under raw/<year>/<department>/; one that cannot be read has a reason.

    A run for partitions reads these, any other run reads what its config selects: everything, if it selects nothing.
    """
    of_run = partitions_of_run(context)
    settings = replace(workspace.settings, partitions=of_run or workspace.settings.partitions)
    with retried():
        read = steps.read(settings, tell)
    add_partitions(context.instance, dimensions_now(settings))
    by_partition: dict[Partition, list] = {}
    for paper, outcome in read:
        by_partition.setdefault(partition_of(paper), []).append((paper, outcome))
    known = materialized_partitions(context.instance, context.asset_key)
    news = {
        partition: _reading_metadata(papers)
        for partition, papers in by_partition.items()
        if partition not in known or not all(outcome.cached for _, outcome in papers)
    }
    say_of_partitions(context, context.asset_key, news)
    return MaterializeResult(metadata={} if of_run else _reading_metadata(read))


def _reading_metadata(read: Iterable[tuple[Paper, Outcome]]) -> dict:
    read = list(read)
    refused = [(paper.source_path, outcome.reason, outcome.detail) for paper, outcome in read if outcome.reason]
    return {
        "papers": len(read),
        "refused": len(refused),
        "taken from an earlier run": sum(outcome.cached for _, outcome in read),
        "pages": sum(outcome.pages for _, outcome in read),
    } | ({"preview": preview_rows(("paper", "reason", "detail"), refused)} if refused else {})


@asset(group_name="reading", kinds={"pdf"}, deps=[readings], pool=BUILD_DATABASE)
def papers(workspace: Workspace) -> MaterializeResult:
    """The papers of the next build: all that have been read and still lie under raw/, each known by its content."""
    with retried():
        found = steps.find(workspace.settings)
    by_folder = Counter(partition_of(paper) for paper in found)
    rows = [(*partition, count) for partition, count in sorted(by_folder.items())]
    metadata = {"papers": len(found), "preview": preview_rows(("year", "department", "papers"), rows)}
    raw = workspace.settings.raw
    if astray := [*strays(raw), *misnamed(raw)]:
        metadata["not read"] = preview_rows(("path", "why"), astray, most=50)
    return MaterializeResult(metadata=metadata)


@multi_asset(
    specs=[
        AssetSpec(
            ["staging", table],
            deps=[papers],
            group_name="staging",
            kinds={"duckdb"},
            description=f"Schema staging, table {table}: what recognising made of the readings, as printed and typed.",
        )
        for table in STAGING_TABLES
    ],
    pool=BUILD_DATABASE,
)
def staging(workspace: Workspace, tell: ResourceParam[Listener]):
    """Readings recognised into typed records, in a new build database."""
    steps.stage_papers(workspace.settings, tell)
    database = current_build(workspace.settings).database
    for path, metadata in tables_metadata(database, [("staging", table) for table in STAGING_TABLES]).items():
        yield MaterializeResult(path, metadata=metadata)


@multi_asset(
    specs=[
        AssetSpec(
            ["publish", part],
            deps=[AssetKey(["marts", mart]) for mart in MARTS] + [AssetKey(["quality", "document_quality"])],
            group_name="publish",
            kinds={kind},
            description=text,
        )
        for part, kind, text in (
            ("warehouse", "duckdb", "The warehouse file of the next generation, built aside and verified."),
            ("exports", "parquet", "Each mart as a Parquet file, beside the warehouse file."),
        )
    ],
    pool=BUILD_DATABASE,
)
def warehouse_and_exports(workspace: Workspace, tell: ResourceParam[Listener]):
    """The marts copied into a file of their own and into Parquet."""
    tell(Event("publish", text="warehouse file and exports"))
    counts, exported = steps.copy_out(workspace.settings)
    rows = [(schema, name, count) for (schema, name), count in counts.items()]
    yield MaterializeResult(
        ["publish", "warehouse"], metadata={"preview": preview_rows(("schema", "table", "rows"), rows, most=50)}
    )
    yield MaterializeResult(["publish", "exports"], metadata={"dagster/row_count": sum(exported.values())})


@asset(key_prefix="publish", group_name="publish", kinds={"html"}, deps=[AssetKey(["publish", "warehouse"])])
def report(workspace: Workspace) -> MaterializeResult:
    """The data-quality report of the next generation, as static pages."""
    return MaterializeResult(metadata={"bytes": steps.write_report(workspace.settings)})


@asset(key_prefix="publish", group_name="publish", kinds={"csv"}, deps=[AssetKey(["publish", "warehouse"])])
def review(workspace: Workspace) -> MaterializeResult:
    """The lines that the vocabulary lacks, one file for each of its files: what a person should decide."""
    lines = steps.write_review(workspace.settings)
    return MaterializeResult(metadata={"lines": sum(lines.values()), **lines})


@asset(
    key_prefix="publish",
    group_name="publish",
    deps=[AssetKey(["publish", part]) for part in PARTS],
)
def generation(context: AssetExecutionContext, workspace: Workspace) -> MaterializeResult:
    """The published generation: its warehouse, exports, report and review files replace the last ones in one step."""
    place, record = steps.publish_generation(workspace.settings, context.run_id)
    summary = record["summary"]
    return MaterializeResult(
        metadata={
            "path": str(place),
            **{f"documents {status}": count for status, count in summary["documents"].items()},
            "amounts": summary["amounts_total"],
            "amounts certified": summary["amounts_certified"],
        }
    )


department_years = AssetSpec(
    "department_years",
    deps=[generation],
    group_name="publish",
    partitions_def=DEPARTMENT_YEARS,
    description="What is published of each department and year; filled where a paper of it is in the warehouse, "
    "failed where too many of its papers are refused.",
)


@asset(key_prefix="publish", group_name="publish", deps=[generation])
def partitions(context: AssetExecutionContext, workspace: Workspace) -> MaterializeResult:
    """What has become of each partition, shown at `department_years`.

    Fails, after all is published, where too many papers of a partition that changed could not be read.
    """
    settings, instance, matrix = workspace.settings, context.instance, department_years.key
    keep_partitions(instance, dimensions_now(settings))
    before = generation_before(settings)
    now = partition_states(current_generation(settings))
    changed = changed_states(now, partition_states(before) if before else {})
    refused_share = load_options().refused_share
    failed = over_refused(changed, refused_share)
    over = {state.partition for state in over_refused(now.values(), refused_share)}
    filled = {partition: state for partition, state in now.items() if state.published and partition not in over}
    green, red = materialized_partitions(instance, matrix), failed_partitions(instance, matrix)
    # One that was shown as filled when too many of its papers were refused already is none of these.
    shown_as_failed = {state.partition for state in failed} | (over & red.keys())
    if emptied := (green | red.keys()) - filled.keys() - shown_as_failed:
        # Dagster empties no single partition in these storages: all is wiped, and what stands is shown again.
        instance.wipe_assets([matrix])
        show_as_failed(context, matrix, {partition: run_id for partition, run_id in red.items() if partition in over})
        news = filled
    else:
        anew = {state.partition for state in changed} | red.keys() | (filled.keys() - green)
        news = {partition: state for partition, state in filled.items() if partition in anew}
    metadata = {partition: state_metadata(state, settings.report) for partition, state in news.items()}
    say_of_partitions(context, matrix, metadata)
    show_as_failed(context, matrix, {state.partition: context.run.run_id for state in failed})
    if failed:
        rows = [(*state.partition, state.papers, state.refused) for state in failed]
        raise Failure(
            f"all is published, but too many papers are refused in {', '.join(s.partition.key for s in failed[:10])}",
            {"refused": preview_rows(("year", "department", "papers", "refused"), rows, most=50)},
            allow_retries=False,
        )
    return MaterializeResult(metadata={"partitions": len(now), "changed": len(changed), "emptied": len(emptied)})
