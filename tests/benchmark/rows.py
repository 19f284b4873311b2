"""The rows of a described table: each with the words its label columns print, what it adds up, and how it is coded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.benchmark.flows import THREE_PUBLIC, Budget, both
from tests.typesetting.budget import codes, numeral

FLOWS = {
    "CURRENT_TOTAL": {"revenue": {"fund_period": "current_year", "any_use": True}},
    "CARRY_IN": {"revenue": {"fund_period": "carry_over", "any_use": True}},
    "CARRY_OUT": {"expenditure": {"expenditure_type": "carry_forward"}},
    "GRAND_TOTAL": {"revenue": {"any_use": True}, "expenditure": {"any_use": True}},
}
# Other codings of the same print that are as right.
ALSO = {
    "CURRENT_TOTAL": {"fund_period": "current_year"},
    "CARRY_IN": {"fund_period": "carry_over"},
    "CARRY_OUT": {"expenditure_type": "carry_forward"},
}


class Row(NamedTuple):
    """`words` fill the formats of label columns; `wants` selects flows; `codes` are how its amounts are coded (none: its
    amounts are not printed); `code` is what tells parents from parts, "" for a total."""

    words: Mapping[str, str]
    wants: Mapping[str, Any]
    codes: Mapping[str, Any] | None
    code: str = ""
    role: str = "line"  # line | part | whole | total | blank


class Scope(NamedTuple):
    """What rows are made of: the budget, who it is of, and what all rows of the table are about."""

    budget: Budget
    facts: Mapping[str, Any]
    wants: Mapping[str, Any]
    side: str


def rows_of(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    """Yield the rows that one entry of a description stands for.

    Raises KeyError for a kind of rows that there is none of.
    """
    if "each" in spec:
        yield from EACH[spec["each"]](spec, scope)
    elif "funds" in spec:
        yield from (line({**spec, "line": label, "fund": fund}, scope) for label, fund in spec["funds"].items())
    elif "three_public_lines" in spec:
        lines = spec["three_public_lines"].items()
        yield from (line({**spec, "line": label, "three_public": part}, scope) for label, part in lines)
    elif "blank" in spec:
        yield from [Row({}, {}, None, role="blank")] * spec["blank"]
    else:
        yield line(spec, scope)


def line(spec: Mapping[str, Any], scope: Scope) -> Row:
    """A row that the description writes out: its label, and one of flow, fund, use, three_public or code."""
    wants, coded, role = dict(spec.get("of", {})), {"subject_name": spec["line"].strip()}, "line"
    if "flow" in spec:
        coded = {"subject_scheme": "flow", "subject_code": spec["flow"], "subject_name": None}
        if "of" not in spec and spec.get("balance"):
            wants = dict(FLOWS[spec["flow"]].get(scope.side, {}))
        if spec["flow"] in ALSO:
            coded["also_accept"] = [ALSO[spec["flow"]]]
        role = "total" if spec["flow"] in ("GRAND_TOTAL", "CURRENT_TOTAL") else "line"
    elif "fund" in spec:
        coded |= {"subject_scheme": "fund_source", "subject_code": None, "fund_source": spec["fund"]}
        wants = {"fund_source": spec["fund"], "fund_period": "current_year", "any_use": True} | wants
    elif "use" in spec:
        coded |= {"subject_scheme": "flow", "subject_code": None, "expenditure_type": spec["use"]}
        wants = {"expenditure_type": spec["use"]} | wants
    elif "three_public" in spec:
        coded |= three_public(spec["three_public"])
        wants = {**three_public_wants(spec["three_public"]), **wants}
    elif "label" in spec:
        return Row({"name": spec["line"], "code": ""}, {}, None, role="blank")
    coded |= spec.get("as", {})
    words = {"name": spec["line"], "label": spec["line"], "code": spec.get("code", "")}
    return Row(words, wants, coded, role=role)


def three_public(part: str) -> dict[str, Any]:
    return {"subject_scheme": "three_public", "subject_code": part}


def three_public_wants(part: str) -> dict[str, Any]:
    return {"expenditure_type": "operating"} if part == "OPERATING" else {"economic_in": THREE_PUBLIC[part]}


def parts(code: str, prefix: str = "") -> dict[str, str]:
    """The 类, 款 and 项 parts of a code: those of its own level (own_) and all down to it."""
    places = (code[:3], code[3:5], code[5:7])
    last = max((place for place, part in enumerate(places) if part), default=0)
    words = dict(zip(("class", "section", "item"), places, strict=True))
    words |= {f"own_{name}": part if place == last else "" for place, (name, part) in enumerate([*words.items()])}
    # Forms that leave the 类 part out of 款 rows, but print all parts in 项 rows.
    words["class_but_sections"] = "" if last == 1 else places[0]
    return {f"{prefix}{name}": part for name, part in words.items()}


def classified(
    field: str, names: Mapping[str, str], scheme: str, spec: Mapping[str, Any], scope: Scope
) -> Iterator[Row]:
    """Rows of the codes of a classification that have money, a code before its parts."""
    wants = both(scope.wants, spec.get("of", {}))
    used = {getattr(flow, field) for flow in scope.budget.fitting(wants)} - {""}
    levels = spec.get("levels", [3, 5, 7])
    # A classification's codes have the lengths of the levels; the last that a code has is the code itself.
    found = sorted({code[:length] for code in used for length in levels if length <= len(code)})
    for code in found:
        depth = levels.index(len(code))
        words = {"code": code, "name": names[code], "indent": "　" * depth, **parts(code)}
        words["indented"] = words["indent"] + words["name"]
        has_parts = any(other != code and other.startswith(code) for other in found)
        coded = {"subject_scheme": scheme, "subject_code": code, "subject_name": names[code], **spec.get("as", {})}
        yield Row(words, {**spec.get("of", {}), field: code}, coded, code, "whole" if has_parts else "part")


def functions(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    yield from classified("function", codes("functions"), "function", spec, scope)


def economics(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    yield from classified("economic", codes("economics"), "economic", {"levels": [3, 5], **spec}, scope)


def governments(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    names = codes("government_economics")
    yield from classified("government", names, "government_economic", {"levels": [3, 5], **spec}, scope)


def leaves(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    """Rows of codes without parts only, once for each unit: a code may stand there several times."""
    for number, _ in enumerate(scope.facts["units"], start=1):
        unit = {"unit": str(number)}
        for row in functions({**spec, "levels": [7], "of": both(spec.get("of", {}), unit)}, scope):
            yield row._replace(role="line")


def pairs(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    """Rows of two economic classifications beside each other: 501/301 with its pairs below, then the next."""
    wants = both(scope.wants, spec.get("of", {}))
    found = {(flow.government, flow.economic) for flow in scope.budget.fitting(wants) if flow.economic}
    economic, government = codes("economics"), codes("government_economics")
    wholes = {(g[:3], e[:3]) for g, e in found} if spec.get("wholes", True) else set()
    for g, e in sorted(found | wholes, key=lambda pair: (pair[1][:3], pair[0][:3], len(pair[1]), pair[1], pair[0])):
        words = {"code": e, "name": economic[e], "government": g, "government_name": government[g]}
        words |= {**parts(e), **parts(g, "government_"), "indent": "　" * (len(e) // 5)}
        coded = {"subject_scheme": "economic", "subject_code": e, "subject_name": economic[e]}
        coded["also_accept"] = [
            {"subject_scheme": scheme, "subject_code": g, "subject_name": government[g]}
            for scheme in ("government_economic", "economic")
        ]
        own = {"economic": e, "government": g}
        yield Row(words, {**spec.get("of", {}), **own}, coded, f"{g}/{e}", "line")


def triples(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    """Rows of three classifications beside each other, each combination that has money."""
    wants = both(scope.wants, spec.get("of", {}))
    found = {(f.function, f.government, f.economic) for f in scope.budget.fitting(wants) if f.function}
    function, government, economic = codes("functions"), codes("government_economics"), codes("economics")
    for f, g, e in sorted(found):
        words = {"function": f, "function_name": function[f], "government": g, "government_name": government[g]}
        words |= {"code": e, "name": economic[e], "economic": e, "economic_name": economic[e]}
        coded = {"subject_scheme": "function", "subject_code": f, "subject_name": function[f]}
        yield Row(words, {**spec.get("of", {}), "function": f, "government": g, "economic": e}, coded)


def class_lines(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    """Every class of functions as a line of a balance, with or without money, numbered as `numbers` says."""
    classes = [(code, name) for code, name in codes("functions").items() if len(code) == 3]
    for place, (code, name) in enumerate(classes, start=1):
        label = spec.get("numbers", "{numeral}、").format(numeral=numeral(place), number=place) + name
        coded = {"subject_scheme": "function", "subject_code": code, "subject_name": name}
        yield Row({"name": label, "label": label, "code": code}, {**spec.get("of", {}), "function": code}, coded, code)


def units(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    """A row of the department if `department` says so, and one of each unit."""
    if spec.get("department"):
        name = scope.facts["department"]
        coded = {"subject_scheme": "organization", "subject_code": scope.facts["code"], "subject_name": name}
        yield Row({"code": scope.facts["code"], "name": name, "indented": name}, {}, coded | spec.get("as", {}))
    for number, (code, name) in enumerate(scope.facts["units"].items(), start=1):
        coded = {"subject_scheme": "organization", "subject_code": code, "subject_name": name, **spec.get("as", {})}
        yield Row({"code": code, "name": name, "indented": f"　{name}"}, {"unit": str(number)}, coded)


def projects(spec: Mapping[str, Any], scope: Scope) -> Iterator[Row]:
    """A row of each project; below a row of its unit where `grouped` says so."""
    wants = both(scope.wants, spec.get("of", {}))
    for number, (code, name) in enumerate(scope.facts["units"].items(), start=1):
        own = {"unit": str(number)}
        if spec.get("grouped"):
            coded = {"subject_scheme": "organization", "subject_code": code, "subject_name": name}
            yield Row(
                {"code": code, "name": name, "project": name, "unit": name, "goal": "", "category": ""}, own, coded
            )
        flows = scope.budget.fitting(both(wants, own))
        for project in dict.fromkeys(flow.project for flow in flows if flow.project):
            coded = {"subject_scheme": "project", "subject_code": None, "subject_name": project}
            words = {"code": "", "name": project, "project": project, "unit": name, "category": "特定目标类"}
            words["indented"] = f"　{project}"
            words["goal"] = scope.facts.get("goals", {}).get(project, "")
            yield Row(words, {**own, "project": project}, coded)


EACH = {
    "function": functions,
    "economic": economics,
    "government": governments,
    "leaf": leaves,
    "pair": pairs,
    "triple": triples,
    "class": class_lines,
    "unit": units,
    "project": projects,
}
