"""What holds for every optimizer: the class follows its rule, in place and unseen by nobody; it starts, stops and resumes exactly."""

import copy
import json
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal
from optimizer_cases import CASES, STEPS, OptimizerCase, by_class, by_rule, gradients, rate

from learnkit import reference as lk
from learnkit.reference.optimizers import STRETCH

IN_PLACE = ["SGD", "SGD, momentum", "SGD, nesterov", "Adam", "AdamW"]
every_optimizer = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def one_step(case: OptimizerCase, parameter: lk.Parameter, grad: Any = 1.0, **more: Any) -> Any:
    optimizer = case.make([parameter], lr=0.1, **{**case.settings, **more})
    parameter.grad = np.full_like(parameter.data, grad)
    optimizer.step()
    return optimizer


# --- the class and its rule --------------------------------------------------------------------------------------------------------------

LAYOUTS = {
    "a matrix": np.linspace(-1, 1, 12).reshape(3, 4),
    "a number": np.array(0.7),
    "no values": np.zeros((0, 3)),
    "columns first": np.asfortranarray(np.linspace(-1, 1, 12).reshape(3, 4)),
    "longer than a stretch": np.linspace(-1, 1, 2 * STRETCH + 17),
    "longer than a stretch, columns first": np.linspace(-1, 1, 2 * STRETCH).reshape(2, -1).T,
}


@every_optimizer
@pytest.mark.parametrize("layout", LAYOUTS)
def test_ten_steps_of_the_class_are_ten_steps_of_the_rule(case: OptimizerCase, layout: str) -> None:
    start = LAYOUTS[layout]
    grads = gradients(start.shape)
    (param, state), (moved, kept) = by_rule(case, start, grads), by_class(case, start, grads)
    assert_close(moved, param)
    assert set(kept) == set(state)
    for name, value in state.items():
        assert_close(kept[name], value)
    assert start.size == 0 or np.abs(param - start).max() > 0.01


@every_optimizer
def test_float32_stays_float32(case: OptimizerCase) -> None:
    start = np.linspace(-1, 1, 12, dtype=np.float32)
    grads = gradients(start.shape, np.float32)
    for param, state in (by_rule(case, start, grads), by_class(case, start, grads)):
        assert param.dtype == np.float32
        assert all(value.dtype == np.float32 for value in state.values() if isinstance(value, np.ndarray))


@every_optimizer
def test_a_rate_in_float64_keeps_the_dtype_of_the_parameters(case: OptimizerCase) -> None:
    parameter = lk.Parameter(np.ones(3, dtype=np.float32))
    optimizer = one_step(case, parameter)
    optimizer.lr = np.logspace(-3, 0, 4)[1]
    parameter.grad = np.ones(3, dtype=np.float32)
    optimizer.step()
    assert parameter.dtype == np.float32


@every_optimizer
def test_the_rule_changes_none_of_its_inputs(case: OptimizerCase) -> None:
    grads = gradients((3,))
    param, state = by_rule(case, np.ones(3), grads[:2])
    given = copy.deepcopy((param, grads[2], state))
    moved, new = case.rule(param, grads[2], state, lr=0.1, **case.settings)
    for before, after in zip(given[:2], (param, grads[2]), strict=True):
        assert_equal(after, before)
    assert given[2].keys() == state.keys()
    for name, value in state.items():
        assert_equal(value, given[2][name])
        assert not isinstance(value, np.ndarray) or not np.shares_memory(value, new[name])
    assert not np.shares_memory(moved, param)


@every_optimizer
def test_no_state_shares_memory_with_the_gradient(case: OptimizerCase) -> None:
    grad = np.array([2.0, -3.0])
    _, by_rule_kept = case.rule(np.ones(2), grad, {}, lr=0.1, **case.settings)
    parameter = lk.Parameter(np.ones(2))
    optimizer = case.make([parameter], **case.settings)
    parameter.grad = grad
    optimizer.step()
    for state in (by_rule_kept, optimizer.state[parameter]):
        assert not any(np.shares_memory(value, grad) for value in state.values() if isinstance(value, np.ndarray))
    assert_equal(grad, [2.0, -3.0])


# --- in place ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IN_PLACE)
def test_it_works_in_the_memory_of_the_parameter_and_of_its_state(name: str) -> None:
    parameter = lk.Parameter(np.ones(3))
    data = parameter.data
    optimizer = one_step(CASES[name], parameter)
    state = dict(optimizer.state[parameter])
    optimizer.step()
    assert parameter.data is data
    for key, value in optimizer.state[parameter].items():
        assert not isinstance(value, np.ndarray) or value is state[key]


@pytest.mark.parametrize("name", [name for name in CASES if name not in IN_PLACE])
def test_a_step_of_the_others_before_backward_leaves_the_weight_of_the_forward_pass(name: str) -> None:
    weight, x = lk.Parameter(np.array([[2.0]])), lk.tensor(np.array([[3.0]]), requires_grad=True)
    loss = lk.linear(x, weight).sum()
    one_step(CASES[name], weight)
    loss.backward()
    assert_equal(x.grad, [[2.0]])


@pytest.mark.parametrize("name", IN_PLACE)
def test_an_in_place_step_before_backward_is_refused(name: str) -> None:
    weight, x = lk.Parameter(np.array([[2.0]])), lk.tensor(np.array([[3.0]]), requires_grad=True)
    loss = lk.linear(x, weight).sum()
    one_step(CASES[name], weight)
    with pytest.raises(RuntimeError, match="changed in place since"):
        loss.backward()


@every_optimizer
def test_data_that_may_not_be_written_are_copied(case: OptimizerCase) -> None:
    data = np.broadcast_to(np.array(1.0), (3,))
    parameter = lk.Parameter(data)
    one_step(case, parameter)
    assert_equal(data, np.ones(3))
    assert (parameter.data != 1).all()


# --- what does not move ------------------------------------------------------------------------------------------------------------------


@every_optimizer
def test_a_parameter_without_a_gradient_stays_also_with_decay_and_momentum(case: OptimizerCase) -> None:
    moving, frozen = lk.Parameter(np.ones(2)), lk.Parameter(np.ones(2))
    optimizer = case.make([moving, frozen], lr=0.1, **case.settings)
    for grad in gradients((2,))[:5]:
        moving.grad = grad
        optimizer.step()
    assert_equal(frozen.data, np.ones(2))
    assert frozen not in optimizer.state
    assert (moving.data != 1).all()


@every_optimizer
def test_a_rate_of_0_moves_nothing(case: OptimizerCase) -> None:
    parameter = lk.Parameter(np.linspace(-1, 1, 5))
    optimizer = case.make([parameter], lr=0.0, **case.settings)
    for grad in gradients((5,)):
        parameter.grad = grad
        optimizer.step()
    assert_equal(parameter.data, np.linspace(-1, 1, 5))


@every_optimizer
def test_each_value_moves_by_itself(case: OptimizerCase) -> None:
    start, grads = np.linspace(-1, 1, 5), gradients((5,))
    together, _ = by_class(case, start, grads)
    alone = [by_class(case, start[i : i + 1], [grad[i : i + 1] for grad in grads])[0][0] for i in range(5)]
    assert_close(together, alone)


@every_optimizer
def test_gradients_and_values_of_the_other_sign_go_the_other_way(case: OptimizerCase) -> None:
    start, grads = np.linspace(-1, 1, 5), gradients((5,))
    assert_close(by_class(case, -start, [-grad for grad in grads])[0], -by_class(case, start, grads)[0])


@every_optimizer
def test_nan_in_a_gradient_reaches_its_value_alone(case: OptimizerCase) -> None:
    parameter = lk.Parameter(np.ones(3))
    optimizer = case.make([parameter], lr=0.1, **case.settings)
    parameter.grad = np.array([1.0, np.nan, 1.0])
    optimizer.step()
    assert_equal(np.isnan(parameter.data), [False, True, False])


@every_optimizer
def test_it_finds_the_bottom_of_a_bowl(case: OptimizerCase) -> None:
    parameter = lk.Parameter(np.array([3.0, -2.0]))
    is_adagrad = case.make is lk.Adagrad  # its own rate falls
    settings = {**case.settings, "weight_decay": 0.0, **({"lr_decay": 0.0} if is_adagrad else {})}
    optimizer = case.make([parameter], **settings)
    for step in range(800):
        optimizer.lr = 1.0 if is_adagrad else 0.2 * 0.99**step
        optimizer.zero_grad()
        (parameter * parameter * np.array([1.0, 3.0])).sum().backward()
        optimizer.step()
    assert np.abs(parameter.data).max() < 1e-2


# --- saving and resuming -----------------------------------------------------------------------------------------------------------------


def two_groups(case: OptimizerCase, start: np.ndarray) -> tuple[Any, list[lk.Parameter]]:
    parameters = [lk.Parameter(start.copy()), lk.Parameter(start[0].copy()), lk.Parameter(start[:, 0].copy())]
    groups = [{"params": parameters[:2]}, {"params": parameters[2], "lr": 0.02}]
    return case.make(groups, lr=0.1, **case.settings), parameters


def take(optimizer: Any, parameters: list[lk.Parameter], steps: range) -> None:
    for step in steps:
        optimizer.param_groups[0]["lr"] = rate(step)
        grad = gradients((3, 4))[step]
        parameters[0].grad, parameters[2].grad = grad, grad[:, 0]
        parameters[1].grad = grad[0] if step > 3 else None  # a state of another age
        optimizer.step()


@every_optimizer
@pytest.mark.parametrize("stop", [0, 3, 7])
@pytest.mark.parametrize("through_json", [False, True])
def test_a_resumed_run_is_the_uninterrupted_one_bit_by_bit(case: OptimizerCase, stop: int, through_json: bool) -> None:
    start = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    whole, expected = two_groups(case, start)
    take(whole, expected, range(STEPS))

    first, parameters = two_groups(case, start)
    take(first, parameters, range(stop))
    saved, data = first.state_dict(), [parameter.data.copy() for parameter in parameters]
    if through_json:  # a pair becomes a list there
        saved["param_groups"] = json.loads(json.dumps(saved["param_groups"]))
    take(first, parameters, range(stop, STEPS))  # what was saved is a copy, and does not go on

    second, parameters = two_groups(case, start)
    for parameter, value in zip(parameters, data, strict=True):
        parameter.data = value
    second.load_state_dict(saved)
    take(second, parameters, range(stop, STEPS))
    for parameter, other in zip(parameters, expected, strict=True):
        assert_equal(parameter.data, other.data)
        assert parameter.dtype == np.float32
    assert second.param_groups[1]["lr"] == 0.02


@every_optimizer
def test_what_was_loaded_is_a_copy(case: OptimizerCase) -> None:
    start = np.linspace(-1, 1, 12).reshape(3, 4)
    optimizer, parameters = two_groups(case, start)
    take(optimizer, parameters, range(5))
    saved = optimizer.state_dict()
    kept = copy.deepcopy(saved)
    other, others = two_groups(case, start)
    other.load_state_dict(saved)
    take(other, others, range(5, 10))
    assert saved["param_groups"] == kept["param_groups"]
    for place, state in kept["state"].items():
        for name, value in state.items():
            assert_equal(saved["state"][place][name], value)


@every_optimizer
def test_the_state_has_the_names_of_pytorch(case: OptimizerCase) -> None:
    torch = pytest.importorskip("torch")
    optimizer, parameters = two_groups(case, np.ones((3, 4)))
    take(optimizer, parameters, range(2))
    theirs = getattr(torch.optim, case.make.__name__)([torch.nn.Parameter(torch.ones(2))], **case.settings)
    theirs.param_groups[0]["params"][0].grad = torch.ones(2)
    theirs.step()
    ours, official = optimizer.state_dict(), theirs.state_dict()
    assert set(ours) == set(official)
    assert set(ours["param_groups"][0]) <= set(official["param_groups"][0])
    names = {name for name, value in official["state"].get(0, {}).items() if value is not None}
    assert set(ours["state"].get(0, {})) == names - ({"step"} if case.make is lk.RMSprop else set())  # its rule does not use it
