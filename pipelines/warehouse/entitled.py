"""The restricted warehouse: contacts with the keys of their documents, for persons who are entitled to them.

<home>/restricted/generations/<id>.duckdb   of the published generation with this id
<home>/restricted/contacts.duckdb           -> generations/<id>.duckdb

It takes its contacts from the build that becomes the generation, and is there before that one is published: a run that
takes rows over from a generation finds its contacts, and one that ends earlier has changed nothing.

Folders 0700, files 0600. It is small: who needs amounts beside it attaches both files, as its comments say.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb

from pipelines.settings import Settings

UNFINISHED = ".next.duckdb"
# Earlier versions kept the contacts of all runs in one file.
OLD_FILES = ("contacts.parquet", ".contacts-*")
HOW = (
    "Restricted: names and telephone numbers of persons. To join it with the analysts' warehouse: "
    "attach '<home>/warehouse/budget.duckdb' as budget (read_only); "
    "from restricted.contacts join budget.marts.fct_form using (document_id, form_id)"
)
TABLES = {
    "documents": (
        f"A row is a published, held or refused paper whose forms name a contact. {HOW}",
        {
            "document_id": "Paper; key of marts.dim_document.",
            "source_path": "Path of the paper under raw/.",
            "fiscal_year": "Fiscal year of the paper.",
            "department_id": "Department; key of marts.dim_organization.",
            "department_name": "Name of the department.",
            "status": "published, held or refused.",
        },
    ),
    "contacts": (
        f"A row is a person or a telephone number that a performance form prints. {HOW}",
        {
            "document_id": "Paper; key of marts.dim_document.",
            "form_id": "Form; key of marts.fct_form.",
            "role": "The label that stands before it, as printed (填报人, 联系电话).",
            "name": "The person, as printed; null in a row for a number.",
            "telephone": "The telephone number, as printed; null in a row for a person.",
            "page": "Page of the PDF, from 1.",
            "x0": "Left edge of its cell in PDF points.",
            "top": "Upper edge of its cell in PDF points, from the top of the page.",
            "x1": "Right edge of its cell in PDF points.",
            "bottom": "Lower edge of its cell in PDF points, from the top of the page.",
        },
    ),
}


def entitled_path(home: Path) -> Path:
    """Given the home, return where the restricted warehouse of the published generation is."""
    return home / "restricted" / "contacts.duckdb"


def entitled_of(home: Path, generation: str) -> Path:
    """Given the home, return where the restricted warehouse of the generation with this id is."""
    return home / "restricted" / "generations" / f"{generation}.duckdb"


def in_step(settings: Settings, generation: str) -> bool:
    """Whether the restricted warehouse is that of the generation with this id."""
    link = entitled_path(settings.home)
    return link.is_symlink() and link.readlink().stem == generation and link.exists()


def write_entitled(home: Path, warehouse: Path, contacts: Path) -> Path:
    """Given the next generation's warehouse and the file of its build's contacts, write the restricted warehouse of the
    same papers aside; return where it is."""
    folder = home / "restricted" / "generations"
    for private in (folder.parent, folder):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        private.chmod(0o700)
    aside = folder / UNFINISHED
    for left in folder.glob(f"{UNFINISHED}*"):
        left.unlink()
    with duckdb.connect(str(aside), config={"temp_directory": ""}) as con:
        _fill(con, warehouse, contacts)
        con.execute("checkpoint")
    aside.chmod(0o600)
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    return aside


def keep_entitled(home: Path, aside: Path, generation: str) -> None:
    """Make a written restricted warehouse that of the generation with this id, which is not published yet."""
    os.replace(aside, entitled_of(home, generation))


def show_entitled(settings: Settings, generation: str) -> None:
    """Show the restricted warehouse of the published generation with this id, in one step; those of generations that
    are not kept go."""
    place = entitled_of(settings.home, generation)
    link = entitled_path(settings.home)
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(Path("generations", place.name))
    os.replace(fresh, link)
    for old in place.parent.glob("*.duckdb"):
        if not (settings.generations / old.stem).is_dir():
            old.unlink()
    for pattern in OLD_FILES:
        for old in link.parent.glob(pattern):
            old.unlink()


def _fill(con: duckdb.DuckDBPyConnection, warehouse: Path, contacts: Path) -> None:
    con.execute(f"attach '{_quoted(warehouse)}' as budget (read_only)")
    con.execute("create schema restricted")
    sources = {
        "documents": f"budget.marts.dim_document semi join '{_quoted(contacts)}' using (document_id)",
        "contacts": f"'{_quoted(contacts)}' semi join budget.marts.dim_document using (document_id)",
    }
    for table, (comment, columns) in TABLES.items():
        con.execute(
            f"create table restricted.{table} as select {', '.join(columns)} from {sources[table]} order by all"
        )
        con.execute(f"comment on table restricted.{table} is '{_quoted(comment)}'")
        for column, said in columns.items():
            con.execute(f"comment on column restricted.{table}.{column} is '{_quoted(said)}'")
    con.execute("detach budget")


def _quoted(text: str | Path) -> str:
    return str(text).replace("'", "''")
