"""The course around the library: where its notebooks are, a learner's own copies of them, and JupyterLab on top.

``workspace`` keeps the copies, ``server`` starts JupyterLab, ``doctor`` checks an installation. The command line is ``learnkit.cli``.
Nothing here loads NumPy or PyTorch.
"""

import os
from pathlib import Path

__all__ = ["CourseError", "course_root", "find_lesson", "lesson_names"]

START = "00_start_here"


class CourseError(Exception):
    """Something a person can put right; the message says what is wrong and how."""


def course_root() -> Path:
    """Return the folder that holds the course's ``notebooks/``: the clone that learnkit is used from.

    Raises
    ------
    CourseError
        If learnkit was installed without the course, or ``LEARNKIT_COURSE`` names a folder that does not hold it.

    Notes
    -----
    ``LEARNKIT_COURSE`` names another clone.
    """
    named = os.environ.get("LEARNKIT_COURSE")
    root = Path(named).expanduser() if named else Path(__file__).resolve().parents[2]
    if (root / "notebooks").is_dir():
        return root.resolve()
    if named:
        raise CourseError(
            f"LEARNKIT_COURSE is {named}, and there is no folder notebooks in it. Set it to a clone of the course, or unset it."
        )
    raise CourseError(
        "learnkit is installed without the course's notebooks: they come with a clone of the repository, not with the package.\n"
        "Clone the repository and run the command there, or set LEARNKIT_COURSE to the folder of a clone."
    )


def lesson_names(root: Path) -> list[str]:
    """Return the stems of the lessons' notebooks in order: ``00_start_here``, ``04_classification``, …"""
    return sorted(path.stem for path in (root / "notebooks").glob("[0-9][0-9]*_*.ipynb"))


def find_lesson(root: Path, wanted: str) -> str:
    """Return the stem of the lesson that a person means by ``4``, ``04``, ``04_classification`` or ``classification``.

    Of several notebooks with one number the first is meant; of 00 the start page.
    """
    names = lesson_names(root)
    for name in sorted(names, key=lambda name: name != START):
        number, _, topic = name.partition("_")
        if wanted in (name, topic, number, number.lstrip("0")) or wanted.zfill(2) == name[:2]:
            return name
    listed = ", ".join(names) or "none"
    raise CourseError(f"there is no lesson {wanted!r} in {root / 'notebooks'}. There are: {listed}.")
