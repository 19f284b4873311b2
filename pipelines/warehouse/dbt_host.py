"""dbt in one process of its own for all phases of a run: to start dbt costs several times what a phase costs.

The child loads the parsed project once and forks for each phase. A fork lets go of the database when it ends, which
dbt's in-process runner does not, and the child dies with its parent, so that no phase outlives a killed run.
Requests are JSON lines on standard input, {"arguments": […], "environment": {…}, "target": folder}; each is answered
by one line, the exit code. What a phase did is in the target folder: nodes.json, output.txt and dbt.log.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.processes import die_with_parent
from pipelines.settings import DBT_PROJECT, PROJECT
from pipelines.warehouse.transform import TransformError, dbt_environment, failure_line, require_known_codes


class NodeResult(NamedTuple):
    """How one model or data test ended; `status` is dbt's own word."""

    unique_id: str
    status: str
    seconds: float
    failures: int | None
    message: str | None


class DbtHost:
    """A context in which phases of dbt are run; the child starts with it."""

    def __init__(self, parsed_project: Path):
        self.parsed_project = parsed_project

    def __enter__(self) -> DbtHost:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.warehouse.dbt_host", str(self.parsed_project)],
            cwd=PROJECT,
            env=os.environ | dbt_environment(Path("build.duckdb"), self.parsed_project.parent),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def build(
        self, build_db: Path, target: Path, select: Sequence[str], beside: Mapping[str, Path] | None = None
    ) -> list[NodeResult]:
        """Build and test the selected nodes in the build database; return how each ended. Databases `beside` it can be
        read under their names.

        A failed node raises nothing here: the caller reports the others first, then calls `raise_failed`. Raises
        TransformError where dbt itself could not run, PipelineError as `require_known_codes`.
        """
        require_known_codes(os.environ)
        target.mkdir(parents=True, exist_ok=True)
        request = {
            "arguments": ["build", "--select", *select],
            "environment": dbt_environment(build_db, target, beside),
            "target": str(target),
        }
        (target / "nodes.json").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
        answer = self.process.stdout.readline()
        try:
            nodes = [NodeResult(*node) for node in json.loads((target / "nodes.json").read_text())]
        except FileNotFoundError:
            why = f"ended with {answer.decode().strip() or self.process.poll()}: {_last_words(target)}"
            raise TransformError(f"dbt {' '.join(select)} {why}", target / "dbt.log") from None
        return nodes


def failed_nodes(nodes: Sequence[NodeResult]) -> list[NodeResult]:
    """Given how nodes ended, return those that failed."""
    return [node for node in nodes if node.status in ("error", "fail", "runtime error")]


def raise_failed(nodes: Sequence[NodeResult], target: Path) -> None:
    """Raise TransformError with dbt's own words where a node failed."""
    if failed := failed_nodes(nodes):
        first = failed[0]
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        name = ".".join(first.unique_id.split(".")[2:3])
        raise TransformError(f"dbt {name}: {' '.join((first.message or '').split())}{more}", target / "dbt.log")


def _last_words(target: Path) -> str:
    output = target / "output.txt"
    return failure_line(output.read_text(errors="replace")) if output.is_file() else "no output"


def _main(parsed_project: Path) -> None:
    die_with_parent()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    os.chdir(DBT_PROJECT)
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    manifest = Manifest.from_msgpack(parsed_project.read_bytes(), decoder=extended_mashumuro_decoder)
    manifest.build_flat_graph()
    runner = dbtRunner(manifest=manifest)
    # Loads the adapter and what else the first command needs, once for all forks.
    runner.invoke(["--quiet", "--no-write-json", "list", "--log-level-file", "none"])
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _run_phase(runner, json.loads(line))
        _, status = os.waitpid(pid, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")


def _run_phase(runner, request: dict) -> None:
    """Run one phase and end this process."""
    die_with_parent()
    target = Path(request["target"])
    output = os.open(target / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(request["environment"])
    # Each invocation's log goes to its own folder; what became of the nodes is written below, without the manifest.
    done = runner.invoke(["--no-write-json", "--log-path", str(target), *request["arguments"]])
    if done.result is not None:
        nodes = [
            (result.node.unique_id, str(result.status), result.execution_time, result.failures, result.message)
            for result in done.result.results
        ]
        aside = target / "nodes.json.new"
        aside.write_text(json.dumps(nodes))
        os.replace(aside, target / "nodes.json")
    elif done.exception is not None:
        print(f"Error: {done.exception}", flush=True)
    sys.stdout.flush()
    os._exit(0 if done.success else 1)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
