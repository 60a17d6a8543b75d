"""A run that is stopped and resumed by new objects ends bit for bit where one ends that was not stopped; on both trees."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit import reference
from learnkit.training.generators import states_of

EPOCHS, ROWS, BATCH = 4, 37, 8  # five batches an epoch, the last of five rows
STEPS = EPOCHS * 5


@pytest.fixture(params=["reference", "pytorch"])
def lk(request: pytest.FixtureRequest) -> Any:
    if request.param == "pytorch":
        pytest.importorskip("torch")
        from learnkit import pytorch

        return pytorch
    return reference


class Killed(Exception):
    """In the place of a signal."""


class Kill:
    """Ends the program after a step, when its checkpoint is written."""

    is_last = True

    def __init__(self, step: int | None, method: str) -> None:
        self.step = step
        setattr(self, method, self._kill)

    def _kill(self, run: Any) -> None:
        if run.step == self.step:
            raise Killed


class Averages:
    """The running mean of the weights, as a callback."""

    def __init__(self, ema: Any) -> None:
        self.ema = ema

    def on_step_end(self, run: Any) -> None:
        self.ema.update()

    def state_dict(self) -> dict[str, Any]:
        return dict(self.ema.state_dict())

    def load_state_dict(self, state: Any) -> None:
        self.ema.load_state_dict(state)


class Plateau:
    """Cuts the rate, and stops after the second epoch in a row that brought nothing."""

    def __init__(self, plateau: Any) -> None:
        self.plateau = plateau
        self.cuts: list[tuple[int, float]] = []

    def on_epoch_end(self, run: Any) -> None:
        before = run.optimizer.lr
        self.plateau.step(run.logs["val_accuracy"])
        if run.optimizer.lr != before:
            self.cuts.append((run.epoch, run.optimizer.lr))
        if len(self.cuts) == 2:
            run.stop("nothing to gain")

    def state_dict(self) -> dict[str, Any]:
        return {"plateau": self.plateau.state_dict(), "cuts": self.cuts}

    def load_state_dict(self, state: Any) -> None:
        self.plateau.load_state_dict(state["plateau"])
        self.cuts = state["cuts"]


def network(lk: Any, rng: Any) -> Any:
    """Two dropout layers share a generator with the initial weights."""
    layers = [lk.Linear(6, 8, rng=rng), lk.BatchNorm1d(8), lk.ReLU(), lk.Dropout(0.3, rng=rng)]
    return lk.Sequential(*layers, lk.Linear(8, 8, rng=rng), lk.Dropout(0.2, rng=rng), lk.Linear(8, 3, rng=rng))


def adam_one_cycle(lk: Any, net: Any) -> tuple[Any, Any, list[Any]]:
    optimizer = lk.Adam(net.parameters(), lr=0.01)
    schedule, momentum = partial(lk.one_cycle, total_steps=STEPS), partial(lk.one_cycle_momentum, total_steps=STEPS)
    return optimizer, lk.Scheduler(optimizer, schedule, momentum=momentum), [Averages(lk.EMA(net.parameters(), 0.9))]


def sgd_plateau(lk: Any, net: Any) -> tuple[Any, Any, list[Any]]:
    optimizer = lk.SGD(net.parameters(), lr=0.05, momentum=0.9)
    return optimizer, None, [Plateau(lk.ReduceOnPlateau(optimizer, mode="max", patience=0, factor=0.5))]


def groups_nadam(lk: Any, net: Any) -> tuple[Any, Any, list[Any]]:
    parameters = list(net.parameters())
    groups = [{"params": parameters[:2], "lr": 0.1}, {"params": parameters[2:], "weight_decay": 0.1}]
    return lk.NAdam(groups, lr=0.01), None, []


KINDS: dict[str, Callable[..., Any]] = {"Adam, one cycle, EMA": adam_one_cycle, "SGD, plateau": sgd_plateau, "NAdam, groups": groups_nadam}


def train(lk: Any, kind: str, folder: Path, *, kill: int | None = None, method: str = "on_step_end", **options: Any) -> Any:
    made = np.random.default_rng(0)
    x, y = lk.tensor(made.standard_normal((ROWS, 6)).astype(np.float32)), lk.tensor(made.integers(3, size=ROWS))
    noise = lk.rng(8)
    net = network(lk, lk.rng(3))
    optimizer, scheduler, callbacks = KINDS[kind](lk, net)

    def step(inputs: Any, targets: Any) -> tuple[Any, Any]:  # noise that the loop does not know of
        kept = lk.sample_dropout(tuple(inputs.shape), 0.1, rng=noise) if net.training else lk.sample_dropout((1,), 0.0, rng=lk.rng(0))
        outputs = net(inputs * kept)
        return lk.cross_entropy(outputs, targets), outputs

    saves = [lk.Checkpoint(folder, every_steps=1, keep=None, monitor="val_loss"), Kill(kill, method)]
    batches, validation = lk.Batches(x, y, batch_size=BATCH, seed=5), lk.Batches(x, y, batch_size=30, shuffle=False)
    given = {"epochs": EPOCHS, "validation": validation, "metrics": {"accuracy": lk.accuracy}, "scheduler": scheduler, "step": step}
    return lk.fit(net, None, optimizer, batches, callbacks=[*saves, *callbacks], generators=[noise], **{**given, **options})


def bits(value: Any) -> Any:
    """Return a state with every array as its dtype, shape and bytes."""
    if isinstance(value, dict):
        return {key: bits(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [bits(item) for item in value]
    if hasattr(value, "shape"):
        array = np.asarray(value)
        return str(array.dtype), array.shape, array.tobytes()
    return (type(value).__name__, repr(value))


def everything(run: Any) -> Any:
    parts = run.parts()
    states = {name: bits(parts[name].state_dict()) for name in ("net", "optimizer", "scheduler", "progress") if parts[name] is not None}
    saving = [callback.state_dict() for callback in parts["callbacks"] if hasattr(callback, "state_dict")]
    return {**states, "callbacks": bits(saving), "generators": bits(states_of(parts["generators"])), "stopped": run.stopped}


def test_the_comparison_sees_one_bit() -> None:
    assert bits({"a": [np.array([0.0])]}) != bits({"a": [np.array([-0.0])]})
    assert bits({"a": 0.1}) != bits({"a": np.nextafter(0.1, 1).item()})


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_stopped_after_any_step_ends_where_one_ends_that_was_not(lk: Any, kind: str, tmp_path: Path) -> None:
    whole = train(lk, kind, tmp_path / "whole")
    expected = everything(whole)
    for kill in range(1, whole.step + 1):  # in the middle of epochs, at their first batch and at their last
        with pytest.raises(Killed):
            train(lk, kind, tmp_path / str(kill), kill=kill)
        resumed = train(lk, kind, tmp_path / str(kill), resume=lk.latest_checkpoint(tmp_path / str(kill)))
        assert everything(resumed) == expected, f"stopped after step {kill}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_stopped_between_epochs_ends_where_one_ends_that_was_not(lk: Any, kind: str, tmp_path: Path) -> None:
    whole = train(lk, kind, tmp_path / "whole")
    for epoch in range(1, len(whole.history) + 1):
        with pytest.raises(Killed):
            train(lk, kind, tmp_path / str(epoch), kill=5 * epoch, method="on_epoch_end")
        resumed = train(lk, kind, tmp_path / str(epoch), resume=lk.latest_checkpoint(tmp_path / str(epoch)))
        assert everything(resumed) == everything(whole), f"stopped after epoch {epoch}"


def test_a_run_that_was_stopped_for_good_is_over_when_it_is_resumed(lk: Any, tmp_path: Path) -> None:
    run = train(lk, "SGD, plateau", tmp_path, epochs=30)
    assert run.stopped == "nothing to gain"
    resumed = train(lk, "SGD, plateau", tmp_path, epochs=30, resume=lk.latest_checkpoint(tmp_path))
    assert everything(resumed) == everything(run)


def test_a_run_stopped_many_times_ends_where_one_ends_that_was_not(lk: Any, tmp_path: Path) -> None:
    kind = "Adam, one cycle, EMA"
    for kill in (3, 5, 6, 14):
        with pytest.raises(Killed):
            train(lk, kind, tmp_path / "a", kill=kill, resume=lk.latest_checkpoint(tmp_path / "a"))
    resumed = train(lk, kind, tmp_path / "a", resume=lk.latest_checkpoint(tmp_path / "a"))
    assert everything(resumed) == everything(train(lk, kind, tmp_path / "whole"))


def test_a_stop_for_want_of_time_is_not_the_end(lk: Any, tmp_path: Path) -> None:
    class Time:
        def on_step_end(self, run: Any) -> None:
            if run.step == 7:
                run.stop("time is up", final=False)

    kind, saved = "NAdam, groups", tmp_path / "a"
    save = lk.Checkpoint(saved, every_steps=1)
    made = np.random.default_rng(0)
    x, y = lk.tensor(made.standard_normal((ROWS, 6)).astype(np.float32)), lk.tensor(made.integers(3, size=ROWS))

    def run(callbacks: list[Any], resume: Any = None) -> Any:
        net = network(lk, lk.rng(3))
        optimizer, _, _ = KINDS[kind](lk, net)
        return lk.fit(
            net, lk.cross_entropy, optimizer, lk.Batches(x, y, batch_size=BATCH, seed=5), epochs=2, callbacks=callbacks, resume=resume
        )

    stopped = run([Time(), save])
    assert (stopped.step, stopped.stopped) == (7, "time is up")
    resumed = run([lk.Checkpoint(saved, every_steps=1)], resume=lk.latest_checkpoint(saved))
    assert (resumed.step, resumed.stopped) == (10, None)


def test_layers_without_a_generator_of_their_own_go_on_too(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from learnkit import pytorch as lk

    x, y = torch.randn(32, 4, generator=lk.rng(0)), torch.arange(32) % 2

    def train(folder: Path, kill: int | None = None, resume: Any = None) -> Any:
        torch.manual_seed(99 if resume else 1)
        net = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 2))
        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=8, shuffle=True)
        callbacks = [lk.Checkpoint(folder), Kill(kill, "on_epoch_end")]
        optimizer = torch.optim.AdamW(net.parameters(), lr=0.01)
        scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=20)
        run = lk.fit(
            net, torch.nn.functional.cross_entropy, optimizer, loader, epochs=4, callbacks=callbacks, scheduler=scheduler, resume=resume
        )
        return everything(run)

    before = torch.get_rng_state()
    try:
        whole = train(tmp_path / "whole")
        with pytest.raises(Killed):
            train(tmp_path / "a", kill=8)
        assert train(tmp_path / "a", resume=lk.latest_checkpoint(tmp_path / "a")) == whole
    finally:
        torch.set_rng_state(before)


PROGRAM = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("test_resume", sys.argv[1])
test_resume = importlib.util.module_from_spec(spec)
spec.loader.exec_module(test_resume)
lk = importlib.import_module(f"learnkit.{sys.argv[2]}")
folder = Path(sys.argv[3])
kill, seed = int(sys.argv[4]) or None, int(sys.argv[5])
if "torch" in sys.modules:  # whose own generator begins anywhere
    sys.modules["torch"].manual_seed(seed)
try:
    run = test_resume.train(lk, "Adam, one cycle, EMA", folder, kill=kill, resume=lk.latest_checkpoint(folder))
except test_resume.Killed:
    sys.exit(7)
import hashlib
print(hashlib.sha256(repr(test_resume.everything(run)).encode()).hexdigest())
"""


def test_another_process_ends_where_one_ends_that_was_not_stopped(lk: Any, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}

    def process(folder: str, kill: int, seed: int) -> tuple[int, str]:
        command = [
            sys.executable,
            "-c",
            PROGRAM,
            __file__,
            lk.__name__.rpartition(".")[2],
            str(tmp_path / folder),
            str(kill),
            str(seed),
        ]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        return done.returncode, done.stdout or done.stderr

    whole = process("whole", 0, 1)
    assert whole[0] == 0, whole[1]
    assert process("a", 8, 1) == (7, "")
    assert process("a", 0, 2) == whole


# --- refusals ----------------------------------------------------------------------------------------------------------------------------


def test_the_middle_of_an_epoch_is_refused_to_a_loader_that_begins_at_the_first_batch(lk: Any, tmp_path: Path) -> None:
    x, y = lk.tensor(np.zeros((6, 2), dtype=np.float32)), lk.tensor(np.zeros((6, 1), dtype=np.float32))
    pieces = [(x[:3], y[:3]), (x[3:], y[3:])]

    def train(kill: int | None = None, resume: Any = None) -> Any:
        net = lk.Linear(2, 1, rng=lk.rng(0))
        callbacks = [lk.Checkpoint(tmp_path, every_steps=1), Kill(kill, "on_step_end")]
        return lk.fit(net, lk.mse, lk.SGD(net.parameters()), pieces, epochs=2, callbacks=callbacks, resume=resume)

    with pytest.raises(Killed):
        train(kill=1)
    with pytest.raises(
        ValueError, match=r"stopped in the middle of epoch 0, after 1 of 2 batches, and a list begins at the first\. Use Batches"
    ):
        train(resume=lk.latest_checkpoint(tmp_path))


@pytest.mark.parametrize("change", [{"seed": 6}, {"batch_size": 7}, {"drop_last": True}, {"shuffle": False}])
def test_other_batches_are_refused(lk: Any, tmp_path: Path, change: dict[str, Any]) -> None:
    x, y = lk.tensor(np.zeros((10, 2), dtype=np.float32)), lk.tensor(np.zeros((10, 1), dtype=np.float32))

    def train(resume: Any = None, **options: Any) -> Any:
        net = lk.Linear(2, 1, rng=lk.rng(0))
        batches = lk.Batches(x, y, **{"batch_size": 4, "seed": 5, **options})
        return lk.fit(net, lk.mse, lk.SGD(net.parameters()), batches, epochs=1, callbacks=[lk.Checkpoint(tmp_path)], resume=resume)

    train()
    path = lk.latest_checkpoint(tmp_path)
    assert train(resume=path).step == 3
    with pytest.raises(ValueError, match=r"the run went over other batches: \{'rows': 10, 'batch_size': 4, 'seed': 5.*and here are"):
        train(resume=path, **change)


def test_generators_that_are_no_longer_shared_are_refused(lk: Any, tmp_path: Path) -> None:
    def parts(shared: bool) -> dict[str, Any]:
        one, two = lk.rng(0), lk.rng(0)
        net = lk.Sequential(lk.Dropout(0.5, rng=one), lk.Linear(2, 2, rng=lk.rng(0)), lk.Dropout(0.5, rng=one if shared else two))
        return {"net": net, "generators": lk.generators_of(net)}

    lk.save_checkpoint(tmp_path / "a", **parts(True))
    lk.load_checkpoint(tmp_path / "a", **parts(True))
    with pytest.raises(ValueError, match=r"the generators are others than those that were saved: \[\['1\.Dropout\._rng'\], \['3\.Dropout"):
        lk.load_checkpoint(tmp_path / "a", **parts(False))


def test_a_shared_generator_is_saved_once_and_stays_shared(lk: Any, tmp_path: Path) -> None:
    def parts() -> dict[str, Any]:
        rng = lk.rng(0)
        net = lk.Sequential(lk.Dropout(0.5, rng=rng), lk.Linear(2, 2, rng=lk.rng(0)), lk.Dropout(0.5, rng=rng))
        return {"net": net, "generators": lk.generators_of(net, [rng])}

    saved, loaded = parts(), parts()
    saved["net"](lk.tensor(np.ones((3, 2), dtype=np.float32)))
    own = [entry["names"] for entry in states_of(saved["generators"]) if not entry["names"][0].startswith("torch.")]
    assert own == [["1.Dropout._rng", "3.Dropout._rng", "given.0"]]
    lk.save_checkpoint(tmp_path / "a", **saved)
    lk.load_checkpoint(tmp_path / "a", **loaded)
    assert len({id(generator) for name, generator in loaded["generators"].items() if not name.startswith("torch.")}) == 1
    assert bits(states_of(saved["generators"])) == bits(states_of(loaded["generators"]))


@pytest.mark.parametrize("bits_of", ["PCG64", "MT19937", "Philox", "SFC64"])
def test_every_kind_of_generator_of_numpy_goes_on(tmp_path: Path, bits_of: str) -> None:
    def parts(seed: int) -> dict[str, Any]:
        rng = np.random.Generator(getattr(np.random, bits_of)(seed))
        net = reference.Dropout(0.5, rng=rng)
        return {"net": net, "generators": reference.generators_of(net)}

    saved, loaded = parts(0), parts(1)
    saved["generators"]["0.Dropout._rng"].random(5)
    reference.save_checkpoint(tmp_path / "a", **saved)
    expected = saved["generators"]["0.Dropout._rng"].random(700)
    reference.load_checkpoint(tmp_path / "a", **loaded)
    assert (loaded["generators"]["0.Dropout._rng"].random(700) == expected).all()


def test_a_generator_of_another_kind_is_refused_and_stays(tmp_path: Path) -> None:
    def parts(kind: Any) -> dict[str, Any]:
        net = reference.Dropout(0.5, rng=np.random.Generator(kind(0)))
        return {"net": net, "generators": reference.generators_of(net)}

    reference.save_checkpoint(tmp_path / "a", **parts(np.random.PCG64))
    other = parts(np.random.MT19937)
    before = bits(states_of(other["generators"]))
    with pytest.raises(ValueError, match=r"generator 0\.Dropout\._rng cannot take the saved state, which is of another kind or device"):
        reference.load_checkpoint(tmp_path / "a", **other)
    assert bits(states_of(other["generators"])) == before
