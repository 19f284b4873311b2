"""How the report shows coded values in both languages; their names are those of the codebook."""

from __future__ import annotations

from markupsafe import Markup, escape

from pipelines.codebook import Word, order_of, word, words

__all__ = ["Word", "off_by", "order_of", "say", "say_word", "word", "words"]


def say(zh: object, en: object) -> Markup:
    """Given one thing in both languages, return the markup of which the page shows the reader's; text is escaped."""
    return Markup('<span lang="zh-CN">{}</span><span lang="en">{}</span>').format(escape(zh), escape(en))


def say_word(field: str, code: str | None) -> Markup:
    """Given a coded value, return its words as `say` does."""
    return say(*word(field, code))


def off_by(value_unit: str | None) -> Word:
    """Given what the sides of an identity are in, return what their difference is called."""
    return words()["off_by"].get(value_unit or "", Word(f"相差（{value_unit}）", f"off by ({value_unit})"))
