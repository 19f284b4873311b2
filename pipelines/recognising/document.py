"""The story of recognising one paper: whose it is, which grid is which table, every number a typed record."""

from __future__ import annotations

from collections import Counter

from pipelines.reading.model import Reading
from pipelines.recognising.identity import Identity, identify, organization_id, region_of
from pipelines.recognising.keys import identifier, key
from pipelines.recognising.records import Amount, Document, Finding, Organization, Paper, Recognised
from pipelines.recognising.tables import Recognition, recognise_table
from pipelines.recognising.titles import surroundings


def recognise(reading: Reading, paper: Paper) -> Recognised:
    """Given a reading and its paper, return everything the paper says as records. Pure: the same input, the same records."""
    if reading.reason:
        return refused(paper, reading.reason, reading.detail)
    who = identify(reading, paper)
    around, ordinal = surroundings(reading), Counter()
    results = [recognise_table(grid, around[grid.number], who, ordinal) for grid in reading.grids]
    results = _forms_go_on(results)
    amounts = [amount for r in results for amount in r.amounts]
    who = _named(who, amounts)
    organizations = _organizations(who, amounts)
    findings = [f for r in results for f in r.findings] + _folder_findings(who, paper)
    return Recognised(
        _document(reading, paper, who),
        tuple(r.table for r in results),
        tuple(amounts),
        tuple(organizations),
        tuple(findings),
    )


def refused(paper: Paper, reason: str, detail: str) -> Recognised:
    """Given a paper that could not be read, return the record that says so."""
    document = Document(
        paper.document_id,
        paper.sha256,
        paper.source_path,
        paper.file_name,
        paper.folder_year,
        paper.folder_department,
        int(paper.folder_year) if paper.folder_year.isdigit() else None,
        None,
        None,
        None,
        None,
        None,
        0,
        "none",
        reason,
        detail,
    )
    return Recognised(document, (), (), (), ())


def _document(reading: Reading, paper: Paper, who: Identity) -> Document:
    layers = {page.text_layer for page in reading.pages if page.glyphs}
    return Document(
        paper.document_id,
        paper.sha256,
        paper.source_path,
        paper.file_name,
        paper.folder_year,
        paper.folder_department,
        who.fiscal_year,
        who.document_kind,
        who.scope,
        who.region_name,
        organization_id(who.department_name) if who.department_name else None,
        who.department_name,
        len(reading.pages),
        "digital" if layers == {"digital"} else "mixed",
        None,
        "",
    )


def _forms_go_on(results: list[Recognition]) -> list[Recognition]:
    """Grids without a title that follow a performance form are parts of it, not budget tables of an unknown kind."""
    out, in_forms = [], False
    for result in results:
        if result.table.state == "form":
            in_forms = True
        elif result.table.table_kind:
            in_forms = False
        elif in_forms:
            result = Recognition(result.table._replace(state="form"), [], [])
        out.append(result)
    return out


def _named(who: Identity, amounts: list[Amount]) -> Identity:
    """A paper whose cover names nobody is that of the one body at the top of its tables by unit."""
    top = {a.subject_name for a in amounts if a.subject_scheme == "organization" and a.subject_level == "department"}
    if who.department_name or len(top) != 1:
        return who
    name = top.pop()
    return who._replace(department_name=name, region_name=region_of(name))


def _organizations(who: Identity, amounts: list[Amount]) -> list[Organization]:
    """The department itself, and every unit that a table names."""
    found: dict[str, Organization] = {}
    parents: dict[tuple[str, int], str] = {}
    if who.department_name:
        own = organization_id(who.department_name)
        found[own] = Organization(
            own, who.document_id, None, who.department_name, None, "unit" if who.scope == "unit" else "department"
        )
    for amount in amounts:
        if amount.subject_scheme != "organization" or not amount.organization_id:
            continue
        parents[amount.table_id, amount.row_no] = amount.organization_id
        above = parents.get((amount.table_id, amount.parent_row_no)) if amount.parent_row_no is not None else None
        known = found.get(amount.organization_id)
        if known is None or not known.code:
            level = known.level if known else amount.subject_level or "unit"
            found[amount.organization_id] = Organization(
                amount.organization_id, who.document_id, amount.subject_code, amount.subject_name or "", above, level
            )
    return list(found.values())


def _folder_findings(who: Identity, paper: Paper) -> list[Finding]:
    found = []

    def say(text: str, message: str) -> None:
        found.append(
            Finding(
                identifier(paper.document_id, "folder_disagrees", text),
                paper.document_id,
                "folder_disagrees",
                "warning",
                1,
                None,
                text,
                message,
                None,
                None,
            )
        )

    if paper.folder_year.isdigit() and who.fiscal_year and int(paper.folder_year) != who.fiscal_year:
        say(
            f"{paper.folder_year} / {who.fiscal_year}",
            "the folder names another year than the document; the document's counts",
        )
    name, folder = key(who.department_name or ""), key(paper.folder_department)
    if name and folder not in name and name not in folder and not set(_grams(folder)) & set(_grams(name)):
        say(
            f"{paper.folder_department} / {who.department_name}",
            "the folder names another department than the document; the document's counts",
        )
    return found


def _grams(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1) if text[i : i + 2] not in ("部门", "单位")]
