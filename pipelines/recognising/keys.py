"""Text as keys: what is compared, never what is printed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache, lru_cache

from pipelines.recognising.vocabulary import radicals

BLANK = re.compile(r"\s+")
QUOTES = re.compile("[\"'“”‘’„‟「」]")
HAN = "零〇一二三四五六七八九十廿卅百"
HAN_YEAR = re.compile("(?:二[〇○零Oo0]|一九)[〇○零Oo0一二三四五六七八九]{2}(?=年)")
HAN_FIGURES = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
LIST_NUMBER = re.compile(rf"(?:\([{HAN}]+\)|[{HAN}]+[、.．]|\(\d+\)|\d+[、.．](?!\d)|其中:|[①-⑳])")
NUMBER_STYLES = (
    (re.compile(rf"[{HAN}]+[、.．]"), "han"),
    (re.compile(rf"\([{HAN}]+\)"), "bracketed han"),
    (re.compile(r"\d+[、.．](?!\d)"), "digit"),
    (re.compile(r"\(\d+\)"), "bracketed digit"),
    (re.compile("[①-⑳]"), "circled"),
)


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """Given printed text, return it for comparing: NFKC, radicals mapped, without blanks and quotation marks, years in
    figures (二〇二五年 is 2025年)."""
    compact = QUOTES.sub("", BLANK.sub("", unicodedata.normalize("NFKC", text.translate(_radicals()))))
    return HAN_YEAR.sub(lambda match: match[0].translate(HAN_FIGURES), compact)


@cache
def _radicals() -> dict[int, str]:
    return str.maketrans(radicals())


def bare(text: str) -> str:
    """Given printed text, return its key without list numbers (一、 （一） 1. 其中：)."""
    text = key(text)
    while (match := LIST_NUMBER.match(text)) and match.end() < len(text):
        text = text[match.end() :]
    return text


def printed_name(text: str) -> str:
    """Given the text of a label cell, return the name as printed on one line, without its list number."""
    name = BLANK.sub("", text)
    while True:
        folded = unicodedata.normalize("NFKC", name)
        match = LIST_NUMBER.match(folded)
        if not match or match.end() >= len(folded) or len(folded) != len(name):
            return name
        name = name[match.end() :]


def number_style(text: str) -> str | None:
    """Given a label, return the style of its list number, None where it has none."""
    text = key(text)
    return next((style for pattern, style in NUMBER_STYLES if pattern.match(text)), None)


def identifier(*parts: object) -> str:
    """Given parts, return a short stable id: the same parts give the same id in every build."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:20]
