"""One clause of a claim: the words before (and after) a number, and what they say of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.recognising.lexicon import Lexicon
from pipelines.recognising.statements.words import Words

YEAR = r"(?:19|20)\d{2}"
BEFORE = r"上年度?|上一年度?|去年|上年同期"
DATE = re.compile(rf"({YEAR})年(\d{{1,2}})月(?:(\d{{1,2}})[日号])?")
OWN_YEAR = re.compile(rf"({YEAR})(?:年度?|(?=[预决]算))")
BASE_NAMED = re.compile(
    rf"同比|(?:比|较|与|同)于?(?:({YEAR})(?:年度?|(?=[预决]算))|({BEFORE}))(?:同期)?(?:当年)?"
    r"(?:部门)?(?:年初|调整|全年)?(?:预算|决算)?(?:安排|执行|支出)?数?(?:相比|对比|比较|相较)?,?"
)
SHARE = re.compile(r"(?:约?占|所占比[例重]为?|占比为?)(.*?)(?:的比[例重]为?|的|比[例重]为?)?$")
COMPLETED = re.compile(r"(?:完成|达到?)(.*?预算数?|.*?目标|.*?任务)?的?$")
WRAPPED = re.compile(r"^[“\"‘《](.*)[”\"’》]$")
EXPLAINS = re.compile(r"\((?:以[^()]*为准|等于[^()]*|单位[^()]*)\)$")
NOUN = re.compile(r"[^\s,.;:、。!?()\d“”\"%]{2,18}")
EDGES = " ,.;:、。!?-—·"
LIST_NUMBER = re.compile(
    r"^(?:\(?[一二三四五六七八九十]+[、.)]\)?|\(?\d{1,3}[、.)](?!\d)|\d{1,2}\.(?=20\d\d年)|[①-⑳])+"
)
HOLDS = re.compile(r"^(.*?)(?:共有|现有|设有|拥有|共计|合计共)(.+)$")
TOPIC_END = re.compile(r"(?:安排|开展|设置|变化|占有使用|总体|具体|收支)*(?:情况)?(?:的?说明)?$")


class Clause(NamedTuple):
    """What the words before a number say. `subject` and `aspect` are printed words ('' where there are none)."""

    subject: str
    aspect: str
    sign: int | None  # of a change: 1, -1, 0; None where the number is no change
    share: bool
    completed: str  # what was completed to so many percent
    undecided: bool
    period: str | None
    base: str | None  # the year compared with
    share_of: str = ""  # what a share is said to be of, or what was to be completed


def read_clause(printed: str, folded: str, words: Words, body: str | None, lexicon: Lexicon) -> Clause:
    """Given the words of a clause up to its number, printed and folded (same length), return what they say."""
    undecided = words.undecided_end.search(folded)
    change = None if undecided else words.change_end.search(folded)
    base, period = compared_year(folded, lexicon), own_period(folded)
    end = (undecided or change).start() if undecided or change else len(folded)
    share = SHARE.search(folded) if not change and not undecided else None
    completed = COMPLETED.search(folded) if not change and not share and not undecided else None
    if completed and not (completed[1] or folded.endswith("的")):
        completed = None
    if share or completed:
        end = (share or completed).start()
    subject, aspect = subject_of(printed[:end], folded[:end], words, body)
    done = printed[completed.start() : completed.end()].rstrip("的为") if completed else ""
    sign = words.change[change[1]] if change else None
    whole = printed[(share or completed).start(1) : (share or completed).end(1)] if share or done else ""
    return Clause(subject, aspect, sign, bool(share), done, bool(undecided), period, base, whole.strip(EDGES))


def own_period(folded: str) -> str | None:
    """Given folded words, return the last period they name but not compare with: 2022-12-31, 2022-12, 2022."""
    own = _own(folded)
    dates = list(DATE.finditer(own))
    if dates:
        year, month, day = dates[-1].groups()
        return f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")
    years = OWN_YEAR.findall(own)
    return years[-1] if years else None


def _own(folded: str) -> str:
    return BASE_NAMED.sub(lambda m: "\0" * len(m[0]), folded)


def compared_year(folded: str, lexicon: Lexicon) -> str | None:
    """Given folded words, return the year they compare with; 上年 is the year before the paper's."""
    match = BASE_NAMED.search(folded)
    if not match:
        return None
    if match[1]:
        return match[1]
    return str(lexicon.year - 1) if lexicon.year else "上年"


def subject_of(printed: str, folded: str, words: Words, body: str | None) -> tuple[str, str]:
    """Given the words before a number's verb, return subject and aspect: without list number, the body's own name,
    periods, what it is compared with, and auxiliary words at both ends."""
    keep = [True] * len(folded)

    def drop(match: re.Match | None) -> None:
        if match:
            keep[match.start() : match.end()] = [False] * (match.end() - match.start())

    drop(LIST_NUMBER.match(folded))
    for match in BASE_NAMED.finditer(folded):
        drop(match)
    own = _own(folded)
    periods = list(DATE.finditer(own)) or list(OWN_YEAR.finditer(own))
    if periods:
        first, last = periods[0], periods[-1]
        for match in periods:
            drop(match)
        head = own[: first.start()]
        if not head.rstrip("\0").endswith("的") and own[last.end() :].strip(EDGES + "\0"):
            keep[: last.end()] = [False] * last.end()
    kept = [(p, f) for p, f, k in zip(printed, folded, keep, strict=True) if k]
    return _trimmed("".join(p for p, _ in kept), "".join(f for _, f in kept), words, body)


def _trimmed(printed: str, folded: str, words: Words, body: str | None) -> tuple[str, str]:
    start, end = 0, len(folded)
    while True:
        before = start, end
        while start < end and folded[start] in EDGES:
            start += 1
        while start < end and folded[end - 1] in EDGES:
            end -= 1
        text = folded[start:end]
        if body and text.startswith(body):
            start += len(body)
        elif match := re.match(r"\((?:部门|本部|本级)\)|部门(?=共|现|本年)", text):
            start += match.end() if before[0] > 0 else 0
        text = folded[start:end]
        if (match := words.lead.match(text)) and match.end() < len(text):
            start += match.end()
        elif match := words.lead.fullmatch(text):
            start = end
        text = folded[start:end]
        if match := words.tail.search(text) or EXPLAINS.search(text):
            end = start + match.start()
        if (start, end) == before:
            break
    text = folded[start:end]
    if (match := HOLDS.match(text)) and not match[1].endswith("公"):
        start += match.start(2)
        text = folded[start:end]
    if match := WRAPPED.match(text):
        start, end = start + 1, end - 1
        text = folded[start:end]
    if text in words.aspects:
        return "", printed[start:end]
    if match := words.split_aspect.match(text):
        return printed[start : start + match.end(1)], printed[start + match.start(2) : end]
    return printed[start:end], ""


def counted_noun(folded: str, start: int, words: Words) -> int:
    """Given the place after a count, return where the noun phrase that it counts ends (start where none follows)."""
    match = NOUN.match(folded, start)
    if not match:
        return start
    stop = words.noun_end.search(match[0], 2 if match[0].startswith("左右") else 0)
    end = start + (stop.start() if stop else len(match[0]))
    return end if end - start >= 2 else start


def topic(text: str, folded: str) -> str:
    """Given a heading, return what it is about: without its number and without 情况说明."""
    begin = match.end() if (match := LIST_NUMBER.match(folded)) else 0
    if match := re.match(r"第[一二三四五六七八九十]+部分", folded):
        begin = match.end()
    ending = TOPIC_END.search(folded.rstrip("。"))
    return text[begin : ending.start() if ending else len(text)].strip(EDGES) or text[begin:].strip(EDGES)
