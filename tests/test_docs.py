"""Do the pages say what is so: output, commands, options, links, targets, files, queries, descriptions?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.cli import main
from pipelines.errors import PipelineError
from pipelines.progress import STEPS
from pipelines.settings import PROJECT
from pipelines.warehouse.dictionary import dictionary
from pipelines.warehouse.query import open_warehouse

FOLDERS = ("pipelines", "dbt_project", "expectations", "raw", "tests", "docs")
PAGES = sorted(PROJECT.glob("*.md")) + sorted(
    path for folder in FOLDERS for path in (PROJECT / folder).rglob("*.md") if "target" not in path.parts
)
READMES = [PROJECT / "README.md", PROJECT / "README.zh.md"]
DICTIONARY = PROJECT / "docs" / "dictionary.md"
BUILT = ("dbt_project/target", "dbt_project/logs")


def name_of(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


def code_of(page: Path) -> Iterator[str]:
    """The code of a page: each line of a block or an indented block, each span of a line."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^```[^\n]*\n(.*?)^```", text, re.S | re.M):
        yield from block.splitlines()
    prose = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    yield from (line.strip() for line in re.findall(r"^    .+", prose, re.M))
    yield from re.findall(r"`([^`\n]+)`", prose)


def shown_after(page: Path, command: str) -> list[str]:
    """What a page's console block shows under a command, progress aside."""
    block = next(b for b in re.findall(r"```console\n(.*?)```", page.read_text("utf-8"), re.S) if f"$ {command}\n" in b)
    return without_progress(re.split(r"^\$ .*\n", block.split(f"$ {command}\n")[1], maxsplit=1, flags=re.M)[0])


def without_progress(output: str) -> list[str]:
    return [line for line in output.splitlines() if not line.startswith(tuple(STEPS.values()))]


def says(shown: list[str], printed: list[str]) -> bool:
    """Whether what is shown is what was printed; a line that is an ellipsis stands for any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "…" else re.escape(line) + "\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


@pytest.mark.parametrize("page", READMES, ids=name_of)
def test_the_first_screen_shows_what_the_command_prints(page, published):
    printed = without_progress(published.output.replace(str(published.settings.home), "var"))
    shown = shown_after(page, "make run")
    assert any(line.startswith("Documents") for line in shown)
    assert says(shown, printed), "\n".join(["the page shows", *shown, "the command prints", *printed])


def test_the_comparison_tells_a_difference():
    assert says(["a", "  …", "d"], ["a", "b", "c", "d"])
    assert says(["a", "…"], ["a"])
    assert not says(["a", "…", "d"], ["a", "b"])
    assert not says(["a", "c"], ["a", "b"])
    assert not says(["a"], ["a", "b"])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_options_exist(page):
    for line in code_of(page):
        for command in re.finditer(r"(?<![\w./-])(?:\.venv/bin/)?gouji(?: (?P<word>[a-z]+))?(?P<rest>[^#]*)", line):
            word, rest = command["word"], re.sub(r"\"[^\"]*\"", "", command["rest"])
            assert word is None or word in main.commands, line
            known = {o for p in (main.commands[word] if word else main).params for o in p.opts} | {
                "--help",
                "--version",
            }
            assert set(re.findall(r"--[a-z-]+", rest)) <= known, line


def test_the_readme_names_every_command():
    for page in READMES:
        named = {m[1] for line in code_of(page) for m in re.finditer(r"gouji ([a-z]+)", line)}
        assert named == set(main.commands), name_of(page)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_lead_to_files(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.split("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_make_targets_exist(page):
    targets = set(re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text("utf-8"), re.M))
    named = {m[1] for line in code_of(page) for m in re.finditer(r"(?:^|[\s$])make ([a-z]+)", line)}
    assert named <= targets
    if page in READMES:
        assert {"run", "test", "setup"} <= named


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_files_and_modules_that_are_named_exist(page):
    for line in code_of(page):
        for path in re.findall(rf"(?<![\w/.<-])((?:{'|'.join(FOLDERS)})/[\w./-]*\w)(?![\w<*/]|/<)", line):
            assert path.startswith(BUILT) or (PROJECT / path).exists(), f"{path} in {line}"
        for module in re.findall(r"python -m ((?:pipelines|expectations|tests)[\w.]*)", line):
            place = PROJECT.joinpath(*module.split("."))
            assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module


@pytest.mark.parametrize("page", READMES, ids=name_of)
def test_queries_of_the_readme_answer(page, published):
    text = page.read_text("utf-8")
    queries = re.findall(r"```sql\n(.*?)```", text, re.S) + re.findall(r'gouji sql "([^"]+)"', text)
    assert queries
    with open_warehouse(published.settings) as con:
        for query in queries:
            assert con.execute(query).fetchall(), query


def test_the_dictionary_is_that_of_the_samples_warehouse(published, regenerate_golden):
    with open_warehouse(published.settings) as con:
        now = dictionary(con)
    if regenerate_golden:
        DICTIONARY.write_text(now, encoding="utf-8")
    assert DICTIONARY.read_text("utf-8") == now
    assert "| `amount_yuan` | decimal(20,2) |" in now


def test_a_column_without_a_description_is_named():
    with duckdb.connect() as con:
        con.execute("create schema marts; create table marts.dim_rule (rule_id varchar, family varchar)")
        con.execute("comment on table marts.dim_rule is 'Rules.'; comment on column marts.dim_rule.rule_id is 'Id.'")
        with pytest.raises(PipelineError, match=r"no description in the warehouse for marts\.dim_rule\.family:"):
            dictionary(con)
