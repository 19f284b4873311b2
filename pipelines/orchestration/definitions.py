"""Everything Dagster knows of this project: assets, checks, the main job, what starts it, resources."""

from __future__ import annotations

from dagster import AssetSelection, Definitions, define_asset_job, in_process_executor

from expectations.catalogue import load_rules
from pipelines.orchestration import assets
from pipelines.orchestration.gate import gate_asset
from pipelines.orchestration.manifest import fresh_manifest
from pipelines.orchestration.models import model_assets
from pipelines.orchestration.resources import Dbt, Listener, Workspace
from pipelines.orchestration.watch import MAIN_JOB, checked_options, raw_folder_sensor, yearly_schedule


def build_definitions() -> Definitions:
    """Return the definitions for the project as it is on disk."""
    options = checked_options()
    before_gate, after_gate, over_all = model_assets(fresh_manifest())
    return Definitions(
        assets=[
            assets.readings,
            assets.papers,
            assets.staging,
            before_gate,
            gate_asset(load_rules(), sorted(before_gate.keys)),
            after_gate,
            over_all,
            assets.warehouse_and_exports,
            assets.report,
            assets.review,
            assets.generation,
            assets.department_years,
            assets.partitions,
        ],
        jobs=[
            define_asset_job(
                MAIN_JOB,
                AssetSelection.all(),
                description="From the papers under raw/ to a published warehouse and its report.",
                executor_def=in_process_executor,
                # The build that a killed run left may be gone or another run's: its retry begins with its own.
                tags={"dagster/retry_strategy": "ALL_STEPS"},
            )
        ],
        sensors=[raw_folder_sensor(options)],
        schedules=[yearly_schedule(options)],
        resources={"workspace": Workspace(), "dbt": Dbt(), "tell": Listener()},
        executor=in_process_executor,
    )


defs = build_definitions()
