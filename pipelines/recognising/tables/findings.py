"""What must be said of a table: words nobody knows, numbers that are in no mart, notes that contradict."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pipelines.reading.model import Cell
from pipelines.recognising.findings import make_finding
from pipelines.recognising.keys import bare, key
from pipelines.recognising.lexicon import TableKind
from pipelines.recognising.records import Finding, Table
from pipelines.recognising.tables.amounts import is_number, read_amount
from pipelines.recognising.tables.headers import IGNORED, Column, Sheet, heading_of
from pipelines.recognising.tables.proposals import meaning_of_column
from pipelines.recognising.tables.subjects import Line
from pipelines.recognising.vocabulary import CLASSIFICATIONS, PROPOSED, csv_row, literal
from pipelines.recognising.wording import BESIDE, LABELS, without_year_and_unit

CODE_ROLES = ("code", "class_code", "section_code", "item_code", "serial", "measure")


def finding(
    table: Table,
    kind: str,
    severity: str,
    text: str,
    message: str,
    vocabulary_file: str | None = None,
    proposed_row: str | None = None,
) -> Finding:
    """Given a table and what is to be said of it, return the finding with a stable id."""
    return make_finding(
        table.document_id,
        kind,
        severity,
        text,
        message,
        where=(table.table_id,),
        page=table.first_page,
        table_id=table.table_id,
        vocabulary_file=vocabulary_file,
        proposed_row=proposed_row,
    )


def table_findings(
    sheet: Sheet,
    table: Table,
    kind: TableKind,
    columns: list[Column],
    lines: list[Line],
    apart: list[Line],
    first: int,
    unknown: str,
    told: Collection[tuple[int, int]] = (),
) -> list[Finding]:
    """Given a table with its columns, the lines that became amounts and those set apart (counts), return what must be
    said of it. `first` is the first data row, `unknown` what of the title no vocabulary knows, `told` are the places
    (row, column) of its changes."""
    found = _of_title(table, unknown)
    for column in columns:
        found += _of_column(sheet, table, kind, column, columns, first)
    found += _of_rows(table, lines)
    found += _of_places(table, lines)
    found += _of_twins(table, columns)
    found += _of_lost_numbers(sheet, table, kind, columns, lines, apart, first, told)
    return found + _of_cells(table, lines) + _of_state(table)


def _of_title(table: Table, unknown: str) -> list[Finding]:
    if not unknown:
        return []
    message = f"{unknown} in the title is in no vocabulary; the table was read as {table.table_kind}"
    row = csv_row([unknown, PROPOSED + "nothing", ""])
    return [finding(table, "unmapped_title", "warning", table.title, message, "title_words.csv", row)]


def _of_column(
    sheet: Sheet, table: Table, kind: TableKind, column: Column, columns: list[Column], first: int
) -> list[Finding]:
    numbers = [c for c in data_cells(sheet, column.number, first) if is_number(c.text)]
    words = " / ".join(column.words) or f"column {column.number + 1}"
    if column.role == "unmapped":
        file, row = "header_words.csv", [heading_of(column), *meaning_of_column(sheet, column, columns, first), ""]
        if kind.layout == "items":
            file, row = "three_public.csv", [heading_of(column), PROPOSED, ""]
        return [
            finding(
                table,
                "unmapped_header",
                "error" if numbers else "info",
                words,
                f"no meaning for this column; {len(numbers)} numbers of it are in no mart",
                file,
                csv_row(row),
            )
        ]
    if column.inferred:
        message = f"the meaning of this column was worked out by arithmetic: {column.inferred}"
        meant = next((d for d in ("fund_source", "expenditure_type", "fund_period") if getattr(column, d)), "role")
        said = getattr(column, meant)
        phrase = bare(without_year_and_unit(column.words[-1])) if column.words else ""
        row = csv_row([phrase, meant, PROPOSED + said, ""]) if phrase else None
        return [finding(table, "inferred_header", "warning", words, message, "header_words.csv" if row else None, row)]
    if column.role == "amount" and column.unmapped:
        message = f"{column.unmapped} is in no vocabulary; it stands over all columns alike and was passed over"
        row = csv_row([heading_of(column), PROPOSED, PROPOSED, ""])
        return [finding(table, "unmapped_header", "warning", words, message, "header_words.csv", row)]
    if column.role in IGNORED and numbers:
        message = f"{len(numbers)} numbers are in no mart: {IGNORED[column.role]}"
        return [finding(table, "ignored_column", "info", words, message)]
    printed = [c for c in numbers if "." in c.text or "," in key(c.text)]
    if column.role in LABELS and column.role not in CODE_ROLES and printed:
        message = f"{len(printed)} numbers in a column of labels ({column.role}) are in no mart"
        return [finding(table, "ignored_column", "info" if column.role == "remark" else "error", words, message)]
    if column.role == BESIDE and column.words and column.scheme not in CLASSIFICATIONS:
        message = (
            "the table is read by the classification beside this one; what this one says of its rows is in no mart"
        )
        return [finding(table, "ignored_column", "info", words, message)]
    return []


def _of_rows(table: Table, lines: list[Line]) -> list[Finding]:
    found = []
    for subject in {line.subject.row.number: line.subject for line in lines if not line.subject.known}.values():
        label = bare(subject.row.name)
        numbers = any(read_amount(c.text).state == "number" for c in subject.row.cells.values())
        if not label or not numbers:
            continue
        fund = subject.scheme == "fund_source"
        values = [label, "fund_source", PROPOSED, ""] if fund else [literal(label), "flow", PROPOSED, "", "", ""]
        where = "header_words.csv" if fund else "row_words.csv"
        message = "no meaning for this row label; its amounts keep the printed name only"
        found.append(finding(table, "unmapped_row", "warning", label, message, where, csv_row(values)))
    return found


def _of_places(table: Table, lines: list[Line]) -> list[Finding]:
    """Rows of a list without codes of which nothing that adds up says under which other they stand."""
    filled = [line for line in lines if read_amount(line.cell.text).state == "number"]
    unsure = {line.subject.row.number: line.subject for line in filled if not line.subject.sure}
    if not unsure:
        return []
    names = " ".join(bare(subject.row.name) for subject in list(unsure.values())[:5])
    message = f"no outline of the list adds up, or several do: the levels of {len(unsure)} rows follow names and blanks"
    return [finding(table, "unplaced_row", "warning", names, message)]


def _of_twins(table: Table, columns: list[Column]) -> list[Finding]:
    """Two columns of one meaning: what tells them apart is in no vocabulary. Those below one heading of a fund are
    parts of it, and all known (财政专户 over 教育收费 and 其他专户收入)."""
    meanings: dict[tuple, Column] = {}
    found = []
    for column in columns:
        if column.role != "amount":
            continue
        twin = meanings.setdefault(column.meaning, column)
        parts = column.fund_source and len(column.words) > 1 and twin.words[:-1] == column.words[:-1]
        if twin is not column and twin.words != column.words and not parts and _is_beside(twin, column, columns):
            text = f"{' / '.join(twin.words)} | {' / '.join(column.words)}"
            message = "two columns of one meaning; what tells them apart is not known"
            found.append(finding(table, "unmapped_header", "warning", text, message))
    return found


def _is_beside(one: Column, other: Column, columns: list[Column]) -> bool:
    """Whether no label column parts two columns."""
    return not any(c.role in LABELS for c in columns[one.number : other.number])


def _of_lost_numbers(
    sheet: Sheet,
    table: Table,
    kind: TableKind,
    columns: list[Column],
    lines: list[Line],
    apart: list[Line],
    first: int,
    told: Collection[tuple[int, int]],
) -> list[Finding]:
    used = {(line.cell.row, line.cell.column) for line in (*lines, *apart)} | {*told}
    found = []
    for column in columns:
        if column.role != "amount":
            continue
        lost = [
            c for c in data_cells(sheet, column.number, first) if (c.row, c.column) not in used and is_number(c.text)
        ]
        if lost:
            where = ", ".join(str(c.row + 1) for c in lost[:5])
            message = (
                f"{len(lost)} numbers of column {column.number + 1}, row {where}, have no label and are in no mart"
            )
            labels = {_label(sheet, c.row, columns) for c in lost} - {""}
            row = csv_row([min(labels), PROPOSED, ""]) if labels and kind.layout == "items" else None
            file = "three_public.csv" if row else None
            found.append(finding(table, "unmapped_row", "error", lost[0].text, message, file, row))
    for line in {(x.block.number, x.subject.row.number): x for x in apart}.values():
        if numbers := sum(is_number(c.text) for c in line.subject.row.cells.values()):
            what = IGNORED["change"] if line.column.role == "change" else "counts"
            message = f"{numbers} numbers are in no mart: {what}"
            found.append(finding(table, "ignored_column", "info", line.subject.row.name, message))
    return found


def _label(sheet: Sheet, row: int, columns: list[Column]) -> str:
    cells = (sheet.at(row, c.number) for c in columns if c.role in ("name", "group_1"))
    return next((bare(c.text) for c in cells if c and key(c.text)), "")


def _of_cells(table: Table, lines: list[Line]) -> list[Finding]:
    found = []
    for line in lines:
        state = read_amount(line.cell.text).state
        if state == "unread" or state == "text" and any(c.isdigit() for c in key(line.cell.text)):
            message = f"cell at row {line.cell.row + 1}, column {line.cell.column + 1} could not be read as an amount"
            found.append(finding(table, "unread_cell", "error", line.cell.text, message))
    return found


def _of_state(table: Table) -> list[Finding]:
    if table.state == "unknown_unit":
        message = "no money unit is printed; the document is held until one is known"
        return [finding(table, "unknown_unit", "error", table.title, message)]
    if table.state == "empty_undeclared":
        message = "the table shows no amount and does not say that it is empty"
        return [finding(table, "undeclared_empty", "info", table.title, message)]
    if table.state == "filled" and table.says_empty:
        message = "the note says the table is empty, yet it shows amounts"
        return [finding(table, "label", "warning", table.note[:80], message)]
    return []


def data_cells(sheet: Sheet, column: int, first: int) -> Iterable[Cell]:
    """The cells that begin in a column, from row `first` on."""
    return (
        c for r in range(first, sheet.grid.n_rows) if (c := sheet.at(r, column)) and c.row == r and c.column == column
    )
