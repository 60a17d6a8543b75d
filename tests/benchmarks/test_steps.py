"""What the benchmarks compare is the same work: all forms of the step learn the same, and both loops end at the same numbers."""

from typing import Any

import numpy as np
import pytest
import torch

pytest.importorskip("sklearn")

import gpu
import import_rows
import loop_rows
import network_rows


def weights_of(step: Any) -> list[np.ndarray]:
    """Return the parameters that a step moves: the first of what it holds that has any."""
    for cell in step.__closure__:
        held = cell.cell_contents
        if hasattr(held, "param_groups"):
            return [np.asarray(getattr(p, "data", p)).copy() for p in held.param_groups[0]["params"]]
    held = {name: cell.cell_contents for name, cell in zip(step.__code__.co_freevars, step.__closure__, strict=True)}
    names = ("w0", "b0", "w1", "b1", "w2", "b2")
    return [value.copy() for value in (held.get("values") or [held[name] for name in names])]


def after(make: Any, steps: int = 5) -> list[np.ndarray]:
    step = make()
    for _ in range(steps):
        step()
    return weights_of(step)


@pytest.mark.parametrize("make", [network_rows.by_tape, network_rows.by_bare_numpy], ids=lambda make: make.__name__)
def test_each_form_of_the_step_learns_what_the_layers_learn(make: Any) -> None:
    for one, other in zip(after(make), after(network_rows.by_layers), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)


def test_autograd_learns_the_same_where_it_is_installed() -> None:
    pytest.importorskip("autograd")
    for one, other in zip(after(network_rows.by_autograd), after(network_rows.by_layers), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-6)


def test_pytorch_takes_the_same_step_from_the_same_start() -> None:
    step, ours = network_rows.by_pytorch(), network_rows.our_network()[0]
    plain = next(cell.cell_contents for cell in step.__closure__ if isinstance(cell.cell_contents, torch.nn.Module))
    plain.load_state_dict({name: torch.from_numpy(value) for name, value in ours.state_dict().items()})
    for _ in range(5):
        step()
    for value, other in zip(plain.state_dict().values(), after(network_rows.by_layers), strict=True):
        np.testing.assert_allclose(value.numpy(), other, rtol=0, atol=1e-6)


def test_scikit_learn_takes_steps_too() -> None:
    step = network_rows.by_scikit_learn()
    before = [value.copy() for value in step().coefs_]
    assert all((one != other).any() for one, other in zip(step().coefs_, before, strict=True))


def test_both_loops_end_at_the_same_numbers() -> None:
    torch.manual_seed(0)
    one, other = network_rows.torch_network(), network_rows.torch_network()
    other.load_state_dict(one.state_dict())
    ours, theirs = loop_rows.our_epochs(one, loop_rows.loader())(), loop_rows.epochs_by_hand(other, loop_rows.loader())()
    assert [logs["loss"] for logs in ours] == pytest.approx([logs["loss"] for logs in theirs], rel=1e-6)
    assert [logs["accuracy"] for logs in ours] == pytest.approx([logs["accuracy"] for logs in theirs], rel=1e-12)
    assert ours[-1]["loss"] < ours[0]["loss"]


def test_a_fresh_process_that_fails_is_no_measurement(tmp_path: Any) -> None:
    import_rows.in_a_fresh_process("import numpy", str(tmp_path))()
    with pytest.raises(import_rows.subprocess.CalledProcessError):
        import_rows.in_a_fresh_process("import no_such_module_as_this", str(tmp_path))()


# --- on a GPU ----------------------------------------------------------------------------------------------------------------------------

TINY = gpu.Setting(device="cpu", rows=64, features=8, hidden=16, batch_size=16, backend="eager", rounds=1, warm_up=0)


def test_the_loops_of_the_gpu_end_at_the_same_numbers() -> None:
    batches = gpu.data(TINY)
    ours, theirs = gpu.our_epoch(TINY, batches), gpu.epoch_by_hand(TINY, batches)
    for _ in range(2):
        one, other = ours(), theirs()
        assert one["loss"] == pytest.approx(other["loss"], rel=1e-5)
        assert one["accuracy"] == pytest.approx(other["accuracy"], abs=1e-12)


def test_the_line_of_the_gpu_is_in_examples_a_second() -> None:
    found = gpu.measure(TINY)
    assert found.ours > 0
    assert found.ratio == found.ours / found.theirs


def test_the_step_of_the_gpu_computes_in_bfloat16() -> None:
    net = gpu.network(TINY)
    inputs, targets = next(iter(gpu.data(TINY).epoch(0)))
    _, outputs = gpu.compiled_step(net, TINY)(inputs, targets)
    assert outputs.dtype == torch.bfloat16


def test_without_a_gpu_one_line_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    gpu.main()
    assert capsys.readouterr().out == "make bench-gpu: PyTorch finds no CUDA device on this machine, so there is nothing to measure.\n"


@pytest.mark.gpu
def test_the_loops_are_measured_on_a_gpu() -> None:
    if not torch.cuda.is_available():
        pytest.skip("PyTorch finds no CUDA device on this machine")
    setting = gpu.Setting(rows=4096, features=32, hidden=64, batch_size=512, backend="eager", rounds=1, warm_up=0)
    assert gpu.measure(setting).ours > 0
