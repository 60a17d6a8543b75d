"""One training loop, one source text, two imports."""

from typing import Any

import numpy as np
import protocols
import pytest
import torch

from learnkit import datasets, pytorch, reference

DTYPES = {"float32": (np.float32, torch.float32), "float64": (np.float64, torch.float64)}


@pytest.fixture(scope="module")
def digits() -> tuple[Any, Any]:
    images, labels = datasets.digits()
    order = np.random.default_rng(0).permutation(len(images))  # neighbors are by one hand
    return images[order], labels[order]


def trained(lk: Any, digits: tuple[Any, Any], **given: Any) -> dict[str, Any]:
    defaults = {"lk": lk, "images": digits[0], "labels": digits[1], "start": None, "dtype": None, "shuffle": True, "epochs": 8}
    return protocols.run(protocols.LOOP, {**defaults, "device_name": "cpu", **given})


@pytest.mark.parametrize("lk", [reference, pytorch], ids=["reference", "pytorch"])
def test_the_same_loop_learns_the_digits_on_both_trees(lk: Any, digits: tuple[Any, Any]) -> None:
    result = trained(lk, digits)
    assert 0.90 <= float(result["share"]) <= 0.99
    assert np.mean(result["losses"][:5]) > 2.0  # it starts near log 10 = 2.3
    assert np.mean(result["losses"][-20:]) < 0.2
    assert set(result["state"]) == {"0.weight", "0.bias", "2.weight", "2.bias"}


@pytest.mark.parametrize(("kind", "tolerance"), [("float32", 1e-5), ("float64", 1e-10)])
def test_from_the_same_state_both_trees_lose_the_same_at_every_step(kind: str, tolerance: float, digits: tuple[Any, Any]) -> None:
    of_numpy, of_torch = DTYPES[kind]
    images, labels = digits[0].astype(of_numpy), digits[1]
    made = reference.rng(1)
    net = reference.Sequential(
        reference.Linear(64, 32, rng=made, dtype=of_numpy), reference.ReLU(), reference.Linear(32, 10, rng=made, dtype=of_numpy)
    )
    start = net.state_dict()
    ours = trained(reference, (images, labels), start=start, dtype=of_numpy, shuffle=False, epochs=2)
    as_tensors = {name: torch.tensor(value) for name, value in start.items()}
    theirs = trained(pytorch, (images, labels), start=as_tensors, dtype=of_torch, shuffle=False, epochs=2)
    assert len(ours["losses"]) == 40
    assert ours["losses"][-1] < 0.9 * ours["losses"][0]
    np.testing.assert_allclose(theirs["losses"], ours["losses"], rtol=tolerance, atol=tolerance)
    assert theirs["state"]["0.weight"].dtype == of_torch
    for name, value in ours["state"].items():
        np.testing.assert_allclose(theirs["state"][name].numpy(), value, rtol=tolerance, atol=tolerance, err_msg=name)


def test_the_loop_uses_nothing_outside_the_protocol() -> None:
    allowed = {"names": protocols.NAMES, "methods": protocols.METHODS, "given": protocols.GIVEN, "plain": protocols.PLAIN}
    assert protocols.names_outside(protocols.LOOP, **allowed) == set()


def test_the_loop_uses_the_whole_protocol() -> None:
    assert protocols.names_used(protocols.LOOP) - protocols.PLAIN == protocols.NAMES | protocols.METHODS


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("net.half()", ".half"),
        ("loss = lk.mse(net(x), y)", "lk.mse"),
        ("print(loss)", "print"),
        ("loss.detach().item()", ".detach"),
        ("import torch", "import"),
        ("optimizer.lr = 0.1", ".lr"),
        ("x = np.zeros(3)", "np"),
    ],
)
def test_a_name_outside_the_protocol_is_found(line: str, found: str) -> None:
    allowed = {"names": protocols.NAMES, "methods": protocols.METHODS, "given": protocols.GIVEN, "plain": protocols.PLAIN}
    assert found in protocols.names_outside(protocols.LOOP + line + "\n", **allowed)


@pytest.mark.gpu
def test_the_same_loop_learns_the_digits_on_a_gpu(cuda: torch.device, digits: tuple[Any, Any]) -> None:
    result = trained(pytorch, digits, device_name="auto")
    assert result["x_train"].device.type == result["state"]["0.weight"].device.type == "cuda"
    assert 0.90 <= float(result["share"]) <= 0.99


@pytest.mark.gpu
def test_from_the_same_state_a_gpu_loses_what_the_reference_loses(cuda: torch.device, digits: tuple[Any, Any]) -> None:
    made = reference.rng(1)
    net = reference.Sequential(
        reference.Linear(64, 32, rng=made, dtype=np.float64), reference.ReLU(), reference.Linear(32, 10, rng=made, dtype=np.float64)
    )
    start, data = net.state_dict(), (digits[0].astype(np.float64), digits[1])
    ours = trained(reference, data, start=start, dtype=np.float64, shuffle=False, epochs=2)
    as_tensors = {name: torch.tensor(value) for name, value in start.items()}
    theirs = trained(pytorch, data, start=as_tensors, dtype=torch.float64, shuffle=False, epochs=2, device_name="cuda")
    np.testing.assert_allclose(theirs["losses"], ours["losses"], rtol=1e-10, atol=1e-10)
