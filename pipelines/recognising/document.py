"""The story of recognising one paper: whose it is, which grid is which table, every number a typed record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pipelines.reading.model import Reading
from pipelines.recognising.bodies import body_in, names_one_body, organization_id, region_of
from pipelines.recognising.forms.form import recognise_forms
from pipelines.recognising.government import government_paper
from pipelines.recognising.identity import Identity, identify
from pipelines.recognising.keys import identifier, key
from pipelines.recognising.lexicon import Rows
from pipelines.recognising.placeholders import placeholder_findings
from pipelines.recognising.recognised import Recognised
from pipelines.recognising.records import Amount, Document, Finding, Organization, Paper
from pipelines.recognising.statements.statement import Statements, recognise_statements
from pipelines.recognising.tables.again import again_findings
from pipelines.recognising.tables.contents import with_contents
from pipelines.recognising.tables.page_breaks import mended
from pipelines.recognising.tables.table import Recognition, recognise_table
from pipelines.recognising.tables.title_inference import with_inferred_kinds
from pipelines.recognising.tables.titles import surroundings
from pipelines.recognising.tables.unjoined import unjoined_findings
from pipelines.recognising.withheld import withheld_findings


def recognise(reading: Reading, paper: Paper, files: Mapping[str, Rows] | None = None) -> Recognised:
    """Given a reading and its paper, return all the paper says as records. `files` are rows to take in place of those
    of vocabulary files. Pure: same input, same records."""
    if reading.reason:
        return refused(paper, reading.reason, reading.detail)
    who = identify(reading, paper, files)
    if says := government_paper(reading, who.lexicon):
        return _of_government(reading, paper, who, says)
    around, ordinal = with_contents(surroundings(reading), reading, who.lexicon), Counter()
    tables = reading._replace(grids=tuple(map(mended, reading.grids)))
    results = [recognise_table(grid, around[grid.number], who, ordinal) for grid in tables.grids]
    forms = recognise_forms(reading, around, [r.table for r in results], who)
    results = [_as_form(r) if r.table.table_no in forms.grids_used else r for r in results]
    results = with_inferred_kinds(tables, around, who, results, ordinal)
    amounts = [amount for r in results for amount in r.amounts]
    who = _named(who, amounts)
    organizations = _organizations(who, amounts)
    text = recognise_statements(reading, who)
    findings = [f for r in results for f in r.findings] + [*forms.findings, *_folder_findings(who, paper)]
    findings += [*_text_findings(text), *placeholder_findings(reading, who)]
    said = [(line.page, line.text) for line in reading.lines]
    said += [(r.table.first_page, f"。{r.table.note}") for r in results]
    findings += withheld_findings(said, who.document_id)
    findings += unjoined_findings(reading.grids, [r.table for r in results])
    findings += again_findings([r.table for r in results], who)
    return Recognised(
        _document(reading, paper, who),
        tuple(r.table for r in results),
        tuple(amounts),
        tuple(organizations),
        tuple({finding.finding_id: finding for finding in findings}.values()),
        forms,
        text.statements,
        changes=tuple(change for r in results for change in r.changes),
        other_numbers=tuple(number for r in results for number in r.other_numbers),
    )


def _of_government(reading: Reading, paper: Paper, who: Identity, says: str) -> Recognised:
    """The record of a paper about a government's whole budget: none of its numbers is a department's."""
    who = who._replace(document_kind="government", department_name=None, named_by=None)
    document = _document(reading, paper, who)._replace(reason="government", detail=says, folder_body_id=None)
    return Recognised(document, (), (), (), ())


def refused(paper: Paper, reason: str, detail: str) -> Recognised:
    """Given a paper that could not be read, return the record that says so."""
    document = Document(
        document_id=paper.document_id,
        sha256=paper.sha256,
        source_path=paper.source_path,
        file_name=paper.file_name,
        folder_year=paper.folder_year,
        folder_department=paper.folder_department,
        fiscal_year=int(paper.folder_year) if paper.folder_year.isdigit() else None,
        document_kind=None,
        scope=None,
        region_name=None,
        department_id=None,
        department_name=None,
        page_count=0,
        text_layer="none",
        reason=reason,
        detail=detail,
    )
    return Recognised(document, (), (), (), ())


def _document(reading: Reading, paper: Paper, who: Identity) -> Document:
    layers = {page.text_layer for page in reading.pages if page.glyphs}
    return Document(
        document_id=paper.document_id,
        sha256=paper.sha256,
        source_path=paper.source_path,
        file_name=paper.file_name,
        folder_year=paper.folder_year,
        folder_department=paper.folder_department,
        fiscal_year=who.fiscal_year,
        document_kind=who.document_kind,
        scope=who.scope,
        region_name=who.region_name,
        department_id=organization_id(who.department_name) if who.department_name else None,
        department_name=who.department_name,
        page_count=len(reading.pages),
        text_layer="digital" if layers == {"digital"} else "mixed",
        reason=None,
        detail="",
        named_by=who.named_by,
        registered_name=paper.registered_name,
        registered_id=organization_id(paper.registered_name) if paper.registered_name else None,
        folder_body_id=organization_id(paper.folder_department) if body_in(key(paper.folder_department)) else None,
    )


def _as_form(result: Recognition) -> Recognition:
    """A grid that is part of a performance form is no budget table, known or unknown."""
    return Recognition(result.table._replace(state="form"), [], [])


def _named(who: Identity, amounts: list[Amount]) -> Identity:
    """A paper that names nobody on its cover is that of the one body at the top of its tables by unit."""
    top = {a.subject_name for a in amounts if a.subject_scheme == "organization" and a.subject_level == "department"}
    if who.named_by in ("label", "cover") or len(top) != 1 or not (name := top.pop()):
        return who
    return who._replace(department_name=name, region_name=region_of(name), named_by="table")


def _organizations(who: Identity, amounts: list[Amount]) -> list[Organization]:
    """The department itself, and every unit that a table names."""
    found: dict[str, Organization] = {}
    parents: dict[tuple[str, int], str] = {}
    if who.department_name:
        own = organization_id(who.department_name)
        found[own] = Organization(
            organization_id=own,
            document_id=who.document_id,
            code=None,
            name=who.department_name,
            parent_organization_id=None,
            level="unit" if who.scope == "unit" else "department",
        )
    for amount in amounts:
        if amount.subject_scheme != "organization" or not amount.organization_id:
            continue
        parents[amount.table_id, amount.row_no] = amount.organization_id
        above = parents.get((amount.table_id, amount.parent_row_no)) if amount.parent_row_no is not None else None
        above = None if above == amount.organization_id else above  # a department over its own office of the same name
        known = found.get(amount.organization_id)
        if known is None or not known.code:
            level = known.level if known else amount.subject_level or "unit"
            found[amount.organization_id] = Organization(
                organization_id=amount.organization_id,
                document_id=who.document_id,
                code=amount.subject_code,
                name=amount.subject_name or "",
                parent_organization_id=above,
                level=level,
            )
    return list(found.values())


def _folder_findings(who: Identity, paper: Paper) -> list[Finding]:
    found = []

    def say(text: str, message: str) -> None:
        found.append(
            Finding(
                finding_id=identifier(paper.document_id, "folder_disagrees", text),
                document_id=paper.document_id,
                kind="folder_disagrees",
                severity="warning",
                page=1,
                table_id=None,
                text=text,
                message=message,
                vocabulary_file=None,
                proposed_row=None,
            )
        )

    if paper.folder_year.isdigit() and who.fiscal_year and int(paper.folder_year) != who.fiscal_year:
        say(
            f"{paper.folder_year} / {who.fiscal_year}",
            "the folder names another year than the document; the document's counts",
        )
    if who.department_name and _is_elsewhere(who.department_name, paper.folder_department, who.scope):
        say(
            f"{paper.folder_department} / {who.department_name}",
            "the folder names another department than the document; the document's counts",
        )
    return found


def _is_elsewhere(name: str, folder: str, scope: str | None) -> bool:
    """Whether a paper lies in another body's folder. A department's folder may hold the papers of its units: of these
    the region alone says that they belong there."""
    if key(folder) in key(name) or key(name) in key(folder):
        return False
    if scope == "unit" and region_of(name) and region_of(name) == region_of(folder):
        return False
    return not names_one_body(name, folder)


def _text_findings(text: Statements) -> list[Finding]:
    """Wording of the template left undecided (增加（减少）), numbers that are neither a claim nor anything known."""
    said = {
        "undecided_wording": ("warning", "the template's wording was left undecided; the number claims nothing"),
        "no_unit": ("info", "a number without a unit claims nothing"),
        "unknown": ("info", "a number whose meaning was not found"),
    }
    found: dict[str, Finding] = {}
    for number in text.uncovered:
        if number.reason in said:
            severity, message = said[number.reason]
            kind = number.reason if number.reason == "undecided_wording" else "uncovered_number"
            key_ = identifier(number.document_id, kind, number.page, number.context, number.text)
            found[key_] = Finding(
                finding_id=key_,
                document_id=number.document_id,
                kind=kind,
                severity=severity,
                page=number.page,
                table_id=None,
                text=number.context or number.text,
                message=message,
                vocabulary_file=None,
                proposed_row=None,
            )
    return list(found.values())
