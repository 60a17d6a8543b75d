"""What both trees refuse, they refuse in the same words: up to the remedy, which speaks the language of its tree."""

from collections.abc import Callable
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

CASES: dict[str, Callable[[Any, Any], Any]] = {
    "seed below 0": lambda lk, a: lk.rng(-1),
    "seed not whole": lambda lk, a: lk.rng(0.5),
    "seed a truth value": lambda lk, a: lk.rng(True),
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
    "accuracy: shapes": lambda lk, a: lk.accuracy(a(ZEROS((8, 10))), a(ZEROS((8, 1)), dtype=int)),
    "accuracy: empty": lambda lk, a: lk.accuracy(a(ZEROS((0, 10))), a(ZEROS(0), dtype=int)),
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
