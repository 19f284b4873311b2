"""The claims of one paragraph: each number with the subject it is about, as a path from the total it is part of."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.statements.clauses import (
    LIST_NUMBER,
    Clause,
    compared_year,
    counted_noun,
    own_period,
    read_clause,
    subject_of,
)
from pipelines.recognising.statements.numbers import Number
from pipelines.recognising.statements.paragraphs import Paragraph
from pipelines.recognising.statements.words import Words

STOPS = "。!?"
STOP = re.compile(f"[{STOPS}]")
BRACKET_REACH = 300  # characters; text is untrusted, and brackets are read by recursion
WITHIN = re.compile(r"^在?(.*)中$")
MEASURES = {"amount": "amount", "area": "area", "count": "count"}


class Claim(NamedTuple):
    """`subject` is a path of printed words parted by `/`; the text of the claim's sentence is text[begin:stop]."""

    number: Number
    subject: str
    measure: str
    period: str | None
    value: Decimal
    begin: int
    stop: int
    share_of: str = ""


@dataclass
class Scope:
    """What a list stands under: `parent` the total it breaks down, `anchor` the last thing named in it, `last` the
    last amount's subject, `items` how many things it named since the last semicolon."""

    parent: str = ""
    anchor: str = ""
    last: str = ""
    items: int = 0
    kind: str = "text"  # text | list (after 其中) | within (after …中,) | bracket

    def path(self, subject: str) -> str:
        return f"{self.parent}/{subject}" if self.parent and subject else subject or self.parent


class Said(NamedTuple):
    """What reading a paragraph gave: its claims, and the numbers whose wording was left undecided."""

    claims: tuple[Claim, ...]
    undecided: tuple[Number, ...]
    total: str  # the first thing it says a number of, or says numbers within, '' where there is none


def claims_of(
    paragraph: Paragraph,
    numbers: list[Number],
    words: Words,
    topic: str,
    parent: str,
    body: str | None,
    lexicon: Lexicon,
) -> Said:
    """Given a paragraph and its claimed numbers, return what it says of them.

    `topic` is the heading it stands under, for claims that name no subject; `parent` the subject of the total that the
    list it belongs to breaks down ('' where there is none); `body` the name of the paper's body, which is left out of
    subjects; `lexicon` the words that hold for the paper.
    """
    reader = _Reader(
        paragraph.text, paragraph.folded, {n.start: n for n in numbers}, words, topic, parent, body, lexicon
    )
    reader.read()
    return Said(tuple(reader.claims), tuple(reader.undecided), reader.total or reader.within)


class _Reader:
    """Walks a paragraph once from left to right; `buffer` holds the places of the current clause's characters."""

    def __init__(
        self,
        printed: str,
        folded: str,
        numbers: dict[int, Number],
        words: Words,
        topic: str,
        parent: str,
        body: str | None,
        lexicon: Lexicon,
    ):
        self.printed, self.folded, self.numbers, self.words = printed, folded, numbers, words
        self.topic, self.body, self.lexicon = topic, body, lexicon
        self.starts = sorted(numbers)
        self.scopes = [Scope(parent=parent)]
        self.claims: list[Claim] = []
        self.undecided: list[Number] = []
        self.total = self.within = ""
        self.buffer: list[int] = []
        self.unused: list[int] = []  # the last clause without a number: a subject parted from its number by a comma
        self.claimed = False  # a number was read and nothing but its punctuation since
        self.period: str | None = None
        self.base: str | None = None
        self.begin = 0

    def read(self) -> None:
        self._name_item()
        self._walk(0, len(self.folded))
        self._break()

    def _name_item(self) -> None:
        """A list item can name its subject in a sentence of its own, with its numbers in the next ones."""
        numbered = LIST_NUMBER.match(self.folded)
        end = self.folded.find("。")
        if not numbered or not self.numbers or not 0 < end < min(self.numbers):
            return
        subject, _ = subject_of(self.printed[:end], self.folded[:end], self.words, self.body)
        self.scopes[0].anchor = self.total = self.scopes[0].path(subject)

    def _walk(self, place: int, end: int) -> None:
        while place < end:
            place = self._step(place, end)

    def _step(self, place: int, end: int) -> int:
        character = self.folded[place]
        if number := self.numbers.get(place):
            return self._claim(number)
        if character == "(":
            return self._bracket(place, end)
        if character in STOPS:
            self._break()
            self._sentence_ends(place)
        elif character == ";":
            self._break()
            self._semicolon()
        elif character in ",:":
            self._break()
        elif character == "、" and self.claimed:
            pass
        elif (match := self.words.list_head.match(self.folded, place)) and self._at_start_of_list(match):
            self._open_list()
            return match.end()
        else:
            self.buffer.append(place)
            self.claimed = False
            return place + 1
        return place + 1

    def _at_start_of_list(self, match: re.Match) -> bool:
        """其中 begins a list wherever it stands; 包括 and its like after a number or before a colon."""
        if match[0].startswith("其中"):
            return True
        return match[0].endswith(":") and not self.buffer

    def _open_list(self) -> None:
        self._break()
        scope = self.scopes[-1]
        parent = scope.anchor or scope.last or scope.parent or self.topic
        self.scopes.append(Scope(parent, kind="list"))

    def _semicolon(self) -> None:
        """A semicolon goes on with a list that had one thing before it, and ends one that had several or none."""
        scope = self.scopes[-1]
        if scope.kind == "list" and scope.items != 1:
            self.scopes.pop()
        self.scopes[-1].items = 0
        self.base = None

    def _sentence_ends(self, place: int) -> None:
        base = self.scopes[0]
        self.scopes = [Scope(base.parent, base.anchor, base.last)]
        self.begin, self.period, self.base, self.unused = place + 1, None, None, []

    def _bracket(self, place: int, end: int) -> int:
        """A bracket with claims breaks down the number before it; one without explains it, or is part of a name."""
        close = self._closing(place, end)
        if self._next_number(place) >= close:
            if not self.claimed:
                self.buffer.extend(range(place, close + 1))
            return close + 1
        scope = self.scopes[-1]
        depth = len(self.scopes)
        held, self.buffer = self.buffer, []
        self.scopes.append(Scope(scope.anchor or scope.last or scope.parent, kind="bracket"))
        start = place + 1
        if match := self.words.inner_head.match(self.folded, start):
            start = match.end()
        period, base = self.period, self.base
        self._walk(start, close)
        self._break()
        del self.scopes[depth:]
        self.buffer, self.period, self.base = held, period, base
        self.claimed = not held
        return close + 1

    def _next_number(self, place: int) -> int:
        after = bisect_right(self.starts, place)
        return self.starts[after] if after < len(self.starts) else len(self.folded)

    def _closing(self, place: int, end: int) -> int:
        """Where the bracket at a place closes; the place itself where it does not close soon."""
        depth = 0
        for i in range(place, min(end, place + BRACKET_REACH)):
            depth += (self.folded[i] == "(") - (self.folded[i] == ")")
            if depth == 0:
                return i
        return place

    def _break(self) -> None:
        """A clause ends without a number: it can name the period, the year compared with, or what the next is in."""
        printed, folded = self._clause(self.buffer)
        if not folded.strip():
            return
        self.period = own_period(folded) or self.period
        self.base = compared_year(folded, self.lexicon) or self.base
        within = WITHIN.match(folded)
        if within and within[1] and not folded.endswith("其中"):
            subject, _ = subject_of(printed[within.start(1) : within.end(1)], within[1], self.words, self.body)
            if self.scopes[-1].kind == "within":
                self.scopes.pop()
            if subject:
                self.scopes.append(Scope(self.scopes[-1].path(subject), kind="within"))
                self.within = self.within or self.scopes[-1].parent
            self.buffer = []
        elif folded.endswith("的"):
            self.claimed = False
            return
        else:
            self.unused, self.buffer = self.buffer, []
        self.claimed = False

    def _clause(self, places: list[int]) -> tuple[str, str]:
        return "".join(self.printed[i] for i in places), "".join(self.folded[i] for i in places)

    def _claim(self, number: Number) -> int:
        printed, folded = self._clause(self.buffer)
        clause = read_clause(printed, folded, self.words, self.body, self.lexicon)
        after = number.end
        self.buffer = []
        if clause.undecided:
            self.undecided.append(number)
            self.claimed = True
            return after
        self.period, self.base = clause.period or self.period, clause.base or self.base
        measure = self._measure(number, clause)
        subject, aspect = clause.subject, clause.aspect
        if measure == "count":
            end = counted_noun(self.folded, after, self.words)
            if noun := re.sub("^(?:左右|关于)", "", self.printed[after:end]):
                subject, aspect, after = self._counted(subject, folded, noun), "", end
        bare = clause.sign is None and not (subject or aspect or clause.share or clause.completed)
        if bare and not self._claims_in_sentence():
            subject, aspect = subject_of(*self._clause(self.unused), self.words, self.body)
        path = self._path(subject, aspect, clause, measure)
        value = number.value * number.factor
        if clause.sign is not None and measure in ("change", "change_percent"):
            value *= clause.sign if value >= 0 else 1
        whole = clause.share_of if measure == "share_percent" else ""
        self.claims.append(
            Claim(number, path, measure, self._when(measure), value, self.begin, self._stop(after), whole)
        )
        self.claimed, self.unused = True, []
        return after

    def _claims_in_sentence(self) -> bool:
        return bool(self.claims) and self.claims[-1].begin == self.begin

    def _counted(self, subject: str, folded: str, noun: str) -> str:
        """What a count with a noun behind it counts: 下属 2 家单位, 开展 3 项检查, 展览馆 9 名职工."""
        if modifier := self.words.modifier_end.search(folded):
            return modifier[1] + noun
        return f"{subject}/{noun}" if subject and not self.words.verb_end.search(subject) else noun

    def _measure(self, number: Number, clause: Clause) -> str:
        if number.measure in ("percent", "points"):
            return "change_percent" if clause.sign is not None else "share_percent"
        if clause.sign is not None and (number.measure == "amount" or self.base or clause.base):
            return "change"
        return MEASURES[number.measure]

    def _path(self, subject: str, aspect: str, clause: Clause, measure: str) -> str:
        scope = self.scopes[-1]
        if subject:
            scope.anchor = scope.path(subject)
            scope.items += 1
            path = scope.anchor
            if len(self.scopes) == 1:
                self.total = self.total or path
        elif aspect or clause.completed:
            path = scope.anchor or scope.parent or self.topic
        else:
            path = scope.last or scope.anchor or scope.parent or self.topic
        if extra := aspect or clause.completed:
            path = f"{path}/{extra}" if path else extra
        if measure in MEASURES or subject:
            scope.last = path
        return path

    def _when(self, measure: str) -> str | None:
        period = self.period or (str(self.lexicon.year) if self.lexicon.year else None)
        if measure in ("change", "change_percent"):
            return f"{period or ''}/{self.base or (str(self.lexicon.year - 1) if self.lexicon.year else '上年')}"
        return period

    def _stop(self, place: int) -> int:
        match = STOP.search(self.folded, place)
        return match.end() if match else len(self.folded)
