"""device: NumPy has one, and says where to find others."""

import re

import pytest

from learnkit import reference as lk


@pytest.mark.parametrize("name", ["auto", "cpu"])
def test_the_device_is_the_cpu(name: str) -> None:
    assert lk.device(name) == "cpu"


def test_no_name_means_auto() -> None:
    assert lk.device() == "cpu"


@pytest.mark.parametrize("name", ["cuda", "cuda:0", "mps", "CPU", ""])
def test_another_device_is_refused_with_the_remedy(name: str) -> None:
    message = f'NumPy computes on the CPU; got device {name!r}. For a GPU: from learnkit import pytorch as lk; lk.device("auto").'
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lk.device(name)


def test_a_tensor_goes_to_the_cpu_as_it_is() -> None:
    tensor = lk.tensor([1.0])
    assert tensor.to("cpu") is tensor


def test_a_tensor_does_not_go_to_another_device() -> None:
    with pytest.raises(ValueError, match="got device 'cuda'"):
        lk.tensor([1.0]).to("cuda")
