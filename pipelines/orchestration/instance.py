"""Dagster's own folder under the home: one instance for the command line and the web page."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.settings import Settings, settings_from

# A URL here keeps runs and events in PostgreSQL; the file names the variable, the password stays in the environment.
POSTGRES = "GOUJI_DAGSTER_POSTGRES"
# Without its name another driver is taken, which does not know what Dagster asks of it.
POSTGRES_SCHEME = "postgresql+psycopg2://"
MONITORING_SECONDS = 30


def prepare_instance(settings: Settings) -> Path:
    """Write <home>/dagster/dagster.yaml and return its folder, the DAGSTER_HOME of every run in this home.

    Raises PipelineError where the address of a PostgreSQL database names no driver.
    """
    logs = settings.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    config = {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        # A pool holds back whole runs: a killed run leaves no step waiting for its place.
        "concurrency": {"runs": {"max_concurrent_runs": 1}, "pools": {"default_limit": 1, "granularity": "run"}},
        # A run whose process died is seen and started again; one whose step failed is for a person to look at.
        "run_monitoring": {"enabled": True, "poll_interval_seconds": MONITORING_SECONDS},
        "run_launcher": {"module": "pipelines.orchestration.launcher", "class": "WatchedRunLauncher"},
        "run_retries": {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False},
        # Ticks of the sensor that found nothing say nothing after a week.
        "retention": {"sensor": {"purge_after_days": {"skipped": 7, "success": -1}}},
        "python_logs": {
            "python_log_level": "INFO",
            "dagster_handler_config": {
                "handlers": {
                    "file": {
                        "class": "logging.handlers.RotatingFileHandler",
                        "filename": str(logs / "dagster.log"),
                        "maxBytes": 5_000_000,
                        "backupCount": 2,
                        "encoding": "utf-8",
                        "level": "INFO",
                    }
                }
            },
        },
    }
    if url := os.environ.get(POSTGRES):
        if not url.startswith(POSTGRES_SCHEME):
            raise PipelineError(f"{POSTGRES} must begin with {POSTGRES_SCHEME}: the driver is part of the address")
        config["storage"] = {"postgres": {"postgres_url": {"env": POSTGRES}}}
    file = settings.dagster_home / "dagster.yaml"
    # JSON is YAML, and needs no library that takes time to import.
    text = json.dumps(config, indent=1)
    if not file.is_file() or file.read_text() != text:
        file.write_text(text)
    return settings.dagster_home


if __name__ == "__main__":
    print(prepare_instance(settings_from()))
