"""The story of the running text: lines → paragraphs → sentences → numbers, each a claim about something or accounted for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from pipelines.reading.model import Box, Reading
from pipelines.recognising.identity import Identity
from pipelines.recognising.keys import identifier
from pipelines.recognising.statements_claims import Claim, Scope, claims_of
from pipelines.recognising.statements_clauses import subject_of, topic
from pipelines.recognising.statements_numbers import PHONE, Number, find_numbers, masked
from pipelines.recognising.statements_paragraphs import Paragraph, is_heading, paragraphs
from pipelines.recognising.statements_words import fold, words
