"""The callbacks of the training loop, on runs of both trees and on runs whose numbers are given."""

import csv
import math
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from learnkit import pytorch, reference
from learnkit.training import AverageWeights, ClipGradients, CSVLogger, EarlyStopping, PlateauStep, ProgressBar, TensorBoard, read_history

both = pytest.mark.parametrize("lk", [reference, pytorch], ids=["reference", "pytorch"])
ROOT = Path(__file__).resolve().parents[2]


def given(lk: Any, values: Any) -> Any:
    return np.asarray(values) if lk is reference else pytorch.tensor(np.asarray(values))


def fitted(lk: Any, callbacks: list[Any], *, epochs: int = 3, lr: float = 0.1, net: Any = None, **options: Any) -> Any:
    x = np.linspace(-1.0, 1.0, 8)[:, None]
    net = net or lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=given(lk, x).dtype))
    batches = lk.Batches(given(lk, x), given(lk, 3 * x), batch_size=4, seed=0)
    optimizer = options.pop("optimizer", None) or lk.SGD(net.parameters(), lr=lr)
    return lk.fit(net, lk.mse, optimizer, batches, epochs=epochs, validation=batches, callbacks=callbacks, **options)


def shown(stopping: EarlyStopping, values: list[float]) -> tuple[int | None, int | None]:
    """Return the epoch after which a run of given numbers is stopped, and the best one."""
    for epoch, value in enumerate(values):
        reasons: list[str] = []
        net = SimpleNamespace(state_dict=lambda epoch=epoch: {"weight": np.full(1, float(epoch))})
        stopping.on_epoch_end(SimpleNamespace(epoch=epoch, logs={"val_loss": value}, stop=reasons.append, net=net))
        if reasons:
            return epoch, stopping.best_epoch
    return None, stopping.best_epoch


# EarlyStopping


@pytest.mark.worked_example("EarlyStopping")
@pytest.mark.parametrize(
    ("patience", "stops_after"),
    # best at epoch 1; 2, 3 and 4 are no better. Patience 0 ends after the first of them, 2 bears two and ends after the third
    [(0, 2), (1, 3), (2, 4), (3, None)],
)
def test_patience_counts_the_epochs_that_are_borne(patience: int, stops_after: int | None) -> None:
    assert shown(EarlyStopping(patience=patience), [3.0, 2.0, 2.5, 2.2, 2.1]) == (stops_after, 1)


def test_an_improvement_begins_the_count_anew_and_is_measured_against_the_best() -> None:
    # 2.5 is better than the 2.6 before it and no better than the best, 2.0
    assert shown(EarlyStopping(patience=1), [2.0, 2.6, 2.5]) == (2, 0)
    assert shown(EarlyStopping(patience=1), [2.0, 2.6, 1.9, 2.6, 1.8]) == (None, 4)


def test_too_small_an_improvement_is_none() -> None:
    assert shown(EarlyStopping(patience=0, min_delta=0.1), [2.0, 1.95]) == (1, 0)
    assert shown(EarlyStopping(patience=0, min_delta=0.1), [2.0, 1.85]) == (None, 1)


def test_an_accuracy_is_to_go_up() -> None:
    assert shown(EarlyStopping(mode="max", patience=0), [0.5, 0.7, 0.6]) == (2, 1)


def test_nan_is_no_improvement_and_never_the_best() -> None:
    assert shown(EarlyStopping(patience=1), [math.nan, math.nan, 1.0]) == (1, None)
    assert shown(EarlyStopping(patience=2), [math.nan, 5.0, math.nan, 4.0]) == (None, 3)
    assert shown(EarlyStopping(patience=0), [math.inf, math.inf]) == (1, 0)


def test_epochs_before_the_start_are_not_looked_at() -> None:
    assert shown(EarlyStopping(patience=0, start_from_epoch=2), [1.0, 2.0, 3.0, 2.5]) == (None, 3)


@both
def test_the_best_weights_are_put_back_as_they_were(lk: Any) -> None:
    # a rate of 0.9 is stable, and at epoch 2 it becomes 30, which is not: the best epoch is the last before it, and nothing of it may move
    net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=given(lk, np.zeros(1)).dtype))
    optimizer, kept = lk.SGD(net.parameters(), lr=0.1), []

    class Spoil:
        def on_epoch_end(self, run: Any) -> None:
            kept.append({name: np.asarray(value).copy() for name, value in net.state_dict().items()})
            if run.epoch == 1:
                optimizer.param_groups[0]["lr"] = 30.0

    stopping = EarlyStopping(patience=1)
    run = fitted(lk, [Spoil(), stopping], epochs=10, net=net, optimizer=optimizer)
    assert (stopping.best_epoch, run.epoch) == (1, 3)
    assert run.stopped is not None
    assert run.stopped.startswith("val_loss has not improved on ")
    assert run.stopped.endswith(" for 2 epochs")
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(np.asarray(value), kept[1][name])


@both
def test_without_restoring_the_last_weights_stay(lk: Any) -> None:
    net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=given(lk, np.zeros(1)).dtype))
    stopping = EarlyStopping(patience=0, mode="max", restore_best=False)
    fitted(lk, [stopping], net=net)
    after = {name: np.asarray(value).copy() for name, value in net.state_dict().items()}
    stopping.on_fit_end(SimpleNamespace(net=net))
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(np.asarray(value), after[name])


def test_a_restored_state_stops_where_the_first_would_have() -> None:
    first, second = EarlyStopping(patience=2), EarlyStopping(patience=2)
    shown(first, [3.0, 2.0, 2.5])
    second.load_state_dict(first.state_dict())
    assert shown(second, [2.2, 2.1])[0] == shown(first, [2.2, 2.1])[0] == 1


def test_a_run_from_its_start_forgets_what_an_earlier_one_left() -> None:
    stopping = EarlyStopping(patience=0)
    fitted(reference, [stopping])
    far = reference.Sequential(reference.Linear(1, 1, rng=reference.rng(0), dtype=np.float64))
    far.load_state_dict({"0.weight": [[50.0]], "0.bias": [0.0]})
    run = fitted(reference, [stopping], net=far)  # worse than the first run throughout, and better with every epoch
    assert (run.stopped, stopping.best_epoch, stopping.best) == (None, 2, run.history[-1]["val_loss"])
    assert far.state_dict()["0.weight"][0, 0] > 20  # its own weights, not the first run's


# The others


@pytest.mark.worked_example("ClipGradients")
@both
def test_clipping_keeps_steps_small_and_logs_what_came(lk: Any) -> None:
    run = fitted(lk, [ClipGradients(lk.clip_grad_norm, 1e-3)], epochs=1)
    moved = [
        float(np.abs(np.asarray(value) - np.asarray(before)).max())
        for value, before in zip(
            run.net.state_dict().values(),
            lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=given(lk, np.zeros(1)).dtype)).state_dict().values(),
            strict=True,
        )
    ]
    assert max(moved) <= 2 * 0.1 * 1e-3  # two steps of lr · 0.001 at most
    assert run.logs["grad_norm"] > 0.1
    assert run.history[0]["grad_norm"] == run.logs["grad_norm"]


@both
def test_the_logged_norm_is_the_mean_over_the_steps(lk: Any) -> None:
    norms: list[float] = []

    def clip(parameters: Any, limit: float) -> Any:
        norm = lk.clip_grad_norm(parameters, limit)
        norms.append(float(norm))
        return norm

    run = fitted(lk, [ClipGradients(clip, 1e9)], epochs=2)
    assert run.history[0]["grad_norm"] == pytest.approx(sum(norms[:2]) / 2)
    assert run.history[1]["grad_norm"] == pytest.approx(sum(norms[2:]) / 2)


def test_a_mean_norm_in_half_precision_is_summed_up_in_more() -> None:
    # in bfloat16 256 + 1 is 256: a sum kept there ends at 256, and the mean of 400 norms of 1 would be 0.64
    callback = ClipGradients(lambda parameters, limit: pytorch.tensor(1.0).bfloat16(), 1.0)
    run = SimpleNamespace(batch=0, net=SimpleNamespace(parameters=list), logs={}, history=[{}])
    callback.on_epoch_begin(run)
    for _ in range(400):
        callback.on_gradients(run)
    callback.on_epoch_end(run)
    assert run.logs == run.history[0] == {"grad_norm": 1.0}


@both
def test_clipping_by_value_logs_no_norm(lk: Any) -> None:
    assert "grad_norm" not in fitted(lk, [ClipGradients(lk.clip_grad_value, 0.1)]).logs


@pytest.mark.worked_example("PlateauStep")
@both
def test_a_plateau_cuts_the_rate_of_the_run(lk: Any) -> None:
    # the loss of epoch 0 is the best; epochs 1 and 2 are worse, and each halves what comes after it: 0.1, 0.1, 0.05, then 0.025
    net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=given(lk, np.zeros(1)).dtype))
    optimizer = lk.SGD(net.parameters(), lr=0.1)
    plateau = lk.ReduceOnPlateau(optimizer, mode="max", factor=0.5, patience=0)  # the loss falls, so that every epoch is worse
    run = fitted(lk, [PlateauStep(plateau)], epochs=3, net=net, optimizer=optimizer)
    assert [logs["lr"] for logs in run.history] == [0.1, 0.1, 0.05]
    assert optimizer.param_groups[0]["lr"] == 0.025


def test_a_scheduler_of_the_same_optimizer_is_refused_and_one_of_another_is_not() -> None:
    net = reference.Sequential(reference.Linear(1, 1, rng=reference.rng(0), dtype=np.float64))
    optimizer, other = (reference.SGD(net.parameters(), lr=0.1) for _ in range(2))
    plateau, scheduler = (PlateauStep(reference.ReduceOnPlateau(optimizer)), reference.Scheduler(optimizer, reference.constant_rate))
    with pytest.raises(ValueError, match=r"PlateauStep and scheduler= both set the rates of one optimizer\. Use one of them"):
        fitted(reference, [plateau], net=net, optimizer=optimizer, scheduler=scheduler)
    fitted(reference, [plateau], net=net, optimizer=optimizer, scheduler=reference.Scheduler(other, reference.constant_rate))


@both
def test_the_average_of_weights_takes_every_step(lk: Any) -> None:
    net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=given(lk, np.zeros(1)).dtype))
    counted = lk.EMA(net.parameters(), decay=0.5)
    values: list[float] = []

    class Watch:
        def on_step_end(self, run: Any) -> None:
            values.append(float(np.asarray(net.state_dict()["0.weight"])[0, 0]))

    fitted(lk, [Watch(), AverageWeights(counted)], epochs=2, net=net)
    average = values[0]  # the first is taken whole
    for value in values[1:]:
        average = 0.5 * average + 0.5 * value
    with counted.applied():
        assert float(np.asarray(net.state_dict()["0.weight"])[0, 0]) == pytest.approx(average, rel=1e-6)


@pytest.mark.worked_example("AverageWeights")
@both
def test_two_steps_of_an_average_by_hand(lk: Any) -> None:
    # decay 0.75: 4 after the first step, then 0.75 · 4 + 0.25 · 8 = 5
    net = lk.Linear(1, 1, bias=False, rng=lk.rng(0), dtype=given(lk, np.zeros(1)).dtype)
    callback = AverageWeights(lk.EMA(net.parameters(), decay=0.75))
    for value in (4.0, 8.0):
        net.load_state_dict({"weight": given(lk, [[value]])})
        callback.on_step_end(SimpleNamespace(net=net))
    with callback.ema.applied():
        assert float(np.asarray(net.state_dict()["weight"]).item()) == pytest.approx(5.0, rel=1e-12)


@both
def test_a_csv_file_has_one_row_an_epoch_and_the_numbers_of_the_run(lk: Any, tmp_path: Path) -> None:
    run = fitted(lk, [CSVLogger(tmp_path / "runs" / "first.csv")])
    with (tmp_path / "runs" / "first.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["epoch", "step", "loss", "val_loss", "lr"]
    assert [[float(value) for value in row.values()] for row in rows] == [[float(v) for v in logs.values()] for logs in run.history]
    assert os.listdir(tmp_path / "runs") == ["first.csv"]


@pytest.mark.worked_example("CSVLogger")
def test_a_csv_file_of_two_epochs_by_hand(tmp_path: Path) -> None:
    # 2 rows below the names; the first epoch has no val_loss, and leaves its place empty
    logger = CSVLogger(tmp_path / "run.csv")
    logger.on_epoch_end(SimpleNamespace(history=[{"epoch": 0, "loss": 1.5}, {"epoch": 1, "loss": 0.25, "val_loss": 2.0}]))
    assert (tmp_path / "run.csv").read_text().split() == ["epoch,loss,val_loss", "0,1.5,", "1,0.25,2.0"]


@both
def test_a_table_is_read_back_as_the_history_that_was_written(lk: Any, tmp_path: Path) -> None:
    run = fitted(lk, [CSVLogger(tmp_path / "run.csv"), ClipGradients(lk.clip_grad_norm, 1.0)])
    history = read_history(tmp_path / "run.csv")
    assert history == run.history
    assert [type(value) for value in history[0].values()] == [int, int, float, float, float, float]


@pytest.mark.worked_example("read_history")
def test_a_table_of_two_epochs_by_hand(tmp_path: Path) -> None:
    # an empty cell is a number that was not measured: epoch 0 has no val_loss
    (tmp_path / "run.csv").write_text("epoch,loss,val_loss\n0,1.5,\n1,inf,0.25\n", encoding="utf-8")
    assert read_history(tmp_path / "run.csv") == [{"epoch": 0, "loss": 1.5}, {"epoch": 1, "loss": math.inf, "val_loss": 0.25}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column epoch. Use a file that CSVLogger wrote."),
        ("name,loss\na,1.0\n", "has no column epoch"),
        ("epoch,loss\n0,1.0\n1,good\n", "line 3: not a number in every cell"),
        ("epoch,loss\n0.5,1.0\n", "line 2: not a number in every cell"),
        ("epoch,loss\n0\n", "line 2: not a number in every cell"),
        ("epoch,loss\n0,1.0,2.0\n", "line 2: not a number in every cell"),
    ],
)
def test_another_table_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)):
        read_history(tmp_path / "run.csv")


@both
def test_what_writes_a_run_down_is_called_after_what_adds_to_its_numbers(
    lk: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shows = [CSVLogger(tmp_path / "run.csv"), ProgressBar()]
    fitted(lk, [*shows, ClipGradients(lk.clip_grad_norm, 1.0)])
    assert all("grad_norm" in row for row in read_history(tmp_path / "run.csv"))
    assert all(" grad_norm " in line for line in capsys.readouterr().out.splitlines())


@pytest.mark.worked_example("TensorBoard")
@both
def test_tensorboard_reads_what_was_written(lk: Any, tmp_path: Path) -> None:
    # 8 rows in batches of 4 are two steps an epoch: 2, 4, 6
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run = fitted(lk, [TensorBoard(tmp_path / "run", every_steps=2)])
    events = EventAccumulator(str(tmp_path / "run"))
    events.Reload()
    assert sorted(events.Tags()["scalars"]) == ["loss/training", "loss/validation", "lr", "step/loss"]
    assert [event.step for event in events.Scalars("loss/training")] == [logs["step"] for logs in run.history] == [2, 4, 6]
    for name, tag in (("loss", "loss/training"), ("val_loss", "loss/validation")):
        assert [event.value for event in events.Scalars(tag)] == pytest.approx([logs[name] for logs in run.history], rel=1e-6)
    assert [event.step for event in events.Scalars("step/loss")] == [2, 4, 6]


def test_steps_that_are_made_again_after_a_resume_are_shown_once(tmp_path: Path) -> None:
    # 2 steps an epoch: stopped at step 5, saved at 4, and so 5 is made twice
    accumulators = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator", reason="TensorBoard is not installed")

    class Break:
        def on_step_end(self, run: Any) -> None:
            if run.step == 5:
                raise KeyboardInterrupt

    saves, writes = reference.Checkpoint(tmp_path / "saved"), TensorBoard(tmp_path / "run", every_steps=1)
    with pytest.raises(KeyboardInterrupt):
        fitted(reference, [writes, saves, Break()], epochs=4)
    fitted(reference, [writes, saves], epochs=4, resume=reference.latest_checkpoint(tmp_path / "saved"))
    events = accumulators.EventAccumulator(str(tmp_path / "run"))
    events.Reload()
    assert [event.step for event in events.Scalars("step/loss")] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [event.step for event in events.Scalars("loss/training")] == [2, 4, 6, 8]


def test_without_tensorboard_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    monkeypatch.setitem(sys.modules, "tensorboard.summary.writer.event_file_writer", None)
    with pytest.raises(ModuleNotFoundError, match=r"TensorBoard is not installed\. Run: pip install tensorboard"):
        fitted(reference, [TensorBoard(tmp_path)])


# ProgressBar


@pytest.mark.worked_example("ProgressBar")
@both
def test_where_no_bar_is_drawn_there_is_a_line_an_epoch(lk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    # of 5 epochs every second, 2 and 4, and the last
    run = fitted(lk, [ProgressBar(every=2, digits=3)], epochs=5)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("   ")[0] for line in lines] == ["epoch 2 of 5", "epoch 4 of 5", "epoch 5 of 5"]
    logs = run.history[-1]
    assert lines[-1] == f"epoch 5 of 5   loss {logs['loss']:.3f}   val_loss {logs['val_loss']:.3f}   lr 0.1"


def test_a_small_learning_rate_is_not_shown_as_0(capsys: pytest.CaptureFixture[str]) -> None:
    fitted(reference, [ProgressBar()], epochs=1, lr=3e-5)
    assert capsys.readouterr().out.rstrip().endswith("   lr 3e-05")


def test_a_stop_is_said_with_its_reason_after_the_numbers_of_its_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    fitted(reference, [ProgressBar(every=9), EarlyStopping(mode="max", patience=0)], epochs=9)
    numbers, reason = capsys.readouterr().out.splitlines()
    assert numbers.startswith("epoch 2 of 9   loss ")
    assert reason.startswith("stopped in epoch 2: val_loss has not improved on ")


posix = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX's")

BAR = """
import numpy as np
from learnkit import reference as lk
from learnkit.training import ProgressBar
x = np.linspace(-1.0, 1.0, 8)[:, None]
net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=np.float64))
class Raise:
    def on_epoch_end(self, run):
        if run.epoch == 2: raise KeyboardInterrupt
try:
    batches = lk.Batches(x, 3 * x, batch_size=4, seed=0)
    lk.fit(net, lk.mse, lk.SGD(net.parameters(), lr=0.1), batches, epochs=5, callbacks=[ProgressBar(), Raise()])
except KeyboardInterrupt:
    print("interrupted")
"""


def in_a_terminal(code: str, *, columns: int = 120, term: str = "xterm") -> str:
    """Run a program in a pseudo-terminal; return all that it wrote there."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": term, "COLUMNS": str(columns), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", code], stdout=slave, stderr=slave, env=environment, cwd=ROOT)
    os.close(slave)
    received = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        received += part
    os.close(master)
    assert process.wait() == 0, received.decode()
    return received.decode()


@posix
def test_in_a_terminal_a_bar_is_drawn_and_an_interrupt_leaves_the_cursor_visible() -> None:
    text = in_a_terminal(BAR)
    assert "epoch 3 of 5" in text
    assert "6/10" in text
    assert "loss " in text
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")  # the cursor is shown after it was hidden
    assert text.rstrip().endswith("interrupted")


@posix
def test_many_numbers_leave_the_bar_in_its_place_and_the_losses_come_first() -> None:
    many = BAR.replace("epochs=5", "epochs=5, validation=batches, metrics={f'metric_{i}': lk.mse for i in range(9)}")
    last = in_a_terminal(many, columns=80).rsplit("epoch 3 of 5", 1)[1].splitlines()[0]
    plain = re.sub(r"\x1b\[[0-9;]*m", "", last)
    assert re.match(r" ━+╸?━* +6/10 [\d-]:[\d-]{2}:[\d-]{2} loss \d\.\d{4}  val_loss", plain), plain
    assert len("epoch 3 of 5" + plain.rstrip()) <= 80


@posix
def test_a_terminal_that_cannot_move_its_cursor_gets_lines() -> None:
    lines = in_a_terminal(BAR, term="dumb").splitlines()
    assert [line.split("   ")[0] for line in lines] == ["epoch 1 of 5", "epoch 2 of 5", "interrupted"]


# What they refuse


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: EarlyStopping(mode="up"), ValueError, 'mode must be "min" or "max"; got \'up\''),
        (lambda: EarlyStopping(patience=-1), ValueError, "patience must be at least 0; got -1"),
        (lambda: EarlyStopping(min_delta=-0.1), ValueError, "min_delta must be at least 0; got -0.1"),
        (lambda: ClipGradients(1.0, reference.clip_grad_norm), TypeError, "clip must be a function"),  # type: ignore[arg-type]
        (lambda: ClipGradients(reference.clip_grad_norm, -1.0), ValueError, "limit must be at least 0; got -1.0"),
        (lambda: PlateauStep("val_loss"), TypeError, "plateau must be a ReduceOnPlateau"),
        (lambda: AverageWeights(0.99), TypeError, "ema must be an EMA"),
        (lambda: ProgressBar(every=0), ValueError, "every must be at least 1; got 0"),
        (lambda: TensorBoard("x", every_steps=0), ValueError, "every_steps must be at least 1; got 0"),
    ],
)
def test_options_that_make_no_sense_are_refused(make: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        make()


def test_a_name_that_is_not_measured_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"monitor is 'val_accuracy', and the run measures loss, val_loss, lr\. Pass validation"):
        fitted(reference, [EarlyStopping("val_accuracy")])
    with pytest.raises(ValueError, match="monitor is 'gain', and the run measures loss, val_loss, lr"):
        fitted(reference, [PlateauStep(SimpleNamespace(step=print), "gain")])


# Stopped and gone on


class StopAt:
    def __init__(self, step: int | None) -> None:
        self.step = step

    def on_step_end(self, run: Any) -> None:
        if run.step == self.step:
            run.stop("for want of time", final=False)


@both
@pytest.mark.parametrize("at", [3, 4, 7])  # of 4 steps an epoch: in the middle, at the end, and in the middle of the next
def test_a_run_with_every_callback_is_the_same_when_it_is_resumed(lk: Any, at: int, tmp_path: Path) -> None:
    x = np.linspace(-1.0, 1.0, 8)[:, None]

    def train(folder: str, stop: int | None, resume: Any = None) -> tuple[Any, Any, list[Any]]:
        net = lk.Sequential(lk.Linear(1, 1, rng=lk.rng(0), dtype=given(lk, x).dtype))
        optimizer, batches = (
            lk.SGD(net.parameters(), lr=0.5, momentum=0.9),
            lk.Batches(given(lk, x), given(lk, 3 * x), batch_size=2, seed=0),
        )
        acting = [
            EarlyStopping(patience=1),
            PlateauStep(lk.ReduceOnPlateau(optimizer, patience=0, factor=0.5)),
            ClipGradients(lk.clip_grad_norm, 2.0),
            AverageWeights(lk.EMA(net.parameters(), decay=0.5)),
        ]
        saves = lk.Checkpoint(tmp_path / folder, every_steps=1, every_epochs=None)
        callbacks = [CSVLogger(tmp_path / f"{folder}.csv"), saves, StopAt(stop), *acting]
        run = lk.fit(net, lk.mse, optimizer, batches, epochs=9, validation=batches, callbacks=callbacks, resume=resume)
        states = [net.state_dict(), *(callback.state_dict() for callback in acting)]
        return run.history, run.stopped, states

    history, stopped, states = train("whole", None)
    train("parts", at)
    resumed = train("parts", None, lk.latest_checkpoint(tmp_path / "parts"))
    assert len(history) > 3  # it went on after the resume, and
    assert stopped is not None  # every kind of state had something to do
    assert len({logs["lr"] for logs in history}) > 1
    assert resumed[:2] == (history, stopped)
    assert flat(resumed[2]) == flat(states)
    assert read_history(tmp_path / "parts.csv") == read_history(tmp_path / "whole.csv") == history


def flat(value: Any) -> Any:
    """Return a state with arrays and tensors as lists, which == compares."""
    if isinstance(value, dict):
        return {key: flat(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [flat(item) for item in value]
    return np.asarray(value).tolist() if hasattr(value, "shape") else value
