"""An explorer without a browser: what its settings, tasks and widgets do, and what a notebook stores of it."""

import base64
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from learnkit.visual import Choice, Explorer, LessonFigure, Slider, Task, draw_lines, draw_softmax, explore, explore_softmax
from learnkit.visual.canvas import png
from learnkit.visual.panels import CHOSEN, HIDE_TABLE, MOST_ROWS, SHOW_TABLE, Panel, table_as_html
from tests.notebooks import guards
from tools import build_notebooks

ROOT = Path(__file__).resolve().parents[2]
START = draw_softmax([2.0, 1.0, 0.0], 0)


class Read(HTMLParser):
    """The tags of an HTML text with their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += [data.strip()] if data.strip() else []

    def the(self, tag: str) -> dict[str, str | None]:
        (found,) = [attributes for name, attributes in self.tags if name == tag]
        return found


def parabola(height: int, lift: float, kind: str) -> LessonFigure:
    if lift == 3:
        raise ZeroDivisionError("line one\nline two")
    if lift == 4:
        raise RuntimeError
    x = np.arange(4.0)
    return draw_lines(x, {kind: height * x**2 + lift}, x_label="x (no unit)", y_label="y (no unit)")


def of_a_parabola(**options: Any) -> Explorer:
    controls = {
        "height": Slider("height", 1, low=0, high=5, step=1),
        "lift": Slider("lift <b>", 0.0, low=-1.0, high=4.0, step=0.1),
        "kind": Choice("kind", "up", {"upward": "up", "<down>": "down"}),
    }
    return explore(parabola, controls, title="Height & <lift>", **options)


def controls_in(box: Any) -> list[Any]:
    """Return the widgets that a keyboard reaches, in the order of the Tab key."""
    if hasattr(box, "children"):
        return [widget for child in box.children for widget in controls_in(child)]
    return [] if type(box).__name__ in ("HTML", "Label") else [box]


# Settings and figure


def test_it_starts_with_the_figure_of_its_start_settings() -> None:
    explorer = explore_softmax()
    assert explorer.figure is not None
    assert png(explorer.figure) == png(START)
    assert repr(explorer) == START.alt_text
    assert explorer.values == {"score_0": 2.0, "score_1": 1.0, "score_2": 0.0, "shift": 0.0, "temperature": 1.0, "target": 0}


@pytest.mark.parametrize("setting", [{"score_0": 3.0}, {"score_1": 3.0}, {"score_2": 3.0}, {"temperature": 2.0}, {"target": 2}])
def test_each_setting_moves_figure_numbers_and_summary(setting: dict[str, Any]) -> None:
    explorer = explore_softmax()
    summary, loss = explorer.summary, explorer.data_table["loss"]
    explorer.set(**setting)
    assert explorer.summary != summary
    assert explorer.data_table["loss"] != loss
    assert repr(explorer) != START.alt_text


def test_the_shift_moves_the_scores_and_not_the_loss() -> None:
    explorer = explore_softmax()
    summary = explorer.summary
    explorer.set(shift=100)
    assert explorer.data_table["scores"].tolist() == [102, 101, 100]
    assert explorer.data_table["loss"] == pytest.approx(0.4076, abs=5e-5)
    assert explorer.summary == summary


def test_every_corner_of_the_settings_can_be_drawn() -> None:
    for score in (-10.0, 10.0):
        for shift in (-100.0, 100.0):
            for temperature in (0.25, 4.0):
                explorer = explore_softmax()
                explorer.set(score_0=score, score_1=-score, shift=shift, temperature=temperature)
                assert explorer.figure is not None
                assert np.isfinite(explorer.data_table["loss"])


def test_a_probability_just_below_one_is_not_written_as_one() -> None:
    explorer = explore_softmax()
    explorer.set(score_0=10.0)
    assert "probability above 0.999, loss 0.000169 nats" in explorer.summary


def test_reset_brings_the_start_back_and_keeps_what_was_reached() -> None:
    explorer = explore_softmax()
    explorer.set(score_0=9.5, shift=50, target=2)
    explorer.set(target=0)
    explorer.reset()
    assert explorer.values == explore_softmax().values
    assert explorer.summary == explore_softmax().summary
    assert explorer.tasks[0].reached


def test_the_noise_of_adding_steps_is_no_setting() -> None:
    explorer = of_a_parabola()
    explorer.set(lift=0.1 + 0.2)
    assert explorer.values["lift"] == 0.3


def test_whole_numbers_stay_whole() -> None:
    explorer = of_a_parabola()
    explorer.set(height=3.0)
    assert type(explorer.values["height"]) is int
    assert explorer.data_table["up"].tolist() == [0, 3, 12, 27]


@pytest.mark.parametrize(
    ("setting", "error", "message"),
    [
        ({"score_9": 1.0}, TypeError, "there is no control 'score_9'; there are score_0"),
        ({"score_0": 11}, ValueError, "'score of class 0' goes from −10 to 10; got 11"),
        ({"score_0": float("nan")}, ValueError, "goes from −10 to 10; got nan"),
        ({"score_0": "2"}, ValueError, "'score of class 0' must be a number; got '2'"),
        ({"target": 3}, ValueError, "'right class' must be one of 0, 1, 2; got 3"),
    ],
)
def test_a_setting_that_does_not_exist_is_refused_and_nothing_moves(setting: dict[str, Any], error: type[Exception], message: str) -> None:
    explorer = explore_softmax()
    with pytest.raises(error, match=message):
        explorer.set(temperature=2.0, **setting)
    assert explorer.values == explore_softmax().values


def test_settings_that_cannot_be_drawn_are_said_in_a_sentence_and_can_be_left_again() -> None:
    explorer = of_a_parabola()
    panel = Panel(explorer)
    panel.show_table.value = True
    explorer.set(lift=3.0)
    assert explorer.figure is None
    assert explorer.data_table == {}
    assert explorer.summary == "These settings cannot be drawn: line one. Move a slider back."
    assert "line one" in panel.figure.value
    assert panel.table.value == ""
    assert repr(explorer) == explorer.summary
    assert explorer._repr_mimebundle_()[0] == {"text/plain": explorer.summary}
    explorer.set(lift=4.0)
    assert explorer.summary == "These settings cannot be drawn: RuntimeError. Move a slider back."
    explorer.set(lift=1.0)
    assert explorer.data_table["up"].tolist() == [1, 2, 5, 10]
    assert "<img" in panel.figure.value


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: explore(parabola, {}, title="none"), "an explorer needs at least one control"),
        (lambda: Slider("s", 0, low=1, high=1, step=1), "slider 's' needs low < high and step > 0; got 1, 1 and 1"),
        (lambda: Slider("s", 0, low=1, high=2, step=1), "'s' goes from 1 to 2; got 0"),
        (lambda: Choice("c", 3, {"one": 1}), "'c' must be one of 1; got 3"),
        (lambda: Task("Do it.", bool, "What?", {"a": "A."}, right="a"), "two or more choices with 'a' among them"),
        (lambda: Task("Do it.", bool, "What?", {"a": "A.", "b": "B."}, right="c"), "with 'c' among them"),
    ],
)
def test_an_explorer_that_makes_no_sense_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_an_error_at_the_start_settings_is_the_authors() -> None:
    with pytest.raises(ZeroDivisionError):
        explore(lambda lift: parabola(1, lift, "up"), {"lift": Slider("lift", 3, low=0, high=5, step=1)}, title="broken")


# Tasks


def test_the_goal_of_a_small_loss_is_read_from_the_figure() -> None:
    explorer = explore_softmax()
    explorer.set(score_0=6.0)  # leads by 5 and 6: the loss is log(1 + e^-5 + e^-6) = 0.0092
    assert explorer.tasks[0].reached
    almost = explore_softmax()
    almost.set(score_0=5.5)  # log(1 + e^-4.5 + e^-5.5) = 0.0151
    assert not almost.tasks[0].reached


def test_the_goal_of_equal_gradients_is_read_from_the_figure() -> None:
    explorer = explore_softmax()
    explorer.set(score_0=10.0, temperature=0.25)  # both gradients are nearly 0, and not equal
    assert not explorer.tasks[1].reached
    explorer.set(score_2=1.0)
    assert explorer.tasks[1].reached
    other = explore_softmax()
    other.set(score_0=1.0)
    assert not other.tasks[1].reached  # a wrong class equals the right one
    other.set(target=2)
    assert other.tasks[1].reached


@pytest.mark.parametrize(("task", "goal"), [(0, {"score_0": 9.0}), (1, {"score_2": 1.0})])
def test_a_task_is_done_by_its_goal_and_its_answer_and_by_neither_alone(task: int, goal: dict[str, float]) -> None:
    explorer = explore_softmax()
    attempt = explorer.tasks[task]
    assert attempt.answer(attempt.task.right) == "Reach the goal first, then answer."
    assert not attempt.done
    explorer.set(**goal)
    assert (attempt.reached, attempt.done) == (True, False)
    assert attempt.verdict == "Goal reached. Now answer the question."
    for choice in attempt.task.replies:
        if choice != attempt.task.right:
            assert attempt.answer(choice) == f"Not yet: “{choice}” is not it. {attempt.task.replies[choice]}"
            assert not attempt.done
    explorer.reset()  # what was reached stays
    assert attempt.answer(attempt.task.right).startswith(f"Done. “{attempt.task.right}” is right. ")
    assert attempt.done


def test_no_slider_moves_a_task_to_its_end() -> None:
    explorer = explore_softmax()
    explorer.set(score_0=9.0, score_2=1.0)
    assert [attempt.reached for attempt in explorer.tasks] == [True, True]
    assert not any(attempt.done for attempt in explorer.tasks)


def test_what_the_replies_say_is_so() -> None:
    # Only the shift leaves the loss alone, and each other slider changes it.
    for name, value in {"score_0": 3.0, "score_1": 3.0, "score_2": 3.0, "shift": 30.0, "temperature": 2.0}.items():
        explorer = explore_softmax()
        explorer.set(**{name: value})
        assert (abs(explorer.data_table["loss"] - START.data_table["loss"]) < 1e-12) == (name == "shift")
    # Equal wrong scores are enough, whatever the score of the right class; different ones are different at any temperature.
    for score in (-7.0, 7.0):
        explorer.reset()
        explorer.set(score_0=score, score_2=1.0)
        assert explorer.data_table["gradient"][1] == explorer.data_table["gradient"][2]
    for temperature in (0.25, 4.0):
        explorer.reset()
        explorer.set(temperature=temperature)
        assert explorer.data_table["gradient"][1] > 1.2 * explorer.data_table["gradient"][2]


def test_an_answer_that_is_no_choice_is_refused() -> None:
    with pytest.raises(ValueError, match="the choices are 'score of class 0'"):
        explore_softmax().tasks[0].answer("loss")


# Widgets


def test_moving_a_slider_or_its_number_moves_everything() -> None:
    explorer = explore_softmax()
    panel = Panel(explorer)
    panel.show_table.value = True
    seen = []
    for widget, value in ((panel.sliders["score_0"], 3.5), (panel.fields["score_0"], 4.0)):
        widget.value = value
        assert explorer.values["score_0"] == value
        assert panel.sliders["score_0"].value == panel.fields["score_0"].value == value
        assert explorer.summary in Read(panel.summary.value).words
        assert Read(panel.figure.value).the("img")["alt"] == explorer.figure.alt_text  # type: ignore[union-attr]
        seen.append((panel.figure.value, panel.summary.value, panel.table.value))
    assert all(one != other for one, other in zip(*seen, strict=True))


def test_the_picture_on_the_panel_is_the_figure() -> None:
    explorer = explore_softmax()
    image = Read(Panel(explorer).figure.value).the("img")
    assert image["src"] == "data:image/png;base64," + base64.b64encode(png(START)).decode()
    assert (image["width"], image["height"]) == ("800", "362")  # inches times 100: its place is kept while it loads


def test_one_move_draws_once() -> None:
    calls = []

    def counted(**settings: Any) -> LessonFigure:
        calls.append(settings)
        return parabola(**settings)

    explorer = explore(counted, of_a_parabola().controls, title="counted")
    panel = Panel(explorer)
    panel.sliders["height"].value = 2
    assert len(calls) == 2
    explorer.set(height=3, lift=1.0)
    panel.reset.click()
    panel.reset.click()
    assert len(calls) == 4


def test_choices_are_buttons_and_the_chosen_one_is_marked() -> None:
    explorer = explore_softmax()
    panel = Panel(explorer)
    panel.options["target"][2].click()
    assert explorer.data_table["target"] == 2
    assert [button.description for button in panel.options["target"]] == ["0", "1", f"{CHOSEN}2"]
    panel.reset.click()
    assert [button.description for button in panel.options["target"]] == [f"{CHOSEN}0", "1", "2"]


def test_answers_are_buttons_and_the_verdict_is_read_out() -> None:
    explorer = explore_softmax()
    panel = Panel(explorer)
    panel.answers[0]["shift"].click()
    assert Read(panel.verdicts[0].value).words == ["Reach the goal first, then answer."]
    panel.fields["score_0"].value = 9.0
    panel.answers[0]["temperature"].click()
    assert Read(panel.verdicts[0].value).words[0].startswith("Not yet: “temperature” is not it.")
    panel.answers[0]["shift"].click()
    assert explorer.tasks[0].done
    for text in (panel.summary.value, *(verdict.value for verdict in panel.verdicts)):
        status = Read(text).the("div")
        assert (status["role"], status["aria-live"]) == ("status", "polite")


def test_the_keyboard_reaches_every_control_by_name_and_none_is_a_list() -> None:
    panel = Panel(explore_softmax())
    names = [type(widget).__name__ for widget in controls_in(panel.root)]
    assert names == ["BoundedFloatText", "FloatSlider"] * 5 + ["Button"] * 3 + ["Button", "ToggleButton"] + ["Button"] * 9
    for field, slider in zip(panel.fields.values(), panel.sliders.values(), strict=True):
        assert field.description
        assert field.tooltip.startswith("from ")
        assert not slider.continuous_update
        assert not slider.readout
        assert (slider.min, slider.max, slider.step) == (field.min, field.max, field.step)


def test_the_table_is_shown_and_hidden_by_a_button_that_says_so() -> None:
    panel = Panel(explore_softmax())
    assert (panel.show_table.description, panel.table.value) == (SHOW_TABLE, "")
    panel.show_table.value = True
    assert panel.show_table.description == HIDE_TABLE
    table = Read(panel.table.value)
    assert table.words == [
        "class", "scores", "probabilities", "gradient", "0", "2", "0.6652", "−0.3348", "1", "1", "0.2447", "0.2447",
        "2", "0", "0.09003", "0.09003", "quantity", "value", "loss", "0.4076", "target", "0", "shift", "0", "temperature", "1",
    ]  # fmt: skip
    assert {attributes["scope"] for tag, attributes in table.tags if tag == "th"} == {"col", "row"}
    panel.show_table.value = False
    assert (panel.show_table.description, panel.table.value) == (SHOW_TABLE, "")


def test_a_table_holds_grids_texts_and_tables_and_is_not_endless() -> None:
    text = table_as_html({"runs": [[1.5, 2.5], [3.5, 4.5]], "of": {"a": [1, 2], "b": ["x", "<y>"]}, "kind": "SGD", "sure": True}, "epoch")
    assert Read(text).words == [
        "epoch", "of, a", "of, b", "0", "1", "x", "1", "2", "<y>", "runs: epoch", "0", "1", "0", "1.5", "2.5", "1", "3.5", "4.5",
        "quantity", "value", "kind", "SGD", "sure", "True",
    ]  # fmt: skip
    long = Read(table_as_html({"loss": np.zeros(MOST_ROWS + 1)}, "epoch"))
    assert sum(tag == "tr" for tag, _ in long.tags) == 1 + MOST_ROWS
    assert long.words[-1] == "The first 50 of 51 rows."


def test_texts_are_escaped() -> None:
    task = Task("Lift <it>.", lambda table: True, "Is 1 < 2?", {"a < b": "If <so>.", "b": "No."}, right="a < b")
    explorer = of_a_parabola(tasks=[task], summarize=lambda table: "<script>alert(1)</script>", row="<row>")
    panel = Panel(explorer)
    panel.show_table.value = True
    panel.answers[0]["a < b"].click()
    texts: list[str] = []

    def collect(box: Any) -> None:
        for child in getattr(box, "children", ()):
            collect(child)
        texts.extend([box.value] if type(box).__name__ == "HTML" else [])

    collect(panel.root)
    assert {tag for text in texts for tag, _ in Read(text).tags} <= {"div", "b", "br", "img", "table", "thead", "tbody", "tr", "th", "td"}
    words = " ".join(word for text in texts for word in Read(text).words)
    for text in (
        "Explorer: Height & <lift>",
        "Lift <it>.",
        "Is 1 < 2?",
        "“a < b” is right. If <so>.",
        "<script>alert(1)</script>",
        "<row>",
    ):
        assert text in words
    explorer.set(kind="down")
    assert "down" in Read(panel.figure.value).the("img")["alt"]  # type: ignore[operator]


def test_without_a_summary_of_its_own_the_figures_words_are_read() -> None:
    explorer = of_a_parabola()
    assert explorer.figure is not None
    assert explorer.summary == explorer.figure.alt_text


# What a notebook shows and stores


def test_outside_a_kernel_it_is_the_figure_and_loads_no_widgets() -> None:
    code = (
        "import sys; from learnkit.visual import explore_softmax\n"
        "explorer = explore_softmax(); explorer.set(shift=10); data, metadata = explorer._repr_mimebundle_()\n"
        "assert set(data) == {'image/png', 'text/plain'} and metadata['image/png']['alt'] == data['text/plain'] == repr(explorer)\n"
        "assert not {'ipywidgets', 'IPython', 'matplotlib.pyplot', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True, capture_output=True)


SOURCE = """\
# %% [markdown]
# # An explorer

# %%
{setup}from learnkit import visual

explorer = visual.explore_softmax()
explorer

# %%
explorer.set(score_0=9)
print(explorer.tasks[0].reached, {loaded})
"""


def built(folder: Path, setup: str, loaded: str) -> Path:
    source = folder / "notebooks" / "src" / "90_explorer.py"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE.format(setup=setup, loaded=loaded), encoding="utf-8")
    build_notebooks.build(source, ROOT)
    return build_notebooks.target_of(source)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("installed", [True, False], ids=["with ipywidgets", "without ipywidgets"])
def test_a_stored_notebook_keeps_the_figure_and_compares_strictly(tmp_path: Path, installed: bool) -> None:
    block = (  # as if it were not installed
        "import importlib.abc, sys\n"
        "class Missing(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'ipywidgets': raise ModuleNotFoundError(name)\n"
        "sys.meta_path.insert(0, Missing())\n"
    )
    path = built(tmp_path, "" if installed else block, "'ipywidgets' in __import__('sys').modules")
    notebook = guards.load(path)
    assert guards.findings(path) == []
    (output,) = notebook["cells"][1]["outputs"]
    assert output["output_type"] == "execute_result"
    assert set(output["data"]) == {"image/png", "text/plain"}
    assert "".join(output["data"]["text/plain"]) == START.alt_text
    assert base64.b64decode(output["data"]["image/png"]) == png(START)
    assert output["metadata"] == {"image/png": {"alt": START.alt_text}}
    assert "".join(notebook["cells"][2]["outputs"][0]["text"]) == f"True {installed}\n"
    assert "widgets" not in notebook["metadata"]

    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "--current-env",
        str(path),
        "-q",
        "--rootdir",
        str(tmp_path),
        "-p",
        "no:cacheprovider",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout

    changed = nbformat.read(path, as_version=4)
    changed.cells[1].outputs[0].data["text/plain"] = re.sub("2, 1, 0", "3, 1, 0", START.alt_text)
    nbformat.write(changed, path)
    assert subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False).returncode == 1
