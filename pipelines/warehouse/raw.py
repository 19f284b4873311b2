"""What lies under raw/: the PDFs that are papers, and why others are not read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.operation.partitions import is_year

# Lists and notes that people keep beside papers, and what systems leave there, are no papers that somebody misses.
BESIDE = {".csv", ".md", ".txt"}
NO_YEAR = "is no year of four digits: its papers are read, and no partition shows them"
LEFT_BY_SYSTEMS = {"Thumbs.db", "desktop.ini", "@eaDir", "#recycle", "$RECYCLE.BIN", "__MACOSX", "lost+found"}
BESIDE_AN_OPEN_FILE = ("._", "~$")  # what macOS and Office put beside a file of the same name


def papers_lying(raw: Path) -> list[tuple[Path, os.stat_result]]:
    """Given raw/, return every PDF in it that is to be read, with what the file system says of it; raises PipelineError
    where there is no such folder."""
    if not raw.is_dir():
        raise PipelineError(f"there is no folder {raw}: make it, or name another with --raw")
    return [(path, info) for path, info, _ in _walk(raw) if info is not None]


def strays(raw: Path) -> list[tuple[str, str]]:
    """Given raw/, return (path, why) of every file there that is not read because of where or what it is."""
    return sorted((printable(path.relative_to(raw)), why) for path, _, why in _walk(raw) if why is not None)


def misnamed(raw: Path) -> list[tuple[str, str]]:
    """Given raw/, return (folder, why) of every folder whose papers are read although its name is no year."""
    folders = {printable(path.relative_to(raw).parts[0]) for path, _, why in _walk(raw) if why is None}
    return [(name, NO_YEAR) for name in sorted(folders) if not is_year(name)]


def printable(path: str | Path) -> str:
    """Given a path, return it as valid text: names written on a GBK system are decoded as such."""
    text = path.as_posix() if isinstance(path, Path) else path
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text).decode("gb18030", errors="backslashreplace")
    return text


def folders_of(relative: Path) -> tuple[str, str]:
    """Given a path below raw/, return the names of its two folders: year and department."""
    year, department = (printable(part) for part in relative.parts[:2])
    return year, department


def _walk(raw: Path) -> Iterator[tuple[Path, os.stat_result | None, str | None]]:
    """Every file: what the file system says of it where it is to be read, else why not."""
    root = raw.resolve()
    for folder, folders, names in os.walk(raw):
        folders[:] = [name for name in folders if not _is_left_by_others(name)]
        for name in folders:
            path = Path(folder, name)
            if path.is_symlink():
                yield path, None, "a link to a folder is not followed: copy the folder"
        for name in names:
            if _is_left_by_others(name):
                continue
            path = Path(folder, name)
            if name.startswith("."):
                yield path, None, "begins with a dot, as what is hidden does: rename it if it is a paper"
                continue
            if path.suffix.lower() != ".pdf":
                if path.suffix.lower() not in BESIDE:
                    yield path, None, "is no PDF"
                continue
            try:
                info = path.stat()
            except OSError as error:
                if os.path.lexists(path):  # else it is gone since it was listed
                    yield path, None, f"cannot be opened: {error.strerror}"
                continue
            why = _why_not(path, info, root)
            yield path, None if why else info, why


def _is_left_by_others(name: str) -> bool:
    hidden = name.startswith(".") and Path(name).suffix.lower() != ".pdf"
    return hidden or name.startswith(BESIDE_AN_OPEN_FILE) or name in LEFT_BY_SYSTEMS


def _why_not(path: Path, info: os.stat_result, root: Path) -> str | None:
    if len(path.relative_to(root).parts) < 3:
        return "belongs in raw/<year>/<department>/"
    if not path.resolve().is_relative_to(root):
        return "a link that leaves raw/ is not followed: copy the file"
    if not stat.S_ISREG(info.st_mode):
        return "is no regular file"
    if not os.access(path, os.R_OK):
        return "cannot be opened: no permission"
    return None
