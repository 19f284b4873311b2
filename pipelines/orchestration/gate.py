"""The gate as an asset, and every balance rule as one of its asset checks."""

from collections.abc import Iterable
from pathlib import Path

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    MetadataValue,
    ResourceParam,
    multi_asset,
)

from expectations.catalogue import Rule
from expectations.gate import Verdict
from pipelines.orchestration.preview import PREVIEW_ROWS, preview_rows, tables_metadata
from pipelines.orchestration.resources import BUILD_DATABASE, Listener, Workspace
from pipelines.reporting.links import document_page, rule_page
from pipelines.warehouse import steps
from pipelines.warehouse.build import current_build

SECOND_READINGS = AssetKey(["staging", "second_readings"])
SUSPECTS = AssetKey(["staging", "suspects"])
TABLE_FINDINGS = AssetKey(["staging", "table_findings"])
BLOCKED_CHECKS = AssetKey(["staging", "blocked_checks"])
VERDICTS = AssetKey(["staging", "verdicts"])
RUN = AssetKey(["staging", "run"])
EARLIER_FINDINGS = AssetKey(["staging", "earlier_findings"])
GATE = AssetKey(["staging", "gate"])
WRITTEN = (SECOND_READINGS, SUSPECTS, VERDICTS, TABLE_FINDINGS, BLOCKED_CHECKS, RUN, EARLIER_FINDINGS, GATE)


def gate_asset(rules: Iterable[Rule], upstream: Iterable[AssetKey]) -> AssetsDefinition:
    """Given the rules and the models before the gate, return the gate with one check per rule.

    A check does not block: the gate keeps back documents, not runs.
    """
    rules, upstream = list(rules), list(upstream)

    @multi_asset(
        name="gate",
        specs=[
            AssetSpec(SECOND_READINGS, deps=upstream, group_name="gate", kinds={"duckdb"},
                      description="Cells of failed identities, read once more by an independent engine."),
            AssetSpec(SUSPECTS, deps=upstream, group_name="gate", kinds={"duckdb"},
                      description="Cells of failed identities that are likely wrong, and what closes the identities."),
            AssetSpec(VERDICTS, deps=upstream, group_name="gate", kinds={"duckdb"},
                      description="Each failed identity: the paper's disagreement, our reading, or undetermined."),
            AssetSpec(TABLE_FINDINGS, deps=upstream, group_name="gate", kinds={"duckdb"},
                      description="Tables whose identities break as a block, one finding each."),
            AssetSpec(BLOCKED_CHECKS, deps=upstream, group_name="gate", kinds={"duckdb"},
                      description="Failed identities that are part of a table that does not close."),
            AssetSpec(RUN, deps=upstream, group_name="gate", kinds={"duckdb"}, description="When this run started."),
            AssetSpec(EARLIER_FINDINGS, deps=upstream, group_name="gate", kinds={"duckdb"},
                      description="What the published generation has open."),
            AssetSpec(GATE, deps=upstream, group_name="gate", kinds={"duckdb", "greatexpectations"},
                      description="Each document: published, held or refused, and why."),
        ],
        check_specs=[
            AssetCheckSpec(check_name(rule.rule_id), asset=GATE, description=f"{rule.title_zh} · {rule.title_en}")
            for rule in rules
        ],
        pool=BUILD_DATABASE,
    )  # fmt: skip
    def gate(workspace: Workspace, tell: ResourceParam[Listener]):
        verdicts = steps.pass_gate(workspace.settings, tell)
        database = current_build(workspace.settings).database
        written = [key.path for key in WRITTEN]
        for path, metadata in tables_metadata(database, written).items():
            yield MaterializeResult(path, metadata=metadata)
        for verdict in verdicts:
            yield check_result(verdict, workspace.settings.report)

    return gate


def check_name(rule_id: str) -> str:
    """Given a rule id, return its name among asset checks, which may hold no hyphen."""
    return rule_id.replace("-", "_")


def check_result(verdict: Verdict, report: Path) -> AssetCheckResult:
    """Given what Great Expectations found for a rule, return it as the result of its asset check; it names the rule's
    page in the report, which lists its findings, and those of the documents."""
    documents = sorted(verdict.failed_documents.items(), key=lambda item: (-item[1], item[0]))
    pages = [(document, (report / document_page(document)).as_uri()) for document, _ in documents[:PREVIEW_ROWS]]
    return AssetCheckResult(
        asset_key=GATE,
        check_name=check_name(verdict.rule_id),
        passed=verdict.success,
        severity=AssetCheckSeverity.ERROR if verdict.severity == "error" else AssetCheckSeverity.WARN,
        metadata={
            "evaluated": verdict.evaluated,
            "failed": verdict.failed,
            "not checked": verdict.not_checked,
            "report": MetadataValue.path(str(report / rule_page(verdict.rule_id))),
            "documents": preview_rows(("document", "failed checks"), documents),
            "pages": MetadataValue.md("\n".join(f"- [{document}]({page})" for document, page in pages)),
            "examples": preview_rows(("check",), [(check_id,) for check_id in verdict.failed_checks]),
        },
    )
