"""A verdict: what an answer to a problem is worth, and what to say about it, in words first.

The same verdict is text in a terminal, calm HTML in a notebook, and a flat dictionary for reports. It carries no part of the solution.
"""

import textwrap
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "passed",
    "not attempted",
    "missing",
    "library",
    "mistake",
    "raised",
    "nothing",
    "printed",
    "input returned",
    "constant",
    "type",
    "shape",
    "dtype",
    "input changed",
    "draws",
    "graph broken",
    "gradient",
    "numbers",
    "distribution",
    "time limit",
    "memory",
]

WIDTH = 110
MOST_LINES = 6
_BOX = (
    "border-left:4px solid var(--jp-border-color1,#8a8a8a);padding:0.4em 0.9em;margin:0.3em 0;line-height:1.45;"
    "color:var(--jp-content-font-color1,inherit)"
)
_PRE = (
    "margin:0.5em 0;padding:0;background:transparent;color:inherit;overflow-x:auto;white-space:pre;"
    "font-family:var(--jp-code-font-family,monospace);font-size:0.92em"
)


@dataclass(frozen=True, repr=False)
class Verdict:
    """What the check of one answer found.

    Parameters
    ----------
    id : the problem, "04.softmax"
    passed : whether the answer agrees on every probe and nothing else is wrong
    points, points_total : what it earns, of how much
    kind : what was found; "mistake" for a known one
    mistake_id : the known mistake, or None
    also : other known mistakes that fit as well
    lines : the finding, one sentence or two a line; at most six with the title, once wrapped
    detail : the smallest case, expected and received
    notes : remarks that cost nothing: a dtype, a warning
    probes_passed, probes_total : on how many probes the values agree; 0 of 0 where none was judged
    next_hint, hints_total : the number of the hint that comes next; more than the total once all are open
    """

    id: str
    passed: bool
    points: int
    kind: Kind
    lines: tuple[str, ...] = ()
    detail: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    mistake_id: str | None = None
    also: tuple[str, ...] = ()
    points_total: int = 1
    probes_passed: int = 0
    probes_total: int = 0
    next_hint: int = 1
    hints_total: int = 4

    @property
    def title(self) -> str:
        if self.passed and not self.probes_total:
            return f"{self.id} · passed"
        if self.passed:
            return f"{self.id} · passed ({self.probes_passed} of {self.probes_total} probes)"
        if self.kind in ("not attempted", "missing"):
            return f"{self.id} · {self.kind}"
        if not self.probes_total:
            return f"{self.id} · not yet"
        agree = "agrees" if self.probes_passed == 1 else "agree"
        return f"{self.id} · not yet ({self.probes_passed} of {self.probes_total} probes {agree})"

    @property
    def last_line(self) -> str:
        """What to do next: the call that opens a hint."""
        if self.passed or self.kind == "missing":
            return ""
        if self.next_hint > self.hints_total:
            return f'All hints are open; hint("{self.id}") shows the last one again.'
        return f'hint("{self.id}") opens the next hint ({self.next_hint} of {self.hints_total}).'

    @property
    def finding(self) -> tuple[str, ...]:
        """The title and the finding, wrapped, at most six lines."""
        wrapped = [line for text in self.lines for line in textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)]
        return (self.title, *wrapped[: MOST_LINES - 1])

    @property
    def message(self) -> str:
        """All of it as text."""
        return "\n".join([*self.finding, *self.detail, *self.notes, *([self.last_line] if self.last_line else [])])

    def __str__(self) -> str:
        return self.message

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from html import escape

        title, *_ = self.finding
        parts = [f"<div style='font-weight:600'>{escape(title)}</div>", *(f"<div>{escape(line)}</div>" for line in self.lines)]
        if self.detail:
            parts.append(f"<pre style='{_PRE}'>{escape(chr(10).join(self.detail))}</pre>")
        parts += [f"<div style='opacity:0.85'>{escape(note)}</div>" for note in self.notes]
        if self.last_line:
            call, _, rest = self.last_line.partition(") ")
            code = f"<code>{escape(call)})</code> {escape(rest)}" if self.last_line.startswith("hint(") else escape(self.last_line)
            parts.append(f"<div style='margin-top:0.3em'>{code}</div>")
        return f"<div role='status' style='{_BOX}'>{''.join(parts)}</div>"

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as the object that reports and ``learnkit check --json`` use."""
        return {
            "id": self.id,
            "passed": self.passed,
            "points": self.points,
            "points_total": self.points_total,
            "kind": self.kind,
            "mistake": self.mistake_id,
            "also": list(self.also),
            "probes_passed": self.probes_passed,
            "probes_total": self.probes_total,
            "message": self.message,
        }
