"""Freezing, groups, new heads, features: what is to stay stays, to the last bit, in both trees."""

from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import pytorch, reference
from learnkit.training import discriminative_lrs, param_groups

both = pytest.mark.parametrize("lk", [reference, pytorch], ids=["reference", "pytorch"])


def network(lk: Any) -> Any:
    generator = lk.rng(0)
    body = (lk.Linear(3, 4, rng=generator), lk.BatchNorm1d(4), lk.ReLU(), lk.Dropout(0.5, rng=generator))
    return lk.Sequential(*body, lk.Linear(4, 2, rng=generator))


def state(net: Any) -> dict[str, np.ndarray]:
    return {name: np.asarray(value).copy() for name, value in net.state_dict().items()}


def train(lk: Any, net: Any, optimizer: Any, steps: int = 5) -> None:
    x = np.random.default_rng(0).standard_normal((8, 3)).astype(np.float32)
    y = np.arange(8) % 2
    net.train()
    for _ in range(steps):
        loss = lk.cross_entropy(net(lk.tensor(x)), lk.tensor(y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@both
@pytest.mark.parametrize(
    ("name", "options"), [("AdamW", {"weight_decay": 0.1}), ("SGD", {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1})]
)
def test_a_frozen_part_is_the_same_to_the_last_bit_after_five_steps(lk: Any, name: str, options: dict[str, Any]) -> None:
    net = network(lk)
    optimizer = getattr(lk, name)(net.parameters(), **options)
    train(lk, net, optimizer, steps=2)  # momentum and moments exist before it is frozen
    for layer in list(net)[:4]:
        lk.freeze(layer)
    before = state(net)
    train(lk, net, optimizer)
    after = state(net)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed == {"4.weight", "4.bias"}


@both
def test_without_freezing_everything_moves_running_statistics_too(lk: Any) -> None:
    net = network(lk)
    before = state(net)
    train(lk, net, lk.SGD(net.parameters(), lr=0.1), steps=1)
    changed = {name for name, value in state(net).items() if not np.array_equal(before[name], value)}
    assert changed >= {"0.weight", "1.weight", "1.running_mean", "1.running_var", "4.bias"}


@both
def test_a_frozen_part_answers_as_in_evaluation_though_the_network_trains(lk: Any) -> None:
    net = network(lk)
    x = lk.tensor(np.random.default_rng(1).standard_normal((5, 3)).astype(np.float32))
    expected = np.asarray(net.eval()(x).detach())
    lk.freeze(net)
    net.train()
    assert_equal(np.asarray(net(x).detach()), expected)


@both
def test_unfreezing_lets_everything_learn_again(lk: Any) -> None:
    net = network(lk)
    assert lk.unfreeze(lk.freeze(net)) is net
    before = state(net)
    train(lk, net, lk.SGD(net.parameters(), lr=0.1), steps=1)
    assert not np.array_equal(state(net)["1.running_mean"], before["1.running_mean"])
    assert not np.array_equal(state(net)["0.weight"], before["0.weight"])
    assert all(parameter.requires_grad for parameter in net.parameters())


@both
def test_freezing_twice_is_freezing_once(lk: Any) -> None:
    net = network(lk)
    lk.unfreeze(lk.freeze(lk.freeze(net)))
    before = state(net)
    train(lk, net, lk.SGD(net.parameters(), lr=0.1), steps=1)
    assert not np.array_equal(state(net)["1.running_mean"], before["1.running_mean"])


@pytest.mark.worked_example("freeze", "unfreeze")
@both
def test_a_frozen_weight_stays_and_an_unfrozen_one_moves_again(lk: Any) -> None:
    # y = w x, loss y at x = 2: the slope is 2, and lr 0.25 takes 0.5 of w = 1, or nothing
    layer = lk.Linear(1, 1, bias=False, rng=lk.rng(0))
    layer.load_state_dict({"weight": lk.tensor(np.ones((1, 1), dtype=np.float32)) if lk is pytorch else np.ones((1, 1), np.float32)})
    free = lk.tensor(np.ones((1, 1), dtype=np.float32), requires_grad=True)
    optimizer, x, seen = lk.SGD(layer.parameters(), lr=0.25), lk.tensor(np.array([[2.0]], dtype=np.float32)), []
    for change in (lk.freeze, lk.unfreeze):
        change(layer)
        optimizer.zero_grad()
        (layer(x) * free).sum().backward()
        optimizer.step()
        seen.append(state(layer)["weight"].item())
    assert seen == [1.0, 0.5]


@pytest.mark.worked_example("param_groups")
@both
def test_every_trained_parameter_is_in_exactly_one_group(lk: Any) -> None:
    # the layers 1 and 4 train: the weight (2, 4) of layer 4 decays by 0.1; its bias, and scale and shift of layer 1, by 0
    net = network(lk)
    lk.freeze(net[0])
    groups = param_groups(net, weight_decay=0.1)
    assert [group["weight_decay"] for group in groups] == [0.1, 0.0]
    ids = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(ids) == sorted(id(parameter) for parameter in net.parameters() if parameter.requires_grad)
    assert [tuple(parameter.shape) for parameter in groups[0]["params"]] == [(2, 4)]


@pytest.mark.worked_example("param_groups")
@both
def test_biases_and_scales_do_not_decay(lk: Any) -> None:
    # a step with gradients of zero leaves what does not decay, and takes lr · weight_decay = 0.05 of the rest: 0.95
    net = network(lk)
    before = state(net)
    optimizer = lk.SGD(param_groups(net, weight_decay=0.5), lr=0.1)
    for parameter in net.parameters():
        parameter.grad = (
            lk.tensor(np.zeros(tuple(parameter.shape), dtype=np.float32)) if lk is pytorch else np.zeros(parameter.shape, np.float32)
        )
    optimizer.step()
    after = state(net)
    assert_close(after["0.weight"], 0.95 * before["0.weight"], tolerance=1e-6)
    for name in ("0.bias", "1.weight", "1.bias", "4.bias"):
        assert_equal(after[name], before[name])


@pytest.mark.worked_example("discriminative_lrs")
@both
def test_rates_fall_from_the_last_layer_to_the_first(lk: Any) -> None:
    # 0.8, and half of it for each layer towards the input: 0.4, 0.2
    net = lk.Sequential(
        lk.Linear(3, 4, rng=lk.rng(0)), lk.ReLU(), lk.Linear(4, 4, rng=lk.rng(0)), lk.ReLU(), lk.Linear(4, 2, rng=lk.rng(0))
    )
    groups = discriminative_lrs(net, lr=0.8, decay=0.5)
    assert [group["lr"] for group in groups] == [0.2, 0.4, 0.8]
    assert [id(group["params"][0]) for group in groups] == [id(net[i].weight) for i in (0, 2, 4)]
    lk.freeze(net[2])
    assert [group["lr"] for group in discriminative_lrs(net, lr=0.8, decay=0.5)] == [0.4, 0.8]
    optimizer = lk.SGD(groups, lr=1.0)
    assert [group["lr"] for group in optimizer.param_groups] == [0.2, 0.4, 0.8]


@both
def test_a_weight_that_two_layers_share_is_in_one_group(lk: Any) -> None:
    layer = lk.Linear(3, 3, rng=lk.rng(0))
    groups = discriminative_lrs(lk.Sequential(layer, lk.ReLU(), layer), lr=0.1, decay=0.5)
    assert [group["lr"] for group in groups] == [0.1]


@pytest.mark.worked_example("replace_head")
@both
def test_a_new_head_is_a_new_linear_and_the_body_is_shared(lk: Any) -> None:
    # the old head is (2, 4): 4 features stay what comes in, and 5 classes come out: (5, 4)
    net = network(lk)
    made = lk.replace_head(net, 5, rng=lk.rng(7))
    assert [id(layer) for layer in list(made)[:4]] == [id(layer) for layer in list(net)[:4]]
    assert tuple(made[4].weight.shape) == (5, 4)
    fresh = lk.Linear(4, 5, rng=lk.rng(7))
    for name in ("weight", "bias"):
        assert_equal(np.asarray(made[4].state_dict()[name]), np.asarray(fresh.state_dict()[name]))
    assert tuple(net[4].weight.shape) == (2, 4)


@both
def test_features_are_a_frozen_copy_of_the_body(lk: Any) -> None:
    net = network(lk)
    features = lk.feature_extractor(net)
    x = lk.tensor(np.random.default_rng(1).standard_normal((5, 3)).astype(np.float32))
    expected = np.asarray(lk.Sequential(*list(net)[:4]).eval()(x).detach())
    before = state(features)
    train(lk, net, lk.SGD(net.parameters(), lr=0.1))
    assert_equal(np.asarray(features.train()(x).detach()), expected)
    for name, value in state(features).items():
        assert_equal(value, before[name])
    assert not features(x).requires_grad
    assert len(lk.feature_extractor(net, upto=2)) == 2
    assert all(parameter.requires_grad for parameter in net.parameters())


@pytest.mark.worked_example("feature_extractor")
@both
def test_features_are_what_comes_before_the_head(lk: Any) -> None:
    # the body is relu(-2 x) at x = -3 and 3: 6 and 0; the head, 10 times that, is left out
    net = lk.Sequential(lk.Linear(1, 1, bias=False, rng=lk.rng(0)), lk.ReLU(), lk.Linear(1, 1, bias=False, rng=lk.rng(0)))
    weights = {"0.weight": np.array([[-2.0]], np.float32), "2.weight": np.array([[10.0]], np.float32)}
    net.load_state_dict({name: lk.tensor(value) if lk is pytorch else value for name, value in weights.items()})
    features = lk.feature_extractor(net)(lk.tensor(np.array([[-3.0], [3.0]], dtype=np.float32)))
    assert np.asarray(features.detach()).tolist() == [[6.0], [0.0]]


@both
def test_what_does_not_fit_is_refused(lk: Any) -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0))
    cases: list[tuple[Any, type[Exception], str]] = [
        (
            lambda: lk.replace_head(layer, 3, rng=lk.rng(0)),
            TypeError,
            "replace_head takes a Sequential whose last layer is a Linear; got Linear",
        ),
        (lambda: lk.replace_head(lk.Sequential(layer, lk.ReLU()), 3, rng=lk.rng(0)), TypeError, "got ReLU"),
        (lambda: lk.replace_head(lk.Sequential(layer), 0, rng=lk.rng(0)), ValueError, "num_classes must be at least 1; got 0"),
        (lambda: lk.feature_extractor(layer), TypeError, "feature_extractor takes a Sequential"),
        (lambda: lk.feature_extractor(lk.Sequential(layer)), ValueError, "no layer is left of 1 with upto=-1"),
        (lambda: param_groups(lk.freeze(lk.Linear(2, 2, rng=lk.rng(0))), weight_decay=0.1), ValueError, "no parameter is trained"),
        (lambda: param_groups(layer, weight_decay=-0.1), ValueError, "weight_decay must be at least 0; got -0.1"),
        (lambda: discriminative_lrs(lk.Sequential(layer), lr=-1.0), ValueError, "lr must be at least 0; got -1.0"),
        (lambda: discriminative_lrs(lk.Sequential(layer), lr=0.1, decay=0.0), ValueError, "decay must be above 0 and at most 1"),
        (lambda: discriminative_lrs(layer, lr=0.1), TypeError, "takes a Sequential"),
    ]
    for call, error, text in cases:
        with pytest.raises(error, match=text):
            call()


@both
def test_the_scale_of_a_normalization_over_two_axes_does_not_decay(lk: Any) -> None:
    net = lk.Sequential(lk.Linear(3, 4, rng=lk.rng(0)), lk.LayerNorm((3, 4)), lk.RMSNorm((3, 4)))
    groups = param_groups(net, weight_decay=0.1)
    names = {id(parameter): name for name, parameter in net.named_parameters()}
    found = {group["weight_decay"]: [names[id(parameter)] for parameter in group["params"]] for group in groups}
    assert found == {0.1: ["0.weight"], 0.0: ["0.bias", "1.weight", "1.bias", "2.weight"]}


@both
def test_what_is_no_module_is_not_frozen(lk: Any) -> None:
    layer = lk.Linear(3, 2, rng=lk.rng(0))
    for call in (lk.freeze, lk.unfreeze):
        with pytest.raises(TypeError, match=r"freeze takes a Module, a layer or a network; got list"):
            call(list(layer.parameters()))
    assert all(parameter.requires_grad for parameter in layer.parameters())


@both
def test_features_of_more_layers_than_there_are_are_refused(lk: Any) -> None:
    net = network(lk)
    assert len(lk.feature_extractor(net, upto=5)) == 5
    with pytest.raises(ValueError, match="upto must be at most 5, the number of layers; got 6"):
        lk.feature_extractor(net, upto=6)
