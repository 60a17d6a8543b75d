"""The training loop: its numbers by hand, the order of its calls, modes, stops, and what it refuses; on both trees."""

import builtins
import math
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from learnkit import datasets, reference
from learnkit.training.modes import library_of


def tree(name: str) -> Any:
    if name == "pytorch":
        pytest.importorskip("torch")
        from learnkit import pytorch

        return pytorch
    return reference


@pytest.fixture(params=["reference", "pytorch"])
def lk(request: pytest.FixtureRequest) -> Any:
    return tree(request.param)


def line(lk: Any, weight: float = 1.0) -> Any:
    """A network of one parameter: weight · x."""
    like = lk.tensor(np.zeros(1))
    net = lk.Linear(1, 1, bias=False, rng=lk.rng(0), dtype=like.dtype)
    net.load_state_dict({"weight": lk.tensor(np.array([[weight]])) if lk is not reference else [[weight]]})
    return net


def column(lk: Any, *values: float) -> Any:
    return lk.tensor(np.array(values)[:, None])


def pieces(lk: Any) -> list[tuple[Any, Any]]:
    """Two batches, of one row and of two."""
    return [(column(lk, 1.0), column(lk, 3.0)), (column(lk, 2.0, 0.0), column(lk, 2.0, 1.0))]


def digits(lk: Any, rows: int = 96) -> Any:
    images, labels = datasets.digits()
    return lk.tensor(images[:rows]), lk.tensor(labels[:rows])


def classifier(lk: Any, *between: Any) -> Any:
    return lk.Sequential(lk.Linear(64, 16, rng=lk.rng(0)), lk.ReLU(), *between, lk.Linear(16, 10, rng=lk.rng(1)))


def train(lk: Any, *, epochs: int = 1, lr: float = 0.1, batches: Any = None, **options: Any) -> Any:
    net = line(lk)
    return lk.fit(net, lk.mse, lk.SGD(net.parameters(), lr=lr), batches or pieces(lk), epochs=epochs, **options)


# --- numbers by hand ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("fit")
def test_an_epoch_of_two_batches_by_hand(lk: Any) -> None:
    # w = 1. Batch 1: x = 1, y = 3: error -2, loss 4, slope 2·(-2)·1 = -4, w = 1 + 0.1·4 = 1.4
    # Batch 2: x = (2, 0), y = (2, 1): errors 0.8 and -1, loss (0.64 + 1)/2 = 0.82, slope (2·0.8·2 + 0)/2 = 1.6, w = 1.4 - 0.16 = 1.24
    # Means over the three examples: loss (4 + 0.64 + 1)/3 = 1.88, absolute error (2 + 0.8 + 1)/3 = 3.8/3
    net = line(lk)
    run = lk.fit(net, lk.mse, lk.SGD(net.parameters(), lr=0.1), pieces(lk), epochs=1, metrics={"mae": lk.mae})
    assert run.net.state_dict()["weight"].item() == pytest.approx(1.24, rel=1e-12)
    assert run.history == [{"epoch": 0, "step": 2, **run.logs}]
    assert run.logs == pytest.approx({"loss": 1.88, "mae": 3.8 / 3, "lr": 0.1}, rel=1e-12)


def test_a_validation_is_measured_after_the_epoch(lk: Any) -> None:
    # w = 1.24 then. Errors 1.24 - 3, 2.48 - 2 and -1: squares 3.0976, 0.2304 and 1, absolute 1.76, 0.48 and 1
    run = train(lk, metrics={"mae": lk.mae}, validation=pieces(lk))
    assert run.logs["val_loss"] == pytest.approx(4.328 / 3, rel=1e-12)
    assert run.logs["val_mae"] == pytest.approx(3.24 / 3, rel=1e-12)


@pytest.mark.worked_example("evaluate")
def test_evaluate_weights_a_smaller_last_batch_by_its_rows(lk: Any) -> None:
    # w = 1: errors -2, 0 and -1. (4 + 0 + 1)/3; the mean of the batches' means would be (4 + 0.5)/2
    assert lk.evaluate(line(lk), lk.mse, pieces(lk), {"mae": lk.mae}) == pytest.approx({"loss": 5 / 3, "mae": 1.0}, rel=1e-12)


def test_a_mean_over_many_batches_keeps_its_digits(lk: Any) -> None:
    # the sum of 20,000 numbers of float32 in float32 is right to 4 digits: from 1024 on, 0.1 is added as 0.10004
    loss = lk.tensor([0.1]).mean()
    means = lk.evaluate(line(lk), lk.mse, [pieces(lk)[0]] * 20_000, step=lambda x, y: (loss, x))
    assert means["loss"] == pytest.approx(float(np.float32(0.1)), rel=1e-12)


def test_the_scheduler_moves_with_every_step_and_the_logs_have_the_rate_of_the_last(lk: Any) -> None:
    net = line(lk)
    optimizer = lk.SGD(net.parameters(), lr=1.0)
    scheduler = lk.Scheduler(optimizer, partial(lk.step_decay, step_size=1, gamma=0.5))
    run = lk.fit(net, lk.mse, optimizer, pieces(lk), epochs=2, scheduler=scheduler)
    assert [logs["lr"] for logs in run.history] == [0.5, 0.125]  # steps 0 to 3: 1, 0.5, 0.25, 0.125
    assert optimizer.lr == 0.0625


def test_a_rate_in_a_tensor_is_logged_as_it_was_at_the_last_step() -> None:
    lk, torch = tree("pytorch"), pytest.importorskip("torch")
    net = line(lk)
    optimizer = lk.SGD(net.parameters(), lr=torch.tensor(1.0))
    scheduler = lk.Scheduler(optimizer, partial(lk.step_decay, step_size=1, gamma=0.5))
    assert lk.fit(net, lk.mse, optimizer, pieces(lk), epochs=1, scheduler=scheduler).logs["lr"] == 0.5


def test_a_step_of_ones_own_computes_loss_and_outputs_in_training_and_in_evaluation(lk: Any) -> None:
    net = line(lk)
    seen = []

    def step(inputs: Any, targets: Any) -> tuple[Any, Any]:
        outputs = net(inputs)
        seen.append(outputs.requires_grad)
        return lk.mse(outputs, targets) * 2.0, outputs

    # twice the loss, twice the slope: w = 1 + 0.8 = 1.8; then errors 1.6 and -1, slope 2·(2·1.6·2)/2 = 6.4, w = 1.16
    run = lk.fit(net, None, lk.SGD(net.parameters(), lr=0.1), pieces(lk), epochs=1, validation=pieces(lk), step=step)
    assert net.state_dict()["weight"].item() == pytest.approx(1.16, rel=1e-12)
    assert run.logs["val_loss"] == pytest.approx(2 * (1.84**2 + 0.32**2 + 1) / 3, rel=1e-12)
    assert seen == [True, True, False, False]


# --- calls -------------------------------------------------------------------------------------------------------------------------------


class Recorder:
    """Notes every call with where the run is."""

    def __init__(self, calls: list[tuple[Any, ...]]) -> None:
        self.calls = calls

    def on_fit_begin(self, run: Any) -> None:
        self.calls.append(("fit begins", run.epoch, run.batch, run.step, run.position))

    def on_epoch_begin(self, run: Any) -> None:
        self.calls.append(("epoch begins", run.epoch, run.batch, run.step, run.position))

    def on_gradients(self, run: Any) -> None:
        assert next(iter(run.net.parameters())).grad is not None
        self.calls.append(("gradients", run.epoch, run.batch, run.step, run.position))

    def on_step_end(self, run: Any) -> None:
        self.calls.append(("step ends", run.epoch, run.batch, run.step, run.position))

    def on_epoch_end(self, run: Any) -> None:
        self.calls.append(("epoch ends", run.epoch, run.batch, run.step, run.position))

    def on_fit_end(self, run: Any) -> None:
        self.calls.append(("fit ends", run.epoch, run.batch, run.step, run.position))


def test_the_calls_come_in_their_order_and_know_where_the_run_is(lk: Any) -> None:
    calls: list[tuple[Any, ...]] = []
    train(lk, epochs=2, callbacks=[Recorder(calls)])
    assert calls == [
        ("fit begins", 0, 0, 0, (0, 0)),
        ("epoch begins", 0, 0, 0, (0, 0)),
        ("gradients", 0, 0, 0, (0, 0)),
        ("step ends", 0, 0, 1, (0, 1)),
        ("gradients", 0, 1, 1, (0, 1)),
        ("step ends", 0, 1, 2, (0, 2)),
        ("epoch ends", 0, 1, 2, (1, 0)),
        ("epoch begins", 1, 0, 2, (1, 0)),
        ("gradients", 1, 0, 2, (1, 0)),
        ("step ends", 1, 0, 3, (1, 1)),
        ("gradients", 1, 1, 3, (1, 1)),
        ("step ends", 1, 1, 4, (1, 2)),
        ("epoch ends", 1, 1, 4, (2, 0)),
        ("fit ends", 1, 1, 4, (2, 0)),
    ]


def test_callbacks_are_called_in_the_order_given_and_those_that_save_come_last(lk: Any) -> None:
    calls: list[Any] = []

    class Named:
        def __init__(self, name: str, is_last: bool = False) -> None:
            self.name, self.is_last = name, is_last

        def on_step_end(self, run: Any) -> None:
            calls.append(self.name)

    train(lk, batches=pieces(lk)[:1], callbacks=[Named("saves", is_last=True), Named("first"), Named("second")])
    assert calls == ["first", "second", "saves"]


def test_what_a_callback_does_to_the_gradients_reaches_the_step(lk: Any) -> None:
    class Clip:
        def on_gradients(self, run: Any) -> None:
            lk.clip_grad_value(run.net.parameters(), 1.0)

    # slopes -4 and then 2·(2·1.1 - 2)·2/2 = 0.4: w = 1 + 0.1 = 1.1, then 1.06
    assert train(lk, callbacks=[Clip()]).net.state_dict()["weight"].item() == pytest.approx(1.06, rel=1e-12)


def test_the_loss_of_the_last_batch_is_at_hand_without_a_graph(lk: Any) -> None:
    class Losses:
        def __init__(self) -> None:
            self.seen: list[Any] = []

        def on_step_end(self, run: Any) -> None:
            self.seen.append((run.loss.item(), run.loss.requires_grad))

    losses = Losses()
    train(lk, callbacks=[losses])
    assert losses.seen == [(pytest.approx(4.0), False), (pytest.approx(0.82), False)]


class Ends:
    def __init__(self, ends: list[str], name: str, error: Exception | None = None) -> None:
        self.ends, self.name, self.error = ends, name, error

    def on_fit_end(self, run: Any) -> None:
        self.ends.append(self.name)
        if self.error:
            raise self.error


class Fails:
    def __init__(self, method: str, error: BaseException) -> None:
        self.error = error
        setattr(self, method, self._fail)

    def _fail(self, run: Any) -> None:
        raise self.error


@pytest.mark.parametrize("method", ["on_epoch_begin", "on_gradients", "on_step_end", "on_epoch_end"])
@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt()], ids=["an exception", "Ctrl-C"])
def test_whatever_ends_the_run_every_callback_gets_its_end(lk: Any, method: str, error: BaseException) -> None:
    ends: list[str] = []
    with pytest.raises(type(error)):
        train(lk, callbacks=[Ends(ends, "first"), Fails(method, error), Ends(ends, "second")])
    assert ends == ["first", "second"]


def test_who_has_not_begun_gets_no_end(lk: Any) -> None:
    ends: list[str] = []
    with pytest.raises(RuntimeError, match="broken"):
        train(lk, callbacks=[Ends(ends, "begun"), Fails("on_fit_begin", RuntimeError("broken")), Ends(ends, "not begun")])
    assert ends == ["begun"]


def test_an_end_that_fails_does_not_keep_the_others_from_theirs(lk: Any) -> None:
    ends: list[str] = []
    with pytest.raises(RuntimeError, match="no disk"):
        train(lk, callbacks=[Ends(ends, "first", RuntimeError("no disk")), Ends(ends, "second")])
    assert ends == ["first", "second"]


# --- modes -------------------------------------------------------------------------------------------------------------------------------


class Modes:
    def __init__(self) -> None:
        self.seen: list[tuple[str, list[bool]]] = []

    def on_gradients(self, run: Any) -> None:
        self.seen.append(("training", [module.training for module in run.net.modules()]))

    def on_epoch_end(self, run: Any) -> None:
        self.seen.append(("after the validation", [module.training for module in run.net.modules()]))


@pytest.mark.parametrize("before", [True, False])
def test_training_is_in_training_mode_and_the_mode_before_comes_back(lk: Any, before: bool) -> None:
    net, modes = classifier(lk, lk.Dropout(0.5, rng=lk.rng(2))), Modes()
    net.train(before)
    x, y = digits(lk)
    data = lk.Batches(x, y, batch_size=64, shuffle=False)
    lk.fit(net, lk.cross_entropy, lk.SGD(net.parameters(), lr=0.1), data, epochs=1, validation=data, callbacks=[modes])
    assert modes.seen == [("training", [True] * 5)] * 2 + [("after the validation", [True] * 5)]
    assert [module.training for module in net.modules()] == [before] * 5


def test_the_mode_of_each_module_comes_back_also_after_an_error(lk: Any) -> None:
    net = classifier(lk, lk.Dropout(0.5, rng=lk.rng(2)))
    list(net.modules())[4].eval()
    before = [module.training for module in net.modules()]
    assert sorted(before) == [False, True, True, True, True]

    def broken(outputs: Any, targets: Any) -> Any:
        raise RuntimeError("broken")

    x, y = digits(lk)
    data = lk.Batches(x, y, batch_size=64, shuffle=False)
    for work in (
        lambda: lk.evaluate(net, broken, data),
        lambda: lk.fit(net, broken, lk.SGD(net.parameters()), data, epochs=1),
    ):
        with pytest.raises(RuntimeError, match="broken"):
            work()
        assert [module.training for module in net.modules()] == before


def test_evaluation_drops_nothing_and_records_nothing(lk: Any) -> None:
    net, seen = classifier(lk, lk.Dropout(0.9, rng=lk.rng(2))), []
    x, y = digits(lk)

    def loss(outputs: Any, targets: Any) -> Any:
        seen.append(outputs.requires_grad)
        return lk.cross_entropy(outputs, targets)

    data = lk.Batches(x, y, batch_size=96, shuffle=False)
    assert lk.evaluate(net, loss, data) == lk.evaluate(net, loss, data)
    assert seen == [False, False]
    assert net(x).requires_grad


def test_the_library_of_a_network_is_found_without_naming_it(lk: Any) -> None:
    assert library_of(line(lk)).no_grad is lk.no_grad


def test_the_library_of_a_parameter_of_ones_own_class_is_that_of_its_basis(lk: Any) -> None:
    class Own(lk.Parameter):
        """Lies in this module, which has a no_grad of another kind."""

    net = line(lk)
    net.weight = Own(lk.tensor(np.zeros((1, 1))))
    globals()["no_grad"] = "not this one"
    try:
        assert library_of(net).no_grad is lk.no_grad
    finally:
        del globals()["no_grad"]


def test_a_network_without_parameters_can_be_evaluated(lk: Any) -> None:
    assert lk.evaluate(lk.ReLU(), lk.mse, pieces(lk)) == pytest.approx({"loss": 5 / 3}, rel=1e-12)


# --- stops -------------------------------------------------------------------------------------------------------------------------------


class Stops:
    def __init__(self, at: int, method: str) -> None:
        self.at = at
        setattr(self, method, self._stop)

    def _stop(self, run: Any) -> None:
        if run.step == self.at:
            run.stop(f"at step {self.at}")
            run.stop("too late")


@pytest.mark.parametrize(
    ("at", "method", "epochs"), [(1, "on_step_end", 0), (2, "on_step_end", 1), (2, "on_epoch_end", 1), (3, "on_step_end", 1)]
)
def test_a_stop_ends_the_run_after_the_step_and_an_epoch_that_is_not_whole_has_no_logs(lk: Any, at: int, method: str, epochs: int) -> None:
    run = train(lk, epochs=5, callbacks=[Stops(at, method)])
    assert (run.step, run.stopped, len(run.history)) == (at, f"at step {at}", epochs)


def test_a_loss_that_is_not_finite_ends_the_run_and_says_what_to_do(lk: Any) -> None:
    with np.errstate(all="ignore"):  # NumPy warns where numbers overflow
        run = train(lk, epochs=500, lr=10.0, metrics={"mae": lk.mae}, validation=pieces(lk))
    assert len(run.history) < 500
    assert not math.isfinite(run.logs["loss"])
    assert run.stopped == (
        f"the loss of epoch {len(run.history) - 1} is {run.logs['loss']}. Use a lower learning rate, or clip the gradients."
    )


def test_scores_that_are_not_numbers_end_the_run_the_same_way_where_accuracy_is_measured(lk: Any) -> None:
    net = classifier(lk)
    x, y = digits(lk)
    data = lk.Batches(x * math.nan, y, batch_size=32, seed=0)
    run = lk.fit(net, lk.cross_entropy, lk.SGD(net.parameters()), data, epochs=3, metrics={"accuracy": lk.accuracy}, validation=data)
    assert run.stopped is not None
    assert len(run.history) == 1
    assert [math.isnan(run.logs[name]) for name in ("loss", "accuracy", "val_loss", "val_accuracy")] == [True] * 4


def test_a_run_goes_on_after_a_loss_that_is_not_finite_if_asked(lk: Any) -> None:
    data = [(column(lk, math.nan), column(lk, 1.0))]
    run = train(lk, epochs=3, batches=data, stop_at_nonfinite=False)
    assert (run.stopped, len(run.history)) == (None, 3)


# --- other batches, and refusals ---------------------------------------------------------------------------------------------------------


def test_a_dataloader_goes_through_the_same_loop() -> None:
    lk, torch = tree("pytorch"), pytest.importorskip("torch")
    x, y = column(lk, 1.0, 2.0, 0.0), column(lk, 3.0, 2.0, 1.0)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=2)
    ours = lk.Batches(x, y, batch_size=2, shuffle=False)
    assert train(lk, epochs=3, batches=loader, validation=loader).history == train(lk, epochs=3, batches=ours, validation=ours).history


def test_no_batches_are_refused(lk: Any) -> None:
    net = line(lk)
    with pytest.raises(ValueError, match=r"^batches must hold at least one batch; got none\.$"):
        lk.fit(net, lk.mse, lk.SGD(net.parameters()), [], epochs=1)
    with pytest.raises(ValueError, match=r"^evaluate got no batches\. An iterator is empty after its first use"):
        lk.evaluate(net, lk.mse, iter([]))


class Endless:
    def __iter__(self) -> Any:
        return iter([])


@pytest.mark.parametrize("role", ["batches", "validation"])
@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda lk: iter(pieces(lk)), "is an iterator, which is empty after one epoch. Use Batches"),
        (lambda lk: pieces(lk)[0], "must be batches; got the data themselves. Use Batches"),
        (lambda lk: column(lk, 1.0, 2.0), "must be batches; got the data themselves. Use Batches"),
        (lambda lk: Endless(), "must have a length; Endless has none"),
    ],
    ids=["an iterator", "data", "inputs alone", "no length"],
)
def test_what_is_no_loader_is_refused_before_anything_is_trained(lk: Any, role: str, made: Any, message: str) -> None:
    net = line(lk)
    given = {"batches": pieces(lk), "validation": None, role: made(lk)}
    with pytest.raises(TypeError, match=f"^{role} {message}"):
        lk.fit(net, lk.mse, lk.SGD(net.parameters()), given["batches"], epochs=1, validation=given["validation"])


@pytest.mark.parametrize(("epochs", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError)])
def test_epochs_are_a_count(epochs: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"^epochs must be"):
        train(reference, epochs=epochs)


class _Typo:
    def on_epoch_ends(self, run: Any) -> None:
        """Be called never."""


@pytest.mark.parametrize(
    ("callbacks", "message"),
    [
        ([object()], "object is no callback: it has none of the methods that the loop calls, on_fit_begin, on_epoch_begin, "
         "on_gradients, on_step_end, on_epoch_end, on_fit_end"),
        ([_Typo()], "_Typo has on_epoch_ends, which nothing calls. The loop calls on_fit_begin, on_epoch_begin, on_gradients, "
         "on_step_end, on_epoch_end, on_fit_end"),
        ([Modes], "a callback is an object, and Modes is a class. Use Modes"),
        (Modes(), "callbacks must be a list; got a Modes"),
    ],
    ids=["no method", "a typing error", "a class", "no list"],
)  # fmt: skip
def test_what_is_no_callback_is_refused(callbacks: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}"):
        train(reference, callbacks=callbacks)


def test_a_network_of_neither_tree_is_refused() -> None:
    class Net:
        training = True

        def parameters(self) -> list[Any]:
            return [1.0]

        def modules(self) -> list[Any]:
            return [self]

        def eval(self) -> None:
            """Do nothing."""

    with pytest.raises(TypeError, match=r"^a network of learnkit or PyTorch is needed; the parameters of this one are float\.$"):
        reference.evaluate(Net(), reference.mse, [])


# --- one source, two imports -------------------------------------------------------------------------------------------------------------

SOURCE = """
class History:
    def __init__(self):
        self.losses = []

    def on_step_end(self, run):
        self.losses.append(run.loss.item())

    def on_epoch_end(self, run):
        if run.logs["val_accuracy"] > 0.5:
            run.stop("good enough")

x, y = lk.tensor(images[:1280], dtype=dtype), lk.tensor(labels[:1280])
x_val, y_val = lk.tensor(images[1280:], dtype=dtype), lk.tensor(labels[1280:])
net = lk.Sequential(lk.Linear(64, 16, rng=lk.rng(0), dtype=dtype), lk.ReLU(), lk.Linear(16, 10, rng=lk.rng(1), dtype=dtype))
net.load_state_dict({name: value if dtype is None else lk.tensor(value) for name, value in start.items()} if start else net.state_dict())
optimizer = lk.Adam(net.parameters(), lr=0.003)
batches = lk.Batches(x, y, batch_size=96, seed=0, shuffle=shuffle)
validation = lk.Batches(x_val, y_val, batch_size=100, shuffle=False)
scheduler = lk.Scheduler(optimizer, lambda step: lk.cosine_warmup(step, warmup_steps=5, total_steps=10 * len(batches)))
history = History()
run = lk.fit(
    net, lk.cross_entropy, optimizer, batches, epochs=10, validation=validation, metrics={"accuracy": lk.accuracy},
    scheduler=scheduler, callbacks=[history, lk.Checkpoint(folder, monitor="val_loss")],
)
best = lk.Sequential(lk.Linear(64, 16, rng=lk.rng(2), dtype=dtype), lk.ReLU(), lk.Linear(16, 10, rng=lk.rng(3), dtype=dtype))
lk.load_checkpoint(folder / "best.safetensors", net=best)
measured = lk.evaluate(best, lk.cross_entropy, validation, {"accuracy": lk.accuracy})
"""


def run_source(lk: Any, folder: Path, **given: Any) -> dict[str, Any]:
    images, labels = datasets.digits()
    order = np.random.default_rng(0).permutation(len(images))
    defaults = {"images": images[order], "labels": labels[order], "start": None, "dtype": None, "shuffle": True}
    namespace = {"__builtins__": builtins, "__name__": "loop", "lk": lk, "folder": folder, **defaults, **given}
    exec(compile(SOURCE, "<loop>", "exec"), namespace)
    return namespace


def test_the_same_source_trains_stops_saves_and_measures_on_both_trees(lk: Any, tmp_path: Path) -> None:
    made = run_source(lk, tmp_path / "run")
    run = made["run"]
    assert run.stopped == "good enough"
    assert 0.5 < run.logs["val_accuracy"] < 0.95
    assert len(made["history"].losses) == run.step == 14 * len(run.history)
    assert made["measured"] == {"loss": run.logs["val_loss"], "accuracy": run.logs["val_accuracy"]}  # the last epoch was the best


def test_from_the_same_start_both_trees_write_the_same_history(tmp_path: Path) -> None:
    torch, twin = pytest.importorskip("torch"), tree("pytorch")
    net = reference.Sequential(
        reference.Linear(64, 16, rng=reference.rng(0), dtype=np.float64), reference.ReLU(), reference.Linear(16, 10, rng=reference.rng(1))
    )
    start = {name: value.astype(np.float64) for name, value in net.state_dict().items()}
    ours = run_source(reference, tmp_path / "a", start=start, dtype=np.float64, shuffle=False)["run"].history
    theirs = run_source(twin, tmp_path / "b", start=start, dtype=torch.float64, shuffle=False)["run"].history
    assert len(ours) == len(theirs) > 1
    for one, other in zip(ours, theirs, strict=True):
        assert one == pytest.approx(other, rel=1e-9)
