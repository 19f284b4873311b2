"""The real papers and their truth, which stay outside the project."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from pipelines.settings import PROJECT

CORPUS = PROJECT.parent / "shared" / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the real papers of ../shared/corpus are not here")


def papers() -> list[Path]:
    """The papers of the regions that the product grew up with."""
    return sorted(CORPUS.glob("seed/*.pdf")) + sorted(CORPUS.glob("real/*.pdf"))


def cities() -> list[Path]:
    """The papers of further regions, cities/<region>/<name>.pdf."""
    return sorted(CORPUS.glob("cities/*/*.pdf"))


def name_of(path: Path) -> str:
    """The name that a paper's truth has: that of the file, with its region in front where it is a city's."""
    return f"{path.parent.name}__{path.stem}" if path.parent.parent.name == "cities" else path.stem


def paper_named(name: str) -> Path:
    return next(path for path in (*papers(), *cities()) if name_of(path) == name)


def scorer() -> ModuleType:
    """The corpus' own scorer as a module."""
    spec = importlib.util.spec_from_file_location("corpus_score", CORPUS / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
