"""Everything Dagster knows of this project: assets, checks, the main job, resources."""

from __future__ import annotations

from dagster import AssetSelection, Definitions, define_asset_job, in_process_executor

from expectations.catalogue import load_rules
from pipelines.orchestration import assets
from pipelines.orchestration.gate import gate_asset
from pipelines.orchestration.manifest import fresh_manifest
from pipelines.orchestration.models import model_assets
from pipelines.orchestration.resources import Dbt, Listener, Workspace


def build_definitions() -> Definitions:
    """Return the definitions for the project as it is on disk."""
    before_gate, after_gate, over_all = model_assets(fresh_manifest())
    return Definitions(
        assets=[
            assets.papers,
            assets.readings,
            assets.staging,
            before_gate,
            gate_asset(load_rules(), sorted(before_gate.keys)),
            after_gate,
            over_all,
            assets.warehouse_and_exports,
            assets.report,
            assets.review,
            assets.generation,
        ],
        jobs=[
            define_asset_job(
                "main_job",
                AssetSelection.all(),
                description="From the papers under raw/ to a published warehouse and its report.",
                executor_def=in_process_executor,
            )
        ],
        resources={"workspace": Workspace(), "dbt": Dbt(), "tell": Listener()},
        executor=in_process_executor,
    )


defs = build_definitions()
