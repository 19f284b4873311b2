"""The steps around dbt as assets; each body calls plain functions and says what came out."""

from collections import Counter

from dagster import AssetExecutionContext, AssetKey, AssetSpec, MaterializeResult, ResourceParam, asset, multi_asset

from pipelines.orchestration.preview import preview_rows, tables_metadata
from pipelines.orchestration.resources import Listener, Workspace
from pipelines.progress import Event
from pipelines.warehouse import steps
from pipelines.warehouse.build import current_build
from pipelines.warehouse.publish import MARTS, PARTS
from pipelines.warehouse.schema import OTHER_TABLES, staging_tables

# The gate fills its own later.
STAGING_TABLES = tuple(table for table in staging_tables() if table not in OTHER_TABLES)


@asset(group_name="reading", kinds={"pdf"})
def papers(workspace: Workspace, tell: ResourceParam[Listener]) -> MaterializeResult:
    """The PDFs under raw/<year>/<department>/, each known by its content."""
    found = steps.find(workspace.settings, tell)
    by_folder = Counter((paper.folder_year, paper.folder_department) for paper in found)
    rows = [(year, department, count) for (year, department), count in sorted(by_folder.items())]
    return MaterializeResult(
        metadata={"papers": len(found), "preview": preview_rows(("year", "department", "papers"), rows)}
    )


@asset(group_name="reading", kinds={"pdf", "parquet"}, deps=[papers])
def readings(workspace: Workspace, tell: ResourceParam[Listener]) -> MaterializeResult:
    """Each paper's pages, lines, grids and cells with their boxes; a paper that cannot be read has a reason code."""
    outcomes = steps.read(workspace.settings, tell).values()
    refused = [(o.sha256[:16], o.reason, o.detail) for o in outcomes if o.reason]
    return MaterializeResult(
        metadata={
            "read": len(outcomes) - len(refused),
            "refused": len(refused),
            "taken from an earlier run": sum(outcome.cached for outcome in outcomes),
            "pages": sum(outcome.pages for outcome in outcomes),
            "preview": preview_rows(("document", "reason", "detail"), refused),
        }
    )


@multi_asset(
    specs=[
        AssetSpec(
            ["staging", table],
            deps=[readings],
            group_name="staging",
            kinds={"duckdb"},
            description=f"Schema staging, table {table}: what recognising made of the readings, as printed and typed.",
        )
        for table in STAGING_TABLES
    ]
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
    ]
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
