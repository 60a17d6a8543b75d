"""Gradients in pieces: those of the whole batch, whatever the sizes, on both trees."""

from typing import Any

import numpy as np
import pytest

from learnkit import reference
from learnkit.training import accumulate_grads

SIZES = (4, 4, 1)


def tree(name: str) -> Any:
    if name == "pytorch":
        pytest.importorskip("torch")
        from learnkit import pytorch

        return pytorch
    return reference


def problem(lk: Any) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(0)
    x, y, weight = rng.standard_normal((9, 3)), rng.standard_normal((9, 2)), rng.standard_normal((2, 3))
    return lk.tensor(x), lk.tensor(y), lk.Parameter(lk.tensor(weight))


def grad_of(weight: Any) -> np.ndarray:
    return np.asarray(weight.grad)


every_tree = pytest.mark.parametrize("name", ["reference", "pytorch"])


@every_tree
@pytest.mark.parametrize("batch_size", [1, 2, 4, 9, 20])
def test_pieces_give_loss_and_gradient_of_the_whole_batch(name: str, batch_size: int) -> None:
    lk = tree(name)
    x, y, weight = problem(lk)
    whole = lk.mse(lk.linear(x, weight), y)
    whole.backward()
    expected, weight.grad = grad_of(weight).copy(), None
    loss = accumulate_grads(lambda x, y: lk.mse(lk.linear(x, weight), y), lk.minibatches(x, y, batch_size=batch_size, shuffle=False))
    assert loss.item() == pytest.approx(whole.item(), rel=1e-12)
    assert not loss.requires_grad
    np.testing.assert_allclose(grad_of(weight), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.worked_example("accumulate_grads")
@every_tree
def test_a_small_piece_counts_by_its_rows(name: str) -> None:
    # errors² 1 in four rows, 1 in four, 10 in one: 18/9; the mean of the means would be 4
    lk = tree(name)
    weight = lk.Parameter(lk.tensor([1.0]))
    pieces = [(lk.tensor(np.full(n, value)), lk.tensor(np.zeros(n))) for n, value in zip(SIZES, (1.0, 1.0, np.sqrt(10)), strict=True)]
    loss = accumulate_grads(lambda x, y: lk.mse(weight * x, y), pieces)
    assert loss.item() == pytest.approx(2.0, rel=1e-6)
    assert grad_of(weight)[0] == pytest.approx(4.0, rel=1e-6)


@every_tree
def test_gradients_that_are_there_are_added_to(name: str) -> None:
    lk = tree(name)
    weight = lk.Parameter(lk.tensor([1.0]))
    pieces = [(lk.tensor([2.0]), lk.tensor([0.0]))]
    for times in (1, 2):
        accumulate_grads(lambda x, y: lk.mse(weight * x, y), pieces)
        assert grad_of(weight)[0] == pytest.approx(8.0 * times)  # 2·(1·2)·2


@pytest.mark.parametrize("pieces", [[], [(np.zeros((0, 3)), np.zeros(0))]])
def test_no_rows_are_refused(pieces: Any) -> None:
    with pytest.raises(ValueError, match=r"^accumulate_grads needs at least one row\. An iterator is empty after its first use"):
        accumulate_grads(lambda x, y: reference.tensor(0.0), iter(pieces))
