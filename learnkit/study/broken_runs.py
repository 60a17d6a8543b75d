"""Broken runs: a training run with one defect, its curves, and a few numbers that the learner may ask for.

The learner sees curves first, as in life. Each number costs one of three questions; then the cause is named with ``predict``. Which
runs there are stands in the lessons' modules, under ``BROKEN_RUNS``: functions that train one and return its curves and numbers.
"""

import importlib
from collections.abc import Callable, Mapping

from learnkit.study.lessons import known_lessons
from learnkit.study.notes import Note, show
from learnkit.study.questions import Unreadable, is_open, read_choice


class BrokenRun:
    """A run to diagnose.

    Parameters
    ----------
    id : "04.broken-run"
    curves : name -> one value for each epoch
    numbers : what may be asked for -> what it is, as text
    at_most : how many of them
    """

    def __init__(self, id: str, curves: Mapping[str, list[float]], numbers: Mapping[str, str], at_most: int = 3) -> None:
        self.id = id
        self.curves = dict(curves)
        self.numbers = dict(numbers)
        self.at_most = at_most
        self.asked: list[str] = []

    def ask(self, which: object = ...) -> None:
        """Show one number, given by its letter or its name; with three dots, show what may be asked for."""
        title = f"Broken run {self.id}"
        if is_open(which):
            how = f"Put a letter in quotes in place of the three dots and run the cell again; {self.at_most} of them in all."
            show(Note(title, ("You may ask for:", how), choices=tuple(self.numbers)))
            return
        try:
            name = str(read_choice(which, tuple(self.numbers)))
        except Unreadable as slip:
            show(Note(title, (str(slip),)))
            return
        if name not in self.asked:
            if len(self.asked) == self.at_most:
                show(Note(title, (f"You have asked for {self.at_most} numbers: {'; '.join(self.asked)}. Name the cause now.",)))
                return
            self.asked.append(name)
        left = self.at_most - len(self.asked)
        show(Note(title, (f"{name}: {self.numbers[name]}", f"{left} of {self.at_most} questions left.")))


def broken_run(run_id: str) -> BrokenRun:
    """Make the broken run of an id, "04.broken-run": it is trained now.

    Raises
    ------
    KeyError
        If no lesson has such a run.
    """
    runs: Mapping[str, Callable[[], tuple[dict[str, list[float]], dict[str, str]]]] = {}
    for lesson, module in known_lessons().items():
        if run_id.startswith(f"{lesson}."):
            runs = getattr(importlib.import_module(f"learnkit.study.lessons.{module}"), "BROKEN_RUNS", {})
    if run_id not in runs:
        raise KeyError(f"there is no broken run {run_id!r}; this lesson has {', '.join(runs) or 'none'}.")
    curves, numbers = runs[run_id]()
    return BrokenRun(run_id, curves, numbers)
