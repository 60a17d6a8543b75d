"""One use of every public name of ``learnkit.pytorch``, with its gradient, on a device of choice."""

from collections.abc import Callable
from typing import Any

import torch

from learnkit import pytorch as lk


def values(device: Any, *shape: int, grad: bool = True) -> torch.Tensor:
    """Return floating-point values of a shape, the same on every device."""
    made = torch.linspace(0.1, 0.9, torch.Size(shape).numel(), device=device).reshape(shape)
    return made.requires_grad_(grad)


def classes(device: Any, *rows: int) -> torch.Tensor:
    return torch.zeros(rows, dtype=torch.int64, device=device)


def backward(function: Callable[..., torch.Tensor], *inputs: Any, **options: Any) -> None:
    function(*inputs, **options).sum().backward()


def layer(make: Callable[..., Any]) -> Callable[[Any], None]:
    return lambda device: backward(make().to(device), values(device, 4, 3))


def plain(function: Callable[..., torch.Tensor], **options: Any) -> Callable[[Any], None]:
    return lambda device: backward(function, values(device, 4, 3), **options)


def two(function: Callable[..., torch.Tensor]) -> Callable[[Any], None]:
    return lambda device: backward(function, values(device, 4, 3), values(device, 3))


def _generator(device: Any) -> torch.Generator | None:
    return None if str(device) == "meta" else lk.rng(0, device)  # there are no generators on meta


def _linear(device: Any) -> None:
    net = lk.Linear(3, 2, rng=_generator(device), device=device)
    backward(net, values(device, 4, 3))


def _minibatches(device: Any) -> None:
    generator = _generator(device)
    data = values(device, 5, 3, grad=False), classes(device, 5)
    for _ in lk.minibatches(*data, batch_size=2, shuffle=generator is not None, rng=generator):
        pass


def _split(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        lk.split_indices(8, (0.5, 0.5), rng=generator)


def _standardizer(device: Any) -> None:
    x = values(device, 4, 3, grad=False)
    scaler = lk.Standardizer().fit(x)
    scaler.inverse_transform(scaler.transform(x))


def _sgd_update(device: Any) -> None:
    state: dict[str, Any] = {}
    param = values(device, 3, grad=False)
    for _ in range(2):
        param, state = lk.sgd_update(param, param, state, lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True)


def _sgd(device: Any) -> None:
    net = lk.Linear(3, 2, device=device)
    optimizer = lk.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True)
    for _ in range(2):
        optimizer.zero_grad()
        backward(net, values(device, 4, 3))
        optimizer.step()


def _no_grad(device: Any) -> None:
    with lk.no_grad():
        values(device, 3) * 2.0


def _gradcheck(device: Any) -> None:
    lk.gradcheck(torch.tanh, [torch.ones(3, dtype=torch.float64, device=device, requires_grad=True)])


EXAMPLES: dict[str, Callable[[Any], Any]] = {
    "rng": _generator,
    "device": lambda device: lk.device("cpu"),
    "split_sizes": lambda device: lk.split_sizes(8, (0.5, 0.5)),
    "split_indices": _split,
    "Standardizer": _standardizer,
    "minibatches": _minibatches,
    "linear": lambda device: backward(lk.linear, values(device, 4, 3), values(device, 2, 3), values(device, 2)),
    "mse": lambda device: backward(lk.mse, values(device, 4), values(device, 4, grad=False)),
    "sigmoid": plain(lk.sigmoid),
    "logsumexp": plain(lk.logsumexp),
    "softmax": plain(lk.softmax),
    "log_softmax": plain(lk.log_softmax),
    "cross_entropy": lambda device: backward(lk.cross_entropy, values(device, 4, 3), classes(device, 4)),
    "bce_with_logits": lambda device: backward(lk.bce_with_logits, values(device, 4), classes(device, 4)),
    "accuracy": lambda device: lk.accuracy(values(device, 4, 3), classes(device, 4)),
    "relu": plain(lk.relu),
    "leaky_relu": plain(lk.leaky_relu),
    "tanh": plain(lk.tanh),
    "gelu": plain(lk.gelu),
    "numeric_grad": lambda device: lk.numeric_grad(lambda x: (x * x).sum(), values(device, 2, 2)),
    "rel_error": lambda device: lk.rel_error(values(device, 3), values(device, 3)),
    "gradcheck": _gradcheck,
    "Module": layer(lk.Sigmoid),
    "Sequential": layer(lambda: lk.Sequential(lk.Tanh(), lk.ReLU())),
    "Linear": _linear,
    "Sigmoid": layer(lk.Sigmoid),
    "Tanh": layer(lk.Tanh),
    "ReLU": layer(lk.ReLU),
    "LeakyReLU": layer(lk.LeakyReLU),
    "GELU": layer(lk.GELU),
    "Tensor": lambda device: values(device, 3).sum().backward(),
    "Parameter": lambda device: lk.Parameter(values(device, 3)).sum().backward(),
    "Node": lambda device: values(device, 3).sum().grad_fn,
    "tensor": lambda device: lk.tensor(values(device, 3), requires_grad=True),
    "no_grad": _no_grad,
    "unbroadcast": lambda device: lk.unbroadcast(values(device, 4, 3), (1, 3)),
    "add": two(lk.add),
    "sub": two(lk.sub),
    "mul": two(lk.mul),
    "div": two(lk.div),
    "neg": plain(lk.neg),
    "pow": plain(lk.pow, exponent=3),
    "exp": plain(lk.exp),
    "log": plain(lk.log),
    "sum": plain(lk.sum, dim=0, keepdim=True),
    "mean": plain(lk.mean, dim=0),
    "matmul": two(lk.matmul),
    "reshape": plain(lk.reshape, shape=(2, 6)),
    "transpose": plain(lk.transpose, dim0=0, dim1=1),
    "getitem": plain(lk.getitem, key=slice(1, 3)),
    "sgd_update": _sgd_update,
    "SGD": _sgd,
}
