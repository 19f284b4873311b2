"""What can be said of a PDF's bytes before an engine opens it, and what a second engine counts in it."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

from pipelines.reading.refused import Refused
from pipelines.settings import Limits

HEAD = 1024  # the header may stand a little into the file (ISO 32000-1, Annex H.3, note 13)
TAIL = 2048


def bytes_of(path: Path, limits: Limits, sha256: str | None = None) -> bytes:
    """Given a path, return its bytes. Raises Refused where it cannot be opened, is over the size limit, or is another
    file than the one with this hash: what is wrong with that one is not known then."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read() if size <= limits.file_size else b""
            met = hashlib.sha256(data) if data else hashlib.file_digest(file, "sha256")
    except FileNotFoundError as error:
        raise Refused("changed", "it is not there any more") from error
    except OSError as error:
        raise Refused("changed", f"it cannot be opened: {error.strerror}") from error
    if sha256 is not None and met.hexdigest() != sha256:
        raise Refused("changed", "the file has another content now")
    if size > limits.file_size:
        raise Refused("stream_too_large", f"{size} bytes, the limit is {limits.file_size}")
    return data


def checked_bytes(path: Path, limits: Limits, sha256: str | None = None) -> bytes:
    """As `bytes_of`; raises Refused also for what is certainly no whole PDF."""
    data = bytes_of(path, limits, sha256)
    if not data:
        raise Refused("empty", "0 bytes")
    if b"%PDF-" not in data[:HEAD]:
        raise Refused("not_pdf", f'begins with "{_as_text(data[:8])}"')
    if b"%%EOF" not in data[-TAIL:] or b"startxref" not in data[-TAIL:]:
        raise Refused("truncated", f"no end mark in the last bytes of {len(data)}")
    return data


def _as_text(data: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in data)


def count_pages(data: bytes) -> int:
    """Given the bytes of a PDF, return how many pages pdfminer counts; -1 where it cannot say."""
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    try:
        return sum(1 for _ in PDFPage.create_pages(PDFDocument(PDFParser(io.BytesIO(data)))))
    except RecursionError:
        raise
    except Exception:  # pdfminer raises whatever its parser runs into
        return -1
