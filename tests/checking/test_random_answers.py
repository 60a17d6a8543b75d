"""Random code is compared through statistics: right answers pass whatever they draw, wrong ones are told what is off in the long run."""

from collections.abc import Callable
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from learnkit.checking import verdict
from learnkit.checking.expecting import expectation
from learnkit.checking.giving import global_seeds
from learnkit.checking.observing import observe
from learnkit.problems.problem import Call, Mistake, Probe, Problem, Rng, Statistic

STUB = '''
def dropout(x, p, rng):
    """Drop."""
    ...
'''


def dropout(x: Any, p: float, rng: Any) -> Any:
    return np.where(rng.random(x.shape) >= p, x / (1 - p), 0.0)


def by_choice(x: Any, p: float, rng: Any) -> Any:
    """A right answer that draws other numbers in another order."""
    return x * rng.choice([0.0, 1 / (1 - p)], p=[p, 1 - p], size=x.shape[::-1]).T


def keep_probability(x: Any, p: float, rng: Any) -> Any:
    return np.where(rng.random(x.shape) < p, x / p, 0.0)


def keep_probability_by_choice(x: Any, p: float, rng: Any) -> Any:
    return x * rng.choice([0.0, 1 / p], p=[1 - p, p], size=x.shape)


def one_coin_a_row(x: Any, p: float, rng: Any) -> Any:
    return np.where(rng.random((len(x), 1)) >= p, x / (1 - p), 0.0)


def share_of_zeros(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    return float((values[0] == 0).mean())


def error_of_share(arguments: tuple[Any, ...]) -> float:
    return float(np.sqrt(arguments[1] * (1 - arguments[1]) / arguments[0].size))


def share_of_equal_neighbors(values: tuple[Any, ...], arguments: tuple[Any, ...]) -> float:
    dropped = values[0] == 0
    return float((dropped[:, 1:] == dropped[:, :-1]).mean())


STATISTICS = (
    Statistic("the share of zeros", share_of_zeros, lambda a: a[1], error_of_share),
    Statistic("the factor of what is kept", lambda v, a: float(np.median((v[0] / a[0])[v[0] != 0])), lambda a: 1 / (1 - a[1]), 0.0),
    Statistic(
        "the share of neighbors that are both dropped or both kept",
        share_of_equal_neighbors,
        lambda a: a[1] ** 2 + (1 - a[1]) ** 2,
        lambda a: 0.6 / np.sqrt(a[0].size),
    ),
)


def many(rng: np.random.Generator) -> tuple[Any, ...]:
    return 1 + rng.random((400, 10)), 0.3, Rng(int(rng.integers(10**6)))


PROBLEM = Problem(
    id="12.dropout",
    title="",
    stub=STUB,
    reference=dropout,
    probes=(Probe("4,000 numbers at p 0.3", "", many, statistics=STATISTICS),),
    mistakes=(Mistake("keep", keep_probability, keep_probability, "p is what is dropped.", ""),),
    alternatives=(by_choice,),
    hints=("", "", ""),
    solution="",
    backends=("numpy",),
)


@pytest.mark.parametrize("answer", [dropout, by_choice])
def test_right_answers_pass_on_every_seed_whatever_they_draw(answer: Callable[..., Any]) -> None:
    assert all(verdict(PROBLEM, answer, seed=seed).passed for seed in range(50))


@pytest.mark.parametrize("answer", [keep_probability, keep_probability_by_choice])
def test_a_known_mistake_is_recognized_by_its_statistics(answer: Callable[..., Any]) -> None:
    for seed in range(20):
        found = verdict(PROBLEM, answer, seed=seed)
        assert (found.kind, found.mistake_id) == ("mistake", "keep")
    assert "the share of zeros: expected 0.3 ± 0.0072   received 0." in "\n".join(found.detail)


def test_an_unlisted_mistake_is_told_which_statistic_is_off() -> None:
    found = verdict(PROBLEM, one_coin_a_row)
    assert found.kind == "distribution"
    assert 'On "4,000 numbers at p 0.3" the share of neighbors that are both dropped or both kept is 1, where 0.58' in found.lines[0]
    assert "zeros" not in " ".join(found.lines)


def test_an_exact_statistic_comes_before_one_that_chance_blurs() -> None:
    found = verdict(PROBLEM, lambda x, p, rng: np.where(rng.random(x.shape) >= p, x, 0.0))
    assert found.lines[0] == 'On "4,000 numbers at p 0.3" the factor of what is kept is 1, and must be 1.4286.'


def test_the_limit_is_one_false_alarm_in_a_million_checks() -> None:
    limit = expectation(PROBLEM).limit
    assert 3 * 2 * (1 - NormalDist().cdf(limit)) == pytest.approx(1e-6, rel=1e-6)  # three statistics, two sides


def test_a_slightly_wrong_share_is_seen_in_enough_numbers() -> None:
    found = verdict(PROBLEM, lambda x, p, rng: dropout(x, p + 0.06, rng) * (1 - p - 0.06) / (1 - p))
    assert (found.kind, found.passed) == ("distribution", False)


# Where the random numbers come from


def test_the_global_generator_is_noticed() -> None:
    found = verdict(PROBLEM, lambda x, p, rng: np.where(np.random.random(x.shape) >= p, x / (1 - p), 0.0))  # noqa: NPY002
    assert found.kind == "draws"
    assert "With the same rng it gives another result each time" in found.message


def test_a_generator_made_anew_without_a_seed_is_noticed() -> None:
    assert verdict(PROBLEM, lambda x, p, rng: dropout(x, p, np.random.default_rng())).kind == "draws"


def test_a_generator_with_a_seed_of_its_own_is_noticed() -> None:
    found = verdict(PROBLEM, lambda x, p, rng: dropout(x, p, np.random.default_rng(3)))
    assert found.kind == "draws"
    assert "Whatever rng comes in, the result is the same" in found.message


def test_a_wrong_shape_is_said_before_any_statistic() -> None:
    assert verdict(PROBLEM, lambda x, p, rng: dropout(x, p, rng)[:-1]).kind == "shape"


def test_a_changed_input_is_noticed_in_random_code_too() -> None:
    def in_place(x: Any, p: float, rng: Any) -> Any:
        x *= rng.random(x.shape) >= p
        x /= 1 - p
        return x

    assert verdict(PROBLEM, in_place).kind == "input changed"


def test_global_generators_are_as_they_were_afterwards() -> None:
    import random

    import torch

    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    torch.manual_seed(5)
    verdict(PROBLEM, lambda x, p, rng: [np.random.random(), random.random(), torch.rand(1), dropout(x, p, rng)][-1])  # noqa: NPY002
    there = random.random(), float(np.random.random()), float(torch.rand(1))  # noqa: NPY002
    random.seed(5)
    np.random.seed(5)  # noqa: NPY002
    torch.manual_seed(5)
    assert there == (random.random(), float(np.random.random()), float(torch.rand(1)))  # noqa: NPY002


def test_global_seeds_put_back_what_was_there_when_the_block_raises() -> None:
    before = np.random.get_state()[1].copy()  # type: ignore[index, union-attr]  # noqa: NPY002
    with pytest.raises(ZeroDivisionError), global_seeds(3):
        raise ZeroDivisionError
    assert np.array_equal(before, np.random.get_state()[1])  # type: ignore[index]  # noqa: NPY002


@pytest.mark.parametrize(
    ("answer", "draws"),
    [
        (lambda rng: rng.random(), "its rng"),
        (lambda rng: np.random.random(), "elsewhere"),  # noqa: NPY002
        (lambda rng: 3.0, "nothing"),
    ],
)
def test_an_observation_says_where_random_numbers_come_from(answer: Callable[..., Any], draws: str) -> None:
    assert observe(answer, [Call((Rng(1),))]).draws == draws


def test_without_a_generator_nothing_is_said_of_draws() -> None:
    assert observe(lambda x: x, [Call((1.0,))]).draws == ""


def test_a_generator_is_that_of_the_backend() -> None:
    import torch

    def answer(rng: Any) -> Any:
        return torch.rand(2, generator=rng)

    one = observe(answer, [Call((Rng(1),))], backend="torch")
    assert one.draws == "its rng"
    expected = torch.rand(2, generator=torch.Generator().manual_seed(1)).numpy()
    np.testing.assert_array_equal(one.values[0], expected)
