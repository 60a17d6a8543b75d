"""What is missing for an objective is found; a mention is not enough."""

from dataclasses import replace
from typing import Any

import pytest

from learnkit.study import coverage
from learnkit.study.coverage import as_text, coverage_of, promises, sections_of
from learnkit.study.outlines import outline_of
from learnkit.study.outlines.outline import Objective, Outline

SOURCE = """
# **You will be able to**
#
# - turn scores into probabilities,
#   without overflow;
# - train.
#
# **You need** lesson 03.

# %% [markdown]
# ## 1 · The question
# %%
print(1)
# %% [markdown]
# ## 2 · Softmax
# %%
assert True
"""
SERVED = Objective("turn scores into probabilities, without overflow", ("04.overflow",), ("2",), {"04.softmax": ("no-shift",)})
TRAIN = Objective("train", ("04.broken-run",), ("2",), {"04.what_holds": ("c",)})


def covered(monkeypatch: pytest.MonkeyPatch, *objectives: Objective) -> list[tuple[str, ...]]:
    monkeypatch.setattr(coverage, "outline_of", lambda lesson: Outline(lesson, objectives, ()))
    return [row.missing for row in coverage_of("04", SOURCE)]


def test_the_promises_are_read_across_lines_and_without_their_ends() -> None:
    assert promises(SOURCE) == ["turn scores into probabilities, without overflow", "train"]


def test_a_section_asserts_only_if_a_cell_of_it_does() -> None:
    assert {number: (found.title, found.asserts) for number, found in sections_of(SOURCE).items()} == {
        "1": ("The question", False),
        "2": ("Softmax", True),
    }


def test_objectives_that_are_served_miss_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert covered(monkeypatch, SERVED, TRAIN) == [(), ()]


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"predictions": ()}, "no predictions"),
        ({"sections": ()}, "no sections"),
        ({"exercises": {}}, "no exercises"),
        ({"predictions": ("04.what",)}, "the lesson does not ask 04.what"),
        ({"sections": ("7",)}, "there is no section 7"),
        ({"sections": ("1",)}, "no cell of section 1 asserts what it shows"),
        ({"exercises": {"04.gone": ("x",)}}, "there is no exercise 04.gone"),
        ({"exercises": {"04.softmax": ("gone",)}}, "04.softmax knows no mistake gone"),
        ({"exercises": {"04.softmax": ()}}, "no mistake of 04.softmax contradicts it"),
        ({"exercises": {"04.what_holds": ("a",)}}, "04.what_holds knows no mistake a"),
    ],
)
def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], missing: str) -> None:
    assert covered(monkeypatch, replace(SERVED, **change), TRAIN) == [(missing,), ()]


def test_an_objective_in_other_words_is_missing_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    found = covered(monkeypatch, SERVED, replace(TRAIN, text="train a model"))
    assert found == [(), ("the lesson's first cell does not promise it in these words",), ("the outline does not have it",)]


def test_a_lesson_without_an_outline_serves_none_of_its_objectives() -> None:
    assert outline_of("77") is None
    rows = coverage_of("77", SOURCE)
    assert [row.missing for row in rows] == [("the lesson has no outline in learnkit/study/outlines",)] * 2
    assert as_text(rows).endswith("2 of 2 are not")
