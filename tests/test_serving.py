"""May a client of the server read what is published, and nothing else; and does it go on reading while we publish?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time

import duckdb
import pytest

from pipelines.commands.serve import free, read_token
from pipelines.errors import PipelineError
from pipelines.serving.screening import refusal
from pipelines.serving.server import extension
from pipelines.settings import PROJECT, Settings
from tests.generations import make_generation
from tests.hostile import ANSWERED, HOSTILE


@pytest.mark.parametrize("query", ANSWERED)
def test_a_query_that_reads_what_is_published_is_answered(query) -> None:
    assert refusal(query) is None


@pytest.mark.parametrize("query", HOSTILE)
def test_every_other_statement_is_refused_with_its_reason(query) -> None:
    assert refusal(query)


class Server:
    """`gouji serve` in a process of its own, and clients of it."""

    def __init__(self, settings: Settings, port: int, seconds: float, host: str = "127.0.0.1") -> None:
        self.uri = f"quack:{f'[{host}]' if ':' in host else host}:{port}"
        self.token = read_token(settings.home / "serve.token")
        command = [sys.executable, "-m", "pipelines.cli", "serve", "--home", str(settings.home)]
        command += ["--host", host, "--port", str(port), "--timeout", str(seconds)]
        self.process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def client(self) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        for name in ("httpfs", "quack"):
            con.execute(f"load '{extension(name)}'")
        return con

    def ask(self, con: duckdb.DuckDBPyConnection, query: str, token: str | None = None) -> list[tuple]:
        call = "from quack_query(?, ?, token := ?, disable_ssl := true)"
        return con.execute(call, [self.uri, query, token or self.token]).fetchall()

    def wait(self, con: duckdb.DuckDBPyConnection, query: str = "select 1", seconds: float = 60) -> list[tuple]:
        end = time.monotonic() + seconds
        while True:
            try:
                return self.ask(con, query)
            except duckdb.Error:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.2)


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    folder = tmp_path_factory.mktemp("served")
    settings = Settings(raw=folder / "raw", home=folder / "home")
    make_generation(settings, "1.00")
    return settings


@pytest.fixture(scope="module")
def server(settings):
    server = Server(settings, 20_000 + os.getpid() % 10_000, seconds=5)
    try:
        yield server
    finally:
        server.process.terminate()
        assert server.process.wait(20) == 0


def test_a_client_reads_and_cannot_do_anything_else(server) -> None:
    con = server.client()
    assert server.wait(con, "select max(amount_yuan)::varchar from marts.dim_rule") == [("1.00",)]
    for query in HOSTILE:
        with pytest.raises(duckdb.Error, match="Authorization failed|Parser Error|syntax error"):
            server.ask(con, query)
    with pytest.raises(duckdb.Error):
        server.ask(con, "select 1", token="wrong-wrong-wrong")
    assert server.ask(con, "select count(*) from quality.coverage") == [(1,)]


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
def test_an_ipv6_address_is_served_too(settings) -> None:
    with socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        port = probe.getsockname()[1]
    server = Server(settings, port, seconds=5, host="::1")
    try:
        assert server.wait(server.client(), "select count(*) from marts.dim_document") == [(2,)]
    finally:
        server.process.terminate()
        assert server.process.wait(20) == 0


def test_a_warehouse_can_be_attached(server) -> None:
    con = server.client()
    server.wait(con)
    con.execute(f"create secret (type quack, token '{server.token}')")
    con.execute(f"attach '{server.uri}' as gouji (disable_ssl true)")
    assert con.execute("select count(*) from gouji.marts.dim_document").fetchone() == (2,)


def test_twenty_readers_see_one_generation_each_through_three_publishes(server, settings) -> None:
    server.wait(server.client())
    stop, seen, errors = threading.Event(), [], []

    def read() -> None:
        con = server.client()
        while not stop.is_set():
            try:
                rows = server.ask(con, "select max(a.amount_yuan)::varchar, max(b.amount_yuan)::varchar "
                                       "from marts.dim_rule a, marts.fct_goal b")  # fmt: skip
                seen.append(rows[0])
            except duckdb.Error as error:
                errors.append(str(error))

    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    for value in ("2.00", "3.00", "4.00"):
        make_generation(settings, value)
        end = time.monotonic() + 30
        while (value, value) not in seen[-200:] and time.monotonic() < end:
            time.sleep(0.05)
    stop.set()
    for reader in readers:
        reader.join(30)
    assert errors == []
    assert {value for value, _ in seen} == {"1.00", "2.00", "3.00", "4.00"}
    assert all(one == other for one, other in seen)


def test_a_query_without_end_is_stopped_and_the_next_one_is_answered(server) -> None:
    con = server.client()
    server.wait(con)
    began = time.monotonic()
    with pytest.raises(duckdb.Error):
        server.ask(con, "select sum(a.range * b.range) from range(10000000) a, range(100000000) b")
    assert time.monotonic() - began < 30
    assert server.wait(server.client()) == [(1,)]


def test_a_port_that_is_taken_is_not_shared_and_one_that_was_left_is_used_again() -> None:
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as Quack does, and no more
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        with pytest.raises(PipelineError, match="somebody answers there; choose another --port"):
            free(*listening.getsockname())
        with socket.create_connection(("127.0.0.1", port)):
            listening.accept()[0].close()  # the side that closes first keeps the port for a minute
            time.sleep(0.05)
    free("127.0.0.1", port)


def test_a_token_is_made_once_and_for_its_owner_alone(tmp_path) -> None:
    token = read_token(tmp_path / "home" / "serve.token")
    assert len(token) >= 16 and read_token(tmp_path / "home" / "serve.token") == token
    assert (tmp_path / "home" / "serve.token").stat().st_mode & 0o777 == 0o600
    (tmp_path / "short").write_text("abc")
    with pytest.raises(PipelineError, match="at least 16"):
        read_token(tmp_path / "short")
