"""Tables of parity, measured when they are asked for and never stored.

A cell says "≤ 1e-12", the tolerance, and not the last digits of a rounding error, so that a table reads the same on every
machine on which it holds; the measured numbers are in ``rows``.
"""

import math
from dataclasses import dataclass

from learnkit.parity.comparison import measure
from learnkit.parity.declarations import CONCEPTS


@dataclass(frozen=True)
class ParityRow:
    """One concept: the largest difference over all its cases, between any two implementations."""

    name: str
    official: str
    cases: int
    output: float
    output_allowed: float
    gradient: float | None
    gradient_allowed: float

    def cells(self) -> list[str]:
        """Return what the table shows."""
        gradient = "–" if self.gradient is None else _cell(self.gradient, self.gradient_allowed)
        return [self.name, self.official, str(self.cases), _cell(self.output, self.output_allowed), gradient]


@dataclass(frozen=True)
class ParityTable:
    """Rows that print as an aligned table; ``markdown()`` gives the same for a page."""

    rows: tuple[ParityRow, ...]
    dtype: str
    device: str

    HEADER = ("operation", "official call", "cases", "outputs differ", "gradients differ")

    @property
    def agrees(self) -> bool:
        """Whether every difference is within its tolerance."""
        return all(row.output <= row.output_allowed and (row.gradient or 0) <= row.gradient_allowed for row in self.rows)

    def __repr__(self) -> str:
        lines = [list(self.HEADER), *(row.cells() for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.HEADER))]
        lines.insert(1, ["─" * width for width in widths])
        sides = ("<", "<", ">", "<", "<")
        text = ["  ".join(f"{cell:{s}{w}}" for cell, s, w in zip(line, sides, widths, strict=True)) for line in lines]
        return "\n".join([line.rstrip() for line in text] + [self._note()])

    def markdown(self) -> str:
        """Return the table in Markdown."""
        lines = ["| " + " | ".join(self.HEADER) + " |", "| --- | --- | ---: | --- | --- |"]
        for row in self.rows:
            name, official, *rest = row.cells()
            lines.append("| " + " | ".join([f"`{name}`", f"`{official}`" if "." in official else official, *rest]) + " |")
        return "\n".join([*lines, "", self._note()])

    def _note(self) -> str:
        return (
            f"The largest difference between learnkit.reference, learnkit.pytorch and the official call, relative to max(1, |value|); "
            f"{self.dtype} on the {self.device.upper()}."
        )


def parity_table(*names: str, dtype: str = "float64", device: str = "cpu") -> ParityTable:
    """Compare concepts now, on this machine, and return the table; without names, all of them.

    Parameters
    ----------
    names : public names of `learnkit.reference`
    dtype : "float64" or "float32"
        A concept that has only one dtype, as gradcheck has float64, is compared in its own.
    device : "cpu" or "cuda"

    Raises
    ------
    ValueError
        For a name without a declaration.

    Examples
    --------
    >>> print("\\n".join(repr(parity_table("tanh", "accuracy")).splitlines()[:4]))
    operation  official call                   cases  outputs differ  gradients differ
    ─────────  ──────────────────────────────  ─────  ──────────────  ────────────────
    tanh       torch.tanh                          9  ≤ 1e-12         ≤ 1e-10
    accuracy   sklearn.metrics.accuracy_score      8  ≤ 1e-12         –
    """
    if unknown := [name for name in names if name not in CONCEPTS]:
        raise ValueError(f"no parity is declared for {', '.join(unknown)}; declared are {', '.join(CONCEPTS)}.")
    return ParityTable(tuple(_row(name, dtype, device) for name in names or CONCEPTS), dtype, device)


def _row(name: str, dtype: str, device: str) -> ParityRow:
    concept = CONCEPTS[name]
    dtype = dtype if dtype in concept.dtypes else concept.dtypes[0]
    cases = {case: concept.dtypes_of(case) for case in concept.all_cases}
    # cases of integers alone say nothing about this dtype, unless the concept has no others
    if any(dtype in possible for possible in cases.values()):
        cases = {case: possible for case, possible in cases.items() if dtype in possible}
    found = []
    for case, possible in cases.items():
        found += measure(concept, case, dtype=dtype if dtype in possible else possible[0], device=device)
    gradients = [difference.size for difference in found if difference.kind == "gradient"]
    return ParityRow(
        name=name,
        official=concept.official,
        cases=len(cases),
        output=max(difference.size for difference in found if difference.kind != "gradient"),
        output_allowed=concept.allowed("output", dtype),
        gradient=max(gradients, default=None),
        gradient_allowed=concept.allowed("gradient", dtype),
    )


def _cell(size: float, allowed: float) -> str:
    if size <= allowed:
        return f"≤ {allowed:.0e}"
    return "in dtype, shape, NaN or ∞" if math.isinf(size) else f"{size:.1e}: more than {allowed:.0e}"
