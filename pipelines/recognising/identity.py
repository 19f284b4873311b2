"""Whose paper it is: year, kind, department, scope and region, from the document itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipelines.reading.model import Reading
from pipelines.recognising.bodies import body_in, region_of
from pipelines.recognising.keys import bare, key
from pipelines.recognising.lexicon import Lexicon, Rows, lexicon_of
from pipelines.recognising.records import Paper

YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
NAMING = r"(?:编制|填报|预算|决算|编报|公开)?(?:部门|单位)(?:\((?:部门|单位)\))?(?:\(公章\))?(?:名称)?"
LABEL = re.compile(rf"^{NAMING}:?$")
LABELLED = re.compile(rf"^{NAMING}:(.+)$")
COVER = re.compile(
    r"^(?:\d{4}年?度?)?(.+?)(?:\d{4}年?度?)?(?:部门|单位|本级)?(?:预算|决算)(?:公开|信息公开|说明|公开说明|编制说明|情况说明|公开报告|报告)*$"
)
# A title before which a body's name may stand: 某大学2023年收支预算总表.
TITLED = re.compile(
    r"^(?:\d{4}年?度?)?(.+?)(?:\d{4}年?度?)?(?:部门|单位|高等学校)?(?:财务)?(?:收支|收入|支出|财政|一般|政府).*表"
)
# What the running text says only of the body itself.
SPOKEN = re.compile(
    r"^(.+?)(?:\d{4}年?度?(?:部门|单位)?(?:预算|决算|收支|收入|支出)|的?主要职[责能]"
    r"|[是为].{0,20}(?:组成部门|直属|派出|工作部门|事业单位))"
)
COVER_PAGES = 3
HEAD_ROWS, FORM_ROWS = 3, 6


class Identity(NamedTuple):
    """What a paper says of itself; None where it says nothing that can be told. `named_by` is what names its body, the
    surest first: a `label` (编制部门：), the `cover`, a `table` by unit, a performance `form`, the running `text`, the
    `title` of a table."""

    document_id: str
    fiscal_year: int | None
    document_kind: str | None
    scope: str | None
    department_name: str | None
    region_name: str | None
    lexicon: Lexicon  # the words that hold for its year and region
    named_by: str | None = None

    def amount_basis(self, title: str) -> str:
        return (
            "final" if "决算" in title or (self.document_kind == "final_account" and "预算" not in title) else "budget"
        )


def identify(reading: Reading, paper: Paper, files: Mapping[str, Rows] | None = None) -> Identity:
    """Given a reading, return whose paper it is. Cover and table titles speak; the folder is asked only where both are
    silent about the year. `files` are rows to take in place of those of vocabulary files."""
    cover = [key(line.text) for line in reading.lines if line.page <= COVER_PAGES]
    titles = _titles(reading)
    year = _year(cover, titles) or (int(paper.folder_year) if paper.folder_year.isdigit() else None)
    name, named_by = _name(reading, titles)
    region = region_of(name) if name else None
    return Identity(
        document_id=paper.document_id,
        fiscal_year=year,
        document_kind=_kind(cover, titles),
        scope=_scope(cover, titles),
        department_name=name,
        region_name=region,
        lexicon=Lexicon(year, region, files) if files else lexicon_of(year, region),
        named_by=named_by,
    )


def _titles(reading: Reading) -> list[str]:
    """What may be titles of tables: short lines that speak of a table, and so do first rows of grids."""
    heads = (cell.text for grid in reading.grids for cell in grid.cells if cell.row < HEAD_ROWS)
    texts = (*(line.text for line in reading.lines), *(part for text in heads for part in text.split("\n")))
    return [key(text) for text in texts if "表" in text and len(text) < 60]


def _name(reading: Reading, titles: list[str]) -> tuple[str | None, str | None]:
    """The name of the paper's body and what says it, the surest first."""
    first = [key(line.text) for line in reading.lines if line.page == 1]
    said = (
        ("label", _most_common(_labelled_names(reading))),
        ("cover", _cover_name(first)),
        ("form", _most_common(_named_in_cells(reading))),
        ("text", _most_common(_matched(SPOKEN, (key(line.text) for line in reading.lines)), least=2)),
        ("title", _most_common(_matched(TITLED, titles))),
    )
    return next(((name, by) for by, name in said if name), (None, None))


def _most_common(names: Counter, least: int = 1) -> str | None:
    """The name said most often, at least so often; None where two are said alike often."""
    ranked = names.most_common(2)
    if not ranked or ranked[0][1] < least or len(ranked) > 1 and ranked[0][1] == ranked[1][1] and least > 1:
        return None
    return ranked[0][0]


def _matched(pattern: re.Pattern, texts: Iterable[str]) -> Counter:
    matches = (pattern.match(bare(text)) for text in texts)
    return Counter(name for match in matches if match and (name := body_in(match[1])) and region_of(name))


def _year(cover: list[str], titles: list[str]) -> int | None:
    votes: Counter = Counter()
    for text, weight in [(t, 3) for t in cover] + [(t, 1) for t in titles]:
        if len(text) <= 60 and re.search("预算|决算", text):
            votes.update({int(y): weight for y in YEAR.findall(text)})
    return votes.most_common(1)[0][0] if votes else None


def _kind(cover: list[str], titles: list[str]) -> str | None:
    for texts in (cover, titles):
        short = [t for t in texts if len(t) <= 60]
        final, budget = sum("决算" in t for t in short), sum("预算" in t for t in short)
        if final or budget:
            return "final_account" if final > budget else "budget"
    return None


def _scope(cover: list[str], titles: list[str]) -> str:
    short = [t for t in (*cover, *titles) if len(t) <= 60]
    unit = sum(bool(re.search("单位(预算|决算)|本级(预算|决算)|编制单位", t)) for t in short)
    department = sum(bool(re.search("部门(预算|决算|收支)|编制部门", t)) for t in short)
    return "unit" if unit > department else "department"


def _labelled_names(reading: Reading) -> Counter:
    """Names behind a label on one line: 编制部门：某局."""
    heads = (cell.text for grid in reading.grids for cell in grid.cells if cell.row < HEAD_ROWS)
    texts = [*(line.text for line in reading.lines), *(part for text in heads for part in text.split("\n"))]
    matches = (LABELLED.match(key(text).split("单位:")[0] if "部门" in text else key(text)) for text in texts)
    return Counter(name for match in matches if match and (name := body_in(match[1])))


def _named_in_cells(reading: Reading) -> Counter:
    """Names in the cell beside a label in the first rows of a grid: 部门（单位）名称 | 某局."""
    names: Counter = Counter()
    for grid in reading.grids:
        cells = sorted((c for c in grid.cells if c.row < FORM_ROWS and key(c.text)), key=lambda c: (c.row, c.column))
        for label, value in zip(cells, cells[1:], strict=False):
            if label.row == value.row and LABEL.match(key(label.text)) and (name := body_in(key(value.text))):
                names[name] += 1
    return names


def _cover_name(cover: list[str]) -> str | None:
    """The body named on the cover: the longest that up to three lines ending in 预算 or 决算 name together, or the
    first line that is a body's name."""
    found = []
    for i in range(len(cover)):
        for n in (1, 2, 3):
            match = COVER.match(re.sub(r"^第.部分", "", "".join(cover[i : i + n])))
            if match and (name := body_in(match[1])):
                found.append(name)
    if found:
        return max(found, key=len)
    return next((name for t in cover[:4] if (name := body_in(t))), None)
