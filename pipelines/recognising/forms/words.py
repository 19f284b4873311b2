"""What the labels and headers of performance forms mean, from the vocabulary files form_*.csv."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.recognising.keys import bare, key
from pipelines.recognising.lexicon import Lexicon, once

YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
BRACKETED = re.compile(r"\([^()]*\)")
ONLY_YEAR = re.compile(r"((?:19|20)\d{2})年?度?(?:金额|数|预算数?|实际值?|指标值)?")
HAN_DIGITS = {c: n for n, c in enumerate("一二三四五六七八九十", 1)}


class Label(NamedTuple):
    """`kind`: field | contact | narrative | section | goal | group | continued."""

    kind: str
    meaning: str
    number: int | None = None


class HeaderWord(NamedTuple):
    role: str
    required: bool
    year: int | None = None


def label_key(text: str) -> str:
    """Given the text of a label, return it for comparing: without list number, year, remarks in brackets and colon."""
    name = BRACKETED.sub("", bare(text)).strip(":")
    return YEAR.sub("", name)


def labels_of(text: str, lexicon: Lexicon) -> tuple[Label, ...]:
    """Given the text of a cell, return every meaning it can have as a label."""
    name = label_key(text)
    if not name or len(name) > 30:
        return ()
    found = []
    for kind, pattern, meaning in _labels(lexicon):
        if kind in ("scope", "title", "stage"):
            continue
        if match := pattern.fullmatch(name):
            number = next((g for g in match.groupdict().values() if g), None)
            found.append(Label(kind, meaning, int(number) if number else None))
    return tuple(found)


def label_of(text: str, lexicon: Lexicon, *kinds: str) -> Label | None:
    """Given the text of a cell, return its first meaning as a label of one of these kinds."""
    return next((label for label in labels_of(text, lexicon) if label.kind in kinds), None)


def scope_of(text: str, lexicon: Lexicon) -> str | None:
    """Given a heading, return the scope it names: long_term or annual."""
    return _search("scope", text, lexicon)


def stage_of(text: str, lexicon: Lexicon) -> str | None:
    """Given a heading, return the stage it names: self_evaluation."""
    return _search("stage", text, lexicon)


def glued_levels(text: str, lexicon: Lexicon) -> tuple[str | None, str | None, str]:
    """Given a text that may begin with the names of its levels (产出指标数量指标培训人次), return both and the rest."""
    rest, found = text.strip(), []
    for level in (1, 2):
        match = next((m for p in _level_names(lexicon, level) if (m := p.match(rest))), None)
        found.append(match[1] if match else None)
        rest = rest[match.end() :] if match else rest
    return found[0], found[1], rest


def is_goals(text: str, lexicon: Lexicon) -> bool:
    """Whether a text is the heading of the goals, which may stand beside them: 总体目标."""
    labels = labels_of(text, lexicon)
    return any(label.kind == "goal" or (label.kind, label.meaning) == ("section", "goals") for label in labels)


def spaced_field(text: str, lexicon: Lexicon) -> re.Match | None:
    """Given the text of a cell, return the label of a field and its value, where only a blank stands between them."""
    found = re.fullmatch(r"(\S{3,20})\s+(\S.*)", text.strip(), re.S)
    return found if found and label_of(found[1], lexicon, "field") else None


def is_form_title(text: str, lexicon: Lexicon) -> bool:
    name = key(text)
    return len(name) <= 60 and not re.search("[。;；?!，,]", name) and _search("title", name, lexicon) is not None


def is_year(text: str) -> bool:
    """Whether a heading names a year and nothing else: （2023年度）."""
    return bool(YEAR.fullmatch(key(text).strip("()")))


def header_words(table: str, text: str, lexicon: Lexicon) -> HeaderWord | None:
    """Given the text of a header cell, return its role in one of the forms' tables."""
    if found := ONLY_YEAR.fullmatch(key(text)):
        return HeaderWord("year", False, int(found[1])) if table in ("totals", "indicators") else None
    # a sign that runs over from the cell above is no word of the header
    for name in dict.fromkeys((key(text), label_key(text), label_key(text).strip("、。,;."))):
        for pattern, role, required in _headers(lexicon, table):
            if name and pattern.fullmatch(name):
                return HeaderWord(role, required)
    return None


def required_roles(table: str, lexicon: Lexicon) -> set[str]:
    return {role for _, role, required in _headers(lexicon, table) if required}


@once
def tables(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r["table"] for r in lexicon.holding("form_headers")))


def funding_of(text: str, lexicon: Lexicon) -> str:
    """Given a funding line's label, return where the money comes from; `all` where no word of it says."""
    name = key(text)
    for pattern, funding in _funding(lexicon):
        if pattern.search(name):
            return funding
    return "all"


def is_funding(text: str, lexicon: Lexicon) -> bool:
    """Whether a cell is the label of a funding line rather than an amount."""
    known = any(pattern.search(key(text)) for pattern, _ in _funding(lexicon))
    return known or label_of(text, lexicon, "field") is not None


def contacts_in(text: str, lexicon: Lexicon) -> list[tuple[str, str, str]]:
    """Given a line such as 联系人：… 电话：…, return (meaning, label, value) of each person and number in it."""
    line = key(text)
    found: dict[int, tuple[int, str, str]] = {}
    for kind, pattern, meaning in _labels(lexicon):
        if kind == "contact":
            for match in re.finditer(f"({pattern.pattern}):", line):
                found[match.end()] = (match.start(), meaning, match[1])
    starts = sorted(start for start, _, _ in found.values()) + [len(line)]
    said = []
    for end, (_, meaning, label) in sorted(found.items()):
        value = line[end : next((start for start in starts if start >= end), len(line))]
        if value:
            said.append((meaning, label, value))
    return said


def _search(kind: str, text: str, lexicon: Lexicon) -> str | None:
    name = key(text)
    return next((m or k for k, pattern, m in _labels(lexicon) if k == kind and pattern.search(name)), None)


@once
def _labels(lexicon: Lexicon) -> list[tuple[str, re.Pattern, str]]:
    return [(r["kind"], re.compile(r["pattern"]), r["meaning"]) for r in lexicon.holding("form_labels")]


@once
def _level_names(lexicon: Lexicon, level: int) -> list[re.Pattern]:
    rows = lexicon.holding("indicator_level_names")
    return [re.compile(rf"({r['pattern']})[-—－_/、:：\s]*") for r in rows if int(r["level"]) == level]


@once
def _headers(lexicon: Lexicon, table: str) -> list[tuple[re.Pattern, str, bool]]:
    rows = lexicon.holding("form_headers")
    return [(re.compile(r["pattern"]), r["role"], bool(r["required"])) for r in rows if r["table"] == table]


@once
def _funding(lexicon: Lexicon) -> list[tuple[re.Pattern, str]]:
    return [(re.compile(r["pattern"]), r["funding"]) for r in lexicon.holding("form_funding")]
