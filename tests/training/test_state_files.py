"""Files of states: what comes back is what was written; what is no such file is refused; what was there survives every failure."""

import errno
import json
import math
import os
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit import reference
from learnkit.training import state_files
from learnkit.training.state_files import read_state, write_state

STATE = {
    "none": None,
    "truth": True,
    "whole": 2**200,
    "float": 0.1,
    "text": "σ $",
    "empty": [{}, [], ""],
    "pair": (0.9, (1, "two")),
    "by number": {0: "a", 7: {"b": [1]}},
    "$float": {"$array": "not one"},
}


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return type(one) is type(other) and one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (one != one and other != other)


def test_the_comparison_of_states_tells_types_and_bits_apart() -> None:
    for one, other in [
        ((1,), [1]),
        (1, 1.0),
        (True, 1),
        (np.zeros(2), np.zeros(2, np.float32)),
        (np.array(0.0), np.array(-0.0)),
        ({1: 2}, {"1": 2}),
    ]:
        assert same(one, one)
        assert not same(one, other)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    write_state(str(tmp_path / "a"), STATE)
    assert same(read_state(str(tmp_path / "a"), as_tensors=False), STATE)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 5e-324, -0.0, 1.7976931348623157e308])
def test_every_float_comes_back_and_the_file_is_valid_json(tmp_path: Path, value: float) -> None:
    write_state(str(tmp_path / "a"), {"value": value})
    found = read_state(str(tmp_path / "a"), as_tensors=False)["value"]
    assert same(found, value)
    assert math.copysign(1, found) == math.copysign(1, value)
    text = header(tmp_path / "a")["__metadata__"]["learnkit"]
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def header(path: Path) -> Any:
    data = path.read_bytes()
    return json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64", "int8", "uint8", "bool"])
@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0, 3)])
def test_arrays_come_back_bit_for_bit(tmp_path: Path, dtype: str, shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).normal(0, 5, shape).astype(dtype)
    write_state(str(tmp_path / "a"), {"array": array})
    assert same(read_state(str(tmp_path / "a"), as_tensors=False)["array"], np.asarray(array))


def test_arrays_that_lie_otherwise_come_back_with_their_values(tmp_path: Path) -> None:
    array = np.arange(12.0).reshape(3, 4)
    write_state(str(tmp_path / "a"), {"turned": array.T, "strided": array[:, ::2], "backwards": array[::-1]})
    found = read_state(str(tmp_path / "a"), as_tensors=False)
    assert found["turned"].tolist() == array.T.tolist()
    assert found["strided"].tolist() == array[:, ::2].tolist()
    assert found["backwards"].tolist() == array[::-1].tolist()


@pytest.mark.parametrize("as_tensors", [False, True])
def test_what_comes_back_can_be_written_to_and_shares_no_memory(tmp_path: Path, as_tensors: bool) -> None:
    if as_tensors:
        pytest.importorskip("torch")
    write_state(str(tmp_path / "a"), {"one": np.zeros(2), "other": np.zeros(2)})
    found = read_state(str(tmp_path / "a"), as_tensors=as_tensors)
    found["one"] += 1
    assert (found["one"].tolist(), found["other"].tolist()) == ([1, 1], [0, 0])


def test_numbers_of_numpy_come_back_as_pythons(tmp_path: Path) -> None:
    write_state(str(tmp_path / "a"), {"float": np.float64(0.1), "half": np.float32(0.5), "count": np.int64(3), "truth": np.True_})
    assert same(read_state(str(tmp_path / "a"), as_tensors=False), {"float": 0.1, "half": 0.5, "count": 3, "truth": True})


def test_two_places_with_the_same_name_are_two_arrays(tmp_path: Path) -> None:
    write_state(str(tmp_path / "a"), {"a.b": np.zeros(1), "a": {"b": np.ones(1)}})
    assert same(read_state(str(tmp_path / "a"), as_tensors=False), {"a.b": np.zeros(1), "a": {"b": np.ones(1)}})


def test_tensors_of_the_reference_are_saved_as_their_arrays(tmp_path: Path) -> None:
    write_state(str(tmp_path / "a"), {"best": reference.Parameter(np.ones(2))})
    assert same(read_state(str(tmp_path / "a"), as_tensors=False)["best"], np.ones(2))


def test_tensors_of_pytorch_come_back_bit_for_bit(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    shared = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    state = {
        "turned": shared.T,
        "itself": shared,
        "again": shared,
        "half": shared.bfloat16(),
        "count": torch.tensor(3.0),
        "learned": torch.nn.Parameter(shared),
        "array": np.ones(2),
    }
    write_state(str(tmp_path / "a"), state)
    found = read_state(str(tmp_path / "a"), as_tensors=True)
    for name, value in state.items():
        assert torch.equal(found[name], torch.as_tensor(value).detach())
        assert found[name].dtype == torch.as_tensor(value).dtype
    with pytest.raises(ValueError, match=r"holds a type of numbers that cannot be read here: 'BF16'\. bfloat16 needs PyTorch"):
        read_state(str(tmp_path / "a"), as_tensors=False)


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes", len, 1j, np.array(["text"]), np.array([object()])])
def test_what_is_no_state_is_refused_with_its_place(tmp_path: Path, value: Any) -> None:
    with pytest.raises((TypeError, ValueError, KeyError), match=r"a checkpoint holds numbers.*callbacks\.0\.seen is"):
        write_state(str(tmp_path / "a"), {"callbacks": [{"seen": value}]})
    assert list(tmp_path.iterdir()) == []


# --- files that are none -----------------------------------------------------------------------------------------------------------------


def refused(path: Path, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(str(path)) + " " + message):
        read_state(str(path), as_tensors=False)


def test_every_truncation_is_refused(tmp_path: Path) -> None:
    write_state(str(tmp_path / "a"), {"array": np.arange(50.0), "text": "x"})
    data, cut = (tmp_path / "a").read_bytes(), tmp_path / "cut"
    for size in range(len(data)):
        cut.write_bytes(data[:size])
        refused(cut, "is no safetensors file, or not all of one")


@pytest.mark.parametrize(
    "data", [b"", b"text", b"\x80\x04K\x01.", b"PK\x03\x04" + bytes(100), b"\xff" * 200, (10**15).to_bytes(8, "little") + b"{}"]
)
def test_foreign_files_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    refused(tmp_path / "a", "is no safetensors file, or not all of one")


def test_bytes_after_the_end_are_refused(tmp_path: Path) -> None:
    write_state(str(tmp_path / "a"), {"array": np.arange(5.0)})
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes() + b"x")
    refused(tmp_path / "a", "is no safetensors file, or not all of one")


def test_a_safetensors_file_of_others_is_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"a": np.zeros(2)}, tmp_path / "a")
    refused(tmp_path / "a", "is a safetensors file, and not one of learnkit's checkpoints")


@pytest.mark.parametrize(
    "text",
    ["{", '{"$array": "gone"}', '{"$float": "one"}', '{"$float": null}', '{"$items": [1]}', '{"$items": [[[], 1]]}', "[" * 100_000],
    ids=lambda text: text[:20],
)
def test_metadata_that_learnkit_does_not_write_are_refused(tmp_path: Path, text: str) -> None:
    from safetensors.numpy import save_file

    save_file({"a": np.zeros(2)}, tmp_path / "a", {"learnkit": text})
    refused(tmp_path / "a", "is no checkpoint as learnkit writes it")


def test_a_pickle_is_not_executed(tmp_path: Path) -> None:
    import pickle

    class Runs:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "executed",))

    (tmp_path / "a").write_bytes(pickle.dumps(Runs()))
    refused(tmp_path / "a", "is no safetensors file")
    assert not (tmp_path / "executed").exists()


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"^there is no checkpoint .*gone\. Pass resume=None to begin a run from its start\.$"):
        read_state(str(tmp_path / "gone"), as_tensors=False)


# --- whole or not at all -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", ["fsync", "replace"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, number: int
) -> None:
    write_state(str(tmp_path / "a"), {"generation": 1})

    def fail(*args: Any) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(state_files.os, function, fail)
        with pytest.raises(
            OSError, match=rf"a could not be written: {os.strerror(number)}\. If there was one before, it is unchanged"
        ) as info:
            write_state(str(tmp_path / "a"), {"generation": 2})
    assert info.value.errno == number
    assert read_state(str(tmp_path / "a"), as_tensors=False) == {"generation": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_ctrl_c_while_writing_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_state(str(tmp_path / "a"), {"generation": 1})

    def interrupt(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(state_files.os, "fsync", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_state(str(tmp_path / "a"), {"generation": 2})
    assert read_state(str(tmp_path / "a"), as_tensors=False) == {"generation": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_in_the_place_of_the_file_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "a" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match=r"a could not be written"):
        write_state(str(tmp_path / "a"), {})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match=r"could not be written"):
        write_state(str(tmp_path / "file" / "a"), {})


def test_folders_are_made_and_the_file_may_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "one" / "two" / "a"
    write_state(str(path), {})
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_what_a_killed_program_left_is_removed_once_it_is_old(tmp_path: Path) -> None:
    for name, age in {".a.old.part": 3600, ".a.new.part": 0, ".b.old.part": 3600}.items():
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    write_state(str(tmp_path / "a"), {})
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.new.part", ".b.old.part", "a"]


WRITER = """
import itertools, sys
import numpy as np
from learnkit.training.state_files import write_state

for generation in itertools.count(1):
    write_state(sys.argv[1], {"generation": generation, "array": np.full(200_000, generation, dtype=np.float64)})
    print(generation, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills by signal")
def test_a_program_killed_while_it_saves_leaves_a_whole_file_every_time(tmp_path: Path) -> None:
    path = tmp_path / "a"
    root = str(Path(__file__).resolve().parents[2])
    in_between = 0
    last = 0
    for attempt in range(25):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
        )
        assert process.stdout is not None
        process.stdout.readline()  # the first file is there
        time.sleep(0.0013 * attempt)  # another moment of the next ones each time
        process.send_signal(signal.SIGKILL)
        said = [int(line) for line in process.stdout.read().split()]
        process.wait()
        process.stdout.close()
        found = read_state(str(path), as_tensors=False)
        assert found["generation"] >= max([1, *said])  # what was reported as saved is there, or a later one
        assert (found["array"] == found["generation"]).all()
        parts = list(tmp_path.glob(".a.*.part"))
        in_between += bool(parts)
        for part in parts:
            part.unlink()
        last = found["generation"]
    assert last >= 1
    assert in_between >= 3  # some were killed in the middle of a file, as the half files show
