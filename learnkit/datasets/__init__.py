"""Data for the lessons: bundled with a library the course needs anyway, generated, or downloaded and verified."""

from learnkit.datasets.bundled import digits

__all__ = ["digits"]
