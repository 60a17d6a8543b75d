"""One training step of a small network: by layers, by the tape, and by others."""

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from timing import Row, Step, interleaved_medians, mlp_step_operations, product_rate, row

from learnkit import reference as lk
from learnkit.datasets import digits

SIZES, BATCH, LR = (64, 128, 64, 10), 64, 0.01
LARGE = 256
WORK = "MLP 64-128-64-10 step on digits, batch 64"


def batch() -> tuple[Any, Any]:
    """Return the images and labels of the step."""
    images, labels = digits()
    return images[:BATCH], labels[:BATCH]


def our_network() -> tuple[Any, Any]:
    """Return the network and its optimizer."""
    rng = lk.rng(0)
    net = lk.Sequential(lk.Linear(64, 128, rng=rng), lk.ReLU(), lk.Linear(128, 64, rng=rng), lk.ReLU(), lk.Linear(64, 10, rng=rng))
    return net, lk.SGD(net.parameters(), lr=LR)


def torch_network() -> Any:
    """Return the same network in PyTorch."""
    return torch.nn.Sequential(
        torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10)
    )


def by_layers() -> Step:
    """Forward and backward on arrays, layer by layer."""
    (x, y), (net, optimizer) = batch(), our_network()

    def step() -> None:
        _, saved = lk.cross_entropy.forward(net.forward(x), y)
        optimizer.zero_grad()
        net.backward(lk.cross_entropy.backward(1.0, saved)[0], needs_input_grad=False)
        optimizer.step()

    return step


def by_tape() -> Step:
    """The same lines as in PyTorch, on the reference's tape."""
    (x, y), (net, optimizer) = batch(), our_network()
    inputs, targets = lk.tensor(x), lk.tensor(y)

    def step() -> None:
        loss = lk.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def by_pytorch() -> Step:
    """Plain PyTorch, with its defaults."""
    (x, y), net = batch(), torch_network()
    optimizer = torch.optim.SGD(net.parameters(), lr=LR)
    inputs, targets = torch.from_numpy(x.copy()), torch.from_numpy(y.copy())

    def step() -> None:
        loss = torch.nn.functional.cross_entropy(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def by_bare_numpy() -> Step:
    """What NumPy itself needs: in place wherever it can be, with no layer, no check and no loss computed."""
    (x, y), (net, _) = batch(), our_network()
    (w0, b0), (w1, b1), (w2, b2) = ((net[index].weight.data, net[index].bias.data) for index in (0, 2, 4))
    rows = np.arange(BATCH)

    def step() -> None:
        h0 = x @ w0.T
        h0 += b0
        np.maximum(h0, 0, out=h0)
        h1 = h0 @ w1.T
        h1 += b1
        np.maximum(h1, 0, out=h1)
        p = h1 @ w2.T
        p += b2
        p -= p.max(axis=1, keepdims=True)
        np.exp(p, out=p)
        p /= p.sum(axis=1, keepdims=True)
        p[rows, y] -= 1
        p /= BATCH
        grads = [p.T @ h1, p.sum(axis=0)]
        g = p @ w2
        g *= h1 > 0
        grads += [g.T @ h0, g.sum(axis=0)]
        g = g @ w1
        g *= h0 > 0
        grads += [g.T @ x, g.sum(axis=0)]
        for value, grad in zip((w2, b2, w1, b1, w0, b0), grads, strict=True):
            grad *= LR
            value -= grad

    return step


def by_scikit_learn() -> Step:
    """scikit-learn's MLPClassifier on the same batch: one call of partial_fit is one step."""
    from sklearn.neural_network import MLPClassifier

    x, y = batch()
    net = MLPClassifier(
        SIZES[1:-1], solver="sgd", learning_rate_init=LR, momentum=0.0, nesterovs_momentum=False, alpha=0.0, batch_size=BATCH, shuffle=False
    )
    net.partial_fit(x, y, classes=np.arange(SIZES[-1]))
    return lambda: net.partial_fit(x, y)


def by_autograd() -> Step:
    """The package autograd: NumPy's functions, differentiated as they run."""
    import autograd
    import autograd.numpy as anp

    (x, y), (net, _) = batch(), our_network()
    values = [parameter.data for parameter in net.parameters()]
    rows = np.arange(BATCH)

    def loss(weights: list[Any]) -> Any:
        h = x
        for weight, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            h = anp.maximum(anp.dot(h, weight.T) + bias, 0)
        z = anp.dot(h, weights[-2].T) + weights[-1]
        z = z - anp.max(z, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[rows, y])

    gradients = autograd.grad(loss)

    def step() -> None:
        for value, grad in zip(values, gradients(values), strict=True):
            value -= LR * grad

    return step


def large_product() -> Step:
    """A product of two large matrices, in which the processor computes as fast as it can."""
    one, other = np.random.default_rng(0).standard_normal((2, LARGE, LARGE), dtype=np.float32)
    return lambda: one @ other


# by name: the module that must be there, what to install for it, and the step
PEERS: dict[str, tuple[str, str, Callable[[], Step]]] = {
    "scikit-learn's MLPClassifier": ("sklearn", "scikit-learn", by_scikit_learn),
    "the package autograd": ("autograd", "autograd", by_autograd),
}


def network_rows() -> tuple[list[Row], list[str]]:
    """Return the lines of the step, each over plain PyTorch, and what could not be measured.

    First our two forms and PyTorch alone, one step in turn; then all, twenty steps in turn: a peer between two steps would cool the
    processor's caches for the others.
    """
    layers, tape, plain = interleaved_medians(by_layers(), by_tape(), by_pytorch())
    rows = [row(f"{WORK}: layers", layers, plain, 0.50), row(f"{WORK}: tape", tape, plain, 0.60)]
    there = {name: make for name, (module, _, make) in PEERS.items() if importlib.util.find_spec(module)}
    makers = {"layers": by_layers, "tape": by_tape, "bare NumPy, in place, without layers and checks": by_bare_numpy, **there}
    steps = [make() for make in makers.values()]
    *times, product, plain = interleaved_medians(*steps, large_product(), by_pytorch(), rounds=100, warm_up=5, repeats=20)
    operations, rate = mlp_step_operations(SIZES, BATCH), product_rate(LARGE, product)
    rows += [row(f"  20 steps in turn: {name}", ours, plain) for name, ours in zip(makers, times, strict=True)]
    rows.append(row("  20 steps in turn: the floor, its matrix products at the rate of large ones", operations / rate, plain))
    notes = [f"the floor: {operations / 1e6:.2f} million operations a step at {rate / 1e3:.0f} billion a second, float32, one thread"]
    notes += [f"{name}: not installed, and so not measured. pip install {PEERS[name][1]}" for name in PEERS if name not in there]
    return rows, notes
