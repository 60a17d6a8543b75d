"""The rule as a pure function and PyTorch's optimizer, which must be the same."""

from typing import Any

import pytest
import torch

from learnkit import pytorch as lk

SETTINGS = [
    {"lr": 0.1},
    {"lr": 0.1, "weight_decay": 0.01},
    {"lr": 0.1, "momentum": 0.9},
    {"lr": 0.1, "momentum": 0.9, "dampening": 0.5},
    {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01, "nesterov": True},
]


@pytest.mark.parametrize("form", [{}, {"foreach": True}, {"fused": True}], ids=["default", "foreach", "fused"])
@pytest.mark.parametrize("settings", SETTINGS, ids=lambda value: ",".join(value))
def test_ten_steps_of_the_class_are_ten_steps_of_the_rule(settings: dict[str, Any], form: dict[str, bool]) -> None:
    gradients = torch.randn(10, 3, dtype=torch.float64, generator=lk.rng(0))
    by_rule, state = torch.ones(3, dtype=torch.float64), {}
    by_class = lk.Parameter(by_rule.clone())
    optimizer = lk.SGD([by_class], **settings, **form)
    for grad in gradients:
        by_rule, state = lk.sgd_update(by_rule, grad, state, **settings)
        by_class.grad = grad.clone()
        optimizer.step()
    torch.testing.assert_close(by_class.detach(), by_rule, rtol=1e-12, atol=1e-12)
    assert (by_rule - 1).abs().max() > 0.1


ADAPTIVE = {
    "Adagrad": (lk.Adagrad, lk.adagrad_update, {"lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.2}),
    "RMSprop": (lk.RMSprop, lk.rmsprop_update, {"alpha": 0.9, "weight_decay": 0.1, "momentum": 0.7, "centered": True}),
    "Adam": (lk.Adam, lk.adam_update, {"betas": (0.8, 0.95), "weight_decay": 0.1}),
    "AdamW": (lk.AdamW, lk.adamw_update, {"betas": (0.8, 0.95), "weight_decay": 0.1}),
    "NAdam": (lk.NAdam, lk.nadam_update, {"weight_decay": 0.1, "momentum_decay": 0.1, "decoupled_weight_decay": True}),
}
FORMS = [
    *((name, form) for name in ADAPTIVE for form in ({}, {"foreach": True})),
    *((name, {"fused": True}) for name in ("Adagrad", "Adam", "AdamW")),
]


@pytest.mark.parametrize(("name", "form"), FORMS, ids=[f"{name}-{','.join(form)}" for name, form in FORMS])
def test_ten_steps_of_an_adaptive_class_are_ten_steps_of_its_rule(name: str, form: dict[str, bool]) -> None:
    make, rule, settings = ADAPTIVE[name]
    gradients = torch.randn(10, 3, dtype=torch.float64, generator=lk.rng(0))
    by_rule, state = torch.ones(3, dtype=torch.float64), {}
    by_class = lk.Parameter(by_rule.clone())
    optimizer = make([by_class], **settings, **form)
    for step, grad in enumerate(gradients):
        optimizer.lr = 0.05 if step < 2 else 0.0125
        by_rule, state = rule(by_rule, grad, state, lr=optimizer.lr, **settings)
        by_class.grad = grad.clone()
        optimizer.step()
    exact = 1e-6 if name == "NAdam" else 1e-12  # PyTorch keeps the product of its momenta in float32
    torch.testing.assert_close(by_class.detach(), by_rule, rtol=exact, atol=exact)
    assert (by_rule - 1).abs().max() > 0.01


@pytest.mark.parametrize("name", ADAPTIVE)
def test_an_adaptive_rule_changes_none_of_its_inputs(name: str) -> None:
    _, rule, settings = ADAPTIVE[name]
    param, grad = torch.tensor([1.0]), torch.tensor([2.0])
    _, state = rule(param, grad, {}, lr=0.1, **settings)
    before = {key: value.clone() if isinstance(value, torch.Tensor) else value for key, value in state.items()}
    moved, new = rule(param, grad, state, lr=0.1, **settings)
    assert (param.item(), grad.item()) == (1.0, 2.0)
    assert state == before
    assert moved is not param
    assert all(new[key] is not value for key, value in state.items() if isinstance(value, torch.Tensor))


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda value: ",".join(value))
def test_the_rule_changes_none_of_its_inputs(settings: dict[str, Any]) -> None:
    param, grad, buffer = torch.tensor([1.0]), torch.tensor([2.0]), torch.tensor([3.0])
    state = {"momentum_buffer": buffer}
    moved, new = lk.sgd_update(param, grad, state, **settings)
    assert (param.item(), grad.item(), buffer.item()) == (1.0, 2.0, 3.0)
    assert state == {"momentum_buffer": buffer}
    assert moved is not param
    if settings.get("momentum"):
        assert new["momentum_buffer"] is not buffer


def test_the_first_velocity_is_not_the_gradient_itself() -> None:
    grad = torch.tensor([2.0])
    _, state = lk.sgd_update(torch.tensor([1.0]), grad, {}, lr=0.1, momentum=0.9)
    grad.zero_()
    assert state["momentum_buffer"].item() == 2.0


def test_the_learning_rate_may_be_changed_between_steps() -> None:
    weights = [lk.Parameter(torch.tensor([1.0])) for _ in range(2)]
    optimizer = lk.SGD([{"params": weights[:1]}, {"params": weights[1:], "lr": 0.5}], lr=0.1)
    assert optimizer.lr == 0.1
    optimizer.lr = 0.2
    assert [group["lr"] for group in optimizer.param_groups] == [0.2, 0.2]
    for weight in weights:
        weight.grad = torch.tensor([1.0])
    optimizer.step()
    assert [weight.item() for weight in weights] == pytest.approx([0.8, 0.8])


def test_a_schedule_of_pytorch_moves_the_same_learning_rate() -> None:
    optimizer = lk.SGD([lk.Parameter(torch.tensor([1.0]))], lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    optimizer.step()
    schedule.step()
    assert optimizer.lr == pytest.approx(0.05)


def test_zero_grad_sets_none() -> None:
    weight = lk.Parameter(torch.tensor([1.0]))
    optimizer = lk.SGD([weight], lr=0.1)
    weight.grad = torch.tensor([1.0])
    optimizer.zero_grad()
    assert weight.grad is None
