"""What the columns mean: header rows, paths of merged header cells, and meaning composed of their words."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.reading.model import Cell, Grid
from pipelines.recognising.amounts import is_number, read_amount
from pipelines.recognising.keys import LIST_NUMBER, bare, key
from pipelines.recognising.vocabulary import header_words, row_words, three_public

YEAR = re.compile(r"(?:19|20)\d{2}年?度?")
UNIT = re.compile(r"\((?:单位:)?(?:亿元|百万元|万元|千元|元)\)")
FILLER = re.compile("预算数|预算|决算数|决算|其中|本年度|年度|部门|数|额|[:：,，、/()（）]|表")
LABELS = {
    "code",
    "name",
    "class_code",
    "section_code",
    "item_code",
    "project_name",
    "project_organization",
    "group_1",
    "group_3",
    "group_4",
    "serial",
    "remark",
}
BALANCES = ("overall_balance", "appropriation_balance")
CODE_CELL = re.compile(r"\d{3,7}|[A-Z0-9]{10,}")


class Column(NamedTuple):
    """One column's meaning. `role`: amount, one of LABELS, `blank` (no header text) or `unmapped`. `words` is the
    header path as printed; `unmapped` what of it the vocabulary does not know."""

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


def count_header_rows(sheet: Sheet, skip: int, year: int | None) -> int:
    """Given a sheet, return the first row that is no header: a row with an amount, a code, a total's or numbered
    label, or without text. `skip` rows at the top are title. Rows that number the columns (栏次) belong to the header."""
    row = skip
    words = header_words(year)
    while row < sheet.grid.n_rows:
        cells = sheet.row(row)
        texts = [key(cell.text) for cell in cells if key(cell.text)]
        if _numbers_columns(texts):
            row += 1
            continue
        spanned = any(c.row < row for c in (sheet.at(row, i) for i in range(sheet.grid.n_columns)) if c and key(c.text))
        if not texts and not spanned:
            return row
        known = [t for t in texts if bare(t) in words or _segments(t, year)[0]]
        if any(is_number(t) and not YEAR.fullmatch(t) for t in texts):
            return row
        if texts and not known and any(CODE_CELL.fullmatch(t) for t in texts):
            return row
        starts = texts[:1]
        if (
            starts
            and row > skip
            and not spanned
            and len(texts) <= 2
            and (
                LIST_NUMBER.match(starts[0])
                or any(w.pattern.fullmatch(bare(starts[0])) for w in row_words(year) if w.code)
            )
        ):
            return row
        row += 1
    return row


def _numbers_columns(texts: list[str]) -> bool:
    numbers = [int(t) for t in texts if t.isdigit() and len(t) <= 2]
    words = [t for t in texts if not (t.isdigit() and len(t) <= 2)]
    if any(t in ("栏次", "行次") for t in words):
        return True
    return (
        len(numbers) >= 3
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        and all(t in ("项目", "合计", "类", "款", "项") for t in words)
    )


def read_columns(sheet: Sheet, skip: int, header_rows: int, year: int | None, kind: str) -> list[Column]:
    """Given a sheet, return the meaning of each of its columns."""
    columns = [_column(sheet, n, skip, header_rows, year, kind) for n in range(sheet.grid.n_columns)]
    columns = [_settled(sheet, c, header_rows) for c in columns]
    return _periods(columns, by_side=kind in BALANCES)


def _column(sheet: Sheet, number: int, skip: int, header_rows: int, year: int | None, kind: str) -> Column:
    path: list[str] = []
    last = None
    rows = range(skip, header_rows + 1 if _header_in(sheet, header_rows, number, year) else header_rows)
    for row in rows:
        cell = sheet.at(row, number)
        if cell and cell is not last and key(cell.text):
            path.append(key(cell.text))
        last = cell
    meaning: dict[str, str] = {}
    unmapped: list[str] = []
    for text in path:
        found, rest = _segments(text, year)
        for phrase in found:
            for dimension, value in header_words(year)[phrase].items():
                meaning[dimension] = value
        if rest:
            unmapped.append(text)
    public = _three_public_code(path, year) if kind == "three_public" else None
    if public:
        meaning["role"] = "amount"
        unmapped = []
    role = meaning.get("role") or ("amount" if set(meaning) - {"side", "scheme"} else "side" if meaning else "")
    if not role or role == "side":
        role = "unmapped" if unmapped else "amount" if path else "blank"
    return Column(
        number,
        role,
        tuple(path),
        " / ".join(unmapped),
        meaning.get("side"),
        meaning.get("scheme"),
        meaning.get("fund_source"),
        meaning.get("fund_period"),
        meaning.get("expenditure_type"),
        meaning.get("amount_basis"),
        int(meaning.get("year_offset", 0)),
        public,
    )


def _header_in(sheet: Sheet, row: int, number: int, year: int | None) -> bool:
    """Whether a first data row carries a piece of header in this column (类 款 项 beside the printed total)."""
    cell = sheet.at(row, number)
    return bool(cell) and header_words(year).get(key(cell.text), {}).get("role", "").endswith("_code")


def _segments(text: str, year: int | None) -> tuple[list[str], str]:
    """Given a header text, return the vocabulary phrases in it, longest first, and what is left over."""
    words = header_words(year)
    text = UNIT.sub("", YEAR.sub("", text))
    if text in words:
        return [text], ""
    stripped = bare(text)
    if stripped in words:
        return [stripped], ""
    found = []
    rest = stripped
    while rest:
        hits = [w for w in words if len(w) > 1 and w in rest]
        if not hits:
            break
        phrase = max(hits, key=len)
        found.append((stripped.find(phrase), phrase))
        rest = rest.replace(phrase, " ", 1)
    rest = "".join(FILLER.sub(" ", rest).split())
    return [phrase for _, phrase in sorted(found)], rest


def _three_public_code(path: list[str], year: int | None) -> str | None:
    """The 三公 item a header path names: the deepest that is more than 小计 or 预算数."""
    words = three_public(year)
    for text in reversed(path):
        text = UNIT.sub("", YEAR.sub("", text))
        text = re.sub("(预算|决算)数?$|^一般公共预算|^财政拨款", "", text)
        if text in words:
            return words[text]
        if text in ("合计", "总计"):
            return "WHOLE"
    return None


def _settled(sheet: Sheet, column: Column, header_rows: int) -> Column:
    """Columns without a usable header are told by what stands in them: words make them labels."""
    if column.role not in ("blank", "unmapped"):
        return column
    texts = [
        c.text
        for r in range(header_rows, sheet.grid.n_rows)
        if (c := sheet.at(r, column.number)) and c.column == column.number
    ]
    states = [read_amount(t).state for t in texts if key(t)]
    if states and all(s == "text" for s in states):
        return column._replace(role="name" if column.role == "blank" else "remark")
    if column.role == "blank" and not states:
        return column._replace(role="remark")
    return column._replace(role="unmapped", unmapped=column.unmapped or "(no header)")


def _periods(columns: list[Column], by_side: bool) -> list[Column]:
    """本年 tells a column apart only where others are not of this year: without such, it says nothing."""
    amounts = [c for c in columns if c.role == "amount" and c.three_public is None]
    groups = [[c for c in amounts if c.side == side] for side in {c.side for c in amounts}] if by_side else [amounts]
    idle = {c.number for group in groups if all(c.fund_period == "current_year" for c in group) for c in group}
    return [c._replace(fund_period=None) if c.number in idle else c for c in columns]
