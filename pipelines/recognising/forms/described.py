"""Indicators that a cell tells one after another in words: 1、1-产出指标；11-数量指标；培训人次；年度指标值:≥20人。"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.recognising.forms.grid import one_line
from pipelines.recognising.forms.words import glued_levels, header_words, scope_of
from pipelines.recognising.lexicon import Lexicon

NUMBER = re.compile(r"(?:^|(?<=[。；;.]))\s*\d{1,3}、\s*")
CODE = re.compile(r"^\d{1,3}\s*[-—－]\s*")
PARTS = re.compile("[；;]")
VALUE = re.compile(r"([^:：；;]{2,12}值)\s*[:：]\s*(.+)", re.S)


class Described(NamedTuple):
    """One indicator; each value with the scope that its label names."""

    level1: str | None
    level2: str | None
    name: str
    values: tuple[tuple[str | None, str], ...]


def described_indicators(text: str, lexicon: Lexicon) -> tuple[list[Described], list[str]]:
    """Given the text of a cell, return the indicators it tells and the pieces that are none."""
    found, rest = [], []
    for piece in filter(None, map(str.strip, NUMBER.split(one_line(text)))):
        told = _described(piece, lexicon)
        if told:
            found.append(told)
        else:
            rest.append(piece)
    return found, rest


def _described(piece: str, lexicon: Lexicon) -> Described | None:
    """Levels, name and values parted by semicolons; the name may hold one itself, the values are labelled."""
    parts = [part.strip() for part in PARTS.split(piece.rstrip("。")) if part.strip()]
    values: list[tuple[str | None, str]] = []
    words: list[str] = []
    for part in parts:
        labelled = VALUE.fullmatch(part)
        word = header_words("indicators", labelled[1], lexicon) if labelled else None
        if labelled and word and word.role == "target":
            values.append((scope_of(labelled[1], lexicon), labelled[2].strip()))
        elif values:
            values[-1] = (values[-1][0], f"{values[-1][1]}；{part}")
        else:
            words.append(part)
    levels: list[str] = []
    while len(words) > 1 and len(levels) < 2:
        word = CODE.sub("", words[0])
        level1, level2, left = glued_levels(word, lexicon)
        if left and word == words[0]:
            break
        # a code (22-社会效益) says that it is a level
        levels += [word] if left else [level for level in (level1, level2) if level]
        words.pop(0)
    if not values or not words or not levels:
        return None
    return Described(levels[0], levels[1] if len(levels) > 1 else None, "；".join(words), tuple(values))
