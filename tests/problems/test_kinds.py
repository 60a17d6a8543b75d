"""A problem of each kind passes the same examination as those of the lessons: right answers pass, mistakes are named on fresh seeds."""

import sys
from pathlib import Path

import pytest
import torch  # noqa: F401  a training step is checked in both trees

sys.path.insert(0, str(Path(__file__).parent))
from kinds import KINDS

from learnkit import pytorch  # noqa: F401
from learnkit.checking import verdict
from learnkit.checking.matrix import compiled, matrix_of
from learnkit.problems.problem import Mistake, Problem

every_kind = pytest.mark.parametrize("problem", KINDS, ids=[problem.id for problem in KINDS])
every_mistake = pytest.mark.parametrize(
    ("problem", "mistake"),
    [pytest.param(problem, mistake, id=f"{problem.id}-{mistake.id}") for problem in KINDS for mistake in problem.mistakes],
)
SEEDS = tuple(range(101, 121))


@every_kind
def test_right_answers_pass_on_all_seeds(problem: Problem) -> None:
    solution = compiled(problem.solution, problem.name)
    for answer in (*problem.alternatives, solution):
        for seed in (0, *SEEDS):
            found = verdict(problem, answer, backend="numpy", seed=seed)
            assert found.passed, f"{answer.__name__}, seed {seed}: {found}"


@every_kind
def test_right_answers_pass_in_pytorch_where_they_may(problem: Problem) -> None:
    for answer in problem.torch_alternatives:
        found = verdict(problem, answer, backend="torch")
        assert found.passed, f"{answer.__name__}: {found}"


@every_mistake
def test_a_mistake_is_named_as_itself_by_its_second_implementation(problem: Problem, mistake: Mistake) -> None:
    for answer in (mistake.wrong, *mistake.variants):
        found = verdict(problem, answer, backend="numpy")
        assert (found.mistake_id, found.also) == (mistake.id, ()), found
    for seed in SEEDS:
        found = verdict(problem, mistake.other, backend="numpy", seed=seed)
        assert not found.passed
        assert found.mistake_id == mistake.id, f"seed {seed}: {found}"


@every_kind
def test_the_stub_is_not_attempted(problem: Problem) -> None:
    found = verdict(problem, compiled(problem.stub, problem.name))
    assert (found.kind, found.points) == ("not attempted", 0)


@every_kind
def test_the_matrix_prints(problem: Problem) -> None:
    text = str(matrix_of(problem, seeds=SEEDS[:2]))
    assert problem.id in text
    assert all(mistake.id in text for mistake in problem.mistakes)
