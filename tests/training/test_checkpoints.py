"""Checkpoints: what goes in comes out, from one tree to the other as far as it can; all of it or nothing; on both trees."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit import reference
from learnkit.training import checkpoints
from learnkit.training.generators import states_of
from learnkit.training.state_files import read_state, write_state


def tree(name: str) -> Any:
    if name == "pytorch":
        pytest.importorskip("torch")
        from learnkit import pytorch

        return pytorch
    return reference


@pytest.fixture(params=["reference", "pytorch"])
def lk(request: pytest.FixtureRequest) -> Any:
    return tree(request.param)


def network(lk: Any, seed: int = 0, width: int = 3) -> Any:
    return lk.Sequential(lk.Linear(2, width, rng=lk.rng(seed)), lk.BatchNorm1d(width), lk.Linear(width, 1, rng=lk.rng(seed + 1)))


def trained(lk: Any, net: Any, optimizer: Any) -> None:
    x = lk.tensor(np.arange(8.0, dtype=np.float32).reshape(4, 2))
    optimizer.zero_grad()
    (net(x) * net(x)).mean().backward()
    optimizer.step()


def values(net: Any) -> dict[str, Any]:
    return {name: (np.asarray(value).dtype, value.tolist()) for name, value in net.state_dict().items()}


class Memory:
    """A part with a state, which may refuse one."""

    def __init__(self, value: Any = 0, refuses: bool = False) -> None:
        self.value, self.refuses = value, refuses

    def on_step_end(self, run: Any) -> None:
        """Be a callback."""

    def state_dict(self) -> dict[str, Any]:
        return {"value": self.value}

    def load_state_dict(self, state: Any) -> None:
        if self.refuses and state["value"] != self.value:
            raise KeyError("no such value here")
        self.value = state["value"]


class Other(Memory):
    """The same under another name."""


def parts(lk: Any, seed: int = 0, value: Any = 0, **changes: Any) -> dict[str, Any]:
    net = network(lk, seed)
    optimizer = lk.Adam(net.parameters(), lr=0.1)
    trained(lk, net, optimizer)
    made = {"net": net, "optimizer": optimizer, "scheduler": lk.Scheduler(optimizer, lambda step: 0.5**step)}
    return {**made, "callbacks": [Memory(value)], "progress": Memory(value), **changes}


def states(parts: dict[str, Any]) -> Any:
    named = [*parts["callbacks"], *(part for name, part in parts.items() if name not in ("callbacks", "generators"))]
    return repr([part.state_dict() for part in named])


def test_every_part_comes_back(lk: Any, tmp_path: Path) -> None:
    saved, loaded = parts(lk, 0, "σ"), parts(lk, 5, "other")
    assert states(saved) != states(loaded)
    lk.save_checkpoint(tmp_path / "a", **saved)
    lk.load_checkpoint(tmp_path / "a", **loaded)
    assert states(saved) == states(loaded)
    assert values(saved["net"]) == values(loaded["net"])


def test_a_path_may_be_a_string_and_what_was_there_is_replaced(lk: Any, tmp_path: Path) -> None:
    for seed in (0, 1):
        lk.save_checkpoint(str(tmp_path / "a"), net=network(lk, seed))
    net = network(lk, 7)
    lk.load_checkpoint(str(tmp_path / "a"), net=net)
    assert values(net) == values(network(lk, 1))


def test_what_is_not_asked_for_is_left_as_it_is(lk: Any, tmp_path: Path) -> None:
    saved, loaded = parts(lk, 0, "saved"), parts(lk, 5, "kept")
    lk.save_checkpoint(tmp_path / "a", **saved)
    rest = {name: part for name, part in loaded.items() if name != "net"}
    before = states(rest)
    lk.load_checkpoint(tmp_path / "a", net=loaded["net"])
    assert values(loaded["net"]) == values(saved["net"])
    assert states(rest) == before


def test_what_was_loaded_does_not_point_to_what_was_saved(lk: Any, tmp_path: Path) -> None:
    saved, loaded = parts(lk), parts(lk, 5)
    lk.save_checkpoint(tmp_path / "a", **saved)
    lk.load_checkpoint(tmp_path / "a", **loaded)
    before = values(saved["net"])
    trained(lk, loaded["net"], loaded["optimizer"])
    assert values(saved["net"]) == before


@pytest.mark.parametrize(("source", "target"), [("reference", "pytorch"), ("pytorch", "reference")])
def test_weights_go_from_one_tree_to_the_other(source: str, target: str, tmp_path: Path) -> None:
    one, other = tree(source), tree(target)
    net = network(one)
    trained(one, net, one.SGD(net.parameters(), lr=0.1))  # so that the running statistics are not those of the beginning
    one.save_checkpoint(tmp_path / "a", net=net)
    received = network(other, 5)
    other.load_checkpoint(tmp_path / "a", net=received)
    assert values(received) == values(net)


@pytest.mark.parametrize(
    ("source", "target", "names"), [("reference", "pytorch", ("numpy", "torch")), ("pytorch", "reference", ("torch", "numpy"))]
)
def test_the_rest_of_a_run_does_not_go_from_one_tree_to_the_other(source: str, target: str, names: Any, tmp_path: Path) -> None:
    tree(source).save_checkpoint(tmp_path / "a", **parts(tree(source)))
    received = parts(tree(target), 5)
    before = states(received)
    with pytest.raises(ValueError, match=rf"a is of a network of {names[0]}, and this one is of {names[1]}: weights may go"):
        tree(target).load_checkpoint(tmp_path / "a", **received)
    assert states(received) == before


def test_other_readers_find_the_weights_under_their_names(lk: Any, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    net = network(lk)
    lk.save_checkpoint(tmp_path / "a", net=net)
    found = load_file(tmp_path / "a")
    assert {name.removeprefix("net."): value.tolist() for name, value in found.items()} == {
        name: value for name, (_, value) in values(net).items()
    }


# --- all or nothing ----------------------------------------------------------------------------------------------------------------------


def nothing_is_loaded(lk: Any, path: Path, message: str, **changes: Any) -> None:
    loaded = parts(lk, 5, "kept", **changes)
    before = states(loaded)
    with pytest.raises(ValueError, match=message):
        lk.load_checkpoint(path, **loaded)
    assert states(loaded) == before


@pytest.fixture
def saved(lk: Any, tmp_path: Path) -> Path:
    lk.save_checkpoint(tmp_path / "a", **parts(lk, 0, "saved"))
    return tmp_path / "a"


def test_another_shape_is_refused(lk: Any, saved: Path) -> None:
    nothing_is_loaded(
        lk, saved, r"a does not fit: 0\.weight has shape \(3, 2\) where \(4, 2\) is required; 0\.bias has", net=network(lk, width=4)
    )


def test_missing_and_unexpected_names_are_refused(lk: Any, saved: Path) -> None:
    net = lk.Sequential(lk.Linear(2, 3, rng=lk.rng(0)), lk.ReLU(), lk.Linear(3, 1, bias=False, rng=lk.rng(0)), lk.BatchNorm1d(1))
    nothing_is_loaded(lk, saved, r"missing 3\.weight; .*unexpected 1\.weight; .*unexpected 2\.bias\. Nothing was loaded\.$", net=net)


def test_an_optimizer_of_another_class_is_refused(lk: Any, saved: Path) -> None:
    optimizer = lk.SGD(network(lk).parameters(), lr=0.1)
    nothing_is_loaded(lk, saved, r"a holds the optimizer Adam, and here is SGD\. Make the same one\.$", optimizer=optimizer)


def test_an_optimizer_of_other_groups_is_refused(lk: Any, saved: Path) -> None:
    parameters = list(network(lk).parameters())
    optimizer = lk.Adam([{"params": parameters[:2]}, {"params": parameters[2:]}], lr=0.1)
    nothing_is_loaded(lk, saved, r"a does not fit: optimizer: ", optimizer=optimizer)


def test_an_optimizer_of_parameters_in_another_order_is_refused(lk: Any, saved: Path) -> None:
    optimizer = lk.Adam(list(network(lk).parameters())[::-1], lr=0.1)
    message = r"a does not fit: exp_avg of parameter 0 has shape \(3, 2\) where \(1,\) is required; .*Nothing was loaded\.$"
    nothing_is_loaded(lk, saved, message, optimizer=optimizer)


@pytest.mark.parametrize("callbacks", [[], [Other()], [Memory(), Memory()]])
def test_other_callbacks_are_refused(lk: Any, saved: Path, callbacks: list[Any]) -> None:
    nothing_is_loaded(lk, saved, r"a holds the states of the callbacks \['Memory'\], and here are", callbacks=callbacks)


def test_callbacks_without_a_state_may_come_and_go(lk: Any, saved: Path) -> None:
    loaded = parts(lk, 5)
    loaded["callbacks"].insert(0, object())
    lk.load_checkpoint(saved, **loaded)
    assert loaded["callbacks"][1].value == "saved"


@pytest.mark.parametrize("place", ["callbacks", "progress"])
def test_a_part_that_refuses_its_state_leaves_all_others_as_they_were(lk: Any, saved: Path, place: str) -> None:
    refusing = Memory("kept", refuses=True)
    change = {place: [refusing] if place == "callbacks" else refusing}
    nothing_is_loaded(lk, saved, r"a does not fit: (Memory|progress): 'no such value here' Nothing was loaded\.$", **change)


def test_a_part_that_refuses_its_state_leaves_the_generators_as_they_were(lk: Any, tmp_path: Path) -> None:
    def made(seed: int) -> dict[str, Any]:
        net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0)), lk.Dropout(0.5, rng=lk.rng(seed)))
        return {"net": net, "generators": lk.generators_of(net)}

    lk.save_checkpoint(tmp_path / "a", **made(0), callbacks=[Memory("saved")])
    loaded = made(1)
    before = repr(states_of(loaded["generators"]))
    with pytest.raises(ValueError, match=r"a does not fit: Memory: 'no such value here' Nothing was loaded\.$"):
        lk.load_checkpoint(tmp_path / "a", **loaded, callbacks=[Memory("kept", refuses=True)])
    assert repr(states_of(loaded["generators"])) == before


@pytest.mark.parametrize("name", ["optimizer", "scheduler", "progress", "generators"])
def test_a_part_that_was_not_saved_is_refused(lk: Any, tmp_path: Path, name: str) -> None:
    lk.save_checkpoint(tmp_path / "a", net=network(lk))
    given = lk.generators_of(network(lk)) if name == "generators" else parts(lk)[name]
    with pytest.raises(ValueError, match=rf"a holds no {name}: it was saved without"):
        lk.load_checkpoint(tmp_path / "a", net=network(lk), **{name: given})


def test_a_later_version_is_refused(lk: Any, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "VERSION", 2)
        lk.save_checkpoint(saved, **parts(lk))
    nothing_is_loaded(lk, saved, r"a has version 2, and this learnkit reads version 1\. Install a later learnkit\.$")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": None}, "it has no version"),
        ({"version": "1"}, "it has no version"),
        ({"version": 0}, "it has no version"),
        ({"net": None}, "net missing or of another kind"),
        ({"net": [], "library": 1}, "library, net missing or of another kind"),
        ({"callbacks": [{"state": 1}]}, "a part has no class or no state"),
        ({"optimizer": {"class": "Adam"}}, "a part has no class or no state"),
        ({"progress": []}, "a part has no class or no state"),
    ],
)
def test_a_file_built_in_another_way_is_refused(lk: Any, saved: Path, change: dict[str, Any], message: str) -> None:
    content = read_state(str(saved), as_tensors=lk is not reference)
    write_state(str(saved), {**content, **change})
    nothing_is_loaded(lk, saved, f"a is no checkpoint as learnkit writes it: {message}")


@pytest.mark.parametrize(
    "change", [{"optimizer": {"class": "Adam", "state": None}}, {"optimizer": {"class": "Adam", "state": {"state": {99: {}}}}}]
)
def test_a_state_that_is_none_is_refused(lk: Any, saved: Path, change: dict[str, Any]) -> None:
    content = read_state(str(saved), as_tensors=lk is not reference)
    write_state(str(saved), {**content, **change})
    nothing_is_loaded(lk, saved, "a does not fit: ")


def test_a_truncated_file_is_refused(lk: Any, saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-1])
    nothing_is_loaded(lk, saved, "a is no safetensors file, or not all of one")


def test_a_state_that_cannot_be_saved_is_refused_and_the_old_file_stays(lk: Any, saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(TypeError, match=r"dicts, arrays and tensors; progress\.state\.value is a set\."):
        lk.save_checkpoint(saved, **parts(lk, 0, {1, 2}))
    assert saved.read_bytes() == before


def test_the_file_is_safetensors_with_json_in_its_metadata(lk: Any, saved: Path) -> None:
    data = saved.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    content = json.loads(header["__metadata__"]["learnkit"])
    assert content["version"] == 1
    assert content["optimizer"]["class"] == "Adam"
    assert content["net"]["0.weight"] == {"$array": "net.0.weight"}
