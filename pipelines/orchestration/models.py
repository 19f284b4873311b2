"""The dbt models as assets, in the two phases around the gate."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    ResourceParam,
)
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets

from pipelines.orchestration.preview import tables_metadata
from pipelines.orchestration.resources import BUILD_DATABASE, Dbt, Listener, Workspace
from pipelines.progress import Event
from pipelines.settings import Settings
from pipelines.warehouse import steps
from pipelines.warehouse.build import current_build
from pipelines.warehouse.dbt_host import DbtHost, NodeResult, failed_nodes, raise_failed
from pipelines.warehouse.transform import AFTER_GATE, BEFORE_GATE, OVER_ALL

OUTSIDE = ("expectations", "vocabulary")  # sources that no asset makes
PAPERS = AssetKey("papers")


class Translator(DagsterDbtTranslator):
    """Groups models by the folder they lie in."""

    def __init__(self):
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=True, enable_source_tests_as_checks=False))

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return dbt_resource_props["fqn"][-2]

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> AssetSpec:
        """Models of rules and codes wait for the build they are made in: a backfill would build them at its start."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        is_model = self.get_resource_props(manifest, unique_id)["resource_type"] == "model"
        if is_model and all(dep.asset_key.path[0] in OUTSIDE for dep in spec.deps):
            return spec.merge_attributes(deps=[PAPERS])
        return spec


def model_assets(manifest: Mapping[str, Any]) -> tuple[AssetsDefinition, AssetsDefinition, AssetsDefinition]:
    """Given dbt's manifest, return the models before the gate, after it, and over all documents as assets."""
    translator = Translator()

    @dbt_assets(
        manifest=manifest,
        select=BEFORE_GATE,
        exclude=AFTER_GATE,  # tags of a folder add to those above it
        name="models_before_gate",
        dagster_dbt_translator=translator,
        pool=BUILD_DATABASE,
    )
    def before_gate(context: AssetExecutionContext, dbt: Dbt, workspace: Workspace, tell: ResourceParam[Listener]):
        tell(Event("check"))
        yield from _build_models(context, dbt.host, workspace.settings, "check", manifest)

    @dbt_assets(
        manifest=manifest,
        select=AFTER_GATE,
        exclude=OVER_ALL,
        name="models_after_gate",
        dagster_dbt_translator=translator,
        pool=BUILD_DATABASE,
    )
    def after_gate(context: AssetExecutionContext, dbt: Dbt, workspace: Workspace, tell: ResourceParam[Listener]):
        tell(Event("marts"))
        yield from _build_models(context, dbt.host, workspace.settings, "marts", manifest, steps.join_published)

    @dbt_assets(
        manifest=manifest,
        select=OVER_ALL,
        name="models_over_all",
        dagster_dbt_translator=translator,
        pool=BUILD_DATABASE,
    )
    def over_all(context: AssetExecutionContext, dbt: Dbt, workspace: Workspace):
        yield from _build_models(context, dbt.host, workspace.settings, "over_all", manifest)

    return before_gate, after_gate, over_all


def _build_models(
    context: AssetExecutionContext,
    host: DbtHost,
    settings: Settings,
    step: str,
    manifest: Mapping[str, Any],
    complete: Callable[[Settings], Path] | None = None,
) -> Iterator[MaterializeResult | AssetCheckResult]:
    """Build the selected models in the build database and report each, also those before a failed one.

    `complete` is called where none has failed; it returns the database in which the models' rows are whole then.
    """
    build = current_build(settings)
    target = build.dbt_target / step
    project = manifest["metadata"]["project_name"]
    keys = {f"model.{project}.{key.path[-1]}": key for key in context.selected_asset_keys}
    checks = {key.name: key for key in context.selected_asset_check_keys}
    nodes = host.build(build.database, target, sorted(key.path[-1] for key in keys.values()), build.beside)
    built = {keys[node.unique_id]: node for node in nodes if node.unique_id in keys and node.status == "success"}
    database = complete(settings) if complete and not failed_nodes(nodes) else build.database
    rows = tables_metadata(database, [key.path for key in built])
    for key, node in built.items():
        yield MaterializeResult(key, metadata=_metadata(node) | rows[tuple(key.path)])
    for node in nodes:
        check = checks.get(manifest["nodes"].get(node.unique_id, {}).get("name"))
        if check is not None and node.status != "skipped":
            passed = node.status == "pass"
            yield AssetCheckResult(
                asset_key=check.asset_key, check_name=check.name, passed=passed, metadata=_metadata(node)
            )
    raise_failed(nodes, target)


def _metadata(node: NodeResult) -> dict[str, Any]:
    failures = {} if node.failures is None else {"failures": node.failures}
    return {"seconds": round(node.seconds, 3), "status": node.status} | failures
