"""Modules: names, modes, states, and going forward and backward by hand through a Sequential."""

import copy
from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


def small_net(seed: int = 0) -> lk.Sequential:
    rng = lk.rng(seed)
    return lk.Sequential(lk.Linear(3, 4, rng=rng, dtype=np.float64), lk.ReLU(), lk.Linear(4, 2, rng=rng, dtype=np.float64))


class Scaled(lk.Module):
    """A composite with a parameter of its own, a layer inside, and no forward by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = lk.Parameter(np.array([2.0]))
        self.inner = lk.Linear(3, 3, rng=lk.rng(0), dtype=np.float64)

    def __call__(self, x: Any) -> Any:
        return self.scale * self.inner(x) + x


class Doubling(lk.Module):
    """A layer that somebody wrote with forward and backward by hand."""

    def __call__(self, x: Any) -> Any:
        return 2.0 * x

    def forward(self, x: Any) -> Any:
        return 2.0 * x

    def backward(self, grad_output: Any) -> Any:
        return 2.0 * grad_output


X = np.random.default_rng(0).standard_normal((5, 3))
G = np.random.default_rng(1).standard_normal((5, 2))


# --- names and parameters ----------------------------------------------------------------------------------------------------------------


def test_names_of_parameters_are_pytorchs() -> None:
    assert [name for name, _ in small_net().named_parameters()] == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_names_of_nested_modules_are_joined_by_dots() -> None:
    net = lk.Sequential(lk.Sequential(lk.Linear(1, 1)), Scaled())
    assert [name for name, _ in net.named_parameters()] == ["0.0.weight", "0.0.bias", "1.scale", "1.inner.weight", "1.inner.bias"]


def test_a_layer_without_a_bias_has_one_parameter() -> None:
    assert [name for name, _ in lk.Linear(3, 2, bias=False).named_parameters()] == ["weight"]


def test_a_shared_layer_counts_once() -> None:
    layer = lk.Linear(3, 3)
    net = lk.Sequential(layer, lk.ReLU(), layer)
    assert [name for name, _ in net.named_parameters()] == ["0.weight", "0.bias"]
    assert len(list(net.parameters())) == 2


def test_a_shared_weight_counts_once_and_has_two_names_in_the_state() -> None:
    one, other = lk.Linear(3, 3, bias=False), lk.Linear(3, 3, bias=False)
    other.weight = one.weight
    net = lk.Sequential(one, other)
    assert len(list(net.parameters())) == 1
    assert list(net.state_dict()) == ["0.weight", "1.weight"]


def test_named_children_are_the_modules_directly_inside() -> None:
    assert [name for name, _ in small_net().named_children()] == ["0", "1", "2"]
    assert [name for name, _ in Scaled().named_children()] == ["inner"]


def test_zero_grad_forgets_every_gradient() -> None:
    net = small_net()
    net.forward(X)
    net.backward(G)
    net.zero_grad()
    assert [parameter.grad for parameter in net.parameters()] == [None] * 4


# --- modes -------------------------------------------------------------------------------------------------------------------------------


def test_a_module_starts_in_training_mode() -> None:
    assert all(module.training for module in lk.Sequential(Scaled(), lk.ReLU()).modules())


def test_eval_and_train_reach_every_module_inside_and_return_the_module() -> None:
    net = lk.Sequential(Scaled(), lk.Sequential(lk.ReLU()))
    assert net.eval() is net
    assert [module.training for module in net.modules()] == [False] * 5
    assert net.train() is net
    assert [module.training for module in net.modules()] == [True] * 5
    assert not net.train(False).training


def test_to_knows_one_device() -> None:
    net = small_net()
    assert net.to("cpu") is net
    with pytest.raises(ValueError, match="NumPy computes on the CPU; got device 'cuda'"):
        net.to("cuda")


# --- state -------------------------------------------------------------------------------------------------------------------------------


def test_state_dict_has_the_keys_and_shapes_of_pytorch() -> None:
    shapes = {name: value.shape for name, value in small_net().state_dict().items()}
    assert shapes == {"0.weight": (4, 3), "0.bias": (4,), "2.weight": (2, 4), "2.bias": (2,)}


def test_a_state_is_a_copy() -> None:
    net = small_net()
    state = net.state_dict()
    before = state["0.weight"].copy()
    net[0].weight.data += 1.0
    assert_equal(state["0.weight"], before)


def test_a_loaded_state_is_a_copy() -> None:
    net, state = small_net(), small_net(1).state_dict()
    net.load_state_dict(state)
    state["0.weight"] += 1.0
    assert_equal(net[0].weight.data, small_net(1)[0].weight.data)


def test_a_loaded_state_makes_two_networks_equal() -> None:
    net, other = small_net(0), small_net(1)
    net.load_state_dict(other.state_dict())
    assert_equal(net.forward(X), other.forward(X))


def test_loading_keeps_the_parameters_that_an_optimizer_holds() -> None:
    net = small_net()
    before = [id(parameter) for parameter in net.parameters()]
    net.load_state_dict(small_net(1).state_dict())
    assert [id(parameter) for parameter in net.parameters()] == before


def test_loading_keeps_the_dtype_of_the_parameters() -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0))
    layer.load_state_dict({"weight": np.ones((2, 3)), "bias": [1, 2]})
    assert {parameter.dtype for parameter in layer.parameters()} == {np.dtype(np.float32)}
    assert_equal(layer.bias.data, [1.0, 2.0])


def test_load_state_dict_lists_every_problem_at_once() -> None:
    state = small_net().state_dict()
    del state["0.bias"]
    state["2.bias"] = np.zeros(3)
    state["4.weight"] = np.zeros(1)
    with pytest.raises(ValueError, match="this state does not fit the Sequential") as caught:
        small_net().load_state_dict(state)
    for problem in ["missing 0.bias", "unexpected 4.weight", "2.bias has shape (3,) where (2,) is required", "Nothing was loaded."]:
        assert problem in str(caught.value)


def test_load_state_dict_changes_nothing_when_something_does_not_fit() -> None:
    net = small_net()
    before = net.state_dict()
    state = small_net(1).state_dict()
    state["2.bias"] = np.zeros(3)
    with pytest.raises(ValueError, match="Nothing was loaded"):
        net.load_state_dict(state)
    for name, value in net.state_dict().items():
        assert_equal(value, before[name])


def test_a_deep_copy_is_independent() -> None:
    net = small_net()
    other = copy.deepcopy(net)
    other[0].weight.data += 1.0
    assert_close(other[0].weight.data - net[0].weight.data, np.ones((4, 3)))
    other.forward(X)
    other.backward(G)
    assert net[0].weight.grad is None


# --- by hand -----------------------------------------------------------------------------------------------------------------------------


def test_backward_without_forward_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match=r"Linear.backward has nothing to go back through: .*Call forward\(x\) first"):
        lk.Linear(3, 2).backward(G)


def test_backward_twice_after_one_forward_says_what_to_do() -> None:
    net = small_net()
    net.forward(X)
    net.backward(G)
    with pytest.raises(RuntimeError, match=r"Linear.backward has nothing to go back through: each backward uses up one forward"):
        net.backward(G)


def test_backward_goes_through_the_last_forward() -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0), dtype=np.float64)
    layer.forward(X)
    layer.forward(2 * X)
    layer.backward(G)
    assert_close(layer.weight.grad, G.T @ (2 * X))


def test_one_layer_twice_in_a_chain_cannot_go_back_by_hand_and_says_so() -> None:
    layer = lk.Linear(3, 3, rng=lk.rng(0), dtype=np.float64)
    net = lk.Sequential(layer, lk.ReLU(), layer)
    net.forward(X)
    with pytest.raises(RuntimeError, match=r"Linear\.backward has nothing to go back through"):
        net.backward(np.ones((5, 3)))


@pytest.mark.worked_example("Sequential", "Linear")
def test_one_layer_twice_in_a_chain_works_on_the_tape() -> None:
    # y = w (w x) = w² x: dy/dw = 2 w x = 2 · 3 · 5
    layer = lk.Linear(1, 1, bias=False, dtype=np.float64)
    layer.weight.data = np.array([[3.0]])
    lk.Sequential(layer, layer)(np.array([[5.0]])).sum().backward()
    assert_equal(layer.weight.grad, [[30.0]])


def test_forward_on_a_tensor_says_what_to_do() -> None:
    with pytest.raises(TypeError, match=r"Linear.forward takes an array and got a Tensor. Call the layer itself: layer\(x\)"):
        lk.Linear(3, 2).forward(lk.Tensor(X))


def test_the_gradient_of_the_data_is_spared_when_nobody_needs_it() -> None:
    whole, spared = small_net(), small_net()
    whole.forward(X)
    spared.forward(X)
    assert whole.backward(G) is not None
    assert spared.backward(G, needs_input_grad=False) is None
    for one, other in zip(whole.parameters(), spared.parameters(), strict=True):
        assert_equal(one.grad, other.grad)


def test_layers_add_to_the_gradient_that_is_there() -> None:
    net = small_net()
    for _ in range(2):
        net.forward(X)
        net.backward(G)
    once = small_net()
    once.forward(X)
    once.backward(G)
    for twice, one in zip(net.parameters(), once.parameters(), strict=True):
        assert_equal(twice.grad, 2 * one.grad)


def test_a_frozen_parameter_of_a_layer_receives_no_gradient() -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0), dtype=np.float64)
    layer.weight.requires_grad_(False)
    layer.forward(X)
    layer.backward(G)
    assert layer.weight.grad is None
    assert layer.bias.grad is not None


def test_gradients_of_a_layer_share_no_memory_with_what_came() -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0), dtype=np.float64)
    grad_output = np.ones((1, 2))
    layer.forward(X[:1])
    layer.backward(grad_output)
    assert not np.shares_memory(layer.bias.grad, grad_output)


# --- Sequential --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "shown"), [(lk.ReLU, "ReLU"), (lk.relu, "relu"), (np.tanh, "tanh"), (None, "None"), ([lk.ReLU()], "ReLU")]
)
def test_sequential_refuses_what_is_no_layer_and_says_which(wrong: Any, shown: str) -> None:
    with pytest.raises(TypeError, match=rf"Sequential takes layers; argument 1 is .*{shown}.*Write ReLU\(\) and not ReLU or relu"):
        lk.Sequential(lk.Linear(3, 2), wrong)


def test_sequential_is_its_layers_one_after_another() -> None:
    net = small_net()
    assert_equal(net.forward(X), net[2].forward(net[1].forward(net[0].forward(X))))


def test_sequential_has_a_length_an_order_and_indices() -> None:
    net = small_net()
    assert len(net) == 3
    assert [type(layer).__name__ for layer in net] == ["Linear", "ReLU", "Linear"]
    assert net[-1] is net[2]


def test_a_slice_of_a_sequential_is_a_sequential_of_the_same_layers() -> None:
    net = small_net()
    head = net[:2]
    assert isinstance(head, lk.Sequential)
    assert head[0] is net[0]
    assert_equal(head.forward(X), net[1].forward(net[0].forward(X)))


def test_an_empty_sequential_is_the_identity_both_ways() -> None:
    net = lk.Sequential()
    assert_equal(net.forward(X), X)
    assert_equal(net.backward(G), G)


def test_more_than_ten_layers_keep_their_order() -> None:
    # the names "10" and "11" come before "2" in the alphabet
    net = lk.Sequential(*[lk.Linear(1, 1, bias=False, rng=lk.rng(index)) for index in range(12)])
    assert [name for name, _ in net.named_parameters()] == [f"{index}.weight" for index in range(12)]


def test_a_composite_works_inside_a_sequential_on_the_tape() -> None:
    net = lk.Sequential(Scaled(), lk.Linear(3, 2, rng=lk.rng(1), dtype=np.float64))
    x = lk.Tensor(X, requires_grad=True)
    assert lk.gradcheck(lambda x: net(x), [x])
    net.zero_grad()
    net(x).sum().backward()
    assert {name for name, p in net.named_parameters() if p.grad is not None} == set(net.state_dict())


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_a_composite_inside_a_sequential_has_no_way_by_hand_and_the_message_says_which_layer(way: str) -> None:
    net = lk.Sequential(lk.Linear(3, 3), Scaled())
    with pytest.raises(TypeError, match=r"layer 1, Scaled, has no forward and backward on arrays. Call the network: net\(x\)"):
        getattr(net, way)(X)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_layer_that_somebody_wrote_goes_both_ways_wherever_it_stands(position: int) -> None:
    layers: list[lk.Module] = [lk.Tanh(), lk.Tanh()]
    layers.insert(position, Doubling())
    net = lk.Sequential(*layers)
    by_hand, x = net.forward(X), lk.Tensor(X, requires_grad=True)
    output = net(x)
    assert_equal(by_hand, output.data)
    output.sum().backward()
    assert_close(net.backward(np.ones_like(X)), x.grad)


def test_a_sequential_inside_a_sequential_goes_both_ways() -> None:
    inner, outer = small_net(), small_net()
    nested = lk.Sequential(lk.Sequential(inner[0], inner[1]), lk.Sequential(inner[2]))
    assert_equal(nested.forward(X), outer.forward(X))
    assert_equal(nested.backward(G), outer.backward(G))


def test_a_module_must_say_what_calling_it_does() -> None:
    with pytest.raises(TypeError, match="abstract"):
        lk.Module()  # type: ignore[abstract]


# --- repr --------------------------------------------------------------------------------------------------------------------------------


def test_repr_of_layers_shows_how_to_make_them() -> None:
    assert repr(lk.Linear(3, 2, bias=False)) == "Linear(in_features=3, out_features=2, bias=False)"
    assert repr(lk.ReLU()) == "ReLU()"
    assert repr(lk.LeakyReLU(0.2)) == "LeakyReLU(negative_slope=0.2)"
    assert repr(lk.GELU("tanh")) == "GELU(approximate='tanh')"


def test_repr_of_a_nested_network_is_indented() -> None:
    net = lk.Sequential(lk.Sequential(lk.Linear(3, 2)), lk.ReLU())
    assert repr(net) == (
        "Sequential(\n  (0): Sequential(\n    (0): Linear(in_features=3, out_features=2, bias=True)\n  )\n  (1): ReLU()\n)"
    )
