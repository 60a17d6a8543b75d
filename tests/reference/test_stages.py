"""The four stages of the course compute the same: functions, layers, the tape, and PyTorch, on one batch of real digits.

Only who holds ``saved`` differs, so every number of one stage must be that of the stage before it, to 1e-12.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_own_memory

from learnkit import datasets
from learnkit import reference as lk

KEYS = ["0.weight", "0.bias", "2.weight", "2.bias"]
TOLERANCE = 1e-12


@pytest.fixture(scope="module")
def problem() -> SimpleNamespace:
    """32 digits, and the parameters of Linear(64, 16), ReLU, Linear(16, 10), in float64."""
    images, labels = datasets.digits()
    chosen = np.random.default_rng(0).permutation(len(images))[:32]
    rng = np.random.default_rng(1)
    shapes = {"0.weight": (16, 64), "0.bias": (16,), "2.weight": (10, 16), "2.bias": (10,)}
    state = {key: rng.uniform(-0.3, 0.3, shape) for key, shape in shapes.items()}
    return SimpleNamespace(x=images[chosen].astype(np.float64), targets=labels[chosen], state=state)


def by_functions(problem: SimpleNamespace) -> dict[str, Any]:
    """Stage 1: variables of this function hold what was saved."""
    weight_1, bias_1, weight_2, bias_2 = (problem.state[key] for key in KEYS)
    hidden, saved_1 = lk.linear.forward(problem.x, weight_1, bias_1)
    active, saved_relu = lk.relu.forward(hidden)
    logits, saved_2 = lk.linear.forward(active, weight_2, bias_2)
    loss, saved_loss = lk.cross_entropy.forward(logits, problem.targets)

    grad_logits, _ = lk.cross_entropy.backward(1.0, saved_loss)
    grad_active, grad_weight_2, grad_bias_2 = lk.linear.backward(grad_logits, saved_2)
    grad_hidden = lk.relu.backward(grad_active, saved_relu)
    grad_x, grad_weight_1, grad_bias_1 = lk.linear.backward(grad_hidden, saved_1)
    gradients = dict(zip(KEYS, (grad_weight_1, grad_bias_1, grad_weight_2, grad_bias_2), strict=True))
    return {"loss": loss, "logits": logits, "x": grad_x, **gradients}


def a_net(problem: SimpleNamespace) -> lk.Sequential:
    net = lk.Sequential(lk.Linear(64, 16, dtype=np.float64), lk.ReLU(), lk.Linear(16, 10, dtype=np.float64))
    net.load_state_dict(problem.state)
    return net


def gradients_of(net: lk.Sequential) -> dict[str, Any]:
    return {key: parameter.grad for key, parameter in net.named_parameters()}


def layers_pass(net: lk.Sequential, problem: SimpleNamespace) -> dict[str, Any]:
    logits = net.forward(problem.x)
    loss, saved = lk.cross_entropy.forward(logits, problem.targets)
    grad_logits, _ = lk.cross_entropy.backward(1.0, saved)
    return {"loss": loss, "logits": logits, "x": net.backward(grad_logits)}


def tape_pass(net: lk.Sequential, problem: SimpleNamespace) -> dict[str, Any]:
    x = lk.Tensor(problem.x, requires_grad=True)
    logits = net(x)
    loss = lk.cross_entropy(logits, problem.targets)
    loss.backward()
    return {"loss": loss.item(), "logits": logits.data, "x": x.grad}


def by_layers(problem: SimpleNamespace) -> dict[str, Any]:
    """Stage 2: the layers hold it."""
    net = a_net(problem)
    return {**layers_pass(net, problem), **gradients_of(net)}


def by_tape(problem: SimpleNamespace) -> dict[str, Any]:
    """Stage 3: the tape holds it."""
    net = a_net(problem)
    return {**tape_pass(net, problem), **gradients_of(net)}


def by_learnkit_pytorch(problem: SimpleNamespace) -> dict[str, Any]:
    """Stage 4: torch's graph holds it."""
    torch = pytest.importorskip("torch")
    from learnkit import pytorch as lkt

    net = lkt.Sequential(
        lkt.Linear(64, 16, rng=lkt.rng(0), dtype=torch.float64), lkt.ReLU(), lkt.Linear(16, 10, rng=lkt.rng(0), dtype=torch.float64)
    )
    net.load_state_dict({key: torch.tensor(value) for key, value in problem.state.items()})
    x = torch.tensor(problem.x, requires_grad=True)
    logits = net(x)
    loss = lkt.cross_entropy(logits, torch.tensor(problem.targets))
    loss.backward()
    gradients = {key: parameter.grad.numpy() for key, parameter in net.named_parameters()}
    return {"loss": loss.item(), "logits": logits.detach().numpy(), "x": x.grad.numpy(), **gradients}


def by_plain_pytorch(problem: SimpleNamespace) -> dict[str, Any]:
    """Stage 4 without learnkit."""
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional

    x, *parameters = (torch.tensor(value, requires_grad=True) for value in (problem.x, *problem.state.values()))
    logits = functional.linear(functional.relu(functional.linear(x, parameters[0], parameters[1])), parameters[2], parameters[3])
    loss = functional.cross_entropy(logits, torch.tensor(problem.targets))
    loss.backward()
    gradients = {key: parameter.grad.numpy() for key, parameter in zip(KEYS, parameters, strict=True)}
    return {"loss": loss.item(), "logits": logits.detach().numpy(), "x": x.grad.numpy(), **gradients}


LATER_STAGES = [by_layers, by_tape, by_learnkit_pytorch, by_plain_pytorch]
QUANTITIES = ["loss", "logits", "x", *KEYS]


@pytest.fixture(scope="module")
def computed(problem: SimpleNamespace) -> Callable[[Callable[..., Any]], dict[str, Any]]:
    """What a stage computes, once for all tests."""
    known: dict[str, dict[str, Any]] = {}

    def lookup(stage: Callable[..., Any]) -> dict[str, Any]:
        if stage.__name__ not in known:
            known[stage.__name__] = stage(problem)
        return known[stage.__name__]

    return lookup


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("stage", LATER_STAGES)
def test_every_stage_has_the_numbers_of_the_first(computed: Any, stage: Callable[..., Any], quantity: str) -> None:
    assert_close(computed(stage)[quantity], computed(by_functions)[quantity], tolerance=TOLERANCE)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_the_numbers_compared_are_not_near_the_tolerance(computed: Any, quantity: str) -> None:
    assert np.abs(computed(by_functions)[quantity]).max() > 1e-4


def test_both_signs_reach_the_relu(problem: SimpleNamespace) -> None:
    hidden = lk.linear(problem.x, problem.state["0.weight"], problem.state["0.bias"])
    assert 0.1 < (hidden > 0).mean() < 0.9


# --- layers and the tape share one grad --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(layers_pass, tape_pass), (tape_pass, layers_pass)], ids=["layers-first", "tape-first"])
def test_layers_and_the_tape_add_to_the_same_grad(problem: SimpleNamespace, computed: Any, order: tuple[Any, Any]) -> None:
    net = a_net(problem)
    for run in order:
        run(net, problem)
    for key, gradient in gradients_of(net).items():
        assert_close(gradient, 2 * computed(by_functions)[key], tolerance=TOLERANCE)


@pytest.mark.parametrize("run", [layers_pass, tape_pass])
def test_two_passes_of_one_kind_add_to_twice_one(problem: SimpleNamespace, run: Any) -> None:
    once, twice = a_net(problem), a_net(problem)
    run(once, problem)
    run(twice, problem)
    run(twice, problem)
    for key, gradient in gradients_of(once).items():
        assert_close(gradients_of(twice)[key], 2 * gradient, tolerance=TOLERANCE)


def test_the_tape_leaves_the_layers_nothing_to_go_back_through(problem: SimpleNamespace) -> None:
    net = a_net(problem)
    tape_pass(net, problem)
    with pytest.raises(RuntimeError, match=r"Linear.backward has nothing to go back through.*Call forward\(x\) first"):
        net.backward(np.ones((32, 10)))


def test_after_both_stages_no_two_gradients_share_memory(problem: SimpleNamespace) -> None:
    net = a_net(problem)
    layers_pass(net, problem)
    tape_pass(net, problem)
    assert_own_memory(gradients_of(net))


# --- training ----------------------------------------------------------------------------------------------------------------------------


def trained(problem: SimpleNamespace, run: Any, steps: int = 5) -> tuple[dict[str, Any], list[float]]:
    net = a_net(problem)
    optimizer = lk.SGD(net.parameters(), lr=0.5, momentum=0.9, weight_decay=1e-3)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        losses.append(float(run(net, problem)["loss"]))
        optimizer.step()
    return net.state_dict(), losses


def test_five_steps_by_layers_and_by_the_tape_end_in_the_same_parameters(problem: SimpleNamespace) -> None:
    by_hand, _ = trained(problem, layers_pass)
    recorded, _ = trained(problem, tape_pass)
    for key in KEYS:
        assert_close(recorded[key], by_hand[key], tolerance=TOLERANCE)


def test_five_steps_move_every_parameter(problem: SimpleNamespace) -> None:
    state, _ = trained(problem, layers_pass)
    assert all(np.abs(state[key] - problem.state[key]).max() > 1e-3 for key in KEYS)


def test_training_lowers_the_loss(problem: SimpleNamespace) -> None:
    _, losses = trained(problem, tape_pass, steps=20)
    assert losses[-1] < losses[0] / 2


def test_five_steps_in_pytorch_end_in_the_same_parameters(problem: SimpleNamespace) -> None:
    torch = pytest.importorskip("torch")
    layers = torch.nn.Linear(64, 16, dtype=torch.float64), torch.nn.ReLU(), torch.nn.Linear(16, 10, dtype=torch.float64)
    net = torch.nn.Sequential(*layers)
    net.load_state_dict({key: torch.tensor(value) for key, value in problem.state.items()})
    optimizer = torch.optim.SGD(net.parameters(), lr=0.5, momentum=0.9, weight_decay=1e-3)
    for _ in range(5):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(net(torch.tensor(problem.x)), torch.tensor(problem.targets)).backward()
        optimizer.step()
    state, _ = trained(problem, tape_pass)
    for key, value in net.state_dict().items():
        assert_close(state[key], value.numpy(), tolerance=TOLERANCE)
