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
