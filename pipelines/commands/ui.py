"""`gouji ui`: Dagster's web page for this home."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

from pipelines.errors import PipelineError
from pipelines.orchestration.instance import prepare_instance
from pipelines.processes import die_with_parent
from pipelines.settings import PROJECT, Settings

HOST = "127.0.0.1"


def serve(settings: Settings, port: int) -> int:
    """Run Dagster's web server and daemon on this machine's own address until interrupted or terminated.

    Returns the server's exit code; raises PipelineError where the port is taken or a setting cannot be.
    """
    # Dagster starts all the same, without a single asset.
    from pipelines.orchestration.watch import checked_options

    checked_options()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise PipelineError(f"port {port} is taken: choose another with --port") from None
    environment = os.environ | {
        "DAGSTER_HOME": str(prepare_instance(settings)),
        "GOUJI_RAW": str(settings.raw),
        "GOUJI_HOME": str(settings.home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "PYTHONWARNINGS": "ignore",
    }
    print(f"Gouji's runs and assets: http://{HOST}:{port}  (Ctrl-C ends it)", flush=True)
    module = "pipelines.orchestration.definitions"
    command = [sys.executable, "-m", "dagster", "dev", "-m", module, "-h", HOST, "-p", str(port)]
    # Dagster ends its own children when interrupted, not when terminated; a shell's background job ignores interrupts.
    server = subprocess.Popen(command, cwd=PROJECT, env=environment, preexec_fn=_as_child)
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: server.send_signal(signal.SIGINT))
    return server.wait()


def _as_child() -> None:
    """End as when interrupted where the command is killed: else the port would stay taken."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    die_with_parent(signal.SIGINT)
