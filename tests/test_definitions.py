"""Does the orchestrator show what the warehouse holds?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from dagster import AssetCheckKey, AssetKey, DagsterInstance

from expectations.catalogue import load_rules
from pipelines.orchestration.definitions import defs
from pipelines.orchestration.gate import GATE, check_name
from pipelines.orchestration.instance import prepare_instance
from pipelines.orchestration.resources import Workspace
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.publish import MARTS, current_record


@pytest.fixture(scope="module")
def graph():
    return defs.resolve_asset_graph()


@pytest.fixture(scope="module")
def instance(published):
    with DagsterInstance.from_config(str(published.settings.dagster_home)) as instance:
        yield instance


def test_every_step_stands_in_the_graph_in_its_order(graph):
    chain = [
        AssetKey("readings"),
        AssetKey("papers"),
        AssetKey(["staging", "amounts"]),
        AssetKey(["intermediate", "int_checks_evaluated"]),
        GATE,
        AssetKey(["marts", "dim_document"]),
        AssetKey(["publish", "warehouse"]),
        AssetKey(["publish", "report"]),
        AssetKey(["publish", "generation"]),
        AssetKey(["publish", "partitions"]),
    ]
    for earlier, later in zip(chain, chain[1:], strict=False):
        assert earlier in ancestors(graph, later), f"{later} does not follow {earlier}"


def ancestors(graph, key):
    seen, waiting = set(), [key]
    while waiting:
        for parent in graph.get(waiting.pop()).parent_keys:
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return seen


def test_every_mart_is_an_asset_with_a_description(graph):
    for mart in MARTS:
        assert graph.get(AssetKey(["marts", mart])).description
        assert graph.get(AssetKey(["marts", mart])).group_name == "marts"


def test_only_data_files_and_the_matrix_come_from_outside(graph):
    outside = {key.path[0] for key in graph.get_all_asset_keys() if not graph.get(key).is_materializable}
    assert outside == {"vocabulary", "expectations", "department_years"}


def test_every_rule_is_an_asset_check(graph):
    checks = {key.name for key in graph.asset_check_keys if key.asset_key == GATE}
    assert checks == {check_name(rule.rule_id) for rule in load_rules()}


def test_the_page_shows_the_counts_of_the_warehouse(published, instance):
    with duckdb.connect(str(published.settings.warehouse.resolve()), read_only=True) as con:
        counted = {
            rule_id: (evaluated, failed)
            for rule_id, evaluated, failed in con.execute(
                """select rule_id, count(*) filter (outcome in ('pass', 'rounding', 'fail', 'accepted')),
                          count(*) filter (outcome = 'fail') from marts.fct_check group by all"""
            ).fetchall()
        }
        rows = {mart: con.execute(f"select count(*) from marts.{mart}").fetchone()[0] for mart in MARTS}
    shown = {}
    for rule in load_rules():
        (record,) = instance.event_log_storage.get_asset_check_execution_history(
            AssetCheckKey(GATE, check_name(rule.rule_id)), limit=1
        )
        evaluation = record.event.asset_check_evaluation
        shown[rule.rule_id] = (evaluation.metadata["evaluated"].value, evaluation.metadata["failed"].value)
        assert evaluation.passed == (shown[rule.rule_id][1] == 0)
    assert {rule: counts for rule, counts in shown.items() if counts != (0, 0)} == {
        rule: counts for rule, counts in counted.items() if counts != (0, 0)
    }
    assert sum(failed for _, failed in shown.values()) == 4
    for mart in MARTS:
        event = instance.get_latest_materialization_event(AssetKey(["marts", mart]))
        assert event.asset_materialization.metadata["dagster/row_count"].value == rows[mart]


def test_the_command_lines_run_is_in_the_history(published, instance):
    run = instance.get_run_by_id(current_record(published.settings)["run_id"])
    assert run.job_name == "main_job"
    assert run.is_success


def test_run_config_gives_the_settings_back(tmp_path):
    selected = {"years": ("2024",), "departments": ("甲",), "partitions": (("2024", "甲"),)}
    settings = Settings(tmp_path / "raw", tmp_path / "home", jobs=3, **selected)
    assert Workspace(**Workspace.config_of(settings)).settings == settings


def test_folders_are_looked_up_when_a_run_starts(tmp_path, monkeypatch):
    workspace = Workspace()
    monkeypatch.setenv("GOUJI_RAW", str(tmp_path / "papers"))
    monkeypatch.setenv("GOUJI_HOME", str(tmp_path / "elsewhere"))
    assert (workspace.settings.raw, workspace.settings.home) == (tmp_path / "papers", tmp_path / "elsewhere")


def test_dg_check_defs_passes(tmp_path):
    home = prepare_instance(Settings(tmp_path / "raw", tmp_path / "home"))
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dg")), "check", "defs"],
        cwd=PROJECT,
        env=os.environ | {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "successfully" in done.stdout + done.stderr
