"""Does every query of docs/questions.md answer what the page says? `make golden` writes the answers anew."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

import pytest

from pipelines.settings import PROJECT, Settings
from pipelines.warehouse.query import open_warehouse
from pipelines.warehouse.render import as_table

PAGE = PROJECT / "docs" / "questions.md"
BLOCK = re.compile(
    r"### (?P<title>[^\n]+)\n(?:(?!### |```).*\n)*```sql\n(?P<sql>[^`]+)```\n\n```text\n(?P<answer>[^`]*)\n```"
)
WITH_FORMS = "## Performance forms"
EMPTY = ["Which claims of the text have no equal in any table?"]


class Question(NamedTuple):
    title: str
    sql: str
    answer: str
    with_forms: bool


def questions(page: str) -> list[Question]:
    forms = page.index(WITH_FORMS)
    return [Question(m["title"], m["sql"], m["answer"], m.start() > forms) for m in BLOCK.finditer(page)]


def answer(settings: Settings, sql: str) -> str:
    with open_warehouse(settings) as con:
        cursor = con.execute(sql)
        return as_table([column[0] for column in cursor.description], cursor.fetchall())


ASKED = questions(PAGE.read_text(encoding="utf-8"))


def test_every_query_of_the_page_is_asked():
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("```sql") == len(ASKED) >= 20
    assert page.count("### ") == len({question.title for question in ASKED})
    assert [question.title for question in ASKED if question.answer.endswith("(0 rows)")] == EMPTY


@pytest.mark.parametrize("question", ASKED, ids=lambda question: question.title)
def test_the_page_prints_what_the_warehouse_answers(question, request, regenerate_golden):
    published = request.getfixturevalue("published_forms" if question.with_forms else "published")
    now = answer(published.settings, question.sql)
    if regenerate_golden:
        page = PAGE.read_text(encoding="utf-8")
        old, new = (f"```sql\n{question.sql}```\n\n```text\n{text}\n```" for text in (question.answer, now))
        assert page.count(old) == 1
        PAGE.write_text(page.replace(old, new), encoding="utf-8")
    else:
        assert now.splitlines() == question.answer.splitlines()


def test_a_total_is_the_sum_of_its_leaves(published):
    """What the page's first query rests on, for every body and year of the samples."""
    with open_warehouse(published.settings) as con:
        rows = con.execute(ASKED[0].sql).fetchall()
    assert len(rows) == 3
    assert all(leaves == printed for *_, leaves, printed in rows)


def test_every_cell_of_the_notebook_runs(published, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").symlink_to(published.settings.home)
    notebook = json.loads((PROJECT / "docs" / "explore.ipynb").read_text(encoding="utf-8"))
    names: dict = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    assert len(names["broken"]) == 4
    assert names["series"]["amount_year"].nunique() == 2
    names["con"].close()
