"""The words that hold for one paper: rows of the vocabulary files for its year, its region and its publisher's level.

A row may name a `region` (山东省, 烟台市) and a `publisher_level`; without them it holds everywhere. Of rows that say
something of the same words the most specific counts, so that two regions may use one word differently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property, wraps
from typing import NamedTuple, TypeVar

from pipelines.recognising import vocabulary

Rows = Sequence[dict[str, str]]
Made = TypeVar("Made")
LEVELS = (
    ("province", re.compile("省$|自治区$")),
    ("city", re.compile("^(?!.+市.*市$).*(?:[市盟州]|地区)$")),
    ("county", re.compile("[区县旗市]$")),
)


class TitleWords(NamedTuple):
    """One way to title a kind of table; `fund_source` and `expenditure_type` are those of all its amounts."""

    table_kind: str
    fund_source: str | None
    all_of: tuple[re.Pattern, ...]
    none_of: tuple[re.Pattern, ...]
    beside: tuple[re.Pattern, ...]
    expenditure_type: str | None = None


class TableKind(NamedTuple):
    """What is true of every table of one kind.

    `layout` says how its rows are read (list, sources, balance, items, purchases, form, none); `side`, `scheme`,
    `fund_source` and `expenditure_type` are what its amounts have where neither title nor header says otherwise;
    `reads_by` is the classification its rows go by where it prints several; `one_fund` says that its columns part
    revenue from expenditure of one fund, `names_units` that 单位 heads who spends; `of_all` is what kind a table by
    economic class is that holds more than basic expenditure.
    """

    table_kind: str
    layout: str
    side: str | None = None
    scheme: str | None = None
    fund_source: str | None = None
    expenditure_type: str | None = None
    reads_by: str | None = None
    one_fund: bool = False
    names_units: bool = False
    of_all: str | None = None

    @property
    def is_held(self) -> bool:
        """Whether the warehouse holds tables of this kind."""
        return self.layout not in ("form", "none")


ANY_KIND = TableKind("", "list", "expenditure")  # of a table whose title tells nothing


class RowWord(NamedTuple):
    pattern: re.Pattern
    scheme: str
    code: str | None
    fund_source: str | None
    expenditure_type: str | None


class Lexicon:
    """The vocabulary of one year, region and publisher level; None where a paper does not tell, then rows of every year
    hold, and none that are for one region."""

    def __init__(self, year: int | None, region: str | None = None, files: Mapping[str, Rows] | None = None):
        self.year, self.region = year, region
        self.level = publisher_level(region)
        self._files = files or {}
        self._once: dict[tuple, object] = {}

    def of_year(self, year: int | None) -> Lexicon:
        """Given another year, return the words that hold in it for the same publisher."""
        if year == self.year:
            return self
        return self.once(Lexicon._of_year, year)

    def _of_year(self, year: int | None) -> Lexicon:
        return Lexicon(year, self.region, self._files) if self._files else lexicon_of(year, self.region)

    def holding(self, name: str) -> list[dict[str, str]]:
        """Given a vocabulary file's name, return its rows that hold here, those for this region first."""
        rows = self._files.get(name)
        rows = vocabulary.rows(name) if rows is None else rows
        return sorted(filter(self._holds, rows), key=_specific, reverse=True)

    def once(self, make: Callable[..., Made], *args) -> Made:
        """Return what `make` makes of this lexicon and these arguments, made once."""
        if (make, args) not in self._once:
            self._once[make, args] = make(self, *args)
        return self._once[make, args]

    @cached_property
    def titles(self) -> tuple[TitleWords, ...]:
        """The ways tables are titled; the first that fits counts."""
        return tuple(
            TitleWords(
                r["table_kind"],
                r["fund_source"] or None,
                *(_words(r[c]) for c in ("all_of", "none_of", "beside")),
                expenditure_type=r.get("expenditure_type") or None,
            )
            for r in self.holding("table_titles")
        )

    @cached_property
    def kinds(self) -> dict[str, TableKind]:
        return {
            r["table_kind"]: TableKind(
                table_kind=r["table_kind"],
                layout=r["layout"],
                side=r["side"] or None,
                scheme=r["scheme"] or None,
                fund_source=r["fund_source"] or None,
                expenditure_type=r["expenditure_type"] or None,
                reads_by=r["reads_by"] or None,
                one_fund=r["one_fund"] == "yes",
                names_units=r["names_units"] == "yes",
                of_all=r["of_all"] or None,
            )
            for r in self.holding("table_kinds")
        }

    @cached_property
    def header_words(self) -> dict[str, dict[str, str]]:
        """Phrase → dimension → value. A later row for the same phrase and dimension takes over."""
        words: dict[str, dict[str, str]] = {}
        for r in self._later_last("header_words"):
            words.setdefault(r["phrase"], {})[r["dimension"]] = r["value"]
        return words

    @cached_property
    def three_public(self) -> dict[str, str]:
        return {r["phrase"]: r["code"] for r in self._later_last("three_public")}

    @cached_property
    def procurement_classes(self) -> tuple[re.Pattern, ...]:
        """Labels of goods, works and services in procurement tables."""
        return tuple(re.compile(r["pattern"]) for r in self.holding("procurement_classes"))

    @cached_property
    def row_words(self) -> tuple[RowWord, ...]:
        return tuple(
            RowWord(
                re.compile(r["pattern"]),
                r["scheme"],
                r["code"] or None,
                r["fund_source"] or None,
                r["expenditure_type"] or None,
            )
            for r in self.holding("row_words")
        )

    @cached_property
    def title_words(self) -> dict[str, str]:
        """Word of a title → what it tells of the kind of table: `nothing`, or that it is `another`; longest first."""
        said = sorted(self._later_last("title_words"), key=lambda r: len(r["word"]), reverse=True)
        return {r["word"]: r["tells"] for r in said}

    @cached_property
    def contents_words(self) -> dict[str, str]:
        """Heading or entry of a page of contents → its role."""
        return {r["phrase"]: r["role"] for r in self._later_last("contents_words")}

    def codes(self, scheme: str) -> dict[str, str]:
        """Code → official name of a classification in this year."""
        return self.once(Lexicon._codes, scheme)

    def _codes(self, scheme: str) -> dict[str, str]:
        return {
            r["code"]: r["name"]
            for r in vocabulary.code_rows(scheme)
            if self.year is None or int(r["first_year"] or 0) <= self.year <= int(r["last_year"] or 9999)
        }

    @cached_property
    def class_codes(self) -> dict[str, str]:
        """Name → code of the function classes (类), the names of other years too: papers go on printing old names."""
        by_name: dict[str, str] = {}
        for r in sorted(vocabulary.rows("function_codes"), key=lambda r: int(r["last_year"] or 9999)):
            if r["level"] == "class":
                by_name[r["name"]] = r["code"]
        return by_name | {name: code for code, name in self.codes("function").items() if len(code) == 3}

    def _later_last(self, name: str) -> list[dict[str, str]]:
        """Rows in the order in which later ones take over: those for this region last."""
        return sorted(self.holding(name), key=_specific)

    def _holds(self, row: dict[str, str]) -> bool:
        since, region, level = row.get("from_year"), row.get("region"), row.get("publisher_level")
        if since and self.year is not None and int(since) > self.year:
            return False
        if level and level != self.level:
            return False
        return not region or (self.region is not None and _lies_in(self.region, region))


def once(make: Callable[..., Made]) -> Callable[..., Made]:
    """Decorate a function whose first argument is a lexicon: what it returns is made once for each."""

    @wraps(make)
    def made(lexicon: Lexicon, *args) -> Made:
        return lexicon.once(make, *args)

    return made


@cache
def lexicon_of(year: int | None, region: str | None = None) -> Lexicon:
    """Given a paper's year and its publisher's region (烟台市, None where a paper does not tell), return its words."""
    return Lexicon(year, region)


def publisher_level(region: str | None) -> str | None:
    """Given a region as a body's name begins with it, return whose level it is: province, city or county."""
    if not region:
        return None
    if region in _municipalities():
        return "province"
    return next((level for level, ending in LEVELS if ending.search(region)), None)


def _lies_in(place: str, region: str) -> bool:
    return region in place or any(place.startswith(city) or city in place for city in _cities().get(region, ()))


@cache
def _cities() -> dict[str, tuple[str, ...]]:
    """Province → its cities (prefectures), by which a paper that names only its city is in the province."""
    return {r["province"]: tuple(r["cities"].split()) for r in vocabulary.rows("regions")}


@cache
def _municipalities() -> frozenset[str]:
    return frozenset(province for province, cities in _cities().items() if not cities)


def _words(text: str) -> tuple[re.Pattern, ...]:
    return tuple(re.compile(word) for word in text.split())


def _specific(row: dict[str, str]) -> int:
    """How narrowly a row holds: for a city before a province before a level before everywhere."""
    region = row.get("region")
    return (3 if region and region not in _cities() else 2 if region else 0) + bool(row.get("publisher_level"))


def forget() -> None:
    """Drop what was read, for who changes the files within a process."""
    vocabulary.forget()
    for made in (lexicon_of, _cities, _municipalities):
        made.cache_clear()
