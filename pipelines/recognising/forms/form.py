"""The story of the performance forms: which grids are forms, what their rows are, every value a record."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipelines.reading.model import Grid, Line, Reading
from pipelines.recognising.forms.amounts import Money, Trouble, amount_of, form_amounts, head_amount
from pipelines.recognising.forms.budgets import budgets, heads_elsewhere
from pipelines.recognising.forms.findings import (
    blank_form,
    form_finding,
    list_totals,
    trouble_finding,
    unknown_words,
    unread_grid,
)
from pipelines.recognising.forms.grid import FormRow, form_rows, one_line
from pipelines.recognising.forms.head import (
    body_name,
    chosen_option,
    first_field,
    first_text,
    project_name,
    title_year,
    year_in,
    years_in,
)
from pipelines.recognising.forms.headers import read_header, unit_of
from pipelines.recognising.forms.parts import FormParts
from pipelines.recognising.forms.records import Contact, Form, FormAmount, Forms
from pipelines.recognising.forms.targets import form_goals, form_indicators, says_something
from pipelines.recognising.forms.walk import walk_forms
from pipelines.recognising.forms.words import (
    contacts_in,
    is_form_title,
    is_year,
    label_of,
    labels_of,
    scope_of,
    stage_of,
)
from pipelines.recognising.identity import Identity
from pipelines.recognising.keys import identifier, key
from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.records import Finding, Table
from pipelines.recognising.tables.amounts import unit_in
from pipelines.recognising.tables.titles import Surroundings

TELEPHONE = re.compile(r"[\d\-—()（）转\s]{7,}")


def recognise_forms(
    reading: Reading, around: Mapping[int, Surroundings], tables: Sequence[Table], who: Identity
) -> Forms:
    """Given a reading, what stands around its grids, what its tables were found to be, and whose paper it is, return
    its performance forms as records. Pure: the same input, the same records."""
    grids = form_grids(reading, around, tables, who)
    walked = walk_forms([(title, rows) for _, title, rows in grids], who.lexicon)
    walked = [parts for parts in walked if parts.fields or parts.rows]
    by_number = {grid.number: grid for grid, _, _ in grids}
    out = Forms((), (), (), (), (), (), ())
    blank = [parts for parts in walked if not says_something(parts)]
    filled = [parts for parts in walked if says_something(parts)]
    above = [around[parts.grid].above if parts.grid in around else () for parts in filled]
    for number, (parts, lines) in enumerate(zip(filled, above, strict=True), 1):
        out = _joined(out, _form(number, parts, lines, who))
    units = [_unit(parts, lines, [parts.title, *parts.headings]) for parts, lines in zip(filled, above, strict=True)]
    told = (*(blank_form(parts, who) for parts in blank), *list_totals(filled, out.forms, units, who))
    out = out._replace(findings=out.findings + told)
    used = tuple(sorted({n for parts in walked for n in parts.understood}))
    unread = tuple(unread_grid(by_number[n], who) for n in sorted(set(by_number) - set(used)))
    return out._replace(findings=out.findings + unread, grids_used=used)


def form_grids(
    reading: Reading, around: Mapping[int, Surroundings], tables: Sequence[Table], who: Identity
) -> list[tuple[Grid, str | None, list[FormRow]]]:
    """Given a reading, return the grids of its forms with their rows and the form title printed above each; None for a
    grid that goes on with the form before it. A budget table ends the forms, and so does a page without one."""
    kinds = {table.table_no: table.table_kind for table in tables}
    lines: dict[int, list[Line]] = {}
    for line in reading.lines:
        lines.setdefault(line.page, []).append(line)
    found: list[tuple[Grid, str | None, list[FormRow]]] = []
    last_page = None
    for grid in reading.grids:
        if kinds.get(grid.number):
            last_page = None
            continue
        title = _title(around[grid.number].above if grid.number in around else (), who.lexicon)
        goes_on = last_page is not None and grid.first_page - last_page <= 1
        rows = form_rows(grid, [x for p in range(grid.first_page, grid.last_page + 1) for x in lines.get(p, ())])
        if title is None and not goes_on and not _looks_like_form(rows, who.lexicon):
            last_page = None
            continue
        found.append((grid, title if title is not None or goes_on else "", rows))
        last_page = grid.last_page
    return found


def _title(above: Sequence[Line], lexicon: Lexicon) -> str | None:
    """The nearest line above a grid that is a form's title, with the lines it is wrapped over."""
    for i, line in enumerate(above):
        text, found = line.text.strip(), None
        for upper in (None, *above[i + 1 : i + 3]):
            if upper is not None:
                if not _wraps(upper, line):
                    break
                text, line = upper.text.strip() + text, upper
            if is_form_title(text, lexicon) and not label_of(text, lexicon, "section"):
                found = text
        if found:
            return found
    return None


def _wraps(upper: Line, lower: Line) -> bool:
    """Whether a line goes on in the next: same page, same size of print, close together, no heading of its own."""
    height = lower.box.bottom - lower.box.top
    same = abs((upper.box.bottom - upper.box.top) - height) < 0.15 * height
    close = upper.page == lower.page and lower.box.top - upper.box.bottom < height
    return same and close and not re.search("[:：。；;]|^第.+部分", upper.text)


def _looks_like_form(rows: Sequence[FormRow], lexicon: Lexicon) -> bool:
    """Whether a grid without a title is a form: it has a table of indicators, or its first rows the head of one."""
    heads = [label for row in rows[:4] for slot in row.own for label in labels_of(slot.text, lexicon)]
    labels = {label.meaning for label in heads if label.kind == "field"}
    if "project_name" in labels and labels & {"executing_unit", "project_department", "project_code"}:
        return any(label_of(s.text, lexicon, "goal", "section") for row in rows for s in row.own)
    headers = (read_header(rows, i, row.own, lexicon) for i, row in enumerate(rows))
    return any(h and (h.table == "indicators" or h.table == "project_goals" and h.last_row < 4) for h in headers)


def _form(number: int, parts: FormParts, above: Sequence[Line], who: Identity) -> Forms:
    """The records of one form."""
    form_id = identifier(who.document_id, "form", number)
    titles = [parts.title, *parts.headings]
    named = title_year([*titles[:1], *filter(is_year, parts.headings)]) or year_in(first_text(parts, "project_year"))
    year = named or who.fiscal_year or _year_after(parts)
    lexicon = who.lexicon.of_year(year)
    money = Money(_unit(parts, above, titles), lexicon)
    amounts, calculations, troubles = form_amounts(form_id, parts, money)
    form, heads, doubts = _head(form_id, number, parts, money, amounts, who)
    scope = _default_scope(parts, form, lexicon)
    indicators, nameless = form_indicators(form_id, who.document_id, parts, lexicon, scope)
    troubles += [Trouble("unread_cell", slot, "") for slot in nameless]
    findings = [
        *doubts,
        *(trouble_finding(t, form, who) for t in troubles),
        *unknown_words(parts, form, indicators, who),
    ]
    return Forms(
        (form,),
        (*amounts, *heads),
        tuple(form_goals(form_id, parts, scope)),
        tuple(indicators),
        tuple(_contacts(form_id, parts, above, who)),
        tuple(findings),
        (),
        tuple(calculations),
    )


def _head(
    form_id: str, number: int, parts: FormParts, money: Money, amounts: Sequence[FormAmount], who: Identity
) -> tuple[Form, list[FormAmount], list[Finding]]:
    text = {name: first_text(parts, name) for name in ("project_name", "project_code")}
    for name in ("project_department", "executing_unit", "organization_name"):
        named = first_field(parts, name)
        text[name] = body_name(first_text(parts, name), key(named.label) if named else "")
    code, text["project_name"] = project_name(text["project_name"])
    text["project_code"] = text["project_code"] or code
    kind = _kind(parts, text["project_name"])
    doubts = []
    chosen: dict[str, str | None] = {}
    for name in ("project_category", "project_frequency"):
        field = first_field(parts, name)
        chosen[name], sure = chosen_option(field.slot.text if field else None)
        if field and not sure:
            doubts.append(form_finding(who, "label", "warning", field.slot.page, form_id, key(field.label),
                                   "none or several of the check boxes are marked; no option is taken"))  # fmt: skip
    budget: dict[str, Decimal | None] = {"total_budget": None, "year_budget": None}
    heads: list[FormAmount] = []
    for line_no, name in enumerate(budget, 1):
        if not (field := first_field(parts, name)):
            continue
        read = amount_of(field.slot, unit_of(field.label) or money.unit)
        budget[name] = read.value
        if read.state in ("blank", "dash"):
            continue
        heads.append(head_amount(form_id, name, line_no, field, read, money))
        if read.trouble:
            doubts.append(trouble_finding(Trouble(read.trouble, field.slot, field.label), parts, who))
    heads += heads_elsewhere(amounts, budget, money.lexicon)
    budget = budgets(budget, heads, amounts, kind, money.year)
    period = years_in(first_text(parts, "period"))
    organization = text["executing_unit"] if kind == "project" else None
    form = Form(
        form_id=form_id,
        document_id=who.document_id,
        form_no=number,
        form_kind=kind,
        title=one_line(parts.title),
        organization_name=organization or text["organization_name"],
        project_name=text["project_name"],
        project_code=text["project_code"],
        project_department=text["project_department"],
        executing_unit=text["executing_unit"],
        project_year=year_in(first_text(parts, "project_year")),
        start_year=year_in(first_text(parts, "start_year")) or (period[0] if period else None),
        end_year=year_in(first_text(parts, "end_year")) or (period[-1] if period else None),
        project_category=chosen["project_category"],
        project_frequency=chosen["project_frequency"],
        total_budget_yuan=budget["total_budget"],
        year_budget_yuan=budget["year_budget"],
        page=parts.page,
        form_stage=_stage(parts, money.lexicon),
    )
    return form, heads, doubts


def _kind(parts: FormParts, project_name: str | None) -> str:
    title = key(parts.title)
    if "整体" in title and ("部门" in title or "单位" in title or not project_name):
        return "overall"
    return "project" if "项目" in title or project_name else "overall"


def _stage(parts: FormParts, lexicon: Lexicon) -> str:
    """A form that says so, or has columns of what was spent or reached, is a self-evaluation."""
    told = next(filter(None, (stage_of(text, lexicon) for text in (parts.title, *parts.headings))), None)
    reached = any(c.role in ("actual", "executed", "achieved") for row in parts.rows for c in row.header.columns)
    return told or ("self_evaluation" if reached else "target")


def _year_after(parts: FormParts) -> int | None:
    """The year after the latest that a heading of years before names, beside a column for the year itself."""
    headers = [
        row.header.columns for row in parts.rows if any(c.role in ("target", "current") for c in row.header.columns)
    ]
    years = [column.year for columns in headers for column in columns if column.role == "year" and column.year]
    return max(years) + 1 if years else None


def _default_scope(parts: FormParts, form: Form, lexicon: Lexicon) -> str | None:
    """The scope of values under a heading that names none: a form with one value column is for its year, except an old
    form over several years that nowhere speaks of a year's goal; of that nothing printed tells."""
    words = [*parts.headings, *(goal.scope or "" for goal in parts.goals)]
    words += [c.text for row in parts.rows for c in row.header.columns]
    annual = any(word == "annual" or scope_of(word, lexicon) == "annual" for word in words if word)
    several = form.start_year is not None and form.end_year is not None and form.end_year > form.start_year
    return None if several and not annual else "annual"


def _unit(parts: FormParts, above: Sequence[Line], titles: Sequence[str]) -> str | None:
    """The money unit the form prints: above it, in a heading or its title, in a label that has one for all amounts."""
    texts = [line.text for line in above[:4]]
    return next(filter(None, (*map(unit_in, texts), *map(unit_of, titles))), None)


def _contacts(form_id: str, parts: FormParts, above: Sequence[Line], who: Identity) -> list[Contact]:
    """Persons and telephone numbers, from the head of the form and from the lines above it."""
    found = []
    for field in parts.contacts:
        text = one_line(field.slot.text)
        telephone = field.name == "telephone" or bool(TELEPHONE.fullmatch(text))
        found.append(
            Contact(
                document_id=who.document_id,
                form_id=form_id,
                role=key(field.label),
                name=None if telephone else text,
                telephone=text if telephone else None,
                page=field.slot.page,
                **field.slot.box._asdict(),
            )
        )
    for line in above[:4]:
        for meaning, label, value in contacts_in(line.text, who.lexicon):
            name, telephone = (value, None) if meaning == "name" else (None, value)
            found.append(
                Contact(
                    document_id=who.document_id,
                    form_id=form_id,
                    role=label,
                    name=name,
                    telephone=telephone,
                    page=line.page,
                    **line.box._asdict(),
                )
            )
    return found


def _joined(one: Forms, other: Forms) -> Forms:
    return Forms(*(a + b for a, b in zip(one, other, strict=True)))
