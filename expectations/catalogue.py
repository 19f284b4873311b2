"""The balance rules as data, read from rules/rules.csv; the same file that dbt evaluates them from.

`python -m expectations.catalogue` writes docs/rules.md from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from pipelines.codebook import check, read_rows, words

HERE = Path(__file__).resolve().parent
RULES = HERE / "rules" / "rules.csv"
TOLERANCES = HERE / "rules" / "tolerances.csv"
CATALOGUE = HERE.parent / "docs" / "rules.md"

HEAD = """# Balance rules 勾稽关系

Made from [expectations/rules/](../expectations/rules/README.md) by `python -m expectations.catalogue`; do not edit.
{count} rules. A rule is evaluated wherever its terms are printed; a `≥` rule proves no amount, it finds what cannot be.
"""


class Rule(NamedTuple):
    rule_id: str
    family: str
    title_zh: str
    title_en: str
    formula: str
    relation: str  # = | >=
    severity: str  # error | warning | info
    place: str
    match_on: str
    legal_basis: str
    first_year: int | None


class Tolerance(NamedTuple):
    """A kind of difference (`cut_off`) that has another severity than the rules of its family."""

    family: str
    kind: str
    severity: str
    note_zh: str
    note_en: str


def load_rules(path: Path = RULES) -> list[Rule]:
    """Return the rules in the order of their file; raises PipelineError for a value that the codebook does not know."""
    return [
        Rule(**row | {"first_year": int(row["first_year"]) if row["first_year"] else None}) for row in _checked(path)
    ]


def load_tolerances(path: Path = TOLERANCES) -> list[Tolerance]:
    """Return the kinds of difference that weigh less than others of their family."""
    return [Tolerance(**row) for row in _checked(path)]


def _checked(path: Path) -> list[dict[str, str]]:
    rows = read_rows(path)
    check(path, rows)
    return [row for _, row in rows]


def catalogue(rules: Iterable[Rule], families: Mapping[str, tuple[str, str]], tolerances: Sequence[Tolerance]) -> str:
    """Given the rules, the words for their families and the differences that weigh less, return the catalogue as
    Markdown.

    Raises KeyError for a family without words.
    """
    rules = list(rules)
    parts = [HEAD.format(count=len(rules))]
    parts += [f"\n{t.family}: `{t.severity}` where {t.note_en} ({t.note_zh}).\n" for t in tolerances]
    for family, members in groupby(rules, key=lambda rule: rule.family):
        zh, en = families[family]
        parts.append(f"\n## {family} {zh}\n\n{en[0].upper()}{en[1:]}.\n\n")
        parts.append("| rule | 中文 | English | formula | severity | basis |\n| --- | --- | --- | --- | --- | --- |\n")
        parts += [_row(rule) for rule in members]
    return "".join(parts)


def _row(rule: Rule) -> str:
    basis = " ".join(filter(None, (rule.legal_basis, f"since {rule.first_year}" if rule.first_year else "")))
    cells = (rule.rule_id, rule.title_zh, rule.title_en, rule.formula, rule.severity, basis)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"


if __name__ == "__main__":
    CATALOGUE.write_text(catalogue(load_rules(), words()["family"], load_tolerances()), encoding="utf-8")
    print(CATALOGUE)
