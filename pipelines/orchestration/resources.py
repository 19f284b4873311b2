"""What the assets are given: where things are, who wants to hear of progress, and dbt."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from dagster import ConfigurableResource
from pydantic import Field, PrivateAttr

from pipelines.orchestration.manifest import PARSED_PROJECT, fresh_manifest
from pipelines.progress import Event, OnEvent, silent
from pipelines.settings import Settings, settings_from
from pipelines.warehouse.build import run_lock
from pipelines.warehouse.dbt_host import DbtHost

# One run at a time opens the build database: the name of the pool that says so.
BUILD_DATABASE = "build_database"
PATIENCE = 6 * 3600.0  # seconds


class Workspace(ConfigurableResource):
    """The settings of one run, which holds the home for itself from its first step to its last.

    Empty paths mean GOUJI_RAW and GOUJI_HOME, looked up when the run starts.
    """

    raw: str = Field(default="", description="Folder of the papers: raw/<year>/<department>/*.pdf")
    home: str = Field(default="", description="Folder of everything that is built")
    years: list[str] = Field(default=[], description="Only these year folders (none: all)")
    departments: list[str] = Field(default=[], description="Only these department folders (none: all)")
    partitions: list[list[str]] = Field(default=[], description="Only these [year, department] folders (none: all)")
    jobs: int = Field(default=2, description="Papers read at the same time")
    full: bool = Field(default=False, description="Build everything anew, whatever is published")

    @contextlib.contextmanager
    def yield_for_execution(self, context) -> Iterator[Workspace]:
        # Runs that start by themselves wait for one at the command line.
        with run_lock(self.settings.home, PATIENCE):
            yield self

    @property
    def settings(self) -> Settings:
        return settings_from(
            self.raw,
            self.home,
            jobs=self.jobs,
            years=tuple(self.years),
            departments=tuple(self.departments),
            partitions=tuple((year, department) for year, department in self.partitions),
            full=self.full,
        )

    @classmethod
    def config_of(cls, settings: Settings) -> dict:
        """Given settings, return the run config that yields them again."""
        return {
            "raw": str(settings.raw),
            "home": str(settings.home),
            "years": list(settings.years),
            "departments": list(settings.departments),
            "partitions": [list(pair) for pair in settings.partitions],
            "jobs": settings.jobs,
            "full": settings.full,
        }


class Listener:
    """Passes progress on to whoever started the run; nobody by default."""

    def __init__(self, on_event: OnEvent = silent):
        self.on_event = on_event

    def __call__(self, event: Event) -> None:
        self.on_event(event)


class Dbt(ConfigurableResource):
    """dbt in one process for the whole run; it starts at the run's beginning, while papers are still being read."""

    _host: DbtHost = PrivateAttr()

    @contextlib.contextmanager
    def yield_for_execution(self, context) -> Iterator[Dbt]:
        fresh_manifest()
        with DbtHost(PARSED_PROJECT) as host:
            self._host = host
            yield self

    @property
    def host(self) -> DbtHost:
        return self._host
