"""What the page's script knows: places, identities and words, as compact JSON in the page itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from pipelines.reporting.document_data import Check, Number
from pipelines.reporting.document_pictures import Pictures


def script_data(
    document_id: str,
    numbers: Iterable[Number],
    checks: Sequence[Check],
    rules: Mapping[str, tuple[str, str]],
    pictures: Pictures,
) -> Markup:
    """Given what has a place on the page and the identities, return JSON that may stand in a script element:

    pages    {number: [width, height, picture or null]}, in points
    numbers  {id: [page, x0, top, x1, bottom, kind, label, text, yuan or null, how many identities hold it or null]}
    checks   [[check_id, rule_id, outcome, sign, left yuan, right yuan, difference, proposed yuan or null,
               [[side, weight, id or null, label, yuan or null ("" of words), document_id where it is another]]]]
    rules    {rule_id: [title, title in English]}, of the rules in use
    withheld [page]
    """
    return as_script(
        {
            "pages": {number: [page.width, page.height, page.picture] for number, page in pictures.pages.items()},
            "withheld": pictures.withheld,
            "numbers": {
                n.id: [n.page, *(round(side, 1) for side in n.box), n.kind, n.label, n.text, _yuan(n.amount_yuan), n[5]]
                for n in numbers
            },
            "checks": [_check(check, document_id) for check in checks],
            "rules": {rule_id: rules.get(rule_id, ("", "")) for rule_id in sorted({c.rule_id for c in checks})},
        }
    )


def as_script(value: object) -> Markup:
    """Given a JSON value, return it as text that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - every sign that markup is made of was replaced


def _check(check: Check, document_id: str) -> list:
    sign = check.sign if check.outcome == "fail" else {"<": "≥"}.get(check.sign, "=")
    terms = [
        [
            term.side[0],
            _plain(term.weight),
            term.id,
            term.label,
            "" if term.state == "text" and term.amount is None else _yuan(term.amount),
            *([term.document_id] if term.document_id not in (None, document_id) else ()),
        ]
        for term in check.terms
    ]
    values = map(_yuan, (check.left_value, check.right_value, check.difference, check.proposed_value))
    return [check.check_id, check.rule_id, check.outcome, sign, *values, terms]


def _yuan(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
