"""`gouji serve`: the published warehouse for DuckDB clients on the network, read-only."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.serving.server import OVERDUE
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.publish import current_generation

LOCAL = ("127.0.0.1", "localhost", "::1")
SOON = 2.0  # seconds; a server that ends sooner did not begin


def serve(settings: Settings, host: str, port: int, token_file: Path | None, seconds: float, memory: float) -> int:
    """Serve until interrupted or terminated; return the exit code. `memory` is in gigabytes.

    The server is a child of this process: where a query runs over its time the child ends, with every query under way,
    and another takes its place. Raises PipelineError where nothing is published, the port is taken or the token is bad.
    """
    if current_generation(settings) is None:
        raise PipelineError(f"nothing is published in {settings.home} yet: run `gouji run` first")
    host = host.strip("[]")
    free(host, port)
    uri = f"quack:{f'[{host}]' if ':' in host else host}:{port}"
    token = read_token(token_file or settings.home / "serve.token")
    print(f"Serving {settings.warehouse} read-only at {uri}  (Ctrl-C ends it)", flush=True)
    print(f"Token      {token_file or settings.home / 'serve.token'}", flush=True)
    stopped = False

    def stop(*_) -> None:
        nonlocal stopped
        stopped = True
        child.terminate()

    command = [sys.executable, "-m", "pipelines.serving.server", "--home", str(settings.home)]
    command += ["--uri", uri, "--seconds", str(seconds), "--memory", str(memory)]
    command += [] if host in LOCAL else ["--other-hosts"]
    while True:
        began = time.monotonic()
        child = subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, text=True, start_new_session=True)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, stop)
        if stopped:  # while this one was being started
            child.terminate()
        with contextlib.suppress(BrokenPipeError):  # it has ended already
            child.stdin.write(f"{token}\n")
            child.stdin.close()
        code = child.wait()
        if stopped:
            return 0
        if code != OVERDUE and time.monotonic() - began < SOON:
            raise PipelineError(f"the server did not begin (exit code {code}): its message stands above")


def read_token(file: Path) -> str:
    """Return the token in the file; a file that is not there is made, with a new one, for its owner's eyes only.

    Raises PipelineError where the token is too short.
    """
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(24) + "\n")
    token = file.read_text().strip()
    if len(token) < 16:
        raise PipelineError(f"{file}: a token has at least 16 characters; remove the file and a new one is made")
    return token


def free(host: str, port: int) -> None:
    """Raise PipelineError where the address is in use, or is none of this machine.

    Quack shares a port, so that a second server would take half of the first one's clients; and what is left of ended
    connections keeps others from the port for a minute who do not share it.
    """
    with contextlib.suppress(OSError), socket.create_connection((host, port), SOON):
        raise PipelineError(f"{host}:{port} cannot be used: somebody answers there; choose another --port")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PipelineError(f"{host}:{port} cannot be used: {error.strerror}; choose another --port") from None
