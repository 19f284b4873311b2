"""Rows of a table that number its columns: 栏次 | 1 | 2, ** | 1 | 2, 甲 | 1=2+3 | 2 | 3."""

from __future__ import annotations

import re
from collections.abc import Sequence

CODE_PARTS = ("类", "款", "项")
WORDS = re.compile("项目|合计|[类款项]")
LABEL_MARK = re.compile("[*×※]+|[甲乙丙丁戊]")  # stands for the columns of labels
STARS = re.compile("[*×※]{2,}")  # where no column is numbered
NUMBER = re.compile(r"\(?(\d{1,2})\)?(?:=[\d+-]+)?")  # 1, (1), 1=2+3


def numbers_columns(texts: Sequence[str]) -> bool:
    """Given the keys of a row's texts that are not blank, return whether it numbers the columns of its table."""
    matches = [NUMBER.fullmatch(text) for text in texts]
    numbers = [int(match[1]) for match in matches if match]
    words = [text for text, match in zip(texts, matches, strict=True) if not match]
    if numbers and any(text in ("栏次", "行次") for text in words):
        return True
    if len(texts) > 1 and all(STARS.fullmatch(text) for text in texts):
        return True
    if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return False
    if words and numbers[0] == 1 and not matches[0] and all(LABEL_MARK.fullmatch(text) for text in words):
        return True
    return len(numbers) >= 3 and all(WORDS.fullmatch(text) for text in words)
