"""The callback that saves: when, how many, the best, and where to go on; on both trees."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit import reference


@pytest.fixture(params=["reference", "pytorch"])
def lk(request: pytest.FixtureRequest) -> Any:
    if request.param == "pytorch":
        pytest.importorskip("torch")
        from learnkit import pytorch

        return pytorch
    return reference


def train(lk: Any, callback: Any, *, epochs: int = 4, others: Any = (), **options: Any) -> Any:
    """Train for three steps an epoch."""
    x = lk.tensor(np.linspace(-1, 1, 9, dtype=np.float32)[:, None])
    net = lk.Linear(1, 1, rng=lk.rng(0))
    batches = lk.Batches(x, x * 3.0, batch_size=3, seed=0)
    return lk.fit(net, lk.mse, lk.SGD(net.parameters(), lr=0.1), batches, epochs=epochs, callbacks=[*others, callback], **options)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def steps(folder: Path) -> list[int]:
    return [int(name[5:13]) for name in names(folder) if name.startswith("step-")]


@pytest.mark.worked_example("Checkpoint", "latest_checkpoint")
@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, [12]),
        ({"keep": 3}, [6, 9, 12]),
        ({"keep": None}, [3, 6, 9, 12]),
        ({"keep": None, "every_epochs": 3}, [9, 12]),
        ({"keep": None, "every_epochs": None, "every_steps": 5}, [5, 10]),
        ({"keep": 2, "every_epochs": None, "every_steps": 5}, [5, 10]),
        ({"keep": None, "every_epochs": 2, "every_steps": 5}, [5, 6, 10, 12]),
        ({"keep": None, "every_epochs": 1, "every_steps": 3}, [3, 6, 9, 12]),
    ],
)
def test_it_saves_when_asked_and_keeps_as_many_as_asked(lk: Any, tmp_path: Path, options: dict[str, Any], kept: list[int]) -> None:
    # 9 rows by 3 are 3 steps an epoch, 12 in 4: after every epoch at 3, 6, 9, 12; every 5 steps at 5 and 10; every second epoch at 6 and 12
    train(lk, lk.Checkpoint(tmp_path, **options))
    assert steps(tmp_path) == kept
    assert lk.latest_checkpoint(tmp_path) == tmp_path / f"step-{kept[-1]:08d}.safetensors"


def test_the_last_epoch_is_saved_also_after_a_stop(lk: Any, tmp_path: Path) -> None:
    class Stop:
        def on_epoch_end(self, run: Any) -> None:
            if run.epoch == 1:
                run.stop("enough")

    train(lk, lk.Checkpoint(tmp_path, every_epochs=10), others=[Stop()])
    assert steps(tmp_path) == [6]


class Told:
    """Puts values into the logs, one an epoch."""

    def __init__(self, *values: float) -> None:
        self.values = values

    def on_epoch_end(self, run: Any) -> None:
        run.logs["score"] = self.values[run.epoch]


@pytest.mark.parametrize(
    ("mode", "values", "best"),
    [
        ("min", (3.0, 1.0, 1.0, 2.0), 6),
        ("max", (3.0, 1.0, 3.0, 2.0), 3),
        ("min", (math.nan, 5.0, math.nan, 4.0), 12),
        ("max", (math.nan, 5.0, math.nan, 4.0), 6),
    ],
)
def test_the_best_is_the_first_of_the_best_and_never_nan(lk: Any, tmp_path: Path, mode: str, values: Any, best: int) -> None:
    callback = lk.Checkpoint(tmp_path, monitor="score", mode=mode)
    train(lk, callback, others=[Told(*values)])
    found = reference_progress(lk, tmp_path / "best.safetensors")
    assert found["step"] == best
    assert callback.best == values[best // 3 - 1]
    assert names(tmp_path) == ["best.safetensors", "step-00000012.safetensors"]


def reference_progress(lk: Any, path: Path) -> Any:
    from learnkit.training.state_files import read_state

    return read_state(str(path), as_tensors=lk is not reference)["progress"]["state"]


def test_the_best_so_far_is_remembered_by_a_run_that_goes_on(lk: Any, tmp_path: Path) -> None:
    train(lk, lk.Checkpoint(tmp_path, monitor="score"), epochs=2, others=[Told(1.0, 2.0)])
    resume = lk.latest_checkpoint(tmp_path)
    callback = lk.Checkpoint(tmp_path, monitor="score")
    train(lk, callback, epochs=4, others=[Told(0, 0, 1.5, 1.2)], resume=resume)
    assert callback.best == 1.0
    assert reference_progress(lk, tmp_path / "best.safetensors")["step"] == 3


def test_a_value_that_the_run_does_not_measure_is_refused(lk: Any, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^monitor is 'val_loss', and the run measures loss, lr\.$"):
        train(lk, lk.Checkpoint(tmp_path, monitor="val_loss"))


@pytest.mark.parametrize("options", [{}, {"every_epochs": None, "monitor": "loss"}])
def test_a_new_run_does_not_mix_with_an_old_one(lk: Any, tmp_path: Path, options: dict[str, Any]) -> None:
    train(lk, lk.Checkpoint(tmp_path, **options))
    before = names(tmp_path)
    with pytest.raises(FileExistsError, match=r"holds checkpoints, and this run begins from its start\. Use another folder, or go on"):
        train(lk, lk.Checkpoint(tmp_path, **options))
    assert names(tmp_path) == before


def test_other_files_in_the_folder_are_left_alone(lk: Any, tmp_path: Path) -> None:
    for name in ("step-x.safetensors", "notes.txt", "step-00000001.txt"):
        (tmp_path / name).write_text("mine")
    train(lk, lk.Checkpoint(tmp_path))
    assert names(tmp_path) == ["notes.txt", "step-00000001.txt", "step-00000012.safetensors", "step-x.safetensors"]


def test_the_latest_is_the_one_of_most_steps_and_not_of_the_last_name(tmp_path: Path) -> None:
    for name in ("step-99999999", "step-100000000", "step-00000007"):
        (tmp_path / f"{name}.safetensors").touch()
    assert reference.latest_checkpoint(str(tmp_path)) == tmp_path / "step-100000000.safetensors"


def test_there_is_no_latest_in_an_empty_folder_or_in_none(tmp_path: Path) -> None:
    assert reference.latest_checkpoint(tmp_path) is None
    assert reference.latest_checkpoint(tmp_path / "gone") is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every_epochs": None}, "this Checkpoint would save nothing: pass every_epochs, every_steps or monitor"),
        ({"every_epochs": 0}, "every_epochs must be at least 1; got 0"),
        ({"every_steps": 0}, "every_steps must be at least 1; got 0"),
        ({"keep": 0}, "keep must be at least 1; got 0"),
        ({"mode": "best"}, 'mode must be "min" or "max"; got \'best\''),
    ],
)
def test_settings_that_make_no_sense_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        reference.Checkpoint("folder", **options)
