"""What the columns mean: header rows, paths of merged header cells, and meaning composed of their words."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.reading.model import Cell, Grid
from pipelines.recognising.amounts import is_number, read_amount
from pipelines.recognising.keys import bare, key
from pipelines.recognising.vocabulary import PROPOSED, header_words, three_public

YEAR = re.compile(r"(?:19|20)\d{2}年?度?")
UNIT = re.compile(r"\((?:(?:金额)?单位:)?(亿元|百万元|万元|千元|元)\)")
FILLER = re.compile("其中|按|金额|拨款|资金|本年度|年度|部门|单位|数|额|[:：,，、/()（）%]|表")
COUNTED = re.compile(
    r"(团组|人次|批次|人|批|辆|保有|购置)数量?(\([个人辆批次台团组家]+\))?$|\([个人辆批次台团组家]+\)$"
)
NO_HEADER = "(no header)"
MEASURE = re.compile(r"[万千]?元|[个人辆批次台团组家户套件]|人次|批次|团组")
IGNORED = {
    "change": "a change or a ratio, computed from columns of the same table",
    "count": "a count, no money",
    "price": "the price of one piece, contained in the amount beside it",
    "adjusted": "the adjusted budget; the warehouse holds the first budget and the final account",
    "detail": "a part of project expenditure that is in the column of its total",
}
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
    "measure",
    "remark",
}
BALANCES = ("overall_balance", "appropriation_balance")
CODE_PARTS = ("class_code", "section_code", "item_code")
CODES = ("code", "class_code", "section_code", "item_code", "serial")
ONE_FUND = ("government_fund", "state_capital", "general_public_by_function", "appropriation_by_function")


class Column(NamedTuple):
    """One column's meaning. `role`: amount, one of LABELS or IGNORED, `blank` (no header text) or `unmapped`. `words` is
    the header path as printed; `unmapped` what of it the vocabulary does not know, `spans` the first column and width
    of those cells; `year` and `unit` are set where the header prints them."""

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


def read_columns(sheet: Sheet, skip: int, header_rows: int, year: int | None, kind: str) -> list[Column]:
    """Given a sheet, return the meaning of each of its columns."""
    columns = [_column(sheet, n, skip, header_rows, year, kind) for n in range(sheet.grid.n_columns)]
    columns = _code_parts(_adjusted(_settled(sheet, columns, header_rows)))
    return _periods(columns, by_side=kind in BALANCES)


def _column(sheet: Sheet, number: int, skip: int, header_rows: int, year: int | None, kind: str) -> Column:
    cells = _path(sheet, number, skip, header_rows, year)
    meaning: dict[str, str] = {}
    roles: list[str] = []
    unknown: list[Cell] = []
    printed_year: int | None = None
    unit: str | None = None
    for cell in cells:
        found, rest = phrases_in(cell.text, year)
        for phrase in found:
            meaning |= header_words(year)[phrase]
            roles += [header_words(year)[phrase].get("role", "")]
        if rest:
            unknown.append(cell)
        printed_year = _printed_year(cell.text, year) or printed_year
        unit = _unit(cell.text) or unit
    path = tuple(key(cell.text) for cell in cells)
    public = _three_public_code(path, year) if kind == "three_public" else None
    ignored = next((r for r in roles if r in IGNORED), None)
    if public == "COUNT" or kind == "three_public" and path and COUNTED.search(path[-1]):
        ignored, public = "count", None
    if public:
        meaning["role"], unknown = "amount", []
    role = ignored or meaning.get("role") or ("amount" if cells else "blank")
    if role == "amount" and cells and _names_a_scheme(cells[-1].text, year):
        role = "code" if _holds_codes(sheet, number, header_rows) else "name"
    if role == "project_organization" and kind not in ("project", "procurement"):
        role = "measure" if _holds_measures(sheet, number, header_rows) else "name"
    return Column(
        number,
        role,
        path,
        " / ".join(key(cell.text) for cell in unknown),
        meaning.get("side"),
        meaning.get("scheme"),
        meaning.get("fund_source"),
        meaning.get("fund_period"),
        meaning.get("expenditure_type"),
        meaning.get("amount_basis"),
        int(meaning.get("year_offset", 0)),
        public,
        None if meaning.get("fund_period") == "carry_over" else printed_year,
        unit,
        tuple((cell.column, cell.column_span) for cell in unknown),
    )


def _path(sheet: Sheet, number: int, skip: int, header_rows: int, year: int | None) -> list[Cell]:
    """The header cells over a column, from the top, each once."""
    path: list[Cell] = []
    rows = range(skip, header_rows + 1 if _header_in(sheet, header_rows, number, year) else header_rows)
    for row in rows:
        cell = sheet.at(row, number)
        text = key(cell.text) if cell else ""
        if text and not (path and cell is path[-1]) and not text.isdigit() and text != "栏次":
            path.append(cell)
    return path


def _printed_year(text: str, year: int | None) -> int | None:
    """The year a heading names, where it is near the paper's own."""
    named = [int(y) for y in re.findall(r"(?<!\d)((?:19|20)\d{2})年?", key(text))]
    near = [y for y in named if year is not None and -5 <= y - year <= 2]
    return near[0] if len(set(named)) == 1 and near else None


def _unit(text: str) -> str | None:
    match = UNIT.search(key(text))
    return match[1] if match else None


def _header_in(sheet: Sheet, row: int, number: int, year: int | None) -> bool:
    """Whether a first data row carries a piece of header in this column (类 款 项 beside the printed total)."""
    cell = sheet.at(row, number)
    return bool(cell) and header_words(year).get(key(cell.text), {}).get("role", "").endswith("_code")


def phrases_in(text: str, year: int | None) -> tuple[list[str], str]:
    """Given a header text, return the vocabulary phrases in it, longest first, and what is left over. A word for labels
    (项目, 名称) counts at the end of a text only: 项目绩效 is no name."""
    words = header_words(year)
    text = UNIT.sub("", YEAR.sub("", key(text))).replace("上年度", "上年").replace("本年度", "本年")
    if text in words:
        return [text], ""
    stripped = bare(text)
    if stripped in words:
        return [stripped], ""
    found = []
    rest = stripped
    while rest:
        hits = [w for w in words if len(w) > 1 and w in rest and (not _is_label(words[w]) or _ends(rest, w))]
        if not hits:
            break
        phrase = max(hits, key=len)
        found.append((stripped.find(phrase), phrase))
        rest = rest.replace(phrase, " ", 1)
    rest = "".join(FILLER.sub(" ", rest).split())
    return [phrase for _, phrase in sorted(found)], rest


def _is_label(meaning: dict[str, str]) -> bool:
    return meaning.get("role") in LABELS


def _ends(text: str, word: str) -> bool:
    after = text[text.find(word) + len(word) :]
    return not after or after.startswith("(")


def heading_of(column: Column) -> str:
    """Given a column, return the deepest unknown heading over it in the form of the vocabulary: without year, unit and
    list number."""
    said = column.unmapped.split(" / ")[-1] if column.unmapped else ""
    if said == NO_HEADER:
        return PROPOSED
    return bare(UNIT.sub("", YEAR.sub("", said)).replace("上年度", "上年").replace("本年度", "本年")) or PROPOSED


def _three_public_code(path: tuple[str, ...], year: int | None) -> str | None:
    """The 三公 item a header path names: the deepest heading that is more than 小计 or 预算数, None where no vocabulary
    knows it; WHOLE where the path says no more than 合计."""
    words = three_public(year)
    whole = False
    for text in reversed(path):
        item = UNIT.sub("", YEAR.sub("", text))
        item = re.sub("((预算|决算|执行)数?|金额)$|^一般公共预算|^财政拨款", "", bare(item))
        if item in words:
            return words[item]
        if item in ("合计", "总计"):
            whole = True
        elif item not in ("", "小计", "年初", "全年"):
            return None
    return "WHOLE" if whole else None


def _settled(sheet: Sheet, columns: list[Column], header_rows: int) -> list[Column]:
    """Columns whose header is not wholly known are told by what stands in them: words and codes make them labels. An
    unknown heading over money is no matter where it covers labels or all the money alike; else nothing is guessed."""
    money = [c.number for c in columns if c.role not in LABELS and _holds(sheet, c.number, header_rows, is_number)]
    return [_settle(sheet, c, header_rows, columns, money) for c in columns]


def _settle(sheet: Sheet, column: Column, header_rows: int, columns: list[Column], money: list[int]) -> Column:
    if column.role in IGNORED or column.role != "blank" and not column.unmapped:
        return column
    filled = _holds(sheet, column.number, header_rows, lambda text: True)
    if column.role == "blank":
        if not filled:
            return column._replace(role="remark")
        worded = not _holds(sheet, column.number, header_rows, lambda t: read_amount(t).state != "text")
        return column._replace(role="name" if worded else "unmapped", unmapped="" if worded else NO_HEADER)
    if column.role in LABELS:
        money_in_it = _holds(sheet, column.number, header_rows, lambda t: is_number(t) and not _is_code(t, column.role))
        return column._replace(role="unmapped") if money_in_it else column
    if filled and not _holds(sheet, column.number, header_rows, lambda t: read_amount(t).state != "text"):
        return column._replace(role="remark")
    labels = {c.number for c in columns if c.role in LABELS}
    alike = all(_covers(span, labels, money) for span in column.spans)
    return column if alike else column._replace(role="unmapped")


def _covers(span: tuple[int, int], labels: set[int], money: list[int]) -> bool:
    """Whether a heading covers a label column, or two and more columns of money that are all there are."""
    covered = set(range(span[0], span[0] + span[1]))
    return bool(covered & labels) or len(money) > 1 and covered >= set(money)


def _holds(sheet: Sheet, number: int, first: int, test) -> bool:
    """Whether the text of a data cell of a column passes a test."""
    cells = (sheet.at(row, number) for row in range(first, sheet.grid.n_rows))
    return any(test(key(c.text)) for c in cells if c and c.column == number and key(c.text))


def _is_code(text: str, role: str) -> bool:
    return role in CODES and text.isdigit()


def _names_a_scheme(text: str, year: int | None) -> bool:
    """Whether a heading says by what rows are classified and nothing of money: its column is a label whatever it holds."""
    meaning = {d: v for phrase in phrases_in(text, year)[0] for d, v in header_words(year)[phrase].items()}
    return "scheme" in meaning and not meaning.keys() - {"scheme", "side"}


def _holds_codes(sheet: Sheet, number: int, first: int) -> bool:
    return _holds(sheet, number, first, str.isdigit) and not _holds(sheet, number, first, lambda t: not t.isdigit())


def _holds_measures(sheet: Sheet, number: int, first: int) -> bool:
    """Whether a column under 单位 says what is counted (万元 个 人) and not who spends."""
    return _holds(sheet, number, first, bool) and not _holds(sheet, number, first, lambda t: not MEASURE.fullmatch(t))


def _code_parts(columns: list[Column]) -> list[Column]:
    """Two or three code columns side by side under one heading are 类 款 项, whatever stands over each."""
    found = list(columns)
    start = 0
    while start < len(found):
        end = start
        while end < len(found) and found[end].role == "code" and found[end].words[:1] == found[start].words[:1]:
            end += 1
        if 2 <= end - start <= len(CODE_PARTS):
            for column, role in zip(range(start, end), CODE_PARTS, strict=False):
                found[column] = found[column]._replace(role=role)
        start = max(end, start + 1)
    return found


def _adjusted(columns: list[Column]) -> list[Column]:
    """调整预算数 and 全年预算数 are the budget where no other budget column stands beside them, 其他运转类 and 特定目标类
    are project expenditure where no total of it does; else they are not counted twice."""
    first = any(c.role == "amount" and c.amount_basis == "budget" for c in columns)
    total = any(c.role == "amount" and c.expenditure_type == "project" for c in columns)
    stands = {"adjusted": None if first else "amount", "detail": None if total else "amount"}
    basis = {"adjusted": "budget"}
    return [
        c._replace(role=stands[c.role], amount_basis=basis.get(c.role, c.amount_basis)) if stands.get(c.role) else c
        for c in columns
    ]


def _periods(columns: list[Column], by_side: bool) -> list[Column]:
    """本年 tells a column apart only where others are not of this year: without such, it says nothing."""
    amounts = [c for c in columns if c.role == "amount" and c.three_public is None]
    groups = [[c for c in amounts if c.side == side] for side in {c.side for c in amounts}] if by_side else [amounts]
    idle = {c.number for group in groups if all(c.fund_period == "current_year" for c in group) for c in group}
    return [c._replace(fund_period=None) if c.number in idle else c for c in columns]
