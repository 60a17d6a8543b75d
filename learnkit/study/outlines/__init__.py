"""What each lesson promises and leaves behind, one module a lesson, ``l04_classification``, loaded when it is asked for."""

import importlib
import pkgutil

from learnkit.study.outlines.outline import Outline


def outlined_lessons() -> dict[str, str]:
    """Return the lessons that have an outline, and its module: ``{"04": "l04_classification"}``."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name[1:3]: name for name in names if name[0] == "l" and name[1:3].isdigit()}


def outline_of(lesson: str) -> Outline | None:
    """Return the outline of a lesson, "04"; None if there is none."""
    name = outlined_lessons().get(lesson)
    if name is None:
        return None
    outline: Outline = importlib.import_module(f"{__name__}.{name}").OUTLINE
    return outline
