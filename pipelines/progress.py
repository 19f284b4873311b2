"""How a long step says how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Event(NamedTuple):
    """A step (a key of STEPS) has done so many of its parts; `total` is None where the number is not known."""

    step: str
    done: int = 0
    total: int | None = None
    text: str = ""


STEPS = {
    "discover": "finding papers",
    "read": "reading papers",
    "stage": "recognising tables",
    "check": "checking balances",
    "gate": "second reading and gate",
    "marts": "building marts",
    "publish": "publishing",
}

OnEvent = Callable[[Event], None]


def silent(_: Event) -> None:
    """Say nothing."""
