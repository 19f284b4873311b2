"""Does any damaged PDF hang the reader, crash it, or pass with something untrue?

GOUJI_MUTANTS sets how many damaged copies are read (2,000 were, see docs/measurements.md); the seed is fixed.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections import Counter
from pathlib import Path

from pipelines.reading.model import REASONS
from pipelines.reading.worker import Worker, read_one
from pipelines.settings import Limits
from tests.corpus import papers
from tests.typesetting.samples import RAW, SAMPLES

COUNT = int(os.environ.get("GOUJI_MUTANTS", "60"))
SEED = 20260
TOKENS = (
    b"/Length",
    b"/Count",
    b"/Kids",
    b"/Filter",
    b"endstream",
    b"xref",
    b"/Rotate",
    b"/MediaBox",
    b"obj",
    b"/Contents",
)


def mutant(data: bytes, dice: random.Random) -> bytes:
    """Given a PDF, return a damaged copy: bytes changed, a stretch lost or doubled, an end cut, a number or token wrong."""
    out = bytearray(data)
    at = dice.randrange(len(out))
    match dice.choice(("bytes", "bytes", "cut", "lose", "double", "token", "digits")):
        case "bytes":
            for _ in range(dice.choice((1, 8, 200))):
                out[dice.randrange(len(out))] = dice.randrange(256)
        case "cut":
            del out[at:]
        case "lose":
            del out[at : at + dice.choice((1, 100, 20_000))]
        case "double":
            out[at:at] = out[at : at + dice.choice((10, 5_000))]
        case "token":
            token = dice.choice(TOKENS)
            found = out.find(token, at)
            if found >= 0:
                out[found : found + len(token)] = dice.randbytes(len(token))
        case "digits":
            for i in range(at, min(at + 400, len(out))):
                if chr(out[i]).isdigit() and dice.random() < 0.3:
                    out[i] = ord(dice.choice("0123456789"))
    return bytes(out)


def test_a_damaged_pdf_is_refused_with_a_reason_or_read_whole(tmp_path: Path) -> None:
    sources = [
        path for path in (*(RAW / sample.path for sample in SAMPLES), *papers()) if path.stat().st_size < 800_000
    ]
    dice, path, outcomes = random.Random(SEED), tmp_path / "mutant.pdf", Counter()
    worker = Worker(Limits(page_seconds=8, file_seconds=60))
    try:
        for number in range(COUNT):
            data = mutant(dice.choice(sources).read_bytes(), dice)
            path.write_bytes(data)
            reading = read_one(worker, path, hashlib.sha256(data).hexdigest())
            outcomes[reading.reason] += 1
            assert reading.reason is None or reading.reason in REASONS, number
            assert bool(reading.pages) == (reading.reason is None), number
            assert reading.reason != "bad_output", (number, reading.detail)
    finally:
        worker.close()
    print(dict(outcomes))
    assert sum(outcomes.values()) == COUNT
    assert outcomes["truncated"] and outcomes[None]
