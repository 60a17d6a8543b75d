"""What both trees refuse, they refuse in the same words: up to the remedy, which speaks the language of its tree."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from learnkit import pytorch, reference


def plain(message: str) -> str:
    """Return what a message says was required and what came, without the remedy and the names of the trees."""
    for word in ("learnkit.reference.", "learnkit.pytorch.", "torch."):
        message = message.replace(word, "")
    return message.partition(" Use ")[0]


def caught(call: Callable[[Any, Any], Any], lk: Any) -> Exception:
    make = np.array if lk is reference else lambda *data, dtype=None: torch.from_numpy(np.array(*data, dtype=dtype))
    with pytest.raises((ValueError, TypeError, RuntimeError)) as caught:
        call(lk, make)
    return caught.value


ZEROS: Any = np.zeros
HALVES = (0.5, 0.5)


def _rate_below_0(name: str, lk: Any, a: Any) -> Any:
    return getattr(lk, name)([lk.Parameter(a([1.0]))], lr=-0.1)


CASES: dict[str, Callable[[Any, Any], Any]] = {
    "seed below 0": lambda lk, a: lk.rng(-1),
    "seed not whole": lambda lk, a: lk.rng(0.5),
    "seed a truth value": lambda lk, a: lk.rng(True),
    "row_normalize: one axis": lambda lk, a: lk.row_normalize(a([1.0])),
    "one_hot: floats": lambda lk, a: lk.one_hot(a([1.0]), 3),
    "one_hot: truth values": lambda lk, a: lk.one_hot(a([True]), 3),
    "one_hot: no classes": lambda lk, a: lk.one_hot(a([0]), 0),
    "affine: transposed": lambda lk, a: lk.affine(a(ZEROS((2, 3))), a(ZEROS((4, 3))), a(ZEROS(4))),
    "affine: bias": lambda lk, a: lk.affine(a(ZEROS((2, 3))), a(ZEROS((3, 4))), a(ZEROS((1, 4)))),
    "pairwise_sq_dists: features": lambda lk, a: lk.pairwise_sq_dists(a(ZEROS((2, 3))), a(ZEROS((2, 4)))),
    "batched_outer: rows": lambda lk, a: lk.batched_outer(a(ZEROS((2, 3))), a(ZEROS((3, 3)))),
    "fractions": lambda lk, a: lk.split_indices(10, (0.5, 0.6), rng=lk.rng(0)),
    "an empty part": lambda lk, a: lk.split_indices(1, HALVES, rng=lk.rng(0)),
    "standardizer: one axis": lambda lk, a: lk.Standardizer().fit(a([1.0])),
    "standardizer: no rows": lambda lk, a: lk.Standardizer().fit(a(ZEROS((0, 2)))),
    "standardizer: NaN": lambda lk, a: lk.Standardizer().fit(a([[1.0, 2.0], [1.0, np.nan]])),
    "standardizer: infinity": lambda lk, a: lk.Standardizer().fit(a([[-np.inf, 2.0], [1.0, 2.0]])),
    "standardizer: transform first": lambda lk, a: lk.Standardizer().transform(a([[1.0]])),
    "standardizer: inverse first": lambda lk, a: lk.Standardizer().inverse_transform(a([[1.0]])),
    "standardizer: other features": lambda lk, a: lk.Standardizer().fit(a([[1.0, 2.0]])).transform(a([[1.0]])),
    "minibatches: lengths": lambda lk, a: lk.minibatches(a([1.0, 2.0]), a([1.0]), batch_size=1, shuffle=False),
    "minibatches: no rows": lambda lk, a: lk.minibatches(a(ZEROS((0, 2))), a(ZEROS(0)), batch_size=1, shuffle=False),
    "minibatches: batch_size": lambda lk, a: lk.minibatches(a([1.0]), a([1.0]), batch_size=0, shuffle=False),
    "minibatches: no rng": lambda lk, a: lk.minibatches(a([1.0]), a([1.0]), batch_size=1),
    "linear: features": lambda lk, a: lk.linear(a(ZEROS((2, 3))), a(ZEROS((3, 2)))),
    "linear: a number": lambda lk, a: lk.linear(a(1.0), a(ZEROS((3, 2)))),
    "linear: weight": lambda lk, a: lk.linear(a(ZEROS((2, 3))), a(ZEROS(3))),
    "linear: bias": lambda lk, a: lk.linear(a(ZEROS((2, 3))), a(ZEROS((4, 3))), a(ZEROS((1, 4)))),
    "mse: shapes": lambda lk, a: lk.mse(a(ZEROS((3, 1))), a(ZEROS(3))),
    "mse: reduction": lambda lk, a: lk.mse(a([1.0]), a([1.0]), reduction="average"),
    "mse: empty": lambda lk, a: lk.mse(a(ZEROS((0, 2))), a(ZEROS((0, 2)))),
    "logsumexp: no axis": lambda lk, a: lk.logsumexp(a(ZEROS((2, 3))), dim=2),
    "logsumexp: no scores": lambda lk, a: lk.logsumexp(a(ZEROS((2, 0)))),
    "softmax: no axis": lambda lk, a: lk.softmax(a(ZEROS((2, 3))), dim=-3),
    "softmax: a number": lambda lk, a: lk.softmax(a(1.0)),
    "log_softmax: no scores": lambda lk, a: lk.log_softmax(a(ZEROS((0, 2))), dim=0),
    "cross_entropy: a column": lambda lk, a: lk.cross_entropy(a(ZEROS((8, 10))), a(ZEROS((8, 1)), dtype=int)),
    "cross_entropy: two columns": lambda lk, a: lk.cross_entropy(a(ZEROS((8, 1))), a(ZEROS((8, 1)), dtype=int)),
    "cross_entropy: one-hot": lambda lk, a: lk.cross_entropy(a(ZEROS((8, 10))), a(ZEROS((8, 10)))),
    "cross_entropy: lengths": lambda lk, a: lk.cross_entropy(a(ZEROS((8, 10))), a(ZEROS(7), dtype=int)),
    "cross_entropy: one example": lambda lk, a: lk.cross_entropy(a(ZEROS(10)), a(3)),
    "cross_entropy: floats": lambda lk, a: lk.cross_entropy(a(ZEROS((8, 10))), a(ZEROS(8))),
    "cross_entropy: truth values": lambda lk, a: lk.cross_entropy(a(ZEROS((8, 10))), a(ZEROS(8), dtype=bool)),
    "cross_entropy: reduction": lambda lk, a: lk.cross_entropy(a(ZEROS((8, 10))), a(ZEROS(8), dtype=int), reduction="avg"),
    "cross_entropy: empty": lambda lk, a: lk.cross_entropy(a(ZEROS((0, 10))), a(ZEROS(0), dtype=int)),
    "bce: shapes": lambda lk, a: lk.bce_with_logits(a(ZEROS((3, 1))), a(ZEROS(3))),
    "bce: reduction": lambda lk, a: lk.bce_with_logits(a([1.0]), a([1.0]), reduction="avg"),
    "bce: empty": lambda lk, a: lk.bce_with_logits(a(ZEROS(0)), a(ZEROS(0))),
    "bce: pos_weight": lambda lk, a: lk.bce_with_logits(a(ZEROS((2, 3))), a(ZEROS((2, 3))), pos_weight=a([1.0, 2.0])),
    "cross_entropy: weight": lambda lk, a: lk.cross_entropy(a(ZEROS((2, 3))), a([0, 1]), weight=a([1.0, 2.0])),
    "cross_entropy: smoothing": lambda lk, a: lk.cross_entropy(a(ZEROS((2, 3))), a([0, 1]), label_smoothing=1.5),
    "mae: shapes": lambda lk, a: lk.mae(a(ZEROS((3, 1))), a(ZEROS(3))),
    "mae: empty": lambda lk, a: lk.mae(a(ZEROS(0)), a(ZEROS(0))),
    "huber: shapes": lambda lk, a: lk.huber(a(ZEROS((3, 1))), a(ZEROS(3))),
    "huber: delta": lambda lk, a: lk.huber(a([1.0]), a([1.0]), delta=0.0),
    "hinge: a column": lambda lk, a: lk.hinge(a(ZEROS((8, 10))), a(ZEROS((8, 1)), dtype=int)),
    "hinge: floats": lambda lk, a: lk.hinge(a(ZEROS((8, 10))), a(ZEROS(8))),
    "hinge: empty": lambda lk, a: lk.hinge(a(ZEROS((0, 10))), a(ZEROS(0), dtype=int)),
    "binary_hinge: shapes": lambda lk, a: lk.binary_hinge(a(ZEROS((3, 1))), a(ZEROS(3))),
    "binary_hinge: empty": lambda lk, a: lk.binary_hinge(a(ZEROS(0)), a(ZEROS(0))),
    "binary_hinge: reduction": lambda lk, a: lk.binary_hinge(a([1.0]), a([1.0]), reduction="avg"),
    "hinge: reduction": lambda lk, a: lk.hinge(a(ZEROS((2, 3))), a([0, 1]), reduction="avg"),
    "kl_divergence: shapes": lambda lk, a: lk.kl_divergence(a(ZEROS((2, 2))), a(ZEROS(2))),
    "kl_divergence: empty": lambda lk, a: lk.kl_divergence(a(ZEROS((0, 2))), a(ZEROS((0, 2)))),
    "kl_divergence: reduction": lambda lk, a: lk.kl_divergence(a([0.0]), a([1.0]), reduction="average"),
    "mae: reduction": lambda lk, a: lk.mae(a([1.0]), a([1.0]), reduction="avg"),
    "huber: reduction": lambda lk, a: lk.huber(a([1.0]), a([1.0]), reduction="avg"),
    "huber: empty": lambda lk, a: lk.huber(a(ZEROS(0)), a(ZEROS(0))),
    "smooth_labels: a probability above 1": lambda lk, a: lk.smooth_labels(a([0, 1]), 3, label_smoothing=1.5),
    "smooth_labels: floats": lambda lk, a: lk.smooth_labels(a([0.0]), 3, label_smoothing=0.1),
    "l2_penalty: below 0": lambda lk, a: lk.l2_penalty(a([1.0]), weight_decay=-0.1),
    "l1_penalty: below 0": lambda lk, a: lk.l1_penalty(a([1.0]), strength=-0.1),
    "soft_threshold: below 0": lambda lk, a: lk.soft_threshold(a([1.0]), -0.1),
    "mlp_init: one width": lambda lk, a: lk.mlp_init((3,), rng=lk.rng(0)),
    "mlp_forward: no layers": lambda lk, a: lk.mlp_forward(a(ZEROS((2, 3))), []),
    "sample_dropout: p": lambda lk, a: lk.sample_dropout(3, 1.1, rng=lk.rng(0)),
    "dropout: p": lambda lk, a: lk.Dropout(1.5),
    "dropout: mask": lambda lk, a: lk.dropout(a(ZEROS((2, 3))), a(ZEROS(3)), p=0.5),
    "batch_norm: a batch of one": lambda lk, a: lk.batch_norm(a(ZEROS((1, 3))), None, None),
    "batch_norm: one axis": lambda lk, a: lk.batch_norm(a(ZEROS(3)), None, None),
    "batch_norm: mean alone": lambda lk, a: lk.batch_norm(a(ZEROS((2, 3))), None, None, a(ZEROS(3))),
    "update_running: an empty batch": lambda lk, a: lk.update_running(a(ZEROS(3)), a(ZEROS(3)), a(ZEROS((0, 3)))),
    "batch_norm: an empty batch": lambda lk, a: lk.batch_norm(a(ZEROS((0, 3))), None, None),
    "update_running: momentum": lambda lk, a: lk.update_running(a(ZEROS(3)), a(ZEROS(3)), a(ZEROS((2, 3))), momentum=2.0),
    "layer_norm: a number": lambda lk, a: lk.layer_norm(a(1.0), None, None),
    "layer_norm: another end": lambda lk, a: lk.layer_norm(a(ZEROS((2, 3))), None, None, normalized_shape=(3, 3)),
    "layer_norm: weight": lambda lk, a: lk.layer_norm(a(ZEROS((2, 3))), a(ZEROS(3)), None, normalized_shape=(2, 3)),
    "layer_norm: no axes": lambda lk, a: lk.layer_norm(a(ZEROS((2, 3))), None, None, normalized_shape=()),
    "LayerNorm: no features": lambda lk, a: lk.LayerNorm((2, 0)),
    "rms_norm: no features": lambda lk, a: lk.rms_norm(a(ZEROS((2, 0))), None),
    "fold_batch_norm: shapes": lambda lk, a: lk.fold_batch_norm(a(ZEROS((2, 3))), None, a(ZEROS(3)), a(ZEROS(3)), None, None),
    "BatchNorm1d: no features": lambda lk, a: lk.BatchNorm1d(0),
    "accuracy: floats": lambda lk, a: lk.accuracy(a(ZEROS((8, 10))), a(ZEROS(8))),
    "accuracy: truth values": lambda lk, a: lk.accuracy(a(ZEROS((8, 10))), a(ZEROS(8), dtype=bool)),
    "accuracy: shapes": lambda lk, a: lk.accuracy(a(ZEROS((8, 10))), a(ZEROS((8, 1)), dtype=int)),
    "accuracy: empty": lambda lk, a: lk.accuracy(a(ZEROS((0, 10))), a(ZEROS(0), dtype=int)),
    "confusion_matrix: logits": lambda lk, a: lk.confusion_matrix(a(ZEROS((8, 3))), a(ZEROS(8), dtype=int), num_classes=3),
    "confusion_matrix: lengths": lambda lk, a: lk.confusion_matrix(a(ZEROS(7), dtype=int), a(ZEROS(8), dtype=int), num_classes=3),
    "confusion_matrix: empty": lambda lk, a: lk.confusion_matrix(a(ZEROS(0), dtype=int), a(ZEROS(0), dtype=int), num_classes=3),
    "confusion_matrix: floats": lambda lk, a: lk.confusion_matrix(a(ZEROS(8)), a(ZEROS(8), dtype=int), num_classes=3),
    "confusion_matrix: float targets": lambda lk, a: lk.confusion_matrix(a(ZEROS(8), dtype=int), a(ZEROS(8)), num_classes=3),
    "confusion_matrix: no classes": lambda lk, a: lk.confusion_matrix(a(ZEROS(8), dtype=int), a(ZEROS(8), dtype=int), num_classes=0),
    "f1_score: average": lambda lk, a: lk.f1_score(a([0]), a([0]), num_classes=3, average="mean"),
    "f1_score: binary": lambda lk, a: lk.f1_score(a([0]), a([0]), num_classes=3, average="binary"),
    "f1_score: zero_division": lambda lk, a: lk.f1_score(a([0]), a([0]), num_classes=3, zero_division=0.5),
    "roc_auc: all classes": lambda lk, a: lk.roc_auc(a(ZEROS((8, 2))), a(ZEROS(8), dtype=int)),
    "roc_auc: empty": lambda lk, a: lk.roc_auc(a(ZEROS(0)), a(ZEROS(0), dtype=int)),
    "average_precision: lengths": lambda lk, a: lk.average_precision(a(ZEROS(7)), a(ZEROS(8), dtype=int)),
    "roc_curve: NaN": lambda lk, a: lk.roc_curve(a([0.5, np.nan]), a([0, 1])),
    "roc_curve: targets": lambda lk, a: lk.roc_curve(a([0.5, 0.7]), a([-1, 1])),
    "roc_curve: one class": lambda lk, a: lk.roc_curve(a([0.5, 0.7]), a([1, 1])),
    "precision_recall_curve: NaN": lambda lk, a: lk.precision_recall_curve(a([0.5, np.nan]), a([0, 1])),
    "precision_recall_curve: targets": lambda lk, a: lk.precision_recall_curve(a([0.5, 0.7]), a([0.5, 1.0])),
    "precision_recall_curve: no positives": lambda lk, a: lk.precision_recall_curve(a([0.5, 0.7]), a([0, 0])),
    "ece: yes alone": lambda lk, a: lk.ece(a(ZEROS(8)), a(ZEROS(8), dtype=int)),
    "ece: bins": lambda lk, a: lk.ece(a([[0.5, 0.5]]), a([0]), num_bins=0),
    "ece: float targets": lambda lk, a: lk.ece(a([[0.5, 0.5]]), a([0.0])),
    "brier: no classes": lambda lk, a: lk.brier(a(ZEROS((8, 0))), a(ZEROS(8), dtype=int)),
    "rmse: shapes": lambda lk, a: lk.rmse(a(ZEROS((3, 1))), a(ZEROS(3))),
    "mape: empty": lambda lk, a: lk.mape(a(ZEROS(0)), a(ZEROS(0))),
    "r2_score: columns": lambda lk, a: lk.r2_score(a(ZEROS((3, 2))), a(ZEROS((3, 2)))),
    "sample_bootstrap_indices: none": lambda lk, a: lk.sample_bootstrap_indices(0, rng=lk.rng(0)),
    "bootstrap_ci: confidence": lambda lk, a: lk.bootstrap_ci(lk.rmse, (a([1.0]), a([1.0])), a([[0]]), confidence=95),
    "bootstrap_ci: lengths": lambda lk, a: lk.bootstrap_ci(lk.rmse, (a([1.0]), a([1.0, 2.0])), a([[0]])),
    "bootstrap_ci: draws": lambda lk, a: lk.bootstrap_ci(lk.rmse, (a([1.0]), a([1.0])), a([[0, 0]])),
    "bootstrap_ci: float draws": lambda lk, a: lk.bootstrap_ci(lk.rmse, (a([1.0]), a([1.0])), a([[0.0]])),
    "bootstrap_ci: several numbers": lambda lk, a: lk.bootstrap_ci(lambda x: x, (a([1.0, 2.0]),), a([[0, 1], [1, 1]])),
    "gelu: approximate": lambda lk, a: lk.gelu(a([1.0]), approximate="erf"),
    "numeric_grad: eps": lambda lk, a: lk.numeric_grad(lambda x: x.sum(), a([1.0]), eps=0.0),
    "rel_error: shapes": lambda lk, a: lk.rel_error(a([1.0]), a([1.0, 2.0])),
    "gradcheck: nothing to check": lambda lk, a: lk.gradcheck(lambda x: x, [lk.tensor([1.0])]),
    "gradcheck: float32": lambda lk, a: lk.gradcheck(lambda x: x, [lk.tensor([1.0], requires_grad=True)]),
    "Linear: no inputs": lambda lk, a: lk.Linear(0, 2),
    "Linear: no outputs": lambda lk, a: lk.Linear(2, 0, rng=lk.rng(0)),
    "Sequential: a class": lambda lk, a: lk.Sequential(lk.Linear(2, 2), lk.ReLU),
    "pow: a tensor": lambda lk, a: lk.pow(a([2.0]), exponent="2"),
    "SGD: no parameters": lambda lk, a: lk.SGD(iter([])),
    "SGD: a rate below 0": lambda lk, a: lk.SGD([lk.Parameter(a([1.0]))], lr=-0.1),
    "SGD: a rate below 0, later": lambda lk, a: setattr(lk.SGD([lk.Parameter(a([1.0]))]), "lr", -0.1),
    "SGD: nesterov alone": lambda lk, a: lk.SGD([lk.Parameter(a([1.0]))], nesterov=True),
    "SGD: a group": lambda lk, a: lk.SGD([{"params": [lk.Parameter(a([1.0]))], "momentum": -1.0}]),
    "Adagrad: lr_decay": lambda lk, a: lk.Adagrad([lk.Parameter(a([1.0]))], lr_decay=-1.0),
    "RMSprop: alpha": lambda lk, a: lk.RMSprop([lk.Parameter(a([1.0]))], alpha=1.5),
    "Adam: betas": lambda lk, a: lk.Adam([lk.Parameter(a([1.0]))], betas=(0.9, 1.0)),
    "Adam: one beta": lambda lk, a: lk.Adam([lk.Parameter(a([1.0]))], betas=0.9),
    "AdamW: no parameters": lambda lk, a: lk.AdamW(iter([])),
    "NAdam: a rate in words": lambda lk, a: lk.NAdam([lk.Parameter(a([1.0]))], lr="0.1"),
    "clip_grad_norm: limit": lambda lk, a: lk.clip_grad_norm([], -1.0),
    "clip_grad_value: limit": lambda lk, a: lk.clip_grad_value([], -1.0),
    "accumulate_grads: no rows": lambda lk, a: lk.accumulate_grads(lambda x, y: x, []),
    "EMA: no parameters": lambda lk, a: lk.EMA(iter([])),
    "EMA: decay": lambda lk, a: lk.EMA([lk.Parameter(a([1.0]))], decay=1.5),
    "EMA: another state": lambda lk, a: lk.EMA([lk.Parameter(a([1.0]))]).load_state_dict(
        lk.EMA([lk.Parameter(a([1.0, 2.0]))]).state_dict()
    ),
    "ema_update: decay": lambda lk, a: lk.ema_update(a([1.0]), a([1.0]), decay=1.5),
    "fit_gd: a rate below 0": lambda lk, a: lk.fit_gd(a(ZEROS((3, 2))), a(ZEROS(3)), lr=-0.1, steps=3),
    "linreg_loss_grad: no rows": lambda lk, a: lk.linreg_loss_grad(a(ZEROS((0, 2))), a(ZEROS(0)), a(ZEROS(2)), 0.0),
    **{f"{name}: a rate below 0": partial(_rate_below_0, name) for name in ("Adagrad", "RMSprop", "Adam", "AdamW", "NAdam")},
    "linreg_loss_grad: a column": lambda lk, a: lk.linreg_loss_grad(a(ZEROS((3, 2))), a(ZEROS((3, 1))), a(ZEROS(2)), 0.0),
    "linreg_loss_grad: weight": lambda lk, a: lk.linreg_loss_grad(a(ZEROS((3, 2))), a(ZEROS(3)), a(ZEROS((2, 1))), 0.0),
    "gd_step: a rate below 0": lambda lk, a: lk.gd_step(a(ZEROS((3, 2))), a(ZEROS(3)), a(ZEROS(2)), 0.0, lr=-0.1),
    "fit_gd: steps": lambda lk, a: lk.fit_gd(a(ZEROS((3, 2))), a(ZEROS(3)), lr=0.1, steps=-1),
    "normal_equation: one axis": lambda lk, a: lk.normal_equation(a(ZEROS(3)), a(ZEROS(3))),
    "max_stable_lr: no rows": lambda lk, a: lk.max_stable_lr(a(ZEROS((0, 3)))),
}


@pytest.mark.parametrize("name", CASES)
def test_both_trees_refuse_in_the_same_words(name: str) -> None:
    ours, theirs = (caught(CASES[name], lk) for lk in (reference, pytorch))
    assert type(theirs) is type(ours)
    assert plain(str(theirs)) == plain(str(ours))
    assert (" Use " in str(theirs)) == (" Use " in str(ours))


def test_a_wrong_gradient_names_the_input_and_both_values() -> None:
    class Wrong(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            return 2 * x

        @staticmethod
        def backward(ctx: Any, grad: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
            return 3 * grad

    factor = torch.tensor(1.0, dtype=torch.float64)  # needs no gradient, and counts among the inputs
    x = torch.ones(4, dtype=torch.float64, requires_grad=True)
    with pytest.raises(
        ValueError, match=r"the gradient of input 1, shape \(4,\), is wrong\. .* backward gives (\S+) and small steps"
    ) as caught:
        pytorch.gradcheck(lambda factor, x: factor * Wrong.apply(x), [factor, x])
    words = str(caught.value).split()
    analytic, numeric = float(words[words.index("gives") + 1]), float(words[words.index("give") + 1])
    assert analytic / numeric == pytest.approx(1.5, rel=1e-6)


def test_a_gradient_that_is_missing_is_wrong() -> None:
    x = torch.ones(4, dtype=torch.float64, requires_grad=True)
    with pytest.raises(ValueError, match="gradcheck: the gradient is wrong"):
        pytorch.gradcheck(lambda x: x.detach() * 2, [x])


@pytest.mark.parametrize(
    ("name", "word"),
    [("gpu", 'must be "auto", "cpu"'), ("cuda:99", "CUDA devices here"), ("meta", 'must be "auto", "cpu"'), (3.5, 'must be "auto", "cpu"')],
)
def test_a_device_that_is_not_there_is_refused(name: Any, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        pytorch.device(name)


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="there is an Apple GPU")
def test_an_apple_gpu_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no Apple GPU here"):
        pytorch.device("mps")


def test_arrays_are_refused_where_tensors_are_needed() -> None:
    with pytest.raises(TypeError, match=r"targets must be a tensor; got ndarray\. Use lk\.tensor\(targets\)"):
        pytorch.minibatches(torch.ones(2), np.ones(2), batch_size=1, shuffle=False)  # type: ignore[arg-type]


def test_a_lone_parameter_is_refused_and_not_taken_apart() -> None:
    with pytest.raises(TypeError, match="iterable of Tensors"):
        pytorch.SGD(torch.nn.Parameter(torch.ones(3)))


def test_messages_that_differ_are_told_apart() -> None:
    assert plain("got dtype torch.float32. Use targets.long().") == plain("got dtype float32. Use targets.astype(int).")
    assert plain("got (8, 1). Use x.") != plain("got (8,). Use x.")


def test_a_column_of_targets_beside_one_column_of_logits_is_not_taken_for_one_hot_rows() -> None:
    with pytest.raises(ValueError, match=r"Use targets\.squeeze\(1\)\.$"):
        pytorch.cross_entropy(torch.zeros(8, 1), torch.zeros(8, 1, dtype=torch.long))
