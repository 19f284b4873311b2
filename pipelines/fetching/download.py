"""One paper from its address into a folder: whole, checked, and never over a file that is there."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from email.message import Message
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit

import requests

from pipelines.fetching.asking import Broken, Later, NotThePaper, Rules, deadline
from pipelines.fetching.sources import Fetched, Source

PIECE = 1 << 16
MAGIC_WITHIN = 1024  # a PDF's %PDF- may have something before it (ISO 32000-1, annex H.3.4.1)
END_WITHIN = 2048  # and its %%EOF something after it; reading asks the same


class Answer(NamedTuple):
    """What became of one source. `outcome`: fetched | unchanged | refused (what came is not the paper) | failed
    (nothing came). `file_name` is set where a file is there."""

    outcome: str
    detail: str = ""
    file_name: str = ""
    sha256: str = ""
    bytes: int = 0
    etag: str = ""
    last_modified: str = ""


def download(session: requests.Session, source: Source, folder: Path, known: Fetched | None, rules: Rules) -> Answer:
    """Given a source and what is known of an earlier file from the same address (or None), bring it into the folder.

    An unchanged file is not sent again; a changed one is kept beside the earlier. A folder that was made for nothing
    goes again. Raises nothing of the network's or the disk's.
    """
    made: list[Path] = []
    try:
        made = [place for place in (folder, folder.parent) if not place.is_dir()]
        folder.mkdir(parents=True, exist_ok=True)
        return _download(session, source, folder, known, rules)
    except OSError as error:
        return Answer("failed", f"{folder}: {error.strerror or error}")
    finally:
        for place in made:
            with contextlib.suppress(OSError):  # something is in it
                place.rmdir()


class Earlier(NamedTuple):
    """A file that the address had before: its line of fetched.csv, and the hash of what lies there now."""

    line: Fetched
    sha256: str

    @property
    def as_it_came(self) -> bool:
        return self.sha256 == self.line.sha256


def _earlier(folder: Path, known: Fetched | None) -> Earlier | None:
    file = folder / known.file_name if known else None
    return Earlier(known, _sha256(file)) if file and file.is_file() else None


def _download(session: requests.Session, source: Source, folder: Path, known: Fetched | None, rules: Rules) -> Answer:
    part = Part(folder / f".{hashlib.sha256(source.address.encode()).hexdigest()[:16]}.part")
    earlier = _earlier(folder, known)
    try:
        for attempt in range(rules.tries):
            try:
                with deadline(rules.file_seconds):
                    return _once(session, source, folder, earlier, part, rules)
            except Broken as error:
                broken = error
                time.sleep(rules.backoff * 2**attempt if attempt + 1 < rules.tries else 0)
        then = "what came so far is kept, and the next fetch goes on from there"
        return Answer("failed", f"{broken}; {then if part.validator() else 'the next fetch begins anew'}")
    except NotThePaper as error:
        part.drop()
        return Answer("refused", str(error))
    except Later as error:
        return Answer("failed", str(error))
    except requests.exceptions.TooManyRedirects:
        return Answer("refused", "the address leads round in circles")
    except requests.exceptions.RequestException as error:
        return Answer("failed", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}")
    finally:
        if not part.validator():
            part.drop()


class Part:
    """A file on its way, with what proves that the rest belongs to it (an ETag or a date)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.note = path.with_suffix(".note")

    def validator(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            return json.loads(self.note.read_text()) if self.path.stat().st_size else ""
        return ""

    def begin(self, validator: str) -> None:
        self.note.write_text(json.dumps(validator))
        self.path.write_bytes(b"")

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


def _once(
    session: requests.Session, source: Source, folder: Path, earlier: Earlier | None, part: Part, rules: Rules
) -> Answer:
    validator = part.validator()
    headers = conditions = {} if validator else _conditions(earlier, source)
    if validator:
        headers = {"Range": f"bytes={part.path.stat().st_size}-", "If-Range": validator}
    with session.get(source.address, headers=headers, stream=True, timeout=rules.answer_seconds) as reply:
        if reply.status_code == 304 and conditions:
            line = earlier.line
            size = (folder / line.file_name).stat().st_size
            return Answer("unchanged", "", line.file_name, earlier.sha256, size, line.etag, line.last_modified)
        if reply.status_code == 416:
            part.drop()
            raise Broken("the server has less than what came before")
        if reply.status_code != 200 and not (reply.status_code == 206 and validator):
            return Answer("failed", f"the server answers {reply.status_code} {reply.reason or ''}".rstrip())
        if reply.status_code == 200:
            part.begin(_validator(reply.headers))
        elif not _goes_on(reply.headers, part.path.stat().st_size):
            part.drop()
            raise Broken("the server sent another part than the one asked for")
        _receive(reply, part, rules)
        etag, modified = reply.headers.get("ETag", ""), reply.headers.get("Last-Modified", "")
        name = file_name(reply.headers.get("Content-Disposition", ""), reply.url)
    digest = _check(part.path, source)
    size = part.path.stat().st_size
    if earlier and earlier.sha256 == digest:
        part.drop()
        return Answer("unchanged", "", earlier.line.file_name, digest, size, etag, modified)
    kept, was_there = _keep(part.path, folder, name, digest)
    part.drop()
    detail = f"{earlier.line.file_name} is not as it came any more" if earlier and not earlier.as_it_came else ""
    return Answer("unchanged" if was_there else "fetched", detail, kept, digest, size, etag, modified)


def _conditions(earlier: Earlier | None, source: Source) -> dict[str, str]:
    """None where the file that is there is not the one that came, or not the stated one: a 304 would let it pass."""
    if not earlier or not earlier.as_it_came or source.sha256 not in (None, earlier.sha256):
        return {}
    pairs = (("If-None-Match", earlier.line.etag), ("If-Modified-Since", earlier.line.last_modified))
    return {name: value for name, value in pairs if value}


def _validator(headers: Mapping[str, str]) -> str:
    if headers.get("Content-Encoding", "identity") != "identity":
        return ""  # what is counted here is not what the server counts
    etag = headers.get("ETag", "")
    return etag if etag and not etag.startswith("W/") else headers.get("Last-Modified", "")


def _goes_on(headers: Mapping[str, str], begin: int) -> bool:
    """Whether a 206 has what comes after the first `begin` bytes, as they lie in the part."""
    plain = headers.get("Content-Encoding", "identity") == "identity"
    return plain and headers.get("Content-Range", "").replace(" ", "").startswith(f"bytes{begin}-")


def _receive(reply: requests.Response, part: Part, rules: Rules) -> None:
    """Append what comes to the part. The first bytes decide whether it is a PDF, before the rest is asked for."""
    with part.path.open("ab") as file:
        size = file.tell()
        length = reply.headers.get("Content-Length", "")
        announced = int(length) if length.isascii() and length.isdigit() else 0
        if size + announced > rules.file_size:
            raise NotThePaper(f"{size + announced:,} bytes are announced, the limit is {rules.file_size:,}")
        with part.path.open("rb") as before:
            head = before.read(MAGIC_WITHIN)
        for piece in _pieces(reply):
            if len(head) < MAGIC_WITHIN:
                head += piece[: MAGIC_WITHIN - len(head)]
                _look(head, reply.headers.get("Content-Type", ""), done=False)
            size += len(piece)
            if size > rules.file_size:
                raise NotThePaper(f"more than {rules.file_size:,} bytes came")
            file.write(piece)
        _look(head, reply.headers.get("Content-Type", ""), done=True)
        file.flush()
        os.fsync(file.fileno())


def _pieces(reply: requests.Response) -> Iterator[bytes]:
    try:
        yield from reply.iter_content(PIECE)
    except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError) as error:
        raise Broken(f"the transfer broke off ({type(error).__name__})") from error


def _look(head: bytes, content_type: str, done: bool) -> None:
    if b"%PDF-" in head or (not done and len(head) < MAGIC_WITHIN and b"<" not in head[:64]):
        return
    kind = content_type.partition(";")[0].strip() or "unknown type"
    raise NotThePaper("an empty file came" if not head else f"what came is no PDF (sent as {kind})")


def _check(path: Path, source: Source) -> str:
    with path.open("rb") as file:
        file.seek(-min(END_WITHIN, path.stat().st_size), os.SEEK_END)
        whole = b"%%EOF" in file.read()
    digest = _sha256(path)
    if not whole:
        raise NotThePaper(
            f"the file ends before the PDF does (no end mark in the last of {path.stat().st_size:,} bytes)"
        )
    if source.sha256 and digest != source.sha256:
        raise NotThePaper(f"its SHA-256 is {digest}, sources.csv says {source.sha256}")
    return digest


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def file_name(disposition: str, address: str) -> str:
    """Given a Content-Disposition header (or "") and an address, return a plain file name that ends in .pdf."""
    header = Message()
    header["Content-Disposition"] = disposition or "inline"
    name = header.get_filename() or ""
    with contextlib.suppress(UnicodeError):  # servers send GBK or UTF-8 bytes where the standard wants ASCII
        name = _text(name.encode("latin-1"))
    name = name or urlsplit(address).path.rpartition("/")[2]
    with contextlib.suppress(UnicodeError):
        name = _text(unquote_to_bytes(name))
    name = re.sub(r'[\x00-\x1f\x7f:*?"<>|]', "", re.split(r"[/\\]", name)[-1]).strip(" .")
    stem = name[:-4] if name.lower().endswith(".pdf") else name
    while len(stem.encode()) > 200:
        stem = stem[:-1]
    return f"{stem or 'paper'}.pdf"


def _text(name: bytes) -> str:
    """Raises UnicodeError where the bytes are neither UTF-8 nor GBK."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("gb18030")


def _keep(part: Path, folder: Path, name: str, digest: str) -> tuple[str, bool]:
    """Give the part its name; return the name, and whether the same file was there already."""
    for candidate in (name, f"{name[:-4]} {digest[:8]}.pdf", f"{name[:-4]} {digest}.pdf"):
        target = folder / candidate
        if target.is_file() and _sha256(target) == digest:
            return candidate, True
        try:
            _link(part, target)
        except FileExistsError:
            continue
        return candidate, False
    raise OSError(errno.EEXIST, f"{folder / name} and its other names are taken")


def _link(part: Path, target: Path) -> None:
    """Like a rename that never replaces; on file systems without links the file is moved where nothing stands."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        os.rename(part, target)
