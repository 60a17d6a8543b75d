"""Mistakes that nobody listed, written after the probes: the generic diagnosis finds words for each of them."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from learnkit.checking import verdict
from learnkit.problems import problems_of


def exponentials(z: Any) -> Any:
    return np.exp(z - z.max(axis=1, keepdims=True))


def probabilities(z: Any) -> Any:
    return exponentials(z) / exponentials(z).sum(axis=1, keepdims=True)


def losses(z: Any, t: Any) -> Any:
    return np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)) + z.max(axis=1) - z[range(len(t)), t]


def differences(z: Any, t: Any) -> Any:
    p = probabilities(z)
    p[range(len(t)), t] -= 1
    return p


def hinge_parts(s: Any, t: Any, margin: float) -> tuple[Any, Any]:
    rows = np.arange(len(t))
    costs = np.maximum(0, margin - s[rows, t][:, None] + s)
    costs[rows, t] = 0
    grad = (costs > 0) * 1.0
    grad[rows, t] = -grad.sum(axis=1)
    return costs.mean(), grad / s.size


# One function a mistake


def columns_reversed(z: Any) -> Any:
    return probabilities(z)[:, ::-1]


def rounded(z: Any) -> Any:
    return np.round(probabilities(z), 4)


def in_32_bits(z: Any) -> Any:
    return probabilities(z.astype(np.float32))


def epsilon_below(z: Any) -> Any:
    return exponentials(z) / (exponentials(z).sum(axis=1, keepdims=True) + 1e-7)


def first_row_for_all(z: Any) -> Any:
    p = probabilities(z)
    p[1:] = p[0]
    return p


def complement(z: Any) -> Any:
    return 1 - probabilities(z)


def half(z: Any, t: Any) -> Any:
    return losses(z, t).mean() / 2


def mean_inside_logarithm(z: Any, t: Any) -> Any:
    return losses(z, t).mean() - np.log(z.shape[1])


def one_example_too_few(z: Any, t: Any) -> Any:
    return losses(z, t).sum() / max(len(t) - 1, 1)


def largest_loss(z: Any, t: Any) -> Any:
    return losses(z, t).max()


def one_added(z: Any, t: Any) -> Any:
    p = probabilities(z)
    p[range(len(t)), t] += 1
    return p / len(t)


def divided_twice(z: Any, t: Any) -> Any:
    return differences(z, t) / len(t) ** 2


def absolute(z: Any, t: Any) -> Any:
    return np.abs(differences(z, t)) / len(t)


def batch_reversed(z: Any) -> Any:
    return (z > 0)[::-1] * 1 if z.ndim == 1 else z.argmax(axis=1)[::-1]


def classes_doubled(z: Any) -> Any:
    return (z > 0) * 1 if z.ndim == 1 else 2 * z.argmax(axis=1)


def doubled(z: Any, t: Any) -> Any:
    return 2 * (np.logaddexp(0, z) - z * t).mean()


def less_the_loss_of_ignorance(z: Any, t: Any) -> Any:
    return (np.logaddexp(0, z) - z * t).mean() - np.log(2)


def half_the_loss(s: Any, t: Any, margin: float = 1.0) -> Any:
    loss, grad = hinge_parts(s, t, margin)
    return loss / 2, grad


def all_upwards(s: Any, t: Any, margin: float = 1.0) -> Any:
    loss, grad = hinge_parts(s, t, margin)
    return loss, np.abs(grad)


def through_32_bits(z: Any) -> Any:
    return probabilities(z.astype(np.float32)).astype(float)


def nothing_for_large_scores(z: Any) -> Any:
    p = probabilities(z)
    p[z.max(axis=1) > 1000] = np.nan
    return p


def right_score_forgotten(z: Any, t: Any) -> Any:
    return (np.log(exponentials(z).sum(axis=1)) + z.max(axis=1)).mean()


def clipped_at_300(z: Any, t: Any) -> Any:
    return losses(np.clip(z, -300, 300), t).mean()


def sorted_by_class(z: Any, t: Any) -> Any:
    return (differences(z, t) / len(t))[np.argsort(t, kind="stable")]


def last_class_forgotten(z: Any, t: Any) -> Any:
    grad = differences(z, t) / len(t)
    grad[:, -1] = 0
    return grad


def first_answer_for_all(z: Any) -> Any:
    return (z > 0) * 1 if z.ndim == 1 else z[:1].argmax(axis=1).repeat(len(z))


def product_forgotten(z: Any, t: Any) -> Any:
    return np.logaddexp(0, z).mean()


def penalty_added(s: Any, t: Any, margin: float = 1.0) -> Any:
    loss, grad = hinge_parts(s, t, margin)
    return loss + 0.5 * (s**2).mean(), grad


UNLISTED = (
    ("04.softmax", columns_reversed, "the columns stand in reverse order"),
    ("04.softmax", rounded, "rounded to 4 decimals"),
    ("04.softmax", in_32_bits, "the 64-bit numbers become 32-bit ones"),
    ("04.softmax", epsilon_below, "a small number is added somewhere"),
    ("04.softmax", first_row_for_all, "The first row is right, and all others are wrong"),
    ("04.softmax", complement, "1 minus the expected one"),
    ("04.cross_entropy", half, "always 1/2 of the expected one"),
    ("04.cross_entropy", mean_inside_logarithm, "the expected one minus ln C"),
    ("04.cross_entropy", one_example_too_few, "the factor is N / (N − 1)"),
    ("04.cross_entropy", largest_loss, "It is right with a single example; every probe that it fails is one with more than one example"),
    ("04.softmax", through_32_bits, "the 64-bit numbers become 32-bit ones"),
    ("04.softmax", nothing_for_large_scores, 'is nan on "scores near 1000", first at row 0, column 0, where logits is ['),
    ("04.cross_entropy", right_score_forgotten, "the expected one plus the mean of logits at targets: a term is missing"),
    ("04.cross_entropy", clipped_at_300, "every probe that it fails is one with large numbers"),
    ("04.softmax_ce_grad", sorted_by_class, "the rows stand in another order"),
    ("04.softmax_ce_grad", last_class_forgotten, "All columns are right but the last"),
    ("04.predict", first_answer_for_all, "The first entry is right, and all others are wrong"),
    ("04.bce_with_logits", product_forgotten, "the expected one plus the mean of logits · targets: a term is missing"),
    ("04.hinge", penalty_added, "Grad is right; loss is not. Your loss is the expected one plus half of the mean of scores²"),
    ("04.softmax_ce_grad", one_added, "Every entry is right but those of the right class"),
    ("04.softmax_ce_grad", divided_twice, "it shrinks as the batch grows"),
    ("04.softmax_ce_grad", absolute, "a sign is lost"),
    ("04.predict", batch_reversed, "stand in reverse order"),
    ("04.predict", classes_doubled, "Where it is wrong, your result is always 2 times the expected one"),
    ("04.bce_with_logits", doubled, "always 2 times the expected one"),
    ("04.bce_with_logits", less_the_loss_of_ignorance, "always the expected one minus 0.6931"),
    ("04.hinge", half_the_loss, "Grad is right; loss is not. Your loss is always 1/2 of the expected one"),
    ("04.hinge", all_upwards, "Loss is right; grad is not. Your grad is the absolute value"),
)


@pytest.mark.parametrize(("problem", "answer", "words"), UNLISTED, ids=[f"{row[0]}-{row[1].__name__}" for row in UNLISTED])
def test_a_mistake_that_nobody_listed_is_found_by_its_numbers(problem: str, answer: Callable[..., Any], words: str) -> None:
    found = verdict(problem, answer)
    assert (found.kind, found.mistake_id) == ("numbers", None), found
    assert words in " ".join(found.lines)


def test_every_problem_has_two_such_mistakes_at_least() -> None:
    counts = Counter(problem for problem, _, _ in UNLISTED)
    assert {problem.id for problem in problems_of("04")} == counts.keys()
    assert min(counts.values()) >= 2
