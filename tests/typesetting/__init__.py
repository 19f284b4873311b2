"""Typesets budget papers of known truth, for the tests and for the samples under raw/."""

from tests.typesetting.model import A4, Box, Cell, Paper, Placed, Style, Table
from tests.typesetting.setter import typeset

__all__ = ["A4", "Box", "Cell", "Paper", "Placed", "Style", "Table", "typeset"]
