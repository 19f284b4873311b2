"""The report as files: templates become pages, and what has not changed is taken over from the last report.

A unit is a page with what belongs to it (pictures, machine-readable files). It is made anew only where the fingerprint
of what it is made from differs from the last time; otherwise its files are linked over.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.reporting import links
from pipelines.reporting.reasons import reason_of_check
from pipelines.reporting.words import off_by, say, say_word, word, words
from pipelines.warehouse import query

HERE = Path(__file__).parent
UNITS = "units.json"

Files = Mapping[str, str | bytes]


class Site:
    """A report being written into `folder`; `earlier` is the folder of the last one, or None."""

    def __init__(self, folder: Path, earlier: Path | None = None) -> None:
        self.folder = folder
        self.earlier = earlier
        self.made = self.kept = 0
        self._known = _read_units(earlier) if earlier else {}
        self._units: dict[str, dict] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def unit(self, name: str, inputs: object, make: Callable[[], Files]) -> bool:
        """Put the files of one unit in place; return whether they had to be made.

        `inputs` is anything whose repr says all that the files depend on (the report's own code is always a part of
        it); `make` returns the files' contents by their paths in the report.
        """
        fingerprint = hashlib.sha256(f"{code_fingerprint()}\n{inputs!r}".encode()).hexdigest()
        known = self._known.get(name, {})
        if known.get("fingerprint") == fingerprint and self._take_over(known["files"]):
            self._units[name] = known
            self.kept += 1
            return False
        files = make()
        for path, content in files.items():
            self.write(path, content)
        self._units[name] = {"fingerprint": fingerprint, "files": sorted(files)}
        self.made += 1
        return True

    def forget(self, name: str) -> None:
        """Have the next report make this unit anew."""
        del self._units[name]

    def write(self, path: str, content: str | bytes) -> None:
        """Write one file of the report, whatever stood there."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def finish(self) -> int:
        """Write the style sheet and the scripts, keep what the next report needs; return the report's size in bytes."""
        for path in sorted((HERE / "static").iterdir()):
            self.write(f"static/{path.name}", path.read_bytes())
        self.write(UNITS, json.dumps(self._units, indent=0, sort_keys=True))
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())

    def _take_over(self, paths: list[str]) -> bool:
        sources = [self.earlier / path for path in paths]
        if not all(source.is_file() for source in sources):
            return False
        for path, source in zip(paths, sources, strict=True):
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            try:
                os.link(source, target)
            except OSError:  # another file system, or one without hard links
                shutil.copyfile(source, target)
        return True


def render(template: str, path: str, **values: object) -> str:
    """Given a template and where its page will stand in the report, return the page.

    Templates extend base.html and know besides their values: `root` (way back to the report's folder), `say(zh, en)`,
    `say_word(field, code)`, `word`, `words`, `document_page`, `rule_page`, and the filters money, count, share.
    """
    return environment().get_template(template).render(root="../" * path.count("/"), path=path, **values)


@cache
def environment() -> Environment:
    """Return the templates' environment: everything a paper says is escaped, a name nobody set is an error."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Chinese as it is takes half the bytes of its escapes; < > & ' stay escaped.
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    environment.globals |= {
        "say": say,
        "say_word": say_word,
        "word": word,
        "words": words(),
        "share": query.share,
        "percent": percent,
        "off_by": off_by,
        "reason_of_check": reason_of_check,
        "document_page": links.document_page,
        "rule_page": links.rule_page,
    }
    environment.filters |= {"money": query.money, "count": "{:,}".format, "wan": in_wan}
    return environment


def in_wan(amount: Decimal) -> str:
    """Given yuan, return them in units of 10,000 (万元) with two decimals, as budgets are printed."""
    return query.money((amount / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP))


def percent(part: Decimal, whole: Decimal) -> str:
    """Given two amounts, return the first as a percentage of the second with one decimal."""
    return f"{(100 * part / whole).quantize(Decimal('0.1'), ROUND_HALF_UP)} %" if whole else "—"


@cache
def code_fingerprint() -> str:
    """Return a hash of everything in this package: a report of other code is made anew."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*")):
        if path.suffix in {".py", ".html", ".css", ".js", ".csv"}:
            digest.update(f"{path.relative_to(HERE)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _read_units(earlier: Path) -> dict[str, dict]:
    try:
        return json.loads((earlier / UNITS).read_text())
    except (OSError, ValueError):
        return {}
