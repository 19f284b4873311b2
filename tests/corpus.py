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
    return sorted(CORPUS.glob("seed/*.pdf")) + sorted(CORPUS.glob("real/*.pdf"))


def scorer() -> ModuleType:
    """The corpus' own scorer as a module."""
    spec = importlib.util.spec_from_file_location("corpus_score", CORPUS / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
