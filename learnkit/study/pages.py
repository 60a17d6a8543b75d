"""Three pages made from all lessons: the notation, the terms, and the symptoms of what goes wrong. ``tools/build_pages.py`` writes them."""

from collections.abc import Callable, Iterable
from pathlib import Path

from learnkit.study.outlines import outline_of, outlined_lessons
from learnkit.study.outlines.outline import Outline

MADE = "<!-- Made by tools/build_pages.py from learnkit/study/outlines. Change it there. -->"


def outlines() -> list[Outline]:
    """Return the outlines of all lessons, in order."""
    return [outline for lesson in outlined_lessons() if (outline := outline_of(lesson))]


def notation(lessons: Iterable[Outline]) -> str:
    """Return the page of signs: each once for every meaning, with its name in code, its shape, and the lesson that uses it first."""
    rows, seen = [], set()
    for lesson in lessons:
        for symbol in lesson.symbols:
            if (symbol.sign, symbol.meaning) not in seen:
                seen.add((symbol.sign, symbol.meaning))
                code = f"`{symbol.code}`" if symbol.code else ""
                rows.append((f"${symbol.sign}$", code, symbol.shape or "a number", symbol.meaning, lesson.lesson))
    return _page(
        "Notation",
        "The signs of the lessons' formulas, in the order in which they come up. N counts examples, D features, C classes.",
        ("sign", "in code", "shape", "what it is", "first in lesson"),
        rows,
    )


def glossary(lessons: Iterable[Outline]) -> str:
    """Return the page of terms, by the alphabet; a term that two lessons define has both."""
    rows = [(f"**{term.name}**", term.meaning, f"{lesson.lesson}, section {term.section}") for lesson in lessons for term in lesson.terms]
    rows.sort(key=lambda row: (row[0].casefold(), row[2]))
    return _page("Glossary", "The words that the lessons define, each as the lesson uses it.", ("term", "what it means", "lesson"), rows)


def debugging(lessons: Iterable[Outline]) -> str:
    """Return the sheet of symptoms: what one sees, the first number to print, the cause, and the lesson that shows it."""
    rows = [
        (symptom.sees, symptom.print_first, symptom.cause, f"{lesson.lesson}, section {symptom.section}")
        for lesson in lessons
        for symptom in lesson.symptoms
    ]
    return _page(
        "Debugging sheet",
        "Find what you see, print the number, and read the section. Each of these is produced by a cell of that lesson.",
        ("you see", "print this first", "likely cause", "lesson"),
        rows,
    )


PAGES: dict[str, Callable[[Iterable[Outline]], str]] = {"notation.md": notation, "glossary.md": glossary, "debugging.md": debugging}


def _page(title: str, says: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"# {title}", "", MADE, "", says, "", _row(heads), _row(["---"] * len(heads)), *map(_row, rows)]
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def build_pages(folder: Path, *, check: bool = False) -> list[str]:
    """Write the pages into a folder, or only look; return the names of those that were not up to date."""
    lessons, stale = outlines(), []
    for name, make in PAGES.items():
        path, text = folder / name, make(lessons)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, encoding="utf-8")
    return stale
