"""The normalizations, their layers and their buffers: by hand, what they do not change with, and what they refuse."""

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

X = np.random.default_rng(0).standard_normal((6, 3))


@pytest.mark.worked_example("batch_norm")
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


@pytest.mark.worked_example("update_running")
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


@pytest.mark.worked_example("layer_norm", "rms_norm")
def test_several_axes_are_normalized_together() -> None:
    # 1, 2 and 6, 3: mean 3, variance (4 + 1 + 9 + 0) / 4 = 3.5; with eps 0.5 divided by 2
    x = np.array([[[1.0, 2.0], [6.0, 3.0]]])
    assert_close(lk.layer_norm(x, None, None, normalized_shape=(2, 2), eps=0.5), [[[-1.0, -0.5], [1.5, 0.0]]])
    # mean of squares (1 + 4 + 36 + 9) / 4 = 12.5
    assert_close(lk.rms_norm(x, None, normalized_shape=(2, 2), eps=12.5), x / 5)


def test_axes_normalized_together_are_one_long_axis() -> None:
    x, (weight, bias) = np.random.default_rng(0).standard_normal((5, 2, 3)), np.random.default_rng(1).standard_normal((2, 2, 3))
    flat = lk.layer_norm(x.reshape(5, 6), weight.ravel(), bias.ravel())
    assert_close(lk.layer_norm(x, weight, bias, normalized_shape=(2, 3)), flat.reshape(5, 2, 3))


def test_a_normalized_shape_of_one_number_is_the_last_axis() -> None:
    assert_equal(lk.layer_norm(X, None, None, normalized_shape=3), lk.layer_norm(X, None, None))
    assert_equal(lk.rms_norm(X, None, normalized_shape=3), lk.rms_norm(X, None))


@pytest.mark.parametrize("wanted", [(6,), (2, 3), (1, 6, 3)])
def test_a_normalized_shape_that_is_not_the_end_of_x_is_refused(wanted: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^the last axes of x must be those of normalized_shape, .*; got \(6, 3\)\.$"):
        lk.layer_norm(X, None, None, normalized_shape=wanted)


def test_a_weight_that_would_be_broadcast_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^weight and bias must have the shape that is normalized, \(6, 3\); got \(3,\)\.$"):
        lk.layer_norm(X, np.ones(3), None, normalized_shape=(6, 3))
    with pytest.raises(ValueError, match=r"the shape that is normalized, \(3,\); got \(1,\)"):
        lk.rms_norm(X, np.ones(1))


@pytest.mark.parametrize("make", [lk.LayerNorm, lk.RMSNorm])
def test_a_layer_of_several_axes_has_a_weight_of_their_shape(make: type) -> None:
    layer = make((2, 3), dtype=float)
    assert layer.weight.shape == (2, 3)
    assert layer.forward(np.ones((4, 2, 3))).shape == (4, 2, 3)
    with pytest.raises(ValueError, match="the last axes of x must be those of normalized_shape"):
        layer.forward(np.ones((4, 3, 2)))


@pytest.mark.worked_example("LayerNorm", "RMSNorm")
def test_the_layers_by_hand() -> None:
    # 1, 7: mean 4, variance 9, so -1 and 1 times the weight 2, plus the bias 5: 3 and 7
    layer_norm, rms_norm = lk.LayerNorm(2, eps=0.0, dtype=float), lk.RMSNorm(2, eps=0.0, dtype=float)
    layer_norm.weight.data, layer_norm.bias.data = np.array([2.0, 2.0]), np.array([5.0, 5.0])
    assert_close(layer_norm.forward(np.array([[1.0, 7.0]])), [[3.0, 7.0]])
    # the mean of the squares 1 and 49 is 25: 1/5 and 7/5, times 10
    rms_norm.weight.data = np.array([10.0, 10.0])
    assert_close(rms_norm.forward(np.array([[1.0, 7.0]])), [[2.0, 14.0]])


@pytest.mark.worked_example("rms_norm")
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


@pytest.mark.worked_example("fold_batch_norm")
def test_folding_by_hand() -> None:
    # z = 3x + 5, then 10 (z - 1) / √(3 + 1) + 7 = 5 (3x + 4) + 7 = 15 x + 27
    one = np.ones(1)
    weight, bias = lk.fold_batch_norm(3 * one[None], 5 * one, one, 3 * one, 10 * one, 7 * one, eps=1.0)
    assert_close(weight, [[15.0]])
    assert_close(bias, [27.0])


def test_evaluation_leaves_the_running_statistics_alone() -> None:
    layer = lk.BatchNorm1d(3, dtype=float).eval()
    before = layer.state_dict()
    layer.forward(X)
    for name, value in layer.state_dict().items():
        assert_equal(value, before[name])


@pytest.mark.worked_example("BatchNorm1d")
def test_without_a_momentum_all_batches_count_the_same() -> None:
    layer = lk.BatchNorm1d(1, momentum=None, dtype=float)
    for batch in ([[0.0], [2.0]], [[4.0], [4.0]], [[8.0], [14.0]]):
        layer.forward(np.array(batch))
    # means 1, 4, 11; unbiased variances 2, 0, 18; where they started, at 0 and 1, counts for nothing
    assert_close(layer.running_mean, [16 / 3])
    assert_close(layer.running_var, [20 / 3])


def test_without_a_momentum_a_loaded_layer_goes_on_with_its_count() -> None:
    batches = np.random.default_rng(0).standard_normal((5, 4, 3))
    straight, stopped, resumed = (lk.BatchNorm1d(3, momentum=None, dtype=float) for _ in range(3))
    for step, batch in enumerate(batches):
        straight.forward(batch)
        (stopped if step < 2 else resumed).forward(batch)
        if step == 1:
            resumed.load_state_dict(stopped.state_dict())
    assert_equal(resumed.running_mean, straight.running_mean)
    assert_equal(resumed.running_var, straight.running_var)


def test_without_running_statistics_there_is_no_buffer_and_evaluation_takes_those_of_the_batch() -> None:
    layer = lk.BatchNorm1d(3, track_running_stats=False, dtype=float)
    assert list(layer.state_dict()) == ["weight", "bias"]
    assert layer.running_mean is None
    trained = layer.forward(X)
    assert_equal(layer.eval().forward(X), trained)
    with pytest.raises(ValueError, match="more than one value a channel"):
        layer.forward(X[:1])


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


@pytest.mark.parametrize(("shape", "said"), [((2, 0), r"\(2, 0\)"), ((), r"\(\)")])
def test_an_axis_without_features_is_refused(shape: tuple[int, ...], said: str) -> None:
    with pytest.raises(ValueError, match=f"at least one feature; got {said}"):
        lk.LayerNorm(shape)
    with pytest.raises(ValueError, match=f"at least one feature; got {said}"):
        lk.layer_norm(X, None, None, normalized_shape=shape)
