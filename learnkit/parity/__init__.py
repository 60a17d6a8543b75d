"""Parity: that `learnkit.reference`, `learnkit.pytorch` and the official call compute the same, as data and not as a promise.

``concepts`` says what a declaration is, ``declarations`` holds one module for each module of the reference, ``comparison``
runs a case on every implementation and measures the differences, ``tables`` prints them. PyTorch is loaded when the first
comparison runs, not before.
"""

from learnkit.parity.comparison import Difference, Mismatch, check, measure
from learnkit.parity.concepts import Case, Concept, Ran
from learnkit.parity.declarations import CONCEPTS, NOT_COMPARED
from learnkit.parity.tables import ParityTable, parity_table

__all__ = [
    "parity_table",
    "ParityTable",
    "Concept",
    "Case",
    "Ran",
    "CONCEPTS",
    "NOT_COMPARED",
    "Difference",
    "Mismatch",
    "check",
    "measure",
]
