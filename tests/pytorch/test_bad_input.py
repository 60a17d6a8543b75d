"""Input that the two trees answer differently: the reference refuses in words of its own, PyTorch in its own words or with a NaN.

What both refuse in the same words is in test_errors; here is the rest, so that no answer to bad input is left to chance.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from learnkit import pytorch, reference

Call = Callable[[Any, Callable[..., Any]], Any]


def array(values: Any, kind: str | None = None) -> Any:
    return np.array(values, dtype=kind)


def tensor(values: Any, kind: str | None = None) -> torch.Tensor:
    return torch.from_numpy(array(values, kind))


OUT_OF_RANGE: dict[str, tuple[Call, str]] = {
    "hinge": (lambda lk, a: lk.hinge(a([[0.0, 0.0, 0.0]]), a([3])), "index 3 is out of bounds for dimension 1 with size 3"),
    "hinge, below 0": (lambda lk, a: lk.hinge(a([[0.0, 0.0, 0.0]]), a([-1])), "index -1 is out of bounds"),
    "one_hot": (lambda lk, a: lk.one_hot(a([0, 3]), 3), "Class values must be smaller than num_classes"),
    "one_hot, below 0": (lambda lk, a: lk.one_hot(a([0, -1]), 3), "Class values must be non-negative"),
    "smooth_labels": (lambda lk, a: lk.smooth_labels(a([0, 3]), 3, label_smoothing=0.1), "Class values must be smaller than num_classes"),
}


@pytest.mark.parametrize("name", OUT_OF_RANGE)
def test_a_class_out_of_range_is_refused_in_words_of_the_reference_and_of_pytorch(name: str) -> None:
    call, words = OUT_OF_RANGE[name]
    with pytest.raises(ValueError, match=r"targets must be (classes )?from 0 to 2.*; got .*(3|-1)"):
        call(reference, array)
    with pytest.raises(RuntimeError, match=words):
        call(pytorch, tensor)


REFUSED_OR_NAN: dict[str, tuple[Call, str]] = {
    "a label of -1 in binary_hinge": (
        lambda lk, a: lk.binary_hinge(a([0.5, 2.0]), a([-1, 1])),
        r"Of labels -1 and 1 take \(labels \+ 1\) / 2",
    ),
    "a label of 2 in binary_hinge": (lambda lk, a: lk.binary_hinge(a([0.5, 2.0]), a([2, 1])), "targets must be 0 or 1; got"),
    "a probability above 1 in ece": (
        lambda lk, a: lk.ece(a([[-0.5, 1.5]]), a([0])),
        "probabilities must be between 0 and 1; got values from",
    ),
    "a class out of range in ece": (lambda lk, a: lk.ece(a([[0.5, 0.5]]), a([2])), "targets must be classes from 0 to 1"),
    "a label of 2 in roc_auc": (lambda lk, a: lk.roc_auc(a([0.5, 0.1]), a([0, 2])), "targets must be 0 or 1; got values from 0 to 2"),
    "a class out of range in precision": (
        lambda lk, a: lk.precision(a([0, 1]), a([0, 3]), num_classes=3),
        "targets must be classes from 0",
    ),
}


@pytest.mark.parametrize("name", REFUSED_OR_NAN)
def test_what_the_reference_refuses_is_nan_where_refusing_would_wait_for_the_device(name: str) -> None:
    call, words = REFUSED_OR_NAN[name]
    with pytest.raises(ValueError, match=words):
        call(reference, array)
    assert math.isnan(call(pytorch, tensor).item())


@pytest.mark.parametrize(("tree", "make"), [(reference, array), (pytorch, tensor)], ids=["reference", "pytorch"])
def test_a_target_without_a_column_counts_as_wrong_in_accuracy(tree: Any, make: Any) -> None:
    assert tree.accuracy(make([[1.0, 0.0], [1.0, 0.0]]), make([0, 2])).item() == 0.5


@pytest.mark.parametrize(("tree", "make"), [(reference, array), (pytorch, tensor)], ids=["reference", "pytorch"])
def test_targets_that_are_no_distribution_go_through_kl_divergence(tree: Any, make: Any) -> None:
    # 0.3 (log 0.3 - log 0.5), twice: below 0, which no divergence is
    loss = tree.kl_divergence(make([math.log(0.5)] * 2), make([0.3, 0.3]), reduction="sum")
    assert loss.item() == pytest.approx(0.6 * math.log(0.6), rel=1e-12)


@pytest.mark.parametrize(("tree", "make"), [(reference, array), (pytorch, tensor)], ids=["reference", "pytorch"])
@pytest.mark.parametrize("rule", ["sgd_update", "adagrad_update", "rmsprop_update", "adam_update", "adamw_update", "nadam_update"])
def test_a_rule_with_a_rate_below_0_climbs(tree: Any, make: Any, rule: str) -> None:
    param, _ = getattr(tree, rule)(make([1.0]), make([2.0]), {}, lr=-0.125)
    assert param.item() > 1


INTEGERS: dict[str, tuple[Call, Any]] = {
    "softmax": (lambda lk, a: lk.softmax(a([[0, 0]])), [[0.5, 0.5]]),
    "leaky_relu": (lambda lk, a: lk.leaky_relu(a([-2, 3]), negative_slope=0.5), [-1.0, 3.0]),
    "gelu": (lambda lk, a: lk.gelu(a([0])), [0.0]),
    "mse": (lambda lk, a: lk.mse(a([1, 2]), a([1, 4])), 2.0),
    "mae": (lambda lk, a: lk.mae(a([1, 2]), a([1, 4])), 1.0),
    "huber": (lambda lk, a: lk.huber(a([1, 2]), a([1, 4])), 0.75),  # (0 + 2 - ½) / 2
    "cross_entropy": (lambda lk, a: lk.cross_entropy(a([[0, 0]]), a([1])), math.log(2)),
    "bce_with_logits": (lambda lk, a: lk.bce_with_logits(a([0]), a([1])), math.log(2)),
    "layer_norm": (lambda lk, a: lk.layer_norm(a([[1, 3]]), None, None, eps=3.0), [[-0.5, 0.5]]),
    "batch_norm": (lambda lk, a: lk.batch_norm(a([[1], [3]]), None, None, eps=3.0), [[-0.5], [0.5]]),
    "rms_norm": (lambda lk, a: lk.rms_norm(a([[1, 7]]), None, eps=75.0), [[0.1, 0.7]]),
    "kl_divergence": (lambda lk, a: lk.kl_divergence(a([-1]), a([1])), 1.0),
    "soft_threshold": (lambda lk, a: lk.soft_threshold(a([-2, 1]), 0.5), [-1.5, 0.5]),
}


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_are_computed_in_float64_in_the_reference_and_refused_by_pytorch(name: str) -> None:
    call, expected = INTEGERS[name]
    found = np.asarray(call(reference, array))
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    with pytest.raises((NotImplementedError, RuntimeError)):
        call(pytorch, tensor)


def test_rms_norm_without_an_eps_refuses_integers_in_words() -> None:
    with pytest.raises(TypeError, match=r"^x must have floating-point numbers; got int64\. Use x\.astype\(float\)\.$"):
        reference.rms_norm(np.array([[1, 7]]), None)


NO_ROWS: dict[str, Call] = {
    "linear": lambda lk, a: lk.linear(a(np.zeros((0, 3))), a(np.zeros((2, 3)))),
    "affine": lambda lk, a: lk.affine(a(np.zeros((0, 3))), a(np.zeros((3, 2))), a(np.zeros(2))),
    "mlp_forward": lambda lk, a: lk.mlp_forward(a(np.zeros((0, 3))), [(a(np.zeros((2, 3))), a(np.zeros(2)))])[0],
    "softmax": lambda lk, a: lk.softmax(a(np.zeros((0, 2)))),
    "gelu": lambda lk, a: lk.gelu(a(np.zeros((0, 2)))),
    "row_normalize": lambda lk, a: lk.row_normalize(a(np.zeros((0, 2)))),
    "one_hot": lambda lk, a: lk.one_hot(a([], "int64"), 2),
    "smooth_labels": lambda lk, a: lk.smooth_labels(a([], "int64"), 2, label_smoothing=0.1),
    "pairwise_sq_dists": lambda lk, a: lk.pairwise_sq_dists(a(np.zeros((0, 3))), a(np.zeros((2, 3)))),
    "layer_norm": lambda lk, a: lk.layer_norm(a(np.zeros((0, 2))), None, None),
    "rms_norm": lambda lk, a: lk.rms_norm(a(np.zeros((0, 2))), None),
    "dropout": lambda lk, a: lk.dropout(a(np.zeros((0, 2))), a(np.zeros((0, 2)), "bool"), p=0.5),
    "batch_norm": lambda lk, a: lk.batch_norm(a(np.zeros((0, 2))), None, None, a(np.zeros(2)), a(np.ones(2))),
}


@pytest.mark.parametrize("name", NO_ROWS)
def test_where_rows_do_not_meet_none_go_in_and_none_come_out(name: str) -> None:
    assert tuple(NO_ROWS[name](reference, array).shape) == (0, 2)
    assert tuple(NO_ROWS[name](pytorch, tensor).shape) == (0, 2)
