"""Problems are found by id and by name, and are loaded only when they are asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from learnkit import problems
from learnkit.problems import find_by_name, get_problem, lessons, module_of, problems_of

ROOT = Path(__file__).resolve().parents[2]


def test_a_problem_is_found_by_its_id() -> None:
    assert get_problem("04.softmax").name == "softmax"
    assert get_problem("04.softmax").lesson == "04"
    assert get_problem("04.softmax") is get_problem("04.softmax")


def test_a_problem_is_found_by_its_name() -> None:
    assert [problem.id for problem in find_by_name("hinge")] == ["04.hinge"]
    assert find_by_name("no_such_name") == ()


def test_a_lesson_has_its_problems_in_order() -> None:
    names = [problem.name for problem in problems_of("04")]
    assert names == ["softmax", "cross_entropy", "softmax_ce_grad", "predict", "bce_with_logits", "hinge"]
    assert [problem.is_core for problem in problems_of("04")] == [True] * 4 + [False] * 2
    assert "04" in lessons()


@pytest.mark.parametrize(
    ("problem_id", "message"),
    [
        ("softmax", "lesson and its name"),
        ("99.softmax", "no exercises for lesson 99"),
        ("04.sofmax", "no exercise 'sofmax'; it has softmax"),
    ],
)
def test_an_id_that_is_not_there_is_said(problem_id: str, message: str) -> None:
    with pytest.raises(LookupError, match=message):
        get_problem(problem_id)


def test_of_several_lessons_the_newest_used_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    one = get_problem("04.softmax")
    other = replace(one, id="18.softmax")
    monkeypatch.setattr(problems, "_used", {"04"})
    assert problems.newest_used((one, other)) is one
    monkeypatch.setattr(problems, "_used", {"04", "18"})
    assert problems.newest_used((one, other)) is other
    monkeypatch.setattr(problems, "_used", set())
    assert problems.newest_used((one, other)) is None


def test_the_module_of_a_class_is_its_name_in_small_letters() -> None:
    assert module_of("softmax") == "softmax"
    assert module_of("CategoryEncoder") == "category_encoder"


def test_asking_for_one_problem_loads_no_other_and_no_torch() -> None:
    code = (
        "import sys; import learnkit.problems as p; assert not [m for m in sys.modules if 'l04_' in m]\n"
        "p.get_problem('04.softmax'); names = [m for m in sys.modules if 'l04_classification.' in m]\n"
        "assert names == ['learnkit.problems.l04_classification.softmax'], names; assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
