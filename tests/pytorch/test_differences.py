"""What the docstrings say PyTorch does differently, and what they say is done about it."""

import copy
import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from learnkit import pytorch as lk
from learnkit import reference


@pytest.mark.parametrize("target", [-99, -1, 3])
def test_a_class_out_of_range_is_an_index_error_on_a_cpu(target: int) -> None:
    with pytest.raises(IndexError, match=f"Target {target} is out of bounds"):
        lk.cross_entropy(torch.zeros(2, 3), torch.tensor([0, target]))


@pytest.mark.parametrize("kind", [torch.uint8, torch.int16, torch.int32, torch.int64])
def test_classes_of_every_integer_type_are_taken(kind: torch.dtype) -> None:
    loss = lk.cross_entropy(torch.zeros(2, 4), torch.tensor([0, 3], dtype=kind))
    assert loss.item() == pytest.approx(math.log(4), rel=1e-6)


def test_labels_of_minus_1_go_unnoticed_in_bce() -> None:
    loss = lk.bce_with_logits(torch.tensor([-50.0]), torch.tensor([-1.0]))
    assert loss.item() == pytest.approx(-50.0)  # a right answer, and the loss falls below 0
    with pytest.raises(ValueError, match="between 0 and 1"):
        reference.bce_with_logits(np.array([-50.0]), np.array([-1.0]))


def test_integer_labels_are_taken_in_bce() -> None:
    loss = lk.bce_with_logits(torch.zeros(2), torch.tensor([0, 1]))
    assert loss.item() == pytest.approx(math.log(2))
    assert loss.dtype == torch.float32


@pytest.mark.parametrize("shape", [(4, 1), (1, 4)])
def test_pytorch_itself_broadcasts_in_mse_with_a_warning(shape: tuple[int, ...]) -> None:
    with pytest.warns(UserWarning, match="Using a target size"):
        functional.mse_loss(torch.zeros(shape), torch.zeros(4))


def test_a_score_of_nan_makes_the_accuracy_nan() -> None:
    assert lk.accuracy(torch.tensor([[1.0, math.nan], [1.0, 0.0]]), torch.tensor([0, 0])).isnan()


def test_accuracy_is_one_value_that_prints_like_a_number() -> None:
    share = lk.accuracy(torch.tensor([[2.0, 1.0], [0.0, 3.0], [5.0, 4.0]], requires_grad=True), torch.tensor([0, 1, 1]))
    assert isinstance(share, torch.Tensor)
    assert share.shape == ()
    assert f"{share:.2f} {share:.1%}" == "0.67 66.7%"
    assert not share.requires_grad
    assert share.item() == 2 / 3  # in float64, though the scores are float32


def test_of_equal_scores_the_first_counts() -> None:
    assert lk.accuracy(torch.zeros(2, 3), torch.tensor([0, 1])) == 0.5


def test_a_bias_of_another_shape_would_be_broadcast_by_pytorch() -> None:
    assert functional.linear(torch.zeros(4, 3), torch.zeros(4, 3), torch.zeros(4, 1)).shape == (4, 4)
    with pytest.raises(ValueError, match="bias must be"):
        lk.linear(torch.zeros(4, 3), torch.zeros(4, 3), torch.zeros(4, 1))


def test_a_constant_feature_becomes_0() -> None:
    scaler = lk.Standardizer().fit(torch.full((7, 1), 0.1))  # its mean is off in the last digit, and so is its std
    assert scaler.std is not None
    assert scaler.std.tolist() == [1.0]
    assert scaler.transform(torch.full((1, 1), 0.1)).abs().item() < 1e-7


def test_state_dict_points_to_the_parameters_in_pytorch_alone() -> None:
    nets = [tree.Sequential(tree.Linear(1, 1, rng=tree.rng(0))) for tree in (lk, reference)]
    states = [net.state_dict() for net in nets]
    before = copy.deepcopy(states)
    with torch.no_grad():
        nets[0][0].weight += 1
    nets[1][0].weight.data += 1
    assert states[0]["0.weight"].item() == pytest.approx(before[0]["0.weight"].item() + 1)
    assert states[1]["0.weight"].item() == before[1]["0.weight"].item()


@pytest.mark.parametrize("tree", [lk, reference], ids=["pytorch", "reference"])
def test_a_write_into_data_goes_unnoticed_in_both_trees(tree: object) -> None:
    # d(w²)/dw = 2w: the gradient is that of what was written, not of what went forward
    weight = tree.tensor([1.0, 2.0], requires_grad=True)  # type: ignore[attr-defined]
    loss = (weight * weight).sum()
    weight.data[0] = 5.0
    loss.backward()
    assert weight.grad.tolist() == [10.0, 4.0]


def test_a_state_that_does_not_fit_is_refused() -> None:
    net = lk.Sequential(lk.Linear(2, 1))
    with pytest.raises(RuntimeError, match="size mismatch"):
        net.load_state_dict({"0.weight": torch.zeros(1, 3), "0.bias": torch.zeros(1)})


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [None, 0, -1, (0, 1)])
@pytest.mark.parametrize("name", ["sum", "mean"])
def test_axes_are_summed_and_kept_as_in_the_reference(name: str, dim: int | tuple[int, ...] | None, keepdim: bool) -> None:
    data = np.arange(6.0).reshape(2, 3)
    ours = getattr(reference, name)(data, dim=dim, keepdim=keepdim)
    theirs = getattr(lk, name)(torch.tensor(data), dim=dim, keepdim=keepdim)
    assert tuple(theirs.shape) == np.shape(ours)
    np.testing.assert_allclose(theirs.numpy(), ours, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["mse", "cross_entropy", "bce_with_logits"])
def test_the_mean_and_the_sum_are_those_of_the_single_losses(name: str) -> None:
    generator = lk.rng(0)
    scores = torch.randn(6, 4, generator=generator)
    targets = torch.arange(6) % 4 if name == "cross_entropy" else torch.rand(6, 4, generator=generator)
    loss = getattr(lk, name)
    single = loss(scores, targets, reduction="none")
    assert single.shape == targets.shape
    torch.testing.assert_close(loss(scores, targets), single.mean(), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(loss(scores, targets, reduction="sum"), single.sum(), rtol=1e-6, atol=1e-6)


def test_gradcheck_takes_inputs_whose_entries_share_memory() -> None:
    x = torch.ones(1, dtype=torch.float64).expand(3).requires_grad_()  # PyTorch itself refuses: a nudge of one entry moves all
    assert lk.gradcheck(lambda x: x * x, [x])


def test_gradcheck_leaves_inputs_and_their_gradients_alone() -> None:
    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    before = torch.get_rng_state()
    assert lk.gradcheck(lambda x: x * x, [x]) is True
    assert x.grad is None
    assert x.tolist() == [1.0, 2.0]
    assert torch.equal(torch.get_rng_state(), before)


def test_numeric_grad_takes_functions_that_give_python_numbers() -> None:
    x = torch.tensor([[1.0, 2.0]])
    grad = lk.numeric_grad(lambda x: (x**2).sum().item(), x)
    assert grad.dtype == torch.float64
    torch.testing.assert_close(grad, torch.tensor([[2.0, 4.0]], dtype=torch.float64), rtol=1e-8, atol=1e-8)
    assert x.tolist() == [[1.0, 2.0]]


def test_numeric_grad_of_no_values_is_empty() -> None:
    assert lk.numeric_grad(lambda x: x.sum(), torch.zeros(0, 2)).shape == (0, 2)


@pytest.mark.parametrize(("a", "b", "expected"), [([0.0], [0.0], 0.0), ([], [], 0.0), ([1.0], [-1.0], 2.0), ([4.0, 0.0], [5.0, 0.0], 0.2)])
def test_rel_error_is_relative_to_the_largest_value(a: list[float], b: list[float], expected: float) -> None:
    error = lk.rel_error(torch.tensor(a), torch.tensor(b))
    assert error.shape == ()
    assert error.item() == pytest.approx(expected, rel=1e-6)


def test_a_tensor_is_copied_without_a_warning_and_without_its_graph() -> None:
    x = torch.ones(2, requires_grad=True)
    made = lk.tensor(x * 2)
    assert not made.requires_grad
    assert lk.tensor(x).data_ptr() != x.data_ptr()


def test_an_array_is_copied_and_keeps_its_dtype() -> None:
    data = np.ones(2)
    data.flags.writeable = False  # torch.from_numpy would warn
    made = lk.tensor(data)
    assert made.dtype == torch.float64
    assert lk.tensor([1.0]).dtype == torch.float32


def test_a_recorded_operation_is_a_node() -> None:
    assert isinstance((torch.ones(1, requires_grad=True) * 2).grad_fn, lk.Node)
    assert not isinstance(torch.ones(1), lk.Node)
