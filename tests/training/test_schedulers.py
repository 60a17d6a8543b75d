"""Scheduler and ReduceOnPlateau on the optimizers of both trees and on PyTorch's own."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from learnkit import reference
from learnkit.training import ReduceOnPlateau, Scheduler, one_cycle, one_cycle_momentum, step_decay


def reference_optimizer(name: str = "SGD", **settings: Any) -> Any:
    groups = [{"params": [reference.Parameter(np.zeros(2))], "lr": lr} for lr in (0.8, 0.2)]
    return getattr(reference, name)(groups, **settings)


def torch_optimizer(name: str = "SGD", package: str = "torch.optim", **settings: Any) -> Any:
    torch = pytest.importorskip("torch")
    groups = [{"params": [torch.nn.Parameter(torch.zeros(2))], "lr": lr} for lr in (0.8, 0.2)]
    if package == "torch.optim":
        return getattr(torch.optim, name)(groups, **settings)
    from learnkit import pytorch

    return getattr(pytorch, name)(groups, **settings)


MAKERS = {"reference": reference_optimizer, "pytorch": partial(torch_optimizer, package="learnkit"), "torch": torch_optimizer}
every_optimizer = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def rates(optimizer: Any) -> list[float]:
    return [group["lr"] for group in optimizer.param_groups]


def halved(step: int) -> float:
    return 0.5**step


# --- Scheduler ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("Scheduler")
@every_optimizer
def test_each_group_keeps_its_share(make: Any) -> None:
    # rates 0.8 and 0.2, times 1, ½ and ¼
    optimizer = make()
    scheduler = Scheduler(optimizer, halved)
    seen = [rates(optimizer)]
    for _ in range(2):
        optimizer.step()
        scheduler.step()
        seen.append(rates(optimizer))
    assert seen == [[0.8, 0.2], [0.4, 0.1], [0.2, 0.05]]
    assert scheduler.get_last_lr() == [0.2, 0.05]
    assert scheduler.step_count == 2


@every_optimizer
def test_the_rate_of_step_0_is_set_at_once(make: Any) -> None:
    optimizer = make()
    Scheduler(optimizer, partial(one_cycle, total_steps=10))
    assert rates(optimizer) == pytest.approx([0.8 / 25, 0.2 / 25])


def test_the_step_after_is_taken_at_the_new_rate() -> None:
    weight = reference.Parameter(np.array([1.0]))
    optimizer = reference.SGD([weight], lr=0.5)
    scheduler = Scheduler(optimizer, partial(step_decay, step_size=1, gamma=0.1))
    for _ in range(2):
        weight.grad = np.array([1.0])
        optimizer.step()
        scheduler.step()
    assert weight.data[0] == pytest.approx(1 - 0.5 - 0.05)


@every_optimizer
@pytest.mark.parametrize(("name", "settings"), [("SGD", {"momentum": 0.9}), ("Adam", {"betas": (0.9, 0.99)})])
def test_momentum_or_the_first_of_the_betas_is_scheduled(make: Any, name: str, settings: dict[str, Any]) -> None:
    optimizer = make(name, **settings)
    scheduler = Scheduler(optimizer, partial(one_cycle, total_steps=10), momentum=partial(one_cycle_momentum, total_steps=10))
    seen = []
    for _ in range(12):
        group = optimizer.param_groups[1]
        seen.append(group["momentum"] if name == "SGD" else group["betas"][0])
        optimizer.step()
        scheduler.step()
    assert seen == pytest.approx([one_cycle_momentum(step, total_steps=10) for step in range(12)])
    if name == "Adam":
        assert optimizer.param_groups[0]["betas"][1] == 0.99


@every_optimizer
def test_a_resumed_scheduler_goes_on_at_its_step(make: Any) -> None:
    optimizer = make(momentum=0.9)
    momentum = partial(one_cycle_momentum, total_steps=10)
    scheduler = Scheduler(optimizer, halved, momentum=momentum)
    for _ in range(3):
        optimizer.step()
        scheduler.step()
    saved_scheduler, saved_optimizer = scheduler.state_dict(), optimizer.state_dict()
    scheduler.step()
    resumed = make(momentum=0.9)
    resumed.load_state_dict(saved_optimizer)  # its rates are those of step 3
    again = Scheduler(resumed, halved, momentum=momentum)
    again.load_state_dict(saved_scheduler)
    assert rates(resumed) == [0.1, 0.025]
    again.step()
    assert rates(resumed) == rates(optimizer)
    assert resumed.param_groups[0]["momentum"] == optimizer.param_groups[0]["momentum"]


def test_a_rate_in_a_tensor_is_changed_in_place() -> None:
    torch = pytest.importorskip("torch")
    rate = torch.tensor(0.8)
    optimizer = torch.optim.Adam([torch.nn.Parameter(torch.zeros(2))], lr=rate, capturable=False, foreach=False)
    scheduler = Scheduler(optimizer, halved)
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] is rate
    assert rate.item() == pytest.approx(0.4)


def test_what_is_no_optimizer_or_no_schedule_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^a schedule moves the rates of an optimizer; got a list\. Pass the optimizer first\.$"):
        Scheduler([], halved)
    with pytest.raises(TypeError, match=r"^schedule must be a function of the step; got 0\.1\. Use partial"):
        Scheduler(reference_optimizer(), 0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Adagrad has no momentum and no betas that could be scheduled"):
        Scheduler(reference_optimizer("Adagrad"), halved, momentum=halved)


@pytest.mark.parametrize("bad", [-0.1, float("nan")])
def test_a_schedule_that_falls_below_0_is_refused(bad: float) -> None:
    scheduler = Scheduler(reference_optimizer(), lambda step: bad if step else 1.0)
    with pytest.raises(ValueError, match=rf"a schedule must return at least 0; got {bad} at step 1"):
        scheduler.step()


def test_groups_that_came_later_are_refused() -> None:
    optimizer = reference_optimizer()
    scheduler = Scheduler(optimizer, halved)
    saved = scheduler.state_dict()
    optimizer.add_param_group({"params": [reference.Parameter(np.zeros(1))]})
    with pytest.raises(ValueError, match="a group was added after the Scheduler was made"):
        scheduler.step()
    with pytest.raises(ValueError, match="this state is of 2 groups, and the optimizer has 3"):
        Scheduler(optimizer, halved).load_state_dict(saved)


# --- ReduceOnPlateau ---------------------------------------------------------------------------------------------------------------------


def cuts(metrics: list[float], make: Any = reference_optimizer, **settings: Any) -> list[int]:
    """Return the steps after which the rate was cut."""
    optimizer = make()
    plateau = ReduceOnPlateau(optimizer, **{"factor": 0.5, "patience": 1, **settings})
    found, before = [], rates(optimizer)
    for step, metric in enumerate(metrics):
        plateau.step(metric)
        if rates(optimizer) != before:
            found.append(step)
        before = rates(optimizer)
    return found


@pytest.mark.worked_example("ReduceOnPlateau")
@every_optimizer
def test_the_rate_is_cut_by_factor_in_every_group(make: Any) -> None:
    # no improvement on 1, and no patience: 0.25 · 0.8 = 0.2 and 0.25 · 0.2 = 0.05
    optimizer = make()
    plateau = ReduceOnPlateau(optimizer, factor=0.25, patience=0)
    plateau.step(1.0)
    plateau.step(1.0)
    assert rates(optimizer) == [0.2, 0.05]


def test_patience_counts_what_is_borne_and_the_next_one_cuts() -> None:
    assert cuts([1, 2, 2, 2, 2], patience=2) == [3]


def test_an_improvement_begins_the_count_anew() -> None:
    assert cuts([1, 2, 0.5, 2, 2, 2], patience=1) == [4]


def test_a_metric_is_compared_with_the_best_and_not_with_the_last() -> None:
    # it falls at every step, and never below the 1 of the beginning
    assert cuts([1, 5, 4, 3, 2], patience=1) == [2, 4]


def test_a_score_is_to_rise() -> None:
    assert cuts([1, 2, 3, 4], mode="max", patience=0) == []
    assert cuts([4, 3, 2], mode="max", patience=0) == [1, 2]


def test_an_improvement_smaller_than_the_threshold_does_not_count() -> None:
    # 10 % of 1 is 0.1, and 0.95 is not below 0.9
    assert cuts([1, 0.95, 0.92], patience=1, threshold=0.1) == [2]
    assert cuts([1, 0.95, 0.89], patience=1, threshold=0.1) == []


def test_the_threshold_may_be_in_the_unit_of_the_metric() -> None:
    # from 100, a tenth is 10, and 0.1 is 0.1
    assert cuts([100, 99, 98], patience=1, threshold=0.1, threshold_mode="abs") == []
    assert cuts([100, 99, 98], patience=1, threshold=0.1, threshold_mode="rel") == [2]


def test_cooling_down_does_not_count_as_patience() -> None:
    assert cuts([1, 2, 2, 2, 2, 2, 2, 2], patience=1, cooldown=2) == [2, 6]
    assert cuts([1, 2, 2, 2, 2, 2, 2, 2], patience=1, cooldown=0) == [2, 4, 6]


def test_the_rate_stops_at_its_lowest() -> None:
    optimizer = reference_optimizer()
    plateau = ReduceOnPlateau(optimizer, factor=0.1, patience=0, min_lr=0.05)
    for _ in range(5):
        plateau.step(1.0)
    assert rates(optimizer) == [0.05, 0.05]


def test_nan_is_no_improvement() -> None:
    assert cuts([1, float("nan"), float("nan")], patience=1) == [2]


def test_a_metric_may_be_a_tensor_with_one_value() -> None:
    assert cuts([reference.tensor(1.0), reference.tensor(2.0)], patience=0) == [1]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"mode": "low"}, r'^mode must be "min" or "max"; got \'low\'\.$'),
        ({"threshold_mode": "share"}, r'^threshold_mode must be "rel" or "abs"; got \'share\'\.$'),
        ({"factor": 1.0}, r"^factor must be at least 0 and below 1; got 1\.0\.$"),
        ({"factor": -0.1}, r"^factor must be at least 0 and below 1; got -0\.1\.$"),
        ({"patience": -1}, r"^patience must be at least 0; got -1\.$"),
        ({"cooldown": -1}, r"^cooldown must be at least 0; got -1\.$"),
        ({"threshold": -1}, r"^threshold must be at least 0; got -1\.$"),
        ({"min_lr": -1}, r"^min_lr must be at least 0; got -1\.$"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ReduceOnPlateau(reference_optimizer(), **settings)
