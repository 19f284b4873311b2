"""Whose paper it is: year, kind, department, scope and region, from the document itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from pipelines.reading.model import Reading
from pipelines.recognising.keys import BLANK, identifier, key
from pipelines.recognising.lexicon import Lexicon, Rows, lexicon_of
from pipelines.recognising.records import Paper

YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
LABEL = re.compile(r"^(?:编制部门|编制单位|部门名称|单位名称|填报部门|填报单位|预算部门|预算单位|部门|单位)[::](.+)$")
COVER = re.compile(
    r"^(?:\d{4}年?度?)?(.+?)(?:\d{4}年?度?)?(?:部门|单位|本级)?(?:预算|决算)(?:公开|信息公开|说明|公开说明|编制说明|情况说明)?$"
)
BODY = re.compile(
    "(局|委员会|委|厅|院|办公室|办公厅|办事处|中心|政府|部|会|处|所|站|馆|校|学校|大学|队|社|团|党校|法院|检察院|公司|署|室|镇|乡|街道)(本级)?$"
)
REGION = re.compile(
    r"^((?:[一-鿿]{2,3}省|[一-鿿]{2,7}自治区)?(?:[一-鿿]{2,6}?(?:市|自治州|盟|地区))?(?:[一-鿿]{2,6}?(?:区|县|旗))?)"
)
PARTY = re.compile("^(?:中共|中国共产党)")
GOVERNMENT = re.compile("(?<=[省市区县旗州盟])人民政府(?=.{3})")
OWN_OFFICE = re.compile(r"\((本级|本部|机关)\)$")
SUMMED_UP = re.compile(r"\((?:汇总|部门|合并)\)$")
STOP = re.compile("[,.，。、;；:：]|目录|部分|说明|情况")
COVER_PAGES = 3


class Identity(NamedTuple):
    """What a paper says of itself; None where it says nothing that can be told."""

    document_id: str
    fiscal_year: int | None
    document_kind: str | None
    scope: str | None
    department_name: str | None
    region_name: str | None
    lexicon: Lexicon  # the words that hold for its year and region

    def amount_basis(self, title: str) -> str:
        return (
            "final" if "决算" in title or (self.document_kind == "final_account" and "预算" not in title) else "budget"
        )


def identify(reading: Reading, paper: Paper, files: Mapping[str, Rows] | None = None) -> Identity:
    """Given a reading, return whose paper it is. Cover and table titles speak; the folder is asked only where both are
    silent about the year. `files` are rows to take in place of those of vocabulary files."""
    cover = [key(line.text) for line in reading.lines if line.page <= COVER_PAGES]
    first = [key(line.text) for line in reading.lines if line.page == 1]
    titles = [key(line.text) for line in reading.lines if "表" in line.text and len(line.text) < 60]
    names = _labelled_names(reading)
    year = _year(cover, titles) or (int(paper.folder_year) if paper.folder_year.isdigit() else None)
    kind = _kind(cover, titles)
    name = names.most_common(1)[0][0] if names else _cover_name(first)
    region = region_of(name) if name else None
    return Identity(
        document_id=paper.document_id,
        fiscal_year=year,
        document_kind=kind,
        scope=_scope(cover, titles),
        department_name=name,
        region_name=region,
        lexicon=Lexicon(year, region, files) if files else lexicon_of(year, region),
    )


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
    texts = [line.text for line in reading.lines]
    texts += [part for grid in reading.grids for cell in grid.cells if cell.row < 3 for part in cell.text.split("\n")]
    names: Counter = Counter()
    for text in texts:
        match = LABEL.match(key(text).split("单位:")[0] if "部门" in text else key(text))
        if match and BODY.search(match[1]) and 4 <= len(match[1]) <= 40:
            names[match[1]] += 1
    return names


def _cover_name(cover: list[str]) -> str | None:
    """The body named on the cover: the longest that up to three lines ending in 预算 or 决算 name together, or the
    first line that is a body's name."""
    found = []
    for i in range(len(cover)):
        for n in (1, 2, 3):
            match = COVER.match(re.sub(r"^第.部分", "", "".join(cover[i : i + n])))
            if match and BODY.search(match[1]) and len(match[1]) <= 40 and not STOP.search(match[1]):
                found.append(match[1])
    if found:
        return max(found, key=len)
    return next((t for t in cover[:4] if BODY.search(t) and len(t) <= 40 and not STOP.search(t)), None)


def organization_id(name: str) -> str:
    """Given a body's printed name, return its id, the same for what is written now with and now without.

    That is 中共 in front of a party body's name, the government (区人民政府) between a region and its office, brackets
    around 本级, and what says that a department's figures are summed up.
    """
    said = SUMMED_UP.sub("", PARTY.sub("", key(name)))
    return identifier("organization", GOVERNMENT.sub("", OWN_OFFICE.sub(r"\1", said)))


def names_one_body(one: str, other: str) -> bool:
    """Given two names, return whether both can be one body's, one of them written short (住建局, 住房和城乡建设局).

    What the bodies of one region share, the region in front and 局 or 委员会 at the end, says nothing.
    """
    one, other = own_name(one), own_name(other)
    return not (one and other) or _is_short(one, other) or _is_short(other, one) or bool(_pairs(one) & _pairs(other))


def own_name(name: str) -> str:
    """Given a body's name, return what tells it from the other bodies of its region: 示例市示例区水务局 → 水务."""
    said = SUMMED_UP.sub("", PARTY.sub("", key(name)))
    return BODY.sub("", REGION.sub("", OWN_OFFICE.sub("", said)))


def _is_short(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} - {"部门", "单位"}


def region_of(name: str) -> str | None:
    """Given a body's name, return the region it begins with, to the county: 示例市示例区人民政府… → 示例市示例区."""
    match = REGION.match(PARTY.sub("", BLANK.sub("", name)))
    return match[1] or None if match else None
