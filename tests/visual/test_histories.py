"""draw_history and LivePlot: the numbers of a run, after it and while it goes on."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from learnkit.visual import LivePlot, draw_history, histories

HISTORY = [{"epoch": i, "step": i + 1, "loss": 2.0 / (i + 1), "val_loss": 2.5 / (i + 1), "accuracy": i / 4, "lr": 0.1} for i in range(4)]


def test_training_and_validation_are_drawn_over_the_epochs() -> None:
    figure = draw_history(HISTORY)
    assert "training goes from 2 to 0.5" in figure.alt_text
    assert "validation goes from 2.5 to 0.62" in figure.alt_text
    assert figure.axes[0].get_ylabel() == "loss"
    lines = {tuple(np.round(line.get_ydata(), 6)) for line in figure.axes[0].get_lines()}
    assert (2.0, 1.0, 0.666667, 0.5) in lines


def test_a_metric_without_validation_is_one_line() -> None:
    assert "validation" not in draw_history(HISTORY, "accuracy").alt_text


def test_epochs_of_a_resumed_run_keep_their_numbers() -> None:
    assert "epoch from 3 to 4" in draw_history(HISTORY[2:]).alt_text


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one epoch"):
        draw_history([])
    with pytest.raises(ValueError, match="the history has no 'recall'; it has loss, val_loss, accuracy, lr"):
        draw_history(HISTORY, "recall")


class Display:
    def __init__(self) -> None:
        self.shown: list[Any] = []
        self.updated: list[Any] = []

    def __call__(self, data: Any, **options: Any) -> Any:
        self.shown.append(data)
        return self

    def update(self, data: Any, **options: Any) -> None:
        self.updated.append(data)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Display:
    import IPython.core.getipython
    import IPython.display

    found = Display()
    monkeypatch.setattr(IPython.display, "display", found)
    monkeypatch.setattr(IPython.core.getipython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    return found


def test_a_live_plot_is_one_output_that_is_drawn_again(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "time", SimpleNamespace(monotonic=lambda: 0.0))  # drawing takes no time, and so never has to wait
    plot = LivePlot(seconds=0.0)
    for end in range(1, 5):
        plot.on_epoch_end(SimpleNamespace(history=HISTORY[:end]))
    plot.on_fit_end(SimpleNamespace(history=HISTORY))
    assert (len(display.shown), len(display.updated)) == (1, 3)
    assert "image/png" in display.updated[-1]
    assert "0.5" in display.updated[-1]["text/plain"]


def test_pictures_are_not_drawn_too_often_but_the_last_always_is(display: Display) -> None:
    plot = LivePlot(seconds=1e9)
    for end in range(1, 5):
        plot.on_epoch_end(SimpleNamespace(history=HISTORY[:end]))
    assert display.updated == []
    plot.on_fit_end(SimpleNamespace(history=HISTORY))
    assert len(display.updated) == 1


def test_outside_a_notebook_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    plot = LivePlot()
    plot.on_epoch_end(SimpleNamespace(history=HISTORY))
    plot.on_fit_end(SimpleNamespace(history=HISTORY))
    assert capsys.readouterr().out == ""


def test_it_is_a_callback_that_the_loop_takes() -> None:
    from learnkit.training.callback_calls import require_callbacks

    assert require_callbacks([LivePlot()])


def test_an_epoch_without_the_number_is_left_out() -> None:
    # validation from the second epoch on: nothing, 2, 1
    figure = draw_history([{"loss": 3.0}, {"loss": 2.0, "val_loss": 2.0}, {"loss": 1.0, "val_loss": 1.0}])
    np.testing.assert_array_equal(figure.data_table["validation"], [[np.nan, 2.0, 1.0]])
    assert "validation goes from 2 to 1" in figure.alt_text


def test_a_second_run_gets_an_output_of_its_own(display: Display) -> None:
    plot = LivePlot()
    for _ in range(2):
        plot.on_fit_begin(SimpleNamespace(history=[]))
        plot.on_epoch_end(SimpleNamespace(history=HISTORY))
        plot.on_fit_end(SimpleNamespace(history=HISTORY))
    assert (len(display.shown), len(display.updated)) == (2, 0)


def test_a_loss_of_0_does_not_end_a_run_that_is_drawn_on_a_logarithmic_scale(display: Display) -> None:
    plot = LivePlot(log_y=True, seconds=0.0)
    plot.on_epoch_end(SimpleNamespace(history=HISTORY))
    plot.on_fit_end(SimpleNamespace(history=[*HISTORY, {"epoch": 4, "loss": 0.0}]))
    assert "to 0." in display.updated[-1]["text/plain"]


def test_drawing_gets_a_tenth_of_the_time_at_most(display: Display, monkeypatch: pytest.MonkeyPatch) -> None:
    # a picture takes 1 of these seconds: from 0 to 1, then not before 1 + 9 · 1 = 10
    now, drawn = [0.0], []

    def slow(history: Any, name: str, *, log_y: bool) -> Any:
        drawn.append(now[0])
        now[0] += 1.0
        return draw_history(history, name, log_y=log_y)

    monkeypatch.setattr(histories, "draw_history", slow)
    monkeypatch.setattr(histories, "time", SimpleNamespace(monotonic=lambda: now[0]))
    plot = LivePlot(seconds=0.0)
    for at in (0.0, 2.0, 9.9, 10.0):
        now[0] = at
        plot.on_epoch_end(SimpleNamespace(history=HISTORY))
    assert drawn == [0.0, 10.0]


@pytest.mark.parametrize("seconds", [-0.1, float("nan")])
def test_a_time_below_0_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match=f"seconds must be at least 0; got {seconds}"):
        LivePlot(seconds=seconds)
