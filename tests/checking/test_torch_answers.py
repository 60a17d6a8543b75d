"""The same problems answered in PyTorch: gradients are part of the values, and a cut graph is said."""

from typing import Any

import numpy as np
import pytest
import torch

from learnkit.checking import verdict
from learnkit.checking.reading import uses_torch


def right(logits: Any) -> Any:
    e = torch.exp(logits - logits.amax(1, keepdim=True))
    return e / e.sum(1, keepdim=True)


def detached(logits: Any) -> Any:
    z = logits.detach()
    e = torch.exp(z - z.amax(1, keepdim=True))
    return e / e.sum(1, keepdim=True)


def partly_detached(logits: Any) -> Any:
    e = torch.exp(logits - logits.amax(1, keepdim=True))
    return e / e.sum(1, keepdim=True).detach()


def through_numpy(logits: Any) -> Any:
    return torch.tensor(np.exp(logits.numpy()))


def numpy_only(logits: Any) -> Any:
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def single_number(logits: Any, targets: Any) -> Any:
    z = logits - logits.amax(1, keepdim=True)
    return (torch.log(z.exp().sum(1)) - z[torch.arange(len(targets)), targets]).mean().item()


def total(logits: Any, targets: Any) -> Any:
    z = logits - logits.amax(1, keepdim=True)
    return (torch.log(z.exp().sum(1)) - z[torch.arange(len(targets)), targets]).sum()


def written_over(logits: Any) -> Any:
    logits -= logits.amax(1, keepdim=True)
    e = torch.exp(logits)
    return torch.div(e, e.sum(1, keepdim=True))


def pair_of_max(logits: Any) -> Any:
    return torch.exp(logits - logits.max(dim=1, keepdim=True))


def test_a_right_answer_passes_with_its_gradients() -> None:
    assert verdict("04.softmax", right).passed


@pytest.mark.parametrize("answer", [right, detached, single_number, written_over])
def test_the_backend_is_read_off_the_code(answer: Any) -> None:
    assert uses_torch(answer)
    assert not uses_torch(numpy_only)


def test_an_import_inside_the_function_is_read_too() -> None:
    def inside(logits: Any) -> Any:
        import torch.nn.functional as functional

        return functional

    assert uses_torch(inside)


def test_a_helper_that_uses_torch_is_read_too() -> None:
    space: dict[str, Any] = {"torch": torch}
    exec("def helper(z): return torch.exp(z)\ndef softmax(z): return helper(z)", space)
    assert uses_torch(space["softmax"])


def test_a_detached_graph_is_said_with_its_cause() -> None:
    found = verdict("04.softmax", detached)
    assert found.kind == "graph broken"
    assert "no gradient flows back" in found.message
    assert "In your code .detach stops it." in found.message


def test_item_is_said_as_the_cause() -> None:
    found = verdict("04.cross_entropy", single_number)
    assert found.kind == "graph broken"
    assert ".item" in found.message


def test_numpy_inside_is_said_without_the_advice_to_detach() -> None:
    found = verdict("04.softmax", through_numpy)
    assert found.kind == "graph broken"
    assert "the gradient cannot follow" in found.message
    assert "Use tensor.detach()" not in found.message


def test_a_gradient_that_is_wrong_behind_right_values_is_said() -> None:
    found = verdict("04.softmax", partly_detached)
    assert found.kind == "gradient"
    assert found.message.splitlines()[1] == "The values are right; the gradient through them is not."
    assert "gradient expected" in found.message


def test_a_numpy_answer_to_tensors_is_told_to_use_torch() -> None:
    found = verdict("04.softmax", numpy_only, backend="torch")
    assert found.kind == "raised"
    assert "NumPy's functions do not work on tensors" in found.message
    assert verdict("04.softmax", numpy_only).passed


def test_a_named_mistake_is_recognized_in_torch() -> None:
    found = verdict("04.cross_entropy", total)
    assert (found.kind, found.mistake_id) == ("mistake", "sum-not-mean")


def test_writing_over_the_input_is_said() -> None:
    found = verdict("04.softmax", written_over)
    assert not found.passed
    assert "wrote over" in found.message or "changes its input" in found.message


def test_common_slips_of_torch_are_explained() -> None:
    assert "gives two things" in verdict("04.softmax", pair_of_max).message


def test_a_problem_that_asks_for_an_exception_asks_for_it_in_pytorch_too() -> None:
    def clip_grad_norm(grads: Any, max_norm: Any) -> Any:
        norm = torch.sqrt(sum((grad**2).sum() for grad in grads))
        if raises and not torch.isfinite(norm):
            raise ValueError("not finite")
        return [grad * torch.clamp(max_norm / norm, max=1.0) for grad in grads], norm

    raises = True
    assert verdict("10.clip_grad_norm", clip_grad_norm, backend="torch").passed
    raises = False
    assert verdict("10.clip_grad_norm", clip_grad_norm, backend="torch").mistake_id == "nan-passes"
