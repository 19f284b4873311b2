"""The story of the running text: lines → paragraphs → sentences → numbers, each a claim or accounted for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from pipelines.reading.model import Line, Reading
from pipelines.recognising.identity import Identity
from pipelines.recognising.keys import identifier
from pipelines.recognising.statements.claims import Claim, claims_of
from pipelines.recognising.statements.clauses import subject_of
from pipelines.recognising.statements.numbers import PHONE, Number, find_numbers
from pipelines.recognising.statements.outline import Outline
from pipelines.recognising.statements.paragraphs import Paragraph, is_heading, is_page_number, paragraphs
from pipelines.recognising.statements.words import Words, fold, words

SENTENCE = re.compile(r"[^。!?]*[。!?]?")
AROUND = 12
PLACES = Decimal("0.000001")


class Statement(NamedTuple):
    """One number claimed in the running text; a row of staging.statements.

    `section` is the path of the headings it stands under, `subject` the path from the sentence's or list's total to
    what the number is about (基本支出/人员经费). `measure`: amount | change | change_percent | share_percent | count |
    area. Amounts and changes of money are yuan, other values as printed; changes are signed; `unit` is as printed.
    `period` is a year, a month (2022-12) or a day; of a change, the year and the year compared with (2023/2022).
    `share_of` is what a share is said to be of (占本年支出合计的 9%), null where the sentence does not say.
    `statement_no` and `sentence_no` count through the paper in its order; `printed_text` is the number as printed,
    `unit_factor` what one printed unit is of the value's. The box is that of the line or lines the number stands in.
    """

    statement_id: str
    document_id: str
    section: str
    subject: str
    measure: str
    period: str | None
    value: Decimal
    unit: str
    quote: str
    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    statement_no: int = 0
    sentence_no: int = 0
    printed_text: str = ""
    printed_decimals: int = 0
    unit_factor: Decimal = Decimal(1)
    share_of: str | None = None


class Uncovered(NamedTuple):
    """A number of the text that no statement covers, and what stands around it; both are empty for a contact's number.

    `reason`: year | date | ordinal | document_number | law_article | table_number | page_number | running_head | code |
    long_number | threshold | range | approximate | duration | other_unit | foreign_currency | no_unit |
    undecided_wording | contact | unknown.
    """

    document_id: str
    text: str
    context: str
    page: int
    reason: str


class Statements(NamedTuple):
    statements: tuple[Statement, ...]
    uncovered: tuple[Uncovered, ...]


def recognise_statements(reading: Reading, who: Identity) -> Statements:
    """Given a reading and whose paper it is, return every number of its running text: as a statement where the text
    claims it of something, else with the reason why it is no claim. Pure: the same input, the same records."""
    said = words(who.lexicon)
    body = fold("".join(who.department_name.split())) if who.department_name else None
    outline = Outline()
    statements: list[Statement] = []
    sentences = 0
    found, furniture = paragraphs(reading)
    uncovered = [u for line in furniture for u in _furniture(line, said, who)]
    for printed in found:
        printed_numbers = find_numbers(printed.folded, who.lexicon)
        private = _private(printed.folded, said, printed_numbers)
        uncovered += [_contact(n, printed, who) for n in printed_numbers if _within(n, private)]
        paragraph = _without(printed, private)
        numbers = find_numbers(paragraph.folded, who.lexicon)
        claimed = [n for n in numbers if n.measure]
        outline.enter(paragraph, is_heading(paragraph, bool(claimed)))
        result = claims_of(paragraph, claimed, said, outline.topic, outline.parent, body, who.lexicon)
        for _, claims in groupby(result.claims, key=lambda claim: claim.begin):
            sentences += 1
            for claim in claims:
                place = len(statements) + 1, sentences
                statements.append(_statement(claim, paragraph, outline.section, who, *place))
        uncovered += [_uncovered(n, n.reason or "unknown", paragraph, who) for n in numbers if not n.measure]
        uncovered += [_uncovered(n, "undecided_wording", paragraph, who) for n in result.undecided]
        outline.leave(paragraph, result.total or _intro(paragraph, said, body))
    return Statements(tuple(_told_apart(statements)), tuple(uncovered))


def _told_apart(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Give those an id of their own that are printed over each other."""
    seen: Counter[str] = Counter()
    for statement in statements:
        id_ = statement.statement_id
        yield statement._replace(statement_id=identifier(id_, seen[id_])) if seen[id_] else statement
        seen[id_] += 1


def _furniture(line: Line, said: Words, who: Identity) -> list[Uncovered]:
    """The numbers of a page number or a running head."""
    reason = (
        "page_number" if is_page_number(line) else "contact" if _private(fold(line.text), said, []) else "running_head"
    )
    hidden = reason == "contact"
    return [
        Uncovered(
            document_id=who.document_id,
            text="" if hidden else n,
            context="" if hidden else line.text,
            page=line.page,
            reason=reason,
        )
        for n in re.findall(r"\d+", line.text)
    ]


def _private(folded: str, said: Words, numbers: list[Number]) -> list[tuple[int, int]]:
    """The sentences that name a contact or a telephone number (or a long number of no known meaning, which may be one,
    and claim nothing): what they say is no claim and is not repeated."""
    spans = [match.span() for match in SENTENCE.finditer(folded) if match[0]]
    found = []
    for a, b in spans:
        inside = [n for n in numbers if a <= n.start < b]
        nameless = any(n.reason == "long_number" for n in inside) and not any(n.measure for n in inside)
        if nameless or said.contact.search(folded, a, b) or PHONE.search(folded, a, b):
            found.append((a, b))
    return found


def _within(number: Number, spans: list[tuple[int, int]]) -> bool:
    return any(a <= number.start < b for a, b in spans)


def _without(paragraph: Paragraph, spans: list[tuple[int, int]]) -> Paragraph:
    """Given a paragraph and the spans that nobody may see, return it with these blotted out."""
    text, folded = list(paragraph.text), list(paragraph.folded)
    for a, b in spans:
        text[a:b], folded[a:b] = "*" * (b - a), "。" * (b - a)
    return paragraph._replace(text="".join(text), folded="".join(folded))


def _intro(paragraph: Paragraph, said: Words, body: str | None) -> str:
    """What a line such as 按照支出功能分类科目，主要用于： says that the list below it breaks down."""
    head = re.split(r"[,:。;]|主要用于|主要内容|主要包括|如下|其中|具体", paragraph.folded, maxsplit=1)[0]
    subject, aspect = subject_of(paragraph.text[: len(head)], head, said, body)
    return re.sub("^(?:按照|按)|中$", "", subject or aspect)


def _statement(
    claim: Claim, paragraph: Paragraph, section: str, who: Identity, statement_no: int, sentence_no: int
) -> Statement:
    number = claim.number
    page, box = paragraph.place(number.start, number.end)
    printed = paragraph.text[number.start : number.unit_start]
    return Statement(
        statement_id=identifier(
            who.document_id, "statement", page, round(box.x0), round(box.top), claim.begin, number.start
        ),
        document_id=who.document_id,
        section=section,
        subject=claim.subject,
        measure=claim.measure,
        period=claim.period,
        value=claim.value.quantize(PLACES).normalize() + 0,
        unit=paragraph.text[number.unit_start : number.end],
        quote=paragraph.text[claim.begin : claim.stop],
        page=page,
        **box._asdict(),
        statement_no=statement_no,
        sentence_no=sentence_no,
        printed_text=printed,
        printed_decimals=len(fold(printed).partition(".")[2]),
        unit_factor=number.factor,
        share_of=claim.share_of or None,
    )


def _uncovered(number: Number, reason: str, paragraph: Paragraph, who: Identity) -> Uncovered:
    page, _ = paragraph.place(number.start, number.end)
    text = paragraph.text[number.start : number.end]
    around = paragraph.text[max(0, number.start - AROUND) : number.end + AROUND]
    return Uncovered(document_id=who.document_id, text=text, context=around, page=page, reason=reason)


def _contact(number: Number, paragraph: Paragraph, who: Identity) -> Uncovered:
    return Uncovered(
        document_id=who.document_id,
        text="",
        context="",
        page=paragraph.place(number.start, number.end)[0],
        reason="contact",
    )
