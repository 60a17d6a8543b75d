"""What lessons promise and leave behind is what they say, and the pages made from it are up to date."""

import re
from pathlib import Path

import pytest

from learnkit.study.coverage import coverage_of, lesson_sources
from learnkit.study.outlines import outline_of
from learnkit.study.pages import PAGES, build_pages, debugging, glossary, notation, outlines

ROOT = Path(__file__).resolve().parents[2]
SOURCES = lesson_sources(ROOT)


def prose_of(source: str) -> str:
    """Return the text cells of a lesson as one line."""
    return " ".join(" ".join(line[2:] for line in source.splitlines() if line.startswith("# ")).split())


@pytest.mark.parametrize("lesson", SOURCES)
def test_every_objective_has_a_prediction_an_experiment_and_an_exercise(lesson: str) -> None:
    found = coverage_of(lesson, SOURCES[lesson])
    assert found
    assert [(row.objective, row.missing) for row in found if row.missing] == []


@pytest.mark.parametrize("lesson", SOURCES)
def test_a_lesson_sets_the_terms_of_the_glossary_in_italics_in_the_section_that_is_named(lesson: str) -> None:
    outline = outline_of(lesson)
    assert outline
    pieces = re.split(r"^# ## (\d+) · .*$", SOURCES[lesson], flags=re.MULTILINE)
    sections = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    missing = [term.name for term in outline.terms if f"*{term.name}*" not in prose_of(sections.get(term.section, ""))]
    assert missing == []


@pytest.mark.parametrize("lesson", SOURCES)
def test_the_sections_of_symptoms_are_there(lesson: str) -> None:
    outline = outline_of(lesson)
    assert outline
    assert [symptom.sees for symptom in outline.symptoms if f"# ## {symptom.section} · " not in SOURCES[lesson]] == []


@pytest.mark.parametrize("lesson", SOURCES)
def test_a_lesson_leaves_terms_signs_and_symptoms_behind(lesson: str) -> None:
    outline = outline_of(lesson)
    assert outline
    assert min(len(outline.terms), len(outline.symbols), len(outline.symptoms)) >= 2


def test_the_pages_in_docs_are_those_that_the_lessons_make() -> None:
    assert build_pages(ROOT / "docs", check=True) == [], "run: python tools/build_pages.py"


def test_a_page_that_is_not_there_or_is_changed_is_written_again(tmp_path: Path) -> None:
    assert build_pages(tmp_path, check=True) == list(PAGES)
    assert not list(tmp_path.iterdir())
    assert build_pages(tmp_path) == list(PAGES)
    (tmp_path / "glossary.md").write_text("changed")
    assert build_pages(tmp_path) == ["glossary.md"]
    assert build_pages(tmp_path) == []


@pytest.mark.parametrize("page", [notation, glossary, debugging])
def test_every_row_of_a_page_has_as_many_cells_as_its_head(page: object) -> None:
    assert callable(page)
    rows = [line for line in page(outlines()).splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1
    assert len(rows) > 2


def test_a_sign_stands_once_for_each_meaning_with_the_first_lesson_that_uses_it() -> None:
    rows = [line for line in notation(outlines()).splitlines() if line.startswith("| $N$")]
    assert [row.split(" | ")[-1] for row in rows] == ["01 |"]
