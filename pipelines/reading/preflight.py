"""What can be said of a PDF's bytes before an engine opens it, and what a second engine counts in it."""

from __future__ import annotations

import io
from pathlib import Path

from pipelines.reading.refused import Refused
from pipelines.settings import Limits

HEAD = 1024  # the header may stand a little into the file (ISO 32000-1, Annex H.3, note 13)
TAIL = 2048


def checked_bytes(path: Path, limits: Limits) -> bytes:
    """Given a path, return its bytes. Raises Refused for what is certainly no whole PDF."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty", "0 bytes")
    if size > limits.file_size:
        raise Refused("stream_too_large", f"{size} bytes, the limit is {limits.file_size}")
    data = path.read_bytes()
    if b"%PDF-" not in data[:HEAD]:
        raise Refused("not_pdf", f'begins with "{_as_text(data[:8])}"')
    if b"%%EOF" not in data[-TAIL:] or b"startxref" not in data[-TAIL:]:
        raise Refused("truncated", f"no end mark in the last bytes of {size}")
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
