"""Groups of parameters: settings of their own, one rate for all when asked, and what an optimizer refuses."""

import re
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk

MAKERS = (lk.SGD, lk.Adagrad, lk.RMSprop, lk.Adam, lk.AdamW, lk.NAdam)
every_maker = pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)


def parameters(count: int, size: int = 2) -> list[lk.Parameter]:
    return [lk.Parameter(np.ones(size)) for _ in range(count)]


def with_gradients(items: list[lk.Parameter], grad: float = 1.0) -> list[lk.Parameter]:
    for item in items:
        item.grad = np.full_like(item.data, grad)
    return items


def test_each_group_moves_at_its_own_rate() -> None:
    head, body = with_gradients(parameters(2))
    lk.SGD([{"params": [head], "lr": 0.5}, {"params": [body]}], lr=0.1).step()
    assert_close(head.data, [0.5, 0.5])
    assert_close(body.data, [0.9, 0.9])


def test_each_group_has_its_own_decay() -> None:
    weight, bias = with_gradients(parameters(2), 0.0)
    lk.AdamW([{"params": weight}, {"params": bias, "weight_decay": 0.0}], lr=0.1, weight_decay=0.5).step()
    assert_close(weight.data, [0.95, 0.95])
    assert_equal(bias.data, [1.0, 1.0])


@every_maker
def test_one_group_in_a_list_is_no_group(make: Any) -> None:
    first, second = with_gradients(parameters(2))
    make([first]).step()
    make([{"params": [second]}]).step()
    assert_equal(first.data, second.data)
    assert (first.data != 1).all()


def test_a_group_may_be_an_iterator_or_one_parameter() -> None:
    net = lk.Linear(3, 2, rng=lk.rng(0))
    alone = lk.Parameter(np.ones(2))
    optimizer = lk.SGD([{"params": net.parameters()}, {"params": alone}])
    assert [len(group["params"]) for group in optimizer.param_groups] == [2, 1]


@every_maker
def test_a_group_has_all_settings(make: Any) -> None:
    group = make(parameters(1), lr=0.3).param_groups[0]
    assert set(group) == {"params", *make(parameters(1)).defaults}
    assert group["lr"] == 0.3


@every_maker
def test_settings_and_their_defaults_are_those_of_pytorch(make: Any) -> None:
    torch = pytest.importorskip("torch")
    theirs = getattr(torch.optim, make.__name__)([torch.nn.Parameter(torch.ones(1))]).defaults
    ours = make(parameters(1)).defaults
    assert {name: theirs[name] for name in ours} == ours


def test_a_group_added_later_moves_too_and_begins_its_own_state() -> None:
    first, second = with_gradients(parameters(2))
    optimizer = lk.Adam([first], lr=0.1)
    optimizer.step()
    optimizer.add_param_group({"params": [second], "lr": 0.5})
    optimizer.step()
    assert_close(second.data, [0.5, 0.5], tolerance=1e-7)  # the first step of Adam is lr
    assert (optimizer.state[first]["step"], optimizer.state[second]["step"]) == (2, 1)


def test_lr_is_that_of_the_first_group_and_sets_all() -> None:
    one, other = parameters(2)
    optimizer = lk.SGD([{"params": one, "lr": 0.5}, {"params": other}], lr=0.1)
    assert optimizer.lr == 0.5
    optimizer.lr = 0.2
    assert [group["lr"] for group in optimizer.param_groups] == [0.2, 0.2]


def test_a_rate_changed_in_a_group_counts() -> None:
    (one,) = with_gradients(parameters(1))
    optimizer = lk.SGD([one], lr=0.1)
    optimizer.param_groups[0]["lr"] = 0.25
    optimizer.step()
    assert_close(one.data, [0.75, 0.75])


def test_what_a_group_says_besides_is_kept() -> None:
    optimizer = lk.SGD([{"params": parameters(1), "name": "head"}])
    assert optimizer.param_groups[0]["name"] == "head"
    assert optimizer.state_dict()["param_groups"][0]["name"] == "head"


def test_zero_grad_forgets_the_gradients_of_all_groups() -> None:
    items = with_gradients(parameters(3))
    lk.SGD([{"params": items[:1]}, {"params": items[1:]}]).zero_grad()
    assert [item.grad for item in items] == [None, None, None]


def test_the_state_is_numbered_by_the_place_of_the_parameter() -> None:
    items = parameters(3)
    optimizer = lk.SGD([{"params": items[:1]}, {"params": items[1:]}], momentum=0.9)
    with_gradients(items[2:], 5.0)
    optimizer.step()
    saved = optimizer.state_dict()
    assert [group["params"] for group in saved["param_groups"]] == [[0], [1, 2]]
    assert list(saved["state"]) == [2]
    assert_equal(saved["state"][2]["momentum_buffer"], [5.0, 5.0])


# --- what is refused ---------------------------------------------------------------------------------------------------------------------

SETTINGS: list[tuple[Any, dict[str, Any], str]] = [
    (lk.SGD, {"lr": -0.1}, "lr must be at least 0; got -0.1."),
    (lk.Adam, {"lr": float("nan")}, "lr must be at least 0; got nan."),
    (lk.SGD, {"momentum": -1}, "momentum must be at least 0; got -1."),
    (lk.SGD, {"weight_decay": -1e-3}, "weight_decay must be at least 0; got -0.001."),
    (lk.SGD, {"nesterov": True}, "nesterov=True needs momentum above 0 and dampening 0."),
    (lk.SGD, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "nesterov=True needs momentum above 0 and dampening 0."),
    (lk.Adagrad, {"lr_decay": -1}, "lr_decay must be at least 0; got -1."),
    (lk.Adagrad, {"initial_accumulator_value": -1}, "initial_accumulator_value must be at least 0; got -1."),
    (lk.Adagrad, {"eps": -1}, "eps must be at least 0; got -1."),
    (lk.RMSprop, {"alpha": -0.1}, "alpha must be at least 0; got -0.1."),
    (lk.RMSprop, {"alpha": 1.1}, "alpha must be at most 1; got 1.1."),
    (lk.Adam, {"betas": (0.9, 1.0)}, "betas must be at least 0 and below 1; got (0.9, 1.0). At 1 a mean would never move."),
    (lk.AdamW, {"betas": (-0.1, 0.9)}, "betas must be at least 0 and below 1; got (-0.1, 0.9). At 1 a mean would never move."),
    (lk.NAdam, {"momentum_decay": -1}, "momentum_decay must be at least 0; got -1."),
]


@pytest.mark.parametrize(("make", "settings", "message"), SETTINGS)
def test_a_setting_that_makes_no_sense_is_refused(make: Any, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make(parameters(1), **settings)
    optimizer = make(parameters(1))
    for call in (
        lambda: make([{"params": parameters(1), **settings}]),
        lambda: optimizer.add_param_group({"params": parameters(1), **settings}),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            call()
    assert len(optimizer.param_groups) == 1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lr": "0.1"}, "lr must be a number; got '0.1'. For several rates use groups, each with its own."),
        ({"lr": [0.1, 0.2]}, "lr must be a number; got [0.1, 0.2]. For several rates use groups, each with its own."),
        ({"lr": None}, "lr must be a number; got None. For several rates use groups, each with its own."),
        ({"betas": 0.9}, "betas must be two numbers, as in betas=(0.9, 0.999); got 0.9."),
        ({"betas": (0.9,)}, "betas must be two numbers, as in betas=(0.9, 0.999); got (0.9,)."),
    ],
)
def test_a_setting_of_another_type_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        lk.Adam(parameters(1), **settings)


def test_a_rate_below_0_is_refused_later_too() -> None:
    optimizer = lk.SGD(parameters(1), lr=0.1)
    with pytest.raises(ValueError, match=r"lr must be at least 0; got -1\."):
        optimizer.lr = -1
    assert optimizer.lr == 0.1


@every_maker
def test_no_parameters_are_refused(make: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{make.__name__} got no parameters\. An iterator is empty after its first use"):
        make(iter([]))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (lk.Parameter(np.ones(2)), r"params must be an iterable of parameters or of groups; got one Parameter\. Use \[params\]"),
        ({"params": []}, r"params must be an iterable of parameters or of groups; got one dict\. Use \[params\]"),
        ([np.ones(2)], r"SGD moves parameters; item 0 is a ndarray\. Pass net\.parameters\(\)"),
        ([lk.Parameter(np.ones(2)), lk.tensor([1.0])], r"SGD moves parameters; item 1 is a Tensor\. Pass net\.parameters\(\)"),
        ([{"lr": 0.1}], r'a group of parameters must be a dict with "params"; got {\'lr\': 0\.1}'),
        ([{"params": []}, lk.Parameter(np.ones(2))], 'a group of parameters must be a dict with "params"'),
        ([{"params": {lk.Parameter(np.ones(2))}}], "must have an order, which a set has not"),
    ],
)
def test_what_are_no_parameters_is_refused(params: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        lk.SGD(params)


def test_a_parameter_given_twice_is_refused() -> None:
    (one,) = parameters(1)
    for params in ([one, one], [{"params": [one]}, {"params": [one]}]):
        with pytest.raises(ValueError, match=r"item [01], of shape \(2,\), is given to SGD twice; it would be moved twice a step"):
            lk.SGD(params)


def test_a_gradient_of_another_shape_is_refused() -> None:
    (one,) = parameters(1)
    one.grad = np.ones(1)
    with pytest.raises(ValueError, match=r"a parameter of shape \(2,\) has a gradient of shape \(1,\); they must be equal"):
        lk.SGD([one]).step()


# --- states that do not fit --------------------------------------------------------------------------------------------------------------


def trained(make: Any, items: list[lk.Parameter], **settings: Any) -> Any:
    optimizer = make(with_gradients(items), **settings)
    optimizer.step()
    return optimizer


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        (lambda: trained(lk.Adam, parameters(2)), r"this state is of groups of \[2\] parameters, and this Adam has groups of \[1\]"),
        (
            lambda: lk.Adam([{"params": parameters(1)}, {"params": parameters(1)}]),
            r"this state is of groups of \[1, 1\] parameters, and this Adam has groups of \[1\]",
        ),
        (lambda: trained(lk.Adam, parameters(1, size=3)), r"exp_avg of parameter 0 has shape \(3,\) where \(2,\) is required"),
        (lambda: trained(lk.SGD, parameters(1)), r"this state is not of a Adam: it lacks the settings \['betas', 'eps'\]"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_nothing_is_loaded(saved: Any, message: str) -> None:
    optimizer = trained(lk.Adam, parameters(1), lr=0.5)
    before = optimizer.state_dict()
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(saved().state_dict())
    after = optimizer.state_dict()
    assert after["param_groups"] == before["param_groups"]
    assert_equal(after["state"][0]["exp_avg"], before["state"][0]["exp_avg"])
