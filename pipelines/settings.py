"""Where things are and how much is allowed: one frozen value, made once per command."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt_project"
EXPECTATIONS = PROJECT / "expectations"
SCHEMA_VERSION = 2
MEMORY = "1GB"


@dataclass(frozen=True)
class Limits:
    """What one untrusted PDF may cost (sizes in bytes, times in seconds)."""

    address_space: int = 1_500_000_000
    file_size: int = 300_000_000
    pages: int = 3_000
    page_seconds: float = 15.0
    file_seconds: float = 1_800.0
    output: int = 400_000_000


@dataclass(frozen=True)
class Settings:
    """`raw` holds what was published, `home` everything that is built from it.

    `years`, `departments` and `partitions` select folders; empty, all. `full` takes nothing over from the published
    warehouse.
    """

    raw: Path
    home: Path
    jobs: int = 2
    years: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    partitions: tuple[tuple[str, str], ...] = ()  # (year, department) pairs
    full: bool = False
    limits: Limits = Limits()

    @property
    def readings(self) -> Path:
        return self.home / "staging"

    @property
    def build(self) -> Path:
        return self.home / "build"

    @property
    def generations(self) -> Path:
        return self.home / "generations"

    @property
    def warehouse(self) -> Path:
        return self.home / "warehouse" / "budget.duckdb"

    @property
    def exports(self) -> Path:
        return self.home / "exports"

    @property
    def report(self) -> Path:
        return self.home / "report"

    @property
    def register(self) -> Path:
        return self.raw / "register.csv"

    @property
    def ledger(self) -> Path:
        return self.home / "ledger" / "papers.csv"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"


def database_memory() -> str:
    """Return how much memory a build's database may use before it goes on on disk, in DuckDB's words; GOUJI_MEMORY
    stands in for what is usual. With it a thousand papers take hardly more than a hundred."""
    return os.environ.get("GOUJI_MEMORY") or MEMORY


def settings_from(raw: str | Path | None = None, home: str | Path | None = None, **rest) -> Settings:
    """Given what the user said, or nothing, return settings; GOUJI_RAW and GOUJI_HOME stand in for options."""
    return Settings(
        raw=Path(raw or os.environ.get("GOUJI_RAW") or "raw").resolve(),
        home=Path(home or os.environ.get("GOUJI_HOME") or "var").resolve(),
        **rest,
    )
