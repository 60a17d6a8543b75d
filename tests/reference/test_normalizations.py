"""The normalizations, their layers and their buffers: by hand, what they do not change with, and what they refuse."""

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

X = np.random.default_rng(0).standard_normal((6, 3))


def test_batch_norm_by_hand() -> None:
    # 1, 2, 6: mean 3, variance (4 + 1 + 9) / 3 = 14/3; twice x̂ plus 1
    x = np.array([[1.0], [2.0], [6.0]])
    output = lk.batch_norm(x, np.array([2.0]), np.array([1.0]), eps=1 / 3)
    assert_close(output, 1 + 2 * (x - 3) / np.sqrt(5))


def test_given_statistics_are_used_as_they_are() -> None:
    assert_close(lk.batch_norm(np.array([[5.0]]), None, None, np.array([1.0]), np.array([4.0]), eps=0.0), [[2.0]])


def test_batch_norm_leaves_mean_0_and_variance_1_in_each_channel() -> None:
    output = lk.batch_norm(7 + 3 * X, None, None, eps=0.0)
    assert_close(output.mean(axis=0), np.zeros(3))
    assert_close(output.var(axis=0), np.ones(3))


def test_batch_norm_does_not_change_with_shift_and_scale_of_a_channel() -> None:
    assert_close(lk.batch_norm(5 + X * [2.0, 3.0, 4.0], None, None, eps=0.0), lk.batch_norm(X, None, None, eps=0.0))


def test_the_gradient_of_batch_norm_has_mean_0_and_is_orthogonal_to_the_output() -> None:
    output, saved = lk.batch_norm.forward(X, None, None, eps=0.0)
    grad = lk.batch_norm.backward(np.random.default_rng(1).standard_normal(X.shape), saved)[0]
    assert_close(grad.sum(axis=0), np.zeros(3))
    assert_close((grad * output).sum(axis=0), np.zeros(3))


def test_given_statistics_are_constants_to_the_gradient() -> None:
    _, saved = lk.batch_norm.forward(np.array([[5.0], [1.0]]), np.array([3.0]), None, np.array([1.0]), np.array([4.0]), eps=0.0)
    grads = lk.batch_norm.backward(np.array([[1.0], [10.0]]), saved)
    assert_close(grads[0], [[1.5], [15.0]])
    assert_close(grads[1], [2.0])
    assert grads[2:] == (None, None, None)


def test_the_running_variance_is_unbiased() -> None:
    # 1, 3: mean 2, variance ((-1)² + 1²) / (2 - 1) = 2
    mean, var = lk.update_running(np.array([10.0]), np.array([10.0]), np.array([[1.0], [3.0]]), momentum=0.1)
    assert_close(mean, [9.2])
    assert_close(var, [9.2])


def test_update_running_changes_none_of_its_inputs() -> None:
    mean, var = np.zeros(3), np.ones(3)
    lk.update_running(mean, var, X)
    assert_equal(mean, np.zeros(3))
    assert_equal(var, np.ones(3))


def test_layer_norm_normalizes_each_example_alone() -> None:
    assert_close(lk.layer_norm(X, None, None)[2], lk.layer_norm(X[2], None, None))
    assert_close(lk.layer_norm(np.array([1.0, 2.0, 6.0]), None, None, eps=1 / 3), (np.array([1.0, 2.0, 6.0]) - 3) / np.sqrt(5))


def test_layer_norm_is_its_transposed_batch_norm() -> None:
    assert_close(lk.layer_norm(X, None, None), lk.batch_norm(X.T, None, None).T)


def test_rms_norm_by_hand_keeps_the_mean() -> None:
    # mean of squares of 1 and 7 is 25
    assert_close(lk.rms_norm(np.array([1.0, 7.0]), np.array([10.0, 1.0]), eps=0.0), [2.0, 1.4])


def test_rms_norm_does_not_change_with_the_scale() -> None:
    assert_close(lk.rms_norm(4 * X, None, eps=0.0), lk.rms_norm(X, None, eps=0.0))


def test_the_folded_map_is_the_linear_map_and_the_batch_norm_in_evaluation() -> None:
    rng = np.random.default_rng(0)
    linear, norm = lk.Linear(3, 4, rng=rng, dtype=float), lk.BatchNorm1d(4, dtype=float)
    norm.weight.data, norm.bias.data = rng.standard_normal((2, 4))
    for _ in range(3):
        norm.forward(linear.forward(rng.standard_normal((5, 3))))
    weight, bias = lk.fold_batch_norm(
        linear.weight.data, linear.bias.data, norm.running_mean, norm.running_var, norm.weight.data, norm.bias.data
    )
    assert_close(lk.linear(X, weight, bias), norm.eval().forward(linear.forward(X)))


def test_evaluation_leaves_the_running_statistics_alone() -> None:
    layer = lk.BatchNorm1d(3, dtype=float).eval()
    before = layer.state_dict()
    layer.forward(X)
    for name, value in layer.state_dict().items():
        assert_equal(value, before[name])


def test_by_hand_and_on_the_tape_the_same_happens() -> None:
    one, other = (lk.BatchNorm1d(3, dtype=float) for _ in range(2))
    x, grad = lk.Tensor(X, requires_grad=True), np.random.default_rng(1).standard_normal(X.shape)
    output = one(x)
    output.backward(grad)
    assert_equal(other.forward(X), output.data)
    assert_equal(other.backward(grad), x.grad)
    assert_equal(other.weight.grad, one.weight.grad)
    assert_equal(other.running_var, one.running_var)


def test_the_buffers_are_saved_and_loaded_and_not_trained() -> None:
    net = lk.Sequential(lk.Linear(3, 3, rng=lk.rng(0), dtype=float), lk.BatchNorm1d(3, dtype=float))
    net.forward(X)
    state = net.state_dict()
    names = ["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"]
    assert list(state) == names
    assert [name for name, _ in net.named_buffers()] == names[4:]
    assert [name for name, _ in net.named_parameters()] == names[:4]
    assert state["1.num_batches_tracked"] == 1
    other = lk.Sequential(lk.Linear(3, 3, rng=lk.rng(1), dtype=float), lk.BatchNorm1d(3, dtype=float))
    other.load_state_dict(state)
    assert_equal(other.eval().forward(X), net.eval().forward(X))


def test_a_saved_state_does_not_follow_the_layer() -> None:
    layer = lk.BatchNorm1d(3, dtype=float)
    state = layer.state_dict()
    layer.forward(X)
    assert_equal(state["running_mean"], np.zeros(3))


def test_a_batch_of_one_is_refused_in_training_and_not_in_evaluation() -> None:
    layer = lk.BatchNorm1d(3, dtype=float)
    with pytest.raises(ValueError, match=r"more than one value a channel; got x of shape \(1, 3\)\. Use a larger batch"):
        layer.forward(X[:1])
    assert layer.num_batches_tracked == 0
    assert layer.eval().forward(X[:1]).shape == (1, 3)


def test_other_channels_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^x must be \(N, 4\) or \(N, 4, T\), as num_features is 4; got \(6, 3\)\.$"):
        lk.BatchNorm1d(4).forward(X)


def test_mean_without_var_is_refused() -> None:
    with pytest.raises(ValueError, match="mean and var belong together"):
        lk.batch_norm(X, None, None, np.zeros(3))


@pytest.mark.parametrize("momentum", [-0.1, 1.1])
def test_a_momentum_outside_0_to_1_is_refused(momentum: float) -> None:
    with pytest.raises(ValueError, match="momentum is the share of the new batch"):
        lk.update_running(np.zeros(3), np.ones(3), X, momentum=momentum)


@pytest.mark.parametrize("make", [lk.BatchNorm1d, lk.LayerNorm, lk.RMSNorm])
def test_no_features_are_refused(make: type) -> None:
    with pytest.raises(ValueError, match="at least one feature; got 0"):
        make(0)
