"""How a server is asked: with patience, within a time, and nowhere that the address does not lead in good faith."""

from __future__ import annotations

import ipaddress
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

PATIENCE = 120  # seconds; a server that wants us to wait longer is left in peace until the next fetch


class Rules(NamedTuple):
    """How to ask: bytes at most, seconds to wait for an answer and for a whole file, tries, seconds before the second
    try (doubled for each further one)."""

    file_size: int = 300_000_000
    answer_seconds: float = 30.0
    file_seconds: float = 900.0
    tries: int = 5
    backoff: float = 1.0


class NotThePaper(Exception):
    """What the address gave is not to be kept; the message says why."""


class Broken(Exception):
    """The transfer ended before the file did."""


class Later(Exception):
    """The server wants to be asked another time; the message says when."""


class Patient(Retry):
    """Waits as long as a busy server says, if that is not too long; a Retry-After that says nothing counts for none."""

    def parse_retry_after(self, retry_after: str) -> float:
        try:
            seconds = super().parse_retry_after(retry_after)
        except InvalidHeader:
            return 0
        if seconds > PATIENCE:
            raise Later(f"the server is busy and wants to be asked again in {seconds:,.0f} s")
        return seconds


class Session(requests.Session):
    """Follows a redirect to where a stranger may lead us: not from https to http, nor from outside into our own net."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target:
            check_redirect(resp.url, urljoin(resp.url, target))
        return target


def open_session(rules: Rules) -> requests.Session:
    """Return a session that asks again, with growing pauses or as the server says, where a server is busy."""
    retry = Patient(
        total=rules.tries - 1,
        backoff_factor=rules.backoff,
        backoff_max=60,
        status_forcelist=(429, 500, 502, 503, 504),
        allowed_methods=("GET",),
        redirect=5,
        raise_on_status=False,
    )
    session = Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=retry))
    session.headers["User-Agent"] = "gouji/0.1 (budget disclosure reader)"
    session.headers["Accept-Encoding"] = "identity"  # a part of a compressed answer cannot be gone on with
    session.headers["Accept"] = "application/pdf, */*;q=0.1"
    return session


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise Broken in the block when it takes longer, whatever it waits for: a server that sends a byte now and then
    never lets a socket's own time run out. Only the main thread can be woken; elsewhere nothing happens."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def wake(*_) -> None:
        raise Broken(f"the file did not come within {seconds:g} s")

    earlier = signal.signal(signal.SIGALRM, wake)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, earlier)


def check_redirect(address: str, target: str) -> None:
    """Raise NotThePaper where a redirect leads from an address to a target that it ought not to."""
    before, after = urlsplit(address), urlsplit(target)
    if after.scheme not in ("http", "https") or not after.hostname:
        raise NotThePaper(f"the address leads on to {target[:100]}, which is no http or https address")
    if before.scheme == "https" and after.scheme == "http":
        raise NotThePaper(
            f"the address leads from https on to {target[:100]}: if that is right, name it in sources.csv"
        )
    if before.hostname != after.hostname and _is_internal(after.hostname) and not _is_internal(before.hostname):
        raise NotThePaper(f"the address leads on into this machine's own network ({after.hostname})")


def _is_internal(host: str | None) -> bool:
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return any(not ipaddress.ip_address(address.partition("%")[0]).is_global for address in found)
