"""A learner's own copies of the notebooks, in a folder that git ignores.

The rule is one: what a learner wrote is never overwritten. A copy counts as edited when the text of its cells differs from the text that
was copied; running a notebook is no edit. A small record beside the copies, ``.learnkit.json``, holds a digest of each text as it was
copied, so that a changed original can be told from a changed copy. Copies start without outputs: a learner predicts before seeing.

The folder mirrors the course (``notebooks/``, ``exercises/``), so links between notebooks work in both.
"""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from learnkit.course import CourseError
from learnkit.course.files import TEMPORARY, write_atomically, write_new

FOLDERS = ("notebooks", "exercises")
RECORD = ".learnkit.json"
FORMAT = 1

State = Literal["missing", "current", "outdated", "edited", "diverged", "unknown", "withdrawn"]
"""What a copy is.

missing: not there. current: as copied, and the original has not changed. outdated: as copied, and the original has changed. edited: the
learner changed it. diverged: the learner and the course both did. unknown: it differs from the original and the record does not know it.
withdrawn: the course no longer has the original.
"""


@dataclass(frozen=True)
class Copy:
    """One notebook of the course and the learner's copy of it."""

    name: str  # "notebooks/04_classification.ipynb"
    state: State
    announced: bool = False  # the learner already has this version of the original beside the copy


@dataclass
class Report:
    """What an update did, and what the learner should be told."""

    copied: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


@dataclass
class _Record:
    """The digests in ``.learnkit.json``: of the text that was copied, and of a newer one that was offered beside it."""

    copied: dict[str, str] = field(default_factory=dict)
    offered: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        return json.dumps({"format": FORMAT, "copied": self.copied, "offered": self.offered}, indent=1, sort_keys=True) + "\n"


def digest(notebook: dict[str, Any]) -> str:
    """Return a digest of what a notebook says: kinds and texts of its cells, and neither outputs nor metadata."""
    cells = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the notebook as a learner first meets it: no outputs, no execution counts, no state of widgets."""
    cells = []
    for cell in notebook["cells"]:
        metadata = {key: value for key, value in cell.get("metadata", {}).items() if key != "execution"}
        results: dict[str, Any] = {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
        cells.append({**cell, **results, "metadata": metadata})
    metadata = {key: value for key, value in notebook.get("metadata", {}).items() if key != "widgets"}
    return {**notebook, "cells": cells, "metadata": metadata}


def survey(course: Path, folder: Path) -> list[Copy]:
    """Compare a learner's folder with the course; nothing is written."""
    return _survey(course, folder, _read_record(folder)[0])


def update(course: Path, folder: Path, fresh: Iterable[str] = ()) -> Report:
    """Bring a learner's folder up to date without touching what the learner wrote.

    Missing copies are made, unedited ones follow their originals, and edited ones stay as they are.

    Parameters
    ----------
    course : folder that holds ``notebooks/`` and perhaps ``exercises/``
    folder : the learner's folder, made if it is not there
    fresh : stems of lessons whose present version is wanted beside the learner's own, as ``04_classification (new).ipynb``

    Raises
    ------
    CourseError
        If the folder cannot be written to, or an original cannot be read.
    """
    report = Report()
    try:
        record, damaged = _read_record(folder)
        before = record.text()
        folder.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        if damaged:
            aside = _set_aside(folder / RECORD)
            report.messages.append(
                f"The record {RECORD} could not be read ({damaged}). It is now {aside.name}, and a new one was begun; "
                "your notebooks are untouched."
            )
        for copy in _survey(course, folder, record):
            _bring_up_to_date(copy, course, folder, record, report)
        for stem in fresh:
            _offer(stem, course, folder, record, report)
        if damaged or record.text() != before or not (folder / RECORD).exists():
            write_atomically(folder / RECORD, record.text())
    except OSError as error:
        reason = error.strerror or str(error)
        raise CourseError(
            f"cannot write your copies to {folder}: {reason}. Choose another place: learnkit lab --folder ~/my-course"
        ) from error
    return report


def _survey(course: Path, folder: Path, record: _Record) -> list[Copy]:
    names = [f"{part}/{path.name}" for part in FOLDERS for path in sorted((course / part).glob("[0-9][0-9]*_*.ipynb"))]
    copies = [_compare(name, course, folder, record) for name in names]
    return copies + [Copy(name, "withdrawn") for name in sorted(record.copied) if name not in names]


def _compare(name: str, course: Path, folder: Path, record: _Record) -> Copy:
    original = digest(_read(course / name))
    if not (folder / name).exists():
        return Copy(name, "missing")
    try:
        mine = digest(_read(folder / name))
    except CourseError:
        mine = "unreadable"  # it is the learner's, whatever it is
    if mine == original:
        return Copy(name, "current")
    if name not in record.copied:
        return Copy(name, "unknown")
    changed = original != record.copied[name]
    if mine == record.copied[name]:
        return Copy(name, "outdated")
    return Copy(name, "diverged" if changed else "edited", announced=record.offered.get(name) == original)


def _bring_up_to_date(copy: Copy, course: Path, folder: Path, record: _Record, report: Report) -> None:
    name, state = copy.name, copy.state
    if state == "withdrawn":
        del record.copied[name]
        record.offered.pop(name, None)
        if (folder / name).exists():
            report.messages.append(f"{name} is no longer part of the course. Your copy stays where it is.")
        return
    original = _read(course / name)
    if state == "missing":
        write_new(folder / name, _written(original))
        report.copied.append(name)
    elif state == "outdated":
        write_atomically(folder / name, _written(original))
        report.updated.append(name)
    elif state == "unknown":
        report.messages.append(f"{name} was there already and differs from the course's. It is kept as yours.{_how_to_get(name)}")
    elif state == "diverged" and not copy.announced:
        report.messages.append(f"{name} has changed in the course since you began to edit your copy. Yours is kept.{_how_to_get(name)}")
    if state in ("missing", "outdated", "unknown", "current"):
        record.copied[name] = digest(original)


def _how_to_get(name: str) -> str:
    return f" To get the new one beside it: learnkit lab --fresh {Path(name).stem[:2]}"


def _offer(stem: str, course: Path, folder: Path, record: _Record, report: Report) -> None:
    """Write the present version of a lesson beside the learner's own, under a name that is free."""
    for name in (f"{part}/{stem}.ipynb" for part in FOLDERS if (course / part / f"{stem}.ipynb").exists()):
        original = _read(course / name)
        if _same_text(folder / name, original):
            report.messages.append(f"Your {name} is the course's present one already.")
            continue
        for number in range(1, 1000):
            beside = folder / Path(name).parent / f"{stem} (new{'' if number == 1 else f' {number}'}).ipynb"
            if _same_text(beside, original):
                report.messages.append(f"The course's present {name} is already there: {beside.name}")
                break
            if not beside.exists():
                write_new(beside, _written(original))
                report.fresh.append(f"{Path(name).parent}/{beside.name}")
                break
        record.offered[name] = digest(original)


def _same_text(path: Path, notebook: dict[str, Any]) -> bool:
    """Say whether a file is there and holds the same cells."""
    if not path.exists():
        return False
    try:
        return digest(_read(path)) == digest(notebook)
    except CourseError:
        return False


def _read(path: Path) -> dict[str, Any]:
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        digest(notebook)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CourseError(
            f"{path} is not a notebook that can be read ({error}). In a clone, git restore brings the original back."
        ) from error
    return notebook


def _written(notebook: dict[str, Any]) -> str:
    return json.dumps(without_outputs(notebook), indent=1, ensure_ascii=False) + "\n"


def _read_record(folder: Path) -> tuple[_Record, str | None]:
    """Return the record, and why it could not be read if it could not."""
    try:
        data = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return _Record(), None
    except ValueError as error:
        return _Record(), str(error)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        return _Record(), "it has another format"
    parts = [data.get("copied"), data.get("offered")]
    if not all(isinstance(part, dict) and all(isinstance(value, str) for value in part.values()) for part in parts):
        return _Record(), "entries are missing"
    return _Record(dict(data["copied"]), dict(data["offered"])), None


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged{'' if number == 1 else f'-{number}'}")).exists():
        number += 1
    return path.rename(aside)


def _remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of an update that was interrupted; a young one may belong to an update that still runs."""
    for place in (folder, *(folder / part for part in FOLDERS)):
        for path in place.glob(f"{TEMPORARY}*"):
            if time.time() - path.stat().st_mtime > 60:
                path.unlink(missing_ok=True)
