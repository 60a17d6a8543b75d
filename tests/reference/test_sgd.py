"""SGD: three steps by hand for every variant, what the class keeps between steps, and its errors."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal, assert_own_memory

from learnkit import reference as lk

# Every trajectory starts at 1 and sees the gradients 2, 4, -1. Written by hand: v is the velocity, p the parameter.
GRADIENTS = (2.0, 4.0, -1.0)
TRAJECTORIES: dict[str, tuple[dict[str, Any], list[float]]] = {
    # p - lr g: 1 - 0.2, 0.8 - 0.4, 0.4 + 0.1
    "plain": ({"lr": 0.1}, [0.8, 0.4, 0.5]),
    # v: 2, 0.5·2 + 4 = 5, 0.5·5 - 1 = 1.5; p: 1 - 0.2, 0.8 - 0.5, 0.3 - 0.15
    "momentum": ({"lr": 0.1, "momentum": 0.5}, [0.8, 0.3, 0.15]),
    # v as above; g + 0.5 v: 2 + 1 = 3, 4 + 2.5 = 6.5, -1 + 0.75 = -0.25; p: 1 - 0.3, 0.7 - 0.65, 0.05 + 0.025
    "nesterov": ({"lr": 0.1, "momentum": 0.5, "nesterov": True}, [0.7, 0.05, 0.075]),
    # the first velocity is the whole gradient; then half of each: v: 2, 1 + 2 = 3, 1.5 - 0.5 = 1; p: 0.8, 0.5, 0.4
    "dampening": ({"lr": 0.1, "momentum": 0.5, "dampening": 0.5}, [0.8, 0.5, 0.4]),
    # without a velocity there is nothing to dampen
    "dampening-without-momentum": ({"lr": 0.1, "dampening": 0.5}, [0.8, 0.4, 0.5]),
    # g + 0.5 p: 2.5, 4 + 0.375 = 4.375, -1 + 0.5·0.3125 = -0.84375; p: 1 - 0.25, 0.75 - 0.4375, 0.3125 + 0.084375
    "weight-decay": ({"lr": 0.1, "weight_decay": 0.5}, [0.75, 0.3125, 0.396875]),
    # g: 2.5; v = 2.5, p = 0.75. g: 4.375; v = 1.25 + 4.375 = 5.625, p = 0.1875. g: -0.90625; v = 2.8125 - 0.90625 = 1.90625,
    # p = 0.1875 - 0.190625 = -0.003125. The decay enters the velocity
    "weight-decay-and-momentum": ({"lr": 0.1, "weight_decay": 0.5, "momentum": 0.5}, [0.75, 0.1875, -0.003125]),
    "without-a-rate": ({"lr": 0.0, "momentum": 0.5}, [1.0, 1.0, 1.0]),
}
each_variant = pytest.mark.parametrize("variant", TRAJECTORIES)


def rule_steps(options: dict[str, Any]) -> list[float]:
    param, state, values = np.array([1.0]), {}, []
    for gradient in GRADIENTS:
        param, state = lk.sgd_update(param, np.array([gradient]), state, **options)
        values.append(float(param[0]))
    return values


def class_steps(options: dict[str, Any]) -> list[float]:
    weight = lk.Parameter(np.array([1.0]))
    optimizer, values = lk.SGD([weight], **options), []
    for gradient in GRADIENTS:
        optimizer.zero_grad()
        (weight * gradient).sum().backward()
        optimizer.step()
        values.append(weight.item())
    return values


@each_variant
def test_three_steps_of_the_rule_by_hand(variant: str) -> None:
    options, expected = TRAJECTORIES[variant]
    assert_close(rule_steps(options), expected)


@each_variant
def test_three_steps_of_the_class_by_hand(variant: str) -> None:
    options, expected = TRAJECTORIES[variant]
    assert_close(class_steps(options), expected)


@pytest.mark.worked_example("SGD")
def test_the_rate_may_change_between_steps_and_stays_out_of_the_velocity() -> None:
    # v: 2, then 0.5·2 + 4 = 5; p: 1 - 0.1·2 = 0.8, then 0.8 - 0.01·5 = 0.75. (With lr inside v it would be 0.8 - 0.14 = 0.66.)
    weight = lk.Parameter(np.array([1.0]))
    optimizer = lk.SGD([weight], lr=0.1, momentum=0.5)
    (weight * 2.0).sum().backward()
    optimizer.step()
    optimizer.lr = 0.01
    optimizer.zero_grad()
    (weight * 4.0).sum().backward()
    optimizer.step()
    assert_close(weight.data, [0.75])


def test_the_rule_changes_neither_parameter_nor_gradient_nor_state() -> None:
    param, grad, velocity = (np.array([value]) for value in (1.0, 2.0, 3.0))
    for array in (param, grad, velocity):
        array.setflags(write=False)  # a write would raise
    state = {"momentum_buffer": velocity}
    lk.sgd_update(param, grad, state, lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True)
    assert list(state) == ["momentum_buffer"]
    assert state["momentum_buffer"] is velocity


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_rule_returns_another_state(momentum: float) -> None:
    state: dict[str, Any] = {}
    _, after = lk.sgd_update(np.ones(1), np.ones(1), state, lr=0.1, momentum=momentum)
    assert after is not state
    assert state == {}


def test_what_the_rule_returns_shares_no_memory_with_what_it_was_given() -> None:
    param, grad = np.ones(2), np.ones(2)
    new_param, state = lk.sgd_update(param, grad, {}, lr=0.1, momentum=0.9)
    assert_own_memory({"param": param, "grad": grad, "new param": new_param, "velocity": state["momentum_buffer"]})


def test_the_first_velocity_does_not_follow_a_gradient_that_is_clipped_later() -> None:
    weight = lk.Parameter(np.array([1.0]))
    optimizer = lk.SGD([weight], lr=0.1, momentum=0.5)
    (weight * 2.0).sum().backward()
    optimizer.step()
    weight.grad *= 0.0
    assert_equal(optimizer.state[weight]["momentum_buffer"], [2.0])


def test_every_value_moves_by_itself() -> None:
    param, _ = lk.sgd_update(np.array([[1.0, 2.0]]), np.array([[10.0, -10.0]]), {}, lr=0.1)
    assert_equal(param, [[0.0, 3.0]])


def test_a_parameter_without_a_gradient_stays_where_it_is() -> None:
    moved, left = lk.Parameter(np.array([1.0])), lk.Parameter(np.array([1.0]))
    optimizer = lk.SGD([left, moved], lr=0.1, momentum=0.9, weight_decay=0.5)
    (moved * 2.0).sum().backward()
    optimizer.step()
    # g = 2 + 0.5·1 = 2.5, so 1 - 0.25; the one left has no gradient, and not even its weight decays
    assert_equal(left.data, [1.0])
    assert_equal(moved.data, [0.75])


def test_a_parameter_without_a_gradient_keeps_its_velocity() -> None:
    weight = lk.Parameter(np.array([1.0]))
    optimizer = lk.SGD([weight], lr=0.1, momentum=0.5)
    (weight * 2.0).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
    optimizer.step()
    assert_equal(optimizer.state[weight]["momentum_buffer"], [2.0])


def test_each_parameter_has_a_velocity_of_its_own() -> None:
    a, b = lk.Parameter(np.array([1.0])), lk.Parameter(np.array([1.0]))
    optimizer = lk.SGD([a, b], lr=0.1, momentum=0.5)
    (a * 2.0 + b * 4.0).sum().backward()
    optimizer.step()
    assert [state["momentum_buffer"].item() for state in optimizer.state.values()] == [2.0, 4.0]


def test_zero_grad_sets_every_gradient_to_none() -> None:
    weight = lk.Parameter(np.array([1.0]))
    optimizer = lk.SGD([weight], lr=0.1)
    (weight * 2.0).sum().backward()
    optimizer.zero_grad()
    assert weight.grad is None


def test_a_step_leaves_the_gradient_as_it_is() -> None:
    weight = lk.Parameter(np.array([1.0]))
    optimizer = lk.SGD([weight], lr=0.1, momentum=0.9, weight_decay=0.5)
    (weight * 2.0).sum().backward()
    optimizer.step()
    assert_equal(weight.grad, [2.0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@each_variant
def test_a_step_keeps_the_dtype(variant: str, dtype: Any) -> None:
    param, state = np.ones(2, dtype=dtype), {}
    for gradient in GRADIENTS:
        param, state = lk.sgd_update(param, np.full(2, gradient, dtype=dtype), state, **TRAJECTORIES[variant][0])
    assert [array.dtype for array in (param, *state.values())] == [dtype] * (1 + len(state))


@each_variant
def test_settings_that_are_numpy_numbers_keep_a_float32_parameter_float32(variant: str) -> None:
    # a schedule computed with np.cos gives np.float64, which NumPy lets win over float32
    options = {name: np.float64(value) if isinstance(value, float) else value for name, value in TRAJECTORIES[variant][0].items()}
    weight = lk.Parameter(np.ones(1, dtype=np.float32))
    optimizer = lk.SGD([weight], **options)
    for _ in range(2):
        optimizer.lr = 0.5 * np.cos(0.0)
        weight.grad = np.ones(1, dtype=np.float32)
        optimizer.step()
    assert weight.dtype == np.float32


def test_an_optimizer_moves_parameters_of_a_network() -> None:
    net = lk.Sequential(lk.Linear(2, 1, rng=lk.rng(0)))
    before = net.state_dict()
    optimizer = lk.SGD(net.parameters(), lr=0.5)
    net(np.ones((1, 2), dtype=np.float32)).sum().backward()
    optimizer.step()
    # y = w₁ + w₂ + b: every gradient is 1
    for key, value in net.state_dict().items():
        assert_close(value, before[key] - 0.5, tolerance=1e-6)


def test_the_defaults_are_pytorchs() -> None:
    (group,) = lk.SGD([lk.Parameter(np.ones(1))]).param_groups
    names = ("lr", "momentum", "dampening", "weight_decay", "nesterov")
    assert [group[name] for name in names] == [1e-3, 0, 0, 0, False]


def test_the_arguments_are_in_the_order_of_pytorch() -> None:
    (group,) = lk.SGD([lk.Parameter(np.ones(1))], 0.1, 0.2, 0.3, 0.4).param_groups
    assert [group[name] for name in ("lr", "momentum", "dampening", "weight_decay")] == [0.1, 0.2, 0.3, 0.4]


# --- errors ------------------------------------------------------------------------------------------------------------------------------


def used_up() -> Any:
    iterator = iter([lk.Parameter(np.ones(1))])
    list(iterator)
    return iterator


@pytest.mark.parametrize("params", [list, used_up], ids=["empty", "used-up"])
def test_no_parameters_are_refused_with_the_usual_cause(params: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=r"SGD got no parameters\. An iterator is empty after its first use: pass net\.parameters\(\)"):
        lk.SGD(params())


@pytest.mark.parametrize(
    ("params", "item", "kind"),
    [
        (lambda: [lk.Tensor(np.ones(1), requires_grad=True)], 0, "Tensor"),
        (lambda: [lk.Parameter(np.ones(1)), np.ones(1)], 1, "ndarray"),
    ],
    ids=["tensor", "array"],
)
def test_what_is_no_parameter_is_refused_by_its_place(params: Callable[[], Any], item: int, kind: str) -> None:
    with pytest.raises(TypeError, match=rf"SGD moves parameters; item {item} is a {kind}\. Pass net\.parameters\(\)"):
        lk.SGD(params())


@pytest.mark.parametrize("name", ["lr", "momentum", "weight_decay"])
@pytest.mark.parametrize("value", [-0.1, float("nan")])
def test_a_negative_or_missing_number_is_refused_by_name(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"{name} must be at least 0; got {value}"):
        lk.SGD([lk.Parameter(np.ones(1))], **{name: value})


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9, "dampening": 0.1}], ids=["no-momentum", "dampening"])
def test_nesterov_needs_momentum_and_no_dampening(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="nesterov=True needs momentum above 0 and dampening 0"):
        lk.SGD([lk.Parameter(np.ones(1))], nesterov=True, **options)
