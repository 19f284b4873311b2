"""Is every coded value one of the codebook's, with one name in each language, wherever it is written?"""

from __future__ import annotations

import ast
import csv
import re
import shutil
from pathlib import Path

import pytest
import yaml

from expectations.catalogue import load_rules
from expectations.mistakes import COSTS
from pipelines import codebook
from pipelines.errors import PipelineError
from pipelines.reading.model import REASONS
from pipelines.recognising import vocabulary
from pipelines.settings import DBT_PROJECT, EXPECTATIONS, PROJECT, Settings
from pipelines.warehouse import steps
from pipelines.warehouse.publish import SCHEMAS
from pipelines.warehouse.query import open_warehouse
from pipelines.warehouse.transform import require_known_codes, run_dbt

MODELS = sorted((DBT_PROJECT / "models").rglob("*.yml"))
VOCABULARY, RULES = codebook.FOLDER, EXPECTATIONS / "rules"
# one word wrong in a line of a file, and what is said of it
MISTAKES = [
    (VOCABULARY / "header_words.csv", "类,role,", "类,fund_sauce,", "dimension: 'fund_sauce' .* nearest is 'fund_source'"),
    (VOCABULARY / "header_words.csv", ",role,amount,", ",role,amuont,", "value: 'amuont' .* nearest is 'amount'"),
    (VOCABULARY / "header_words.csv", ",role,amount,", ",role,,", "column value is blank"),
    (VOCABULARY / "header_words.csv", "phrase,dimension", "phrase,dimensoin", "'dimensoin' .* nearest is 'dimension'"),
    (VOCABULARY / "header_words.csv", ",role,amount,", ",role,amount|price,", r"value: 'amount\|price' is not"),
    (VOCABULARY / "table_kinds.csv", ",purchases,", ",purchase,", "layout: 'purchase' .* nearest is 'purchases'"),
    (VOCABULARY / "table_titles.csv", "government_fund,gov", "goverment_fund,gov", "nearest is 'government_fund'"),
    (VOCABULARY / "form_headers.csv", "amount:local", "amount:locl", "nearest is 'amount:local'"),
    (VOCABULARY / "form_labels.csv", "narrative,,", "narrative,annual,", "meaning says 'annual', but takes no value"),
    (VOCABULARY / "indicator_levels.csv", "2,数量,quantity", "1,数量,quantity", "'quantity' is not a code of level1_code"),
    (VOCABULARY / "row_words.csv", "小计,subtotal,,,,", "小计,subtotal,,,", "5 cells, the header has 6"),
    (RULES / "terms.csv", ",expenditure,", ",expediture,", "line_side: 'expediture' .* nearest is 'expenditure'"),
    (RULES / "terms.csv", "project|business", "project|bussiness", "expenditure_type: 'bussiness' .* 'business'"),
    (RULES / "terms.csv", "CROSS-40,", "CROSS-400,", "rule_id: 'CROSS-400' .* nearest is 'CROSS-40'"),
    (RULES / "terms.csv", ",left,1,true", ",left,1,ture", r"required: 'ture' is not of the form true\|false"),
    (RULES / "compositions.csv", "fund_period,total,carry_over", "fund_period,total,basic", "'basic' is not a code of fund"),
    (RULES / "rules.csv", "amount_basis|amount_year", "amount_basis|year", "match_on: 'year' .* known are side, "),
    (RULES / "tolerances.csv", "TEXT,cut_off,info", "TEXT,cut_off,note", "severity: 'note' .* known are error, warning"),
    (RULES / "sentences.csv", "ROW-06,=", "ROW-60,=", "applies_to: 'ROW-60' is not a code of family or rule_id"),
]  # fmt: skip


def mistaken(folder: Path, path: Path, right: str, wrong: str) -> tuple[Path, int]:
    """A copy of the file's folder with one word wrong; the line that it is on."""
    shutil.copytree(path.parent, folder)
    copy, text = folder / path.name, path.read_text(encoding="utf-8")
    assert right in text
    copy.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    return copy, text[: text.index(right)].count("\n") + 1 + right.startswith("\n")


@pytest.mark.parametrize("folder", [VOCABULARY, EXPECTATIONS, RULES], ids=lambda folder: folder.name)
def test_the_project_uses_no_code_that_is_not_in_the_codebook(folder):
    codebook.check_folder(folder)


@pytest.mark.parametrize(("path", "right", "wrong", "said"), MISTAKES, ids=[mistake[2] for mistake in MISTAKES])
def test_a_wrong_word_is_named_with_its_file_its_line_and_the_nearest_right_word(tmp_path, path, right, wrong, said):
    copy, line = mistaken(tmp_path / "copied", path, right, wrong)
    with pytest.raises(PipelineError, match=rf"copied/{path.name} line {line}: .*{said}"):
        codebook.check_folder(copy.parent)


def test_a_vocabulary_with_a_wrong_word_is_not_read_and_stops_a_run_before_it_reads(tmp_path, monkeypatch):
    copy, _ = mistaken(tmp_path / "copied", VOCABULARY / "header_words.csv", ",role,amount,", ",role,amuont,")
    monkeypatch.setattr(vocabulary, "FOLDER", copy.parent)
    with pytest.raises(PipelineError, match="amuont"):
        vocabulary.rows("header_words")
    with pytest.raises(PipelineError, match="amuont"):
        steps.read(Settings(tmp_path / "no_such_raw", tmp_path / "home"))


def test_rules_with_a_wrong_word_are_not_loaded_and_dbt_is_not_begun(tmp_path):
    copy, _ = mistaken(tmp_path / "rules", RULES / "rules.csv", ",error,", ",eror,")
    with pytest.raises(PipelineError, match="eror"):
        load_rules(copy)
    with pytest.raises(PipelineError, match="eror"):
        run_dbt(tmp_path / "build.duckdb", "dim_rule", tmp_path / "target", {"GOUJI_EXPECTATIONS": str(tmp_path)})
    with pytest.raises(PipelineError, match="eror"):
        require_known_codes({"GOUJI_EXPECTATIONS": str(tmp_path)})
    assert not (tmp_path / "target").exists()


def test_a_file_that_was_mended_is_looked_at_again(tmp_path):
    copy, _ = mistaken(tmp_path / "rules", RULES / "terms.csv", "ROW-06,left", "ROW-66,left")
    rules = copy.with_name("rules.csv")
    with pytest.raises(PipelineError, match="ROW-66"):
        codebook.check_folder(copy.parent)
    rules.write_text(rules.read_text("utf-8").replace("ROW-06,", "ROW-66,"), encoding="utf-8")
    with pytest.raises(PipelineError, match="ROW-06"):
        codebook.check_folder(copy.parent)


def test_every_code_has_one_name_in_each_language_that_no_other_code_of_its_field_has():
    for field, codes in codebook.words().items():
        for names in zip(*codes.values(), strict=True):
            assert all(names), field
            assert len(set(names)) == len(names), field
        for code, name in codes.items():
            assert field.endswith("mark") or re.search("[一-鿿]", name.zh), (field, code)
            assert not re.search("[一-鿿]", name.en), (field, code)


def test_a_code_that_is_named_twice_is_an_error(tmp_path):
    book = tmp_path / "codebook.csv"
    book.write_text("field,code,zh,en\nside,revenue,收入,revenue\nside,revenue,收方,income\n", encoding="utf-8")
    with pytest.raises(PipelineError, match="codebook.csv line 3: side 'revenue' has a name already"):
        codebook._codebook(book)


@pytest.mark.parametrize(
    ("one", "other", "besides"),
    [
        ("table_state", "reason", set()), ("table_state", "kind", set()), ("status", "state", set()),
        ("state", "coverage", set()), ("aspect", "amount_basis", set()), ("form_role", "amount_basis", set()),
        ("header_role", "form_role", {"name", "change"}), ("form_role", "value_role", set()),
        ("form_item_role", "term_level", set()), ("subject_level", "scope", set()), ("comparator", "relation", set()),
        ("dimension", "match_column", set()), ("fund_source", "funding", {"all"}), ("change", "history", set()),
        ("term_scheme", "form_field", set()), ("term_source", "form_scope", set()), ("term_paper", "document_kind", set()),
    ],
)  # fmt: skip
def test_fields_that_share_a_thing_share_its_name(one, other, besides):
    words = codebook.words()
    shared = words[one].keys() & words[other].keys() - besides
    assert {code: words[one][code].zh for code in shared} == {code: words[other][code].zh for code in shared}


def test_codes_that_the_program_writes_are_in_the_codebook():
    words = codebook.words()
    assert REASONS.keys() <= words["reason"].keys()
    assert COSTS.keys() <= words["mistake"].keys()
    kinds = set(finding_kinds())
    assert len(kinds) >= 10
    assert kinds <= words["kind"].keys()


def finding_kinds():
    """Kinds of findings, as recognising writes them: what stands at the place of `kind` in a call that makes one."""
    for path in (PROJECT / "pipelines" / "recognising").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("finding"):
                for kind, severity in zip(node.args, node.args[1:], strict=False):
                    if isinstance(severity, ast.Constant) and severity.value in codebook.words()["severity"]:
                        yield from (n.value for n in ast.walk(kind) if isinstance(n, ast.Constant))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_codes_that_a_model_names_are_in_the_codebook(path):
    assert list(unknown_codes(path)) == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_model_calls_a_code_by_its_chinese_name(path):
    for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
        for column in model.get("columns", []):
            fields = [f for kind in codebook.columns_named(path.name, column["name"]) for f in kind.fields]
            for code, zh in re.findall("`([^`]+)` ([一-鿿（）“”]+)", column.get("description", "")):
                names = {codebook.words()[field][code].zh for field in fields if code in codebook.words()[field]}
                assert not fields or zh in names, (column["name"], code)


def may_hold(kinds, value: str) -> bool:
    return any(kind.also and kind.also.fullmatch(value) or codebook.is_code(kind.fields, value) for kind in kinds)


def unknown_codes(path: Path):
    for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
        columns = {column["name"] for column in model.get("columns", [])}
        for column in model.get("columns", []):
            said = re.findall("`([^`]+)`", column.get("description", ""))
            tested = [v for test in column.get("data_tests", []) if isinstance(test, dict)
                      for v in test.get("accepted_values", {}).get("arguments", {}).get("values", [])]  # fmt: skip
            kinds = codebook.columns_named(path.name, column["name"])
            for code in [code for code in said if code not in columns] + tested:
                if not may_hold(kinds, code):
                    yield column["name"], code


def test_a_model_that_names_a_wrong_code_is_found(tmp_path):
    path = tmp_path / "fct_check.yml"
    text = (DBT_PROJECT / "models/marts/fct_check.yml").read_text(encoding="utf-8")
    path.write_text(text.replace("values: [pass,", "values: [passed,").replace("`publisher`", "`publsher`"), "utf-8")
    assert list(unknown_codes(path)) == [("outcome", "passed"), ("verdict", "publsher")]


def test_the_warehouse_of_the_samples_holds_no_code_that_is_not_in_the_codebook(published):
    looked_at = set()
    with open_warehouse(published.settings) as con:
        columns = con.execute(
            """select schema_name, table_name, column_name from duckdb_columns()
               where list_contains(?, schema_name) and data_type = 'VARCHAR'""",
            [list(SCHEMAS)],
        ).fetchall()
        for schema, table, column in columns:
            if kinds := codebook.columns_named(f"{table}.yml", column):
                values = con.execute(f'select distinct "{column}" from {schema}.{table} where "{column}" is not null')
                wrong = {value for (value,) in values.fetchall() if not may_hold(kinds, value)}
                assert wrong == set(), f"{schema}.{table}.{column}"
                looked_at.add((table, column))
    assert len(looked_at) > 50


def test_no_column_is_listed_that_its_file_does_not_have():
    listed = {(row["file"], row["column"]) for _, row in codebook.read_rows(VOCABULARY / "coded_columns.csv")}
    printed = set()
    for path in [*VOCABULARY.glob("*.csv"), *RULES.glob("*.csv"), EXPECTATIONS / "accepted.csv"]:
        with path.open(encoding="utf-8", newline="") as file:
            printed |= {(path.name, column) for column in next(csv.reader(file))}
    assert {pair for pair in listed if not pair[0].endswith(("*", ".yml"))} <= printed
