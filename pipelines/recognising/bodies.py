"""Names of bodies: what they are called with and without their region, and which names are one body's."""

from __future__ import annotations

import re
from functools import cache

from pipelines.recognising.keys import BLANK, identifier, key
from pipelines.recognising.vocabulary import rows

REGION = re.compile(
    r"^((?:[一-鿿]{2,3}省|[一-鿿]{2,7}自治区)?(?:[一-鿿]{2,6}?(?:市|自治州|盟|地区))?(?:[一-鿿]{2,6}?(?:区|县|旗))?)"
)
PARTY = re.compile("^(?:中共|中国共产党)")
GOVERNMENT = re.compile("(?<=[省市区县旗州盟])人民政府(?=.{3})")
OWN_OFFICE = re.compile(r"\((本级|本部|机关)\)$")
SUMMED_UP = re.compile(r"\((?:汇总|部门|合并)\)$")
CODE_IN_FRONT = re.compile(r"^[(\[]?\d{3,9}[)\]]?[-—_.、]*(?=[一-鿿])(?!年|医院|厂|库|所|队|站)")  # not 302医院
STOP = re.compile("[,.，。、;；:：]|目录|部分|说明|情况")
LONGEST, SHORTEST = 40, 4


@cache
def endings() -> re.Pattern:
    """How names of bodies end (局, 委员会, 大学)."""
    words = sorted((r["ending"] for r in rows("body_endings")), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(words)})(?:本级|本部|机关)?$")


def body_in(text: str) -> str | None:
    """Given a text without blanks, return it as a body's name, without its code in front (511-) and what says that
    figures are summed up (汇总); None where it is no name."""
    name = SUMMED_UP.sub("", CODE_IN_FRONT.sub("", text))
    is_name = SHORTEST <= len(name) <= LONGEST and endings().search(name) and not STOP.search(name)
    return name if is_name else None


def organization_id(name: str) -> str:
    """Given a body's printed name, return its id, the same for what is written now with and now without.

    That is 中共 in front of a party body's name, the government (区人民政府) between a region and its office, brackets
    around 本级, and what says that a department's figures are summed up.
    """
    said = SUMMED_UP.sub("", PARTY.sub("", key(name)))
    return identifier("organization", GOVERNMENT.sub("", OWN_OFFICE.sub(r"\1", said)))


def names_one_body(one: str, other: str) -> bool:
    """Given two names, return whether both can be one body's, one of them written short (住建局, 住房和城乡建设局).

    What the bodies of one region share, the region in front and 局 or 委员会 at the end, says nothing.
    """
    one, other = own_name(one), own_name(other)
    return not (one and other) or _is_short(one, other) or _is_short(other, one) or bool(_pairs(one) & _pairs(other))


def own_name(name: str) -> str:
    """Given a body's name, return what tells it from the other bodies of its region: 示例市示例区水务局 → 水务."""
    said = SUMMED_UP.sub("", PARTY.sub("", key(name)))
    return endings().sub("", REGION.sub("", OWN_OFFICE.sub("", said)))


def _is_short(short: str, long: str) -> bool:
    letters = iter(long)
    return all(letter in letters for letter in short)


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} - {"部门", "单位"}


def region_of(name: str) -> str | None:
    """Given a body's name, return the region it begins with, to the county: 示例市示例区人民政府… → 示例市示例区."""
    match = REGION.match(PARTY.sub("", BLANK.sub("", name)))
    return match[1] or None if match else None
