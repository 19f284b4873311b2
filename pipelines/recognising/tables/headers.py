"""What one column means: the path of header cells over it, and the meaning composed of their words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pipelines.reading.model import Cell, Grid
from pipelines.recognising.keys import bare, key
from pipelines.recognising.lexicon import Lexicon, TableKind
from pipelines.recognising.tables.column_numbers import numbers_columns
from pipelines.recognising.vocabulary import PROPOSED, codes_named, economic_classes
from pipelines.recognising.wording import UNIT, YEAR, contradicts, meaning_of, phrases_in, without_year_and_unit

COUNTED = re.compile(
    r"(团组|人次|批次|人|批|辆|保有|购置)数量?(\([个人辆批次台团组家]+\))?$|\([个人辆批次台团组家]+\)$"
)
# What stands beside a 三公 item in its heading and says whose money it is, or on which basis
FUND_AND_BASIS = re.compile(
    "((年初|全年|调整后?|预计|预算|决算|执行)+(总?[数额])?|金额|总[数额])$|财政拨款(?=预算|决算|总)|"
    "^(一般公共预算|公共财政预算|公共预算|财政)(财政)?(拨款)?((所)?安排)?的?(?!预算)"
)
NO_HEADER = "(no header)"
MEASURE = re.compile(r"[万千]?元|[个人辆批次台团组家户套件]|人次|批次|团组")
IGNORED = {
    "change": "a change against another year; nothing says whether it is an amount or a percentage",
    "ratio": "a ratio, computed from columns of the same table",
    "count": "a count, no money",
    "price": "the price of one piece, contained in the amount beside it",
    "part": "a part of a column that the table does not print",
    "cross": "one economic class of the row's whole: no mart divides a row by both classifications",
    "detail": "a part of project expenditure that is in the column of its total",
}


class Column(NamedTuple):
    """One column's meaning. `role`: amount, one of LABELS or IGNORED, `blank` (no header text) or `unmapped`. `words`
    is the header path as printed; `unmapped` what of it the vocabulary does not know, `spans` the first column and
    width of those cells; `year` and `unit` are set where the header prints them; `inferred` is the proof of a meaning
    that arithmetic gives and not its words. `subset_of` are the words of a column that is only a part of the one beside
    it, whose meaning it then has."""

    number: int
    role: str
    words: tuple[str, ...]
    unmapped: str
    side: str | None = None
    scheme: str | None = None
    fund_source: str | None = None
    fund_period: str | None = None
    expenditure_type: str | None = None
    amount_basis: str | None = None
    year_offset: int = 0
    three_public: str | None = None
    year: int | None = None
    unit: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    beside: str | None = None  # what a label of a classification set aside is: its code, or its name
    inferred: str = ""
    subset_of: str | None = None
    table_kind: str | None = None  # where its amounts are of another kind than its table

    @property
    def meaning(self) -> tuple:
        """What tells the column apart from the others of its table."""
        return (
            self.side,
            self.scheme,
            self.fund_source,
            self.fund_period,
            self.expenditure_type,
            self.amount_basis,
            self.year_offset,
            self.three_public,
            self.year,
            self.unit,
            self.subset_of,
            self.table_kind,
        )


class Sheet:
    """A grid with its cells found by row and column."""

    def __init__(self, grid: Grid):
        self.grid = grid
        self.slots: dict[tuple[int, int], Cell] = {}
        for cell in grid.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                for column in range(cell.column, cell.column + cell.column_span):
                    self.slots.setdefault((row, column), cell)

    def at(self, row: int, column: int) -> Cell | None:
        return self.slots.get((row, column))

    def row(self, row: int) -> list[Cell]:
        """The cells that begin in a row, from left to right."""
        seen = []
        for column in range(self.grid.n_columns):
            cell = self.at(row, column)
            if cell and cell.row == row and cell.column == column:
                seen.append(cell)
        return seen


def column_of(sheet: Sheet, number: int, skip: int, header_rows: int, lexicon: Lexicon, kind: TableKind) -> Column:
    """Given a sheet and the number of one of its columns, return what its header says; its content decides only between
    kinds of labels. `skip` rows at the top are title, data begins at `header_rows`."""
    cells = _path(sheet, number, skip, header_rows, lexicon)
    meaning: dict[str, str] = {}
    roles: list[str] = []
    unknown: list[Cell] = []
    printed_year: int | None = None
    unit: str | None = None
    partly = False
    for cell in cells:
        said, rest = meaning_of(cell.text, lexicon)
        if contradicts(meaning, said):
            partly, rest = key(cell.text).startswith("其中"), rest or key(cell.text)
        meaning |= {} if partly else said
        roles += [lexicon.header_words[phrase].get("role", "") for phrase in phrases_in(cell.text, lexicon)[0]]
        if rest:
            unknown.append(cell)
        printed_year = year_in(cell.text, lexicon) or printed_year
        unit = _unit(cell.text) or unit
    path = tuple(key(cell.text) for cell in cells)
    public = _three_public_code(path, lexicon) if kind.layout == "items" else None
    ignored = next((r for r in roles if r in IGNORED), None)
    if partly and not ignored:
        ignored, unknown = "part", []
    if public == "COUNT" or kind.layout == "items" and path and COUNTED.search(path[-1]):
        ignored, public = "count", None
    if public:
        if meaning.get("fund_period") == "current_year":
            del meaning["fund_period"]  # 当年 beside 上年 tells the year, and no fund that is carried over
        meaning["role"], unknown = "amount", []
    if unknown and not ignored and kind.layout != "items" and _names_economic(bare(cells[-1].text)):
        ignored, unknown = "cross", []
    subset = re.sub("^其中:?", "", path[-1]) if ignored == "part" else None
    role = ignored or meaning.get("role") or ("amount" if cells else "blank")
    if role == "amount" and cells and _names_a_scheme(cells[-1].text, lexicon):
        role = "code" if _holds_codes(sheet, number, header_rows) else "name"
    if role == "project_organization" and not kind.names_units:
        role = "measure" if _holds_measures(sheet, number, header_rows) else "name"
    return Column(
        number=number,
        role=role,
        words=path,
        unmapped=" / ".join(key(cell.text) for cell in unknown),
        side=meaning.get("side"),
        scheme=meaning.get("scheme"),
        fund_source=meaning.get("fund_source"),
        fund_period=meaning.get("fund_period"),
        expenditure_type=meaning.get("expenditure_type"),
        amount_basis=meaning.get("amount_basis"),
        year_offset=int(meaning.get("year_offset", 0)),
        three_public=public,
        year=None if meaning.get("fund_period") == "carry_over" else printed_year,
        unit=unit,
        spans=tuple((cell.column, cell.column_span) for cell in unknown),
        subset_of=subset,
        table_kind=meaning["table_kind"] if meaning.get("table_kind", kind.table_kind) != kind.table_kind else None,
    )


def _names_economic(text: str) -> bool:
    """Whether a heading is an economic class or item: 工资福利支出, 按项目管理的商品和服务支出."""
    return bool(codes_named("economic", text)) or any(text.endswith(name) for name in economic_classes())


def _path(sheet: Sheet, number: int, skip: int, header_rows: int, lexicon: Lexicon) -> list[Cell]:
    """The header cells over a column, from the top, each once."""
    path: list[Cell] = []
    rows = range(skip, header_rows + 1 if _header_in(sheet, header_rows, number, lexicon) else header_rows)
    for row in rows:
        if numbers_columns([key(c.text) for c in sheet.row(row) if key(c.text)]):
            continue
        cell = sheet.at(row, number)
        text = key(cell.text) if cell else ""
        if text and not (path and cell is path[-1]) and not text.isdigit():
            path.append(cell)
    return path


def year_in(text: str, lexicon: Lexicon) -> int | None:
    """Given a heading, return the year it names, where it is near the paper's own."""
    named = [int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d{2})年?", key(text))]
    near = [y for y in named if lexicon.year is not None and -5 <= y - lexicon.year <= 2]
    return near[0] if len(set(named)) == 1 and near else None


def _unit(text: str) -> str | None:
    match = UNIT.search(key(text))
    return match[1] if match else None


def _header_in(sheet: Sheet, row: int, number: int, lexicon: Lexicon) -> bool:
    """Whether a first data row carries a piece of header in this column (类 款 项 beside the printed total)."""
    cell = sheet.at(row, number)
    return bool(cell) and lexicon.header_words.get(key(cell.text), {}).get("role", "").endswith("_code")


def heading_of(column: Column) -> str:
    """Given a column, return the deepest unknown heading over it in the form of the vocabulary: without year, unit and
    list number."""
    said = column.unmapped.split(" / ")[-1] if column.unmapped else ""
    if said == NO_HEADER:
        return PROPOSED
    return bare(without_year_and_unit(said)) or PROPOSED


def _three_public_code(path: tuple[str, ...], lexicon: Lexicon) -> str | None:
    """The 三公 item a header path names: the deepest heading that is more than 小计 or 预算数, None where no vocabulary
    knows it; WHOLE where the path says no more than 合计."""
    words = lexicon.three_public
    whole = False
    for text in reversed(path):
        item = UNIT.sub("", YEAR.sub("", text))
        item = FUND_AND_BASIS.sub("", bare(item))
        if item in words:
            return words[item]
        if item in ("合计", "总计"):
            whole = True
        elif item not in ("", "小计") and not _names_a_period(text, lexicon):
            return None
    return "WHOLE" if whole else None


def _names_a_period(text: str, lexicon: Lexicon) -> bool:
    """Whether a heading says of what year or on which basis its columns are, or that they are changes, nothing else."""
    meaning, rest = meaning_of(text, lexicon)
    role = meaning.pop("role", "change")
    told = {"year_offset", "fund_period", "amount_basis", "measure"}
    return not rest and role == "change" and bool(phrases_in(text, lexicon)[0]) and not meaning.keys() - told


def holds(sheet: Sheet, number: int, first: int, test: Callable[[str], object]) -> bool:
    """Given a column, return whether the text of a data cell of a column passes a test."""
    cells = (sheet.at(row, number) for row in range(first, sheet.grid.n_rows))
    return any(test(key(c.text)) for c in cells if c and c.column == number and key(c.text))


def _names_a_scheme(text: str, lexicon: Lexicon) -> bool:
    """Whether a heading says by what rows are classified and nothing of money: its column holds labels."""
    meaning, _ = meaning_of(text, lexicon)
    return "scheme" in meaning and not meaning.keys() - {"scheme", "side"}


def _holds_codes(sheet: Sheet, number: int, first: int) -> bool:
    return holds(sheet, number, first, str.isdigit) and not holds(sheet, number, first, lambda t: not t.isdigit())


def _holds_measures(sheet: Sheet, number: int, first: int) -> bool:
    """Whether a column under 单位 says what is counted (万元 个 人) and not who spends."""
    return holds(sheet, number, first, bool) and not holds(sheet, number, first, lambda t: not MEASURE.fullmatch(t))
